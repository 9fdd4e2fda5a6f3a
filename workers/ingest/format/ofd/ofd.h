/* ofd.h - one page of an OFD as its reader knows it: for drawing it. In a child. */
#ifndef XIANZHI_INGEST_FORMAT_OFD_H
#define XIANZHI_INGEST_FORMAT_OFD_H

#include "workers/ingest/format/ofd/content.h"

struct ofd_page {
    struct page page; /* as the text is made of it, words in the order of the file */
    struct ofd_picture *pictures;
    size_t picture_count;
};

/* Page `number` (from 1), and no other. Everything lives in the arena. STATUS_BAD: damaged, or no
 * such page. */
enum status ofd_page_read(struct arena *arena, struct slice bytes, unsigned number,
                          struct ofd_page *page, struct error *error);

#endif
