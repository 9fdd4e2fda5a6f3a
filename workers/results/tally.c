/* tally.c - sums in the order of regions (so that they don't depend on the order of arrival), the
 * median by selection. Pure but for the storage it keeps. */
#include "workers/results/tally.h"

#include "proto/base/memory.h"

#include <stdlib.h>

struct unit_count {
    uint32_t unit, count;
};

struct tally_line {
    double *values;
    struct unit_count *units;
    uint32_t count, capacity;
    uint32_t unit_count, unit_capacity;
};

static struct tally_line *line_of(struct tally *tally, uint32_t indicator)
{
    if (indicator >= tally->count) {
        uint32_t count = indicator + 64;
        tally->lines = memory_resize(tally->lines, count * sizeof *tally->lines);
        memset(tally->lines + tally->count, 0, (count - tally->count) * sizeof *tally->lines);
        tally->used = memory_resize(tally->used, count * sizeof *tally->used);
        tally->count = count;
    }
    return &tally->lines[indicator];
}

static void count_unit(struct tally_line *line, uint32_t unit)
{
    for (uint32_t i = 0; i < line->unit_count; i++) {
        if (line->units[i].unit == unit) {
            line->units[i].count++;
            return;
        }
    }
    if (line->unit_count == line->unit_capacity) {
        line->unit_capacity = line->unit_capacity ? line->unit_capacity * 2 : 4;
        line->units = memory_resize(line->units, line->unit_capacity * sizeof *line->units);
    }
    line->units[line->unit_count++] = (struct unit_count){unit, 1};
}

void tally_add(struct tally *tally, uint32_t indicator, double value, uint32_t unit)
{
    struct tally_line *line = line_of(tally, indicator);
    if (line->count == 0)
        tally->used[tally->used_count++] = indicator;
    if (line->count == line->capacity) {
        line->capacity = line->capacity ? line->capacity * 2 : 16;
        line->values = memory_resize(line->values, line->capacity * sizeof *line->values);
    }
    line->values[line->count++] = value;
    count_unit(line, unit);
}

static struct slice commonest_unit(const struct tally_line *line, const struct names *units)
{
    struct slice best = {"", 0};
    uint32_t most = 0;
    for (uint32_t i = 0; i < line->unit_count; i++) {
        struct slice text = names_text(units, line->units[i].unit);
        if (line->units[i].count > most ||
            (line->units[i].count == most && slice_compare(text, best) < 0)) {
            most = line->units[i].count;
            best = text;
        }
    }
    return best;
}

/* Wirth's selection: afterwards values[k] is what sorting would put there, and nothing before it is
 * greater. */
static double select_value(double *values, uint32_t count, uint32_t k)
{
    int64_t low = 0, high = (int64_t)count - 1;
    while (low < high) {
        double pivot = values[k];
        int64_t i = low, j = high;
        do {
            while (values[i] < pivot)
                i++;
            while (pivot < values[j])
                j--;
            if (i <= j) {
                double swap = values[i];
                values[i++] = values[j];
                values[j--] = swap;
            }
        } while (i <= j);
        if (j < (int64_t)k)
            low = i;
        if ((int64_t)k < i)
            high = j;
    }
    return values[k];
}

/* Changes the order of the values. */
static double median_of(double *values, uint32_t count)
{
    double upper = select_value(values, count, count / 2);
    if (count % 2)
        return upper;
    double lower = values[0];
    for (uint32_t i = 1; i < count / 2; i++)
        if (values[i] > lower)
            lower = values[i];
    return (lower + upper) / 2;
}

static void close_line(struct tally_line *line, struct rollup *rollup, const struct names *units)
{
    const double *values = line->values;
    long double sum = 0; /* so that 0.1 + 0.2 is 0.3 in fifteen digits */
    rollup->min = rollup->max = values[0];
    for (uint32_t i = 0; i < line->count; i++) {
        sum += (long double)values[i];
        if (values[i] < rollup->min)
            rollup->min = values[i];
        if (values[i] > rollup->max)
            rollup->max = values[i];
    }
    rollup->reporting = line->count;
    rollup->sum = (double)sum;
    rollup->mean = (double)(sum / line->count);
    rollup->median = median_of(line->values, line->count);
    rollup->unit = commonest_unit(line, units);
    line->count = 0;
    line->unit_count = 0;
}

void tally_close(struct tally *tally, const struct rollup *pattern, const struct names *units,
                 struct rollup_list *out)
{
    for (uint32_t i = 0; i < tally->used_count; i++) {
        if (out->count == out->capacity) {
            out->capacity = out->capacity ? out->capacity * 2 : 256;
            out->items = memory_resize(out->items, out->capacity * sizeof *out->items);
        }
        struct rollup *rollup = &out->items[out->count++];
        *rollup = *pattern;
        rollup->indicator = tally->used[i];
        close_line(&tally->lines[tally->used[i]], rollup, units);
    }
    tally->used_count = 0;
}

void tally_release(struct tally *tally)
{
    for (uint32_t i = 0; i < tally->count; i++) {
        free(tally->lines[i].values);
        free(tally->lines[i].units);
    }
    free(tally->lines);
    free(tally->used);
    *tally = (struct tally){0};
}
