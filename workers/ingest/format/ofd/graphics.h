/* graphics.h - numbers and places in an OFD (GB/T 33190-2016): lists, boxes, matrices. */
#ifndef XIANZHI_INGEST_FORMAT_OFD_GRAPHICS_H
#define XIANZHI_INGEST_FORMAT_OFD_GRAPHICS_H

#include "proto/base/slice.h"

/* Millimetres to points. */
#define OFD_POINTS (72.0 / 25.4)

enum { OFD_MAX_DELTAS = 100000 };

/* x' = a x + c y + e, y' = b x + d y + f: as the standard writes CTM. */
struct ofd_matrix {
    double a, b, c, d, e, f;
};

/* Reads up to `count` numbers parted by blanks; how many there were. */
unsigned ofd_numbers(struct slice text, double *numbers, unsigned count);

/* "1 0 0 1 0 0"; the identity for anything else. */
struct ofd_matrix ofd_matrix_read(struct slice text);
/* First `inner`, then `outer`. */
struct ofd_matrix ofd_matrix_join(struct ofd_matrix outer, struct ofd_matrix inner);
struct ofd_matrix ofd_matrix_move(double x, double y);

/* The distances from one character to the next, "4.2 g 3 5.1 4": one at a time. Zero-initialise
 * with `text`. False past the end. */
struct ofd_deltas {
    struct slice text;
    size_t at;
    double value;
    unsigned again; /* how many more times `value` */
};
bool ofd_deltas_next(struct ofd_deltas *deltas, double *value);

#endif
