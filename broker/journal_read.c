/* journal_read.c - looking things up in the journal: documents, waiting reports, dead letters.
 *
 * Owned by the broker's thread. What can fail: a block that can't be read or whose checksum is
 * wrong; RocksDB's text names the file.
 */
#include "broker/journal_private.h"

#include "proto/base/digest.h"

#include <inttypes.h>
#include <stdlib.h>
#include <sys/statvfs.h>

/* Keys of a flow are lane, name, 0, seq. */
static bool split_key(struct slice key, struct slice *flow, uint64_t *seq)
{
    if (key.len < 10)
        return false;
    *flow = slice_range(key, 1, key.len - 9);
    *seq = number_read(key.data + key.len - 8);
    return true;
}

static enum status damaged(const struct journal *journal, const char *what, struct error *error)
{
    return fail(error, STATUS_FATAL, "%s: %s can't be read: restore it from a backup",
                journal->folder, what);
}

enum status journal_document(struct journal *journal, uint64_t seq, struct buffer *document,
                             struct error *error)
{
    if (!journal->folder) {
        struct memory_letter *letter = memory_find(journal, seq);
        if (!letter)
            return STATUS_AGAIN;
        buffer_add(document, buffer_slice(&letter->document));
        return STATUS_OK;
    }
    if (!journal->kv)
        return fail(error, STATUS_RETRY, "%s", journal->cause.text);
    char number[8];
    number_write(number, seq);
    return kv_get(journal->kv, FAMILY_BODY, (struct slice){number, 8}, document, error);
}

uint64_t journal_known(struct journal *journal, const uint8_t *sha256, uint64_t sent)
{
    uint8_t fingerprint[DIGEST_BYTES];
    struct slice key = {(const char *)(sent ? fingerprint : sha256), FINGERPRINT_BYTES};
    sent_fingerprint(sha256, sent, fingerprint);
    buffer_clear(&journal->row);
    if (!journal->kv || kv_get(journal->kv, FAMILY_KNOWN, key, &journal->row, NULL) != STATUS_OK)
        return 0;
    return journal->row.len == 8 ? number_read(journal->row.data) : 0;
}

struct flow_count {
    char name[MAX_QUEUE_KEY];
    size_t len;
    bool urgent;
    uint64_t reports, bytes;
};

static void tell_flow(struct flow_count *count, journal_flow_visit visit, void *context)
{
    if (count->reports)
        visit(context, count->urgent, (struct slice){count->name, count->len}, count->reports,
              count->bytes);
    count->reports = count->bytes = 0;
}

enum status journal_flows(struct journal *journal, journal_flow_visit visit, void *context,
                          struct error *error)
{
    if (!journal->folder)
        return STATUS_OK;
    struct flow_count count = {.reports = 0};
    enum status status = STATUS_OK;
    struct kv_cursor *cursor =
        kv_cursor_new(journal->kv, FAMILY_QUEUE, (struct slice){0}, (struct slice){0});
    for (; kv_cursor_valid(cursor) && status == STATUS_OK; kv_cursor_next(cursor)) {
        struct slice key = kv_cursor_key(cursor), flow;
        struct entry entry;
        uint64_t seq;
        if (!split_key(key, &flow, &seq) || entry_decode(kv_cursor_value(cursor), &entry, NULL)) {
            status = damaged(journal, "an entry of its queue", error);
            break;
        }
        bool urgent = key.data[0] == 0;
        struct slice counted = {count.name, count.len};
        if (urgent != count.urgent || !slice_equal(flow, counted)) {
            tell_flow(&count, visit, context);
            count.urgent = urgent;
            memcpy(count.name, flow.data, flow.len);
            count.len = flow.len;
        }
        count.reports++;
        count.bytes += entry.document_bytes;
    }
    if (status == STATUS_OK)
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    tell_flow(&count, visit, context);
    return status;
}

