/* text.h - text with its runs, as shared strings and cells hold it. */
#ifndef XIANZHI_INGEST_FORMAT_XLSX_TEXT_H
#define XIANZHI_INGEST_FORMAT_XLSX_TEXT_H

#include "proto/base/memory.h"
#include "proto/doors/xml.h"

/* The text of the element opened at `depth`, up to its end. */
void text_read(struct xml *xml, unsigned depth, struct buffer *out);

#endif
