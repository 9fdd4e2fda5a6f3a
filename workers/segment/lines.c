/* lines.c - finds lines, in one pass over the clean text; in a worker's thread, can't fail.
 *
 * The clean text has lost its blanks, so how a line was indented and how wide it was is looked up
 * in the published text.
 */
#include "workers/segment/lines.h"

#include "workers/segment/page_mark.h"
#include "workers/segment/text.h"

/* A line below this may end without a full stop: a heading, an address. */
enum { UNFINISHED_MIN_COLUMNS = 40 };

/* A shorter line has not swallowed a whole section with its heading. */
enum { SWALLOWED_MIN_BYTES = 600 };

struct finder {
    struct report *report;
    struct lines lines;
    size_t capacity;
    bool gap;        /* an empty line came before */
    bool page_break; /* a page's number came before, in the middle of a sentence */
};

/* One for every character, another for every wide one, eight bytes at a time: of each byte, whether
 * it goes on with a character (10……) and whether it begins one of three bytes and more (111…). */
static unsigned count_columns(const char *text, size_t bytes)
{
    const uint64_t tops = 0x8080808080808080u, ones = 0x0101010101010101u;
    unsigned columns = (unsigned)bytes;
    size_t at = 0;
    for (; at + 8 <= bytes; at += 8) {
        uint64_t eight;
        memcpy(&eight, text + at, sizeof eight);
        uint64_t goes_on = eight & ~(eight << 1) & tops;
        uint64_t wide = eight & eight << 1 & eight << 2 & tops;
        columns += (unsigned)((wide >> 7) * ones >> 56) - (unsigned)((goes_on >> 7) * ones >> 56);
    }
    for (; at < bytes; at++) {
        unsigned char byte = (unsigned char)text[at];
        columns += (unsigned)(byte >= 0xE0) - (unsigned)((byte & 0xC0) == 0x80);
    }
    return columns;
}

static uint16_t columns_of(const struct report *report, struct span clean)
{
    if (clean.end - clean.start > 2 * LONG_LINE_COLUMNS)
        return LONG_LINE_COLUMNS;
    struct span text = span_to_text(report, clean);
    unsigned columns = count_columns(report->text.data + text.start, text.end - text.start);
    return (uint16_t)(columns < LONG_LINE_COLUMNS ? columns : LONG_LINE_COLUMNS);
}

static bool is_indented(const struct report *report, uint32_t clean_start)
{
    uint32_t at = clean_to_text(report, clean_start);
    const char *text = report->text.data;
    unsigned blanks = 0;
    while (at > 0 && text[at - 1] != '\n' && at <= report->text.len) {
        if (at >= 3 && memcmp(text + at - 3, "\xE3\x80\x80", 3) == 0)
            return true;
        if (at >= 2 && memcmp(text + at - 2, "\xC2\xA0", 2) == 0)
            at--;
        else if (text[at - 1] != ' ' && text[at - 1] != '\t')
            break;
        blanks += text[at - 1] == '\t' ? 2 : 1;
        at--;
    }
    return blanks >= 2;
}

/* Bytes of the blank that ends at `end`, of any width, else 0. */
static size_t blank_bytes_before(struct slice text, size_t start, size_t end)
{
    for (size_t bytes = 1; bytes <= 3 && start + bytes <= end; bytes++)
        if (blank_at(text, end - bytes) == bytes)
            return bytes;
    return 0;
}

static struct span trimmed(struct slice text, size_t start, size_t end)
{
    for (size_t bytes; start < end && (bytes = blank_at(text, start)) != 0;)
        start += bytes;
    while (end > start) {
        size_t bytes = blank_bytes_before(text, start, end);
        if (!bytes)
            break;
        end -= bytes;
    }
    return (struct span){(uint32_t)start, (uint32_t)end};
}

/* The tabs in front of a row are its empty first cells: the columns count from them. */
static uint32_t first_cell(struct slice text, size_t start, uint32_t first)
{
    uint32_t at = first;
    while (at > start && blank_bytes_before(text, start, at))
        at -= (uint32_t)blank_bytes_before(text, start, at);
    while (at < first && text.data[at] != '\t')
        at++;
    return at;
}

/* Cells are short; a tab that slipped into prose does not make a table. */
static bool is_row(struct slice line)
{
    enum { MAX_CELL_BYTES = 150 };
    size_t tabs = 0, cell = 0;
    for (size_t i = 0; i < line.len; i++) {
        if (line.data[i] == '\t') {
            tabs++;
            cell = 0;
        } else if (++cell > MAX_CELL_BYTES) {
            return false;
        }
    }
    return tabs > 0;
}

/* A tab that a word processor set between a heading's number and its title: 一、\t总体情况 */
static bool is_numbered_title(struct slice line)
{
    const char *tab = memchr(line.data, '\t', line.len);
    size_t at = tab ? (size_t)(tab - line.data) : line.len;
    if (!tab || memchr(tab + 1, '\t', line.len - at - 1))
        return false;
    struct mark mark = mark_read(line);
    return mark.level && mark.title >= at;
}

