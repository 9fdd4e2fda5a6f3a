/* terms.h - the sums behind a number's state, written out so that a person can add them up. */
#ifndef XIANZHI_EXTRACT_TERMS_H
#define XIANZHI_EXTRACT_TERMS_H

#include "workers/extract/model/settle.h"
#include "workers/extract/model/verdict.h"
#include "workers/extract/rule/catalogue.h"

/* Of the leading indicator, of the next one and of "none": the sum, its largest terms and what the
 * others make together, a line each. `evidence` must have been collected with names. */
void terms_of_verdict(struct buffer *out, const struct catalogue *catalogue,
                      const struct number_evidence *evidence, const struct verdict *verdict);

/* The line of the second sum, among the other numbers of the report. */
void terms_of_settling(struct buffer *out, const struct weights *weights,
                       const struct settle_terms *terms, int32_t sure);

/* What came of them: the state, and why it is no better one. `scopes`: bits of those that hold;
 * `least_asked`: of the sums that a person is asked about (verdict.h). */
void terms_of_state(struct buffer *out, const struct catalogue *catalogue,
                    const struct verdict *verdict, const struct cuts *cuts, int32_t least_asked,
                    uint64_t scopes);

#endif
