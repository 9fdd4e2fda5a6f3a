/* page_turn.h - pages whose text stands on its side or on its head: laid so that it can be read. */
#ifndef XIANZHI_INGEST_FORMAT_PAGE_TURN_H
#define XIANZHI_INGEST_FORMAT_PAGE_TURN_H

#include "workers/ingest/format/page.h"

/* Of a page whose words are in order: finds out which way the page is read, from the shapes of its
 * words and the order that they were given in, and moves words and lines accordingly; page->turn
 * tells what was done. */
void page_turn(struct page *page);

/* Where a box of the page as it was laid stands in the original. */
struct page_box page_turn_back(const struct page *page, struct page_box box);

#endif
