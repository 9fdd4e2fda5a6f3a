/* mixed.h - whether what was read was read by the same rules: rows of several catalogues side by
 * side may differ by the rules alone. */
#ifndef XIANZHI_DEPLOY_MIXED_H
#define XIANZHI_DEPLOY_MIXED_H

#include "proto/rows/row.h"

enum { MIXED_CATALOGUES = 8 };

/* Zero-initialise. */
struct mixed {
    struct {
        char catalogue[32];
        uint64_t rows;
    } of[MIXED_CATALOGUES]; /* the most; others are not told apart */
    unsigned count;
};

void mixed_note(struct mixed *mixed, const struct row *row);
/* Warns on stderr where there was more than one. */
void mixed_tell(const struct mixed *mixed, const char *command);

#endif
