/* grid.c - a table row among its heads, labels, groups and captions.
 *
 * Any thread; nothing can fail. A cell's head is a chain: the row of heads that segment named, and
 * the one that names in turn. Where a merged cell left the row short in front, its cells are moved
 * to the columns where the rows above hold figures; anything else would read last year's column as
 * this year's.
 */
#include "workers/extract/quantity/grid.h"

enum { MAX_ROWS_UP = 40, MAX_CAPTION_BYTES = 150 };

static struct span trimmed(struct slice text, struct span cell)
{
    while (cell.start < cell.end && text.data[cell.start] == ' ')
        cell.start++;
    while (cell.end > cell.start &&
           (text.data[cell.end - 1] == ' ' || text.data[cell.end - 1] == '\n'))
        cell.end--;
    return cell;
}

static void part(const struct report *report, size_t sentence, struct grid_cells *out)
{
    struct span line = report->sentences[sentence].clean;
    const char *text = report->clean.data;
    uint32_t start = line.start;
    out->count = 0;
    while (out->count < GRID_MAX_CELLS && start <= line.end) {
        const char *tab = start < line.end ? memchr(text + start, '\t', line.end - start) : NULL;
        uint32_t end = tab ? (uint32_t)(tab - text) : line.end;
        out->cells[out->count++] = trimmed(report->clean, (struct span){start, end});
        start = end + 1;
    }
}

static struct slice line_cell(const struct report *report, const struct grid_cells *line,
                              size_t cell)
{
    if (cell >= line->count)
        return (struct slice){0};
    return slice_range(report->clean, line->cells[cell].start, line->cells[cell].end);
}

struct slice grid_cell(const struct report *report, const struct grid_row *row, size_t cell)
{
    return line_cell(report, &row->own, cell);
}

/* The row of heads above a row, -1 if it has none. */
static int32_t head_of(const struct report *report, size_t sentence)
{
    int32_t head = report->sentences[sentence].table_head;
    return head >= 0 && (size_t)head < sentence ? head : -1;
}

static bool is_figure(struct slice cell)
{
    enum { UNIT_MAX_BYTES = 12 };
    size_t at = 0;
    while (at < cell.len &&
           ((cell.data[at] >= '0' && cell.data[at] <= '9') || strchr(",.+-", cell.data[at])))
        at++;
    return at > 0 && cell.len - at <= UNIT_MAX_BYTES;
}

static bool same_table(const struct report *report, size_t a, size_t b)
{
    return report->sentences[b].table &&
           report->sentences[a].table_head == report->sentences[b].table_head;
}

static size_t filled(const struct grid_cells *row)
{
    size_t count = 0;
    for (size_t i = 0; i < row->count; i++)
        count += row->cells[i].end > row->cells[i].start;
    return count;
}

/* How far `row` must move to the right for its figures to stand under those of `full`. */
static size_t shift_to(const struct report *report, const struct grid_cells *row,
                       const struct grid_cells *full)
{
    size_t by = full->count - row->count;
    bool in_place = true;
    for (size_t i = 0; i < row->count; i++) {
        struct slice cell = line_cell(report, row, i);
        bool figure = is_figure(cell);
        struct slice above = line_cell(report, full, i), moved = line_cell(report, full, i + by);
        in_place = in_place && (!figure || above.len == 0 || is_figure(above));
        if (cell.len && moved.len && figure != is_figure(moved))
            return 0;
    }
    return in_place ? 0 : by;
}

static void read_heads(const struct report *report, struct grid_row *row)
{
    int32_t head = head_of(report, row->sentence);
    for (row->head_count = 0; row->head_count < GRID_MAX_HEADS && head >= 0;
         head = head_of(report, (size_t)head))
        part(report, (size_t)head, &row->heads[row->head_count++]);
}

