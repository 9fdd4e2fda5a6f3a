/* row.h - table cells as sentences: row head, column head, cell. */
#ifndef XIANZHI_EXTRACT_ROW_H
#define XIANZHI_EXTRACT_ROW_H

#include "proto/base/memory.h"
#include "proto/report.h"
#include "workers/extract/quantity/grid.h"

/* A row with what is the same for all its cells, read once. Must not be copied. */
struct row_view {
    struct grid_row grid;
    struct slice captions[GRID_MAX_CAPTIONS];
    size_t caption_count;
    struct slice group;
};

void row_read(const struct report *report, size_t sentence, struct row_view *row);

/* The cell of the table row that holds quantity `first` (index into report->quantities),
 * with its heads in front: text into `out`, the cell's quantities (spans from 0) into `edited`, at
 * most `max`. Returns how many they are, at least 1. */
size_t row_cell(const struct report *report, const struct row_view *row, size_t first, size_t end,
                struct buffer *out, struct quantity *edited, size_t max);

#endif
