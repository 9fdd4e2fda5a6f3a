/* journal.c - opening and committing. Staging is in journal_stage.c, reading in journal_read.c.
 *
 * Owned by the broker's thread. The happy path of a report: journal_append, journal_commit with
 * sync (now it may be acknowledged), much later journal_remove, which rides along with any later
 * commit: if it is lost, the report is delivered again and the store says "the same bytes".
 *
 * What can fail: any read or write of the folder. The first failed commit breaks the journal; what
 * it held is uncertain then (a failed sync says nothing about what reached the disk), so every new
 * report of it is refused to its submitter and taken back when the journal is opened again. What
 * became of older reports meanwhile (finished, failed, dead) is true all the same: it is kept in
 * memory and written then.
 */
#include "broker/journal_private.h"

#include "proto/base/clock.h"
#include "proto/base/failpoint.h"

#include <inttypes.h>
#include <stdlib.h>

enum { FORMAT = 1 };

/* ---- opening ---- */

static enum status read_meta(struct journal *journal, struct error *error)
{
    struct buffer value = {0};
    enum status status = kv_get(journal->kv, FAMILY_META, SLICE("format"), &value, error);
    if (status == STATUS_AGAIN) {
        char format[8];
        number_write(format, FORMAT);
        kv_batch_put(journal->batch, FAMILY_META, SLICE("format"), (struct slice){format, 8});
        if (!journal->last_seq)
            journal->last_seq = journal_first_seq();
        journal->stored_seq = 0;
        buffer_release(&value);
        return journal_commit(journal, true, error);
    }
    if (status == STATUS_OK && (value.len != 8 || number_read(value.data) > FORMAT))
        status = fail(error, STATUS_FATAL,
                      "%s: its format is newer than this program: use the xianzhi that wrote it",
                      journal->folder);
    buffer_clear(&value);
    if (status == STATUS_OK)
        status = kv_get(journal->kv, FAMILY_META, SLICE("last_seq"), &value, error);
    if (status == STATUS_OK && value.len == 8) {
        journal->stored_seq = number_read(value.data);
        if (journal->last_seq < journal->stored_seq)
            journal->last_seq = journal->stored_seq;
    } else if (status != STATUS_FATAL) {
        status = fail(error, STATUS_FATAL,
                      "%s: it doesn't say which number was the last: restore it from a backup",
                      journal->folder);
    }
    buffer_release(&value);
    return status;
}

static enum status open_kv(struct journal *journal, struct error *error)
{
    static const struct kv_family_options families[FAMILY_COUNT] = {
        [FAMILY_META] = {.name = "meta"},
        [FAMILY_QUEUE] = {.name = "queue", .queue = true},
        [FAMILY_BODY] = {.name = "body", .queue = true, .large_values = true},
        [FAMILY_DEAD] = {.name = "dead"},
        [FAMILY_KNOWN] = {.name = "known", .point_lookups = true},
    };
    struct kv_options options = {
        .families = families, .family_count = FAMILY_COUNT, .memory_bytes = journal->memory_bytes};
    enum status status = kv_open(&journal->kv, journal->folder, &options, error);
    if (status != STATUS_OK)
        return status;
    journal->batch = kv_batch_new(journal->kv);
    journal_read_placed(journal);
    journal_read_ages(journal);
    return read_meta(journal, error);
}

enum status journal_open(struct journal **out, const char *folder, size_t memory_bytes,
                         struct error *error)
{
    *out = NULL;
    struct journal *journal = memory_zero(sizeof *journal);
    journal->memory_bytes = memory_bytes;
    enum status status = STATUS_OK;
    if (folder) {
        journal->folder = memory_copy_text(folder);
        status = open_kv(journal, error);
    } else {
        journal->last_seq = journal_first_seq();
    }
    if (status == STATUS_OK)
        *out = journal;
    else
        journal_close(&journal);
    return status;
}

static void forget_staged(struct journal *journal)
{
    struct staged_document *staged, *next;
    HASH_ITER(hh, journal->staged, staged, next)
    {
        HASH_DELETE(hh, journal->staged, staged);
        free(staged);
    }
    journal_letters_forget(journal);
    journal->staged_bytes = 0;
}

static void close_kv(struct journal *journal)
{
    if (journal->batch)
        kv_batch_free(&journal->batch);
    kv_close(&journal->kv);
}

void journal_close(struct journal **out)
{
    struct journal *journal = *out;
    if (!journal)
        return;
    forget_staged(journal);
    memory_release(journal);
    close_kv(journal);
    buffer_release(&journal->undo);
    buffer_release(&journal->redo);
    buffer_release(&journal->settled);
    buffer_release(&journal->row);
    free(journal->folder);
    free(journal);
    *out = NULL;
}

uint64_t journal_last_seq(const struct journal *journal)
{
    return journal->last_seq;
}

uint64_t journal_next_seq(struct journal *journal)
{
    return ++journal->last_seq;
}

/* ---- committing ---- */

enum status journal_commit(struct journal *journal, bool sync, struct error *error)
{
    if (!journal->folder)
        return STATUS_OK;
    if (journal->broken)
        return fail(error, STATUS_FATAL, "%s", journal->cause.text);
    char number[8];
    if (journal->stored_seq != journal->last_seq) {
        number_write(number, journal->last_seq);
        journal_stage_put(journal, FAMILY_META, SLICE("last_seq"), (struct slice){number, 8});
    }
    journal_stage_ages(journal);
    uint64_t start_us = clock_monotonic_us();
    enum status status = failpoint("journal.commit", &journal->cause);
    if (status == STATUS_OK)
        status = kv_commit(journal->kv, journal->batch, sync, &journal->cause);
    if (status == STATUS_OK)
        status = failpoint("journal.synced", &journal->cause);
    kv_batch_clear(journal->batch);
    forget_staged(journal);
    if (status != STATUS_OK) {
        journal->broken = true;
        return fail(error, STATUS_FATAL, "%s", journal->cause.text);
    }
    journal->stored_seq = journal->last_seq;
    buffer_clear(&journal->undo);
    buffer_clear(&journal->redo);
    journal->commits++;
    if (sync) {
        uint64_t took_us = clock_monotonic_us() - start_us;
        journal->sync_us[journal->syncs++ % SYNC_SAMPLES] = (uint32_t)took_us;
        journal->sync_sum_us += took_us;
    }
    journal_sweep(journal);
    return STATUS_OK;
}

const char *journal_broken(const struct journal *journal)
{
    return journal->broken ? journal->cause.text : NULL;
}

/* What was refused may have reached the disk all the same: nobody is told that it was accepted, so
 * it goes. The fingerprints stay: they only make a message say "came before". */
enum status journal_reopen(struct journal *journal, struct error *error)
{
    close_kv(journal);
    journal->broken = false;
    journal->last_seq += 1u << 16;
    enum status status = open_kv(journal, error);
    if (status == STATUS_OK) {
        for (size_t at = 0; at < journal->undo.len; at += sizeof(struct queue_key)) {
            struct queue_key key;
            memcpy(&key, journal->undo.data + at, sizeof key);
            journal_stage_delete(journal, FAMILY_QUEUE, queue_key_slice(&key));
            journal_stage_delete(journal, FAMILY_BODY, (struct slice){key.bytes + key.len - 8, 8});
        }
        journal_stage_redo(journal);
        status = journal_commit(journal, true, error);
    }
    if (status != STATUS_OK) {
        journal->broken = true;
        if (error)
            journal->cause = *error;
    }
    return status;
}
