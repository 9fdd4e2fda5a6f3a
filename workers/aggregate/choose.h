/* choose.h - which of several figures for one indicator is the unit's value. */
#ifndef XIANZHI_AGGREGATE_CHOOSE_H
#define XIANZHI_AGGREGATE_CHOOSE_H

#include "proto/report.h"

struct choice {
    uint32_t chosen; /* index into facts */
    bool conflict;   /* the mentions give different figures */
};

/* `mentions`: indexes of facts of one indicator, in order of appearance, at least one. The value is
 * the one given as a total (共, 共计, 累计, 全年), else the largest; for rates (unit %) the first.
 * Of several totals the same holds among them. The same figure twice is no conflict. */
struct choice choose_value(const struct fact *facts, const uint32_t *mentions, size_t count);

#endif
