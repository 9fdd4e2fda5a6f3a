/* apply.c - files a batch of reports: decides what each does, and writes only what changed.
 *
 * Happy path: bring the reports of one seat together, start from what the store holds, let each
 * report in order of arrival take its unit's place or not, then compare the seat before and after:
 * rows, children, roll-ups and the change log follow from the difference, so that nothing is added
 * twice or left behind. One atomic, synced write at the end. What fails: reading or writing the
 * store; then nothing was changed on disk. Owned by the store's thread.
 */
#include "workers/aggregate/private.h"

#include "proto/digest.h"

#include "proto/failpoint.h"

#include <stdlib.h>

struct filing_job {
    struct slice seat_key;
    struct report *report;
    uint32_t arrival;
};

static struct unit_name unit_of(const struct report *report)
{
    return (struct unit_name){.region = report->meta.region,
                              .township = report->meta.township,
                              .kind = report->meta.kind,
                              .issuer = report->meta.issuer,
                              .year = report->meta.year};
}

/* ---- what a report does to its seat ---- */

static struct slice find_filing(struct slice seat, struct slice issuer, bool *bad)
{
    struct seat_entry entry;
    for (size_t at = 0; seat_next(seat, &at, &entry, bad);)
        if (slice_equal(entry.issuer, issuer))
            return entry.filing;
    return (struct slice){NULL, 0};
}

static void seat_report(struct store *store, struct report *report, uint64_t seq, uint64_t path_seq,
                        struct slice path)
{
    buffer_clear(&store->filing);
    filing_write(report, seq, path_seq, path, &store->scratch, &store->filing);
    buffer_clear(&store->next_seat);
    seat_replace(buffer_slice(&store->seat), report->meta.issuer, buffer_slice(&store->filing),
                 &store->next_seat);
    struct buffer swap = store->seat;
    store->seat = store->next_seat;
    store->next_seat = swap;
}

/* The same bytes again. They keep the path of their first submission and the number of their last,
 * whichever comes first here; a delivery repeated by the broker changes nothing at all. */
static void seat_duplicate(struct store *store, struct report *report, const struct filing *filing)
{
    report->outcome = OUTCOME_DUPLICATE;
    bool earlier = report->seq < filing->path_seq;
    if (!earlier && report->seq <= filing->seq)
        return;
    uint64_t seq = report->seq > filing->seq ? report->seq : filing->seq;
    uint64_t path_seq = earlier ? report->seq : filing->path_seq;
    struct slice path = arena_copy(&report->arena, earlier ? report->path : filing->path);
    seat_report(store, report, seq, path_seq, path);
}

static struct slice hex_of(struct arena *arena, struct slice sha256)
{
    char *hex = arena_alloc(arena, sha256.len * 2 + 1);
    digest_hex(sha256, hex);
    return (struct slice){hex, sha256.len * 2};
}

static enum status take_seat(struct store *store, struct report *report, struct error *error)
{
    bool bad = false;
    struct filing filing;
    struct slice held = find_filing(buffer_slice(&store->seat), report->meta.issuer, &bad);
    if (bad)
        return fail(error, STATUS_FATAL,
                    "the store holds a seat that makes no sense: it is damaged; restore it from a "
                    "backup");
    if (!held.data) {
        report->outcome = OUTCOME_APPLIED;
        seat_report(store, report, report->seq, report->seq, report->path);
        return STATUS_OK;
    }
    enum status status = filing_read(held, &filing, error);
    if (status != STATUS_OK)
        return status;
    struct slice sha256 = {(const char *)report->sha256, sizeof report->sha256};
    if (slice_equal(filing.sha256, sha256) && slice_equal(filing.catalogue, report->catalogue)) {
        seat_duplicate(store, report, &filing);
    } else if (report->seq < filing.seq) {
        report->outcome = OUTCOME_STALE;
    } else {
        report->outcome = OUTCOME_REPLACED;
        report->replaced = hex_of(&report->arena, filing.sha256);
        seat_report(store, report, report->seq, report->seq, report->path);
    }
    return STATUS_OK;
}

/* ---- what the difference does to rows ---- */

static uint32_t *next_number(struct store *store)
{
    if (store->number_count == store->number_capacity) {
        store->number_capacity = store->number_capacity ? store->number_capacity * 2 : 256;
        store->numbers =
            memory_resize(store->numbers, store->number_capacity * sizeof *store->numbers);
    }
    return &store->numbers[store->number_count++];
}

