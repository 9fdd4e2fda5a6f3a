/* nearest.h - what comes nearest to a word that nothing goes by: one answer for the command line
 * and the console. */
#ifndef XIANZHI_INTAKE_NEAREST_H
#define XIANZHI_INTAKE_NEAREST_H

#include "proto/base/slice.h"
#include "proto/base/status.h"

enum { NEAREST = 3 };

/* Starts as {.word = …}; names and codes are borrowed. */
struct nearest {
    struct slice word;
    struct near {
        struct slice name, code;
        unsigned distance;
    } items[NEAREST];
};

void nearest_try(struct nearest *nearest, struct slice name, struct slice code);
/* STATUS_BAD: the word is no `what` (a literal: "indicator", "region"), and what comes nearest. */
enum status nearest_refuse(const struct nearest *nearest, const char *what, struct error *error);

#endif
