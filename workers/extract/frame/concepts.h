/* concepts.h - sets of concepts: the word classes of the catalogue (words.yaml, concepts.yaml),
 * each a bit. A concept is what officials call one thing in many words: contract, review, mediate.
 */
#ifndef XIANZHI_EXTRACT_CONCEPTS_H
#define XIANZHI_EXTRACT_CONCEPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { CONCEPTS_WORDS = 6, CONCEPTS_MAX = CONCEPTS_WORDS * 64 };

struct concepts {
    uint64_t bits[CONCEPTS_WORDS];
};

static inline void concepts_add(struct concepts *set, size_t concept)
{
    set->bits[concept / 64] |= (uint64_t)1 << concept % 64;
}

static inline bool concepts_hold(const struct concepts *set, size_t concept)
{
    return set->bits[concept / 64] >> concept % 64 & 1;
}

static inline void concepts_join(struct concepts *set, const struct concepts *more)
{
    for (size_t i = 0; i < CONCEPTS_WORDS; i++)
        set->bits[i] |= more->bits[i];
}

#endif
