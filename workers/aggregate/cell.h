/* cell.h - what stands under a row key: a unit's value, or a roll-up's statistics. Evidence stands
 * in the unit's filing. */
#ifndef XIANZHI_AGGREGATE_CELL_H
#define XIANZHI_AGGREGATE_CELL_H

#include "proto/memory.h"
#include "proto/reading.h"

/* Both append. Of `row`: level, value, bound, conflict, unit, label; or level, children, reporting,
 * sum … max, unit, label. */
void cell_write_value(const struct row *row, struct buffer *out);
void cell_write_rollup(const struct row *row, struct buffer *out);

/* Fills in the same fields; texts point into `bytes`. STATUS_FATAL: damaged. */
enum status cell_read(struct slice bytes, struct row *row, struct error *error);

#endif
