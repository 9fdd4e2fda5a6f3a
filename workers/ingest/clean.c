/* clean.c - one pass over the text: runs of plain characters are copied as they are, the few others
 * are looked at one by one. A cleaner is read-only after cleaner_new and may serve many threads.
 * Can't fail on any valid UTF-8.
 */
#include "workers/ingest/clean.h"

#include "proto/base/memory.h"
#include "proto/base/tsv.h"
#include "workers/ingest/columns.h"
#include "workers/text/utf8.h"

#include <stdlib.h>
#include <unictype.h>
#include <uninorm.h>

enum {
    NOISE_REACH_BYTES = 200,
    ROW_REACH_BYTES = 600,
    FIRST_RADICAL = 0x2E80,
    LAST_RADICAL = 0x2FDF
};

struct cleaner {
    struct table noise, radicals;
    struct slice hanzi[LAST_RADICAL - FIRST_RADICAL + 1]; /* that each stands for, or empty */
    /* Bytes to copy for a lead byte that needs no second look, 0 for one that does. */
    unsigned char plain[256];
    bool noisy[256]; /* a noise begins with this byte */
};

struct pass {
    const struct cleaner *cleaner;
    struct report *report;
    const char *at, *end; /* in the text */
    char *out;            /* in the clean text */
    char *line;           /* start of the current line in the clean text */
    size_t shift_capacity;
    int64_t shift;      /* text offset - clean offset in force */
    const char *judged; /* the text line that `spaced` and `prose` were found for */
    const char *judged_end;
    bool spaced, prose, stray_tab;
    struct column_lines columns; /* lines whose marks become tabs */
    size_t column;               /* the next of them */
};

static void mark_plain(struct cleaner *cleaner)
{
    for (unsigned byte = 0x21; byte < 0x7F; byte++)
        cleaner->plain[byte] = 1;
    cleaner->plain['\n'] = cleaner->plain['\t'] = cleaner->plain['|'] = 0;
    for (unsigned lead = 0xC3; lead < 0xD8; lead++) /* behind: Arabic and its digits */
        cleaner->plain[lead] = lead == 0xCD ? 0 : 2;
    for (unsigned lead = 0xE4; lead < 0xEE; lead++)
        cleaner->plain[lead] = 3;
    for (size_t i = 0; i < cleaner->noise.count; i++) {
        unsigned char lead = (unsigned char)cleaner->noise.rows[i].columns[0].data[0];
        cleaner->plain[lead] = 0;
        cleaner->noisy[lead] = true;
    }
}

static void read_radicals(struct cleaner *cleaner)
{
    for (size_t i = 0; i < cleaner->radicals.count; i++) {
        const struct slice *row = cleaner->radicals.rows[i].columns;
        uint32_t c = row[0].len == 3 ? utf8_at(row[0].data) : 0;
        if (c >= FIRST_RADICAL && c <= LAST_RADICAL && row[1].len == 3)
            cleaner->hanzi[c - FIRST_RADICAL] = row[1];
    }
}

enum status cleaner_new(struct cleaner **cleaner, struct error *error)
{
    struct cleaner *made = memory_zero(sizeof *made);
    enum status status = table_load(&made->noise, "workers/ingest/words/noise.tsv", 2, error);
    if (status == STATUS_OK)
        status = table_load(&made->radicals, "workers/ingest/words/radicals.tsv", 2, error);
    mark_plain(made);
    read_radicals(made);
    *cleaner = made;
    if (status != STATUS_OK)
        cleaner_free(cleaner);
    return status;
}

void cleaner_free(struct cleaner **cleaner)
{
    if (!*cleaner)
        return;
    table_release(&(*cleaner)->noise);
    table_release(&(*cleaner)->radicals);
    free(*cleaner);
    *cleaner = NULL;
}

/* Notes that what is written next stands at text position `from`. */
static void sync_shift(struct pass *pass, const char *from)
{
    struct report *report = pass->report;
    uint32_t clean = (uint32_t)(pass->out - report->clean.data);
    uint32_t text = (uint32_t)(from - report->text.data);
    if ((int64_t)text - clean == pass->shift && report->shift_count > 0)
        return;
    pass->shift = (int64_t)text - clean;
    if (report->shift_count > 0 && report->shifts[report->shift_count - 1].clean == clean) {
        report->shifts[report->shift_count - 1].text = text;
        return;
    }
    *ARENA_PUSH(&report->arena, report->shifts, report->shift_count, pass->shift_capacity) =
        (struct shift){clean, text};
}

static void put(struct pass *pass, const char *from, const char *bytes, size_t len)
{
    sync_shift(pass, from);
    memcpy(pass->out, bytes, len);
    pass->out += len;
}

