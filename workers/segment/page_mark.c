/* page_mark.c - page numbers in all the ways that they are set. Pure; any thread, can't fail.
 *
 * A line is taken apart into at most two numbers of up to four digits and what stands around them;
 * only a line that is nothing else counts. 120000, 1,234 and 12.5 are figures of a wrapped line.
 */
#include "workers/segment/page_mark.h"

#include "workers/segment/text.h"

enum { MAX_PAGE_DIGITS = 4, MAX_NUMBERS = 2, MAX_LINE_BYTES = 60, MIN_TITLE_BYTES = 18 };

struct cursor {
    struct slice line;
    size_t at;
};

static void skip_blanks(struct cursor *c)
{
    for (size_t bytes; (bytes = blank_at(c->line, c->at)) != 0;)
        c->at += bytes;
}

static bool take(struct cursor *c, const char *word)
{
    size_t bytes = literal_at(c->line, c->at, word, strlen(word));
    c->at += bytes;
    return bytes > 0;
}

static bool take_any(struct cursor *c, const char *const *words)
{
    for (; *words; words++)
        if (take(c, *words))
            return true;
    return false;
}

static bool take_number(struct cursor *c)
{
    size_t start = c->at;
    skip_blanks(c);
    size_t first = c->at;
    while (c->at < c->line.len && is_digit((unsigned char)c->line.data[c->at]))
        c->at++;
    if (c->at > first && c->at - first <= MAX_PAGE_DIGITS) {
        skip_blanks(c);
        return true;
    }
    c->at = start;
    return false;
}

static bool at_end(struct cursor *c)
{
    skip_blanks(c);
    return c->at == c->line.len;
}

/* — 3 —, ·3·, ～3～: the same ornament on both sides, any number of times. */
static bool is_ornamented(struct slice line)
{
    static const char *const ornaments[] = {"-",  "—", "－", "–", "―", "─", "−",  "‐", "‑", "~",
                                            "～", "·", "•",  "*", "_", "=", "〜", "●", "◆", NULL};
    struct cursor c = {line, 0};
    unsigned before = 0, behind = 0;
    for (; take_any(&c, ornaments); before++)
        skip_blanks(&c);
    if (!before || !take_number(&c))
        return false;
    for (; take_any(&c, ornaments); behind++)
        skip_blanks(&c);
    return behind > 0 && at_end(&c);
}

/* 第3页, 第 3 页 共 12 页, 共12页，第3页, 3页/共12页. */
static bool is_chinese(struct slice line)
{
    static const char *const leads[] = {"第", "共", "总", NULL};
    static const char *const between[] = {"/", "／", "，", ",", "、", "|", "｜", NULL};
    struct cursor c = {line, 0};
    unsigned pages = 0;
    for (; pages < 2; pages++) {
        bool lead = take_any(&c, leads);
        if (!take_number(&c) || (!lead && pages == 0) || !take(&c, "页"))
            break;
        skip_blanks(&c);
        take_any(&c, between);
        skip_blanks(&c);
    }
    return pages > 0 && at_end(&c);
}

/* Page 3 of 12, page 3, P3, p. 3. */
static bool is_latin(struct slice line)
{
    static const char *const leads[] = {"Page", "page", "PAGE", "P.", "p.", "P", "p", NULL};
    static const char *const between[] = {"of", "OF", "/", NULL};
    struct cursor c = {line, 0};
    if (!take_any(&c, leads) || !take_number(&c))
        return false;
    if (take_any(&c, between) && !take_number(&c))
        return false;
    return at_end(&c);
}

/* Bytes at `at` of what the number of a page is made of, *counts where it is the number itself. */
static size_t page_piece(struct slice line, size_t at, bool *counts)
{
    static const char *const words[] = {"Page", "page", "PAGE", "of", "OF", "No.", "no.", "·"};
    static const char *const marks = "第页共总码张（）【】〔〕［］《》〈〉「」“”："
                                     "／，、．｜－—–―─−‐‑～〜•●◆■▲★○◎…";
    static const char *const numerals = "一二三四五六七八九十零〇Ⅰ";
    unsigned char c = (unsigned char)line.data[at];
    size_t bytes;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if ((bytes = literal_at(line, at, words[i], strlen(words[i]))) != 0)
            return bytes;
    *counts = *counts || is_digit(c) || c == 'I' || c == 'V' || c == 'X' || c == 'i' || c == 'v' ||
              c == 'x';
    if (c < 0x80)
        return is_digit(c) || strchr(" \t-~*_=.,:;/|<>()[]{}#+'\"IVXivxPp", c) ? 1 : 0;
    if ((bytes = blank_at(line, at)) != 0 || (bytes = one_of_at(line, at, marks)) != 0)
        return bytes;
    bytes = one_of_at(line, at, numerals);
    bool enclosed = c == 0xE2 && at + 2 < line.len && (unsigned char)line.data[at + 1] >= 0x91 &&
                    (unsigned char)line.data[at + 1] <= 0x93; /* ① to ⓿ */
    *counts = *counts || enclosed;
    return enclosed ? 3 : bytes;
}

/* More numbers, or longer ones, than a page has, or one with a point or commas in it. */
static bool holds_figure(struct slice line)
{
    unsigned numbers = 0;
    for (size_t at = 0, end; at < line.len; at = end) {
        for (end = at; end < line.len && is_digit((unsigned char)line.data[end]);)
            end++;
        numbers += end > at;
        if (end - at > MAX_PAGE_DIGITS || numbers > MAX_NUMBERS)
            return true;
        if (end > at && end + 1 < line.len && strchr(".,", line.data[end]) && line.data[end] &&
            is_digit((unsigned char)line.data[end + 1]))
            return true;
        end += end == at;
    }
    return false;
}

/* 3, 3/12, [3], （3）, 3., ③, [第3页], 第三页, III: nothing but what page numbers are made of. */
static bool is_number(struct slice line)
{
    bool counts = false;
    size_t bytes;
    for (size_t at = 0; at < line.len; at += bytes)
        if ((bytes = page_piece(line, at, &counts)) == 0)
            return false;
    counts = counts || (slice_starts(line, SLICE("第")) && slice_has(line, SLICE("页")));
    return counts && !holds_figure(line);
}

/* The title, or whoever wrote it, at the head of a page, with the page's number before or behind it
 * perhaps. */
static bool is_title(struct slice line, struct slice title)
{
    if (title.len < MIN_TITLE_BYTES)
        return false;
    struct cursor c = {line, 0};
    take_number(&c);
    skip_blanks(&c);
    for (size_t i = 0; i < title.len; i++, c.at++) {
        skip_blanks(&c);
        if (c.at >= line.len || line.data[c.at] != title.data[i])
            return false;
    }
    take_number(&c);
    return at_end(&c);
}

enum page_mark page_mark_read(struct slice line, struct slice title, struct slice issuer)
{
    if (is_title(line, title))
        return PAGE_MARK_SURE;
    if (is_title(line, issuer))
        return PAGE_MARK_LIKELY;
    if (line.len > MAX_LINE_BYTES)
        return PAGE_MARK_NONE;
    if (is_ornamented(line) || is_chinese(line) || is_latin(line))
        return PAGE_MARK_SURE;
    return is_number(line) ? PAGE_MARK_LIKELY : PAGE_MARK_NONE;
}
