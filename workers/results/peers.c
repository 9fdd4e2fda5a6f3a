/* peers.c - medians and deviations over the panel, and the question whether a value is far out.
 *
 *   record   entries in order of indicator: number, median and spread of ln(value), as they lie in
 *            memory; a store isn't carried to other machines
 *
 * No state, any thread that may read the kv.
 */
#include "workers/results/peers.h"

#include "workers/results/coding.h"
#include "workers/results/keys.h"

#include <math.h>
#include <stdlib.h>

/* A normal distribution's standard deviation is 1.4826 of its MAD. Where nearly all report the same
 * value, a tenth more or less is still no surprise. */
static const double normal = 1.4826, least_spread = 0.1, far_spreads = 3.5;

enum { FAR = 10, WORTH = 20 }; /* ten times as much, where the greater is at least twenty */

struct entry {
    uint32_t indicator;
    float median, spread;
};

struct value {
    uint32_t indicator;
    float ln;
};

struct values {
    struct value *items;
    size_t count, capacity;
};

/* ---- asking ---- */

bool values_far(double a, double b)
{
    double less = fmin(fabs(a), fabs(b)), more = fmax(fabs(a), fabs(b));
    return more >= WORTH && less > 0 && more >= FAR * less;
}

bool peers_far(struct slice record, uint32_t indicator, double value)
{
    size_t low = 0, high = record.len / sizeof(struct entry);
    while (low < high && value > 0) {
        size_t middle = low + (high - low) / 2;
        struct entry entry;
        memcpy(&entry, record.data + middle * sizeof entry, sizeof entry);
        if (entry.indicator == indicator)
            return fabs(log(value) - entry.median) > far_spreads * entry.spread &&
                   values_far(value, exp(entry.median));
        if (entry.indicator < indicator)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

/* ---- making ---- */

static bool add_figures(struct values *values, struct slice record)
{
    struct coded in = coded_of(record);
    while (in.at < in.end && !in.bad) {
        uint32_t indicator = (uint32_t)coded_number(&in);
        double value = coded_double(&in);
        coded_text(&in); /* the unit */
        if (in.bad || !(value > 0))
            continue;
        if (values->count == values->capacity) {
            values->capacity = values->capacity ? values->capacity * 2 : 4096;
            values->items = memory_resize(values->items, values->capacity * sizeof *values->items);
        }
        values->items[values->count++] = (struct value){indicator, (float)log(value)};
    }
    return !in.bad;
}

static int by_indicator(const void *left, const void *right)
{
    const struct value *a = left, *b = right;
    if (a->indicator != b->indicator)
        return a->indicator < b->indicator ? -1 : 1;
    return (a->ln > b->ln) - (a->ln < b->ln);
}

static float middle_of(const struct value *sorted, size_t count)
{
    return (sorted[(count - 1) / 2].ln + sorted[count / 2].ln) / 2;
}

/* `sorted`: of one indicator; its logarithms are lost. */
static void put_entry(struct value *sorted, size_t count, struct buffer *out)
{
    struct entry entry = {.indicator = sorted->indicator, .median = middle_of(sorted, count)};
    for (size_t i = 0; i < count; i++)
        sorted[i].ln = fabsf(sorted[i].ln - entry.median);
    qsort(sorted, count, sizeof *sorted, by_indicator);
    entry.spread = (float)fmax(normal * middle_of(sorted, count), least_spread);
    buffer_append(out, &entry, sizeof entry);
}

static void put_entries(struct values *values, struct buffer *out)
{
    if (values->count)
        qsort(values->items, values->count, sizeof *values->items, by_indicator);
    for (size_t start = 0, end; start < values->count; start = end) {
        for (end = start + 1; end < values->count; end++)
            if (values->items[end].indicator != values->items[start].indicator)
                break;
        if (end - start >= LEAST_PEERS)
            put_entry(values->items + start, end - start, out);
    }
}

enum status peers_make(struct kv *kv, unsigned panel_family, uint16_t year, enum level level,
                       struct buffer *out, size_t *reports, struct error *error)
{
    struct values values = {0};
    struct buffer from = {0}, to = {0};
    bool good = true;
    *reports = 0;
    panel_key_put(&from, year, level, 0);
    panel_key_put(&to, year, level + 1, 0);
    struct kv_cursor *cursor =
        kv_cursor_new(kv, panel_family, buffer_slice(&from), buffer_slice(&to));
    for (; good && kv_cursor_valid(cursor); kv_cursor_next(cursor), ++*reports)
        good = add_figures(&values, kv_cursor_value(cursor));
    enum status status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    if (status == STATUS_OK && !good)
        status =
            fail(error, STATUS_FATAL,
                 "the store holds figures that make no sense: it is damaged; restore it from a "
                 "backup");
    if (status == STATUS_OK)
        put_entries(&values, out);
    free(values.items);
    buffer_release(&from);
    buffer_release(&to);
    return status;
}
