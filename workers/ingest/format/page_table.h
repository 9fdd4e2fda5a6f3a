/* page_table.h - tables of a page, told from where words stand: no lines are known. */
#ifndef XIANZHI_INGEST_FORMAT_PAGE_TABLE_H
#define XIANZHI_INGEST_FORMAT_PAGE_TABLE_H

#include "workers/ingest/format/page_columns.h"

/* How many rows of the region, from `first` on, are a table; 0: none begins there. */
size_t page_table_extent(const struct page_rows *rows, const struct page_region *region,
                         size_t first);

/* Adds rows [first, first + count) of the region as rows of a table. */
void page_table_read(const struct page_rows *rows, const struct page_region *region, size_t first,
                     size_t count, struct blocks *blocks);

#endif
