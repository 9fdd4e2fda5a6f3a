/* query_view.h - what becomes of the rows that a query finds: left as they come, sorted and cut, or
 * turned into another shape; and where they go, to the terminal or into a file.
 */
#ifndef XIANZHI_DEPLOY_QUERY_VIEW_H
#define XIANZHI_DEPLOY_QUERY_VIEW_H

#include "deploy/commands/print.h"
#include "proto/rows/row_file.h"

enum row_order { ORDER_AS_FOUND, ORDER_BY_VALUE, ORDER_BY_REGION, ORDER_BY_YEAR };

struct query_view {
    const char *format; /* table, csv, jsonl, xlsx, sqlite, dta */
    const char *out;    /* NULL: stdout */
    bool bom, wide;
    uint16_t before, after; /* compared; 0: not */
    enum row_order order;
    uint64_t top;             /* 0: all */
    struct row_source source; /* what a file says of itself */
};

struct query_output;

/* Sorting and other shapes keep all rows in memory; the others write them as they come.
 * STATUS_BAD: the format can't do that. */
enum status query_output_open(struct query_output **output, const struct query_view *view,
                              struct error *error);
enum status query_output_put(struct query_output *output, const struct row *row,
                             struct error *error);
/* `keep` false: what was written is thrown away. *rows: how many were written. */
enum status query_output_close(struct query_output **output, bool keep, uint64_t *rows,
                               struct error *error);

#endif
