/* html_table.c - counts the columns of a table, then puts its cells where they belong.
 *
 * The table is as wide as its widest row of two cells or more: a title over all columns often
 * claims more than there are. Spans are bounded by that width, so that a page can't blow itself up.
 * One thread a table; nothing fails, blocks.h keeps what grows too large.
 */
#include "workers/ingest/format/html_table.h"

#include "workers/text/utf8.h"

enum {
    CELL_MEAN_BYTES = 200, /* more: paragraphs, not cells */
    ROWSPAN_MAX = 65534,   /* as browsers have it */
    LABEL_MAX_BYTES = 90,
};

static bool is_cell(const struct html_node *node)
{
    return html_is(node, "td") || html_is(node, "th");
}

/* ---- is it data? ---- */

struct census {
    size_t rows, cells, text;
    bool nested;
};

static void count_bytes(struct slice text, size_t *bytes)
{
    for (size_t i = 0; i < text.len; i++)
        *bytes += !strchr(" \t\r\n", text.data[i]);
}

static void take_census(const struct html_node *node, struct census *census,
                        struct html_table_budget *budget)
{
    for (node = html_first(node); node && !census->nested; node = html_next(node)) {
        if (budget->left == 0) {
            census->nested = true;
            return;
        }
        budget->left--;
        if (html_is_text(node)) {
            count_bytes(html_text(node), &census->text);
            continue;
        }
        census->rows += html_is(node, "tr");
        census->cells += is_cell(node);
        census->nested = html_is(node, "table");
        take_census(node, census, budget);
    }
}

bool html_table_holds_data(const struct html_node *table, struct html_table_budget *budget)
{
    struct census census = {0};
    take_census(table, &census, budget);
    return !census.nested && census.rows > 0 && census.cells > census.rows &&
           census.text < census.cells * CELL_MEAN_BYTES;
}

/* ---- columns ---- */

/* The number that an attribute gives, 1 if it gives none. */
static unsigned span_of(const struct html_node *cell, const char *name, unsigned max)
{
    struct slice text = html_attribute(cell, name, NULL);
    unsigned value = 0;
    size_t at = 0;
    while (at < text.len && strchr(" \t\r\n", text.data[at]))
        at++;
    for (; at < text.len && text.data[at] >= '0' && text.data[at] <= '9' && value < max; at++)
        value = value * 10 + (unsigned)(text.data[at] - '0');
    return value == 0 ? 1 : value > max ? max : value;
}

static unsigned row_width(const struct html_node *row)
{
    unsigned width = 0, cells = 0;
    for (const struct html_node *cell = html_first(row); cell; cell = html_next(cell))
        if (is_cell(cell)) {
            width += span_of(cell, "colspan", HTML_TABLE_MAX_COLUMNS);
            cells++;
            width = width > HTML_TABLE_MAX_COLUMNS ? HTML_TABLE_MAX_COLUMNS : width;
        }
    return cells > 1 ? width : cells;
}

static unsigned widest(const struct html_node *node)
{
    unsigned width = 0;
    for (node = html_first(node); node; node = html_next(node)) {
        unsigned here = html_is(node, "tr")      ? row_width(node)
                        : html_is(node, "table") ? 0
                                                 : widest(node);
        width = here > width ? here : width;
    }
    return width;
}

void html_table_open(struct html_table *table, struct blocks *blocks, const struct html_node *node)
{
    *table = (struct html_table){.blocks = blocks};
    table->width = widest(node);
    table->width = table->width ? table->width : 1;
}

/* ---- rows ---- */

void html_table_row(struct html_table *table)
{
    table->column = 0;
    blocks_begin(table->blocks, BLOCK_ROW, NULL);
}

/* Columns that cells of earlier rows reach down into. */
static void fill_hanging(struct html_table *table)
{
    for (; table->column < table->width && table->hanging[table->column].rows; table->column++) {
        struct hanging *hanging = &table->hanging[table->column];
        blocks_cell(table->blocks, NULL);
        blocks_add(table->blocks, hanging->label);
        if (--hanging->rows == 0)
            hanging->label = (struct slice){0};
    }
}

bool html_table_cell(struct html_table *table, const struct html_node *cell)
{
    fill_hanging(table);
    if (table->column == table->width)
        return false;
    table->spans = span_of(cell, "colspan", table->width - table->column);
    table->reaches = span_of(cell, "rowspan", ROWSPAN_MAX);
    blocks_cell(table->blocks, NULL);
    table->cell_start = blocks_current(table->blocks).len;
    return true;
}

/* No digit, no numeral: what may stand twice without being counted twice. */
static bool is_label(struct slice text)
{
    static const char numerals[] = "一二两三四五六七八九十百千万亿半〇零壹贰叁肆伍陆柒捌玖拾";
    if (text.len > LABEL_MAX_BYTES)
        return false;
    for (size_t at = 0; at < text.len; at += utf8_length(text.data + at)) {
        struct slice one = slice_range(text, at, at + utf8_length(text.data + at));
        if ((one.data[0] >= '0' && one.data[0] <= '9') || one.len == 4 ||
            (one.len == 3 && slice_has(SLICE(numerals), one)))
            return false;
        if (one.len == 3 && slice_starts(one, SLICE("\xEF\xBC"))) /* full-width forms */
            return false;
    }
    return true;
}

void html_table_cell_end(struct html_table *table)
{
    struct slice label = {0};
    if (table->reaches > 1) {
        struct slice row = blocks_current(table->blocks);
        label = row.len > table->cell_start ? slice_range(row, table->cell_start, row.len) : label;
        label = is_label(label) ? arena_copy(table->blocks->arena, label) : (struct slice){0};
    }
    for (unsigned i = 0; i < table->spans; i++) {
        if (i > 0)
            blocks_cell(table->blocks, NULL);
        table->hanging[table->column + i] =
            (struct hanging){table->reaches - 1, i == 0 ? label : (struct slice){0}};
    }
    table->column += table->spans;
}

void html_table_row_end(struct html_table *table)
{
    fill_hanging(table);
    while (table->column > 0 && table->column < table->width) {
        blocks_cell(table->blocks, NULL);
        table->column++;
        fill_hanging(table);
    }
    blocks_end(table->blocks);
}
