/* dates.c - reads dates where they begin; never guesses the order of day and month, since Chinese
 * documents have one. No state, can't fail. */
#include "workers/ingest/dates.h"

#include "workers/text/utf8.h"

enum { FIRST_YEAR = 1980, LAST_YEAR = 2079 };

int digit_value(uint32_t c)
{
    switch (c) {
    case 0x3007: /* 〇 */
    case 0x25CB: /* ○ */
    case 0x25EF: /* ◯ */
    case 0x96F6: /* 零 */
    case 0x039F: /* Ο, a Greek capital */
    case 0x041E: /* О, a Cyrillic one */
    case 'O':
    case 'o':
        return 0;
    case 0x4E00:
        return 1;
    case 0x4E8C:
        return 2;
    case 0x4E09:
        return 3;
    case 0x56DB:
        return 4;
    case 0x4E94:
        return 5;
    case 0x516D:
        return 6;
    case 0x4E03:
        return 7;
    case 0x516B:
        return 8;
    case 0x4E5D:
        return 9;
    default:
        return c >= '0' && c <= '9' ? (int)c - '0' : -1;
    }
}

static bool ascii_digit(struct slice text, size_t at)
{
    return at < text.len && text.data[at] >= '0' && text.data[at] <= '9';
}

/* What a reader of pictures has put in the place of a digit: 202l年, Z023年. */
static int mistaken_digit(uint32_t c)
{
    return c == 'l' || c == 'I' || c == '|' ? 1
           : c == 'Z' || c == 'z'           ? 2
           : c == 0x0417                    ? 3 /* З, a Cyrillic one */
                                            : -1;
}

/* Four digits, Arabic or Chinese, no fifth before or behind. One that was misread counts in a year
 * of this century behind which 年 stands. */
static size_t four_digits(struct slice text, size_t at, uint16_t *year)
{
    /* asked at every character: what can't be the first of 1980 to 2079 is told by its byte */
    if (at >= text.len || !strchr("12Zz\xE4", text.data[at]) || !text.data[at])
        return 0;
    unsigned value = 0, mistaken = 0;
    size_t end = at;
    for (int i = 0; i < 4; i++) {
        uint32_t c = end < text.len ? utf8_at(text.data + end) : 0;
        int digit = digit_value(c);
        if (digit < 0 && mistaken++ == 0)
            digit = mistaken_digit(c);
        if (digit < 0)
            return 0;
        value = value * 10 + (unsigned)digit;
        end += utf8_length(text.data + end);
    }
    if (mistaken && (value / 1000 != 2 || !slice_starts(slice_from(text, end), SLICE("年"))))
        return 0;
    if (value < FIRST_YEAR || value > LAST_YEAR || (at > 0 && ascii_digit(text, at - 1)))
        return 0;
    *year = (uint16_t)value;
    return end - at;
}

/* 1 to 31, Arabic (at most two digits) or Chinese (三, 十, 十二, 二十, 二十九, 三十一). */
static size_t small_number(struct slice text, size_t at, unsigned *value)
{
    size_t end = at;
    *value = 0;
    if (ascii_digit(text, at)) {
        while (end < at + 2 && ascii_digit(text, end))
            *value = *value * 10 + (unsigned)(text.data[end++] - '0');
        return ascii_digit(text, end) ? 0 : end - at;
    }
    bool ten = false;
    for (int i = 0; i < 3 && end < text.len; i++) {
        uint32_t c = utf8_at(text.data + end);
        int digit = digit_value(c);
        if (c == 0x5341) { /* 十 */
            *value = *value ? *value * 10 : 10;
            ten = true;
        } else if (digit > 0 && (unsigned char)text.data[end] >= 0x80 && (*value == 0 || ten)) {
            *value += (unsigned)digit;
        } else {
            break;
        }
        end += utf8_length(text.data + end);
    }
    return end - at;
}

static size_t skip(struct slice text, size_t at, struct slice what)
{
    return slice_starts(slice_range(text, at, text.len), what) ? what.len : 0;
}

static size_t skip_blank(struct slice text, size_t at)
{
    size_t end = at;
    while (end < text.len && text.data[end] == ' ')
        end++;
    return end - at;
}

