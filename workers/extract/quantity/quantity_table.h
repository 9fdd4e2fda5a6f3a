/* quantity_table.h - the quantities of one table row. */
#ifndef XIANZHI_EXTRACT_QUANTITY_TABLE_H
#define XIANZHI_EXTRACT_QUANTITY_TABLE_H

#include "workers/extract/quantity/quantity_prose.h"

/* The row `sentence` of the report, its cells parted by tabs. Adds one quantity for each cell that
 * is a number, whose unit stands in the cell, in the row's 单位 cell, in its row head, in its
 * column's heads or above the table; cells of prose are read as prose. */
void quantity_table_row(const struct quantity_rules *rules, const struct report *report,
                        size_t sentence, struct quantity_list *list);

#endif
