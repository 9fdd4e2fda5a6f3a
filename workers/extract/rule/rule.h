/* rule.h - the language rules are said in (catalogue/README.md), read into variants.
 *
 * Groups and optional elements are multiplied out: what is left is a few flat variants, each a row
 * of elements to the left and to the right of the number, each element a set of words with the link
 * to its neighbour on the number's side. The matcher (matcher.c) looks such rows up among the words
 * the automaton found; only a /…/ expression goes to PCRE2.
 */
#ifndef XIANZHI_EXTRACT_RULE_H
#define XIANZHI_EXTRACT_RULE_H

#include "proto/base/status.h"
#include "workers/extract/rule/lexicon.h"
#include "workers/extract/rule/pattern.h"

enum rule_link {
    LINK_DIRECT,   /* A~B */
    LINK_NEAR,     /* A B: at most RULE_NEAR_CHARACTERS between, same clause */
    LINK_ITEM,     /* A - B: same item of a list: no 、 and no bracket between either */
    LINK_CLAUSE,   /* A .. B: same clause */
    LINK_SENTENCE, /* A ... B: same sentence, across other numbers */
};

enum { RULE_NEAR_CHARACTERS = 6, RULE_MAX_VARIANTS = 96, RULE_MAX_ELEMENTS = 12 };

enum { RULE_OTHER_NUMBER = UINT32_MAX }; /* in place of a set: # */

struct rule_element {
    uint32_t set;
    enum rule_link link; /* to the neighbour on the number's side (without number: to the left) */
    bool opens;          /* ^: a clause begins with it */
};

struct rule_variant {
    struct rule_element *left, *right; /* nearest to the number first */
    unsigned left_count, right_count;  /* without number all elements are on the right, and the */
                                       /* first one's link means nothing */
    bool opens;                        /* ^ in front of the number */
};

struct rule_pattern {
    bool has_number;
    struct rule_variant *variants;
    size_t variant_count;
    struct pattern *expression; /* of /…/, owned; the variants say where it is worth running */
};

/* What a pattern is for decides whether it must, may or can't name the number. */
enum rule_number { NUMBER_REQUIRED, NUMBER_OPTIONAL, NUMBER_FORBIDDEN };

/* Reads `say`; what it allocates lives in the lexicon's arena, but for the expression. On
 * STATUS_BAD
 * `*at` is the character (from 0) in `say` that is wrong. */
enum status rule_parse(struct rule_pattern *pattern, struct slice say, enum rule_number number,
                       struct lexicon *lexicon, size_t *at, struct error *error);
/* Reads what an expression needs: wherever the expression matches, `needs` does. It is cheap to
 * look for, and PCRE2 then has the final word. Errors as for rule_parse. */
enum status rule_parse_needs(struct rule_pattern *pattern, struct slice needs,
                             struct lexicon *lexicon, size_t *at, struct error *error);
void rule_pattern_release(struct rule_pattern *pattern);

#endif
