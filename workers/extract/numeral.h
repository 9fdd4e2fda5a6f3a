/* numeral.h - reads one number as Chinese reports write it, whatever bytes stand around it.
 *
 * Arabic (1,247 / 1，247 / 98.6 / full-width digits), Chinese (一百二十三, 两千, 廿, 二〇二三,
 * 十一万五千余), mixed (3万余, 1.2万, 2万3千, 1亿2000万, 300多万), shares (百分之九十八点六,
 * 三分之二, 九成九, 两成半).
 */
#ifndef XIANZHI_EXTRACT_NUMERAL_H
#define XIANZHI_EXTRACT_NUMERAL_H

#include "proto/slice.h"

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

/* Can a numeral begin with the character at `at`? Cheap; for finding candidates. */
bool numeral_starts(struct slice text, size_t at);

/* Reads the longest numeral that begins at `at`. False: none there (also for one too long to be
 * exact, more than 15 digits; then out->end says where it ends, else it is `at`). */
bool numeral_read(struct slice text, size_t at, struct numeral *out);

/* Code point at `at` and its length in bytes (1 for a byte that begins no valid character; the
 * code point is then 0xFFFD). `at` must be less than text.len. */
uint32_t character_at(struct slice text, size_t at, size_t *length);

#endif
