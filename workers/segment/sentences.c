/* sentences.c - cuts paragraphs into sentences; in a worker's thread, can't fail.
 *
 * A sentence ends behind 。！？ and whatever closes there (”）》), and at a ； outside brackets and
 * quotes. Not at the ； of a list that follows a ： (执法310次：检查205次；处罚40次；…): its items
 * share the subject in front of the ：, and what sums them needs to see them together.
 */
#include "workers/segment/sentences.h"

#include "workers/segment/tables.h"
#include "workers/segment/text.h"
#include "workers/segment/wrap.h"

enum { LIST_ITEM_MAX_BYTES = 96 }; /* 32 hanzi: a longer item speaks for itself */

struct splitter {
    struct report *report;
    size_t capacity;
    uint32_t paragraph;
    int32_t heading; /* innermost so far */
    struct table_reader table;
};

/* Two three-byte lead bytes hold all marks that matter: E2 80 (“”) and E3 80 / EF BC (the rest). */
enum mark_class { MARK_NONE, MARK_STOP, MARK_SEMICOLON, MARK_OPEN, MARK_CLOSE, MARK_COLON };

static enum mark_class classify_wide(const unsigned char *c)
{
    unsigned code = (c[0] & 0x0Fu) << 12 | (c[1] & 0x3Fu) << 6 | (c[2] & 0x3Fu);
    switch (code) {
    case 0x3002: /* 。 */
    case 0xFF01: /* ！ */
    case 0xFF1F: /* ？ */
        return MARK_STOP;
    case 0xFF1B: /* ； */
        return MARK_SEMICOLON;
    case 0xFF1A: /* ： */
        return MARK_COLON;
    case 0xFF08: /* （ */
    case 0x201C: /* “ */
    case 0x2018: /* ‘ */
    case 0x300A: /* 《 */
    case 0x300C: /* 「 */
    case 0x3010: /* 【 */
    case 0x3014: /* 〔 */
        return MARK_OPEN;
    case 0xFF09:
    case 0x201D:
    case 0x2019:
    case 0x300B:
    case 0x300D:
    case 0x3011:
    case 0x3015:
        return MARK_CLOSE;
    default:
        return MARK_NONE;
    }
}

static enum mark_class classify(const unsigned char *c, unsigned bytes)
{
    if (bytes == 3)
        return c[0] == 0xE2 || c[0] == 0xE3 || c[0] == 0xEF ? classify_wide(c) : MARK_NONE;
    if (bytes != 1)
        return MARK_NONE;
    switch (*c) {
    case '!':
    case '?':
        return MARK_STOP;
    case ';':
        return MARK_SEMICOLON;
    case ':':
        return MARK_COLON;
    case '(':
        return MARK_OPEN;
    case ')':
        return MARK_CLOSE;
    default:
        return MARK_NONE;
    }
}

static uint32_t behind_closing(struct slice text, uint32_t at, uint32_t end)
{
    while (at < end) {
        unsigned bytes = char_bytes((unsigned char)text.data[at]);
        if (at + bytes > end ||
            classify((const unsigned char *)text.data + at, bytes) != MARK_CLOSE)
            break;
        at += bytes;
    }
    return at;
}

/* Whether the item behind the ； at `at` goes on with the list that a ： opened. */
static bool list_goes_on(struct slice text, uint32_t at, uint32_t end)
{
    struct slice rest = slice_range(text, at, end);
    if (begins_enumeration(rest) || rest.len == 0)
        return false;
    size_t len = 0;
    while (len < rest.len && len <= LIST_ITEM_MAX_BYTES) {
        unsigned bytes = char_bytes((unsigned char)rest.data[len]);
        enum mark_class mark = classify((const unsigned char *)rest.data + len, bytes);
        if (mark == MARK_STOP || mark == MARK_SEMICOLON)
            break;
        len += bytes;
    }
    return len <= LIST_ITEM_MAX_BYTES;
}

