/* verdict.h - from the sums of a number's candidates to one of three states. */
#ifndef XIANZHI_EXTRACT_VERDICT_H
#define XIANZHI_EXTRACT_VERDICT_H

#include "workers/extract/model/cuts.h"
#include "workers/extract/model/weights.h"

enum { VERDICT_BEST = 5 };

/* The best candidates of a number, best first; `labels` may hold LABEL_NONE. */
struct verdict {
    size_t count;
    uint16_t labels[VERDICT_BEST];
    int32_t scores[VERDICT_BEST];
    bool present[VERDICT_BEST], barred[VERDICT_BEST];
    int32_t none; /* the score of "none" */
    int32_t sure; /* settle.h: the log-odds that the best indicator is right, in WEIGHTS_UNIT */
};

void verdict_of(struct verdict *verdict, const struct number_evidence *evidence,
                const int32_t scores[EVIDENCE_CANDIDATES]);

/* The best indicator's place; `count` if there is none. */
size_t verdict_leading(const struct verdict *verdict);
/* The label that is asserted, or LABEL_NONE. */
uint16_t verdict_asserted(const struct verdict *verdict, const struct cuts *cuts);
/* Those that a person may be asked about, best first; how many. None beside an asserted one. */
size_t verdict_proposed(const struct verdict *verdict, const struct cuts *cuts,
                        uint16_t labels[VERDICT_BEST]);

/* A report has many numbers and a person little time: of the `count` sums of numbers that have
 * something to propose, the least that is still asked about (sorts them). */
int32_t verdict_least_asked(int32_t *sums, size_t count, const struct cuts *cuts);

#endif
