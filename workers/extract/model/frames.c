/* frames.c - slots, where they are filled, and who fills them better. Any thread; nothing can fail.
 *
 * The candidates of a unit begin as copies with empty frames. The concepts near the number, few,
 * are dropped into the slots that ask for them, from the farthest place to the nearest, and only
 * the candidates touched so are looked at again.
 */
#include "workers/extract/model/frames.h"

#include "workers/extract/model/own.h"

/* How much a filled slot counts when frames are compared; one that is against it counts as much the
 * other way. */
static const uint8_t strength_of[WHERES] = {9, 8, 8, 6, 4, 3, 3, 2, 0, 5};
enum { STRENGTH_OF_ONE = 9 };
enum { BY_FAR = 3 };

_Static_assert((int)EVIDENCE_CANDIDATES <= 128, "a bit for each");
_Static_assert((int)EVIDENCE_STRENGTHS == 4 * STRENGTH_OF_ONE + 1, "from 0 on");

struct filling {
    const struct unit_candidates *of;
    struct evidence_candidate *candidates;
    uint64_t touched[2];
    uint64_t explained[EVIDENCE_CANDIDATES]; /* glyphs of cover.h */
    uint8_t strengths[EVIDENCE_STRENGTHS];   /* how many candidates are so strong */
};

/* How well its frame is filled, from 0. */
static uint8_t strength(const uint8_t at[SLOT_COUNT])
{
    int against = at[SLOT_AGAINST] < NOWHERE ? strength_of[at[SLOT_AGAINST]] : 0;
    return (uint8_t)(strength_of[at[SLOT_OBJECT]] + strength_of[at[SLOT_ACTION]] +
                     strength_of[at[SLOT_ABOUT]] + STRENGTH_OF_ONE - against);
}

void frames_idle(const struct catalogue *catalogue, uint16_t label,
                 struct evidence_candidate *candidate)
{
    const struct catalogue_indicator *indicator = &catalogue->indicators[label];
    *candidate = (struct evidence_candidate){.label = label, .bearing = indicator->rollup_number};
    candidate->idle = 1;
    for (size_t slot = 0; slot < SLOT_COUNT; slot++) {
        candidate->where[slot] = indicator->frame[slot].count ? NOWHERE : UNASKED;
        candidate->idle += (uint8_t)((indicator->frame[slot].count > 0) << slot);
    }
    candidate->strength = strength(candidate->where);
}

static void fill_at(struct filling *filling, const struct concepts *concepts, enum where where)
{
    const uint16_t *first = filling->of->first_slot;
    for (size_t w = 0; w < CONCEPTS_WORDS; w++)
        for (uint64_t bits = concepts->bits[w]; bits; bits &= bits - 1) {
            size_t concept = w * 64 + (size_t)__builtin_ctzll(bits);
            for (unsigned i = first[concept]; i < first[concept + 1]; i++) {
                unsigned slot = filling->of->slots[i], candidate = slot / SLOT_COUNT;
                filling->candidates[candidate].where[slot % SLOT_COUNT] = (uint8_t)where;
                filling->touched[candidate / 64] |= (uint64_t)1 << candidate % 64;
            }
        }
}

/* From the farthest place to the nearest: what is nearer overwrites. A concept that stands nearer
 * as well need not be looked at. */
static void fill_frames(struct filling *filling, const struct fillings *fillings)
{
    const struct concepts *const places[NOWHERE] = {
        &fillings->item,  &fillings->behind, &fillings->own,     &fillings->before,
        &fillings->first, &fillings->above,  &fillings->heading, &fillings->upper};
    struct concepts here[NOWHERE], left = filling->of->framed;
    for (size_t p = 0; p < NOWHERE; p++)
        for (size_t w = 0; w < CONCEPTS_WORDS; w++) {
            here[p].bits[w] = places[p]->bits[w] & left.bits[w];
            left.bits[w] &= ~places[p]->bits[w];
        }
    for (size_t p = NOWHERE; p-- > 0;)
        fill_at(filling, &here[p], (enum where)p);
}

/* Which glyphs of the clause each frame explains: by words whose concepts have filled it. */
static void explain(struct filling *filling, const struct cover *cover)
{
    const uint16_t *first = filling->of->first_slot;
    for (size_t w = 0; w < cover->count; w++) {
        const struct cover_word *word = &cover->words[w];
        for (unsigned i = first[word->concept]; i < first[word->concept + 1]; i++) {
            unsigned slot = filling->of->slots[i];
            if (slot % SLOT_COUNT != SLOT_AGAINST)
                filling->explained[slot / SLOT_COUNT] |= word->glyphs;
        }
    }
}

static unsigned rest_of(int glyphs)
{
    return glyphs == 0   ? REST_NONE
           : glyphs <= 2 ? REST_TWO
           : glyphs <= 4 ? REST_FOUR
           : glyphs <= 8 ? REST_EIGHT
                         : REST_MORE;
}

/* What most frames leave of the clause: all of it, with what stands behind the number or not. */
struct leftover {
    uint64_t glyphs[2];
    unsigned rest[2]; /* enum own_rest */
};

static struct leftover leftover_of(const struct cover *cover)
{
    struct leftover left = {.glyphs = {cover->front, cover->front | cover->behind}};
    for (size_t i = 0; i < 2; i++)
        left.rest[i] = rest_of(__builtin_popcountll(left.glyphs[i]));
    return left;
}

