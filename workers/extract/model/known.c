/* known.c - the same features by name and by what is known of them. Any thread once found; nothing
 * can fail.
 *
 * Each kind of feature has one function that adds it by name. known_find calls it for all there are
 * and keeps what the weights say; from then on an evidence that keeps no names gets that.
 */
#include "workers/extract/model/known.h"

#include "workers/extract/model/weights.h"
#include "workers/extract/rule/catalogue.h"

#include <stdlib.h>

/* ---- by name ---- */

static void name_fixed(struct number_evidence *evidence, enum known_fixed which)
{
    static const struct {
        enum feature_place place;
        const char *text;
    } fixed[FIXED_FEATURES] = {
        [FIXED_ALWAYS] = {PLACE_ALWAYS, "1"},
        [FIXED_TOTAL] = {PLACE_UNIT, "total"},
        [FIXED_IS_100] = {PLACE_UNIT, "%=100"},
        [FIXED_ABOVE_100] = {PLACE_UNIT, "%>100"},
        [FIXED_BELOW_20] = {PLACE_UNIT, "%<20"},
        [FIXED_BELOW_100] = {PLACE_UNIT, "%<100"},
        [FIXED_PART] = {PLACE_LIST, "part of a sum"},
        [FIXED_WHOLE] = {PLACE_LIST, "whole of a sum"},
        [FIXED_LESS] = {PLACE_LIST, "less than before"},
        [FIXED_NOT_LESS] = {PLACE_LIST, "not less than before"},
        [FIXED_ALONE] = {PLACE_LIST, "alone"},
        [FIXED_BEFORE_NONE] = {PLACE_LIST, "before is none"},
        [FIXED_RULE_NOTHING] = {PLACE_RULE, "nothing"},
        [FIXED_RULE_SOMETHING] = {PLACE_RULE, "something"},
        [FIXED_RULE_DOUBT] = {PLACE_RULE, "doubt"},
        [FIXED_BEHIND_NUMBER] = {PLACE_BEFORE, "|number"},
        [FIXED_BEHIND_MARK] = {PLACE_BEFORE, "|mark"},
    };
    evidence_add(evidence, fixed[which].place, slice_of(fixed[which].text));
}

static void name_unit(struct number_evidence *evidence, struct slice unit, enum known_unit which)
{
    static const char *const sizes[UNIT_FEATURES] = {"", ":1", ":2", ":3", ":4", ":5"};
    if (which == UNIT_BEFORE || which == UNIT_AFTER)
        evidence_join(evidence, PLACE_LIST,
                      which == UNIT_BEFORE ? SLICE("before ") : SLICE("after "), unit);
    else
        evidence_join(evidence, PLACE_UNIT, unit, slice_of(sizes[which]));
}

static void name_bound(struct number_evidence *evidence, enum bound bound, enum known_bound which)
{
    static const char *const before[BOUND_FEATURES] = {"bound ", "before bound ", "after bound "};
    evidence_join(evidence, which == BOUND_ITSELF ? PLACE_UNIT : PLACE_LIST,
                  slice_of(before[which]), slice_of(bound_name(bound)));
}

static void name_indicator(struct number_evidence *evidence, struct slice id)
{
    evidence_join(evidence, PLACE_LIST, SLICE("before is "), id);
}

/* ---- what is known ---- */

/* Of the only feature of `one`, which is emptied. */
static uint32_t found(const struct catalogue *catalogue, struct number_evidence *one)
{
    one->count = 0;
    return weights_find(catalogue->weights, one->features[0]);
}

static void find_units(struct known *known, struct catalogue *catalogue,
                       struct number_evidence *one)
{
    size_t concepts = catalogue->concepts.count;
    known->units = arena_alloc(&catalogue->arena, (catalogue->unit_count * UNIT_FEATURES + 1) * 4);
    known->unit_concepts =
        arena_alloc(&catalogue->arena, (catalogue->unit_count * concepts + 1) * 4);
    for (size_t u = 0; u < catalogue->unit_count; u++) {
        for (size_t which = 0; which < UNIT_FEATURES; which++) {
            name_unit(one, catalogue->units[u], (enum known_unit)which);
            known->units[u * UNIT_FEATURES + which] = found(catalogue, one);
        }
        for (size_t c = 0; c < concepts; c++) {
            evidence_join(one, PLACE_UNIT, catalogue->units[u], catalogue->concepts.names[c]);
            known->unit_concepts[u * concepts + c] = found(catalogue, one);
        }
    }
}

static void find_concepts(struct known *known, struct catalogue *catalogue,
                          struct number_evidence *one)
{
    size_t count = catalogue->concepts.count;
    known->concepts = arena_alloc(&catalogue->arena, (count * FEATURE_PLACES + 1) * 4);
    for (size_t c = 0; c < count; c++)
        for (size_t place = 0; place < FEATURE_PLACES; place++) {
            evidence_add(one, (enum feature_place)place, catalogue->concepts.names[c]);
            known->concepts[c * FEATURE_PLACES + place] = found(catalogue, one);
        }
}

