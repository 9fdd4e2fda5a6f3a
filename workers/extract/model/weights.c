/* weights.c - weights.tsv in memory: an open table from features to short runs of weights.
 *
 * Read by one thread, then only looked at. Happy path: read line by line, sort by feature, lay the
 * runs down, the often met first; once the units are known, put the columns in their order. What
 * can fail: a line that is none of three fields, whose weight is none, or whose feature stands in
 * an unknown place.
 */
#include "workers/extract/model/weights_private.h"

#include <stdio.h>
#include <stdlib.h>

struct line {
    uint64_t feature;
    uint16_t label;
    int16_t weight;
};

/* ---- reading ---- */

struct reading {
    const char *path;
    struct line *lines;
    size_t count, capacity;
    int32_t settling[SETTLE_TERMS];
    struct slice id; /* of the last line, with its label if known */
    uint16_t label;
    bool known;
};

static enum status bad_line(const struct reading *reading, size_t number, struct error *error,
                            const char *what)
{
    return fail(
        error, STATUS_BAD,
        "%s:%zu:1: %s: write indicator, feature and a whole number, parted by tabs, or learn "
        "the file anew with `xianzhi catalogue train`",
        reading->path, number, what);
}

/* A whole number within the limit, all of `text`. */
static bool read_weight(struct slice text, int16_t *weight)
{
    bool negative = text.len && text.data[0] == '-';
    int value = 0;
    if (text.len == negative || text.len > 6)
        return false;
    for (size_t i = negative; i < text.len; i++) {
        if (text.data[i] < '0' || text.data[i] > '9')
            return false;
        value = value * 10 + (text.data[i] - '0');
    }
    *weight = (int16_t)(negative ? -value : value);
    return value <= WEIGHTS_MAX;
}

static bool is_of_settling(struct reading *reading, struct slice name, int16_t weight)
{
    if (!slice_starts(name, SLICE("settle:")))
        return false;
    for (size_t t = 0; t < SETTLE_TERMS; t++)
        if (settle_name(t) && slice_equal(name, slice_of(settle_name(t)))) {
            reading->settling[t] = weight;
            return true;
        }
    return false;
}

/* The file is sorted by indicator: the last one's number is nearly always asked for again. */
static bool find_label(struct reading *reading, struct slice id, weights_label *find, void *context)
{
    if (reading->id.len && slice_equal(id, reading->id))
        return reading->known;
    reading->id = id;
    reading->known = true;
    if (slice_equal(id, SLICE("-")))
        reading->label = LABEL_NONE;
    else if (slice_equal(id, SLICE("*")))
        reading->label = LABEL_ANY;
    else
        reading->known = find(context, id, &reading->label);
    return reading->known;
}

static enum status read_line(struct reading *reading, struct slice text, size_t number,
                             weights_label *find, void *context, struct error *error)
{
    size_t tab = slice_find(text, SLICE("\t"), 0);
    size_t second = tab == SIZE_MAX ? SIZE_MAX : slice_find(text, SLICE("\t"), tab + 1);
    struct line line = {0};
    if (second == SIZE_MAX)
        return bad_line(reading, number, error, "not three fields");
    struct slice id = slice_range(text, 0, tab), name = slice_range(text, tab + 1, second);
    if (!read_weight(slice_range(text, second + 1, text.len), &line.weight))
        return bad_line(reading, number, error, "not a weight");
    if (is_of_settling(reading, name, line.weight))
        return STATUS_OK;
    line.feature = feature_of_name(name);
    if (line.feature == 0)
        return bad_line(reading, number, error, "an unknown place in front of the colon");
    if (!find_label(reading, id, find, context))
        return STATUS_OK;
    line.label = reading->label;
    if (reading->count == reading->capacity) {
        reading->capacity = reading->capacity ? reading->capacity * 2 : 4096;
        reading->lines = memory_resize(reading->lines, reading->capacity * sizeof *reading->lines);
    }
    reading->lines[reading->count++] = line;
    return STATUS_OK;
}

