/* clean.c - one pass over the text: runs of plain characters are copied as they are, the few others
 * are looked at one by one. A cleaner is read-only after cleaner_new and may serve many threads.
 * Can't fail on any valid UTF-8.
 */
#include "workers/ingest/clean.h"

#include "proto/memory.h"
#include "workers/ingest/columns.h"
#include "workers/ingest/table.h"
#include "workers/utf8.h"

#include <stdlib.h>
#include <uninorm.h>

enum { NOISE_REACH_BYTES = 200 };

struct cleaner {
    struct table noise;
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
    bool spaced, prose;
    struct column_lines columns; /* lines whose marks become tabs */
    size_t column;               /* the next of them */
};

static void mark_plain(struct cleaner *cleaner)
{
    for (unsigned byte = 0x21; byte < 0x7F; byte++)
        cleaner->plain[byte] = 1;
    cleaner->plain['\n'] = cleaner->plain['\t'] = cleaner->plain['|'] = 0;
    for (unsigned lead = 0xC3; lead < 0xE0; lead++)
        cleaner->plain[lead] = 2;
    for (unsigned lead = 0xE4; lead <= 0xEE; lead++)
        cleaner->plain[lead] = 3;
    for (size_t i = 0; i < cleaner->noise.count; i++) {
        unsigned char lead = (unsigned char)cleaner->noise.rows[i].columns[0].data[0];
        cleaner->plain[lead] = 0;
        cleaner->noisy[lead] = true;
    }
}

enum status cleaner_new(struct cleaner **cleaner, struct error *error)
{
    struct cleaner *made = memory_zero(sizeof *made);
    enum status status = table_load(&made->noise, "workers/ingest/words/noise.tsv", 2, error);
    mark_plain(made);
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
    if (next == '\n' || next == '\t' || next == '\r' || before == '\t' || pass->out[-1] == ' ' ||
        is_chinese_mark(next) || is_chinese_mark(before))
        return false;
    judge_line(pass, from);
    if (pass->spaced)
        return false;
    bool hanzi_before = utf8_is_hanzi(before), hanzi_next = utf8_is_hanzi(next);
    if (hanzi_before && hanzi_next)
        return !pass->prose && !stands_alone_before(pass, from) && !stands_alone_behind(pass, to);
    return !hanzi_before && !hanzi_next;
}

static void take_blanks(struct pass *pass)
{
    const char *from = pass->at;
    while (pass->at < pass->end && utf8_is_blank(utf8_at(pass->at)))
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
    bool joins = c == 0xFF0E || c == 0xFF0F || c == 0xFF0D || c == 0xFF0B;
    const char *next = pass->at + utf8_length(pass->at);
    if (joins && pass->out > pass->line && next < pass->end &&
        is_digit_or_latin((unsigned char)pass->out[-1]) && is_digit_or_latin(utf8_at(next)))
        return (char)(c - 0xFEE0);
    return '\0';
}

static bool take_compatibility(struct pass *pass, uint32_t c)
{
    if (!((c >= 0x2E80 && c <= 0x2FDF) || (c >= 0xF900 && c <= 0xFAFF)))
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

static void take_one(struct pass *pass)
{
    uint32_t c = utf8_at(pass->at);
    size_t len = utf8_length(pass->at);
    if (pass->columns.count && take_column_mark(pass))
        return;
    if (utf8_is_blank(c)) {
        take_blanks(pass);
        return;
    }
    if (c < 0x80 && pass->cleaner->noisy[c] && take_noise(pass))
        return;
    if (c == '\n' || c == '\f' || c == '\v' || c == 0x85 || c == 0x2028 || c == 0x2029) {
        while (pass->out > pass->line && pass->out[-1] == ' ')
            pass->out--;
        put(pass, pass->at, "\n", 1);
        pass->line = pass->out;
    } else if (c == '\t') {
        put(pass, pass->at, "\t", 1);
    } else if (!utf8_is_invisible(c)) {
        char half = half_width(pass, c);
        if (half)
            put(pass, pass->at, &half, 1);
        else if (!take_compatibility(pass, c))
            put(pass, pass->at, pass->at, len);
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
