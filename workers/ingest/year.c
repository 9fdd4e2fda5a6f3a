/* year.c - the year that is reported on: the title's, else the opening's, else the file name's;
 * never that of publication, of a signature or of a plan. No state, can't fail.
 */
#include "workers/ingest/dates.h"
#include "workers/ingest/inquiry.h"
#include "workers/text/utf8.h"

enum { OPENING_BYTES = 900, FIRST_SHORT = 10, LAST_SHORT = 49 };

/* 2022年度 goes before 2022年; the first of either. */
static uint16_t year_in(struct slice text)
{
    uint16_t first = 0, year;
    for (size_t at = 0; at < text.len; at += utf8_length(text.data + at)) {
        size_t len = year_at(text, at, &year);
        if (len && slice_ends(slice_range(text, at, at + len), SLICE("度")))
            return year;
        if (len && !first)
            first = year;
    }
    return first;
}

/* ---- a title's year without its 年 ---- */

static bool is_digit(struct slice text, size_t at)
{
    return at < text.len && text.data[at] >= '0' && text.data[at] <= '9';
}

/* '23年度, 23年度: two digits stand for the year where they can be nothing else. */
static uint16_t short_year_at(struct slice text, size_t at)
{
    static const struct slice quotes[] = {{"'", 1}, {"‘", 3}, {"’", 3}};
    bool quoted = false;
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
        quoted |= slice_ends(slice_range(text, 0, at), quotes[i]);
    struct slice before = slice_range(text, 0, at), rest = slice_from(text, at + 2);
    if (!is_digit(text, at + 1) || slice_ends(before, SLICE("第")) ||
        !slice_starts(rest, quoted ? SLICE("年") : SLICE("年度")))
        return 0;
    unsigned value = (unsigned)(text.data[at] - '0') * 10 + (unsigned)(text.data[at + 1] - '0');
    return value >= FIRST_SHORT && value <= LAST_SHORT ? (uint16_t)(2000 + value) : 0;
}

/* What a year without its 年 stands in front of: nothing, what is reported on, or whose report it
 * is. 2016件 and 2035远景目标 are none. */
static bool may_follow(const struct inquiry *inquiry, struct slice rest)
{
    struct place place;
    while (rest.len && utf8_is_blank(utf8_at(rest.data)))
        rest = slice_from(rest, utf8_length(rest.data));
    return !rest.len || slice_starts(rest, SLICE("法治")) || slice_starts(rest, SLICE("依法")) ||
           gazetteer_match(inquiry->reader->gazetteer, rest, 0, &place);
}

/* 法治政府建设年度报告（2023）, 2023法治政府建设报告; no document's number (〔2023〕15号) or date.
 */
static uint16_t long_year_at(const struct inquiry *inquiry, struct slice text, size_t at)
{
    static const struct slice closes[] = {{"）", 3}, {")", 1}, {"〕", 3}, {"］", 3}, {"]", 1}};
    struct date date;
    uint16_t year = 0;
    for (size_t i = at; i < at + 4; i++) {
        if (!is_digit(text, i))
            return 0;
        year = (uint16_t)(year * 10 + (text.data[i] - '0'));
    }
    struct slice rest = slice_from(text, at + 4);
    bool follows = may_follow(inquiry, rest);
    for (size_t i = 0; i < sizeof closes / sizeof *closes; i++)
        if (slice_starts(rest, closes[i])) {
            rest = slice_from(rest, closes[i].len);
            follows = true;
        }
    static const struct slice spans[] = {{"—", 3}, {"–", 3}, {"至", 3}, {"~", 1}, {"-", 1}};
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++)
        if (slice_ends(slice_range(text, 0, at), spans[i]) || slice_starts(rest, spans[i]))
            return 0;
    bool numbers =
        rest.len && (slice_starts(rest, SLICE("第")) || strchr("0123456789/.", *rest.data));
    return year >= 2000 + FIRST_SHORT && year <= 2000 + LAST_SHORT && !numbers && follows &&
                   !is_digit(text, at + 4) && !date_at(text, at, &date)
               ? year
               : 0;
}

