/* learn_settle.c - logistic regression over a few dozen terms. One thread; nothing can fail. */
#include "workers/extract/train/learn_settle.h"

#include <math.h>
#include <stdlib.h>

enum { PASSES = 8 };

static const double rate = 0.1, shrink = 0.004;

/* ---- lessons ---- */

static int by_place(const void *a, const void *b, void *context)
{
    const struct lesson *lessons = context;
    const struct lesson *x = &lessons[*(const uint32_t *)a], *y = &lessons[*(const uint32_t *)b];
    if (x->document != y->document)
        return x->document < y->document ? -1 : 1;
    return (x->start > y->start) - (x->start < y->start);
}

static void settle_document(const struct lessons *lessons, const struct opinion *opinions,
                            const uint16_t *group, const uint32_t *order, size_t count,
                            struct settle_lesson *made)
{
    struct standing *standings = memory_alloc(count * sizeof *standings);
    struct settle_terms *terms = memory_alloc(count * sizeof *terms);
    for (size_t i = 0; i < count; i++) {
        const struct lesson *lesson = &lessons->lessons[order[i]];
        standings[i] = standing_of(&opinions[order[i]].verdict, lesson->value, lesson->sentence);
        if (standings[i].best != LABEL_NONE)
            standings[i].group = group[standings[i].best];
    }
    settle_collect(standings, count, terms);
    for (size_t i = 0; i < count; i++)
        made[order[i]] = (struct settle_lesson){
            .terms = terms[i],
            .lesson = order[i],
            .known = standings[i].best != LABEL_NONE,
            .right = lessons_allow(lessons, &lessons->lessons[order[i]], standings[i].best)};
    free(standings);
    free(terms);
}

void settle_lessons(const struct lessons *lessons, const struct opinion *opinions,
                    const uint16_t *group, struct settle_lesson *made)
{
    uint32_t *order = memory_alloc((lessons->count + 1) * sizeof *order);
    size_t count = 0;
    memset(made, 0, lessons->count * sizeof *made);
    for (size_t i = 0; i < lessons->count; i++)
        if (opinions[i].known)
            order[count++] = (uint32_t)i;
    if (count > 1)
        qsort_r(order, count, sizeof *order, by_place, lessons->lessons);
    for (size_t first = 0, end; first < count; first = end) {
        uint32_t document = lessons->lessons[order[first]].document;
        for (end = first + 1; end < count && lessons->lessons[order[end]].document == document;)
            end++;
        settle_document(lessons, opinions, group, order + first, end - first, made);
    }
    free(order);
}

/* ---- learning ---- */

static double term_value(const struct settle_terms *terms, size_t term)
{
    if (term < SETTLE_RELATIONS)
        return (double)(terms->relations >> term & 1);
    return (double)terms->margins[term - SETTLE_RELATIONS] / WEIGHTS_UNIT;
}

static void step(double *weights, double *squares, const struct settle_lesson *lesson)
{
    double sum = 0;
    for (size_t t = 0; t < SETTLE_TERMS; t++)
        sum += weights[t] * term_value(&lesson->terms, t);
    double error = 1 / (1 + exp(-sum)) - (lesson->right ? 1 : 0);
    for (size_t t = 0; t < SETTLE_TERMS; t++) {
        double gradient = error * term_value(&lesson->terms, t);
        if (gradient == 0 || !settle_name(t))
            continue;
        squares[t] += gradient * gradient;
        double speed = rate / sqrt(squares[t] + 1e-6), least = speed * shrink;
        double next = weights[t] - speed * gradient;
        weights[t] = next > least ? next - least : next < -least ? next + least : 0;
    }
}

void learn_settle(const struct lessons *lessons, const struct settle_lesson *taught,
                  const bool *use, int32_t weights[SETTLE_TERMS])
{
    double learned[SETTLE_TERMS] = {0}, squares[SETTLE_TERMS] = {0};
    size_t prime = 1000003; /* goes through them all in another order than that of the files */
    while (lessons->count && lessons->count % prime == 0)
        prime += 2;
    for (unsigned pass = 0; pass < PASSES; pass++)
        for (size_t n = 0; n < lessons->count; n++) {
            size_t i = (size_t)((uint64_t)(n + pass) * prime % lessons->count);
            if (taught[i].known && use[lessons->lessons[i].document] &&
                taught[i].terms.margins[0] > SETTLE_MARGIN_LEAST)
                step(learned, squares, &taught[i]);
        }
    for (size_t t = 0; t < SETTLE_TERMS; t++)
        weights[t] = (int32_t)lrint(learned[t] * WEIGHTS_UNIT);
}
