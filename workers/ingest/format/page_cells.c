/* page_cells.c - cells of a lattice, merged where no line parts them, as a table of layout
 * (flow.h).
 *
 * A word that reaches over a line is two words that stand close together: it is parted there. One
 * thread; nothing can fail.
 */
#include "workers/ingest/format/page_cells.h"

#include "workers/ingest/format/flow.h"
#include "workers/ingest/format/page_rows.h"
#include "workers/text/utf8.h"

#include <math.h>

/* A cell and those that are merged with it. */
struct area {
    size_t row, column, rows, columns;
    struct page_box box;
};

static size_t index_of(const struct page_lattice *lattice, size_t row, size_t column)
{
    return row * lattice->columns + column;
}

/* Whether cells [column, column + columns) of a row can be joined to an area: none is in another.
 */
static bool is_free(const struct page_lattice *lattice, const bool *taken, size_t row,
                    size_t column, size_t columns)
{
    for (size_t i = 0; taken && i < columns; i++)
        if (taken[index_of(lattice, row, column + i)])
            return false;
    return true;
}

/* From the upper left cell to the right as far as no line parts, then down as far as none does.
 * `taken` (may be NULL): cells of other areas, where lines enclose what is no rectangle. */
static struct area area_at(const struct page_lattice *lattice, const bool *taken, size_t row,
                           size_t column)
{
    struct area area = {.row = row, .column = column, .rows = 1, .columns = 1};
    while (!lattice->right[index_of(lattice, row, column + area.columns - 1)] &&
           is_free(lattice, taken, row, column + area.columns, 1))
        area.columns++;
    for (bool open = true; open;) {
        for (size_t i = 0; i < area.columns; i++)
            open = open && !lattice->below[index_of(lattice, row + area.rows - 1, column + i)];
        open = open && is_free(lattice, taken, row + area.rows, column, area.columns);
        area.rows += open;
    }
    area.box = (struct page_box){lattice->xs[column], lattice->ys[row],
                                 lattice->xs[column + area.columns], lattice->ys[row + area.rows]};
    return area;
}

/* ---- words ---- */

/* Of a character, in halves of a hanzi. */
static float width_of(const char *character)
{
    return page_is_wide(utf8_at(character)) ? 2 : 1;
}

static float units_of(struct slice text)
{
    float units = 0;
    for (size_t i = 0; i < text.len; i += utf8_length(text.data + i))
        units += width_of(text.data + i);
    return units;
}

/* The part of a word between `from` and `to`, by the share of its width that its characters take.
 */
static struct slice part_of(const struct page_word *word, float from, float to)
{
    float at = 0, unit = (word->box.x1 - word->box.x0) / units_of(word->text);
    size_t first = SIZE_MAX, end = 0;
    for (size_t i = 0; i < word->text.len; i += utf8_length(word->text.data + i)) {
        float width = width_of(word->text.data + i);
        float middle = word->box.x0 + (at + width / 2) * unit;
        at += width;
        if (middle < from || middle >= to)
            continue;
        first = first == SIZE_MAX ? i : first;
        end = i + utf8_length(word->text.data + i);
    }
    return first == SIZE_MAX ? (struct slice){0} : slice_range(word->text, first, end);
}

static bool is_of_figure(struct slice text, size_t at)
{
    return at < text.len &&
           ((text.data[at] >= '0' && text.data[at] <= '9') || strchr(".,%", text.data[at])) &&
           text.data[at];
}

/* The end of the character in a word that is nearest to `x`; its number of bytes in *left. */
static float nearest_end(const struct page_word *word, float x, size_t *left)
{
    float units = units_of(word->text), at = 0, best = word->box.x0;
    float unit = (word->box.x1 - word->box.x0) / units;
    *left = 0;
    for (size_t i = 0; i < word->text.len;) {
        at += width_of(word->text.data + i);
        i += utf8_length(word->text.data + i);
        float end = word->box.x0 + at * unit;
        if (fabsf(end - x) < fabsf(best - x)) {
            best = end;
            *left = i;
        }
    }
    return best;
}

/* Where the line at `x` parts a word: there, if it stands between two characters, but not within a
 * figure; else beyond that end of the word that is further away, which hangs over the line. */
static float parted_at(const struct page_word *word, float x)
{
    enum { NEAR_UNITS = 3 }; /* in quarters of half a hanzi */
    size_t left;
    if (x <= word->box.x0 || x >= word->box.x1)
        return x;
    float unit = (word->box.x1 - word->box.x0) / units_of(word->text);
    float off = fabsf(nearest_end(word, x, &left) - x);
    bool inside = left > 0 && left < word->text.len;
    bool figure = inside && is_of_figure(word->text, left - 1) && is_of_figure(word->text, left);
    if (inside && !figure && off * 4 <= NEAR_UNITS * unit)
        return x;
    return (word->box.x0 + word->box.x1) / 2 < x ? word->box.x1 + 1 : word->box.x0 - 1;
}

/* The words, and parts of words, that stand in an area; what hangs out of the table is its
 * outermost cells'. */
