/* html_line.h - a line of a web page being put together: blanks as a browser shows them.
 *
 * Blanks and line breaks of the source collapse into one blank, and into none at the ends of a line
 * and, where there was a line break, between two hanzi.
 */
#ifndef XIANZHI_INGEST_FORMAT_HTML_LINE_H
#define XIANZHI_INGEST_FORMAT_HTML_LINE_H

#include "workers/ingest/format/blocks.h"

/* Zero-initialise with blocks set. */
struct html_line {
    struct blocks *blocks;
    enum block_kind kind; /* of the block that the next text begins */
    bool in_cell;         /* of a table: breaks are blanks */
    bool blank, broke;    /* blanks are waiting to be written; a line break was among them */
    uint32_t last;        /* the character written last, 0 at the start of a line */
    struct slice marker;  /* "1. " of a list item: in front of its first text */
};

void html_line_add(struct html_line *line, struct slice text);
/* Every blank and every break as it stands (pre). */
void html_line_add_kept(struct html_line *line, struct slice text);
/* Only the line breaks as they stand (pre-line). */
void html_line_add_lines(struct html_line *line, struct slice text);
void html_line_end(struct html_line *line);

#endif
