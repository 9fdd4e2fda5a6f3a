/* page_table.c - where a table begins and ends, and which lines of words make a cell, which cells a
 * row. One thread; nothing can fail.
 *
 * A table is two rows or more of several pieces whose gaps stand above each other. Within it a cell
 * of several lines is told by what stands beside it: values are set at the height of its first line
 * or of its middle. Lines whose heights overlap make one row; if several of them hold figures they
 * are rows of their own under a label that reaches down over them.
 */
#include "workers/ingest/format/page_table.h"

#include "workers/ingest/format/page_grid.h"
#include "workers/ingest/format/page_rows.h"
#include "workers/text/utf8.h"

static const float row_gap = 1.6f;    /* of a line's height: rows further apart are no table */
static const float common_gap = 0.3f; /* of a hanzi: what the gaps of two rows share at least */
static const float cell_gap = 0.25f;  /* of a line's height, between lines of one cell */
static const float core_share = 0.7f; /* of a line's box: above and below it may overlap others */
static const float core_overlap = 0.1f;

enum { MAX_ANCHORS = 32 }; /* rows under one label */

/* ---- extent ---- */

static bool gaps_meet(const struct page_row *a, const struct page_row *b, float em)
{
    for (size_t i = 1; i < a->count; i++)
        for (size_t j = 1; j < b->count; j++) {
            float from = a->pieces[i - 1].box.x1, to = a->pieces[i].box.x0;
            from = b->pieces[j - 1].box.x1 > from ? b->pieces[j - 1].box.x1 : from;
            to = b->pieces[j].box.x0 < to ? b->pieces[j].box.x0 : to;
            if (to - from >= common_gap * em)
                return true;
        }
    return false;
}

static bool is_apart(const struct page_rows *rows, const struct page_row *above,
                     const struct page_row *below)
{
    return below->box.y0 - above->box.y1 > row_gap * rows->height;
}

/* A further line of a cell of `row`: close below, and under what stands in one of its columns but
 * the first, where paragraphs begin too. */
static bool continues_cell(const struct page_rows *rows, const struct page_row *row, float bottom,
                           const struct page_row *line)
{
    if (line->count != 1 || line->box.y0 - bottom > cell_gap * rows->height)
        return false;
    for (size_t i = 1; i < row->count; i++) {
        float aside = line->box.x0 - row->pieces[i].box.x0, half = rows->em / 2;
        if (aside < half && aside > -half && line->box.x1 < row->pieces[i].box.x1 + half)
            return true;
    }
    return false;
}

/* Lines that reach into the last row's height, or go on below it, belong to its cells. */
static size_t take_overhang(const struct page_rows *rows, const struct page_region *region,
                            size_t last)
{
    const struct page_row *row = &region->rows[last];
    for (; last + 1 < region->count; last++) {
        const struct page_row *next = &region->rows[last + 1];
        float bottom = region->rows[last].box.y1;
        if (next->box.y0 >= bottom - 0.15f * rows->height &&
            !continues_cell(rows, row, bottom, next))
            break;
    }
    return last;
}

/* Gaps between the pieces of `above` that a row in one piece stands across. */
static size_t gaps_crossed(const struct page_row *above, const struct page_row *row)
{
    size_t crossed = 0;
    for (size_t i = 1; i < above->count; i++)
        crossed += row->box.x0 < above->pieces[i - 1].box.x1 + 1 &&
                   row->box.x1 > above->pieces[i].box.x0 - 1;
    return crossed;
}

/* Row `at`, in one piece, is the title of another table: it stands across columns, and the next row
 * of cells has more of them than `most`, or it stands further from what is above than from that. */
static bool titles_another(const struct page_rows *rows, const struct page_region *region,
                           const struct page_row *above, size_t at, size_t most)
{
    const struct page_row *title = &region->rows[at];
    if (at + 1 == region->count || gaps_crossed(above, title) < 2)
        return false;
    const struct page_row *next = &region->rows[at + 1];
    float gap_above = title->box.y0 - region->rows[at - 1].box.y1;
    float gap_below = next->box.y0 - title->box.y1;
    return next->count > most || (next->count > 1 && gap_above > 0.8f * rows->height &&
                                  gap_above > gap_below + 0.3f * rows->height);
}

