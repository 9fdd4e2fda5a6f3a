/* learn.c - maximum likelihood of the right candidates.
 *
 * One thread. Which pairs get a weight is settled first: a feature and a label that stood together
 * where the label was right, and every feature with "none". Then each pass takes the lessons in an
 * order of its own; each step moves the weights of the candidates by what the model gave them too
 * much. Nothing can fail.
 */
#include "workers/extract/train/learn.h"

#include "workers/extract/rule/catalogue.h"

#include <math.h>
#include <stdlib.h>

/* ---- which pairs ---- */

struct pairs {
    uint64_t *all; /* feature << 16 | label */
    size_t count, capacity;
};

static void add_pair(struct pairs *pairs, uint32_t feature, uint16_t label)
{
    if (pairs->count == pairs->capacity) {
        pairs->capacity = pairs->capacity ? pairs->capacity * 2 : 1 << 16;
        pairs->all = memory_resize(pairs->all, pairs->capacity * sizeof *pairs->all);
    }
    pairs->all[pairs->count++] = (uint64_t)feature << 16 | label;
}

static int by_value(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static bool is_right(const struct lessons *lessons, const struct lesson *lesson)
{
    for (uint32_t i = 0; i < lesson->candidate_count; i++)
        if (lessons->candidates[lesson->first_candidate + i].right)
            return true;
    return false;
}

static bool teaches(const struct lessons *lessons, const struct lesson *lesson, const bool *use)
{
    return use[lesson->document] && !lesson->doubtful && is_right(lessons, lesson);
}

static void add_pairs(struct pairs *pairs, const struct lessons *lessons,
                      const struct lesson *lesson, const uint32_t *counts, unsigned least)
{
    const struct lesson_candidate *candidates = &lessons->candidates[lesson->first_candidate];
    for (uint32_t i = 0; i < lesson->feature_count; i++) {
        uint32_t feature = lessons->features[lesson->first_feature + i];
        if (counts[feature] < least)
            continue;
        add_pair(pairs, feature, LABEL_NONE);
        for (uint32_t k = 1; k < lesson->candidate_count; k++)
            if (candidates[k].right)
                add_pair(pairs, feature, candidates[k].label);
    }
}

static uint32_t *count_features(const struct lessons *lessons, const bool *use)
{
    uint32_t *counts = memory_zero((lessons->known_count + 1) * sizeof *counts);
    for (size_t i = 0; i < lessons->count; i++) {
        const struct lesson *lesson = &lessons->lessons[i];
        for (uint32_t k = 0; use[lesson->document] && k < lesson->feature_count; k++)
            counts[lessons->features[lesson->first_feature + k]]++;
    }
    return counts;
}

static void settle_pairs(struct learned *learned, const struct lessons *lessons, const bool *use,
                         unsigned least)
{
    struct pairs pairs = {0};
    uint32_t *counts = count_features(lessons, use);
    for (size_t i = 0; i < lessons->count; i++)
        if (teaches(lessons, &lessons->lessons[i], use))
            add_pairs(&pairs, lessons, &lessons->lessons[i], counts, least);
    if (pairs.count)
        qsort(pairs.all, pairs.count, sizeof *pairs.all, by_value);
    learned->known_count = lessons->known_count;
    learned->first = memory_zero((lessons->known_count + 1) * sizeof *learned->first);
    learned->labels = memory_alloc((pairs.count + 1) * sizeof *learned->labels);
    size_t kept = 0, feature = 0;
    for (size_t i = 0; i < pairs.count; i++) {
        if (i && pairs.all[i] == pairs.all[i - 1])
            continue;
        for (; feature <= pairs.all[i] >> 16; feature++)
            learned->first[feature] = (uint32_t)kept;
        learned->labels[kept++] = (uint16_t)pairs.all[i];
    }
    for (; feature <= lessons->known_count; feature++)
        learned->first[feature] = (uint32_t)kept;
    learned->pair_count = kept;
    learned->weights = memory_zero((kept + 1) * sizeof *learned->weights);
    learned->shared = memory_zero((lessons->known_count + 1) * sizeof *learned->shared);
    free(pairs.all);
    free(counts);
}

void learned_release(struct learned *learned)
{
    free(learned->first);
    free(learned->labels);
    free(learned->weights);
    free(learned->shared);
    *learned = (struct learned){0};
}

/* ---- scores ---- */

/* Where each label stands among the candidates, + 1. */
static void mark(const struct lesson_candidate *candidates, uint32_t count, uint8_t *slots, bool on)
{
    for (uint32_t i = 1; i < count; i++)
        slots[candidates[i].label] = on ? (uint8_t)(i + 1) : 0;
}

static inline unsigned slot_of(const uint8_t *slots, uint16_t label)
{
    return label == LABEL_NONE ? 1 : label < CATALOGUE_MAX_INDICATORS ? slots[label] : 0;
}

static void score_with(const struct learned *learned, const struct lessons *lessons,
                       const struct lesson *lesson, const uint8_t *slots, float *scores)
{
    const struct lesson_candidate *candidates = &lessons->candidates[lesson->first_candidate];
    for (uint32_t i = 0; i < lesson->candidate_count; i++) {
        scores[i] = 0;
        for (uint32_t k = 0; k < candidates[i].own_count; k++)
            scores[i] += learned->shared[lessons->owns[candidates[i].first_own + k]];
    }
    for (uint32_t i = 0; i < lesson->feature_count; i++) {
        uint32_t feature = lessons->features[lesson->first_feature + i];
        for (uint32_t p = learned->first[feature]; p < learned->first[feature + 1]; p++) {
            unsigned slot = slot_of(slots, learned->labels[p]);
            if (slot)
                scores[slot - 1] += learned->weights[p];
        }
    }
}

void learned_score(const struct learned *learned, const struct lessons *lessons,
                   const struct lesson *lesson, float scores[EVIDENCE_CANDIDATES])
{
    uint8_t slots[CATALOGUE_MAX_INDICATORS] = {0};
    mark(&lessons->candidates[lesson->first_candidate], lesson->candidate_count, slots, true);
    score_with(learned, lessons, lesson, slots, scores);
}

/* ---- steps ---- */

/* A lesson laid out for many passes: which weight goes to which candidate. */
struct drill {
    uint32_t first, count;               /* of the pairs */
    uint32_t first_shared, shared_count; /* of the shared weights */
    uint32_t lesson;
    float weight;
};

struct term {
    uint32_t weight;
    uint32_t candidate;
};

struct learner {
    const struct lessons *lessons;
    const struct learn_options *options;
    struct learned *learned;
    float *squares, *shared_squares; /* sums of squared gradients */
    struct drill *drills;
    size_t drill_count;
    struct term *terms, *shared_terms;
    size_t term_count, term_capacity, shared_count, shared_capacity;
    uint64_t state; /* of the dice that order the lessons */
};

static void add_term(struct term **terms, size_t *count, size_t *capacity, uint32_t weight,
                     uint32_t candidate)
{
    if (*count == *capacity) {
        *capacity = *capacity ? *capacity * 2 : 1 << 16;
        *terms = memory_resize(*terms, *capacity * sizeof **terms);
    }
    (*terms)[(*count)++] = (struct term){weight, candidate};
}

static void lay_out(struct learner *learner, struct drill *drill, const struct lesson *lesson)
{
    const struct lessons *lessons = learner->lessons;
    const struct learned *learned = learner->learned;
    const struct lesson_candidate *candidates = &lessons->candidates[lesson->first_candidate];
    uint8_t slots[CATALOGUE_MAX_INDICATORS] = {0};
    drill->first = (uint32_t)learner->term_count;
    drill->first_shared = (uint32_t)learner->shared_count;
    mark(candidates, lesson->candidate_count, slots, true);
    for (uint32_t i = 0; i < lesson->feature_count; i++) {
        uint32_t feature = lessons->features[lesson->first_feature + i];
        for (uint32_t p = learned->first[feature]; p < learned->first[feature + 1]; p++) {
            unsigned slot = slot_of(slots, learned->labels[p]);
            if (slot)
                add_term(&learner->terms, &learner->term_count, &learner->term_capacity, p,
                         slot - 1);
        }
    }
    for (uint32_t i = 0; i < lesson->candidate_count; i++)
        for (uint32_t k = 0; k < candidates[i].own_count; k++)
            add_term(&learner->shared_terms, &learner->shared_count, &learner->shared_capacity,
                     lessons->owns[candidates[i].first_own + k], i);
    drill->count = (uint32_t)learner->term_count - drill->first;
    drill->shared_count = (uint32_t)learner->shared_count - drill->first_shared;
}

static void lay_out_all(struct learner *learner, const bool *use)
{
    const struct lessons *lessons = learner->lessons;
    learner->drills = memory_alloc((lessons->count + 1) * sizeof *learner->drills);
    for (size_t i = 0; i < lessons->count; i++) {
        const struct lesson *lesson = &lessons->lessons[i];
        if (!teaches(lessons, lesson, use))
            continue;
        struct drill *drill = &learner->drills[learner->drill_count++];
        const struct learn_options *options = learner->options;
        bool seen = lessons->documents[lesson->document].seen;
        drill->lesson = (uint32_t)i;
        drill->weight = lesson->counter ? (float)options->counter_weight
                        : seen          ? (float)options->seen_weight
                                        : 1;
        lay_out(learner, drill, lesson);
    }
}

/* What the model gives each candidate less what the annotation gives it. */
static void errors_of(const struct lesson_candidate *candidates, uint32_t count,
                      const float *scores, float *errors)
{
    float most = scores[0], sum = 0, right = 0;
    for (uint32_t i = 1; i < count; i++)
        most = scores[i] > most ? scores[i] : most;
    for (uint32_t i = 0; i < count; i++) {
        errors[i] = expf(scores[i] - most);
        sum += errors[i];
        right += candidates[i].right ? errors[i] : 0;
    }
    for (uint32_t i = 0; i < count; i++)
        errors[i] = errors[i] / sum - (candidates[i].right && right > 0 ? errors[i] / right : 0);
}

static inline void move(const struct learn_options *options, float *weight, float *square,
                        float error)
{
    float gradient = error + (float)options->decay * *weight;
    *square += gradient * gradient;
    float rate = (float)options->rate / sqrtf(*square + 1e-6f);
    float next = *weight - rate * gradient;
    float shrink = rate * (float)options->shrink;
    *weight = next > shrink ? next - shrink : next < -shrink ? next + shrink : 0;
}

static void step(struct learner *learner, const struct drill *drill)
{
    const struct lesson *lesson = &learner->lessons->lessons[drill->lesson];
    struct learned *learned = learner->learned;
    const struct term *terms = learner->terms + drill->first;
    const struct term *shared = learner->shared_terms + drill->first_shared;
    float scores[EVIDENCE_CANDIDATES] = {0}, errors[EVIDENCE_CANDIDATES];
    for (uint32_t i = 0; i < drill->count; i++)
        scores[terms[i].candidate] += learned->weights[terms[i].weight];
    for (uint32_t i = 0; i < drill->shared_count; i++)
        scores[shared[i].candidate] += learned->shared[shared[i].weight];
    errors_of(&learner->lessons->candidates[lesson->first_candidate], lesson->candidate_count,
              scores, errors);
    for (uint32_t i = 0; i < lesson->candidate_count; i++)
        errors[i] = fabsf(errors[i]) > 1e-3f ? errors[i] * drill->weight : 0;
    for (uint32_t i = 0; i < drill->shared_count; i++)
        if (errors[shared[i].candidate] != 0)
            move(learner->options, &learned->shared[shared[i].weight],
                 &learner->shared_squares[shared[i].weight], errors[shared[i].candidate]);
    for (uint32_t i = 0; i < drill->count; i++)
        if (errors[terms[i].candidate] != 0)
            move(learner->options, &learned->weights[terms[i].weight],
                 &learner->squares[terms[i].weight], errors[terms[i].candidate]);
}

static uint64_t random_next(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void shuffle(uint32_t *order, size_t count, uint64_t *state)
{
    for (size_t i = count; i > 1; i--) {
        size_t k = (size_t)(random_next(state) % i);
        uint32_t kept = order[i - 1];
        order[i - 1] = order[k];
        order[k] = kept;
    }
}

static void add_weights(float *sums, const float *weights, size_t count)
{
    for (size_t i = 0; i < count; i++)
        sums[i] += weights[i];
}

/* From sums to means. Small weights are chance, and a file of them nobody reads. */
static void finish(float *sums, size_t count, unsigned added, double least)
{
    for (size_t i = 0; i < count; i++) {
        sums[i] /= (float)added;
        if (fabs(sums[i]) < least)
            sums[i] = 0;
    }
}

/* Passes through all lessons; the weights of the last ones are added to `sums`. */
static void drill_all(struct learner *learner, struct learned *sums)
{
    const struct learn_options *options = learner->options;
    uint32_t *order = memory_alloc((learner->drill_count + 1) * sizeof *order);
    for (size_t i = 0; i < learner->drill_count; i++)
        order[i] = (uint32_t)i;
    for (unsigned pass = 0; pass < options->passes; pass++) {
        shuffle(order, learner->drill_count, &learner->state);
        for (size_t i = 0; i < learner->drill_count; i++)
            step(learner, &learner->drills[order[i]]);
        if (pass < options->settled)
            continue;
        add_weights(sums->weights, learner->learned->weights, sums->pair_count);
        add_weights(sums->shared, learner->learned->shared, sums->known_count);
    }
    free(order);
}

/* One course from nothing. */
static void take_course(struct learner *learner, struct learned *sums)
{
    struct learned course = *sums; /* the same pairs, with weights of its own */
    course.weights = memory_zero((sums->pair_count + 1) * sizeof *course.weights);
    course.shared = memory_zero((sums->known_count + 1) * sizeof *course.shared);
    learner->learned = &course;
    learner->squares = memory_zero((sums->pair_count + 1) * sizeof *learner->squares);
    learner->shared_squares =
        memory_zero((sums->known_count + 1) * sizeof *learner->shared_squares);
    drill_all(learner, sums);
    free(course.weights);
    free(course.shared);
    free(learner->squares);
    free(learner->shared_squares);
}

void learn(struct learned *learned, const struct lessons *lessons, const bool *use,
           const struct learn_options *options)
{
    struct learner learner = {
        .lessons = lessons, .options = options, .learned = learned, .state = 20240401};
    unsigned added = options->courses * (options->passes - options->settled);
    settle_pairs(learned, lessons, use, options->least);
    lay_out_all(&learner, use);
    for (unsigned course = 0; course < options->courses; course++)
        take_course(&learner, learned);
    finish(learned->weights, learned->pair_count, added, options->prune);
    finish(learned->shared, learned->known_count, added, options->prune);
    free(learner.drills);
    free(learner.terms);
    free(learner.shared_terms);
}