/* Whether a line without a tab inside is a row of the table above: all its other cells are empty.
 */
static bool is_lone_cell(const struct finder *finder, struct span line, size_t end)
{
    const struct lines *lines = &finder->lines;
    return lines->count > 0 && lines->items[lines->count - 1].table && line.end < end &&
           memchr(finder->report->clean.data + line.end, '\t', end - line.end) != NULL;
}

static void add_line(struct finder *finder, struct span clean, bool table, bool inline_mark)
{
    struct report *report = finder->report;
    struct line *line =
        ARENA_PUSH(&report->arena, finder->lines.items, finder->lines.count, finder->capacity);
    struct slice text = slice_range(report->clean, clean.start, clean.end);
    *line = (struct line){.clean = clean,
                          .columns = columns_of(report, clean),
                          .indented = !inline_mark && is_indented(report, clean.start),
                          .gap = finder->gap,
                          .table = table,
                          .inline_mark = inline_mark};
    if (!line->table)
        line->mark = mark_read(text);
    finder->gap = false;
}

/* Where a page lost its line breaks, a 一、 or （一） straight behind a full stop begins a line,
 * and so does the 一、 behind 现将情况报告如下： */
static uint32_t next_inline_mark(struct slice text, struct span line, uint32_t from)
{
    struct slice until = slice_range(text, 0, line.end);
    if (line.end - line.start < SWALLOWED_MIN_BYTES)
        return line.end;
    size_t follows = slice_find(until, SLICE("如下："), from);
    if (follows != SIZE_MAX && mark_read(slice_range(until, follows + 9, line.end)).level == 1)
        follows += 9;
    else
        follows = line.end;
    for (size_t stop = from; (stop = slice_find(until, SLICE("。"), stop)) < follows;) {
        stop += 3;
        struct mark mark = mark_read(slice_range(until, stop, line.end));
        if (mark.level == 1 || mark.level == 2)
            return (uint32_t)stop;
    }
    return (uint32_t)follows;
}

/* Whether the line found last goes on behind the page's end: no heading, no sentence's end. */
static bool is_unfinished(const struct finder *finder)
{
    const struct lines *lines = &finder->lines;
    if (lines->count == 0)
        return false;
    const struct line *last = &lines->items[lines->count - 1];
    struct slice text = line_text(finder->report, last);
    return !last->table && last->columns >= UNFINISHED_MIN_COLUMNS &&
           !ends_with_one_of(text, "。！？；：…”）》") && !strchr("!?;:)", text.data[text.len - 1]);
}

/* Page numbers and page heads are no lines of the text, and part no paragraph. */
static bool is_page_mark(struct finder *finder, struct slice line)
{
    const struct metadata *meta = &finder->report->meta;
    enum page_mark mark = page_mark_read(line, meta->title, meta->issuer);
    if (mark == PAGE_MARK_NONE || finder->lines.count == 0)
        return false;
    bool unfinished = is_unfinished(finder);
    if (mark == PAGE_MARK_LIKELY && !unfinished)
        return false;
    finder->page_break = unfinished;
    return true;
}

static void add_trimmed(struct finder *finder, size_t start, size_t end)
{
    struct slice text = finder->report->clean;
    struct span line = trimmed(text, start, end);
    if (line.start == line.end) {
        finder->gap = true;
        return;
    }
    if (is_page_mark(finder, slice_range(text, line.start, line.end)))
        return;
    finder->gap = finder->gap && !finder->page_break;
    finder->page_break = false;
    struct slice row = slice_range(text, line.start, line.end);
    bool tab = memchr(row.data, '\t', row.len) != NULL;
    if (tab ? is_row(row) && !is_numbered_title(row) : is_lone_cell(finder, line, end)) {
        add_line(finder, (struct span){first_cell(text, start, line.start), line.end}, true, false);
        return;
    }
    bool inline_mark = false;
    for (uint32_t at = line.start; at < line.end; inline_mark = true) {
        uint32_t next = next_inline_mark(text, line, at);
        add_line(finder, (struct span){at, next}, false, inline_mark);
        at = next;
    }
}

struct lines lines_find(struct report *report)
{
    struct finder finder = {.report = report};
    struct span body = report->meta.body;
    if (body.end <= body.start || body.end > report->clean.len)
        body = (struct span){0, (uint32_t)report->clean.len};
    for (size_t at = body.start; at < body.end;) {
        const char *newline = memchr(report->clean.data + at, '\n', body.end - at);
        size_t end = newline ? (size_t)(newline - report->clean.data) : body.end;
        add_trimmed(&finder, at, end);
        at = end + 1;
    }
    return finder.lines;
}
