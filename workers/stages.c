/* stages.c - the line, in order. Constant data; any thread. */
#include "workers/stages.h"

#include <string.h>

const struct stage *const stages[] = {&ingest_stage, &segment_stage, &extract_stage,
                                      &aggregate_stage, NULL};

const struct stage *stage_by_name(const char *name)
{
    for (size_t i = 0; stages[i]; i++)
        if (strcmp(stages[i]->name, name) == 0)
            return stages[i];
    return NULL;
}
