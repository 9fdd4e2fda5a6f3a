/* columns.h - tables whose cells are parted by | or by blanks instead of tabs. */
#ifndef XIANZHI_INGEST_COLUMNS_H
#define XIANZHI_INGEST_COLUMNS_H

#include "proto/report.h"

enum column_mark { COLUMNS_NONE, COLUMNS_BARS, COLUMNS_BLANKS };

/* A line of such a table. */
struct column_line {
    struct span text; /* text offsets, without the line break */
    enum column_mark mark;
    bool rule;        /* |---|---|: parts the head from the rows, holds nothing */
    bool opens_empty; /* the blanks that it begins with part an empty cell from the second */
};

struct column_lines {
    struct column_line *items;
    size_t count;
};

/* Those of a whole text, in order; in the arena. */
struct column_lines columns_find(struct arena *arena, struct slice text);

/* Bytes of what parts two cells at `at` in such a line, else 0; *edge: it stands at one of the
 * line's ends, where no cell is parted. */
size_t columns_mark_at(const struct column_line *line, struct slice text, size_t at, bool *edge);

#endif