/* A stable pass over one digit of the features, the bits from `shift` on. */
enum { DIGIT_BITS = 12, DIGITS = 1 << DIGIT_BITS };
static void sort_by_digit(const struct line *lines, size_t count, unsigned shift, struct line *out)
{
    size_t ends[DIGITS] = {0};
    for (size_t i = 0; i < count; i++)
        ends[lines[i].feature >> shift & (DIGITS - 1)]++;
    for (size_t d = 1; d < DIGITS; d++)
        ends[d] += ends[d - 1];
    for (size_t i = count; i-- > 0;)
        out[--ends[lines[i].feature >> shift & (DIGITS - 1)]] = lines[i];
}

/* By feature. Features are random numbers: their first two digits put nearly all in their places,
 * and the others lie next to theirs. */
static void sort_lines(struct line *lines, size_t count)
{
    struct line *spare = memory_alloc((count + 1) * sizeof *spare);
    sort_by_digit(lines, count, 64 - 2 * DIGIT_BITS, spare);
    sort_by_digit(spare, count, 64 - DIGIT_BITS, lines);
    free(spare);
    for (size_t i = 1; i < count; i++) {
        struct line line = lines[i];
        size_t at = i;
        for (; at > 0 && lines[at - 1].feature > line.feature; at--)
            lines[at] = lines[at - 1];
        lines[at] = line;
    }
}

static uint32_t one_of(size_t column, int16_t weight)
{
    return IS_ONE | (uint32_t)column << ONE_COLUMN | (uint16_t)weight;
}

static size_t end_of_run(const struct reading *reading, size_t first)
{
    size_t end = first + 1;
    while (end < reading->count && reading->lines[end].feature == reading->lines[first].feature)
        end++;
    return end;
}

static size_t largest_of(const struct reading *reading)
{
    int largest = 1;
    for (size_t i = 0; i < reading->count; i++)
        if (abs(reading->lines[i].weight) > largest)
            largest = abs(reading->lines[i].weight);
    return (size_t)largest;
}

/* Of zeros, from the start of a line of memory on; ends the program where there is no memory. */
static void *lines_of(size_t bytes)
{
    void *lines = aligned_alloc(LINE_BYTES, bytes);
    return lines ? memset(lines, 0, bytes) : memory_alloc(SIZE_MAX);
}

static void make_room(struct weights *weights, const struct reading *reading)
{
    size_t slots = 64, features = 0, rows = 0, columns = FIRST_LABEL;
    for (size_t i = 0, end; i < reading->count; i = end, features++) {
        end = end_of_run(reading, i);
        rows += end - i >= ROW_FROM;
    }
    for (size_t i = 0; i < reading->count; i++)
        if (column_of(reading->lines[i].label) >= columns)
            columns = column_of(reading->lines[i].label) + 1;
    while (slots < features * 2)
        slots *= 2;
    weights->mask = slots - 1;
    weights->slots = memory_zero(slots * sizeof *weights->slots);
    weights->entries = memory_alloc((reading->count + 1) * sizeof *weights->entries);
    weights->columns = (columns + WEIGHTS_STEP - 1) / WEIGHTS_STEP * WEIGHTS_STEP;
    weights->rows = lines_of((rows + 1) * weights->columns * sizeof *weights->rows);
    weights->safely = INT16_MAX / largest_of(reading);
}

static uint32_t add_row(struct weights *weights, const struct line *lines, size_t count)
{
    int16_t *row = weights->rows + weights->row_count * weights->columns;
    for (size_t i = 0; i < count; i++)
        row[column_of(lines[i].label)] = lines[i].weight;
    return (uint32_t)weights->row_count++ | IS_ROW;
}

static uint32_t add_entries(struct weights *weights, const struct line *lines, size_t count)
{
    struct weight_entry *run = weights->entries + weights->entry_count;
    for (size_t i = 0; i < count; i++)
        run[i] = (struct weight_entry){(uint16_t)column_of(lines[i].label), lines[i].weight};
    run[count - 1].column |= LAST_OF_RUN;
    weights->entry_count += count;
    return (uint32_t)(run - weights->entries) + 1;
}

static uint32_t add_run(struct weights *weights, const struct line *lines, size_t count)
{
    if (count == 1)
        return one_of(column_of(lines->label), lines->weight);
    return count >= ROW_FROM ? add_row(weights, lines, count) : add_entries(weights, lines, count);
}

