/* csv.c - tables as text with commas or semicolons, as offices' programs save them.
 *
 * Recognised only where nothing else can be meant: every line has the same number of cells, two or
 * more, or all lines from the first with several cells to the last with such have, and are short;
 * not where commas only part thousands, as prose has them, nor where sentences follow each other
 * within a cell and little else speaks for a table: remarks in a table of several columns may.
 * Cells may be quoted, and hold line ends then. What they hold is read as a sheet is (flow.h); what
 * stands behind its last column goes into that. In a child, since a cell takes many times its bytes
 * while the table is open.
 */
#include "proto/base/tr.h"
#include "workers/ingest/format/flow.h"
#include "workers/ingest/format/format.h"
#include "workers/text/utf8.h"

#include <ctype.h>
#include <unistr.h>

enum {
    SAMPLE_LINES = 50,
    LINE_BYTES = 4000,
    LEAST_LINES = 2,
    TABLE_LINES = 3, /* the same for a table between lines of prose */
    CELL_BYTES = 60, /* of its cells in the mean, at most */
};

struct reading {
    struct slice text;
    size_t at;
    char comma;
};

/* The cell at `at`, without its quotes; `at` then stands behind it. */
static void read_cell(struct reading *reading, struct buffer *cell)
{
    struct slice text = reading->text;
    bool quoted = reading->at < text.len && text.data[reading->at] == '"';
    reading->at += quoted;
    while (reading->at < text.len) {
        char c = text.data[reading->at];
        if (quoted && c == '"') {
            quoted = reading->at + 1 < text.len && text.data[reading->at + 1] == '"';
            reading->at += quoted ? 1 : 0;
            if (!quoted) {
                reading->at++;
                continue;
            }
        } else if (!quoted && (c == reading->comma || c == '\n' || c == '\r')) {
            return;
        }
        buffer_append(cell, &c, 1);
        reading->at++;
    }
}

/* Whether another cell of the row follows; stands at its beginning, or behind the row's end. */
static bool next_cell(struct reading *reading)
{
    struct slice text = reading->text;
    if (reading->at < text.len && text.data[reading->at] == reading->comma) {
        reading->at++;
        return true;
    }
    while (reading->at < text.len && strchr("\r\n", text.data[reading->at]))
        reading->at++;
    return false;
}

static size_t count_cells(struct reading *reading, struct buffer *cell)
{
    size_t cells = 0;
    do {
        buffer_clear(cell);
        read_cell(reading, cell);
        cells++;
    } while (next_cell(reading));
    return cells;
}

/* What the lines of a file have in common, up to the sample's end. */
struct lines {
    size_t count, tables; /* all; those of several cells */
    size_t cells, bytes;  /* of a line of several cells; of all of those lines */
    bool alike, whole;    /* they all have that many; every line has */
    bool over;            /* a line of one cell stood behind them */
};

static void look_at(struct lines *lines, size_t cells, size_t bytes)
{
    lines->count++;
    lines->over = lines->over || (cells < 2 && lines->tables > 0);
    if (cells < 2) {
        lines->whole = false;
        return;
    }
    bool same = lines->tables == 0 || cells == lines->cells;
    lines->alike = lines->alike && same && !lines->over;
    lines->cells = cells;
    lines->bytes += bytes;
    lines->tables++;
}

/* A line that is one cell for sure, as nearly all of prose are: passed over without reading it. */
static bool pass_one_cell(struct reading *reading)
{
    const char *at = reading->text.data + reading->at;
    size_t left = reading->text.len - reading->at;
    const char *newline = memchr(at, '\n', left);
    size_t len = newline ? (size_t)(newline - at) : left;
    if (*at == '"' || memchr(at, reading->comma, len) || memchr(at, '\r', len))
        return false;
    reading->at += len;
    return !next_cell(reading);
}

/* Whether a sentence goes on behind the end of another, within a cell that isn't quoted. */
static bool has_sentences(struct slice line, char comma)
{
    bool utf8 = u8_check((const uint8_t *)line.data, line.len) == NULL;
    struct slice stop = utf8 ? SLICE("。") : SLICE("\xA1\xA3");
    for (size_t at = 0; at < line.len && line.data[at] != '"';) {
        bool ends = slice_starts(slice_from(line, at), stop);
        size_t behind = at + stop.len;
        if (ends && behind < line.len && line.data[behind] != comma &&
            !strchr("\r\n", line.data[behind]))
            return true;
        at += (unsigned char)line.data[at] < 0x80 ? 1 : utf8 ? utf8_length(line.data + at) : 2;
    }
    return false;
}

