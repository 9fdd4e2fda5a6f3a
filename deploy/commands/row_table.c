/* row_table.c - rows for a person's eyes: columns that line up under Chinese text, the sentence cut
 * so that the figure stays in sight. The thread of the command.
 *
 *   地区/单位      年度  指标              数值  单位  原文
 *   隰县人民政府   2023  受理行政复议案件     9  件    …共受理行政复议案件9件，…
 */
#include "deploy/commands/row_table.h"
#include "deploy/commands/columns.h"
#include "deploy/commands/words.h"
#include "proto/base/json_text.h"

#include <math.h>
#include <stdlib.h>

enum column { COLUMN_WHO, COLUMN_YEAR, COLUMN_LABEL, COLUMN_VALUE, COLUMN_UNIT, COLUMN_COUNT };

enum { GAP = 2, LEAST_TEXT = 20 };

static const char *const heads[COLUMN_COUNT] = {TR("region or unit"), TR("year"), TR("indicator"),
                                                TR("value"), TR("unit")};
static const unsigned most_columns[COLUMN_COUNT] = {36, 4, 32, 18, 8};

static void put_rounded(struct buffer *out, const char *word, double value)
{
    char text[32];
    number_text(round(value * 100) / 100, text);
    buffer_format(out, "%s%s", word, text);
}

/* "more than 30000" (30000余), ≥98; * where the report contradicts itself. */
static void put_figure(struct buffer *out, const struct row *row)
{
    static const char *const formats[] = {"%s", TR("more than %s"), "≥%s", "≤%s", TR("about %s")};
    char number[32];
    bool rollup = is_rollup(row);
    bool rate = row->rollup == ROLLUP_MEAN;
    if (rollup) {
        put_rounded(out, rate ? tr("mean ") : tr("sum "), rate ? row->mean : row->sum);
        return;
    }
    number_text(row->value, number);
    buffer_format(out, tr(formats[row->bound]), number);
    buffer_add(out, row->conflict ? SLICE("*") : SLICE(""));
}

static void put_who(struct buffer *out, const struct row *row)
{
    if (!is_rollup(row) && row->issuer.len) {
        buffer_add(out, row->issuer);
        return;
    }
    if (row->region_name.len)
        buffer_add(out, row->region_name);
    else
        buffer_format(out, "%06u", row->region);
    buffer_add(out, row->township);
    if (is_rollup(row))
        buffer_format(out, tr(" (each %.*s)"),
                      SLICE_ARGS(word_for_people(slice_of(level_name(row->children_level)))));
}

static void put_field(struct buffer *out, const struct row *row, enum column column)
{
    switch (column) {
    case COLUMN_WHO:
        put_who(out, row);
        break;
    case COLUMN_YEAR:
        buffer_format(out, "%04u", row->year);
        break;
    case COLUMN_LABEL:
        buffer_add(out, row->label.len ? row->label : row->indicator);
        break;
    case COLUMN_VALUE:
        put_figure(out, row);
        break;
    default:
        buffer_add(out, row->unit);
    }
}

static void put_summary(struct buffer *out, const struct row *row)
{
    buffer_format(out, tr("%2$u of %1$u reported"), row->children, row->reporting);
    if (row->reporting == 1)
        return;
    put_rounded(out, tr(": least "), row->min);
    put_rounded(out, tr(", median "), row->median);
    put_rounded(out, tr(", mean "), row->mean);
    put_rounded(out, tr(", greatest "), row->max);
}

/* What the figure rests on: its sentence, or for a roll-up who reported. Where a report gives
 * several figures, the others are named. */
static void put_source(struct buffer *out, const struct row *row, unsigned columns)
{
    struct buffer text = {0};
    struct slice mention = {NULL, 0};
    if (is_rollup(row)) {
        put_summary(&text, row);
    } else if (row->evidence_count) {
        const struct evidence *shown = &row->evidence[0];
        if (row->conflict) {
            buffer_add(&text, slice_of(tr("*also ")));
            for (size_t i = 0; i < row->evidence_count; i++)
                if (row->evidence[i].value != row->value)
                    buffer_format(&text, tr("%.*s, "), SLICE_ARGS(row->evidence[i].text));
            text.len -= strlen(tr("%.*s, ")) - strlen("%.*s");
            buffer_add(&text, slice_of(tr(" | ")));
        }
        unsigned taken = text_columns(buffer_slice(&text));
        put_cut(out, buffer_slice(&text), columns);
        buffer_clear(&text);
        columns = taken < columns ? columns - taken : 0;
        buffer_add(&text, shown->sentence);
        mention = shown->text;
    }
    put_around(out, buffer_slice(&text), mention, columns);
    buffer_release(&text);
}

