/* journal_stage.c - what the next commit will change.
 *
 * Owned by the broker's thread. Two kinds of change: those that somebody is told about (a new
 * report, a replay, a drop) are refused when the commit fails; those that merely are so (finished,
 * failed, dead) are remembered in `redo` and written once the journal can be written again.
 */
#include "broker/journal_private.h"

#include "proto/base/digest.h"
#include "proto/base/failpoint.h"

#include <inttypes.h>

static void stage_entry(struct journal *journal, unsigned family, struct slice key,
                        const struct entry *entry)
{
    buffer_clear(&journal->row);
    entry_encode(entry, &journal->row);
    journal_stage_put(journal, family, key, buffer_slice(&journal->row));
}

void journal_note_sent(struct journal *journal, const uint8_t *sha256, uint64_t sent, uint64_t seq)
{
    uint8_t fingerprint[DIGEST_BYTES];
    char number[8];
    if (!sent || !journal->folder)
        return;
    sent_fingerprint(sha256, sent, fingerprint);
    number_write(number, seq);
    journal_count_known(journal);
    journal_stage_put(journal, FAMILY_KNOWN,
                      (struct slice){(const char *)fingerprint, FINGERPRINT_BYTES},
                      (struct slice){number, 8});
}

/* Notes the document's fingerprint, anew if it is about to be forgotten; *known_seq: the number it
 * came under before, or 0. */
static enum status recognise(struct journal *journal, uint64_t seq, const uint8_t *fingerprint,
                             uint64_t *known_seq, struct error *error)
{
    struct slice key = {(const char *)fingerprint, FINGERPRINT_BYTES};
    struct staged_document *staged = NULL;
    HASH_FIND(hh, journal->staged, fingerprint, FINGERPRINT_BYTES, staged);
    if (staged) {
        *known_seq = staged->seq;
        return STATUS_OK;
    }
    char number[8];
    buffer_clear(&journal->row);
    enum status status = kv_get(journal->kv, FAMILY_KNOWN, key, &journal->row, error);
    if (status == STATUS_OK)
        *known_seq = journal->row.len == 8 ? number_read(journal->row.data) : 0;
    if (status != STATUS_AGAIN && (status != STATUS_OK || !journal_fades(journal, *known_seq)))
        return status;
    staged = memory_zero(sizeof *staged);
    memcpy(staged->fingerprint, fingerprint, FINGERPRINT_BYTES);
    staged->seq = seq;
    HASH_ADD(hh, journal->staged, fingerprint, sizeof staged->fingerprint, staged);
    number_write(number, seq);
    journal_count_known(journal);
    journal_stage_put(journal, FAMILY_KNOWN, key, (struct slice){number, 8});
    return STATUS_OK;
}

enum status journal_append(struct journal *journal, struct job *job, struct slice document,
                           bool keep, uint64_t *known_seq, struct error *error)
{
    *known_seq = 0;
    job->document_bytes = document.len;
    if (keep || !journal->folder)
        job_set(&job->document, document);
    if (!journal->folder)
        return STATUS_OK;
    if (journal->broken)
        return fail(error, STATUS_FATAL, "%s", journal->cause.text);
    enum status status = failpoint("journal.append", error);
    uint8_t sha256[DIGEST_BYTES];
    digest_sha256(document, sha256);
    if (status == STATUS_OK)
        status = recognise(journal, job->seq, sha256, known_seq, error);
    if (status != STATUS_OK)
        return status;
    journal_note_sent(journal, sha256, job->lineage.sent, job->seq);
    struct entry entry = entry_of_job(job);
    struct queue_key key = queue_key_of(job);
    char number[8];
    number_write(number, job->seq);
    stage_entry(journal, FAMILY_QUEUE, queue_key_slice(&key), &entry);
    journal_stage_put(journal, FAMILY_BODY, (struct slice){number, 8}, document);
    buffer_append(&journal->undo, &key, sizeof key);
    return STATUS_OK;
}

void journal_remove(struct journal *journal, const struct job *job)
{
    if (!journal->folder)
        return;
    struct queue_key key = queue_key_of(job);
    char number[8];
    number_write(number, job->seq);
    journal_redo_delete(journal, FAMILY_QUEUE, queue_key_slice(&key));
    journal_redo_delete(journal, FAMILY_BODY, (struct slice){number, 8});
    journal_drop_pages(journal, job);
}

/* A report that crashed a worker stays under suspicion; its attempts begin anew. */
static void revive(struct job *job)
{
    job->suspect = job->cause == CAUSE_CRASHED || job->cause == CAUSE_LAPSED;
    job->attempts = 0;
    job->first_ms = job->last_ms = 0;
    job->stage = STAGE_INGEST;
    job_move(job, JOB_EVENT_REPLAY);
}

enum status journal_replay(struct journal *journal, uint64_t seq, struct job **job,
                           struct error *error)
{
    *job = NULL;
    enum status status;
    struct buffer storage = {0};
    if (!journal->folder) {
        status = memory_replay(journal, seq, job, error);
    } else {
        struct entry entry;
        status = journal_letter(journal, seq, &entry, &storage, error);
        if (status == STATUS_OK && !entry.document)
            status = fail(error, STATUS_AGAIN, "%" PRIu64 " never came: submit it again", seq);
        if (status == STATUS_OK)
            *job = entry_to_job(&entry);
    }
    if (status == STATUS_OK) {
        char number[8];
        number_write(number, seq);
        revive(*job);
        if (journal->folder) {
            struct entry entry = entry_of_job(*job);
            struct queue_key key = queue_key_of(*job);
            stage_entry(journal, FAMILY_QUEUE, queue_key_slice(&key), &entry);
            journal_stage_delete(journal, FAMILY_DEAD, (struct slice){number, 8});
            journal_letter_settle(journal, seq);
        }
    }
    buffer_release(&storage);
    return status;
}

enum status journal_drop(struct journal *journal, uint64_t seq, struct error *error)
{
    if (!journal->folder)
        return memory_drop(journal, seq, error);
    struct buffer storage = {0};
    struct entry entry;
    enum status status = journal_letter(journal, seq, &entry, &storage, error);
    buffer_release(&storage);
    if (status != STATUS_OK)
        return status;
    char number[8];
    number_write(number, seq);
    journal_stage_delete(journal, FAMILY_DEAD, (struct slice){number, 8});
    journal_stage_delete(journal, FAMILY_BODY, (struct slice){number, 8});
    journal_letter_settle(journal, seq);
    return STATUS_OK;
}

size_t journal_staged_bytes(const struct journal *journal)
{
    return journal->staged_bytes;
}
