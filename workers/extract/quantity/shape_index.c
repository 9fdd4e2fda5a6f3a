/* shape_index.c - which shapes are worth trying, from the two characters around a number. */
#include "proto/base/memory.h"
#include "workers/extract/quantity/shape_node.h"

#include <stdlib.h>

static uint64_t *mask_of(struct shape_index *index, struct wordset *set, struct slice character)
{
    for (size_t i = 0; i < set->count; i++)
        if (slice_equal(set->words[i].text, character))
            return &index->masks[set->words[i].value];
    if (index->mask_count == index->mask_capacity) {
        index->mask_capacity = index->mask_capacity ? index->mask_capacity * 2 : 64;
        index->masks = memory_resize(index->masks, index->mask_capacity * sizeof *index->masks);
    }
    index->masks[index->mask_count] = 0;
    wordset_add(set, character, (int)index->mask_count);
    return &index->masks[index->mask_count++];
}

static struct slice last_character(struct slice word)
{
    size_t at = word.len - 1;
    while (at > 0 && ((unsigned char)word.data[at] & 0xC0) == 0x80)
        at--;
    return slice_range(word, at, word.len);
}

/* Marks what the sequence can begin with; true: with anything, or it may match nothing. */
static bool mark_first(struct shape_index *index, const struct shape_node *node, uint64_t bit)
{
    for (; node; node = node->next) {
        bool open = node->kind == SHAPE_NUMBER || node->kind == SHAPE_ANY;
        if (node->kind == SHAPE_TEXT)
            *mask_of(index, &index->behind, node->text) |= bit;
        for (const struct shape_node *a = node; a && node->kind == SHAPE_GROUP; a = a->other)
            open |= mark_first(index, a->first, bit);
        if (open || !node->repeat)
            return open;
    }
    return true;
}

void shape_index_build(struct shape_index *index, const struct shape *shapes, size_t count)
{
    index->shapes = shapes;
    index->before.backward = true;
    for (size_t i = 0; i < count; i++) {
        uint64_t bit = (uint64_t)1 << i;
        if (shapes[i].before_count == 0)
            index->free_before |= bit;
        for (size_t k = 0; k < shapes[i].before_count; k++)
            *mask_of(index, &index->before, last_character(shapes[i].before[k])) |= bit;
        if (mark_first(index, shapes[i].rest, bit))
            index->free_behind |= bit;
    }
    wordset_build(&index->before);
    wordset_build(&index->behind);
}

void shape_index_release(struct shape_index *index)
{
    wordset_release(&index->before);
    wordset_release(&index->behind);
    free(index->masks);
    *index = (struct shape_index){0};
}

size_t shape_index_match(const struct shape_index *index, struct slice text,
                         const struct numeral *n)
{
    size_t length, start, end;
    uint64_t left = index->free_before, right = index->free_behind;
    int mask = wordset_behind(&index->before, text, n->start, &length);
    if (mask >= 0)
        left |= index->masks[mask];
    if (!left)
        return 0;
    mask = wordset_ahead(&index->behind, text, n->end, &length);
    if (mask >= 0)
        right |= index->masks[mask];
    for (uint64_t open = left & right; open; open &= open - 1) {
        const struct shape *shape = &index->shapes[__builtin_ctzll(open)];
        if (shape_match(shape, text, n, &start, &end))
            return shape->counts ? 0 : end;
    }
    return 0;
}
