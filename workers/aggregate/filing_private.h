/* filing_private.h - what the filing's own files share. */
#ifndef XIANZHI_AGGREGATE_FILING_PRIVATE_H
#define XIANZHI_AGGREGATE_FILING_PRIVATE_H

#include "workers/aggregate/filing.h"

/* Runs are gathered in scratch->bytes, run_end behind each, and written with their ends at once. */
void run_end(struct filing_scratch *scratch);
void runs_write(struct filing_scratch *scratch, struct buffer *out);
/* False: there is none, or it lies outside. */
bool run_at(const struct runs *runs, size_t index, struct slice *run);

/* Room in the scratch's arrays for `count`. */
void filing_scratch_reserve(struct filing_scratch *scratch, size_t count);

#endif
