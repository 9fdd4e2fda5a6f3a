/* wordset.c - words bucketed by their first (or last) character. Built once, then read by any
 * thread. */
#include "workers/text/wordset.h"

#include "proto/base/memory.h"

#include <stdlib.h>

static uint32_t slot_of(const struct wordset *set, uint32_t key)
{
    return (wordset_hash(key) >> 12) & set->mask;
}

void wordset_add(struct wordset *set, struct slice word, int value)
{
    if (word.len == 0)
        return;
    if (set->count == set->capacity) {
        set->capacity = set->capacity ? set->capacity * 2 : 64;
        set->words = memory_resize(set->words, set->capacity * sizeof *set->words);
    }
    uint32_t key = set->backward ? wordset_key_behind(word, word.len) : wordset_key(word, 0);
    set->words[set->count++] = (struct wordset_word){word, key, value};
}

static int by_key_and_length(const void *a, const void *b)
{
    const struct wordset_word *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    if (x->text.len != y->text.len)
        return x->text.len > y->text.len ? -1 : 1;
    return slice_compare(x->text, y->text);
}

void wordset_build(struct wordset *set)
{
    if (set->count)
        qsort(set->words, set->count, sizeof *set->words, by_key_and_length);
    uint32_t size = 16;
    while (size < set->count * 4)
        size *= 2;
    set->mask = size - 1;
    free(set->slots);
    set->slots = memory_zero(size * sizeof *set->slots);
    for (size_t i = 0; i < set->count; i++) {
        if (i > 0 && set->words[i].key == set->words[i - 1].key)
            continue;
        uint32_t bit = wordset_hash(set->words[i].key) >> 22;
        set->bloom[bit / 64] |= (uint64_t)1 << bit % 64;
        uint32_t slot = slot_of(set, set->words[i].key);
        while (set->slots[slot])
            slot = (slot + 1) & set->mask;
        set->slots[slot] = (uint32_t)i + 1;
    }
}

void wordset_release(struct wordset *set)
{
    free(set->words);
    free(set->slots);
    *set = (struct wordset){0};
}

static const struct wordset_word *first_of(const struct wordset *set, uint32_t key)
{
    for (uint32_t slot = slot_of(set, key); set->slots[slot]; slot = (slot + 1) & set->mask) {
        const struct wordset_word *word = &set->words[set->slots[slot] - 1];
        if (word->key == key)
            return word;
    }
    return NULL;
}

int wordset_read_ahead(const struct wordset *set, struct slice text, size_t at, uint32_t key,
                       size_t *length)
{
    const struct wordset_word *end = set->words + set->count;
    const char *here = text.data + at;
    size_t left = text.len - at;
    for (const struct wordset_word *w = first_of(set, key); w && w < end && w->key == key; w++) {
        size_t len = w->text.len;
        if (len <= left && w->text.data[len - 1] == here[len - 1] &&
            memcmp(w->text.data, here, len) == 0) {
            *length = len;
            return w->value;
        }
    }
    return -1;
}

size_t wordset_next(const struct wordset *set, struct slice text, size_t from, size_t *length)
{
    for (size_t at = from; at < text.len;) {
        const unsigned char *p = (const unsigned char *)text.data + at;
        if ((p[0] & 0xF0) == 0xE0 && text.len - at >= 3) { /* most are */
            uint32_t key = (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
            if (wordset_may_have(set, key) && wordset_read_ahead(set, text, at, key, length) >= 0)
                return at;
            at += 3;
        } else if ((p[0] & 0xC0) != 0x80 && wordset_ahead(set, text, at, length) >= 0) {
            return at;
        } else {
            at++;
        }
    }
    return SIZE_MAX;
}

int wordset_read_behind(const struct wordset *set, struct slice text, size_t end, uint32_t key,
                        size_t *length)
{
    const struct wordset_word *last = set->words + set->count;
    for (const struct wordset_word *w = first_of(set, key); w && w < last && w->key == key; w++) {
        size_t len = w->text.len;
        if (len > end)
            continue;
        const char *here = text.data + (end - len);
        if (w->text.data[len > 1 ? 1 : 0] == here[len > 1 ? 1 : 0] &&
            memcmp(w->text.data, here, len) == 0) {
            *length = len;
            return w->value;
        }
    }
    return -1;
}
