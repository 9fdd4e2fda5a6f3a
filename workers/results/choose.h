/* choose.h - which of several figures for one indicator is the unit's value. */
#ifndef XIANZHI_RESULTS_CHOOSE_H
#define XIANZHI_RESULTS_CHOOSE_H

#include "workers/results/figures.h"

struct choice {
    uint32_t chosen; /* index into figures */
    bool conflict;   /* the mentions give different figures */
};

/* `mentions`: indexes of figures of one indicator, in order of appearance, at least one. The value
 * is what a person has said; else the one given as a total (共, 共计, 累计, 全年), else the
 * largest; for rates the first. Of several totals the same holds among them. The same
 * figure twice is no conflict, and a person's word settles one. */
struct choice choose_value(const struct figure *figures, const uint32_t *mentions, size_t count);

#endif