static void end_line(struct pass *pass)
{
    while (pass->out > pass->line && pass->out[-1] == ' ')
        pass->out--;
    put(pass, pass->at, "\n", 1);
    pass->line = pass->out;
}

/* ---- blanks ---- */

static bool is_digit_or_latin(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
           (c >= 0xFF10 && c <= 0xFF19) || (c >= 0xFF21 && c <= 0xFF3A) ||
           (c >= 0xFF41 && c <= 0xFF5A);
}

static bool is_digit(uint32_t c)
{
    return (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19);
}

/* Punctuation that needs no blank beside it. */
static bool is_chinese_mark(uint32_t c)
{
    return (c >= 0x3001 && c <= 0x3006) || (c >= 0x3008 && c <= 0x301F) || c == 0xFF05 ||
           (c >= 0xFF08 && c <= 0xFF0F) || (c >= 0xFF1A && c <= 0xFF20) ||
           (c >= 0x2014 && c <= 0x201F) || c == '%';
}

/* A line of prose with one tab, no row above or below it: the tab slipped in and parts no cells. */
static bool has_stray_tab(const struct pass *pass, const char *start, const char *end)
{
    const char *text = pass->report->text.data, *tab = memchr(start, '\t', (size_t)(end - start));
    struct slice line = {start, (size_t)(end - start)};
    if (slice_ends(line, SLICE("\r")))
        line.len--;
    if (!tab || memchr(tab + 1, '\t', (size_t)(end - tab - 1)) || !slice_ends(line, SLICE("。")))
        return false;
    const char *above = start > text ? start - 1 : start, *below = end < pass->end ? end + 1 : end;
    const char *stop = memchr(below, '\n', (size_t)(pass->end - below));
    size_t reach =
        (size_t)(above - text) < ROW_REACH_BYTES ? (size_t)(above - text) : ROW_REACH_BYTES;
    const char *newline = memrchr(above - reach, '\n', reach);
    const char *from = newline ? newline : above - reach;
    return !memchr(from, '\t', (size_t)(above - from)) &&
           !memchr(below, '\t', (size_t)((stop ? stop : pass->end) - below));
}

/* Decides for the line around `at` whether it is spaced out as a whole and whether it is prose. */
static void judge_line(struct pass *pass, const char *at)
{
    if (at >= pass->judged && at < pass->judged_end)
        return;
    const char *start = at, *text = pass->report->text.data;
    while (start > text && start[-1] != '\n')
        start--;
    const char *end = memchr(at, '\n', (size_t)(pass->end - at));
    end = end ? end : pass->end;

    unsigned tokens = 0, single_hanzi = 0, singles = 0;
    pass->prose = false;
    for (const char *c = start; c < end;) {
        unsigned length = 0, hanzi = 0;
        uint32_t code = 0;
        while (c < end && !utf8_is_blank(code = utf8_at(c))) {
            pass->prose |= code == 0x3002 || code == 0xFF0C || code == 0xFF1B;
            hanzi += utf8_is_hanzi(code);
            length += code != '\r';
            c += utf8_length(c);
        }
        while (c < end && utf8_is_blank(utf8_at(c)))
            c += utf8_length(c);
        tokens += length > 0;
        singles += length == 1;
        single_hanzi += length == 1 && hanzi == 1;
    }
    pass->spaced = tokens >= 4 && single_hanzi >= 2 && singles * 10 >= tokens * 6;
    pass->stray_tab = has_stray_tab(pass, start, end);
    pass->judged = start;
    pass->judged_end = end;
}

/* Whether the hanzi in front of `at` (the start of a run of blanks) has no hanzi in front of it. */
static bool stands_alone_before(const struct pass *pass, const char *at)
{
    const char *text = pass->report->text.data;
    const char *last = utf8_before(text, at);
    return last == text || !utf8_is_hanzi(utf8_at(utf8_before(text, last)));
}

static bool stands_alone_behind(const struct pass *pass, const char *at)
{
    const char *next = at + utf8_length(at);
    return next >= pass->end || !utf8_is_hanzi(utf8_at(next));
}

static bool blank_counts(struct pass *pass, const char *from, const char *to)
{
    if (to >= pass->end || from == pass->report->text.data || pass->out == pass->line)
        return false;
    uint32_t next = utf8_at(to), before = utf8_at(utf8_before(pass->report->text.data, from));
    if (next == '\n' || next == '\t' || next == '\r' || before == '\t' ||
        strchr(" \t", pass->out[-1]) || is_chinese_mark(next) || is_chinese_mark(before))
        return false;
    judge_line(pass, from);
    if (pass->spaced)
        return false;
    bool hanzi_before = utf8_is_hanzi(before), hanzi_next = utf8_is_hanzi(next);
    if (hanzi_before && hanzi_next)
        return !pass->prose && !stands_alone_before(pass, from) && !stands_alone_behind(pass, to);
    return !hanzi_before && !hanzi_next;
}

