/* rate.c - counts by the second over the last ten. Owned by the broker's thread. */
#include "broker/broker_private.h"

void rate_count(struct rate *rate, uint64_t second)
{
    rate->total++;
    rate->buckets[second % RATE_SECONDS]++;
}

/* Without the current second, which isn't over; a broker younger than the window divides by less.
 */
double rate_per_s(const struct rate *rate, uint64_t second, uint64_t started_second)
{
    uint64_t age = second - started_second;
    uint64_t seconds = age < RATE_SECONDS - 1 ? age : RATE_SECONDS - 1;
    uint64_t sum = 0;
    for (unsigned i = 0; i < RATE_SECONDS; i++)
        if (i != second % RATE_SECONDS)
            sum += rate->buckets[i];
    if (seconds == 0)
        return (double)rate->buckets[second % RATE_SECONDS];
    return (double)sum / (double)seconds;
}

static void clear_bucket(struct broker *broker, uint64_t second)
{
    broker->accepted.buckets[second % RATE_SECONDS] = 0;
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++)
        broker->done[stage].buckets[second % RATE_SECONDS] = 0;
}

void rates_turn(struct broker *broker)
{
    uint64_t second = broker->now_us / 1000000;
    if (second > broker->second + RATE_SECONDS)
        broker->second = second - RATE_SECONDS;
    while (broker->second < second)
        clear_bucket(broker, ++broker->second);
}
