/* wordset.h - a fixed set of words, each with a number, found by longest match at a place in a
 * text: reading on from it, or ending at it. One hash probe where no word begins.
 */
#ifndef XIANZHI_EXTRACT_WORDSET_H
#define XIANZHI_EXTRACT_WORDSET_H

#include "proto/slice.h"

struct wordset_word {
    struct slice text; /* borrowed: must outlive the set */
    uint32_t key;      /* its first character (last, when backward) */
    int value;
};

/* Zero-initialise, set `backward`, add words, build once; then shared by threads. */
struct wordset {
    bool backward;
    struct wordset_word *words; /* by key, the longest first */
    size_t count, capacity;
    uint32_t *slots; /* open addressing; index + 1 of a key's first word, 0 free */
    uint32_t mask;
    uint64_t bloom[16]; /* a bit per hashed key: most characters begin no word */
};

void wordset_add(struct wordset *set, struct slice word, int value);
void wordset_build(struct wordset *set);
void wordset_release(struct wordset *set);

/* Where the first word of the set at or behind `from` begins, and its length; SIZE_MAX: none. */
size_t wordset_next(const struct wordset *set, struct slice text, size_t from, size_t *length);

/* The longest word that begins at `at`; its value and *length in bytes, or -1. */
int wordset_ahead(const struct wordset *set, struct slice text, size_t at, size_t *length);
/* The longest word that ends at `end` (exclusive); needs a set built with `backward`. */
int wordset_behind(const struct wordset *set, struct slice text, size_t end, size_t *length);

#endif
