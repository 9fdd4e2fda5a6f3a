/* quantity_rules.h - units.yaml and nonquantities.yaml, ready for reading numbers. Only the
 * quantity*.c files look inside; everybody else uses quantity.h.
 */
#ifndef XIANZHI_EXTRACT_QUANTITY_RULES_H
#define XIANZHI_EXTRACT_QUANTITY_RULES_H

#include "proto/base/yaml.h"
#include "proto/report.h"
#include "workers/extract/quantity/shape.h"
#include "workers/text/wordset.h"

enum unit_kind { UNIT_NONE, UNIT_CLASSIFIER, UNIT_MEASURE, UNIT_DURATION, UNIT_NOUN };

/* When 一 in front of the unit is a number, bit by bit. */
enum one_kind { ONE_ENDS = 1, ONE_AFTER_VERB = 2, ONE_ALWAYS = 4 };

struct unit {
    struct slice name; /* as reported: "人次" */
    enum unit_kind kind;
    unsigned one;     /* of enum one_kind */
    bool arabic_only; /* never behind a Chinese numeral */
};

struct quantity_rules {
    struct yaml units_file, terms_file; /* own every text below */

    uint64_t marks[1024]; /* bit per code point below 0x10000: a numeral, a quote or 《 */

    struct unit *units; /* [0]: none */
    size_t unit_count, unit_capacity;
    struct wordset unit_words;      /* index in units; 0 for a word that is no unit */
    struct wordset still_units;     /* index in units, whose name is the word's beginning */
    struct wordset factors;         /* index in factor_values */
    struct wordset before;          /* backward; enum bound */
    struct wordset distant;         /* backward; enum bound */
    struct wordset fillers;         /* backward */
    struct wordset behind;          /* enum bound */
    struct wordset totals;          /* 1, or 0 for a word that only contains one */
    struct wordset implied;         /* backward; index in units */
    struct wordset implied_fillers; /* backward */
    struct wordset headed;          /* backward; index in units: of a table's heads alone */
    struct wordset label_heads;     /* of columns that count nothing */
    struct wordset remark_heads;    /* … but what stands there with a unit of its own */
    struct wordset unit_heads, unit_leads;

    struct wordset terms;   /* begin with a number */
    struct wordset endings; /* backward; end with a numeral character */
    struct shape *shapes;
    size_t shape_count;
    struct shape_index shape_index;
    struct wordset verbs;     /* backward */
    struct wordset between;   /* backward */
    struct wordset negations; /* backward */
    struct wordset cases;
};

/* The factor that 万 (of 万元) at the start of `text` stands for, and its *length; 1 and 0 without.
 */
double unit_factor(const struct quantity_rules *rules, struct slice text, size_t *length);

#endif
