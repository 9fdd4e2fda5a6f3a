/* numeral_symbol.h - the characters that numbers are made of; for numeral*.c only. */
#ifndef XIANZHI_EXTRACT_NUMERAL_SYMBOL_H
#define XIANZHI_EXTRACT_NUMERAL_SYMBOL_H

#include "workers/extract/quantity/numeral.h"

enum { MAX_DIGITS = 15 }; /* all integers of 15 digits are exact in a double */

enum kind { OTHER, ARABIC, HANZI, ZERO, SMALL, BIG, OVER, SOME, ABOUT };

struct symbol {
    enum kind kind;
    uint8_t length; /* bytes */
    double value;
};

struct symbol symbol_at(struct slice text, size_t at); /* OTHER at the end */
bool word_at(struct slice text, size_t at, struct slice word);
double power_of_ten(unsigned exponent); /* up to MAX_DIGITS */

/* The + of 10万+, which says "over". */
void read_plus(struct slice text, struct numeral *out);

/* Reads a number that begins with an Arabic digit, or with a Chinese one; `out` is prepared. */
bool read_arabic(struct slice text, size_t at, struct numeral *out);
bool read_hanzi(struct slice text, size_t at, struct numeral *out);

#endif