enum status journal_load(struct journal *journal, bool urgent, struct slice flow,
                         uint64_t after_seq, unsigned limit, journal_job_visit visit, void *context,
                         struct error *error)
{
    if (!journal->kv)
        return fail(error, STATUS_RETRY, "%s", journal->cause.text);
    struct queue_key from = queue_key_make(urgent, flow, after_seq + 1);
    struct queue_key to = queue_key_make(urgent, flow, UINT64_MAX);
    struct kv_cursor *cursor =
        kv_cursor_new(journal->kv, FAMILY_QUEUE, queue_key_slice(&from), queue_key_slice(&to));
    enum status status = STATUS_OK;
    for (; kv_cursor_valid(cursor) && limit; kv_cursor_next(cursor), limit--) {
        struct slice key = kv_cursor_key(cursor), name;
        struct entry entry;
        uint64_t seq;
        if (!split_key(key, &name, &seq) || entry_decode(kv_cursor_value(cursor), &entry, NULL)) {
            status = damaged(journal, "an entry of its queue", error);
            break;
        }
        struct job *job = entry_to_job(&entry);
        job->pages = job->stage >= STAGE_OCR; /* or a later stage has failed with it since */
        job->stage = STAGE_INGEST;
        job_move(job, JOB_EVENT_REPLAY);
        visit(context, &job);
    }
    if (status == STATUS_OK)
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    return status;
}

enum status journal_dead(struct journal *journal, uint64_t after_seq, journal_dead_visit visit,
                         void *context, struct error *error)
{
    if (!journal->folder)
        return memory_dead(journal, after_seq, visit, context, error);
    if (!journal->kv)
        return fail(error, STATUS_RETRY, "%s", journal->cause.text);
    char from[8];
    number_write(from, after_seq + 1);
    struct kv_cursor *cursor =
        kv_cursor_new(journal->kv, FAMILY_DEAD, (struct slice){from, 8}, (struct slice){0});
    enum status status = STATUS_OK;
    for (; kv_cursor_valid(cursor); kv_cursor_next(cursor)) {
        struct entry entry;
        if (entry_decode(kv_cursor_value(cursor), &entry, NULL)) {
            status = damaged(journal, "a dead letter", error);
            break;
        }
        if (!visit(context, &entry))
            break;
    }
    if (status == STATUS_OK)
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    return status;
}

enum status journal_letter(struct journal *journal, uint64_t seq, struct entry *letter,
                           struct buffer *storage, struct error *error)
{
    buffer_clear(storage);
    if (!journal->folder) {
        struct memory_letter *kept = memory_find(journal, seq);
        if (!kept)
            return fail(error, STATUS_AGAIN, "%" PRIu64 " is no dead letter", seq);
        buffer_add(storage, buffer_slice(&kept->entry));
        return entry_decode(buffer_slice(storage), letter, error);
    }
    if (!journal->kv)
        return fail(error, STATUS_RETRY, "%s", journal->cause.text);
    if (journal_letter_is_settled(journal, seq)) /* dropped or replayed, not yet committed */
        return fail(error, STATUS_AGAIN, "%" PRIu64 " is no dead letter", seq);
    char number[8];
    number_write(number, seq);
    enum status status =
        kv_get(journal->kv, FAMILY_DEAD, (struct slice){number, 8}, storage, error);
    if (status == STATUS_AGAIN)
        return fail(error, STATUS_AGAIN, "%" PRIu64 " is no dead letter", seq);
    if (status != STATUS_OK)
        return status;
    return entry_decode(buffer_slice(storage), letter, error);
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

uint64_t journal_free_bytes(const struct journal *journal)
{
    struct statvfs disk;
    if (!journal->folder || statvfs(journal->folder, &disk) != 0)
        return UINT64_MAX;
    return (uint64_t)disk.f_bavail * disk.f_frsize;
}

struct journal_facts journal_facts(struct journal *journal)
{
    struct journal_facts facts = {
        .commits = journal->commits, .syncs = journal->syncs, .sync_sum_us = journal->sync_sum_us};
    facts.free_bytes = journal_free_bytes(journal);
    if (journal->kv)
        facts.disk_bytes = kv_disk_bytes(journal->kv);
    uint32_t sorted[SYNC_SAMPLES];
    size_t count = journal->syncs < SYNC_SAMPLES ? journal->syncs : SYNC_SAMPLES;
    if (count) {
        memcpy(sorted, journal->sync_us, count * sizeof *sorted);
        qsort(sorted, count, sizeof *sorted, by_number);
        facts.sync_p50_us = sorted[count / 2];
        facts.sync_p99_us = sorted[count * 99 / 100];
    }
    return facts;
}
