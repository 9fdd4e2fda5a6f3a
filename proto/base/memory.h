/* memory.h - heap allocation that can't return NULL (see arena.h for why), and growable bytes. */
#ifndef XIANZHI_PROTO_BASE_MEMORY_H
#define XIANZHI_PROTO_BASE_MEMORY_H

#include "proto/base/slice.h"

#include <stdarg.h>

/* For a process that lives long: freed memory is kept for what comes next. Once, before threads. */
void memory_settle(void);

void *memory_alloc(size_t bytes);             /* uninitialised; free() it */
void *memory_zero(size_t bytes);              /* zeroed; free() it */
void *memory_resize(void *old, size_t bytes); /* as realloc */
char *memory_copy_text(const char *text);     /* as strdup; NULL for NULL */

/* Bytes that grow at the end. Zero-initialise; buffer_release accepts the empty state. */
struct buffer {
    char *data;
    size_t len;
    size_t capacity;
};

void buffer_format(struct buffer *buffer, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
void buffer_format_list(struct buffer *buffer, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
void buffer_grow(struct buffer *buffer, size_t more); /* what buffer_reserve does at need */
void buffer_release(struct buffer *buffer);

/* Room for `more` bytes behind len. Here and below inline: most of what is coded is a byte or two,
 * and a call costs more than they do. */
static inline void buffer_reserve(struct buffer *buffer, size_t more)
{
    if (buffer->capacity - buffer->len < more)
        buffer_grow(buffer, more);
}

static inline void buffer_append(struct buffer *buffer, const void *bytes, size_t len)
{
    if (len == 0)
        return;
    buffer_reserve(buffer, len);
    memcpy(buffer->data + buffer->len, bytes, len);
    buffer->len += len;
}

static inline void buffer_add(struct buffer *buffer, struct slice s)
{
    buffer_append(buffer, s.data, s.len);
}

/* len = 0, keeps the storage */
static inline void buffer_clear(struct buffer *buffer)
{
    buffer->len = 0;
}

/* The bytes so far; valid until the buffer is next changed. */
static inline struct slice buffer_slice(const struct buffer *buffer)
{
    return (struct slice){buffer->data, buffer->len};
}

#endif
