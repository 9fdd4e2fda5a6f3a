/* page_prose.h - lines of a page into paragraphs, across columns and pages. */
#ifndef XIANZHI_INGEST_FORMAT_PAGE_PROSE_H
#define XIANZHI_INGEST_FORMAT_PAGE_PROSE_H

#include "workers/ingest/format/page_columns.h"

/* The paragraph at hand. Zero-initialise with blocks set. */
struct page_prose {
    struct blocks *blocks;
    bool open;
    float room; /* between the end of its last line and the right margin */
    const struct page *page;
    struct page_box last; /* its last line */
    float height;         /* of that */
};

void page_prose_line(struct page_prose *prose, const struct page_rows *rows,
                     const struct page_region *region, const struct page_row *row);
/* Something else comes (a table): the paragraph ends. */
void page_prose_end(struct page_prose *prose);

#endif
