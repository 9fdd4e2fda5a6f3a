/* apply.c - files a batch of reports: decides what each does, and writes only what changed.
 *
 * Happy path: bring the reports of one seat together, start from what the store holds, let each
 * report in order of arrival take its unit's place or not, then compare the seat before and after:
 * all that is written follows from the difference. One atomic, synced write at the end. What fails:
 * reading or writing the store; then nothing was changed on disk. Owned by the store's thread.
 */
#include "workers/results/write/write.h"

#include "proto/base/failpoint.h"

#include <stdlib.h>

struct filing_job {
    struct slice seat_key;
    struct unit_name unit;
    struct report *report;
    uint32_t arrival;
    bool leaves; /* the report's document is no longer this seat's */
};

static struct unit_name unit_of(const struct report *report)
{
    return (struct unit_name){.region = report->meta.region,
                              .township = report->meta.township,
                              .kind = report->meta.kind,
                              .issuer = report->meta.issuer,
                              .year = report->meta.year};
}

/* ---- seat by seat ---- */

static int by_seat(const void *left, const void *right)
{
    const struct filing_job *a = left, *b = right;
    int order = slice_compare(a->seat_key, b->seat_key);
    return order ? order : (a->arrival > b->arrival) - (a->arrival < b->arrival);
}

/* Where the document of a decision is filed: in the store, or by a report of this very batch. */
static enum status find_unit(struct store *store, struct report **reports, size_t count,
                             struct report *decided, struct unit_name *unit, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!reports[i]->decision &&
            memcmp(reports[i]->sha256, decided->decision->sha256, 32) == 0) {
            *unit = unit_of(reports[i]);
            return STATUS_OK;
        }
    }
    return document_unit(store->change, decided->decision->sha256, &decided->arena, unit, error);
}

static bool same_unit(const struct unit_name *a, const struct unit_name *b)
{
    return a->region == b->region && a->kind == b->kind && a->year == b->year &&
           slice_equal(a->township, b->township) && slice_equal(a->issuer, b->issuer);
}

static bool is_placed_by_person(const struct report *report)
{
    return !report->decision && slice_equal(report->meta.placed_by, SLICE("person"));
}

static void add_job(struct change *change, struct filing_job *jobs, size_t *count,
                    struct filing_job job)
{
    size_t start = change->seat_keys.len;
    seat_key_put(&change->seat_keys, &job.unit);
    job.seat_key.len = change->seat_keys.len - start;
    job.arrival = (uint32_t)*count;
    jobs[(*count)++] = job;
}

/* Two of one document do not stand in two seats: what a person says of whose it is takes it out of
 * the one it was filed in, by the store or by a report of this batch before it. */
static enum status leave_former(struct store *store, struct report *report, struct filing_job *jobs,
                                size_t *count, struct error *error)
{
    struct unit_name former, unit = unit_of(report);
    if (!is_placed_by_person(report))
        return STATUS_OK;
    for (size_t i = 0; i < *count; i++)
        if (!jobs[i].report->decision && !same_unit(&jobs[i].unit, &unit) &&
            memcmp(jobs[i].report->sha256, report->sha256, sizeof report->sha256) == 0) {
            jobs[i].leaves = true;
            jobs[i].report->outcome = OUTCOME_STALE;
        }
    enum status status =
        document_unit(store->change, report->sha256, &report->arena, &former, error);
    if (status == STATUS_AGAIN || (status == STATUS_OK && same_unit(&former, &unit)))
        return STATUS_OK;
    if (status != STATUS_OK)
        return status;
    buffer_append(&store->change->moved, report->sha256, sizeof report->sha256);
    add_job(store->change, jobs, count,
            (struct filing_job){.report = report, .unit = former, .leaves = true});
    return STATUS_OK;
}

/* Decisions of documents that are nobody's in force change nothing and get no job, but one that
 * lets a document come back, which changes no seat. */
