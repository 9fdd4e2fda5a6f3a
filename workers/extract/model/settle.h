/* settle.h - how sure the leading indicator of a number is, seen among the other numbers of its
 * report.
 *
 * The first sum (weights.h) knows one number's surroundings. What a whole report tells comes here:
 * the same indicator led by another number of the sentence, of the next ones or of the rest, larger
 * or surer; neighbours of the same group that are named or not. A report states an indicator once,
 * as a rule: of two numbers that both lead with it, the part is mostly the smaller and the less
 * sure. Again a sum of whole numbers that a person can add up.
 */
#ifndef XIANZHI_EXTRACT_SETTLE_H
#define XIANZHI_EXTRACT_SETTLE_H

#include "workers/extract/model/verdict.h"

/* A number and what leads it. */
struct standing {
    uint16_t best, second;      /* indicators; LABEL_NONE: no candidate at all */
    uint16_t group;             /* of the best: those whose ids begin alike */
    bool barred;                /* a scope bars the best one's rule */
    int32_t to_none, to_second; /* how far the best lies above them, in WEIGHTS_UNIT */
    double value;
    uint32_t sentence;
};

enum {
    SETTLE_RELATIONS = 60,
    SETTLE_MARGINS = 5,
    SETTLE_TERMS = SETTLE_RELATIONS + SETTLE_MARGINS,
    SETTLE_MARGIN_LEAST = -400, /* in WEIGHTS_UNIT: a best so far below "none" is as good as none */
};

/* What is summed: relations that hold, bit by bit, and margins in WEIGHTS_UNIT. */
struct settle_terms {
    uint64_t relations;
    int32_t margins[SETTLE_MARGINS];
};

/* "settle:sentence surer", as the weights' file has it; of the terms behind the relations the
 * margins'. NULL: that term is not used. */
const char *settle_name(size_t term);

/* The terms of each of a report's numbers, in order of appearance. Linear in their count. */
void settle_collect(const struct standing *all, size_t count, struct settle_terms *terms);

/* In hundredths of the log-odds that the leading indicator is right. */
int32_t settle_sum(const int32_t weights[SETTLE_TERMS], const struct settle_terms *terms);

/* From a verdict to a standing; its group is left to the caller, who knows the ids. */
struct standing standing_of(const struct verdict *verdict, double value, uint32_t sentence);

#endif
