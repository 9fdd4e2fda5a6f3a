/* lines.h - paths of an OFD page as ruled lines. */
#ifndef XIANZHI_INGEST_FORMAT_OFD_LINES_H
#define XIANZHI_INGEST_FORMAT_OFD_LINES_H

#include "workers/ingest/format/ofd/content.h"

/* Adds the straight lines of AbbreviatedData ("M 0 0 L 50 0 C"; GB/T 33190, 9.1) that lie level or
 * stand upright, MAX_PAGE_RULES of a page at most. Curves are moved along, not drawn. */
void ofd_lines_add(struct ofd_content *content, struct slice data, struct ofd_matrix matrix);

#endif
