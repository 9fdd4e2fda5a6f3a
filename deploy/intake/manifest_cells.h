/* manifest_cells.h - rows and cells of a list: parted by commas, semicolons or tabs, quoted or not.
 */
#ifndef XIANZHI_INTAKE_MANIFEST_CELLS_H
#define XIANZHI_INTAKE_MANIFEST_CELLS_H

#include "proto/base/arena.h"

enum { MAX_CELLS = 64 };

struct cells {
    struct slice rest;
    struct arena *arena; /* quoted cells are copied into it */
    char mark; /* what parts them: the one of , ; and tab that the first line has most of */
    unsigned next_line;

    struct slice items[MAX_CELLS]; /* of the present row, trimmed; those beyond are left out */
    size_t count;
    unsigned line; /* on which the row begins, from 1 */
};

void cells_open(struct cells *cells, struct slice text, struct arena *arena);
/* The next row that is not empty; false at the end. */
bool cells_next(struct cells *cells);

#endif