/* Features of `least` to `most` weights. */
static void add_runs(struct weights *weights, const struct reading *reading, size_t least,
                     size_t most)
{
    for (size_t i = 0, end; i < reading->count; i = end) {
        const struct line *lines = &reading->lines[i];
        end = end_of_run(reading, i);
        if (end - i >= least && end - i <= most)
            *slot_of(weights, lines->feature) =
                (struct weight_slot){tag_of(lines->feature), add_run(weights, lines, end - i)};
    }
}

/* The features of many weights, which are met most often, come first: they lie close together and
 * in the slots that are looked at first. */
static struct weights *build(struct reading *reading)
{
    struct weights *weights = memory_zero(sizeof *weights);
    if (reading->count)
        sort_lines(reading->lines, reading->count);
    make_room(weights, reading);
    weights->count = reading->count;
    memcpy(weights->settling, reading->settling, sizeof weights->settling);
    add_runs(weights, reading, ROW_FROM, SIZE_MAX);
    add_runs(weights, reading, ROW_FROM / 4, ROW_FROM - 1);
    add_runs(weights, reading, 1, ROW_FROM / 4 - 1);
    for (size_t i = 0; i < reading->count; i++)
        if (reading->lines[i].label < WEIGHTS_LABELS)
            weights->columns_of[reading->lines[i].label] =
                (uint16_t)column_of(reading->lines[i].label);
    return weights;
}

/* ---- arranging ---- */

static void arrange_row(int16_t *row, const uint16_t *columns, size_t count)
{
    int16_t old[WEIGHTS_COLUMNS];
    memcpy(old, row, count * sizeof *row);
    memset(row, 0, count * sizeof *row);
    for (size_t i = 0; i < count; i++)
        if (old[i])
            row[columns[i]] = old[i];
}

static void arrange_entries(struct weights *weights, const uint16_t *columns)
{
    for (size_t i = 0; i < weights->entry_count; i++) {
        struct weight_entry *entry = &weights->entries[i];
        entry->column =
            (uint16_t)(columns[entry->column & ~LAST_OF_RUN] | (entry->column & LAST_OF_RUN));
    }
}

void weights_arrange(struct weights *weights, const uint16_t *labels, size_t count)
{
    uint16_t columns[WEIGHTS_COLUMNS] = {0};
    uint16_t next = FIRST_LABEL; /* rows have no room for what was never learned */
    columns[COLUMN_ANY] = COLUMN_ANY;
    for (size_t i = 0; i < count; i++)
        if (weights_know(weights, labels[i])) {
            columns[weights->columns_of[labels[i]]] = next;
            weights->columns_of[labels[i]] = next++;
        }
    for (size_t i = 0; i < weights->row_count; i++)
        arrange_row(weights->rows + i * weights->columns, columns, weights->columns);
    arrange_entries(weights, columns);
    for (size_t i = 0; i <= weights->mask; i++) {
        uint32_t run = weights->slots[i].run;
        if (run & IS_ONE)
            weights->slots[i].run = one_of(columns[column_of_one(run)], (int16_t)run);
    }
}

uint64_t weights_step(const struct weights *weights, uint16_t label)
{
    if (label != LABEL_NONE && !weights_know(weights, label))
        return 0;
    return (uint64_t)1 << (label == LABEL_NONE ? COLUMN_NONE : weights->columns_of[label]) /
                              WEIGHTS_STEP;
}

enum status weights_read(struct weights **weights, const char *path, struct slice text,
                         weights_label *label, void *context, struct error *error)
{
    struct reading reading = {.path = path};
    enum status status = STATUS_OK;
    size_t number = 1;
    for (size_t from = 0; from < text.len && status == STATUS_OK; number++) {
        size_t end = slice_find(text, SLICE("\n"), from);
        end = end == SIZE_MAX ? text.len : end;
        if (end > from && text.data[from] != '#')
            status =
                read_line(&reading, slice_range(text, from, end), number, label, context, error);
        from = end + 1;
    }
    if (status == STATUS_OK)
        *weights = build(&reading);
    free(reading.lines);
    return status;
}

void weights_free(struct weights **weights)
{
    if (!*weights)
        return;
    free((*weights)->slots);
    free((*weights)->entries);
    free((*weights)->rows);
    free(*weights);
    *weights = NULL;
}

size_t weights_count(const struct weights *weights)
{
    return weights->count;
}

const int32_t *weights_of_settling(const struct weights *weights)
{
    return weights->settling;
}
