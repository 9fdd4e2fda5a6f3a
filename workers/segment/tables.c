/* tables.c - tells rows of heads from rows of figures; in a worker's thread, can't fail.
 *
 * The first row of a table is its head if it holds no figures; years (2022年) are none. A second
 * row without figures that leaves the first cell to the one above stands under it. Later rows are
 * heads only if they look it: a table that follows another straight away brings its own, and a row
 * whose values are missing must not become one. A row with one filled cell is a caption or a group.
 */
#include "workers/segment/tables.h"

#include "workers/segment/text.h"

enum { SUBTITLE_MAX_BYTES = 90 };

struct shape {
    size_t cells, filled;
    size_t figures; /* cells that are a figure and nothing else */
    size_t digits;  /* cells that mention a number other than a year */
    size_t missing; /* 无, —, / */
    size_t headlike;
    bool first_empty, first_headlike;
};

static struct slice cell_text(struct slice cell)
{
    while (cell.len && blank_at(cell, 0))
        cell = slice_range(cell, blank_at(cell, 0), cell.len);
    while (cell.len && is_blank_byte((unsigned char)cell.data[cell.len - 1]))
        cell.len--;
    return cell;
}

/* Bytes of digits and of what joins the two ends of a span of them (1-6月) at `at`. */
static size_t digits_at(struct slice cell, size_t at)
{
    size_t end = at;
    while (end < cell.len && (is_digit((unsigned char)cell.data[end]) ||
                              strchr(",.-~", cell.data[end]) || one_of_at(cell, end, "—～至")))
        end += is_digit((unsigned char)cell.data[end]) || strchr(",.-~", cell.data[end]) ? 1 : 3;
    return end - at;
}

/* Whether the digits count nothing: a year, a month, 第1季度. */
static bool is_date_part(struct slice cell, size_t at, size_t len)
{
    struct slice rest = slice_range(cell, at + len, cell.len);
    static const struct slice units[] = {{"年", 3}, {"月", 3}, {"季度", 6}, {"日", 3}, {"号", 3}};
    for (size_t i = 0; i < sizeof units / sizeof *units; i++)
        if (slice_starts(rest, units[i]))
            return true;
    bool year = len == 4 && (literal_at(cell, at, "20", 2) || literal_at(cell, at, "19", 2));
    return year && rest.len == 0;
}

/* Whether a cell mentions a number; *whole: that is all it holds, with a short unit perhaps. */
static bool has_figure(struct slice cell, bool *whole)
{
    enum { UNIT_MAX_BYTES = 12 };
    bool found = false;
    *whole = false;
    for (size_t at = 0; at < cell.len; at++) {
        if (!is_digit((unsigned char)cell.data[at]))
            continue;
        size_t len = digits_at(cell, at);
        if (!is_date_part(cell, at, len)) {
            found = true;
            *whole = *whole || (at <= 3 && cell.len - at - len <= UNIT_MAX_BYTES &&
                                (at == 0 || strchr("+-", cell.data[0]) || cell.data[0] < 0));
        }
        at += len;
    }
    return found;
}

static bool is_headlike(const struct table_words *words, struct slice cell)
{
    if (table_words_are(words, TABLE_WORD_HEAD, cell))
        return true;
    if (cell.len >= 7 && literal_at(cell, 0, "20", 2) && literal_at(cell, 4, "年", 3))
        return true;
    bool bracket = slice_ends(cell, SLICE("）")) || slice_ends(cell, SLICE(")"));
    size_t open = slice_find(cell, SLICE("（"), 0);
    open = open == SIZE_MAX ? slice_find(cell, SLICE("("), 0) : open;
    return bracket && open != SIZE_MAX && open > 0 && cell.len - open <= 18;
}

static struct shape shape_of(const struct table_words *words, struct slice row)
{
    struct shape shape = {0};
    for (size_t start = 0, i = 0; i <= row.len; i++) {
        if (i < row.len && row.data[i] != '\t')
            continue;
        struct slice cell = cell_text(slice_range(row, start, i));
        bool whole, number = has_figure(cell, &whole), head = is_headlike(words, cell);
        if (shape.cells == 0) {
            shape.first_empty = cell.len == 0;
            shape.first_headlike = head;
        }
        shape.cells++;
        shape.filled += cell.len > 0;
        shape.figures += whole;
        shape.digits += number;
        shape.missing += table_words_are(words, TABLE_WORD_MISSING, cell);
        shape.headlike += head;
        start = i + 1;
    }
    return shape;
}

static struct slice row_of(const struct report *report, int32_t sentence)
{
    struct span span = report->sentences[sentence].clean;
    return slice_range(report->clean, span.start, span.end);
}

static struct slice first_of(struct slice row)
{
    const char *tab = row.len ? memchr(row.data, '\t', row.len) : NULL;
    return cell_text(slice_range(row, 0, tab ? (size_t)(tab - row.data) : row.len));
}

/* Figures in the first row's labels (八五, 12345热线) are no reason against a head, values are. */
static bool can_be_head(const struct shape *shape)
{
    return shape->filled >= 2 && shape->figures == 0 && shape->missing == 0 &&
           shape->digits * 2 < shape->cells;
}

static bool goes_under(const struct table_reader *reader, const struct report *report,
                       struct slice row, const struct shape *shape)
{
    if (reader->head < 0 || reader->previous != reader->head || shape->digits)
        return false;
    return shape->first_empty || slice_equal(first_of(row), first_of(row_of(report, reader->head)));
}

static bool is_new_head(const struct table_reader *reader, const struct shape *shape)
{
    if (shape->digits || shape->first_empty)
        return false;
    return (shape->first_headlike && shape->headlike >= 2) || shape->headlike * 2 > shape->filled ||
           (reader->head >= 0 && reader->figures && shape->filled == shape->cells &&
            shape->cells != reader->columns && shape->cells > 2);
}

void table_reader_line(struct table_reader *reader, struct slice line)
{
    reader->apart += line.len <= SUBTITLE_MAX_BYTES && !ends_with_one_of(line, "。；") ? 1 : 2;
    reader->previous = -1;
}

int32_t table_reader_row(struct table_reader *reader, const struct report *report, struct slice row,
                         int32_t self)
{
    struct shape shape = shape_of(reader->words, row);
    bool first = reader->previous < 0;
    if (reader->apart > 1 || (first && reader->columns != shape.cells))
        reader->head = -1;
    int32_t head = reader->head;
    bool is_head = can_be_head(&shape);
    if (is_head && goes_under(reader, report, row, &shape)) {
        reader->head = self;
    } else if (is_head && (first || is_new_head(reader, &shape))) {
        reader->head = self;
        reader->figures = false;
        head = -1;
    }
    reader->figures = reader->figures || shape.figures > 0;
    if (shape.filled > 1 || first) {
        reader->columns = shape.cells;
        reader->previous = self;
    }
    reader->apart = 0;
    return head;
}
