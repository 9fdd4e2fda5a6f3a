/* rate.h - counts by the second over the last ten. */
#ifndef XIANZHI_BROKER_RATE_H
#define XIANZHI_BROKER_RATE_H

#include <stdint.h>

enum { RATE_SECONDS = 10 }; /* what rates are averaged over */

struct rate {
    uint64_t total;
    uint64_t
        buckets[RATE_SECONDS]; /* of the last seconds; [second % RATE_SECONDS] is the current */
};

void rate_count(struct rate *rate, uint64_t second);

/* The current second becomes `second`: forgets the buckets of those after `before`, the last one
 * this was called for, in which nothing happened. */
void rate_turn(struct rate *rate, uint64_t before, uint64_t second);

double rate_per_s(const struct rate *rate, uint64_t now_us, uint64_t started_us);

#endif
