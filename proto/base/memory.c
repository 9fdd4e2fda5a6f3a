/* memory.c - allocation that ends the process when there is no more, and the growable buffer. */
#include "proto/base/memory.h"

#include <malloc.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    KEPT_BYTES = 16 << 20,    /* freed memory that an arena keeps instead of giving it back */
    MAPPED_BYTES = 4 << 20,   /* what is larger is given back as soon as it is freed */
    GROWTH_BYTES = 256 << 10, /* of an arena, at a time */
};

/* By default glibc gives freed memory back in steps of 128 KiB: records of 40 KiB that come and go
 * cost as many page faults then as there are pages in them. */
void memory_settle(void)
{
    mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
    mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
    mallopt(M_TOP_PAD, GROWTH_BYTES);
}

static void *require(void *memory, size_t bytes)
{
    if (!memory) {
        fprintf(stderr,
                "xianzhi: out of memory (%zu bytes asked for): give it more or lower --threads\n",
                bytes);
        abort();
    }
    return memory;
}

void *memory_alloc(size_t bytes)
{
    return require(malloc(bytes ? bytes : 1), bytes);
}

void *memory_zero(size_t bytes)
{
    return require(calloc(1, bytes ? bytes : 1), bytes);
}

void *memory_resize(void *old, size_t bytes)
{
    return require(realloc(old, bytes ? bytes : 1), bytes);
}

char *memory_copy_text(const char *text)
{
    return text ? require(strdup(text), strlen(text) + 1) : NULL;
}

void buffer_grow(struct buffer *buffer, size_t more)
{
    size_t wanted = buffer->capacity ? buffer->capacity : 256;
    while (wanted - buffer->len < more)
        wanted *= 2;
    buffer->data = memory_resize(buffer->data, wanted);
    buffer->capacity = wanted;
}

void buffer_format_list(struct buffer *buffer, const char *format, va_list args)
{
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, args);
    buffer_reserve(buffer, (size_t)len + 1);
    vsnprintf(buffer->data + buffer->len, (size_t)len + 1, format, again);
    va_end(again);
    buffer->len += (size_t)len;
}

void buffer_format(struct buffer *buffer, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    buffer_format_list(buffer, format, args);
    va_end(args);
}

void buffer_release(struct buffer *buffer)
{
    free(buffer->data);
    *buffer = (struct buffer){0};
}