uint32_t sentence_end(struct slice text, uint32_t start, uint32_t end)
{
    int depth = 0;
    bool list = false;
    for (uint32_t at = start; at < end;) {
        const unsigned char *c = (const unsigned char *)text.data + at;
        if (*c >= 0xE4 && *c <= 0xE9) { /* hanzi: nearly everything */
            at += 3;
            continue;
        }
        unsigned bytes = char_bytes(*c);
        enum mark_class mark = at + bytes <= end ? classify(c, bytes) : MARK_NONE;
        at += bytes;
        if (mark == MARK_NONE)
            continue;
        if (mark == MARK_OPEN)
            depth++;
        else if (mark == MARK_CLOSE)
            depth -= depth > 0;
        else if (mark == MARK_COLON)
            list = list || depth == 0;
        else if (mark == MARK_STOP)
            return behind_closing(text, at, end);
        else if (depth == 0 && !(list && list_goes_on(text, at, end)))
            return at;
    }
    return end;
}

static struct sentence *add_sentence(struct splitter *splitter, uint32_t start, uint32_t end)
{
    struct report *report = splitter->report;
    struct sentence *sentence =
        ARENA_PUSH(&report->arena, report->sentences, report->sentence_count, splitter->capacity);
    *sentence = (struct sentence){.clean = {start, end},
                                  .heading = splitter->heading,
                                  .paragraph = splitter->paragraph,
                                  .table_head = -1};
    return sentence;
}

static void add_text(struct splitter *splitter, uint32_t start, uint32_t end)
{
    struct slice text = splitter->report->clean;
    while (start < end) {
        size_t blank = blank_at(text, start);
        if (blank) {
            start += (uint32_t)blank;
            continue;
        }
        uint32_t stop = sentence_end(text, start, end), trimmed = stop;
        while (trimmed > start && is_blank_byte((unsigned char)text.data[trimmed - 1]))
            trimmed--;
        add_sentence(splitter, start, trimmed);
        start = stop;
    }
}

static void add_row(struct splitter *splitter, struct span row)
{
    const struct report *report = splitter->report;
    int32_t self = (int32_t)report->sentence_count;
    struct sentence *sentence = add_sentence(splitter, row.start, row.end);
    sentence->table = true;
    sentence->table_head = table_reader_row(&splitter->table, report,
                                            slice_range(report->clean, row.start, row.end), self);
}

static bool has_digit(struct slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] >= '0' && text.data[i] <= '9')
            return true;
    return false;
}

/* Whom the report is addressed to, if it was left in front of the text: a clause without figures.
 */
static bool is_addressee(const struct report *report, const struct line *line, size_t index)
{
    enum { MAX_BYTES = 120 };
    struct slice text = line_text(report, line);
    if (index > 0 || line->mark.level || text.len > MAX_BYTES)
        return false;
    if (!ends_with_one_of(text, "：") && text.data[text.len - 1] != ':')
        return false;
    if (has_digit(text) || slice_has(text, SLICE("。")))
        return false;
    return !slice_has(text, SLICE("报告如下")) && !slice_has(text, SLICE("如下："));
}

void sentences_split(struct report *report, struct lines lines, const struct outlined *outlined,
                     const struct table_words *words)
{
    struct splitter splitter = {
        .report = report, .heading = -1, .table = {.words = words, .head = -1, .previous = -1}};
    report->sentences = NULL;
    report->sentence_count = 0;
    for (size_t i = 0; i < lines.count; i++) {
        const struct line *line = &lines.items[i];
        if (is_addressee(report, line, i))
            continue;
        if (line->table) {
            add_row(&splitter, line->clean);
            splitter.paragraph++;
            continue;
        }
        table_reader_line(&splitter.table, line_text(report, line));
        if (outlined[i].heading >= 0) {
            splitter.heading = outlined[i].heading;
            uint32_t title = line->clean.start + (line->mark.level ? line->mark.title : 0);
            add_sentence(&splitter, title, outlined[i].rest);
            add_text(&splitter, outlined[i].rest, line->clean.end);
        } else {
            add_text(&splitter, line->clean.start, line->clean.end);
        }
        splitter.paragraph++;
    }
}
