/* dictionary.h - the store's indicators: a number for each, kept in the store, and its label.
 *
 * Numbers keep the panel and the change log small. Labels are for roll-ups and for rows that are
 * gone; a unit's row has its own. The latest label seen stands. One thread owns a dictionary.
 */
#ifndef XIANZHI_RESULTS_DICTIONARY_H
#define XIANZHI_RESULTS_DICTIONARY_H

#include "proto/kv/kv.h"
#include "proto/report.h"
#include "workers/results/names.h"

struct dictionary {
    struct names names;
    struct buffer *labels; /* by number */
    enum rollup_rule *rollups;
    uint32_t *ranks;   /* by number: place in byte order of the ids */
    uint32_t *by_rank; /* the other way */
    uint32_t ranked;   /* how many of them are ranked */
    uint32_t capacity;
};

/* Reads what stands in `family` of the kv, forgetting what was known. */
enum status dictionary_load(struct dictionary *dictionary, struct kv *kv, unsigned family,
                            struct error *error);
/* The number of an indicator; a new one, a new label or roll-up (unknown: as it is known) is put
 * into the batch. */
uint32_t dictionary_note(struct dictionary *dictionary, struct slice indicator, struct slice label,
                         enum rollup_rule rollup, struct kv_batch *batch, unsigned family);

static inline uint32_t dictionary_count(const struct dictionary *dictionary)
{
    return dictionary->names.count;
}

struct slice dictionary_indicator(const struct dictionary *dictionary, uint32_t number);
enum rollup_rule dictionary_rollup(const struct dictionary *dictionary, uint32_t number);
struct slice dictionary_label(const struct dictionary *dictionary, uint32_t number);
/* Brings ranks and by_rank up to date. */
void dictionary_rank(struct dictionary *dictionary);
void dictionary_release(struct dictionary *dictionary);

#endif