size_t page_table_extent(const struct page_rows *rows, const struct page_region *region,
                         size_t first)
{
    enum { LINES_BETWEEN = 5 };
    if (region->rows[first].count < 2)
        return 0;
    size_t last = first, table_rows = 1, most = region->rows[first].count;
    for (size_t i = first + 1; i < region->count && i - last <= LINES_BETWEEN; i++) {
        const struct page_row *row = &region->rows[i];
        if (is_apart(rows, &region->rows[i - 1], row))
            break;
        bool full = row->count == 1 && row->box.x1 > region->right - 2 * rows->em &&
                    row->box.x0 < region->left + 3 * rows->em;
        if (full && row->box.y0 > region->rows[i - 1].box.y1 - 0.15f * rows->height)
            break; /* a line of prose */
        if (row->count == 1 && table_rows > 1 &&
            titles_another(rows, region, &region->rows[last], i, most))
            break;
        most = row->count > most ? row->count : most;
        if (row->count > 1 && gaps_meet(&region->rows[last], row, rows->em)) {
            last = i;
            table_rows++;
        }
    }
    return table_rows < 2 ? 0 : take_overhang(rows, region, last) + 1 - first;
}

/* ---- cells ---- */

struct table {
    const struct page_rows *rows;
    const struct page_region *region;
    struct page_grid grid;
    float widest[MAX_GRID_COLUMNS]; /* line of each column */
    bool *strong;                   /* by row of the region, from `first` on */
    size_t first;
    struct blocks *blocks;
};

static float width_of(const struct grid_line *line)
{
    return line->piece.box.x1 - line->piece.box.x0;
}

/* Which rows by themselves look like rows of the table, not like the rest of a cell. */
static void find_strong(struct table *table, struct arena *arena, size_t count)
{
    const struct grid_line *lines = table->grid.lines;
    table->strong = arena_alloc(arena, count * sizeof *table->strong);
    for (size_t i = 0; i < table->grid.count;) {
        unsigned filled = 0;
        bool label = false, figure = false;
        size_t row = lines[i].row_index;
        for (; i < table->grid.count && lines[i].row_index == row; i++) {
            filled += lines[i].spans;
            label = label || lines[i].column == 0;
            figure = figure || (lines[i].figure && lines[i].column > 0);
        }
        table->strong[row - table->first] =
            filled * 10 >= table->grid.columns * 6 || (label && figure);
    }
}

static bool is_strong(const struct table *table, const struct grid_line *line)
{
    return table->strong[line->row_index - table->first];
}

/* The line above in the same column, which this one carries on; SIZE_MAX: none. */
static size_t carried_on(const struct table *table, size_t at)
{
    const struct grid_line *lines = table->grid.lines, *line = &lines[at];
    for (size_t i = at; i-- > 0;) {
        const struct grid_line *above = &lines[i];
        if (above->row_index == line->row_index || above->column != line->column ||
            above->spans != line->spans)
            continue;
        bool close = line->piece.box.y0 - above->piece.box.y1 < cell_gap * table->rows->height;
        bool full = width_of(above) > table->widest[line->column] - 1.5f * table->rows->em;
        bool rows = is_strong(table, above) && is_strong(table, line);
        return close && full && !rows && !(above->figure && line->figure) ? i : SIZE_MAX;
    }
    return SIZE_MAX;
}

static void join_cells(struct table *table)
{
    struct grid_line *lines = table->grid.lines;
    for (size_t i = 0; i < table->grid.count; i++)
        if (lines[i].spans == 1 && width_of(&lines[i]) > table->widest[lines[i].column])
            table->widest[lines[i].column] = width_of(&lines[i]);
    for (size_t i = 0; i < table->grid.count; i++) {
        size_t above = carried_on(table, i);
        lines[i].cell = above == SIZE_MAX ? i : lines[above].cell;
    }
}

