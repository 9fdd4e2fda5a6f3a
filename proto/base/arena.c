/* arena.c - blocks of doubling size in a list, the newest first. */
#include "proto/base/arena.h"

#include "proto/base/memory.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum { FIRST_BLOCK_BYTES = 64 * 1024 };

struct arena_block {
    struct arena_block *older;
    size_t size; /* bytes in data */
    alignas(max_align_t) char data[];
};

static void add_block(struct arena *arena, size_t at_least)
{
    size_t size = arena->block ? arena->block->size * 2 : FIRST_BLOCK_BYTES;
    while (size < at_least)
        size *= 2;
    struct arena_block *block = memory_alloc(sizeof *block + size);
    block->older = arena->block;
    block->size = size;
    arena->block = block;
    arena->used = 0;
}

static void *take(struct arena *arena, size_t bytes)
{
    size_t rounded = (bytes + alignof(max_align_t) - 1) & ~(alignof(max_align_t) - 1);
    if (!arena->block || arena->block->size - arena->used < rounded)
        add_block(arena, rounded);
    void *place = arena->block->data + arena->used;
    arena->used += rounded;
    return place;
}

void *arena_alloc(struct arena *arena, size_t bytes)
{
    return memset(take(arena, bytes), 0, bytes);
}

struct slice arena_copy(struct arena *arena, struct slice s)
{
    char *copy = take(arena, s.len + 1);
    if (s.len)
        memcpy(copy, s.data, s.len);
    copy[s.len] = '\0';
    return (struct slice){copy, s.len};
}

struct slice arena_format(struct arena *arena, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    size_t room = arena->block ? arena->block->size - arena->used : 0;
    char *free_place = room ? arena->block->data + arena->used : NULL; /* nearly always enough */
    int len = vsnprintf(free_place, room, format, args);
    va_end(args);
    char *text = take(arena, (size_t)len + 1);
    if (text != free_place)
        vsnprintf(text, (size_t)len + 1, format, again);
    va_end(again);
    return (struct slice){text, (size_t)len};
}

void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity)
        return items;
    *capacity = *capacity ? *capacity * 2 : 8;
    char *grown = take(arena, *capacity * size);
    if (count)
        memcpy(grown, items, count * size);
    memset(grown + count * size, 0, (*capacity - count) * size);
    return grown;
}

void arena_reset(struct arena *arena)
{
    if (!arena->block)
        return;
    for (struct arena_block *old = arena->block->older; old;) {
        struct arena_block *older = old->older;
        free(old);
        old = older;
    }
    arena->block->older = NULL;
    arena->used = 0;
}

void arena_release(struct arena *arena)
{
    arena_reset(arena);
    free(arena->block);
    *arena = (struct arena){0};
}