static bool possible(const struct date *date)
{
    static const uint8_t days[] = {31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return date->month <= 12 && (date->day == 0 || date->day <= days[date->month - 1]);
}

/* Month and day behind 年 */
static size_t month_and_day(struct slice text, size_t at, struct date *date)
{
    unsigned month, day;
    size_t end = at + skip_blank(text, at);
    size_t len = small_number(text, end, &month);
    len += len ? skip_blank(text, end + len) : 0;
    size_t mark = len ? skip(text, end + len, SLICE("月")) : 0;
    if (!mark || month < 1 || month > 12)
        return 0;
    end += len + mark;
    date->month = (uint8_t)month;
    size_t next = end + skip_blank(text, end);
    len = small_number(text, next, &day);
    len += len ? skip_blank(text, next + len) : 0;
    mark = len ? skip(text, next + len, SLICE("日")) : 0;
    if (len && !mark)
        mark = skip(text, next + len, SLICE("号"));
    if (mark && day >= 1 && day <= 31) {
        date->day = (uint8_t)day;
        end = next + len + mark;
    }
    return end - at;
}

/* "-02-08" behind the year, with one of - / . throughout; "- 02- 08" as some pages space it */
static size_t numeric_rest(struct slice text, size_t at, struct date *date)
{
    unsigned month, day;
    if (at >= text.len || !strchr("-/.", text.data[at]))
        return 0;
    size_t blank = text.data[at] == '-' ? skip_blank(text, at + 1) : 0;
    size_t len = small_number(text, at + 1 + blank, &month);
    size_t second = at + 1 + blank + len;
    len += len ? blank : 0;
    if (!len || second >= text.len || text.data[second] != text.data[at] || month < 1 || month > 12)
        return 0;
    blank = text.data[at] == '-' ? skip_blank(text, second + 1) : 0;
    size_t day_len = small_number(text, second + 1 + blank, &day);
    day_len += day_len ? blank : 0;
    if (!day_len && second + 3 < text.len && ascii_digit(text, second + 1) &&
        ascii_digit(text, second + 2)) { /* 2023-03-2710:36: the blank between was lost */
        day =
            (unsigned)(text.data[second + 1] - '0') * 10 + (unsigned)(text.data[second + 2] - '0');
        day_len = 2;
    }
    if (!day_len || day < 1 || day > 31)
        return 0;
    date->month = (uint8_t)month;
    date->day = (uint8_t)day;
    return second + 1 + day_len - at;
}

/* 20230208, eight digits and no more */
static size_t compact(struct slice text, size_t at, struct date *date)
{
    for (size_t i = 0; i < 8; i++)
        if (!ascii_digit(text, at + i))
            return 0;
    if (ascii_digit(text, at + 8) || (at > 0 && ascii_digit(text, at - 1)))
        return 0;
    const char *d = text.data + at;
    date->year =
        (uint16_t)((d[0] - '0') * 1000 + (d[1] - '0') * 100 + (d[2] - '0') * 10 + d[3] - '0');
    date->month = (uint8_t)((d[4] - '0') * 10 + d[5] - '0');
    date->day = (uint8_t)((d[6] - '0') * 10 + d[7] - '0');
    return date->year >= FIRST_YEAR && date->year <= LAST_YEAR && date->month && date->day &&
                   possible(date)
               ? 8
               : 0;
}

size_t year_at(struct slice text, size_t at, uint16_t *year)
{
    size_t len = four_digits(text, at, year);
    if (!len)
        return 0;
    static const struct slice mistaken[] = {{"午度", 6}, {"牟度", 6}};
    size_t end = at + len, mark = skip(text, end, SLICE("年"));
    if (mark)
        return len + mark + skip(text, end + mark, SLICE("度"));
    mark = skip(text, end, mistaken[0]) + skip(text, end, mistaken[1]);
    return mark ? len + mark : 0;
}

size_t date_at(struct slice text, size_t at, struct date *date)
{
    *date = (struct date){0};
    size_t len = four_digits(text, at, &date->year);
    if (!len)
        return 0;
    if (ascii_digit(text, at + len))
        return compact(text, at, date);
    size_t blank = skip_blank(text, at + len);
    size_t mark = skip(text, at + len + blank, SLICE("年"));
    size_t rest = mark ? month_and_day(text, at + len + blank + mark, date)
                       : numeric_rest(text, at + len, date);
    if (!rest || !possible(date))
        return 0;
    return len + (mark ? blank + mark : 0) + rest;
}

size_t date_find(struct slice text, size_t from, struct date *date, size_t *len)
{
    for (size_t at = from; at < text.len; at += utf8_length(text.data + at))
        if ((*len = date_at(text, at, date)) > 0)
            return at;
    return SIZE_MAX;
}

size_t reversed_date_at(struct slice text, size_t at, struct date *date)
{
    unsigned day, month;
    size_t first = small_number(text, at, &day);
    size_t dot = first ? skip(text, at + first, SLICE(".")) : 0;
    size_t second = dot ? small_number(text, at + first + 1, &month) : 0;
    *date = (struct date){0};
    if (!second || !skip(text, at + first + 1 + second, SLICE(".")) ||
        (at > 0 && ascii_digit(text, at - 1)))
        return 0;
    size_t year = at + first + second + 2, len = 0;
    if (year + 4 <= text.len && !ascii_digit(text, year + 4))
        len = four_digits((struct slice){text.data + year, 4}, 0, &date->year);
    date->month = (uint8_t)month;
    date->day = (uint8_t)day;
    if (!len || month < 1 || day < 1 || !possible(date)) {
        *date = (struct date){0};
        return 0;
    }
    return year + len - at;
}
