/* numeral.h - reads one number as Chinese reports write it, whatever bytes stand around it.
 *
 * Arabic (1,247 / 1，247 / 1'247 / 98.6 / 98. 6% / 1.2E+05 / full-width digits), Chinese
 * (一百二十三, 两千, 廿, 二〇二三, 十一万五千余, 十七八, 百八十, 壹佰零伍), mixed (3万余, 1.2万,
 * 2万3千, 14万一千, 1亿2000万, 300多万, 50来), shares (百分之九十八点六, 三分之二, 九成九, 两成半,
 * 占一半, 半数). Whether what stands right before or behind spoils the number is for the caller
 * to see (quantity_touch.c).
 */
#ifndef XIANZHI_EXTRACT_NUMERAL_H
#define XIANZHI_EXTRACT_NUMERAL_H

#include "proto/base/slice.h"

enum numeral_share { SHARE_NONE, SHARE_PERCENT, SHARE_PERMILLE };

struct numeral {
    size_t start, end; /* bytes; end lies behind 万, 余, 多, 成 */
    double value;      /* multiplied out; of a share: in its unit, a third is 33.33 */
    double scale;      /* what 万, 亿, … multiplied the digits with; 1 without */
    enum numeral_share share;
    unsigned digits; /* Arabic digits before the decimal point; 0 for a Chinese numeral */
    bool decimal;    /* has a fraction part */
    bool hanzi;      /* begins with a Chinese numeral */
    bool sequence;   /* Chinese digits read one by one: 二〇二三 */
    bool over;       /* 余, 多, 几 or + in it or behind it */
    bool about;      /* 十来 */
    bool lower;      /* the lower of two neighbours: 两三, 七八十 */
    bool bare;      /* begins with 百, 千, 万, 亿: a number only with 余 or a word before it */
    bool plain_one; /* nothing but 一 */
};

/* Can a numeral begin with the character at `at`, or with this code point? */
bool numeral_starts(struct slice text, size_t at);
bool numeral_begins_with(uint32_t character);
/* Is it one of 壹贰叁…, which also are surnames and parts of words (队伍, 大陆)? */
bool numeral_is_formal(struct slice text, size_t at);

/* Reads the longest numeral that begins at `at`. False: none there (also for one too long to be
 * exact, more than 15 digits; then out->end says where it ends, else it is `at`). */
bool numeral_read(struct slice text, size_t at, struct numeral *out);

/* Code point at `at` and its length in bytes (1 for a byte that begins no valid character; the
 * code point is then 0xFFFD). `at` must be less than text.len. */
static inline uint32_t character_at(struct slice text, size_t at, size_t *length)
{
    const unsigned char *p = (const unsigned char *)text.data + at;
    size_t left = text.len - at;
    *length = 1;
    if (p[0] < 0x80)
        return p[0];
    if (p[0] >= 0xE0 && p[0] < 0xF0 && left >= 3 && (p[1] & 0xC0) == 0x80 &&
        (p[2] & 0xC0) == 0x80) {
        *length = 3;
        return (uint32_t)(p[0] & 0x0F) << 12 | (uint32_t)(p[1] & 0x3F) << 6 | (p[2] & 0x3F);
    }
    if (p[0] >= 0xC2 && p[0] < 0xE0 && left >= 2 && (p[1] & 0xC0) == 0x80) {
        *length = 2;
        return (uint32_t)(p[0] & 0x1F) << 6 | (p[1] & 0x3F);
    }
    if (p[0] >= 0xF0 && p[0] < 0xF5 && left >= 4) {
        *length = 4;
        return 0x10000; /* no numeral among them: which one does not matter */
    }
    return 0xFFFD;
}

#endif
