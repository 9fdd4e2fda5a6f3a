/* apply.c - files a batch of reports: decides what each does, and writes only what changed.
 *
 * Happy path: bring the reports of one seat together, start from what the store holds, let each
 * report in order of arrival take its unit's place or not, then compare the seat before and after:
 * all that is written follows from the difference. One atomic, synced write at the end, or several,
 * one behind the other: a report that moves a document to another unit has one of its own, and what
 * hangs on another comes behind that one's. What fails: reading or writing the store; then nothing
 * was changed on disk since the last write. Owned by the store's thread.
 */
#include "workers/results/write/write.h"

#include "proto/base/digest.h"
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

/* Which it is, or is about. */
static const uint8_t *document_of(const struct report *report)
{
    return report->decision ? report->decision->sha256 : report->sha256;
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

/* Whose it was before a person has said that it is another's; STATUS_AGAIN: nobody has, or it was
 * nobody's. */
static enum status former_unit(struct store *store, struct report *report, struct unit_name *former,
                               struct error *error)
{
    struct unit_name unit = unit_of(report);
    if (!is_placed_by_person(report))
        return STATUS_AGAIN;
    enum status status =
        document_unit(store->change, report->sha256, &report->arena, former, error);
    return status == STATUS_OK && unit_names_equal(former, &unit) ? STATUS_AGAIN : status;
}

/* A unit that the document leaves before anything else is done with the report: it was filed there
 * before a person placed it elsewhere, or is filed there, too, and withdrawn now. STATUS_AGAIN:
 * none does. */
static enum status unit_left(struct store *store, struct report *report, struct unit_name *unit,
                             struct error *error)
{
    struct change *change = store->change;
    const struct decision *decision = report->decision;
    if (!decision || decision->verdict != VERDICT_UNFILE)
        return former_unit(store, report, unit, error);
    history_key(&change->key, decision->sha256, report->seq);
    buffer_clear(&change->value);
    enum status status =
        kv_get(change->kv, FAMILY_DECISIONS, buffer_slice(&change->key), &change->value, error);
    if (status != STATUS_AGAIN) /* it was done then, and what has come since may stay */
        return status == STATUS_OK ? STATUS_AGAIN : status;
    return document_elsewhere(change, decision->sha256, &report->arena, unit, error);
}

/* Decisions of documents that are nobody's in force change nothing and get no job, but one that
 * lets a document come back, which changes no seat. With a former unit the one report is filed
 * first, if at all (`count` 0: only its document leaves), and leaves it then. */
static enum status make_jobs(struct store *store, struct report **reports, size_t count,
                             const struct unit_name *former, struct filing_job *jobs,
                             size_t *job_count, struct error *error)
{
    struct buffer *seat_keys = &store->change->seat_keys;
    enum status status = STATUS_OK;
    buffer_clear(seat_keys);
    *job_count = 0;
    for (size_t i = 0; i < count && status == STATUS_OK; i++) {
        struct unit_name unit;
        if (reports[i]->decision) {
            status = document_unit(store->change, document_of(reports[i]), &reports[i]->arena,
                                   &unit, error);
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
            add_job(store->change, jobs, job_count,
                    (struct filing_job){.report = reports[i], .unit = unit});
    }
    if (former && (*job_count || !count))
        add_job(store->change, jobs, job_count,
                (struct filing_job){.report = reports[0], .unit = *former, .leaves = true});
    const char *key = seat_keys->data; /* only now: it no longer moves */
    for (size_t i = 0; i < *job_count; key += jobs[i++].seat_key.len)
        jobs[i].seat_key.data = key;
    if (*job_count && !former)
        qsort(jobs, *job_count, sizeof *jobs, by_seat);
    return status;
}

static enum status open_seat(struct change *change, struct slice key, struct error *error)
{
    struct seat_change *seat = &change->seat;
    seat->key = key;
    buffer_clear(&seat->before);
    enum status status = kv_get(change->kv, FAMILY_REPORTS, key, &seat->before, error);
    buffer_clear(&seat->after);
    buffer_add(&seat->after, buffer_slice(&seat->before));
    return status == STATUS_OK || status == STATUS_AGAIN ? aside_load(change, error) : status;
}

/* All reports of one seat. */
static enum status apply_seat(struct store *store, struct filing_job *jobs, size_t count,
                              struct error *error)
{
    struct change *change = store->change;
    struct seat_change *seat = &change->seat;
    enum status status = open_seat(change, jobs[0].seat_key, error);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        seat->unit = jobs[i].unit;
        const struct decision *decision = jobs[i].report->decision;
        struct filing left;
        if (jobs[i].leaves)
            status = document_leave(change, &jobs[i].report->arena, document_of(jobs[i].report),
                                    &left, error);
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

/* Its entry is where it stands now. */
static void note_moved(struct change *change, const struct report *report)
{
    struct unit_name unit = unit_of(report);
    struct slice sha256 = {(const char *)report->sha256, sizeof report->sha256};
    bool former = report->outcome == OUTCOME_STALE;
    if (report->outcome != OUTCOME_WITHDRAWN)
        document_put(change, former ? DOCUMENT_FORMER : DOCUMENT_STANDS, &unit, report->catalogue,
                     sha256);
}

/* It has left the unit, even if nothing of it was there. */
static enum status note_left(struct change *change, const struct report *report,
                             const struct unit_name *unit, struct error *error)
{
    struct slice sha256 = {(const char *)document_of(report), DIGEST_BYTES};
    enum status status = STATUS_OK;
    for (enum document_index index = 0; !status && index < DOCUMENT_INDEX_COUNT; index++)
        status = document_drop(change, index, unit, sha256, error);
    return status;
}

static enum status apply_batch(struct store *store, struct report **reports, size_t count,
                               const struct unit_name *former, struct error *error)
{
    struct change *change = store->change;
    kv_batch_clear(change->batch);
    buffer_clear(&change->log);
    buffer_clear(&change->withdrawn);
    buffer_clear(&change->filed);
    weigh_clear(&change->weigh);
    struct filing_job *jobs = memory_alloc((count + 1) * sizeof *jobs); /* and the seat left */
    size_t job_count;
    enum status status = make_jobs(store, reports, count, former, jobs, &job_count, error);
    if (status == STATUS_OK)
        status = apply_all(store, jobs, job_count, error);
    if (status == STATUS_OK && former && count)
        note_moved(change, reports[0]);
    else if (status == STATUS_OK && former)
        status = note_left(change, reports[0], former, error);
    if (status == STATUS_OK)
        status = weigh_all(change, error);
    passages_write(change);
    if (status == STATUS_OK)
        status = write_batch(store, error);
    free(jobs);
    return status;
}

/* ---- documents that a person moves to another unit ---- */

/* Whether what becomes of the last of them hangs on one before it, in whichever seat: it decides on
 * a document that was brought, brings one that was decided on, or says whose one is that was
 * brought. */
static bool hangs_on_another(struct report **reports, size_t count)
{
    const struct report *last = reports[count - 1];
    bool any = is_placed_by_person(last);
    for (size_t i = 0; i + 1 < count; i++)
        if ((any || !last->decision != !reports[i]->decision) &&
            memcmp(document_of(last), document_of(reports[i]), DIGEST_BYTES) == 0)
            return true;
    return false;
}

/* How many from the first on, which moves none, until one moves its document, or hangs on one
 * before it. */
static enum status count_unmoved(struct store *store, struct report **reports, size_t count,
                                 size_t *unmoved, struct error *error)
{
    struct unit_name former;
    enum status status = STATUS_AGAIN;
    for (*unmoved = 1; *unmoved < count; ++*unmoved) {
        if (hangs_on_another(reports, *unmoved + 1))
            break;
        status = unit_left(store, reports[*unmoved], &former, error);
        if (status != STATUS_AGAIN)
            break;
    }
    return status == STATUS_AGAIN ? STATUS_OK : status;
}

/* Two of one document do not stand in two seats: what a person says of whose it is takes it out of
 * the one that it was filed in, whatever becomes of it where it belongs. */
static enum status apply_move(struct store *store, struct report *report,
                              const struct unit_name *former, struct error *error)
{
    struct change *change = store->change;
    struct editions editions;
    enum chosen_by chosen;
    struct slice sha256 = {(const char *)report->sha256, sizeof report->sha256};
    buffer_clear(&change->seat_keys);
    seat_key_put(&change->seat_keys, former);
    enum status status = open_seat(change, buffer_slice(&change->seat_keys), error);
    if (status == STATUS_OK)
        status = editions_gather(change, &report->arena, former->issuer, &editions, error);
    if (status != STATUS_OK)
        return status;
    const struct filing *held = editions_filing(&editions, sha256, &chosen);
    if (!held || chosen < CHOSEN_BY_PLACING || !came_before(report, held))
        return apply_batch(store, &report, 1, former, error);
    report->outcome = OUTCOME_STALE; /* somebody has moved it since: this comes late, or again */
    return STATUS_OK;
}

/* Each that moves its document is a batch of its own, in its turn: what it does to two seats
 * depends on what was filed in both before it, and that in whatever order their keys stand. So is
 * each place that a withdrawn document has beside the one where its withdrawal is filed at last. */
static enum status apply_next(struct store *store, struct report **reports, size_t count,
                              size_t *applied, struct error *error)
{
    struct unit_name former;
    enum status status = unit_left(store, reports[0], &former, error);
    *applied = status == STATUS_OK && reports[0]->decision ? 0 : 1;
    if (!*applied)
        return apply_batch(store, reports, 0, &former, error);
    if (status == STATUS_OK)
        return apply_move(store, reports[0], &former, error);
    if (status == STATUS_AGAIN)
        status = count_unmoved(store, reports, count, applied, error);
    return status ? status : apply_batch(store, reports, *applied, NULL, error);
}

enum status store_apply(struct store *store, struct report **reports, size_t count,
                        struct error *error)
{
    if (store->broken != STATUS_OK)
        return fail(error, store->broken, "%s", store->why_broken.text);
    enum status status = STATUS_OK;
    for (size_t at = 0, applied; status == STATUS_OK && at < count; at += applied)
        status = apply_next(store, reports + at, count - at, &applied, &store->why_broken);
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
                                &change->filed,
                                &change->value};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_release(buffers[i]);
    free(change->numbers.items);
    weigh_release(&change->weigh);
    filing_scratch_release(&change->scratch);
    kv_batch_free(&change->batch);
}
