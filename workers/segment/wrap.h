/* wrap.h - paragraphs that were broken into lines of page width are put together again. */
#ifndef XIANZHI_WORKERS_SEGMENT_WRAP_H
#define XIANZHI_WORKERS_SEGMENT_WRAP_H

#include "workers/segment/lines.h"

/* Takes out line breaks (and the blanks around them) inside paragraphs and headings. Returns
 * whether any was: then `lines` no longer fit the text and have to be found anew. */
bool wraps_join(struct report *report, struct lines lines);

/* Whether a line begins an enumeration inside a text: 一是, 首先, 其二. */
bool begins_enumeration(struct slice line);

#endif
