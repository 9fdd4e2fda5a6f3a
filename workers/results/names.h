/* names.h - small numbers for recurring texts (indicators, units), so that a group's key is one
 * word. Numbers are of this process only, never stored. One thread owns a table. */
#ifndef XIANZHI_RESULTS_NAMES_H
#define XIANZHI_RESULTS_NAMES_H

#include "proto/base/slice.h"

enum { MAX_NAMES = 65535 };

struct name_entry;

struct names {
    struct name_entry *table;
    struct name_entry **list;
    uint32_t count, capacity;
};

/* Number of `text`, a new one when it wasn't known; MAX_NAMES when there are too many. */
uint32_t names_number(struct names *names, struct slice text);
/* The number of a text that is known; else MAX_NAMES. */
uint32_t names_find(const struct names *names, struct slice text);
struct slice names_text(const struct names *names, uint32_t number); /* valid until release */
void names_release(struct names *names);

#endif