static enum status make_jobs(struct store *store, struct report **reports, size_t count,
                             struct filing_job *jobs, size_t *job_count, struct error *error)
{
    struct buffer *seat_keys = &store->change->seat_keys;
    enum status status = STATUS_OK;
    buffer_clear(seat_keys);
    *job_count = 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct unit_name unit;
        if (reports[i]->decision) {
            status = find_unit(store, reports, count, reports[i], &unit, error);
            reports[i]->outcome = OUTCOME_CHANGED;
        } else {
            unit = unit_of(reports[i]);
        }
        if (status == STATUS_AGAIN) {
            bool returns = reports[i]->decision->verdict == VERDICT_REFILE;
            status = returns ? take_withdrawal(store->change, reports[i], error) : STATUS_OK;
            continue;
        }
        if (status == STATUS_OK)
            status = leave_former(store, reports[i], jobs, job_count, error);
        if (status == STATUS_OK)
            add_job(store->change, jobs, job_count,
                    (struct filing_job){.report = reports[i], .unit = unit});
    }
    const char *key = seat_keys->data; /* only now: it no longer moves */
    for (size_t i = 0; i < *job_count; key += jobs[i++].seat_key.len)
        jobs[i].seat_key.data = key;
    if (*job_count)
        qsort(jobs, *job_count, sizeof *jobs, by_seat);
    return status;
}

/* All reports of one seat. */
static enum status apply_seat(struct store *store, struct filing_job *jobs, size_t count,
                              struct error *error)
{
    struct change *change = store->change;
    struct seat_change *seat = &change->seat;
    seat->key = jobs[0].seat_key;
    buffer_clear(&seat->before);
    enum status status = kv_get(store->kv, FAMILY_REPORTS, seat->key, &seat->before, error);
    if (status == STATUS_AGAIN)
        status = STATUS_OK;
    buffer_clear(&seat->after);
    buffer_add(&seat->after, buffer_slice(&seat->before));
    if (status == STATUS_OK)
        status = aside_load(change, error);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        seat->unit = jobs[i].unit;
        const struct decision *decision = jobs[i].report->decision;
        bool stood;
        if (jobs[i].leaves)
            status = document_leave(change, &jobs[i].report->arena, jobs[i].report->sha256, &stood,
                                    error);
        else if (!decision)
            status = take_report(change, jobs[i].report, error);
        else if (decision->verdict == VERDICT_CHOOSE)
            status = take_choice(change, jobs[i].report, error);
        else if (verdict_of_document(decision->verdict))
            status = take_withdrawal(change, jobs[i].report, error);
        else
            status = take_decision(change, jobs[i].report, error);
    }
    if (status == STATUS_OK)
        status = change_seat(change, error);
    if (status == STATUS_OK)
        status = aside_store(change, error);
    return status;
}

static enum status apply_all(struct store *store, struct filing_job *jobs, size_t count,
                             struct error *error)
{
    enum status status = STATUS_OK;
    for (size_t start = 0, end; status == STATUS_OK && start < count; start = end) {
        for (end = start + 1; end < count; end++)
            if (!slice_equal(jobs[end].seat_key, jobs[start].seat_key))
                break;
        status = apply_seat(store, jobs + start, end - start, error);
    }
    return status;
}

/* ---- the commit ---- */

static enum status drop_oldest(struct store *store, struct log_extent *next, struct error *error)
{
    char key[8];
    struct buffer records = {0};
    enum status status = log_read(store->kv, next->first, &records, error);
    next->bytes -= records.len < next->bytes ? records.len : next->bytes;
    buffer_release(&records);
    log_key_of(next->first++, key);
    kv_batch_delete(store->change->batch, FAMILY_CHANGES, (struct slice){key, sizeof key});
    return status;
}

