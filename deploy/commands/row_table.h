/* row_table.h - rows for a person's eyes: kept until their columns can be measured, then printed.
 *
 * One thread owns a table; zero is an empty one once `text` and `out` are set. Nothing here fails.
 */
#ifndef XIANZHI_DEPLOY_ROW_TABLE_H
#define XIANZHI_DEPLOY_ROW_TABLE_H

#include "proto/base/arena.h"
#include "proto/reading.h"

#include <stdio.h>

struct row_table {
    struct buffer *text; /* where it is printed to; borrowed */
    FILE *out;           /* where that goes: its width */
    struct arena arena;  /* of the rows */
    struct row *rows;
    size_t row_count, capacity;
    bool headed; /* the head is printed */
};

void row_table_keep(struct row_table *table, const struct row *row); /* a copy */
/* Print the rows kept so far and forget them: as one table, or as one a unit. */
void row_table_print(struct row_table *table);
void row_table_print_by_unit(struct row_table *table);
void row_table_release(struct row_table *table);

/* One readable line a change, for subscribe: "2023  隰县人民政府  受理行政复议案件  9 件". */
void row_line(const struct row *row, struct buffer *out);

#endif
