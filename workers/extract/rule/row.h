/* row.h - table cells as sentences: row head, column head, cell. */
#ifndef XIANZHI_EXTRACT_ROW_H
#define XIANZHI_EXTRACT_ROW_H

#include "proto/memory.h"
#include "proto/report.h"

/* The cell of table row `sentence` that holds quantity `first` (index into report->quantities),
 * with its heads in front: text into `out`, the cell's quantities (spans from 0) into `edited`, at
 * most `max`. Returns how many they are, at least 1. */
size_t row_cell(const struct report *report, size_t sentence, size_t first, size_t end,
                struct buffer *out, struct quantity *edited, size_t max);

#endif