/* Whether every comma of the line is one of 1,640. */
static bool parts_thousands(struct slice line, char comma)
{
    for (size_t at = 0; at < line.len; at++) {
        if (line.data[at] != comma)
            continue;
        size_t digits = 0;
        while (at + 1 + digits < line.len && isdigit((unsigned char)line.data[at + 1 + digits]))
            digits++;
        if (at == 0 || !isdigit((unsigned char)line.data[at - 1]) || digits != 3)
            return false;
    }
    return true;
}

static bool is_table(struct slice text, char comma)
{
    struct reading reading = {text, 0, comma};
    struct buffer cell = {0};
    struct lines lines = {.alike = true, .whole = true};
    bool parts = false;     /* a comma does more than part thousands */
    bool sentences = false; /* in a cell */
    while (lines.alike && reading.at < text.len && lines.count < SAMPLE_LINES) {
        size_t from = reading.at;
        size_t cells = pass_one_cell(&reading) ? 1 : count_cells(&reading, &cell);
        struct slice line = slice_range(text, from, reading.at);
        look_at(&lines, cells, line.len);
        if (cells < 2)
            continue;
        bool bars = memchr(line.data, '|', line.len); /* its cells: 28,641|25,960 */
        lines.alike = lines.alike && line.len <= LINE_BYTES && !bars;
        sentences = sentences || has_sentences(line, comma);
        parts = parts || !parts_thousands(line, comma);
    }
    buffer_release(&cell);
    if (!lines.alike || !parts || lines.tables < LEAST_LINES)
        return false;
    bool sure = lines.tables >= TABLE_LINES && lines.cells > 2 &&
                lines.bytes <= lines.tables * lines.cells * CELL_BYTES;
    return sure || (lines.whole && !sentences);
}

/* The look at the bytes comes before any decoding: in GBK and UTF-8 alike no second byte of a hanzi
 * is a comma, a quote or a line end. */
static char comma_of(struct slice raw)
{
    static const char commas[] = {',', ';'};
    if (memchr(raw.data, '\0', raw.len))
        return '\0';
    for (size_t i = 0; i < sizeof commas; i++)
        if (memchr(raw.data, commas[i], raw.len) && is_table(raw, commas[i]))
            return commas[i];
    return '\0';
}

static bool matches(struct slice raw)
{
    return comma_of(raw) != '\0';
}

static bool is_blank(struct slice text)
{
    size_t i = 0;
    while (i < text.len && strchr(" \t\r\n", text.data[i]))
        i++;
    return i == text.len;
}

/* A row without a word in it is none. */
static void read_row(struct reading *reading, struct layout_table *table, struct arena *arena)
{
    struct buffer text = {0};
    struct layout_cell *cell = NULL;
    bool says = false;
    size_t columns = 0;
    layout_row(table, arena);
    do {
        buffer_clear(&text);
        read_cell(reading, &text);
        if (columns++ < LAYOUT_MAX_COLUMNS)
            cell = layout_cell(table, arena);
        bool blank = is_blank(buffer_slice(&text));
        says = says || !blank;
        if (!blank)
            flow_add(&cell->flow, arena, BLOCK_PARAGRAPH, arena_copy(arena, buffer_slice(&text)));
    } while (next_cell(reading));
    table->count -= !says;
    buffer_release(&text);
}

static enum status decode(struct slice bytes, struct blocks *blocks, struct error *error)
{
    struct slice text;
    enum status status = plain_decode(blocks->arena, bytes, &text, &blocks->encoding, error);
    if (status)
        return status;
    if (slice_starts(text, SLICE("\xEF\xBB\xBF")))
        text = slice_range(text, 3, text.len);
    struct reading reading = {text, 0, comma_of(bytes)};
    struct layout_table table = {.sheet = true};
    struct flow flow = {0};
    while (reading.at < text.len && table.count <= MAX_BLOCKS) /* the blocks refuse more */
        read_row(&reading, &table, blocks->arena);
    layout_close(&table, blocks->arena, &flow);
    flow_emit(&flow, blocks);
    return STATUS_OK;
}

const struct format csv_format = {
    .name = "csv", .what = TR("a table as text (csv)"), .matches = matches, .decode = decode};
