/* lines.c - judges single lines by their look and by the word lists. No state, can't fail. */
#include "workers/ingest/lines.h"

#include "workers/ingest/dates.h"
#include "workers/text/utf8.h"

enum {
    PROSE_BYTES = 60,      /* hard-wrapped lines are 75 bytes and longer */
    FURNITURE_BYTES = 240, /* longer lines are text even if they mention a web site */
};

struct slice line_trim(struct slice line)
{
    while (line.len > 0 && (line.data[0] == ' ' || line.data[0] == '\t')) {
        line.data++;
        line.len--;
    }
    while (line.len > 0 && (line.data[line.len - 1] == ' ' || line.data[line.len - 1] == '\t'))
        line.len--;
    return line;
}

/* A half-width comma between hanzi or digits: a text whose marks were all made so. */
static bool has_comma(struct slice line)
{
    for (size_t at = 0; (at = slice_find(line, SLICE(","), at)) != SIZE_MAX; at++)
        if (at > 0 && at + 1 < line.len && (unsigned char)line.data[at + 1] >= 0x80)
            return true;
    return false;
}

/* 现将…情况报告如下。: however short, it begins the text. */
static bool leads_in(struct slice line)
{
    static const struct slice ends[] = {{"如下。", 9}, {"如下：", 9}, {"如下:", 7}, {"如下", 6}};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (slice_ends(line, ends[i]))
            return line.len > 30;
    return false;
}

bool line_is_prose(struct slice line)
{
    if (leads_in(line) || (line.len >= PROSE_BYTES && has_comma(line)))
        return true;
    return line.len >= PROSE_BYTES &&
           (slice_has(line, SLICE("。")) || slice_has(line, SLICE("，")) ||
            slice_has(line, SLICE("；")));
}

unsigned line_number(struct slice line)
{
    static const struct slice numerals[] = {{"一", 3}, {"二", 3}, {"三", 3}, {"四", 3}, {"五", 3},
                                            {"六", 3}, {"七", 3}, {"八", 3}, {"九", 3}, {"十", 3}};
    static const struct slice opens[] = {{"（", 3}, {"(", 1}};
    static const struct slice closes[] = {{"）", 3}, {")", 1}};
    static const struct slice marks[] = {{"、", 3}, {"．", 3}, {".", 1}};
    size_t open = slice_starts_any(line, opens, 2), count = sizeof numerals / sizeof *numerals,
           i = 0;
    struct slice rest = slice_from(line, open);
    while (i < count && !slice_starts(rest, numerals[i]))
        i++;
    if (i == count)
        return 0;
    rest = slice_from(rest, numerals[i].len);
    bool ends = (open ? slice_starts_any(rest, closes, 2) : slice_starts_any(rest, marks, 3)) > 0;
    return ends ? (unsigned)i + 1 : 0;
}

bool line_is_heading(struct slice line)
{
    static const struct slice starts[] = {{"第一部分", 12}, {"第一，", 9}, {"第一章", 9}};
    if (line_number(line) || slice_starts_any(line, starts, 3))
        return true;
    return line.len > 4 && line.data[0] == '1' &&
           (line.data[1] == '.' || slice_starts(slice_range(line, 1, line.len), SLICE("、")) ||
            slice_starts(slice_range(line, 1, line.len), SLICE("．")));
}

bool line_is_date(struct slice line)
{
    static const struct slice opens[] = {{"（", 3}, {"(", 1}, {"[", 1}};
    static const struct slice closes[] = {{"）", 3}, {")", 1}, {"]", 1}};
    struct date date;
    for (size_t i = 0; i < 3; i++)
        if (slice_starts(line, opens[i]) && slice_ends(line, closes[i]))
            line = slice_range(line, opens[i].len, line.len - closes[i].len);
    return line.len > 0 && date_at(line, 0, &date) == line.len;
}

enum word_class line_label_before(const struct reader *reader, struct slice line, size_t end,
                                  size_t *start)
{
    static const enum word_class classes[] = {
        WORD_LABEL_TITLE,     WORD_LABEL_PUBLISHED, WORD_LABEL_SIGNED, WORD_LABEL_NUMBER,
        WORD_LABEL_PUBLISHER, WORD_LABEL_INDEX,     WORD_LABEL_CODE,   WORD_LABEL_OTHER,
    };
    while (end > 0 && line.data[end - 1] == ' ')
        end--;
    struct slice before = slice_range(line, 0, end);
    size_t longest = 0;
    enum word_class class = WORD_CLASS_COUNT;
    for (size_t i = 0; i < sizeof classes / sizeof *classes; i++) {
        struct slice hit;
        if (words_end(reader->words, classes[i], before, &hit) && hit.len > longest) {
            longest = hit.len;
            class = classes[i];
        }
    }
    /* 字号：【大 中 小】 sets the type, 字号：阆府〔2024〕18号 numbers the document */
    *start = end - longest;
    return class;
}

bool line_has_label(const struct reader *reader, struct slice line)
{
    size_t colon = slice_find(line, SLICE("："), 0), ascii = slice_find(line, SLICE(":"), 0);
    size_t end = colon < ascii ? colon : ascii;
    size_t tab = slice_find(line, SLICE("\t"), 0);
    end = tab < end ? tab : end;
    end = end == SIZE_MAX ? line.len : end;
    size_t start;
    return end <= 36 && line_label_before(reader, line, end, &start) != WORD_CLASS_COUNT &&
           start <= 6;
}

/* 湘ICP备05000618号, ICP备案编号：05000XXX, 公网安备：43092302000112号: with its number, which some
 * mask in part; 办理ICP备案45家 is the text's own. */
static bool has_licence(struct slice line)
{
    enum { LEAST_DIGITS = 6 };
    static const struct slice marks[] = {{"ICP备", 6}, {"公网安备", 12}};
    static const struct slice between[] = {{"案", 3}, {"编", 3}, {"序", 3}, {"号", 3},
                                           {"：", 3}, {":", 1},  {" ", 1}};
    static const char digits[] = "0123456789Xx*";
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        for (size_t at = 0; (at = slice_find(line, marks[i], at)) != SIZE_MAX;) {
            at += marks[i].len;
            size_t len;
            while ((len = slice_starts_any(slice_from(line, at), between, 7)) > 0)
                at += len;
            size_t first = at;
            while (at < line.len && memchr(digits, line.data[at], sizeof digits - 1))
                at++;
            if (at - first >= LEAST_DIGITS)
                return true;
        }
    return false;
}

bool line_is_furniture(const struct reader *reader, struct slice line)
{
    static const struct slice always[] = {
        {"版权所有", 12}, {"网站标识码", 15}, {"浏览器", 9}, {"IE版本", 8}};
    if (line.len == 0)
        return false;
    if (line_has_label(reader, line) && (line.len < FURNITURE_BYTES || !line_is_prose(line)))
        return true;
    if (line.len >= FURNITURE_BYTES)
        return false;
    for (size_t i = 0; i < sizeof always / sizeof *always; i++)
        if (slice_has(line, always[i]))
            return true;
    return has_licence(line) ||
           (!line_is_prose(line) && !line_is_heading(line) && !slice_ends(line, SLICE("。")) &&
            words_in(reader->words, WORD_CHROME, line));
}
