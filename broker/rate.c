/* rate.c - counts by the second over the last ten. Owned by the broker's thread. */
#include "broker/rate.h"

void rate_count(struct rate *rate, uint64_t second)
{
    rate->total++;
    rate->buckets[second % RATE_SECONDS]++;
}

void rate_turn(struct rate *rate, uint64_t before, uint64_t second)
{
    if (second > before + RATE_SECONDS)
        before = second - RATE_SECONDS;
    while (before < second)
        rate->buckets[++before % RATE_SECONDS] = 0;
}

/* Over the last nine seconds and what has passed of the current one; less for a young broker. */
double rate_per_s(const struct rate *rate, uint64_t now_us, uint64_t started_us)
{
    uint64_t window_us = (RATE_SECONDS - 1) * 1000000ull + now_us % 1000000;
    uint64_t age_us = now_us - started_us + 1;
    uint64_t sum = 0;
    for (unsigned i = 0; i < RATE_SECONDS; i++)
        sum += rate->buckets[i];
    return (double)sum * 1e6 / (double)(age_us < window_us ? age_us : window_us);
}
