/* tally.h - the figures of one parent's children, gathered indicator by indicator, and their
 * statistics. */
#ifndef XIANZHI_RESULTS_TALLY_H
#define XIANZHI_RESULTS_TALLY_H

#include "workers/results/names.h"
#include "workers/results/panel.h"

struct tally_line; /* of one indicator */

struct tally {
    struct tally_line *lines; /* by number of the indicator */
    uint32_t count;
    uint32_t *used; /* numbers of the lines that hold figures */
    uint32_t used_count;
};

void tally_add(struct tally *tally, uint32_t indicator, double value, uint32_t unit);
/* Appends a roll-up for each indicator that has figures (parent, year and level as in `pattern`)
 * and empties the tally. `units` tells what unit numbers stand for. */
void tally_close(struct tally *tally, const struct rollup *pattern, const struct names *units,
                 struct rollup_list *out);
void tally_release(struct tally *tally);

#endif