static struct page page_of(const struct page_lattice *lattice, const struct page *page,
                           const struct area *area, struct arena *arena)
{
    struct page cell = *page;
    cell.words = NULL;
    cell.count = 0;
    size_t capacity = 0;
    for (size_t i = 0; i < lattice->word_count; i++) {
        struct page_word word = lattice->words[i];
        float middle = (word.box.y0 + word.box.y1) / 2;
        bool first = area->column == 0, last = area->column + area->columns == lattice->columns;
        float from = first ? -1e9f : parted_at(&word, area->box.x0);
        float to = last ? 1e9f : parted_at(&word, area->box.x1);
        if (middle <= area->box.y0 || middle > area->box.y1 || word.box.x1 <= from ||
            word.box.x0 >= to)
            continue;
        word.text = part_of(&word, from, to);
        word.box.x0 = word.box.x0 > from ? word.box.x0 : from;
        word.box.x1 = word.box.x1 < to ? word.box.x1 : to;
        if (word.text.len)
            *ARENA_PUSH(arena, cell.words, cell.count, capacity) = word;
    }
    return cell;
}

static bool is_letter(char c)
{
    return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

/* A cell's lines in one: hanzi go on without a blank. */
static struct slice text_of(const struct page_rows *rows, struct arena *arena)
{
    struct buffer text = {0};
    for (size_t i = 0; i < rows->count; i++) {
        struct slice line = page_row_text(rows, &rows->items[i], arena);
        if (text.len && line.len && is_letter(text.data[text.len - 1]) && is_letter(line.data[0]))
            buffer_append(&text, " ", 1);
        buffer_add(&text, line);
    }
    struct slice kept = arena_copy(arena, buffer_slice(&text));
    buffer_release(&text);
    return kept;
}

/* ---- is it a table? ---- */

static bool is_figure(struct slice line)
{
    size_t digits = 0;
    for (size_t i = 0; i < line.len; i++)
        digits += line.data[i] >= '0' && line.data[i] <= '9';
    return digits > 0 && digits * 2 >= line.len;
}

static size_t figure_lines(const struct page_rows *rows, struct arena *arena)
{
    size_t figures = 0;
    for (size_t i = 0; i < rows->count; i++)
        figures += is_figure(page_row_text(rows, &rows->items[i], arena));
    return figures;
}

bool page_cells_are_table(const struct page_lattice *lattice, const struct page *page,
                          struct arena *arena)
{
    size_t columns = 0;
    bool crowded = false;
    for (size_t column = 0; column < lattice->columns; column++) {
        bool said = false;
        for (size_t row = 0; row < lattice->rows; row++) {
            struct area area = area_at(lattice, NULL, row, column);
            struct page cell = page_of(lattice, page, &area, arena);
            struct page_rows rows = page_rows_make(arena, &cell);
            said = said || rows.count > 0;
            crowded = crowded || figure_lines(&rows, arena) > 1;
        }
        columns += said;
    }
    return columns > 1 && !crowded;
}

/* ---- reading ---- */

struct reading {
    const struct page_lattice *lattice;
    const struct page *page;
    struct arena *arena;
    bool *taken; /* by cell: an area that began before covers it */
};

static void take(const struct reading *reading, const struct area *area)
{
    for (size_t row = area->row; row < area->row + area->rows; row++)
        for (size_t column = area->column; column < area->column + area->columns; column++)
            reading->taken[index_of(reading->lattice, row, column)] = true;
}

static void read_area(const struct reading *reading, const struct area *area,
                      struct layout_table *table)
{
    struct page cell = page_of(reading->lattice, reading->page, area, reading->arena);
    struct page_rows rows = page_rows_make(reading->arena, &cell);
    struct layout_cell *put = layout_cell(table, reading->arena);
    put->columns = (unsigned)area->columns;
    put->rows = (unsigned)area->rows;
    flow_add(&put->flow, reading->arena, BLOCK_PARAGRAPH, text_of(&rows, reading->arena));
}

void page_lattice_read(const struct page_lattice *lattice, const struct page *page,
                       struct blocks *blocks)
{
    struct reading reading = {lattice, page, blocks->arena, NULL};
    struct layout_table table = {0};
    struct flow flow = {0};
    size_t cells = lattice->rows * lattice->columns;
    reading.taken = arena_alloc(blocks->arena, cells * sizeof *reading.taken);
    memset(reading.taken, 0, cells * sizeof *reading.taken);
    for (size_t row = 0; row < lattice->rows; row++) {
        layout_row(&table, blocks->arena);
        table.rows[table.count - 1].where =
            page_locus(page, (struct page_box){lattice->box.x0, lattice->ys[row], lattice->box.x1,
                                               lattice->ys[row + 1]});
        for (size_t column = 0; column < lattice->columns; column++) {
            if (reading.taken[index_of(lattice, row, column)])
                continue;
            struct area area = area_at(lattice, reading.taken, row, column);
            take(&reading, &area);
            read_area(&reading, &area, &table);
        }
    }
    layout_close(&table, blocks->arena, &flow);
    flow_emit(&flow, blocks);
}
