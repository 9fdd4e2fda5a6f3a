/* learn.h - learns the weights of a log-linear model from lessons: AdaGrad, a fixed number of
 * passes in a fixed order, so that the same lessons give the same weights. The mean of several
 * courses, each in an order of its own, is surer than any of them, and is a sum of weights again.
 */
#ifndef XIANZHI_EXTRACT_LEARN_H
#define XIANZHI_EXTRACT_LEARN_H

#include "workers/extract/train/lessons.h"

struct learn_options {
    unsigned passes;
    unsigned courses;   /* whose mean is taken */
    unsigned settled;   /* passes of a course that come before those that are averaged */
    double rate;        /* of AdaGrad */
    double decay;       /* per step and weight, towards zero (L2) */
    double shrink;      /* what a weight must be worth to stay away from zero (L1) */
    double prune;       /* weights smaller than this become none */
    unsigned least;     /* features seen in fewer lessons than this are left out */
    double seen_weight; /* of lessons of texts that the rules were written to */
    double
        counter_weight; /* of counterexamples: a person wrote each because it was asserted once */
};

/* Weights of pairs of a feature and a label. */
struct learned {
    uint32_t *first; /* of each known feature: its pairs, up to first[feature + 1] */
    uint16_t *labels;
    float *weights;
    float *shared; /* of each known feature, where it is a candidate's own */
    size_t pair_count, known_count;
};

/* Learns from the documents with use[document], but for doubtful lessons. Release what it gives
 * with learned_release. */
void learn(struct learned *learned, const struct lessons *lessons, const bool *use,
           const struct learn_options *options);
void learned_release(struct learned *learned);

/* The sum of each candidate of a lesson. */
void learned_score(const struct learned *learned, const struct lessons *lessons,
                   const struct lesson *lesson, float scores[EVIDENCE_CANDIDATES]);

#endif
