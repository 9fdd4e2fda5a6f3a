/* manifest_cells.c - csv as spreadsheets write it (RFC 4180): "" in quotes is one quote, a quoted
 * cell may hold marks and line ends. No state beyond the struct; can't fail: an open quote ends
 * with the text. */
#include "deploy/intake/manifest_cells.h"

static char mark_of(struct slice text)
{
    static const char marks[] = {',', '\t', ';'};
    char best = ',';
    size_t most = 0;
    size_t end = slice_find(text, SLICE("\n"), 0);
    end = end == SIZE_MAX ? text.len : end;
    for (size_t m = 0; m < sizeof marks; m++) {
        size_t count = 0;
        for (size_t i = 0; i < end; i++)
            count += text.data[i] == marks[m];
        if (count > most) {
            most = count;
            best = marks[m];
        }
    }
    return best;
}

void cells_open(struct cells *cells, struct slice text, struct arena *arena)
{
    if (slice_starts(text, SLICE("\xEF\xBB\xBF")))
        text = slice_from(text, 3);
    *cells = (struct cells){.rest = text, .arena = arena, .mark = mark_of(text), .next_line = 1};
}

static struct slice trim(struct slice cell)
{
    while (cell.len && strchr(" \r\t", cell.data[0]))
        cell = slice_from(cell, 1);
    while (cell.len && strchr(" \r\t", cell.data[cell.len - 1]))
        cell.len--;
    return cell;
}

/* The cell at the start of the rest, up to its mark or line end, which stay. */
static struct slice take_plain(struct cells *cells)
{
    size_t end = 0;
    while (end < cells->rest.len && cells->rest.data[end] != cells->mark &&
           cells->rest.data[end] != '\n')
        end++;
    struct slice cell = slice_range(cells->rest, 0, end);
    cells->rest = slice_from(cells->rest, end);
    return trim(cell);
}

static struct slice take_quoted(struct cells *cells)
{
    size_t room = 1;
    while (room < cells->rest.len &&
           (cells->rest.data[room] != '"' ||
            (room + 1 < cells->rest.len && cells->rest.data[room + 1] == '"')))
        room += cells->rest.data[room] == '"' ? 2 : 1;
    char *out = arena_alloc(cells->arena, room);
    size_t len = 0, at = 1;
    for (; at < cells->rest.len; at++) {
        char c = cells->rest.data[at];
        if (c == '"' && at + 1 < cells->rest.len && cells->rest.data[at + 1] == '"')
            at++;
        else if (c == '"')
            break;
        cells->next_line += c == '\n';
        out[len++] = c;
    }
    cells->rest = slice_from(cells->rest, at < cells->rest.len ? at + 1 : at);
    take_plain(cells); /* blanks behind the quote */
    return trim((struct slice){out, len});
}

static bool take_row(struct cells *cells)
{
    bool filled = false;
    cells->count = 0;
    cells->line = cells->next_line;
    for (;;) {
        bool quoted = slice_starts(cells->rest, SLICE("\""));
        struct slice cell = quoted ? take_quoted(cells) : take_plain(cells);
        filled |= cell.len > 0;
        if (cells->count < MAX_CELLS)
            cells->items[cells->count++] = cell;
        if (!cells->rest.len)
            return filled;
        bool ends = cells->rest.data[0] == '\n';
        cells->rest = slice_from(cells->rest, 1);
        if (ends) {
            cells->next_line++;
            return filled;
        }
    }
}

bool cells_next(struct cells *cells)
{
    while (cells->rest.len)
        if (take_row(cells))
            return true;
    return false;
}
