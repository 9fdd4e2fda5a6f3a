/* slice.h - a borrowed run of bytes. Never owns; never outlives the buffer or arena it points into.
 */
#ifndef XIANZHI_PROTO_BASE_SLICE_H
#define XIANZHI_PROTO_BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct slice {
    const char *data; /* may be NULL when len is 0 */
    size_t len;       /* bytes */
};

/* A literal as a slice, and a slice as the two arguments of "%.*s". */
#define SLICE(literal) ((struct slice){(literal), sizeof(literal) - 1})
#define SLICE_ARGS(s) (int)(s).len, (s).data ? (s).data : ""

static inline struct slice slice_of(const char *text)
{
    return (struct slice){text, text ? strlen(text) : 0};
}

static inline struct slice slice_range(struct slice s, size_t start, size_t end)
{
    return (struct slice){s.data ? s.data + start : NULL, end - start};
}

/* The first `most` bytes of a text, or fewer: it ends between two characters. */
static inline struct slice slice_cut(struct slice s, size_t most)
{
    size_t len = s.len < most ? s.len : most;
    while (len && len < s.len && ((unsigned char)s.data[len] & 0xC0) == 0x80)
        len--;
    return slice_range(s, 0, len);
}

/* All from `start` on. */
static inline struct slice slice_from(struct slice s, size_t start)
{
    return slice_range(s, start, s.len);
}

/* Whether both have the same `len` bytes. The last goes first: most Chinese characters share their
 * first, and a call costs more than the look. */
static inline bool slice_same(const char *a, const char *b, size_t len)
{
    return len == 0 || (a[len - 1] == b[len - 1] && memcmp(a, b, len) == 0);
}

static inline bool slice_equal(struct slice a, struct slice b)
{
    return a.len == b.len && slice_same(a.data, b.data, a.len);
}

static inline bool slice_starts(struct slice s, struct slice prefix)
{
    return s.len >= prefix.len && slice_same(s.data, prefix.data, prefix.len);
}

/* Bytes of the first of `count` prefixes that `s` starts with; 0 if it starts with none. */
static inline size_t slice_starts_any(struct slice s, const struct slice *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (slice_starts(s, list[i]))
            return list[i].len;
    return 0;
}

static inline bool slice_ends(struct slice s, struct slice suffix)
{
    return s.len >= suffix.len &&
           slice_same(s.data + (s.len - suffix.len), suffix.data, suffix.len);
}

/* Byte order as memcmp, shorter first on a tie: for UTF-8 this is code point order. */
static inline int slice_compare(struct slice a, struct slice b)
{
    size_t shared = a.len < b.len ? a.len : b.len;
    int order = shared ? memcmp(a.data, b.data, shared) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

/* Byte offset of the first `needle` at or after `from`, or SIZE_MAX. Looks for its last byte: that
 * of a Chinese character is far rarer than the first, and the libc's memchr reads a line at a time.
 */
static inline size_t slice_find(struct slice s, struct slice needle, size_t from)
{
    if (needle.len == 0 || from > s.len || needle.len > s.len - from)
        return SIZE_MAX;
    size_t before = needle.len - 1;
    const char *at = s.data + from + before, *end = s.data + s.len;
    for (; at < end; at++) {
        at = memchr(at, needle.data[before], (size_t)(end - at));
        if (!at)
            break;
        if (memcmp(at - before, needle.data, before) == 0)
            return (size_t)(at - before - s.data);
    }
    return SIZE_MAX;
}

/* Of a path, its last part; of those from Windows, too. */
static inline struct slice slice_file_name(struct slice path)
{
    size_t at = path.len;
    while (at > 0 && path.data[at - 1] != '/' && path.data[at - 1] != '\\')
        at--;
    return slice_from(path, at);
}

static inline bool slice_has(struct slice s, struct slice needle)
{
    return slice_find(s, needle, 0) != SIZE_MAX;
}

#endif
