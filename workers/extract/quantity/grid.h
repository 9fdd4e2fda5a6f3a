/* grid.h - the cells of a table row, and what stands above and before them. */
#ifndef XIANZHI_EXTRACT_GRID_H
#define XIANZHI_EXTRACT_GRID_H

#include "proto/report.h"

enum {
    GRID_MAX_CELLS = 256, /* of a row; what stands behind them is in none */
    GRID_MAX_LABELS = 64, /* columns in front that may tell what a row is about */
    GRID_MAX_HEADS = 4,
    GRID_MAX_CAPTIONS = 3,
};

struct grid_cells {
    struct span cells[GRID_MAX_CELLS]; /* clean, without blanks at either end */
    size_t count;
};

struct grid_row {
    size_t sentence;
    struct span *cells; /* of `own` */
    size_t count;
    size_t shift; /* cells missing in front: cell i stands in column i + shift */
    struct grid_cells own, heads[GRID_MAX_HEADS]; /* the innermost head first */
    size_t head_count;
};

/* Reads row and heads once; the struct must not be copied. All slices lead into the report's clean
 * text. */
void grid_read(const struct report *report, size_t sentence, struct grid_row *row);
struct slice grid_cell(const struct report *report, const struct grid_row *row, size_t cell);
/* The heads of the column that cell `cell` stands in, outermost first; how many. */
size_t grid_heads(const struct report *report, const struct grid_row *row, size_t cell,
                  struct slice out[GRID_MAX_HEADS]);
/* The innermost of them, or empty. */
struct slice grid_head(const struct report *report, const struct grid_row *row, size_t cell);
/* What stands in column `column` of the row, or of the nearest above it where that is empty. */
struct slice grid_label(const struct report *report, const struct grid_row *row, size_t column);
/* The row of one filled cell that the row belongs to (行政复议 above 受理, 办结), or empty. */
struct slice grid_group(const struct report *report, const struct grid_row *row);
/* The short lines above the table, nearest first: its title, 单位：万元. How many. */
size_t grid_captions(const struct report *report, const struct grid_row *row,
                     struct slice out[GRID_MAX_CAPTIONS]);

#endif