/* Walks the rows of two filings side by side. -1: only before has the next one, 1: only after. */
static bool next_pair(const struct filing *before, const struct filing *after, size_t *i, size_t *j,
                      struct filed_row *left, struct filed_row *right, int *order)
{
    bool has_left = filing_row(before, *i, left), has_right = filing_row(after, *j, right);
    if (!has_left && !has_right)
        return false;
    *order = !has_left ? 1 : !has_right ? -1 : slice_compare(left->indicator, right->indicator);
    *i += *order <= 0;
    *j += *order >= 0;
    return true;
}

static uint32_t number_of(struct store *store, const struct filed_row *row)
{
    return dictionary_note(&store->dictionary, row->indicator, row->label, store->batch,
                           FAMILY_META);
}

static void put_unit(struct store *store, const struct unit_name *unit, const struct filing *filing)
{
    struct filed_row row;
    store->number_count = 0;
    for (size_t i = 0; filing_row(filing, i, &row); i++)
        *next_number(store) = number_of(store, &row);
    buffer_clear(&store->key);
    unit_key_put(&store->key, unit);
    if (store->number_count == 0) {
        kv_batch_delete(store->batch, FAMILY_UNITS, buffer_slice(&store->key));
        return;
    }
    buffer_clear(&store->value);
    unit_write(filing->level, store->numbers, store->number_count, &store->value);
    kv_batch_put(store->batch, FAMILY_UNITS, buffer_slice(&store->key),
                 buffer_slice(&store->value));
}

static enum status change_unit(struct store *store, const struct unit_name *unit,
                               struct slice old_bytes, struct slice new_bytes, struct error *error)
{
    struct filing before = {0}, after = {0};
    struct filed_row left, right;
    size_t i = 0, j = 0;
    int order;
    enum status status = STATUS_OK;
    if (old_bytes.data)
        status = filing_read(old_bytes, &before, error);
    if (status == STATUS_OK)
        status = filing_read(new_bytes, &after, error);
    bool other_rows = status == STATUS_OK && before.level != after.level;
    store->number_count = 0;
    while (status == STATUS_OK && next_pair(&before, &after, &i, &j, &left, &right, &order)) {
        other_rows = other_rows || order != 0;
        if (order != 0 || !filed_rows_equal(&before, left, &after, right))
            *next_number(store) = number_of(store, order < 0 ? &left : &right);
    }
    if (store->number_count)
        log_rows(&store->changes, unit, store->numbers, store->number_count);
    if (other_rows)
        put_unit(store, unit, &after);
    return status;
}

/* ---- what it does to the figures that roll-ups are made of ---- */

/* The figures count only where the report's own level is that of its region: a township whose name
 * wasn't found must not speak for its county. */
static enum status principal_filing(struct slice seat, enum level level, struct filing *filing,
                                    struct error *error)
{
    struct seat_entry entry;
    *filing = (struct filing){0};
    if (!seat_principal(seat, &entry))
        return STATUS_OK;
    enum status status = filing_read(entry.filing, filing, error);
    if (status == STATUS_OK && filing->level != level)
        *filing = (struct filing){0};
    return status;
}

static void put_figures(struct store *store, const struct unit_name *unit, enum level level,
                        const struct filing *filing)
{
    buffer_clear(&store->key);
    panel_key_put(&store->key, unit->year, level, unit->region);
    buffer_clear(&store->value);
    panel_write(filing, &store->dictionary, store->batch, FAMILY_META, &store->value);
    if (store->value.len)
        kv_batch_put(store->batch, FAMILY_PANEL, buffer_slice(&store->key),
                     buffer_slice(&store->value));
    else
        kv_batch_delete(store->batch, FAMILY_PANEL, buffer_slice(&store->key));
    log_figures(&store->changes, unit->region, unit->year, level, store->numbers,
                store->number_count);
}

static enum status change_figures(struct store *store, const struct unit_name *unit,
                                  struct slice old_seat, struct slice new_seat, struct error *error)
{
    struct filing before, after;
    struct filed_row left, right;
    size_t i = 0, j = 0;
    int order;
    enum level level = region_level(store->regions, unit->region);
    if (unit->kind != KIND_GOVERNMENT || unit->township.len || level < LEVEL_PROVINCE)
        return STATUS_OK;
    enum status status = principal_filing(old_seat, level, &before, error);
    if (status == STATUS_OK)
        status = principal_filing(new_seat, level, &after, error);
    store->number_count = 0;
    while (status == STATUS_OK && next_pair(&before, &after, &i, &j, &left, &right, &order))
        if (order != 0 || left.value != right.value || !slice_equal(left.unit, right.unit))
            *next_number(store) = number_of(store, order < 0 ? &left : &right);
    if (status == STATUS_OK && store->number_count)
        put_figures(store, unit, level, &after);
    return status;
}

