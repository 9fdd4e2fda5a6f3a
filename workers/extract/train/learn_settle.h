/* learn_settle.h - learns the weights of settle.h from verdicts of models that had not seen the
 * report. */
#ifndef XIANZHI_EXTRACT_LEARN_SETTLE_H
#define XIANZHI_EXTRACT_LEARN_SETTLE_H

#include "workers/extract/model/settle.h"
#include "workers/extract/train/measure.h"

/* One number: its terms, and whether its leading indicator is right. */
struct settle_lesson {
    struct settle_terms terms;
    uint32_t lesson;
    bool known; /* it has an opinion and a leading indicator */
    bool right;
};

/* Makes them of all lessons with an opinion, report by report; `made` has room for each lesson.
 * `group` of a label as in struct standing. */
void settle_lessons(const struct lessons *lessons, const struct opinion *opinions,
                    const uint16_t *group, struct settle_lesson *made);

/* Learns from the lessons whose documents `use` holds. */
void learn_settle(const struct lessons *lessons, const struct settle_lesson *taught,
                  const bool *use, int32_t weights[SETTLE_TERMS]);

#endif