/* The batch's changes become the next version; old ones are dropped. */
static enum status append_log(struct store *store, struct log_extent *next, struct error *error)
{
    struct change *change = store->change;
    char key[8];
    enum status status = STATUS_OK;
    next->version++;
    next->bytes += change->log.len;
    log_key_of(next->version, key);
    kv_batch_put(change->batch, FAMILY_CHANGES, (struct slice){key, sizeof key},
                 buffer_slice(&change->log));
    while (status == STATUS_OK && next->first < next->version &&
           (next->version - next->first >= store->options.log_versions ||
            next->bytes > store->options.log_bytes))
        status = drop_oldest(store, next, error);
    log_extent_put(change->batch, next);
    return status;
}

static enum status write_batch(struct store *store, struct error *error)
{
    struct change *change = store->change;
    struct log_extent next = store->log;
    enum status status = STATUS_OK;
    if (dictionary_count(&store->dictionary) > MAX_INDICATORS)
        return fail(error, STATUS_FATAL, "more than %d indicators: is the catalogue right?",
                    MAX_INDICATORS);
    if (change->log.len)
        status = append_log(store, &next, error);
    if (status == STATUS_OK)
        status = failpoint("store.commit", error);
    if (status == STATUS_OK && kv_batch_count(change->batch))
        status = kv_commit(store->kv, change->batch, true, error);
    if (status != STATUS_OK)
        return status;
    store->log = next;
    atomic_fetch_add(&store->commits, 1);
    status = failpoint("store.committed", error);
    if (status == STATUS_OK)
        status = weigh_renew(change, error);
    if (kv_batch_count(change->batch)) /* it has written more */
        atomic_fetch_add(&store->commits, 1);
    return status;
}

static enum status apply_batch(struct store *store, struct report **reports, size_t count,
                               struct error *error)
{
    struct change *change = store->change;
    kv_batch_clear(change->batch);
    buffer_clear(&change->log);
    buffer_clear(&change->withdrawn);
    buffer_clear(&change->moved);
    weigh_clear(&change->weigh);
    struct filing_job *jobs = memory_alloc(2 * count * sizeof *jobs); /* a seat left, one taken */
    size_t job_count;
    enum status status = make_jobs(store, reports, count, jobs, &job_count, error);
    if (status == STATUS_OK)
        status = apply_all(store, jobs, job_count, error);
    if (status == STATUS_OK)
        status = weigh_all(change, error);
    passages_write(change);
    if (status == STATUS_OK)
        status = write_batch(store, error);
    free(jobs);
    return status;
}

enum status store_apply(struct store *store, struct report **reports, size_t count,
                        struct error *error)
{
    if (store->broken != STATUS_OK)
        return fail(error, store->broken, "%s", store->why_broken.text);
    if (count == 0)
        return STATUS_OK;
    enum status status = apply_batch(store, reports, count, &store->why_broken);
    if (status == STATUS_OK)
        return STATUS_OK;
    store->broken = status == STATUS_RETRY ? STATUS_RETRY : STATUS_FATAL;
    return fail(error, store->broken, "%s", store->why_broken.text);
}

/* ---- its storage ---- */

void change_init(struct change *change, struct store *store)
{
    const struct slice all = {NULL, 0};
    struct kv_cursor *decisions = kv_cursor_new(store->kv, FAMILY_DECISIONS, all, all);
    change->any_decisions = kv_cursor_valid(decisions);
    kv_cursor_free(&decisions);
    change->kv = store->kv;
    change->batch = kv_batch_new(store->kv);
    change->dictionary = &store->dictionary;
    change->regions = store->regions;
}

void change_release(struct change *change)
{
    struct buffer *buffers[] = {&change->log,
                                &change->passages.entries,
                                &change->passages.seats,
                                &change->passages.before,
                                &change->passages.after,
                                &change->seat.before,
                                &change->seat.after,
                                &change->seat.aside_before,
                                &change->seat.aside,
                                &change->seat_keys,
                                &change->filing,
                                &change->next_seat,
                                &change->key,
                                &change->withdrawn,
                                &change->moved,
                                &change->value};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_release(buffers[i]);
    free(change->numbers.items);
    weigh_release(&change->weigh);
    filing_scratch_release(&change->scratch);
    kv_batch_free(&change->batch);
}
