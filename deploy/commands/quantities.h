/* quantities.h - the figures of one report for a person's eyes: by section, sentence by sentence.
 * Pure but for the report's arena. */
#ifndef XIANZHI_DEPLOY_QUANTITIES_H
#define XIANZHI_DEPLOY_QUANTITIES_H

#include "proto/base/memory.h"
#include "proto/report.h"

/* Appends the report's sentences that hold figures, each with its figures below:
 *
 *   一、主要举措 › （二）依法行政
 *     共受理行政复议案件⟦9件⟧，办结6件。
 *             9  件    reconsideration.accepted   #1
 *
 * `all`: also figures that state no indicator, and why; and, below, numbers that were left out
 * since they may not be whole. Without colour only the figures that are listed are marked. */
void put_quantities(struct buffer *out, struct report *report, bool all, bool colour);

#endif
