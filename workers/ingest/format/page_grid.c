/* page_grid.c - finds the columns of a table: upright strips that its rows leave white.
 *
 * Where every row has as many cells as every other, their order is enough: columns set with tab
 * stops need not stand above each other. Else only rows of several pieces are asked, since a row in
 * one piece may be a title across all columns; one row in four may cross a strip (a head over two
 * columns). One thread; nothing can fail.
 */
#include "workers/ingest/format/page_grid.h"

#include "workers/ingest/format/page_rows.h"
#include "workers/text/utf8.h"

static const float strip_width = 0.3f; /* of a hanzi: narrower is a blank within a cell */

/* ---- columns ---- */

struct coverage {
    uint16_t *rows; /* that cover each point of the table's width */
    size_t points;
    float x0;
};

static void cover(struct coverage *coverage, const struct page_rows *rows,
                  const struct page_row *row)
{
    size_t before = 0; /* points up to here are counted for this row */
    for (size_t i = 0; i < row->count; i++)
        for (size_t j = 0; j < row->pieces[i].count; j++) {
            struct page_box box = rows->page->words[row->pieces[i].first + j].box;
            size_t from = box.x0 > coverage->x0 ? (size_t)(box.x0 - coverage->x0) : 0;
            size_t to = box.x1 > coverage->x0 ? (size_t)(box.x1 - coverage->x0 + 0.99f) : 0;
            for (from = from > before ? from : before; from < to && from < coverage->points; from++)
                if (coverage->rows[from] < UINT16_MAX)
                    coverage->rows[from]++;
            before = to > before ? to : before;
        }
}

/* Where to part a strip: through the middle of a head that stands across it, with white on both
 * sides; else where it is whitest. */
static float part_strip(const struct coverage *coverage, size_t from, size_t to)
{
    uint16_t least = UINT16_MAX;
    for (size_t i = from; i < to; i++)
        least = coverage->rows[i] < least ? coverage->rows[i] : least;
    while (coverage->rows[from] != least)
        from++;
    while (coverage->rows[to - 1] != least)
        to--;
    size_t head = from, head_end = to;
    while (head < to && coverage->rows[head] == least)
        head++;
    while (head_end > head && coverage->rows[head_end - 1] == least)
        head_end--;
    bool across = head < head_end;
    return coverage->x0 + (float)(across ? head + head_end : from + to) / 2;
}

static void find_separators(struct page_grid *grid, const struct coverage *coverage,
                            size_t table_rows, float em)
{
    size_t allowed = table_rows / 4;
    size_t least = strip_width * em > 2 ? (size_t)(strip_width * em) : 2;
    grid->columns = 1;
    for (size_t at = 0; at < coverage->points;) {
        size_t end = at;
        while (end < coverage->points && coverage->rows[end] <= allowed)
            end++;
        bool inside = at > 0 && end < coverage->points;
        if (inside && end - at >= least && grid->columns < MAX_GRID_COLUMNS)
            grid->separators[grid->columns++ - 1] = part_strip(coverage, at, end);
        at = end + (end == at);
    }
}

/* ---- lines ---- */

static bool is_figure(const struct page_rows *rows, const struct page_piece *piece)
{
    size_t digits = 0, others = 0;
    bool first = true, starts = false;
    for (size_t i = 0; i < piece->count; i++) {
        struct slice text = rows->page->words[piece->first + i].text;
        for (size_t at = 0; at < text.len; at += utf8_length(text.data + at)) {
            uint32_t c = utf8_at(text.data + at);
            bool digit = (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19);
            bool sign = c < 0x80 && strchr(".,%+-:/", (char)c);
            starts = first ? digit || c == '-' || c == '+' : starts;
            first = false;
            digits += digit || sign;
            others += !digit && !sign;
        }
    }
    return starts && digits >= others;
}

static unsigned column_of(const struct page_grid *grid, float x)
{
    unsigned column = 0;
    while (column + 1 < grid->columns && x > grid->separators[column])
        column++;
    return column;
}

