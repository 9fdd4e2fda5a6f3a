/* backup.c - copies of journal and results while both work.
 *
 * The order is what makes the two fit together: the journal first, then the store. A report leaves
 * the journal only after its results are on disk, so what the journal's copy no longer has is in
 * the store's copy; what both have is delivered once more after a restore, and the store knows it.
 * The other way round, a report that was finished in between would be in neither. Whoever asks
 * therefore asks for the journal, waits for the answer, and then for the store.
 *
 * Owned by the broker's thread. The journal is copied by a thread of its own, since on another file
 * system that takes a while; one at a time. The store is copied by the worker that holds it, to
 * whom the question is relayed. What can fail: the copying, which refuses the question.
 */
#include "broker/backup.h"
#include "broker/journal_backup.h"
#include "broker/outbox.h"
#include "broker/readers.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/pack.h"

#include <stdlib.h>

static void *copy(void *context)
{
    struct backup *backup = context;
    backup->status =
        journal_backup(backup->journal, backup->folder, &backup->bytes, &backup->error);
    atomic_store(&backup->ended, true);
    return NULL;
}

static void copy_journal(struct broker *broker, const struct peer *peer,
                         const struct message *message)
{
    struct backup *backup = &broker->backup;
    struct buffer folder = {0};
    buffer_format(&folder, "%.*s", SLICE_ARGS(message->path));
    *backup = (struct backup){.journal = broker->journal,
                              .folder = folder.data,
                              .to = peer->id,
                              .id = message->id,
                              .started_us = broker->now_us,
                              .last_seq = journal_last_seq(broker->journal)};
    if (pthread_create(&backup->thread, NULL, copy, backup) == 0) {
        backup->running = true;
        log_event(LOG_INFO, "backup.begun", "folder=\"%s\"", backup->folder);
        return;
    }
    outbox_refuse(broker, &peer->id, message->id, STATUS_RETRY, RETRY_MS,
                  "no thread to copy the journal with: end something else first");
    free(backup->folder);
    backup->folder = NULL;
}

void backup_take(struct broker *broker, struct peer *peer, const struct message *message)
{
    const char *broken = journal_broken(broker->journal), *wrong = NULL;
    bool of_journal = slice_equal(message->verb, SLICE("journal"));
    if (!of_journal && !slice_equal(message->verb, SLICE("store")))
        wrong = "unknown verb: journal, store";
    else if (message->path.len > MAX_PATH_BYTES || !slice_starts(message->path, SLICE("/")) ||
             slice_has(message->path, (struct slice){"\0", 1}))
        wrong = "the folder to copy to must be an absolute path of at most 4096 bytes";
    else if (of_journal && journal_in_memory(broker->journal))
        wrong = "the journal is in memory: there is nothing to copy";
    else if (of_journal && broken)
        wrong = broken;
    else if (of_journal && broker->backup.running)
        wrong = "a copy is being made: wait for its end";
    if (wrong)
        outbox_refuse(broker, &peer->id, message->id, STATUS_BAD, 0, "%s", wrong);
    else if (of_journal)
        copy_journal(broker, peer, message);
    else
        readers_ask(broker, peer, message);
}

static void answer(struct broker *broker, const struct backup *backup)
{
    if (backup->status != STATUS_OK) {
        log_event(LOG_ERROR, "backup.failed", "folder=\"%s\" reason=\"%s\"", backup->folder,
                  backup->error.text);
        outbox_refuse(broker, &backup->to, backup->id, STATUS_BAD, 0, "%s", backup->error.text);
        return;
    }
    log_event(LOG_INFO, "backup.done", "folder=\"%s\" bytes=%" PRIu64 " ms=%" PRIu64,
              backup->folder, backup->bytes, (broker->now_us - backup->started_us) / 1000);
    broker->backed_up_ms = clock_unix_ms();
    struct buffer *out = &outbox_add(broker, &backup->to, MESSAGE_ANSWER, backup->id)->payload;
    pack_map(out, 2);
    PACK_KEY(out, "bytes"), pack_uint(out, backup->bytes);
    PACK_KEY(out, "seq"), pack_uint(out, backup->last_seq);
}

void backup_wait(struct broker *broker)
{
    struct backup *backup = &broker->backup;
    if (!backup->running)
        return;
    pthread_join(backup->thread, NULL);
    backup->running = false;
    answer(broker, backup);
    free(backup->folder);
    backup->folder = NULL;
}

void backup_poll(struct broker *broker)
{
    if (broker->backup.running && atomic_load(&broker->backup.ended))
        backup_wait(broker);
}
