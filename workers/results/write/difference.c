/* difference.c - what follows from a seat being another than before: rows, children, figures of
 * roll-ups and the change log are compared and only what differs is written, so that nothing is
 * added twice or left behind. Owned by the store's thread; what fails: a damaged store. */
#include "workers/results/write/write.h"

/* ---- rows ---- */

static void add_number(struct numbers *numbers, uint32_t number)
{
    if (numbers->count == numbers->capacity) {
        numbers->capacity = numbers->capacity ? numbers->capacity * 2 : 256;
        numbers->items = memory_resize(numbers->items, numbers->capacity * sizeof *numbers->items);
    }
    numbers->items[numbers->count++] = number;
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

static uint32_t number_of(struct change *change, const struct filed_row *row)
{
    return dictionary_note(change->dictionary, row->indicator, row->label, row->rollup,
                           change->batch, FAMILY_META);
}

static void put_unit(struct change *change, const struct unit_name *unit,
                     const struct filing *filing)
{
    struct filed_row row;
    change->numbers.count = 0;
    for (size_t i = 0; filing_row(filing, i, &row); i++)
        add_number(&change->numbers, number_of(change, &row));
    buffer_clear(&change->key);
    unit_key_put(&change->key, unit);
    if (change->numbers.count == 0) {
        kv_batch_delete(change->batch, FAMILY_UNITS, buffer_slice(&change->key));
        return;
    }
    buffer_clear(&change->value);
    unit_write(filing->level, change->numbers.items, change->numbers.count, &change->value);
    kv_batch_put(change->batch, FAMILY_UNITS, buffer_slice(&change->key),
                 buffer_slice(&change->value));
}

static enum status change_document(struct change *change, const struct unit_name *unit,
                                   const struct filing *before, const struct filing *after,
                                   struct error *error)
{
    enum status status = STATUS_OK;
    bool same = before && after && slice_equal(before->sha256, after->sha256);
    if (same && slice_equal(before->catalogue, after->catalogue))
        return STATUS_OK;
    if (before && !same)
        status = document_drop(change, DOCUMENT_STANDS, unit, before->sha256, error);
    if (after)
        document_put(change, DOCUMENT_STANDS, unit, after->catalogue, after->sha256);
    return status;
}

static enum status change_unit(struct change *change, const struct unit_name *unit,
                               struct slice old_bytes, struct slice new_bytes, struct error *error)
{
    struct filing before = {0}, after = {0};
    struct filed_row left, right;
    size_t i = 0, j = 0;
    int order;
    enum status status = STATUS_OK;
    if (old_bytes.data)
        status = filing_read(old_bytes, &before, error);
    if (status == STATUS_OK && new_bytes.data)
        status = filing_read(new_bytes, &after, error);
    bool other_rows = status == STATUS_OK && before.level != after.level;
    change->numbers.count = 0;
    while (status == STATUS_OK && next_pair(&before, &after, &i, &j, &left, &right, &order)) {
        other_rows = other_rows || order != 0;
        if (order != 0 || !filed_rows_equal(&before, left, &after, right))
            add_number(&change->numbers, number_of(change, order < 0 ? &left : &right));
    }
    if (status == STATUS_OK)
        status = change_document(change, unit, old_bytes.data ? &before : NULL,
                                 new_bytes.data ? &after : NULL, error);
    if (change->numbers.count)
        log_rows(&change->log, unit, change->numbers.items, change->numbers.count);
    if (other_rows)
        put_unit(change, unit, &after);
    return status;
}

/* ---- the figures that roll-ups are made of ---- */

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

static void put_figures(struct change *change, const struct unit_name *unit, enum level level,
                        const struct filing *filing)
{
    buffer_clear(&change->key);
    panel_key_put(&change->key, unit->year, level, unit->region);
    buffer_clear(&change->value);
    panel_write(filing, change->dictionary, change->batch, FAMILY_META, &change->value);
    if (change->value.len)
        kv_batch_put(change->batch, FAMILY_PANEL, buffer_slice(&change->key),
                     buffer_slice(&change->value));
    else
        kv_batch_delete(change->batch, FAMILY_PANEL, buffer_slice(&change->key));
    weigh_figures(&change->weigh, unit->year, level);
    log_figures(&change->log, unit->region, unit->year, level, change->numbers.items,
                change->numbers.count);
}

static enum status change_figures(struct change *change, const struct unit_name *unit,
                                  struct slice old_seat, struct slice new_seat, struct error *error)
{
    struct filing before, after;
    struct filed_row left, right;
    size_t i = 0, j = 0;
    int order;
    enum level level = region_level(change->regions, unit->region);
    if (!unit_has_peers(change->regions, unit))
        return STATUS_OK;
    enum status status = principal_filing(old_seat, level, &before, error);
    if (status == STATUS_OK)
        status = principal_filing(new_seat, level, &after, error);
    change->numbers.count = 0;
    while (status == STATUS_OK && next_pair(&before, &after, &i, &j, &left, &right, &order))
        if (order != 0 || left.value != right.value || !slice_equal(left.unit, right.unit))
            add_number(&change->numbers, number_of(change, order < 0 ? &left : &right));
    if (status == STATUS_OK && change->numbers.count)
        put_figures(change, unit, level, &after);
    return status;
}

/* Those who have left the seat: their document was withdrawn. */
static enum status change_gone(struct change *change, struct slice before, struct slice after,
                               struct error *error)
{
    struct seat_change *seat = &change->seat;
    struct seat_entry entry;
    bool bad = false;
    enum status status = STATUS_OK;
    for (size_t at = 0; status == STATUS_OK && seat_next(before, &at, &entry, &bad);) {
        if (seat_filing(after, entry.issuer, &bad).data)
            continue;
        seat->unit.issuer = entry.issuer;
        status = change_unit(change, &seat->unit, entry.filing, (struct slice){NULL, 0}, error);
    }
    return status;
}

/* Each in the new seat is compared with itself in the old one. */
enum status change_seat(struct change *change, struct error *error)
{
    struct seat_change *seat = &change->seat;
    struct slice before = buffer_slice(&seat->before), after = buffer_slice(&seat->after);
    if (slice_equal(before, after))
        return STATUS_OK;
    if (after.len)
        kv_batch_put(change->batch, FAMILY_REPORTS, seat->key, after);
    else
        kv_batch_delete(change->batch, FAMILY_REPORTS, seat->key);
    weigh_seat(&change->weigh, seat->key, before, after);
    struct seat_entry entry;
    bool bad = false;
    enum status status = STATUS_OK;
    for (size_t at = 0; status == STATUS_OK && seat_next(after, &at, &entry, &bad);) {
        struct slice old = seat_filing(before, entry.issuer, &bad);
        if (old.data && slice_equal(old, entry.filing))
            continue;
        seat->unit.issuer = entry.issuer;
        status = change_unit(change, &seat->unit, old, entry.filing, error);
    }
    if (status == STATUS_OK)
        status = change_gone(change, before, after, error);
    if (status == STATUS_OK)
        status = passages_change(change, error);
    if (status == STATUS_OK)
        status = change_figures(change, &seat->unit, before, after, error);
    return status;
}
