/* columns.c - finds tables that lost their tabs: three lines and more, one under the other, with
 * the same number of cells parted by | or by two and more blanks (one ideographic), and with
 * figures in most of the rows. A head and one row of figures will do where | part three cells; a
 * row that begins with blanks and lacks one cell (　　合计　　9000) has an empty one there. In
 * doubt it is no table: the words stay as they are. No state, can't fail.
 */
#include "workers/ingest/columns.h"

#include "workers/text/utf8.h"

enum { LINE_MAX_BYTES = 500, MIN_ROWS = 3, MIN_BAR_ROWS = 2, MIN_BAR_CELLS = 3, MAX_GAP_LINES = 1 };

struct row {
    struct span text;
    enum column_mark mark;
    unsigned cells;
    bool rule, figure, last_figure, numbered, indented, opens_empty;
};

struct block {
    struct row *rows;
    size_t count, capacity;
    unsigned gap; /* empty lines since the last row */
};

/* |, │, ┃ or ｜ */
static inline size_t bar_at(struct slice text, size_t at)
{
    const unsigned char *c = (const unsigned char *)text.data + at;
    if (*c == '|')
        return 1;
    if ((*c != 0xE2 && *c != 0xEF) || text.len - at < 3)
        return 0;
    bool box = c[0] == 0xE2 && c[1] == 0x94 && (c[2] == 0x82 || c[2] == 0x83);
    bool wide = c[0] == 0xEF && c[1] == 0xBD && c[2] == 0x9C;
    return box || wide ? 3 : 0;
}

static bool has_bar(struct slice line)
{
    for (size_t at = 0; at < line.len;) {
        unsigned char lead = (unsigned char)line.data[at];
        if (lead >= 0xE3 && lead < 0xEF) /* hanzi: nearly everything */
            at += 3;
        else if (bar_at(line, at))
            return true;
        else
            at += utf8_length(line.data + at);
    }
    return false;
}

/* A run of blanks at `at`; *wide: wide enough to part cells. */
static size_t blanks_at(struct slice text, size_t at, size_t end, bool *wide)
{
    size_t from = at;
    unsigned width = 0;
    while (at < end && utf8_is_blank(utf8_at(text.data + at))) {
        uint32_t c = utf8_at(text.data + at);
        width += c == 0x3000 || c == 0x2003 ? 2 : 1;
        at += utf8_length(text.data + at);
    }
    *wide = width >= 2;
    return at - from;
}

static bool is_rule(struct slice line)
{
    bool dash = false;
    for (size_t i = 0; i < line.len; i++) {
        bool box = (unsigned char)line.data[i] == 0xE2 && i + 2 < line.len &&
                   (unsigned char)line.data[i + 1] >= 0x94 &&
                   (unsigned char)line.data[i + 1] <= 0x95;
        dash = dash || line.data[i] == '-' || box;
        if (box)
            i += 2;
        else if (!strchr("|-:+= \r", line.data[i]))
            return false;
    }
    return dash;
}

/* Bytes of the mark at `at` in text[start, end), and where its kind of table parts cells. */
static size_t mark_at(enum column_mark mark, struct slice text, size_t at, size_t end)
{
    bool wide = false;
    if (mark == COLUMNS_BARS)
        return bar_at(text, at);
    size_t len = blanks_at(text, at, end, &wide);
    return wide ? len : 0;
}

static bool begins_figure(struct slice text, size_t at, size_t end)
{
    while (at < end && strchr("+- ", text.data[at]))
        at++;
    return at < end && text.data[at] >= '0' && text.data[at] <= '9';
}

static struct span without_blanks(struct slice text, struct span line)
{
    bool wide;
    line.start += (uint32_t)blanks_at(text, line.start, line.end, &wide);
    while (line.end > line.start) {
        const char *last = utf8_before(text.data + line.start, text.data + line.end);
        if (*last != '\r' && !utf8_is_blank(utf8_at(last)))
            break;
        line.end = (uint32_t)(last - text.data);
    }
    return line;
}

/* The cells of a line, without blanks and one | at either end: a second one parts an empty cell. */
static struct span inner(enum column_mark mark, struct slice text, struct span line)
{
    line = without_blanks(text, line);
    if (mark != COLUMNS_BARS || line.start == line.end)
        return line;
    line.start += (uint32_t)bar_at(text, line.start);
    const char *last = utf8_before(text.data + line.start, text.data + line.end);
    if (line.end > line.start && bar_at(text, (size_t)(last - text.data)))
        line.end = (uint32_t)(last - text.data);
    return line;
}

