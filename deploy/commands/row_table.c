/* row_table.c - rows for a person's eyes: columns that line up under Chinese text, the sentence cut
 * so that the figure stays in sight. The thread of the command.
 *
 *   地区/单位      年份  指标              数值  单位  原文
 *   隰县人民政府   2023  受理行政复议案件     9  件    …共受理行政复议案件9件，…
 */
#include "deploy/commands/row_table.h"
#include "deploy/commands/columns.h"
#include "deploy/commands/row_text.h"

#include <math.h>
#include <stdlib.h>

enum column { COLUMN_WHO, COLUMN_YEAR, COLUMN_LABEL, COLUMN_VALUE, COLUMN_UNIT, COLUMN_COUNT };

enum { GAP = 2, LEAST_TEXT = 20 };

static const char *const heads[COLUMN_COUNT] = {"地区/单位", "年份", "指标", "数值", "单位"};
static const unsigned most_columns[COLUMN_COUNT] = {36, 4, 32, 18, 8};

static const char *const level_words[] = {[LEVEL_PROVINCE] = "省级",
                                          [LEVEL_PREFECTURE] = "地级",
                                          [LEVEL_COUNTY] = "县级",
                                          [LEVEL_TOWNSHIP] = "乡级"};

static void put_rounded(struct buffer *out, const char *word, double value)
{
    char text[32];
    number_text(round(value * 100) / 100, text);
    buffer_format(out, "%s%s", word, text);
}

/* 30000余, ≥98, 约200; * where the report contradicts itself. */
static void put_figure(struct buffer *out, const struct row *row)
{
    static const char *const before[] = {"", "", "≥", "≤", "约"};
    char number[32];
    bool rollup = is_rollup(row);
    bool rate = slice_equal(row->unit, SLICE("%"));
    if (rollup) {
        put_rounded(out, rate ? "均" : "计", rate ? row->mean : row->sum);
        return;
    }
    number_text(row->value, number);
    buffer_format(out, "%s%s%s%s", before[row->bound], number, row->bound == BOUND_OVER ? "余" : "",
                  row->conflict ? "*" : "");
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
        buffer_format(out, "（各%s）", level_words[row->children_level]);
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
    buffer_format(out, "%u个中%u个报告", row->children, row->reporting);
    if (row->reporting == 1)
        return;
    put_rounded(out, "：最小", row->min);
    put_rounded(out, "，中位", row->median);
    put_rounded(out, "，平均", row->mean);
    put_rounded(out, "，最大", row->max);
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
        const struct evidence *shown = row->evidence;
        for (size_t i = 0; row->conflict && i < row->evidence_count; i++)
            if (row->evidence[i].value == row->value)
                shown = &row->evidence[i];
        if (row->conflict) {
            buffer_add(&text, SLICE("*另有"));
            for (size_t i = 0; i < row->evidence_count; i++)
                if (row->evidence[i].value != row->value)
                    buffer_format(&text, "%.*s、", SLICE_ARGS(row->evidence[i].text));
            text.len -= strlen("、");
            buffer_add(&text, SLICE("｜"));
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
        widths[c] = text_columns(slice_of(heads[c]));
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
            buffer_add(&field, slice_of(heads[c]));
        put_cell(out, buffer_slice(&field), widths[c], c == COLUMN_VALUE);
        buffer_add(out, SLICE("  "));
    }
    buffer_release(&field);
    if (row)
        put_source(out, row, text_room(table->out, widths, first));
    else
        buffer_add(out, SLICE("原文"));
    buffer_append(out, "\n", 1);
}

/* ---- a table ---- */

void row_table_keep(struct row_table *table, const struct row *row)
{
    struct arena *arena = &table->arena;
    struct row *copy = ARENA_PUSH(arena, table->rows, table->row_count, table->capacity);
    *copy = *row;
    copy->indicator = arena_copy(arena, row->indicator);
    copy->label = arena_copy(arena, row->label);
    copy->region_name = arena_copy(arena, row->region_name);
    copy->township = arena_copy(arena, row->township);
    copy->issuer = arena_copy(arena, row->issuer);
    copy->unit = arena_copy(arena, row->unit);
    copy->evidence = arena_alloc(arena, row->evidence_count * sizeof *row->evidence);
    for (size_t i = 0; i < row->evidence_count; i++) {
        copy->evidence[i] = row->evidence[i];
        copy->evidence[i].text = arena_copy(arena, row->evidence[i].text);
        copy->evidence[i].sentence = arena_copy(arena, row->evidence[i].sentence);
    }
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
    buffer_format(out, "  %06u  %04u年  %zu项\n", row->region, row->year, rows);
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
        buffer_add(out, SLICE("（撤下）"));
    } else {
        put_figure(out, row);
        buffer_format(out, " %.*s", SLICE_ARGS(row->unit));
    }
    buffer_append(out, "\n", 1);
}