/* ---- rows ---- */

struct reach {
    float y0, y1;
};

static struct reach core_of(const struct grid_line *line)
{
    float trim = (1 - core_share) / 2 * (line->piece.box.y1 - line->piece.box.y0);
    return (struct reach){line->piece.box.y0 + trim, line->piece.box.y1 - trim};
}

/* Where the lines of the table's next row end: [from, end). All that overlaps in height. */
static size_t row_end(const struct table *table, size_t from)
{
    const struct grid_line *lines = table->grid.lines;
    struct reach reach = core_of(&lines[from]);
    size_t end = from + 1;
    for (size_t i = from + 1; i < table->grid.count; i++) {
        struct reach next = core_of(&lines[i]);
        bool overlaps = next.y0 < reach.y1 - core_overlap * table->rows->height;
        bool carries_on = lines[i].cell >= from && lines[i].cell < end && lines[i].cell != i;
        if (!overlaps && !carries_on && lines[i].row_index != lines[end - 1].row_index)
            break;
        reach.y1 = next.y1 > reach.y1 ? next.y1 : reach.y1;
        end = i + 1;
    }
    return end;
}

/* Rows of words within [from, end) that hold figures beside the first column. */
static size_t figure_rows(const struct table *table, size_t from, size_t end, size_t *anchors,
                          size_t max)
{
    const struct grid_line *lines = table->grid.lines;
    size_t count = 0;
    for (size_t i = from; i < end; i++)
        if (lines[i].figure && lines[i].column > 0 && lines[i].cell == i && count < max &&
            (count == 0 || anchors[count - 1] != lines[i].row_index))
            anchors[count++] = lines[i].row_index;
    return count;
}

static struct page_box row_box(const struct table *table, size_t row_index)
{
    return table->region->rows[row_index].box;
}

static float overlap(struct page_box a, struct page_box b)
{
    float top = a.y0 > b.y0 ? a.y0 : b.y0, bottom = a.y1 < b.y1 ? a.y1 : b.y1;
    return bottom - top;
}

/* The anchor that a line stands beside; the first of equals. */
static size_t anchor_of(const struct table *table, const struct grid_line *line,
                        const size_t *anchors, size_t count)
{
    size_t best = 0;
    for (size_t i = 1; i < count; i++)
        if (overlap(line->piece.box, row_box(table, anchors[i])) >
            overlap(line->piece.box, row_box(table, anchors[best])) + 1)
            best = i;
    return best;
}

/* Whether the lines of one column reach beside another anchor as well: a cell merged downwards. */
static bool reaches(const struct table *table, const struct grid_line *line, size_t anchor)
{
    return overlap(line->piece.box, row_box(table, anchor)) > 0.25f * table->rows->height;
}

static void put_line(const struct table *table, const struct grid_line *line)
{
    struct blocks *blocks = table->blocks;
    struct slice before = blocks_current(blocks);
    const struct page_word *first = &table->rows->page->words[line->piece.first];
    bool letters = before.len && (unsigned char)before.data[before.len - 1] < 0x80 &&
                   (before.data[before.len - 1] | 0x20) >= 'a' &&
                   (first->text.data[0] | 0x20) >= 'a';
    if (letters)
        blocks_add(blocks, SLICE(" "));
    page_piece_add(table->rows, line->row, &line->piece, blocks);
}

/* A row of the table: of the lines [from, end) those that `anchor` takes, all where it has none. */
struct table_row {
    size_t from, end;
    size_t anchors[MAX_ANCHORS], anchor_count, anchor;
    bool label, others; /* whether something stands in the first column, and behind it */
    bool figures;
    size_t borrows; /* whose first column it shows: its own, or that of a label merged over it */
    bool dropped;   /* nothing but a label that others have borrowed */
};

