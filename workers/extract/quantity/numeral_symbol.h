/* numeral_symbol.h - the characters that numbers are made of; for numeral*.c only. */
#ifndef XIANZHI_EXTRACT_NUMERAL_SYMBOL_H
#define XIANZHI_EXTRACT_NUMERAL_SYMBOL_H

#include "workers/extract/quantity/numeral.h"

enum { MAX_DIGITS = 15 }; /* all integers of 15 digits are exact in a double */

enum kind { OTHER, ARABIC, HANZI, ZERO, SMALL, BIG, HALF, OVER, SOME, ABOUT };

struct symbol {
    enum kind kind;
    uint8_t length; /* bytes */
    double value;
};

struct symbol symbol_at(struct slice text, size_t at); /* OTHER at the end */

static inline bool word_at(struct slice text, size_t at, struct slice word)
{
    return at < text.len && text.data[at] == word.data[0] &&
           slice_starts(slice_from(text, at), word);
}

/* The same of a word of a list, of which nearly none stands there. */
static inline bool listed_at(struct slice text, size_t at, const char *word)
{
    return at < text.len && text.data[at] == *word && word_at(text, at, slice_of(word));
}

/* Does the 百 or 千 at `at` begin a unit, 百分点, 千瓦, and multiply nothing? */
bool small_begins_unit(struct slice text, size_t at);

double power_of_ten(unsigned exponent);             /* up to MAX_DIGITS */
size_t blank_skipped(struct slice text, size_t at); /* behind the one blank at `at`, or `at` */
/* Two neighbours mean "so many or one more": 两三, 七八; 三五 is said alike. */
bool is_pair(double first, double second);

/* The + of 10万+, which says "over". */
void read_plus(struct slice text, struct numeral *out);

/* ---- numeral_digits.c: Arabic digits ---- */

struct digits {
    double mantissa;          /* as if there were no point */
    unsigned whole, decimals; /* digits before and behind the point */
    size_t end;
    bool leading_zero, parted; /* parted: 1,247 */
};

/* One group of digits from `at` on, 1,247.5 with its thousands and its fraction. False: more than
 * MAX_DIGITS; d->end is behind them all the same. */
bool read_digits(struct slice text, size_t at, struct digits *d);

/* ---- numeral_sections.c: digits and multipliers in any mixture ---- */

/* 一百二十三, 十一万五千余, 2万3千, 14万一千, 壹佰零伍; from `at` up to where the number can't go
 * on. Fills value, end, scale, over, lower, bare; end == at: none that begins so. */
void read_sections(struct slice text, size_t at, struct numeral *out);

/* ---- numeral_arabic.c, numeral_hanzi.c: whole numbers ---- */

/* Reads a number that begins with an Arabic digit, or with a Chinese one; `out` is prepared. */
bool read_arabic(struct slice text, size_t at, struct numeral *out);
bool read_hanzi(struct slice text, size_t at, struct numeral *out);

#endif
