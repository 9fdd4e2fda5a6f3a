/* segment.h - the second stage: clean text to outline, sentences and parts. */
#ifndef XIANZHI_WORKERS_SEGMENT_SEGMENT_H
#define XIANZHI_WORKERS_SEGMENT_SEGMENT_H

#include "workers/stage.h"

extern const struct stage segment_stage;

/* The stage's work on one report, for commands that have no stage: loads the rules each time. */
enum status segment_read(struct report *report, struct error *error);

#endif
