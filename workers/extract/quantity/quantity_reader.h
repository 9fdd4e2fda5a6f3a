/* quantity_reader.h - the state of reading one run of text, shared by the quantity_*.c readers. */
#ifndef XIANZHI_EXTRACT_QUANTITY_READER_H
#define XIANZHI_EXTRACT_QUANTITY_READER_H

#include "workers/extract/quantity/numeral.h"
#include "workers/extract/quantity/quantity_prose.h"

enum { MAX_PENDING = 16 }; /* numbers in front of a shared unit: 2、3、5件 */

struct number_reader {
    const struct quantity_rules *rules;
    struct slice text;  /* what may be read: from the text's start to `end` */
    struct slice whole; /* and on behind it, to see what a number touches */
    size_t paragraph;   /* where the run's begins, or NO_PARAGRAPH */
    size_t start, end;  /* the run that is read */
    size_t understood;  /* where the last name, term or quantity ended */
    struct quantity_list *list;
    struct numeral pending[MAX_PENDING];
    size_t pending_count;
};

/* Does a paragraph open at `at`? */
static inline bool opens_paragraph(const struct number_reader *r, size_t at)
{
    return at == r->paragraph;
}

/* ---- quantity_words.c: the words around a number ---- */

size_t skip_blanks(const struct number_reader *r, size_t at);
size_t character_before(const struct number_reader *r,
                        size_t at); /* its start; `at` must not be 0 */
enum bound bound_before(const struct number_reader *r, const struct numeral *n);
int bound_behind(const struct number_reader *r, size_t *end); /* -1: none; else *end is behind it */
bool is_total(const struct number_reader *r, size_t at);
/* Does 一 before this unit, which ends at `unit_end`, count something? */
bool one_counts(const struct number_reader *r, const struct numeral *n, const struct unit *unit,
                size_t unit_end);

/* ---- quantity_touch.c: a number is whole or none ---- */

/* Why what stands right before the number, or right behind digits without a unit, spoils it: a
 * digit, letter, sign or numeral that was not read with it. NULL: nothing does. */
const char *touched_before(const struct number_reader *r, const struct numeral *n);
const char *touched_behind(const struct number_reader *r, const struct numeral *n);
/* 30MWp, 5kg/m³: is the unit that ends at `end` the beginning of another, which is not known? */
bool unit_is_cut(const struct number_reader *r, size_t end);

/* ---- quantity_quote.c: names, whose numbers count nothing ---- */

size_t skip_title(const struct number_reader *r, size_t at); /* behind 》; 0: it is never closed */
size_t skip_quote(const struct number_reader *r, size_t at); /* behind ”; 0: no name */

#endif
