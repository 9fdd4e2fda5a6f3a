/* filing_private.h - what the filing's own files share. */
#ifndef XIANZHI_RESULTS_FILING_PRIVATE_H
#define XIANZHI_RESULTS_FILING_PRIVATE_H

#include "workers/results/filing.h"

/* Beside a mention's bound: where in the original it stands follows at its end. */
enum { PLACE_FOLLOWS = 0x80 };
/* page, paragraph, box in quarters of a point. */
void code_place(struct buffer *out, const struct locus *place);
void coded_place(struct coded *in, struct locus *place);

/* A mention's byte behind its offset: its state in the lowest two bits, then these. Who has
 * reviewed it follows, then the place. */
enum { ORIGIN_SHIFT = 2, TOTAL_SHIFT = 3, REVIEW_SHIFT = 4, ROLLUP_SHIFT = 6, TWO_BITS = 3 };

/* Runs are gathered in scratch->bytes, run_end behind each, and written with their ends at once. */
void run_end(struct filing_scratch *scratch);
void runs_write(struct filing_scratch *scratch, struct buffer *out);
/* False: there is none, or it lies outside. */
bool run_at(const struct runs *runs, size_t index, struct slice *run);

/* Room in the scratch's arrays for `count`. */
void filing_scratch_reserve(struct filing_scratch *scratch, size_t count);

#endif
