/* lines.h - the lines of the text proper, with what the later steps ask about each. */
#ifndef XIANZHI_WORKERS_SEGMENT_LINES_H
#define XIANZHI_WORKERS_SEGMENT_LINES_H

#include "proto/report.h"
#include "workers/segment/mark.h"

enum { LONG_LINE_COLUMNS = 250 }; /* wider than any page is set: not measured */

struct line {
    struct span clean; /* without blanks at either end; never empty */
    struct mark mark;
    uint16_t columns; /* width as published, a hanzi counts two; LONG_LINE_COLUMNS: that or more */
    bool indented;    /* began with an ideographic blank, or two and more others */
    bool gap;         /* an empty line stands before it */
    bool table;       /* a table row: cells parted by tabs */
    bool inline_mark; /* not a line of its own: begins at a mark within a paragraph that lost breaks
                       */
};

struct lines {
    struct line *items;
    size_t count;
};

/* The non-empty lines of meta.body (of all the clean text where body is empty). In the arena. */
struct lines lines_find(struct report *report);

static inline struct slice line_text(const struct report *report, const struct line *line)
{
    return slice_range(report->clean, line->clean.start, line->clean.end);
}

#endif