static bool is_stray_tab(struct pass *pass, const char *at)
{
    if (*at != '\t')
        return false;
    judge_line(pass, at);
    return pass->stray_tab;
}

static void take_blanks(struct pass *pass)
{
    const char *from = pass->at;
    while (pass->at < pass->end &&
           (utf8_is_blank(utf8_at(pass->at)) || is_stray_tab(pass, pass->at)))
        pass->at += utf8_length(pass->at);
    if (blank_counts(pass, from, pass->at))
        put(pass, from, " ", 1);
}

/* ---- noise ---- */

static bool take_noise(struct pass *pass)
{
    const struct table *noise = &pass->cleaner->noise;
    struct slice rest = {pass->at, (size_t)(pass->end - pass->at)};
    for (size_t i = 0; i < noise->count; i++) {
        const struct slice *row = noise->rows[i].columns;
        if (!slice_starts(rest, row[0]))
            continue;
        size_t len = row[0].len;
        if (row[1].len > 0) {
            size_t reach = rest.len < NOISE_REACH_BYTES ? rest.len : NOISE_REACH_BYTES;
            size_t hit = slice_find(slice_range(rest, 0, reach), row[1], row[0].len);
            if (hit == SIZE_MAX || memchr(rest.data, '\n', hit))
                continue;
            len = hit + row[1].len;
        }
        if (row[2].len > 0 && pass->out > pass->line && pass->out[-1] != ' ' &&
            !((unsigned char)pass->out[-1] & 0x80))
            put(pass, pass->at, " ", 1);
        pass->at += len;
        return true;
    }
    return false;
}

/* ---- tables without tabs ---- */

/* In a line of such a table: what parts two cells becomes a tab, what frames it vanishes. */
static bool take_column_mark(struct pass *pass)
{
    const struct column_lines *lines = &pass->columns;
    size_t at = (size_t)(pass->at - pass->report->text.data);
    while (pass->column < lines->count && lines->items[pass->column].text.end <= at)
        pass->column++;
    if (pass->column == lines->count || at < lines->items[pass->column].text.start)
        return false;
    const struct column_line *line = &lines->items[pass->column];
    if (line->rule) {
        pass->at = pass->report->text.data + line->text.end;
        return true;
    }
    bool edge;
    size_t len = columns_mark_at(line, pass->report->text, at, &edge);
    if (len && !edge)
        put(pass, pass->at, "\t", 1);
    pass->at += len;
    return len > 0;
}

/* ---- single characters ---- */

static char half_width(struct pass *pass, uint32_t c)
{
    if (is_digit(c) || is_digit_or_latin(c))
        return (char)(c - 0xFEE0);
    if (c == 0xFF05 || c == 0xFE6A)
        return '%';
    bool joins = c == 0xFF0E || c == 0xFF0F || c == 0xFF0D || c == 0xFF0B || c == 0xFF07;
    const char *next = pass->at + utf8_length(pass->at);
    if (joins && pass->out > pass->line && next < pass->end &&
        is_digit_or_latin((unsigned char)pass->out[-1]) && is_digit_or_latin(utf8_at(next)))
        return (char)(c - 0xFEE0);
    return '\0';
}

/* 〇 to 9 of any script: bold, Arabic-Indic, circled ones excepted. */
static bool take_foreign_digit(struct pass *pass, uint32_t c)
{
    int value = c >= 0x660 ? uc_decimal_value(c) : -1;
    if (value < 0)
        return false;
    char digit = (char)('0' + value);
    put(pass, pass->at, &digit, 1);
    return true;
}

/* ⼈ and 车 from the blocks of radicals; hanzi and marks that only exist for older encodings: their
 * small and upright forms (﹐ ﹒ ﹣ ︰). */
static bool take_compatibility(struct pass *pass, uint32_t c)
{
    if (c >= FIRST_RADICAL && c <= LAST_RADICAL) {
        struct slice hanzi = pass->cleaner->hanzi[c - FIRST_RADICAL];
        put(pass, pass->at, hanzi.len ? hanzi.data : pass->at, 3);
        return true;
    }
    bool form = (c >= 0xFE10 && c <= 0xFE19) || (c >= 0xFE30 && c <= 0xFE6F);
    if (!form && !(c >= 0xF900 && c <= 0xFAFF) && !(c >= 0x2F800 && c <= 0x2FA1F))
        return false;
    ucs4_t to[UC_DECOMPOSITION_MAX_LENGTH];
    int tag;
    if (uc_decomposition(c, &tag, to) != 1)
        return false;
    char bytes[4];
    size_t len = utf8_put(to[0], bytes);
    if (len > utf8_length(pass->at)) /* the clean text never grows */
        return false;
    put(pass, pass->at, bytes, len);
    return true;
}

