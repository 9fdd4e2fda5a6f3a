/* stages.c - the line, in order. Constant data; any thread. */
#include "workers/stages.h"

const struct stage *const stages[] = {&ingest_stage, &ocr_stage, &segment_stage, &extract_stage,
                                      &aggregate_stage, NULL};