static void add_line(struct arena *arena, struct page_grid *grid, const struct page_rows *rows,
                     struct grid_line line)
{
    struct page_box box = line.piece.box;
    line.column = column_of(grid, box.x0 + 1);
    line.spans = column_of(grid, box.x1 - 1) - line.column + 1;
    line.figure = is_figure(rows, &line.piece);
    *ARENA_PUSH(arena, grid->lines, grid->count, grid->capacity) = line;
}

/* A separator between two words parts them; one through a word does not. Without columns known
 * (`by_order`) every gap does. */
static bool parts(const struct page_grid *grid, const struct page_rows *rows,
                  struct page_box before, struct page_box word, bool by_order)
{
    if (by_order)
        return word.x0 - before.x1 > strip_width * rows->em;
    return column_of(grid, before.x1 - 1) != column_of(grid, word.x0 + 1);
}

static void part_row(struct arena *arena, struct page_grid *grid, const struct page_rows *rows,
                     const struct page_row *row, size_t index, bool by_order)
{
    const struct page_word *words = rows->page->words;
    size_t before = grid->count;
    for (size_t i = 0; i < row->count; i++) {
        struct grid_line line = {.row = row, .row_index = index};
        for (size_t j = 0; j < row->pieces[i].count; j++) {
            size_t at = row->pieces[i].first + j;
            struct page_box box = words[at].box;
            if (line.piece.count && parts(grid, rows, line.piece.box, box, by_order)) {
                add_line(arena, grid, rows, line);
                line.piece.count = 0;
            }
            if (line.piece.count == 0)
                line.piece = (struct page_piece){.box = box, .first = at};
            line.piece.count++;
            line.piece.box = page_box_join(line.piece.box, box);
        }
        add_line(arena, grid, rows, line);
    }
    for (size_t i = before; by_order && i < grid->count; i++) {
        grid->lines[i].column = (unsigned)(i - before);
        grid->lines[i].spans = 1;
    }
}

/* How many cells every row has, told by gaps alone; 0: not all the same, or too few to tell. */
static unsigned cells_of_all(const struct page_rows *rows, const struct page_row *row, size_t count)
{
    enum { LEAST_CELLS = 3, LEAST_ROWS = 3 };
    unsigned all = 0;
    for (size_t i = 0; i < count; i++, row++) {
        unsigned cells = (unsigned)row->count;
        for (size_t j = 0; j < row->count; j++)
            for (size_t k = 1; k < row->pieces[j].count; k++) {
                const struct page_word *word = &rows->page->words[row->pieces[j].first + k];
                cells += word->box.x0 - word[-1].box.x1 > strip_width * rows->em;
            }
        if (i > 0 && cells != all)
            return 0;
        all = cells;
    }
    return all >= LEAST_CELLS && all <= MAX_GRID_COLUMNS && count >= LEAST_ROWS ? all : 0;
}

struct page_grid page_grid_make(struct arena *arena, const struct page_rows *rows,
                                const struct page_region *region, size_t first, size_t count)
{
    struct page_grid grid = {0};
    struct page_box box = region->rows[first].box;
    for (size_t i = first + 1; i < first + count; i++)
        box = page_box_join(box, region->rows[i].box);
    struct coverage coverage = {.points = (size_t)(box.x1 - box.x0) + 1, .x0 = box.x0};
    coverage.rows = arena_alloc(arena, coverage.points * sizeof *coverage.rows);
    size_t table_rows = 0;
    for (size_t i = first; i < first + count; i++)
        if (region->rows[i].count > 1) {
            cover(&coverage, rows, &region->rows[i]);
            table_rows++;
        }
    find_separators(&grid, &coverage, table_rows, rows->em);
    unsigned cells = cells_of_all(rows, &region->rows[first], count);
    for (size_t i = first; i < first + count; i++)
        part_row(arena, &grid, rows, &region->rows[i], i, cells > 0);
    grid.columns = cells ? cells : grid.columns;
    return grid;
}
