/* known.h - features that are few enough to look their weights up once, with the catalogue: a
 * concept in a place, a unit, a bound, an indicator before. Text leads to them without a name. */
#ifndef XIANZHI_EXTRACT_KNOWN_H
#define XIANZHI_EXTRACT_KNOWN_H

#include "proto/report.h"
#include "workers/extract/frame/concepts.h"
#include "workers/extract/model/evidence.h"

/* Features that depend on nothing. */
enum known_fixed {
    FIXED_ALWAYS,
    FIXED_TOTAL,
    FIXED_IS_100,
    FIXED_ABOVE_100,
    FIXED_BELOW_20,
    FIXED_BELOW_100,
    FIXED_PART,
    FIXED_WHOLE,
    FIXED_LESS,
    FIXED_NOT_LESS,
    FIXED_ALONE,
    FIXED_BEFORE_NONE,
    FIXED_RULE_NOTHING,
    FIXED_RULE_SOMETHING,
    FIXED_RULE_DOUBT,
    FIXED_BEHIND_NUMBER,
    FIXED_BEHIND_MARK,
    FIXED_FEATURES
};

/* Features of a unit: itself, with the size of its number, beside another number. */
enum known_unit {
    UNIT_ITSELF,
    UNIT_BELOW_10,
    UNIT_BELOW_100,
    UNIT_BELOW_1000,
    UNIT_BELOW_10000,
    UNIT_LARGE,
    UNIT_BEFORE,
    UNIT_AFTER,
    UNIT_FEATURES
};

enum known_bound { BOUND_ITSELF, BOUND_BEFORE, BOUND_AFTER, BOUND_FEATURES };
enum { KNOWN_BOUNDS = BOUND_ABOUT + 1 };

/* Which concepts are paired with one, and how many with those of the words of bits before. */
struct known_pairs {
    struct concepts with;
    uint32_t first[CONCEPTS_WORDS];
};

/* Each number is that of weights_find, 0: there are no weights. Without a model all is empty, and
 * only an evidence that keeps names may be filled. */
struct known {
    const struct catalogue *catalogue;
    uint32_t fixed[FIXED_FEATURES];
    uint32_t bounds[KNOWN_BOUNDS][BOUND_FEATURES];
    uint32_t *units;           /* unit * UNIT_FEATURES + enum known_unit */
    uint32_t *unit_concepts;   /* unit * concepts.count + concept: "unit:件<contract>" */
    uint32_t *concepts;        /* concept * FEATURE_PLACES + place: "own:<contract>" */
    uint32_t *indicators;      /* "list:before is contracts.reviewed" */
    struct known_pairs *pairs; /* of each concept with later ones: "own:<contract><review>" */
    uint32_t *paired;
};

/* Once the catalogue has its concepts, units and weights (NULL: there are none). */
void known_find(struct known *known, struct catalogue *catalogue);

/* Each adds one feature. `bit`: the catalogue's of the unit, 0 if no indicator has it. */
void known_add(const struct known *known, struct number_evidence *evidence, enum known_fixed fixed);
void known_add_unit(const struct known *known, struct number_evidence *evidence, uint64_t bit,
                    struct slice unit, enum known_unit which);
void known_add_bound(const struct known *known, struct number_evidence *evidence, enum bound bound,
                     enum known_bound which);
void known_add_indicator(const struct known *known, struct number_evidence *evidence,
                         uint16_t label);
/* Of all concepts in a place. */
void known_add_concepts(const struct known *known, struct number_evidence *evidence,
                        enum feature_place place, const struct concepts *concepts);
/* Concepts of a clause with the unit and two by two: a sum has no other way to say "both". */
void known_add_pairs(const struct known *known, struct number_evidence *evidence,
                     const struct concepts *concepts, uint64_t bit);

#endif
