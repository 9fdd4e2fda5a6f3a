/* page_grid.h - the columns of a table on a page, and its lines of words by column. Private to
 * page_table.c and page_grid.c. */
#ifndef XIANZHI_INGEST_FORMAT_PAGE_GRID_H
#define XIANZHI_INGEST_FORMAT_PAGE_GRID_H

#include "workers/ingest/format/page_columns.h"

enum { MAX_GRID_COLUMNS = 64 };

/* Words side by side in one column (or across several). */
struct grid_line {
    struct page_piece piece;
    const struct page_row *row;
    size_t row_index;       /* in the region */
    unsigned column, spans; /* columns it lies across, from `column` on */
    bool figure;            /* a number and little else */
    size_t cell;            /* of page_table.c: the line that its cell begins with */
};

struct page_grid {
    float separators[MAX_GRID_COLUMNS]; /* between column i and i + 1 */
    unsigned columns;
    struct grid_line *lines; /* by row, then from left to right */
    size_t count, capacity;
};

struct page_grid page_grid_make(struct arena *arena, const struct page_rows *rows,
                                const struct page_region *region, size_t first, size_t count);

#endif
