/* item_table.h - items of a list (proto/rows/listing.h) as CSV, as JSON lines, or as a table for a
 * person: a few columns of each list, in his language, that line up. One thread owns a printer. */
#ifndef XIANZHI_DEPLOY_ITEM_TABLE_H
#define XIANZHI_DEPLOY_ITEM_TABLE_H

#include "proto/reading.h"

#include <stdio.h>

struct item_printer {
    FILE *out;
    const char *format; /* "table", "csv", "jsonl" */
    bool bom, headed;
    uint64_t count; /* items printed */
};

/* A page's items at once: a table's columns are measured by the page. */
void items_print(struct item_printer *printer, const struct answer *page);

#endif