static bool takes(const struct table *table, const struct table_row *row, size_t line)
{
    const struct grid_line *at = &table->grid.lines[line];
    if (row->anchor_count == 0)
        return true;
    if (anchor_of(table, at, row->anchors, row->anchor_count) == row->anchor)
        return true;
    return !at->figure && reaches(table, at, row->anchors[row->anchor]);
}

/* The text of one column; false: nothing stands in it. */
static bool put_cell(const struct table *table, const struct table_row *row, unsigned column)
{
    bool begun = false;
    for (size_t i = row->from; i < row->end; i++) {
        const struct grid_line *line = &table->grid.lines[i];
        if (line->column != column || !takes(table, row, i))
            continue;
        struct locus where = page_locus(table->rows->page, line->piece.box);
        if (!begun)
            blocks_cell(table->blocks, &where);
        begun = true;
        put_line(table, line);
    }
    return begun;
}

static void put_row(const struct table *table, const struct table_row *rows, size_t at)
{
    blocks_begin(table->blocks, BLOCK_ROW, NULL);
    for (unsigned column = 0; column < table->grid.columns; column++)
        if (!put_cell(table, column ? &rows[at] : &rows[rows[at].borrows], column))
            blocks_cell(table->blocks, NULL);
    blocks_end(table->blocks);
}

static void describe(const struct table *table, struct table_row *row)
{
    for (size_t i = row->from; i < row->end; i++) {
        const struct grid_line *line = &table->grid.lines[i];
        if (!takes(table, row, i))
            continue;
        row->label = row->label || line->column == 0;
        row->others = row->others || line->column > 0;
        row->figures = row->figures || (line->figure && line->column > 0);
    }
}

struct table_rows {
    struct table_row *items;
    size_t count, capacity;
};

static struct table_rows make_rows(const struct table *table)
{
    struct table_rows rows = {0};
    for (size_t from = 0; from < table->grid.count;) {
        struct table_row row = {.from = from, .end = row_end(table, from)};
        size_t within = figure_rows(table, from, row.end, row.anchors, MAX_ANCHORS);
        row.anchor_count = within < 2 ? 0 : within;
        for (size_t i = 0; i < (row.anchor_count ? row.anchor_count : 1); i++) {
            row.anchor = i;
            row.borrows = rows.count;
            row.label = row.others = row.figures = false;
            describe(table, &row);
            *ARENA_PUSH(table->blocks->arena, rows.items, rows.count, rows.capacity) = row;
        }
        from = row.end;
    }
    return rows;
}

/* A label merged over several rows stands beside their middle: as many rows of figures without a
 * label as are above it are below it, too. */
static void spread_labels(struct table_rows *rows)
{
    for (size_t i = 1; i < rows->count; i++) {
        struct table_row *row = &rows->items[i];
        size_t above = 0, below = 0;
        while (above < i && !rows->items[i - above - 1].label && rows->items[i - above - 1].figures)
            above++;
        while (below < above && i + below + 1 < rows->count && !rows->items[i + below + 1].label &&
               rows->items[i + below + 1].figures)
            below++;
        if (!row->label || above == 0 || below < above)
            continue;
        for (size_t j = i - above; j <= i + below; j++) {
            rows->items[j].borrows = i;
            rows->items[j].label = true;
        }
        row->dropped = !row->others;
    }
}

void page_table_read(const struct page_rows *rows, const struct page_region *region, size_t first,
                     size_t count, struct blocks *blocks)
{
    struct table table = {.rows = rows, .region = region, .first = first, .blocks = blocks};
    table.grid = page_grid_make(blocks->arena, rows, region, first, count);
    find_strong(&table, blocks->arena, count);
    join_cells(&table);
    struct table_rows table_rows = make_rows(&table);
    spread_labels(&table_rows);
    for (size_t i = 0; i < table_rows.count; i++)
        if (!table_rows.items[i].dropped)
            put_row(&table, table_rows.items, i);
}
