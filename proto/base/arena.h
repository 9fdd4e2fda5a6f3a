/* arena.h - memory that lives as long as one report: allocated in a line, released at once.
 *
 * One thread owns an arena. Out of memory ends the process with a line on stderr: a pipeline that
 * journals everything before it works on it loses nothing by dying, and no caller could do better.
 */
#ifndef XIANZHI_PROTO_BASE_ARENA_H
#define XIANZHI_PROTO_BASE_ARENA_H

#include "proto/base/slice.h"

struct arena_block;

struct arena {
    struct arena_block *block; /* newest block; NULL while empty */
    size_t used;               /* bytes taken from it */
};

/* Zeroed storage, aligned for any type; lives until arena_reset or arena_release. */
void *arena_alloc(struct arena *arena, size_t bytes);

/* A copy of `s`, NUL-terminated behind its end so that `.data` is a C string too. */
struct slice arena_copy(struct arena *arena, struct slice s);
struct slice arena_format(struct arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Makes room for one more element in an arena array: doubles `*items` when `count == *capacity`. */
void *arena_grow(struct arena *arena, void *items, size_t count, size_t *capacity, size_t size);
#define ARENA_PUSH(arena, items, count, capacity)                                                  \
    ((items) = arena_grow((arena), (items), (count), &(capacity), sizeof *(items)),                \
     &(items)[(count)++])

/* Forgets everything, keeps the largest block for the next report. */
void arena_reset(struct arena *arena);
void arena_release(struct arena *arena);

#endif