void grid_read(const struct report *report, size_t sentence, struct grid_row *row)
{
    struct grid_cells other;
    row->sentence = sentence;
    row->shift = 0;
    part(report, sentence, &row->own);
    row->cells = row->own.cells;
    row->count = row->own.count;
    read_heads(report, row);
    if (row->head_count == 0 || row->count >= row->heads[0].count)
        return;
    size_t columns = row->heads[0].count;
    for (size_t up = 1; up < MAX_ROWS_UP && up <= sentence; up++) {
        if (!same_table(report, sentence, sentence - up))
            return;
        part(report, sentence - up, &other);
        if (other.count == columns && filled(&other) > 1) {
            row->shift = shift_to(report, &row->own, &other);
            return;
        }
    }
}

/* The text of a row of heads in one column; an outer one (`reach`) also covers the empty cells to
 * its right. */
static struct slice head_at(const struct report *report, const struct grid_cells *head,
                            size_t column, bool reach)
{
    if (column >= head->count && (!reach || head->count == 0))
        return (struct slice){0};
    size_t at = column < head->count ? column : head->count - 1;
    while (reach && at > 0 && head->cells[at].end == head->cells[at].start)
        at--;
    return line_cell(report, head, at);
}

size_t grid_heads(const struct report *report, const struct grid_row *row, size_t cell,
                  struct slice out[GRID_MAX_HEADS])
{
    size_t count = 0, column = cell + row->shift;
    for (size_t up = 0; up < row->head_count; up++) {
        struct slice text = head_at(report, &row->heads[up], column, count > 0);
        if (text.len && (count == 0 || !slice_equal(text, out[0]))) {
            memmove(out + 1, out, count * sizeof *out);
            out[0] = text;
            count++;
        }
    }
    return count;
}

struct slice grid_head(const struct report *report, const struct grid_row *row, size_t cell)
{
    struct slice heads[GRID_MAX_HEADS];
    size_t count = grid_heads(report, row, cell, heads);
    return count ? heads[count - 1] : (struct slice){0};
}

struct slice grid_label(const struct report *report, const struct grid_row *row, size_t column)
{
    if (column >= row->shift) {
        struct slice own = grid_cell(report, row, column - row->shift);
        if (own.len)
            return own;
    }
    for (size_t up = 1; up < MAX_ROWS_UP && up <= row->sentence; up++) {
        struct grid_cells above;
        if (!same_table(report, row->sentence, row->sentence - up))
            break;
        part(report, row->sentence - up, &above);
        struct slice text = line_cell(report, &above, column);
        if (text.len)
            return text;
    }
    return (struct slice){0};
}

struct slice grid_group(const struct report *report, const struct grid_row *row)
{
    for (size_t up = 1; up < MAX_ROWS_UP && up <= row->sentence; up++) {
        struct grid_cells above;
        if (!same_table(report, row->sentence, row->sentence - up))
            break;
        part(report, row->sentence - up, &above);
        struct slice first = line_cell(report, &above, 0);
        if (filled(&above) == 1 && first.len)
            return is_figure(first) ? (struct slice){0} : first;
    }
    return (struct slice){0};
}

/* The table's first row: the outermost head, or the topmost row without one. */
static size_t first_row(const struct report *report, size_t sentence)
{
    int32_t head = head_of(report, sentence);
    if (head >= 0) {
        for (int32_t outer; (outer = head_of(report, (size_t)head)) >= 0;)
            head = outer;
        return (size_t)head;
    }
    size_t first = sentence;
    while (first > 0 && sentence - first < MAX_ROWS_UP && same_table(report, sentence, first - 1))
        first--;
    return first;
}

size_t grid_captions(const struct report *report, const struct grid_row *row,
                     struct slice out[GRID_MAX_CAPTIONS])
{
    size_t count = 0, at = first_row(report, row->sentence);
    while (count < GRID_MAX_CAPTIONS && at-- > 0) {
        const struct sentence *above = &report->sentences[at];
        struct slice text = slice_range(report->clean, above->clean.start, above->clean.end);
        struct grid_cells cells;
        part(report, at, &cells);
        bool caption = !slice_has(text, SLICE("。")) && text.len <= MAX_CAPTION_BYTES &&
                       (!above->table || filled(&cells) == 1);
        if (!caption)
            break;
        for (size_t i = 0; i < cells.count; i++)
            if (cells.cells[i].end > cells.cells[i].start)
                out[count] = line_cell(report, &cells, i);
        count++;
    }
    return count;
}
