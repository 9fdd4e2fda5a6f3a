/* wordset.h - a fixed set of words, each with a number, found by longest match at a place in a
 * text: reading on from it, or ending at it. One hash probe where no word begins.
 */
#ifndef XIANZHI_TEXT_WORDSET_H
#define XIANZHI_TEXT_WORDSET_H

#include "proto/base/slice.h"

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

int wordset_read_ahead(const struct wordset *set, struct slice text, size_t at, uint32_t key,
                       size_t *length);
int wordset_read_behind(const struct wordset *set, struct slice text, size_t end, uint32_t key,
                        size_t *length);

/* The character's bytes in one number; a byte of a broken character counts as a character. */
static inline uint32_t wordset_key(struct slice text, size_t at)
{
    const unsigned char *p = (const unsigned char *)text.data + at;
    size_t left = text.len - at;
    if (p[0] < 0xC0)
        return p[0];
    if (p[0] < 0xE0 && left >= 2)
        return (uint32_t)p[0] << 8 | p[1];
    if (left >= 3)
        return (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
    return p[0];
}

static inline uint32_t wordset_key_behind(struct slice text, size_t end)
{
    size_t at = end - 1;
    while (at > 0 && end - at < 3 && ((unsigned char)text.data[at] & 0xC0) == 0x80)
        at--;
    return wordset_key((struct slice){text.data, end}, at);
}

static inline uint32_t wordset_hash(uint32_t key)
{
    return key * 2654435761u;
}

static inline bool wordset_may_have(const struct wordset *set, uint32_t key)
{
    uint32_t bit = wordset_hash(key) >> 22;
    return set->bloom[bit / 64] >> bit % 64 & 1;
}

/* The longest word that begins at `at`; its value and *length in bytes, or -1. */
static inline int wordset_ahead(const struct wordset *set, struct slice text, size_t at,
                                size_t *length)
{
    *length = 0;
    if (at >= text.len)
        return -1;
    uint32_t key = wordset_key(text, at);
    return wordset_may_have(set, key) ? wordset_read_ahead(set, text, at, key, length) : -1;
}

/* The longest word that ends at `end` (exclusive); needs a set built with `backward`. */
static inline int wordset_behind(const struct wordset *set, struct slice text, size_t end,
                                 size_t *length)
{
    *length = 0;
    if (end == 0 || end > text.len)
        return -1;
    uint32_t key = wordset_key_behind(text, end);
    return wordset_may_have(set, key) ? wordset_read_behind(set, text, end, key, length) : -1;
}

#endif
