/* roll.h - a long sorted list of names with their codes (townships, zones), asked for the longest
 * name that a text has at a place. Read-only once loaded; any number of threads. */
#ifndef XIANZHI_INGEST_ROLL_H
#define XIANZHI_INGEST_ROLL_H

#include "proto/base/memory.h"
#include "proto/base/status.h"
#include "workers/ingest/gazetteer.h"

struct roll {
    struct buffer bytes; /* the file */
    struct roll_line {
        uint32_t start;      /* of the name, in bytes */
        uint16_t name, line; /* bytes of the name; of the whole line */
    } * lines;
    size_t count;
    /* lines that begin with each hanzi of the Basic Multilingual Plane: [first[k], first[k + 1]) */
    uint32_t *first;
};

/* STATUS_FATAL: missing, out of order, or a line without name and codes (named by its number).
 * roll_release accepts a zeroed one. */
enum status roll_load(struct roll *roll, const char *relative, struct error *error);
void roll_release(struct roll *roll);

/* The longest name that `text` has at byte `at`; false if none. */
bool roll_match(const struct roll *roll, struct slice text, size_t at, struct named_codes *found);

#endif