static bool opens_with_mark(struct slice cell)
{
    static const struct slice marks[] = {{"、", 3}, {"）", 3}, {")", 1}, {".", 1}, {"．", 3}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (slice_find(cell, marks[i], 0) <= 9)
            return true;
    return slice_starts(cell, SLICE("第"));
}

static struct row read_row(enum column_mark mark, struct slice text, struct span line)
{
    struct span in = inner(mark, text, line);
    struct row row = {.text = line, .mark = mark, .cells = in.end > in.start};
    size_t first = 0;
    for (size_t at = in.start; at < in.end;) {
        size_t len = mark_at(mark, text, at, in.end);
        if (!len) {
            at += utf8_length(text.data + at);
            continue;
        }
        first = first ? first : at;
        at += len;
        row.cells++;
        row.last_figure = begins_figure(text, at, in.end);
        row.figure = row.figure || row.last_figure;
    }
    bool wide = false;
    blanks_at(text, line.start, line.end, &wide);
    row.indented = wide && mark == COLUMNS_BLANKS;
    if (row.cells > 1)
        row.numbered = opens_with_mark(slice_range(text, in.start, first));
    return row;
}

/* What kind of row a line may be, by its first mark. */
static struct row judge(struct slice text, struct span line)
{
    struct row none = {.text = line};
    if (line.end - line.start > LINE_MAX_BYTES)
        return none;
    struct slice s = slice_range(text, line.start, line.end);
    bool bars = has_bar(s);
    if (is_rule(s)) {
        none.rule = true;
        none.mark = COLUMNS_BARS;
        return none;
    }
    if (!bars && (slice_has(s, SLICE("。")) || slice_has(s, SLICE("，"))))
        return none;
    struct row row = read_row(bars ? COLUMNS_BARS : COLUMNS_BLANKS, text, line);
    return row.cells > 1 ? row : none;
}

/* Rows without figures are heads and groups; a contents page (一、 …… 3) is no table. */
static bool is_table(const struct block *block)
{
    size_t rows = 0, figures = 0, last = 0, numbered = 0;
    for (size_t i = 0; i < block->count; i++) {
        const struct row *row = &block->rows[i];
        rows += !row->rule;
        figures += row->figure;
        last += row->last_figure;
        numbered += row->numbered;
    }
    const struct row *first = &block->rows[0];
    bool barred = first->mark == COLUMNS_BARS && first->cells >= MIN_BAR_CELLS && !first->figure;
    if (rows < (barred ? MIN_BAR_ROWS : MIN_ROWS) || figures * 2 < rows - 1 || figures == 0)
        return false;
    bool narrow = first->mark == COLUMNS_BLANKS && first->cells == 2;
    return !narrow || (last + 1 >= rows && numbered * 2 < rows);
}

static void close_block(struct block *block, struct arena *arena, struct column_lines *found,
                        size_t *capacity)
{
    if (block->count && is_table(block))
        for (size_t i = 0; i < block->count; i++)
            *ARENA_PUSH(arena, found->items, found->count, *capacity) =
                (struct column_line){.text = block->rows[i].text,
                                     .mark = block->rows[i].mark,
                                     .rule = block->rows[i].rule,
                                     .opens_empty = block->rows[i].opens_empty};
    block->count = 0;
    block->gap = 0;
}

/* The total of a numbered list has no number: its row begins where the second cell does. */
static bool lacks_first(const struct row *above, const struct row *row)
{
    return row->indented && !above->indented && row->figure && row->cells > 1 &&
           above->cells == row->cells + 1;
}

static bool goes_on(const struct block *block, struct row *row)
{
    if (block->count == 0 || row->rule)
        return true;
    for (size_t i = block->count; i-- > 0;) {
        const struct row *above = &block->rows[i];
        if (above->rule)
            continue;
        if (above->mark == row->mark && lacks_first(above, row)) {
            row->opens_empty = true;
            row->cells++;
        }
        return above->mark == row->mark && above->cells == row->cells;
    }
    return row->mark == COLUMNS_BARS;
}

static bool is_empty(struct slice text, struct span line)
{
    struct span in = without_blanks(text, line);
    return in.start == in.end;
}

struct column_lines columns_find(struct arena *arena, struct slice text)
{
    struct column_lines found = {0};
    struct block block = {0};
    size_t capacity = 0;
    for (size_t at = 0; at < text.len;) {
        const char *newline = memchr(text.data + at, '\n', text.len - at);
        size_t end = newline ? (size_t)(newline - text.data) : text.len;
        struct span line = {(uint32_t)at, (uint32_t)end};
        struct row row = judge(text, line);
        if (row.mark == COLUMNS_NONE && block.count && is_empty(text, line)) {
            if (++block.gap > MAX_GAP_LINES)
                close_block(&block, arena, &found, &capacity);
        } else {
            if (row.mark == COLUMNS_NONE || !goes_on(&block, &row))
                close_block(&block, arena, &found, &capacity);
            if (row.mark != COLUMNS_NONE) {
                *ARENA_PUSH(arena, block.rows, block.count, block.capacity) = row;
                block.gap = 0;
            }
        }
        at = end + 1;
    }
    close_block(&block, arena, &found, &capacity);
    return found;
}

size_t columns_mark_at(const struct column_line *line, struct slice text, size_t at, bool *edge)
{
    struct span in = inner(line->mark, text, line->text);
    size_t len = mark_at(line->mark, text, at, line->text.end);
    *edge = (at < in.start && !line->opens_empty) || at >= in.end;
    return len;
}
