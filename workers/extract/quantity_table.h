/* quantity_table.h - the quantities of one table row. */
#ifndef XIANZHI_EXTRACT_QUANTITY_TABLE_H
#define XIANZHI_EXTRACT_QUANTITY_TABLE_H

#include "workers/extract/quantity_prose.h"

/* `row` and `head` are spans of `text` with cells parted by tabs; head may be empty. Adds one
 * quantity for each cell that is a number, whose unit stands in the cell, in the row's 单位 cell,
 * in its row head or in its column head; cells of prose are read as prose. */
void quantity_table_row(const struct quantity_rules *rules, struct slice text, struct span row,
                        struct span head, struct quantity_list *list);

#endif
