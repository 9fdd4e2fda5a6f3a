/* pdf_words.c - one element a line, attributes in a fixed order: so pdftotext prints it, and
 * nothing else is accepted. Runs in the decoder's child, since the words are whatever the file
 * says. */
#include "workers/ingest/format/pdf_words.h"

#include "workers/text/utf8.h"

#include <stdlib.h>
#include <unistr.h>

enum {
    NUMBER_BYTES = 32,
    LEAST_CHARACTERS = 12, /* fewer: a page number over a picture */
};

/* The number that stands as name="…" in a tag. */
static bool number_of(struct slice tag, struct slice name, float *value)
{
    size_t at = slice_find(tag, name, 0);
    char digits[NUMBER_BYTES];
    size_t len = 0;
    if (at == SIZE_MAX)
        return false;
    for (at += name.len; at < tag.len && tag.data[at] != '"' && len + 1 < sizeof digits; at++)
        digits[len++] = tag.data[at];
    digits[len] = '\0';
    char *end;
    *value = strtof(digits, &end);
    return len > 0 && *end == '\0' && *value > -1e6f && *value < 1e6f;
}

/* Resolves the five entities in place; what is no UTF-8 and every control character go. */
static struct slice resolve(char *text, size_t len)
{
    static const struct {
        struct slice name;
        char c;
    } entities[] = {{{"&amp;", 5}, '&'},
                    {{"&lt;", 4}, '<'},
                    {{"&gt;", 4}, '>'},
                    {{"&quot;", 6}, '"'},
                    {{"&apos;", 6}, '\''}};
    size_t out = 0;
    for (size_t at = 0; at < len;) {
        struct slice rest = {text + at, len - at};
        size_t i = 0;
        while (i < 5 && !slice_starts(rest, entities[i].name))
            i++;
        if (i < 5) {
            text[out++] = entities[i].c;
            at += entities[i].name.len;
            continue;
        }
        ucs4_t c;
        int bytes = u8_mbtouc(&c, (const uint8_t *)rest.data, rest.len);
        if (c > 0x20 && c != 0xFFFD && c != 0x7F) {
            memmove(text + out, text + at, (size_t)bytes);
            out += (size_t)bytes;
        }
        at += (size_t)bytes;
    }
    return (struct slice){text, out};
}

static enum status add_page(struct arena *arena, struct pdf_pages *pages, struct slice tag,
                            struct error *error)
{
    struct page page = {.number = (unsigned)pages->count + 1,
                        .ocr = slice_has(tag, SLICE(" ocr=\"1\"")),
                        .in_order = true};
    if (pages->count == MAX_PAGES)
        return fail(error, STATUS_BAD, "more than %d pages (页数过多): no report; split it",
                    MAX_PAGES);
    if (!number_of(tag, SLICE("width=\""), &page.width) ||
        !number_of(tag, SLICE("height=\""), &page.height))
        return fail(error, STATUS_BAD, "page %u has no size: the PDF is damaged (文件损坏)",
                    page.number);
    *ARENA_PUSH(arena, pages->items, pages->count, pages->capacity) = page;
    return STATUS_OK;
}

/* Words of a page in growing; the page's own array once it is complete. */
struct words {
    struct page_word *items;
    size_t count, capacity;
    struct page_rule *rules;
    size_t rule_count, rule_capacity;
    size_t total; /* words of all pages */
};

static bool box_of(struct slice tag, struct page_box *box)
{
    return number_of(tag, SLICE("xMin=\""), &box->x0) &&
           number_of(tag, SLICE("yMin=\""), &box->y0) &&
           number_of(tag, SLICE("xMax=\""), &box->x1) &&
           number_of(tag, SLICE("yMax=\""), &box->y1) && box->x1 >= box->x0 && box->y1 >= box->y0;
}

static enum status add_word(struct arena *arena, struct words *words, unsigned page,
                            struct slice line, struct error *error)
{
    size_t close = slice_find(line, SLICE(">"), 0);
    size_t end = slice_find(line, SLICE("</word>"), 0);
    struct page_word word;
    if (close == SIZE_MAX || end == SIZE_MAX || end < close)
        return STATUS_OK;
    struct slice tag = slice_range(line, 0, close);
    if (!box_of(tag, &word.box))
        return STATUS_OK; /* of no size: not on the page */
    word.text = resolve((char *)line.data + close + 1, end - close - 1);
    if (word.text.len == 0)
        return STATUS_OK;
    if (words->count == MAX_PAGE_WORDS || words->total++ == MAX_DOCUMENT_WORDS)
        return fail(error, STATUS_BAD, "page %u: more words than a report can have (内容过多)",
                    page);
    *ARENA_PUSH(arena, words->items, words->count, words->capacity) = word;
    return STATUS_OK;
}

static void add_rule(struct arena *arena, struct words *words, struct slice tag)
{
    struct page_rule rule;
    if (words->rule_count < MAX_PAGE_RULES && box_of(tag, &rule.box))
        *ARENA_PUSH(arena, words->rules, words->rule_count, words->rule_capacity) = rule;
}

static void close_page(struct pdf_pages *pages, struct words *words)
{
    if (pages->count > 0) {
        struct page *page = &pages->items[pages->count - 1];
        page->words = words->items;
        page->count = words->count;
        page->rules = words->rules;
        page->rule_count = words->rule_count;
    }
    *words = (struct words){.total = words->total};
}

enum status pdf_words_read(struct arena *arena, struct slice boxes, struct pdf_pages *pages,
                           struct error *error)
{
    struct words words = {0};
    enum status status = STATUS_OK;
    for (size_t at = 0; at < boxes.len && !status;) {
        const char *newline = memchr(boxes.data + at, '\n', boxes.len - at);
        size_t end = newline ? (size_t)(newline - boxes.data) : boxes.len;
        struct slice line = slice_range(boxes, at, end);
        while (line.len && line.data[0] == ' ')
            line = slice_range(line, 1, line.len);
        if (slice_starts(line, SLICE("<page "))) {
            close_page(pages, &words);
            status = add_page(arena, pages, line, error);
        } else if (slice_starts(line, SLICE("<word ")) && pages->count > 0) {
            status = add_word(arena, &words, (unsigned)pages->count, line, error);
        } else if (slice_starts(line, SLICE("<rule "))) {
            add_rule(arena, &words, line);
        }
        at = end + 1;
    }
    close_page(pages, &words);
    if (!status && pages->count == 0)
        return fail(error, STATUS_BAD, "a PDF without pages (没有页面): it is damaged");
    return status;
}

/* Private use: shapes without a meaning. */
static bool means_nothing(uint32_t c)
{
    return (c >= 0xE000 && c <= 0xF8FF) || c >= 0xF0000 || (c >= 0x80 && c < 0xA0);
}

bool pdf_page_has_text(const struct page *page)
{
    size_t good = 0, bad = 0;
    for (size_t i = 0; i < page->count; i++) {
        struct slice text = page->words[i].text;
        for (size_t at = 0; at < text.len; at += utf8_length(text.data + at)) {
            bool nothing = means_nothing(utf8_at(text.data + at));
            bad += nothing;
            good += !nothing;
        }
    }
    return good >= LEAST_CHARACTERS && bad * 4 < good;
}