static void find_pairs(struct known *known, struct catalogue *catalogue,
                       struct number_evidence *one)
{
    size_t count = catalogue->concepts.count, paired = 0, capacity = 0;
    known->pairs = arena_alloc(&catalogue->arena, (count + 1) * sizeof *known->pairs);
    for (size_t c = 0; c < count; c++)
        for (size_t second = 0; second < CONCEPTS_MAX; second++) {
            if (second % 64 == 0)
                known->pairs[c].first[second / 64] = (uint32_t)paired;
            if (second <= c || second >= count)
                continue;
            evidence_join(one, PLACE_OWN, catalogue->concepts.names[c],
                          catalogue->concepts.names[second]);
            uint32_t run = found(catalogue, one);
            if (!run)
                continue;
            concepts_add(&known->pairs[c].with, second);
            *ARENA_PUSH(&catalogue->arena, known->paired, paired, capacity) = run;
        }
}

void known_find(struct known *known, struct catalogue *catalogue)
{
    known->catalogue = catalogue;
    if (!catalogue->weights)
        return;
    struct number_evidence *one = memory_zero(sizeof *one);
    for (size_t i = 0; i < FIXED_FEATURES; i++) {
        name_fixed(one, (enum known_fixed)i);
        known->fixed[i] = found(catalogue, one);
    }
    for (size_t i = 0; i < KNOWN_BOUNDS * BOUND_FEATURES; i++) {
        name_bound(one, (enum bound)(i / BOUND_FEATURES), (enum known_bound)(i % BOUND_FEATURES));
        known->bounds[i / BOUND_FEATURES][i % BOUND_FEATURES] = found(catalogue, one);
    }
    known->indicators = arena_alloc(&catalogue->arena, (catalogue->indicator_count + 1) * 4);
    for (size_t i = 0; i < catalogue->indicator_count; i++) {
        name_indicator(one, catalogue->indicators[i].id);
        known->indicators[i] = found(catalogue, one);
    }
    find_units(known, catalogue, one);
    find_concepts(known, catalogue, one);
    find_pairs(known, catalogue, one);
    free(one);
}

/* ---- either ---- */

void known_add(const struct known *known, struct number_evidence *evidence, enum known_fixed fixed)
{
    if (evidence->named)
        name_fixed(evidence, fixed);
    else
        evidence_found(evidence, known->fixed[fixed]);
}

void known_add_unit(const struct known *known, struct number_evidence *evidence, uint64_t bit,
                    struct slice unit, enum known_unit which)
{
    if (evidence->named || !bit)
        name_unit(evidence, unit, which);
    else
        evidence_found(evidence,
                       known->units[(size_t)__builtin_ctzll(bit) * UNIT_FEATURES + which]);
}

void known_add_bound(const struct known *known, struct number_evidence *evidence, enum bound bound,
                     enum known_bound which)
{
    if (evidence->named)
        name_bound(evidence, bound, which);
    else
        evidence_found(evidence, known->bounds[bound][which]);
}

void known_add_indicator(const struct known *known, struct number_evidence *evidence,
                         uint16_t label)
{
    if (evidence->named)
        name_indicator(evidence, known->catalogue->indicators[label].id);
    else
        evidence_found(evidence, known->indicators[label]);
}

void known_add_concepts(const struct known *known, struct number_evidence *evidence,
                        enum feature_place place, const struct concepts *concepts)
{
    for (size_t w = 0; w < CONCEPTS_WORDS; w++)
        for (uint64_t bits = concepts->bits[w]; bits; bits &= bits - 1) {
            size_t concept = w * 64 + (size_t)__builtin_ctzll(bits);
            if (evidence->named)
                evidence_add(evidence, place, known->catalogue->concepts.names[concept]);
            else
                evidence_found(evidence, known->concepts[concept * FEATURE_PLACES + place]);
        }
}

/* Those of a concept's pairs that have weights. */
static void find_pairs_of(const struct known_pairs *pairs, const uint32_t *paired,
                          struct number_evidence *evidence, const struct concepts *concepts)
{
    for (size_t w = 0; w < CONCEPTS_WORDS; w++)
        for (uint64_t bits = pairs->with.bits[w] & concepts->bits[w]; bits; bits &= bits - 1) {
            uint64_t before = pairs->with.bits[w] & ((bits & -bits) - 1);
            evidence_found(evidence,
                           paired[pairs->first[w] + (size_t)__builtin_popcountll(before)]);
        }
}

void known_add_pairs(const struct known *known, struct number_evidence *evidence,
                     const struct concepts *concepts, uint64_t bit)
{
    enum { MOST = 10 };
    size_t all[MOST], count = 0, unit = (size_t)__builtin_ctzll(bit);
    const struct catalogue *catalogue = known->catalogue;
    const struct slice *names = catalogue->concepts.names;
    struct concepts first = {{0}}; /* the same */
    for (size_t w = 0; w < CONCEPTS_WORDS; w++)
        for (uint64_t bits = concepts->bits[w]; bits && count < MOST; bits &= bits - 1) {
            all[count] = w * 64 + (size_t)__builtin_ctzll(bits);
            concepts_add(&first, all[count++]);
        }
    for (size_t i = 0; i < count; i++) {
        if (!evidence->named) {
            evidence_found(evidence,
                           known->unit_concepts[unit * catalogue->concepts.count + all[i]]);
            find_pairs_of(&known->pairs[all[i]], known->paired, evidence, &first);
            continue;
        }
        evidence_join(evidence, PLACE_UNIT, catalogue->units[unit], names[all[i]]);
        for (size_t k = i + 1; k < count; k++)
            evidence_join(evidence, PLACE_OWN, names[all[i]], names[all[k]]);
    }
}
