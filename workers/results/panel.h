/* panel.h - roll-ups, worked out from the governments' figures when they are read.
 *
 * The panel holds one record for each government and year, in order of year, level and region, so
 * that the children of a parent stand together and one pass gives every indicator's statistics.
 */
#ifndef XIANZHI_RESULTS_PANEL_H
#define XIANZHI_RESULTS_PANEL_H

#include "proto/kv/kv.h"
#include "workers/results/dictionary.h"
#include "workers/results/filing.h"
#include "workers/results/regions.h"

struct rollup {
    uint32_t indicator; /* number in the dictionary */
    uint32_t parent;
    uint16_t year;
    enum level children_level;
    uint32_t reporting;
    double sum, mean, min, median, max;
    struct slice unit; /* the commonest of the children's; on a tie the first in byte order;
                          borrowed from the panel's table of units */
};

struct rollup_list {
    struct rollup *items;
    size_t count, capacity;
};

/* Region codes first … last. */
struct code_range {
    uint32_t first, last;
};

/* Which roll-ups are wanted; zero means all. */
struct rollup_wish {
    uint16_t year;
    enum level parent_level, children_level;
    const struct code_range *parents; /* any may hold the parent's code */
    unsigned parent_count;
    const bool *indicators; /* by number */
};

struct panel; /* working storage, kept from one question to the next */

struct panel *panel_new(struct kv *kv, unsigned family, const struct regions *regions,
                        const struct dictionary *dictionary);
void panel_free(struct panel **panel);

/* The record of one government: its filing's figures. */
void panel_write(const struct filing *filing, struct dictionary *dictionary, struct kv_batch *batch,
                 unsigned meta_family, struct buffer *out);

/* Appends what is wished, in the public order (indicator, parent, year, level of children).
 * STATUS_FATAL: the store is damaged. */
enum status panel_rollups(struct panel *panel, const struct rollup_wish *wish,
                          struct rollup_list *out, struct error *error);

/* In the public order. */
int rollup_compare(const struct dictionary *dictionary, const struct rollup *a,
                   const struct rollup *b);

#endif
