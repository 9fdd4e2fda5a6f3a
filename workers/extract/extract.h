/* extract.h - the third stage: quantities, indicators, facts, audits, sketches. */
#ifndef XIANZHI_EXTRACT_EXTRACT_H
#define XIANZHI_EXTRACT_EXTRACT_H

#include "workers/stage.h"

extern const struct stage extract_stage;

/* Fills report->facts from the quantities that bear an indicator; all of it in the arena. */
struct catalogue;
void facts_gather(const struct catalogue *catalogue, struct report *report);

/* The sentence a quantity stands in; of one longer than EXCERPT_MAX_BYTES (no prose, or prose that
 * lost its marks) the part around it, so that evidence never outgrows the report. */
enum { EXCERPT_MAX_BYTES = 6000 };
struct slice excerpt_of(const struct report *report, const struct quantity *quantity);

/* "一、…\n（三）…": the headings above a sentence, outermost first; empty before the first one. */
struct slice section_of(struct report *report, int32_t heading);

#endif
