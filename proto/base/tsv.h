/* table.h - readable data files: a row a line, columns parted by tabs, # begins a comment line. */
#ifndef XIANZHI_PROTO_BASE_TSV_H
#define XIANZHI_PROTO_BASE_TSV_H

#include "proto/base/slice.h"
#include "proto/base/status.h"

enum { TABLE_MAX_COLUMNS = 8 };

struct table {
    char *bytes; /* the whole file; rows point into it */
    struct table_row {
        struct slice columns[TABLE_MAX_COLUMNS]; /* empty where the line has fewer */
        uint32_t line;                           /* from 1 */
    } * rows;
    size_t count;
    char path[512];
};

/* Reads the file at data_path(`relative`). STATUS_FATAL: missing, unreadable, or a line with fewer
 * than `min_columns` columns (the error names file and line). table_release accepts a zeroed one.
 */
enum status table_load(struct table *table, const char *relative, unsigned min_columns,
                       struct error *error);
void table_release(struct table *table);

#endif
