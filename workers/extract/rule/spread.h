/* spread.h - distributive lists: 受理、办结分别为9件、6件 says 受理9件 and 办结6件.
 *
 * Where numbers stand in a row and as many items in front of them, the k-th number belongs to the
 * k-th item. Each number is then read in a sentence of its own in which only its item is left, so
 * that rules need not know of lists.
 */
#ifndef XIANZHI_EXTRACT_SPREAD_H
#define XIANZHI_EXTRACT_SPREAD_H

#include "proto/base/memory.h"
#include "proto/report.h"

enum { SPREAD_MAX_ITEMS = 8 };

/* Offsets count from the sentence's start. */
struct spread {
    size_t first, count;                 /* the quantities in a row */
    struct span items[SPREAD_MAX_ITEMS]; /* what each belongs to */
    struct span prefix; /* start of the first item that belongs to all; may be empty */
    struct span shared; /* end of the last item, if all may share it; else empty */
    bool shared_first;  /* no 分别: the items make no sense without it */
    struct span joint;  /* between 分别 and the first number: 为 */
    uint32_t end;       /* behind the last number */
};

/* Is quantity `first` the first of such a row? `text` is the sentence, quantity spans count from
 * `origin`. */
bool spread_find(struct spread *spread, struct slice text, const struct quantity *quantities,
                 size_t count, size_t first, uint32_t origin);

/* The sentence for item `k`, with the end of the last item added to it if `share`: text into `out`,
 * its quantities (at most `count`, spans from 0) into `edited`; returns how many, *index is the one
 * of item k. */
size_t spread_sentence(const struct spread *spread, size_t k, bool share, struct slice text,
                       const struct quantity *quantities, size_t count, uint32_t origin,
                       struct buffer *out, struct quantity *edited, size_t *index);

#endif