/* Units never leave a seat; each in the new seat is compared with itself in the old one. */
static enum status change_seat(struct store *store, struct slice seat_key, struct unit_name unit,
                               struct error *error)
{
    struct slice old_seat = buffer_slice(&store->old_seat), new_seat = buffer_slice(&store->seat);
    if (slice_equal(old_seat, new_seat))
        return STATUS_OK;
    kv_batch_put(store->batch, FAMILY_REPORTS, seat_key, new_seat);
    struct seat_entry entry;
    bool bad = false;
    enum status status = STATUS_OK;
    for (size_t at = 0; status == STATUS_OK && seat_next(new_seat, &at, &entry, &bad);) {
        struct slice before = find_filing(old_seat, entry.issuer, &bad);
        if (before.data && slice_equal(before, entry.filing))
            continue;
        unit.issuer = entry.issuer;
        status = change_unit(store, &unit, before, entry.filing, error);
    }
    if (status == STATUS_OK)
        status = passages_change(store, seat_key, old_seat, new_seat, error);
    if (status == STATUS_OK)
        status = change_figures(store, &unit, old_seat, new_seat, error);
    return status;
}

/* ---- the batch ---- */

static int by_seat(const void *left, const void *right)
{
    const struct filing_job *a = left, *b = right;
    int order = slice_compare(a->seat_key, b->seat_key);
    return order ? order : (a->arrival > b->arrival) - (a->arrival < b->arrival);
}

static struct filing_job *sort_jobs(struct store *store, struct report **reports, size_t count)
{
    struct filing_job *jobs = memory_alloc(count * sizeof *jobs);
    size_t start = 0;
    buffer_clear(&store->seat_keys);
    for (size_t i = 0; i < count; i++) {
        struct unit_name unit = unit_of(reports[i]);
        seat_key_put(&store->seat_keys, &unit);
        jobs[i] = (struct filing_job){.report = reports[i], .arrival = (uint32_t)i};
        jobs[i].seat_key.len = store->seat_keys.len - start;
        start = store->seat_keys.len;
    }
    const char *key = store->seat_keys.data; /* only now: it no longer moves */
    for (size_t i = 0; i < count; key += jobs[i++].seat_key.len)
        jobs[i].seat_key.data = key;
    qsort(jobs, count, sizeof *jobs, by_seat);
    return jobs;
}

/* All reports of one seat. */
static enum status apply_seat(struct store *store, struct filing_job *jobs, size_t count,
                              struct error *error)
{
    buffer_clear(&store->old_seat);
    enum status status =
        kv_get(store->kv, FAMILY_REPORTS, jobs[0].seat_key, &store->old_seat, error);
    if (status == STATUS_AGAIN)
        status = STATUS_OK;
    buffer_clear(&store->seat);
    buffer_add(&store->seat, buffer_slice(&store->old_seat));
    for (size_t i = 0; status == STATUS_OK && i < count; i++)
        status = take_seat(store, jobs[i].report, error);
    if (status == STATUS_OK)
        status = change_seat(store, jobs[0].seat_key, unit_of(jobs[0].report), error);
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

static enum status write_batch(struct store *store, struct error *error)
{
    struct log_extent next = store->log;
    enum status status = STATUS_OK;
    if (dictionary_count(&store->dictionary) > MAX_INDICATORS)
        return fail(error, STATUS_FATAL, "more than %d indicators: is the catalogue right?",
                    MAX_INDICATORS);
    if (store->changes.len)
        status = store_log_append(store, &next, error);
    if (status == STATUS_OK)
        status = failpoint("store.commit", error);
    if (status == STATUS_OK && kv_batch_count(store->batch))
        status = kv_commit(store->kv, store->batch, true, error);
    if (status == STATUS_OK)
        status = failpoint("store.committed", error);
    if (status == STATUS_OK)
        store->log = next;
    return status;
}

static enum status apply_batch(struct store *store, struct report **reports, size_t count,
                               struct error *error)
{
    kv_batch_clear(store->batch);
    buffer_clear(&store->changes);
    struct filing_job *jobs = sort_jobs(store, reports, count);
    enum status status = apply_all(store, jobs, count, error);
    passages_write(store);
    if (status == STATUS_OK)
        status = write_batch(store, error);
    free(jobs);
    if (kv_batch_count(store->batch))
        store_forget(store);
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
