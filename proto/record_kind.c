/* record_kind.c - what the records are called. Pure. */
#include "proto/record.h"

const char *record_kind(enum stage_id next)
{
    static const char *const kinds[STAGE_COUNT] = {"document", "scan", "text", "outline", "facts"};
    return kinds[next];
}
