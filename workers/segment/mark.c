/* mark.c - reads outline marks. Pure functions, any thread, can't fail.
 *
 * Brackets may be of either width, mixed, or one of the pair lost: what tells a mark is its
 * numeral. What follows decides between a mark and a number in prose that happens to begin a line.
 */
#include "workers/segment/mark.h"

#include "workers/segment/text.h"

static unsigned chinese_digit_at(struct slice s, size_t at)
{
    static const char digits[] = "一二三四五六七八九十";
    if (at + 3 > s.len || ((unsigned char)s.data[at] & 0xFE) != 0xE4)
        return 0;
    for (unsigned i = 0; i < 10; i++)
        if (memcmp(s.data + at, digits + 3 * i, 3) == 0)
            return i + 1;
    return 0;
}

size_t chinese_number_at(struct slice s, size_t at, unsigned *value)
{
    unsigned first = chinese_digit_at(s, at);
    if (!first)
        return 0;
    unsigned second = chinese_digit_at(s, at + 3);
    *value = first;
    if (!second)
        return 3;
    if (first == 10) { /* 十二 */
        *value = 10 + second;
        return second == 10 ? 0 : 6;
    }
    if (second != 10)
        return 0; /* 三五 is no ordinal */
    unsigned third = chinese_digit_at(s, at + 6);
    *value = first * 10 + (third < 10 ? third : 0);
    return third && third < 10 ? 9 : 6;
}

/* What a reader of pictures makes of 一, 二 and 三: a dash for the stroke, kana, signs. */
static size_t misread_number_at(struct slice s, size_t at, unsigned *value)
{
    static const struct {
        struct slice seen;
        unsigned value;
    } misread[] = {{{"-", 1}, 1},  {{"—", 3}, 1}, {{"－", 3}, 1}, {{"–", 3}, 1},  {{"―", 3}, 1},
                   {{"ー", 3}, 1}, {{"─", 3}, 1}, {{"~", 1}, 1},  {{"ニ", 3}, 2}, {{"=", 1}, 2},
                   {{"＝", 3}, 2}, {{"≡", 3}, 3}, {{"ミ", 3}, 3}};
    for (size_t i = 0; i < sizeof misread / sizeof *misread; i++)
        if (slice_starts(slice_range(s, at, s.len), misread[i].seen)) {
            *value = misread[i].value;
            return misread[i].seen.len;
        }
    return 0;
}

static size_t opening_at(struct slice s, size_t at)
{
    if (at < s.len && (s.data[at] == '(' || s.data[at] == '['))
        return 1;
    return one_of_at(s, at, "（〔【［");
}

static size_t closing_at(struct slice s, size_t at)
{
    if (at < s.len && (s.data[at] == ')' || s.data[at] == ']'))
        return 1;
    return one_of_at(s, at, "）〕】］");
}

/* 、 ． . behind a numeral or a closing bracket. */
static size_t point_at(struct slice s, size_t at)
{
    if (at < s.len && s.data[at] == '.')
        return 1;
    return one_of_at(s, at, "、．");
}

static size_t skip_blanks(struct slice s, size_t at)
{
    for (size_t bytes; (bytes = blank_at(s, at)) != 0;)
        at += bytes;
    return at;
}

static struct mark mark_of(struct slice line, unsigned level, unsigned value, size_t end)
{
    size_t title = skip_blanks(line, end);
    return (struct mark){.level = (uint8_t)level,
                         .value = (uint8_t)value,
                         .bytes = (uint16_t)end,
                         .title = (uint16_t)title};
}

/* 第一部分 第二章 第三节, with or without 、 or ： behind. */
static struct mark read_chapter(struct slice line)
{
    unsigned value;
    size_t bytes = literal_at(line, 0, "第", 3) ? chinese_number_at(line, 3, &value) : 0;
    size_t end = 3 + bytes, word;
    if (!bytes)
        return (struct mark){0};
    unsigned level = 1;
    if (!(word = literal_at(line, end, "部分", 6)) && !(word = one_of_at(line, end, "章编"))) {
        level = 2;
        word = literal_at(line, end, "节", 3);
    }
    if (!word)
        return (struct mark){0};
    end += word;
    end += one_of_at(line, end, "：，") ? 3 : point_at(line, end);
    struct mark mark = mark_of(line, level, value, end);
    mark.chapter = true;
    return mark;
}

/* —、 for 一、: only with its point. */
static struct mark read_misread_part(struct slice line)
{
    unsigned value;
    size_t end = misread_number_at(line, 0, &value);
    size_t point = end ? literal_at(line, end, "、", 3) : 0;
    return point ? mark_of(line, 1, value, end + point) : (struct mark){0};
}

