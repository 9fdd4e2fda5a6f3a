/* print_private.h - what print.c and table.c share. */
#ifndef XIANZHI_DEPLOY_PRINT_PRIVATE_H
#define XIANZHI_DEPLOY_PRINT_PRIVATE_H

#include "deploy/commands/print.h"
#include "proto/arena.h"

struct row_printer {
    FILE *out;
    enum row_format format;
    struct buffer text; /* not yet written */
    struct arena arena; /* rows kept for a table */
    struct row *rows;
    size_t row_count, capacity;
    bool headed; /* the table's head is printed */
};

void printer_flush(struct row_printer *printer);
/* Print the rows kept so far and forget them. */
void print_table(struct row_printer *printer);
void print_by_unit(struct row_printer *printer);

static inline bool is_rollup(const struct row *row)
{
    return row->children_level != LEVEL_UNKNOWN;
}

#endif