/* A form feed ends a line only where nothing else does: the break of a page is none of the text. */
static void take_page_break(struct pass *pass)
{
    const char *next = pass->at + 1;
    bool at_start = pass->out == pass->line && pass->at > pass->report->text.data;
    if (next < pass->end && *next == '\r')
        next++;
    bool at_end = next < pass->end && *next == '\n';
    if (at_start && at_end)
        pass->at = next; /* a line of its own: not even an empty one */
    else if (!at_start && !at_end)
        end_line(pass);
}

/* Something stood there that nobody can read. In a word it may go; between digits it must be seen,
 * for they are no whole number. */
static bool parts_digits(const struct pass *pass, uint32_t c)
{
    const char *next = pass->at + utf8_length(pass->at);
    return utf8_is_unreadable(c) && pass->out > pass->line && next < pass->end &&
           is_digit((unsigned char)pass->out[-1]) && is_digit(utf8_at(next));
}

static void take_visible(struct pass *pass, uint32_t c, size_t len)
{
    char half = half_width(pass, c);
    if (half)
        put(pass, pass->at, &half, 1);
    else if (!take_compatibility(pass, c) && !take_foreign_digit(pass, c))
        put(pass, pass->at, pass->at, len);
}

static void take_one(struct pass *pass)
{
    uint32_t c = utf8_at(pass->at);
    size_t len = utf8_length(pass->at);
    if (pass->columns.count && take_column_mark(pass))
        return;
    if (utf8_is_blank(c) || is_stray_tab(pass, pass->at)) {
        take_blanks(pass);
        return;
    }
    if (c < 0x80 && pass->cleaner->noisy[c] && take_noise(pass))
        return;
    if (c == '\f' || c == '\v') {
        take_page_break(pass);
        len = utf8_length(pass->at);
    } else if (c == '\n' || c == 0x85 || c == 0x2028 || c == 0x2029) {
        end_line(pass);
    } else if (c == '\t') {
        put(pass, pass->at, "\t", 1);
    } else if (!utf8_is_invisible(c) && (!utf8_is_unreadable(c) || parts_digits(pass, c))) {
        take_visible(pass, c, len);
    }
    pass->at += len;
}

/* The punctuation of prose, 、。，：；（）“”《》, which needs no second look either though its lead
 * bytes are shared with characters that do: its length, or 0. */
static inline unsigned plain_mark(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    if (b[0] == 0xE3)
        return b[1] == 0x80 && b[2] != 0x80 ? 3 : 0;
    if (b[0] == 0xE2)
        return b[1] == 0x80 && b[2] >= 0x90 && b[2] <= 0xA7 ? 3 : 0;
    if (b[0] != 0xEF || b[1] != 0xBC)
        return 0;
    return b[2] == 0x8C || b[2] == 0x88 || b[2] == 0x89 || b[2] == 0x9A || b[2] == 0x9B ? 3 : 0;
}

/* Where the plain characters from `at` on end. Hanzi are tried four at a time: one look then does
 * not have to wait for the length that the one before it found. */
static const char *plain_end(const unsigned char *plain, const char *at, const char *end)
{
    for (;;) {
        const unsigned char *b = (const unsigned char *)at;
        unsigned length;
        if (end - at >= 12 && plain[b[0]] == 3 && plain[b[3]] == 3 && plain[b[6]] == 3 &&
            plain[b[9]] == 3)
            at += 12;
        else if (at < end && ((length = plain[*b]) || (length = plain_mark(at))))
            at += length;
        else
            return at;
    }
}

void clean_report(const struct cleaner *cleaner, struct report *report)
{
    char *clean = arena_alloc(&report->arena, report->text.len + 1);
    report->clean = (struct slice){clean, 0};
    report->shifts = NULL;
    report->shift_count = 0;
    struct pass pass = {
        .cleaner = cleaner,
        .report = report,
        .at = report->text.data,
        .end = report->text.data + report->text.len,
        .out = clean,
        .line = clean,
        .columns = columns_find(&report->arena, report->text),
    };
    while (pass.at < pass.end) {
        const char *run = pass.at;
        pass.at = plain_end(cleaner->plain, run, pass.end);
        if (pass.at > run)
            put(&pass, run, run, (size_t)(pass.at - run));
        else
            take_one(&pass);
    }
    report->clean.len = (size_t)(pass.out - clean);
}
