/* weights_private.h - how the weights lie in memory (weights*.c only). */
#ifndef XIANZHI_EXTRACT_WEIGHTS_PRIVATE_H
#define XIANZHI_EXTRACT_WEIGHTS_PRIVATE_H

#include "workers/extract/model/own.h"
#include "workers/extract/model/settle.h"
#include "workers/extract/model/weights.h"

_Static_assert((int)WEIGHTS_LABELS >= (int)CATALOGUE_MAX_INDICATORS, "a column for each");

/* Columns of the row of sums: an indicator's is its label's number and FIRST_LABEL, until they are
 * arranged. */
enum { COLUMN_NONE, COLUMN_ANY, FIRST_LABEL };
_Static_assert(WEIGHTS_COLUMNS / WEIGHTS_STEP <= 64, "steps are bits");
enum { LAST_OF_RUN = 0x8000, LINE_BYTES = WEIGHTS_STEP * sizeof(int16_t) };

struct weight_entry {
    uint16_t column; /* with LAST_OF_RUN */
    int16_t weight;
};

/* The low bits of a feature choose its slot, the high ones tell it from its neighbours: a feature
 * that was never learned takes another's weights once in four thousand million times. */
struct weight_slot {
    uint32_t tag;
    uint32_t run; /* its first entry, from 1, or its row with IS_ROW, or IS_ONE; 0: empty */
};

/* From so many weights on a run is kept as a whole row of sums, most of them 0, which is added many
 * columns at a time; a single one stands in the slot itself. */
enum { ROW_FROM = 24, IS_ROW = 0x40000000 };
#define IS_ONE 0x80000000u /* with its column above ONE_COLUMN and its weight below */
enum { ONE_COLUMN = 16 };

/* Sums of a candidate's numbered features by what they are made of, so that a score is a few
 * look-ups (own_of). */
struct own_sums {
    int32_t action[WHERES][WHERES]; /* object, action, and where both are */
    int32_t about[WHERES][WHERES];  /* about, and where object and it are */
    int32_t against[WHERES];
    int32_t rivals[1 << OWN_RIVALS];
};

struct weights {
    struct weight_slot *slots;
    size_t mask;
    size_t columns; /* in use, a multiple of WEIGHTS_STEP */
    struct weight_entry *entries;
    size_t entry_count;
    int16_t *rows; /* of `columns` each */
    size_t safely; /* so many rows at a time can be added in 16 bits */
    size_t row_count;
    size_t count;
    uint16_t columns_of[WEIGHTS_LABELS]; /* of each label; COLUMN_NONE: it was never learned */
    int32_t settling[SETTLE_TERMS];
    int16_t own[OWN_COUNT];
    struct own_sums sums;
};

static inline uint32_t tag_of(uint64_t feature)
{
    return (uint32_t)(feature >> 32);
}

static inline struct weight_slot *slot_of(const struct weights *weights, uint64_t feature)
{
    size_t at = (size_t)feature & weights->mask;
    while (weights->slots[at].run && weights->slots[at].tag != tag_of(feature))
        at = (at + 1) & weights->mask;
    return &weights->slots[at];
}

static inline size_t column_of(uint16_t label)
{
    return label == LABEL_NONE  ? COLUMN_NONE
           : label == LABEL_ANY ? COLUMN_ANY
                                : (size_t)FIRST_LABEL + label;
}

static inline size_t column_of_one(uint32_t run)
{
    return (run & ~IS_ONE) >> ONE_COLUMN;
}

static inline const int16_t *row_of(const struct weights *weights, uint32_t run)
{
    return weights->rows + (run & ~(uint32_t)IS_ROW) * weights->columns;
}

#endif
