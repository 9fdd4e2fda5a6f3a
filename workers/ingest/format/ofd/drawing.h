/* drawing.h - a page of an OFD as a drawing (SVG) of what the reader knows of it: words in their
 * places, ruled lines, pictures. Turned text, curves, colours and fonts of the file are not in it:
 * it shows where a figure was printed, not how the page looked. */
#ifndef XIANZHI_INGEST_FORMAT_OFD_DRAWING_H
#define XIANZHI_INGEST_FORMAT_OFD_DRAWING_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

/* Appends page `number` (from 1) of the OFD `bytes`, as large as the page in points. It is read and
 * drawn in a child. STATUS_BAD: no such page, or it can't be drawn; STATUS_RETRY: no process can be
 * made now. */
enum status ofd_draw(struct slice bytes, unsigned number, struct buffer *svg, struct error *error);

/* The same in this process: the child's part, for it and for the fuzzer. */
enum status ofd_draw_here(struct slice bytes, unsigned number, struct buffer *svg,
                          struct error *error);

#endif
