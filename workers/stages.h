/* stages.h - the stages by name; each is defined in its own folder. */
#ifndef XIANZHI_WORKERS_STAGES_H
#define XIANZHI_WORKERS_STAGES_H

#include "workers/stage.h"

extern const struct stage ingest_stage, ocr_stage, segment_stage, extract_stage, aggregate_stage;

#endif
