/* html_line.c - white space as CSS has it ("white space processing rules"); nothing can fail.
 *
 * A numeric reference between &#128; and &#159; means a character of Windows-1252, which is how the
 * HTML standard and every browser read it; the parser leaves it a control character.
 */
#include "workers/ingest/format/html_line.h"

#include "workers/ingest/format/html_western.h"
#include "workers/text/utf8.h"

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Hanzi, kana, their punctuation and full-width forms: no blank was ever meant between them. */
static bool is_wide(uint32_t c)
{
    return (c >= 0x2E80 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFE30 && c <= 0xFFEF) || c >= 0x20000 || c == 0x2014 || c == 0x2026 ||
           (c >= 0x2018 && c <= 0x201D);
}

static void begin(struct html_line *line)
{
    if (line->last == 0 && !line->in_cell)
        blocks_begin(line->blocks, line->kind, NULL);
    if (line->marker.len) {
        blocks_add(line->blocks, line->marker);
        line->last = ' ';
        line->blank = false;
    }
    line->marker = (struct slice){0};
}

/* A run without blanks. */
static void add_run(struct html_line *line, struct slice run)
{
    bool first = line->last == 0;
    uint32_t next = utf8_at(run.data);
    begin(line);
    if (line->blank && !first && line->last != ' ' &&
        !(line->broke && is_wide(line->last) && is_wide(next)))
        blocks_add(line->blocks, SLICE(" "));
    blocks_add(line->blocks, run);
    line->blank = line->broke = false;
    line->last = utf8_at(utf8_before(run.data, run.data + run.len));
}

static bool is_control(struct slice text, size_t at)
{
    return at + 1 < text.len && text.data[at] == '\xC2' && (unsigned char)text.data[at + 1] < 0xA0;
}

static void add_control(struct html_line *line, unsigned char low)
{
    char bytes[4];
    size_t len = utf8_put(html_western_character(low), bytes);
    add_run(line, (struct slice){bytes, len});
}

/* Bytes from `at` on without blanks and control characters. */
static size_t run_length(struct slice text, size_t at, bool (*ends)(char))
{
    size_t end = at;
    while (end < text.len && !ends(text.data[end]) && !is_control(text, end))
        end++;
    return end - at;
}

void html_line_add(struct html_line *line, struct slice text)
{
    for (size_t at = 0; at < text.len;) {
        if (is_blank(text.data[at])) {
            line->blank = true;
            line->broke = line->broke || text.data[at] == '\n';
            at++;
        } else if (is_control(text, at)) {
            add_control(line, (unsigned char)text.data[at + 1]);
            at += 2;
        } else {
            size_t len = run_length(text, at, is_blank);
            add_run(line, slice_range(text, at, at + len));
            at += len;
        }
    }
}

static bool is_break(char c)
{
    return c == '\n' || c == '\r';
}

void html_line_add_kept(struct html_line *line, struct slice text)
{
    for (size_t at = 0; at < text.len;) {
        if (is_break(text.data[at])) {
            html_line_end(line);
            at++;
        } else if (is_control(text, at)) {
            add_control(line, (unsigned char)text.data[at + 1]);
            at += 2;
        } else {
            size_t len = run_length(text, at, is_break);
            add_run(line, slice_range(text, at, at + len));
            at += len;
        }
    }
}

void html_line_add_lines(struct html_line *line, struct slice text)
{
    for (size_t start = 0, at = 0; at <= text.len; at++) {
        if (at < text.len && text.data[at] != '\n')
            continue;
        html_line_add(line, slice_range(text, start, at));
        start = at + 1;
        if (at < text.len)
            html_line_end(line);
    }
}

void html_line_end(struct html_line *line)
{
    if (line->in_cell) {
        line->blank = true;
        return;
    }
    if (line->last)
        blocks_end(line->blocks);
    line->last = 0;
    line->blank = line->broke = false;
}
