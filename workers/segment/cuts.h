/* cuts.h - taking bytes out of the clean text while every offset still leads back to the original.
 */
#ifndef XIANZHI_WORKERS_SEGMENT_CUTS_H
#define XIANZHI_WORKERS_SEGMENT_CUTS_H

#include "proto/report.h"

/* Removes the clean spans `cuts` (rising, not touching one another) from report->clean and sets
 * shifts and meta.body right. The old bytes stay where they are, so slices into them stay valid;
 * clean offsets that anyone else kept do not. */
void clean_cut(struct report *report, const struct span *cuts, size_t count);

#endif