/* The only such year of a title; 0 if there is none, or two. */
static uint16_t bare_year(const struct inquiry *inquiry, struct slice title)
{
    uint16_t only = 0;
    for (size_t at = 0; at < title.len; at++) {
        bool starts = is_digit(title, at) && (at == 0 || !is_digit(title, at - 1));
        uint16_t year = starts ? short_year_at(title, at) : 0;
        if (starts && !year)
            year = long_year_at(inquiry, title, at);
        if (year && only && year != only)
            return 0;
        only = year ? year : only;
    }
    return only;
}

/* ---- the rest ---- */

/* 2025年，我局将继续…: what is to be done; 2023年，我局将持续推进…作为重点 is what was. */
static bool is_promised(const struct inquiry *inquiry, struct slice rest)
{
    enum { CLAUSES_BYTES = 60 };
    size_t will = slice_find(rest, SLICE("将"), 0), end = slice_find(rest, SLICE("。"), 0);
    if (will >= CLAUSES_BYTES || will >= end)
        return false;
    struct slice said = slice_range(rest, will + strlen("将"), end < rest.len ? end : rest.len);
    return words_start(inquiry->reader->words, WORD_PROMISE, said, NULL) &&
           !words_in(inquiry->reader->words, WORD_MADE_OF, said);
}

/* 五、2025年工作安排: behind the year stands what is planned for it. */
static bool is_planned(const struct inquiry *inquiry, struct slice rest)
{
    return words_start(inquiry->reader->words, WORD_PLAN_YEAR, rest, NULL) ||
           is_promised(inquiry, rest);
}

/* 比2021年提高: what stands there is measured by that year, and is of another. */
static bool is_measured_by(const struct inquiry *inquiry, struct slice before)
{
    return words_end(inquiry->reader->words, WORD_MEASURED_BY, before, NULL);
}

/* 2022年　2023年: heads of a table's columns, whose blanks are cleaned away; the later one is the
 * report's. */
static bool is_earlier_column(uint16_t year, struct slice rest)
{
    uint16_t next;
    while (rest.len && (*rest.data == ' ' || *rest.data == '\t'))
        rest = slice_from(rest, 1);
    return year_at(rest, 0, &next) > 0 && next > year;
}

/* A year in the opening, outside 《》 and brackets, that is not later than the signature; where all
 * are planned for, the one before the first. */
static uint16_t opening_year(const struct inquiry *inquiry)
{
    struct slice body = inquiry_body(inquiry);
    struct slice text = slice_range(body, 0, body.len < OPENING_BYTES ? body.len : OPENING_BYTES);
    uint16_t latest = inquiry->layout.signed_on.year ? inquiry->layout.signed_on.year : UINT16_MAX;
    uint16_t planned = 0;
    int depth = 0;
    for (size_t at = 0, len; at < text.len; at += len ? len : utf8_length(text.data + at)) {
        uint32_t c = utf8_at(text.data + at);
        uint16_t year;
        depth +=
            (c == 0x300A || c == 0xFF08 || c == '(') - (c == 0x300B || c == 0xFF09 || c == ')');
        len = depth == 0 ? year_at(text, at, &year) : 0;
        if (!len || year > latest || is_measured_by(inquiry, slice_range(text, 0, at)) ||
            is_earlier_column(year, slice_from(text, at + len)) ||
            words_start(inquiry->reader->words, WORD_SINCE, slice_from(text, at + len), NULL))
            continue;
        if (!is_planned(inquiry, slice_from(text, at + len)) && year != planned)
            return year;
        planned = planned ? planned : year;
    }
    return planned ? (uint16_t)(planned - 1) : 0;
}

void year_find(struct inquiry *inquiry)
{
    struct slice title = inquiry->layout.title;
    title = title.len ? title : inquiry->furniture.title;
    inquiry->year = year_in(title);
    if (!inquiry->year)
        inquiry->year = bare_year(inquiry, title);
    if (!inquiry->year)
        inquiry->year = opening_year(inquiry);
    if (!inquiry->year)
        inquiry->year = year_in(inquiry->report->path);
    inquiry->year = listed_year(inquiry, inquiry->year);
}
