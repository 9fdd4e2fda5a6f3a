/* page_furniture.h - what stands at the top and bottom of pages and is not the text. */
#ifndef XIANZHI_INGEST_FORMAT_PAGE_FURNITURE_H
#define XIANZHI_INGEST_FORMAT_PAGE_FURNITURE_H

#include "workers/ingest/format/page.h"

/* Marks page numbers, running heads and footnotes among the rows of `count` pages. */
void page_furniture_mark(struct arena *arena, struct page_rows *pages, size_t count);

#endif
