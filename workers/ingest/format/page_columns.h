/* page_columns.h - the order in which a page is read: across, or column by column. */
#ifndef XIANZHI_INGEST_FORMAT_PAGE_COLUMNS_H
#define XIANZHI_INGEST_FORMAT_PAGE_COLUMNS_H

#include "workers/ingest/format/page.h"

/* Rows that are read from top to bottom: a whole page, one of its columns, or what stands across.
 */
struct page_region {
    struct page_row *rows;
    size_t count, capacity;
    float left, right; /* the margins of its text */
};

struct page_regions {
    struct page_region *items; /* in reading order */
    size_t count, capacity;
};

/* Rows that are furniture or notes are left out. */
struct page_regions page_columns_part(struct arena *arena, const struct page_rows *rows);

#endif