/* 一、 一． 一. and 一 followed by a blank; not 一、二审 and not 一是. */
static struct mark read_part(struct slice line)
{
    unsigned value, other;
    size_t end = chinese_number_at(line, 0, &value);
    if (!end)
        return read_misread_part(line);
    size_t closing = closing_at(line, end); /* "一）": the opening bracket was lost */
    if (closing)
        return mark_of(line, 2, value, end + closing);
    size_t at = skip_blanks(line, end);
    size_t point = point_at(line, at);
    if (!point && at == end)
        return (struct mark){0};
    struct mark mark = mark_of(line, 1, value, point ? at + point : end);
    size_t next = chinese_number_at(line, mark.title, &other);
    bool in_prose = next && (point_at(line, mark.title + next) ||
                             one_of_at(line, mark.title + next, "级审方线批期"));
    return in_prose ? (struct mark){0} : mark;
}

static size_t number_at(struct slice s, size_t at, unsigned *value)
{
    size_t end = at;
    for (*value = 0; end < s.len && is_digit((unsigned char)s.data[end]) && end < at + 3; end++)
        *value = *value * 10 + (unsigned)(s.data[end] - '0');
    return end - at <= 2 ? end - at : 0;
}

/* "1.2023年…" is item 1; "1.5万" and "3、5件" are numbers. */
static bool year_at(struct slice s, size_t at)
{
    return at + 7 <= s.len && memcmp(s.data + at, "20", 2) == 0 &&
           is_digit((unsigned char)s.data[at + 2]) && is_digit((unsigned char)s.data[at + 3]) &&
           memcmp(s.data + at + 4, "年", 3) == 0;
}

/* 1. 1． 1、 and 1） whose opening bracket was lost. */
static struct mark read_item(struct slice line)
{
    unsigned value;
    size_t end = number_at(line, 0, &value);
    if (!end || value == 0)
        return (struct mark){0};
    size_t closing = closing_at(line, end);
    if (closing)
        return mark_of(line, 4, value, end + closing);
    size_t at = skip_blanks(line, end);
    size_t point = point_at(line, at);
    if (!point)
        return (struct mark){0};
    struct mark mark = mark_of(line, 3, value, at + point);
    bool number = mark.title < line.len && is_digit((unsigned char)line.data[mark.title]);
    return number && mark.title == mark.bytes && !year_at(line, mark.title) ? (struct mark){0}
                                                                            : mark;
}

/* （一） （1） with whatever brackets, and the point some put behind. */
static struct mark read_bracketed(struct slice line)
{
    size_t open = opening_at(line, 0);
    if (!open)
        return (struct mark){0};
    size_t at = skip_blanks(line, open);
    unsigned value, level = 2;
    size_t bytes = chinese_number_at(line, at, &value);
    if (!bytes)
        bytes = misread_number_at(line, at, &value);
    if (!bytes) {
        bytes = number_at(line, at, &value);
        level = 4;
    }
    if (!bytes || value == 0)
        return (struct mark){0};
    at = skip_blanks(line, at + bytes);
    size_t closing = closing_at(line, at);
    if (!closing && (level != 2 || !(closing = one_of_at(line, at, "、"))))
        return (struct mark){0};
    at += closing;
    return mark_of(line, level, value, at + point_at(line, at));
}

/* ㈠ to ㈩ are sections, ⒈ to ⒛ items, ① to ⑳ and ⑴ to ⒇ sub-items. */
static struct mark read_enclosed(struct slice line)
{
    if (line.len < 3)
        return (struct mark){0};
    unsigned code = ((unsigned char)line.data[0] & 0x0Fu) << 12 |
                    ((unsigned char)line.data[1] & 0x3Fu) << 6 |
                    ((unsigned char)line.data[2] & 0x3Fu);
    if (code >= 0x3220 && code <= 0x3229)
        return mark_of(line, 2, code - 0x321F, 3);
    if (code < 0x2460 || code > 0x249B)
        return (struct mark){0};
    unsigned offset = code - 0x2460;
    return mark_of(line, offset < 40 ? 4 : 3, offset % 20 + 1, 3);
}

struct mark mark_read(struct slice line)
{
    if (line.len < 2)
        return (struct mark){0};
    unsigned char first = (unsigned char)line.data[0];
    if (is_digit(first))
        return read_item(line);
    struct mark mark = read_bracketed(line);
    if (!mark.level && (first >= 0xE0 || first == '-' || first == '=' || first == '~')) {
        mark = read_part(line);
        if (!mark.level)
            mark = read_chapter(line);
        if (!mark.level)
            mark = read_enclosed(line);
    }
    return mark;
}