static void finish(struct filling *filling, size_t i, const struct leftover *left)
{
    struct evidence_candidate *candidate = &filling->candidates[i];
    const uint8_t *at = candidate->where;
    uint64_t explained = filling->explained[i];
    bool behind = at[SLOT_OBJECT] == BEHIND || at[SLOT_ACTION] == BEHIND;
    bool object = at[SLOT_OBJECT] <= IN_OWN, action = at[SLOT_ACTION] <= IN_OWN;
    unsigned rest = explained & left->glyphs[behind]
                        ? rest_of(__builtin_popcountll(left->glyphs[behind] & ~explained))
                        : left->rest[behind];
    candidate->rest = (uint8_t)((rest * 2 + object) * 2 + action);
    candidate->present = at[SLOT_OBJECT] < ABOVE || at[SLOT_ACTION] < ABOVE ||
                         at[SLOT_OBJECT] == IN_HEADING || at[SLOT_OBJECT] == IN_UPPER;
    filling->strengths[candidate->strength]--;
    candidate->strength = strength(at);
    filling->strengths[candidate->strength]++;
    candidate->idle = 0;
}

/* What its rules say, of the few that any say something of. */
static void add_rules(struct number_evidence *evidence, const struct hits *hits,
                      const uint8_t *places)
{
    for (size_t h = 0; h < hits->count; h++) {
        const struct hit *hit = &hits->all[h];
        struct evidence_candidate *candidate = &evidence->candidates[places[hit->indicator]];
        if (candidate->label == LABEL_NONE)
            continue;
        candidate->twice = candidate->rule < RULE_TWICE;
        if (hit->how < candidate->rule)
            candidate->rule = hit->how;
        candidate->barred = candidate->rule == RULE_BARRED;
        candidate->idle = 0;
    }
}

/* Only the best filled frame may be right, as a rule. */
static void compare(struct number_evidence *evidence, const uint8_t counts[EVIDENCE_STRENGTHS])
{
    unsigned near = 0;
    uint8_t rivals[EVIDENCE_STRENGTHS];
    size_t best = EVIDENCE_STRENGTHS - 1;
    while (best > 0 && counts[best] == 0)
        best--;
    memset(rivals, 1 << MANY_STRONGER, sizeof rivals);
    rivals[best] = 1 << NO_STRONGER | 1 << (counts[best] > 1 ? EQUAL_BEST : ALONE_BEST);
    for (size_t s = best > BY_FAR ? best - BY_FAR : 0; s <= best; s++)
        near += counts[s];
    if (near == 1)
        rivals[best] |= 1 << BEST_BY_FAR;
    for (size_t s = best, more = counts[best]; s-- > 0 && more < 3; more += counts[s])
        rivals[s] = 1 << FEW_STRONGER;
    for (size_t i = 1; i < evidence->candidate_count; i++)
        evidence->candidates[i].rivals = rivals[evidence->candidates[i].strength];
}

/* What the aspects in the number's clause and around it are to a stock, a flow, a rate. */
static void add_aspects(const struct catalogue *catalogue, const struct fillings *fillings,
                        struct number_evidence *evidence)
{
    const struct concepts *const places[ASPECT_PLACES] = {
        [ASPECT_OWN] = &fillings->own,       [ASPECT_BEHIND] = &fillings->behind,
        [ASPECT_BEFORE] = &fillings->before, [ASPECT_FIRST] = &fillings->first,
        [ASPECT_ABOVE] = &fillings->above,   [ASPECT_HEADING] = &fillings->heading,
        [ASPECT_TITLE] = &fillings->title,   [ASPECT_OPENING] = &fillings->opening};
    unsigned body = fillings->body ? ROLLUPS : 0;
    for (unsigned p = 0; p < ASPECT_PLACES; p++)
        for (unsigned w = 0; w < CONCEPTS_WORDS; w++)
            for (uint64_t bits = places[p]->bits[w] & catalogue->aspects.bits[w]; bits;
                 bits &= bits - 1) {
                unsigned concept = w * 64 + (unsigned)__builtin_ctzll(bits);
                if (evidence->aspect_count < EVIDENCE_ASPECTS)
                    evidence->aspects[evidence->aspect_count++] =
                        (uint16_t)(OWN_ASPECT + (concept * ASPECT_PLACES + p) * BEARINGS + body);
            }
}

void frames_collect(const struct catalogue *catalogue, uint64_t unit,
                    const struct fillings *fillings, const struct hits *hits,
                    struct number_evidence *evidence)
{
    evidence->candidates[0] = (struct evidence_candidate){.label = LABEL_NONE};
    evidence->candidate_count = 1;
    evidence->steps = 0;
    if (!unit)
        return;
    const struct unit_candidates *of = &catalogue->of_units[__builtin_ctzll(unit)];
    struct filling filling = {.of = of, .candidates = evidence->candidates};
    struct leftover left = leftover_of(&fillings->cover);
    uint8_t rule = hits->count && hits->all[0].how == HIT_DECIDED ? RULE_ANOTHERS : RULE_UNNAMED;
    evidence->candidate_count = of->count;
    evidence->steps = of->steps;
    memcpy(filling.strengths, of->strengths, sizeof filling.strengths);
    for (size_t i = 1; i < of->count; i++) {
        evidence->candidates[i] = of->idle[i];
        evidence->candidates[i].rule = rule;
        evidence->candidates[i].rest = (uint8_t)(left.rest[0] * 4);
    }
    fill_frames(&filling, fillings);
    explain(&filling, &fillings->cover);
    for (size_t w = 0; w < 2; w++)
        for (uint64_t bits = filling.touched[w]; bits; bits &= bits - 1)
            finish(&filling, w * 64 + (size_t)__builtin_ctzll(bits), &left);
    add_rules(evidence, hits, of->places);
    compare(evidence, filling.strengths);
    add_aspects(catalogue, fillings, evidence);
}
