/* random.h - splitmix64: small, fast, and the same on every machine for the same seed. */
#ifndef XIANZHI_DEPLOY_RANDOM_H
#define XIANZHI_DEPLOY_RANDOM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct random {
    uint64_t state;
};

static inline uint64_t random_next(struct random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15ull;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ z >> 27) * 0x94d049bb133111ebull;
    return z ^ z >> 31;
}

/* Report `index` of corpus `seed`: independent of every other report. */
static inline struct random random_for(uint64_t seed, uint64_t index)
{
    struct random random = {seed * 0x2545f4914f6cdd1dull ^ index};
    random_next(&random);
    return random;
}

/* low to high, both included. */
static inline uint64_t random_between(struct random *random, uint64_t low, uint64_t high)
{
    return low + random_next(random) % (high - low + 1);
}

static inline bool random_chance(struct random *random, unsigned percent)
{
    return random_next(random) % 100 < percent;
}

#endif
