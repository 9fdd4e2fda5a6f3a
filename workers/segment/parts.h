/* parts.h - which required part every heading and sentence belongs to, and which are there at all.
 */
#ifndef XIANZHI_WORKERS_SEGMENT_PARTS_H
#define XIANZHI_WORKERS_SEGMENT_PARTS_H

#include "workers/segment/part_rules.h"

/* Sets heading.part, sentence.part and report->parts. Headings and sentences must be there. */
void parts_assign(struct report *report, const struct part_rules *rules);

#endif