static void measure(const struct row *rows, size_t count, unsigned widths[COLUMN_COUNT])
{
    struct buffer field = {0};
    for (unsigned c = 0; c < COLUMN_COUNT; c++) {
        widths[c] = text_columns(slice_of(tr(heads[c])));
        for (size_t i = 0; i < count; i++) {
            buffer_clear(&field);
            put_field(&field, &rows[i], c);
            unsigned columns = text_columns(buffer_slice(&field));
            if (columns > widths[c])
                widths[c] = columns;
        }
        if (widths[c] > most_columns[c])
            widths[c] = most_columns[c];
    }
    buffer_release(&field);
}

static unsigned text_room(FILE *out, const unsigned widths[COLUMN_COUNT], unsigned first)
{
    unsigned taken = 0, all = stream_columns(out);
    for (unsigned c = first; c < COLUMN_COUNT; c++)
        if (c == COLUMN_WHO || c >= first)
            taken += widths[c] + GAP;
    return taken + LEAST_TEXT < all ? all - taken : LEAST_TEXT;
}

static void put_row(struct row_table *table, const struct row *row,
                    const unsigned widths[COLUMN_COUNT], unsigned first)
{
    struct buffer field = {0}, *out = table->text;
    for (unsigned c = first; c < COLUMN_COUNT; c++) {
        buffer_clear(&field);
        if (row)
            put_field(&field, row, c);
        else
            buffer_add(&field, slice_of(tr(heads[c])));
        put_cell(out, buffer_slice(&field), widths[c], c == COLUMN_VALUE);
        buffer_add(out, SLICE("  "));
    }
    buffer_release(&field);
    if (row)
        put_source(out, row, text_room(table->out, widths, first));
    else
        buffer_add(out, slice_of(tr("text")));
    buffer_append(out, "\n", 1);
}

/* ---- a table ---- */

void row_table_keep(struct row_table *table, const struct row *row)
{
    struct arena *arena = &table->arena;
    row_copy(arena, row, ARENA_PUSH(arena, table->rows, table->row_count, table->capacity));
}

static void forget_rows(struct row_table *table)
{
    table->rows = NULL;
    table->row_count = table->capacity = 0;
    arena_reset(&table->arena);
}

void row_table_print(struct row_table *table)
{
    unsigned widths[COLUMN_COUNT];
    if (table->row_count == 0)
        return;
    measure(table->rows, table->row_count, widths);
    if (!table->headed)
        put_row(table, NULL, widths, COLUMN_WHO);
    table->headed = true;
    for (size_t i = 0; i < table->row_count; i++)
        put_row(table, &table->rows[i], widths, COLUMN_WHO);
    forget_rows(table);
}

/* ---- a table a unit ---- */

static int compare_units(const struct row *a, const struct row *b)
{
    if (is_rollup(a) != is_rollup(b))
        return is_rollup(a) ? 1 : -1;
    if (a->region != b->region)
        return a->region < b->region ? -1 : 1;
    int order = slice_compare(a->township, b->township);
    if (!order)
        order = (int)a->kind - (int)b->kind;
    if (!order)
        order = slice_compare(a->issuer, b->issuer);
    if (!order)
        order = (int)a->year - (int)b->year;
    return order ? order : (int)a->children_level - (int)b->children_level;
}

static int by_unit(const void *left, const void *right)
{
    const struct row *a = left, *b = right;
    int order = compare_units(a, b);
    return order ? order : slice_compare(a->indicator, b->indicator);
}

static void put_heading(struct row_table *table, const struct row *row, size_t rows)
{
    struct buffer *out = table->text;
    if (table->headed)
        buffer_append(out, "\n", 1);
    table->headed = true;
    put_who(out, row);
    buffer_format(out, tr("  %06u  year %04u  %zu values\n"), row->region, row->year, rows);
}

void row_table_print_by_unit(struct row_table *table)
{
    struct row *rows = table->rows;
    unsigned widths[COLUMN_COUNT];
    if (table->row_count == 0)
        return;
    qsort(rows, table->row_count, sizeof *rows, by_unit);
    measure(rows, table->row_count, widths);
    for (size_t start = 0, end; start < table->row_count; start = end) {
        for (end = start + 1; end < table->row_count; end++)
            if (compare_units(&rows[start], &rows[end]) != 0)
                break;
        put_heading(table, &rows[start], end - start);
        for (size_t i = start; i < end; i++)
            put_row(table, &rows[i], widths, COLUMN_LABEL);
    }
    forget_rows(table);
}

void row_table_release(struct row_table *table)
{
    arena_release(&table->arena);
}

/* ---- a line ---- */

void row_line(const struct row *row, struct buffer *out)
{
    buffer_format(out, "%04u  ", row->year);
    put_who(out, row);
    buffer_format(out, "  %.*s  ", SLICE_ARGS(row->label.len ? row->label : row->indicator));
    if (row->gone) {
        buffer_add(out, slice_of(tr("(gone)")));
    } else {
        put_figure(out, row);
        buffer_format(out, " %.*s", SLICE_ARGS(row->unit));
    }
    buffer_append(out, "\n", 1);
}
