/* outline.h - which lines are headings, at which level, and where a run-in title ends. */
#ifndef XIANZHI_WORKERS_SEGMENT_OUTLINE_H
#define XIANZHI_WORKERS_SEGMENT_OUTLINE_H

#include "workers/segment/lines.h"
#include "workers/segment/part_rules.h"

/* What is left of a line behind its title; heading -1 for lines that are none. */
struct outlined {
    int32_t heading;
    uint32_t rest; /* clean offset where the text behind the title begins; line end: nothing */
};

/* Fills report->headings (parts not yet set) and returns one element a line. In the arena. */
struct outlined *outline_build(struct report *report, struct lines lines,
                               const struct part_rules *rules);

#endif
