/* html_text.h - the text of a web page as a browser shows it, in blocks. */
#ifndef XIANZHI_INGEST_FORMAT_HTML_TEXT_H
#define XIANZHI_INGEST_FORMAT_HTML_TEXT_H

#include "proto/doors/html.h"
#include "workers/ingest/format/blocks.h"

/* Adds what is shown of `page` to `blocks`, and what its head says of it to blocks->page. Never
 * fails; slices of blocks->page are in its arena. */
void html_text_read(const struct html_page *page, struct blocks *blocks);

#endif
