/* extract.h - the third stage: quantities, indicators, facts, audits, sketches. */
#ifndef XIANZHI_EXTRACT_EXTRACT_H
#define XIANZHI_EXTRACT_EXTRACT_H

#include "workers/stage.h"

extern const struct stage extract_stage;

/* Says whether the report is a scan, and turns asserted figures that were read off a picture into
 * proposed ones, where nothing else in the report agrees with them. They come on top of the questions that cuts.h allows: each was sure but
 * for its reading. Their `rule` stays. */
void scanned_propose(struct report *report);

/* Fills report->facts from the quantities that bear an indicator, or may; all of it in the arena. */
struct catalogue;
void facts_gather(const struct catalogue *catalogue, struct report *report);

/* The sentence a quantity stands in; of one longer than EXCERPT_MAX_BYTES (no prose, or prose that
 * lost its marks) the part around it, so that evidence never outgrows the report. */
enum { EXCERPT_MAX_BYTES = 6000 };
struct slice excerpt_of(const struct report *report, const struct quantity *quantity);

/* What stands around a span of `text`, `reach` bytes at most on either side, in whole characters. */
struct slice window_of(struct slice text, struct span around, uint32_t reach);

/* "一、…\n（三）…": the headings above a sentence, outermost first; empty before the first one. */
struct slice section_of(struct report *report, int32_t heading);

#endif
