/* status.c - formatting of error lines. No state, any thread. */
#include "proto/base/status.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { HEAD_BYTES = 160, LONGEST_BYTES = 12288 /* two paths and what is said of them */ };

static bool inside_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

/* What is long is a path, most often: its beginning stays, and what is said of it. A cut inside a
 * Chinese character would make the whole line invalid UTF-8 downstream. */
static void put_shortened(const char *text, size_t len, char *out, size_t size)
{
    static const char gap[] = "…";
    size_t head = HEAD_BYTES, tail = len - (size - HEAD_BYTES - sizeof gap);
    while (head > 0 && inside_character(text[head]))
        head--;
    while (tail < len && inside_character(text[tail]))
        tail++;
    snprintf(out, size, "%.*s%s%s", (int)head, text, gap, text + tail);
}

enum status fail(struct error *error, enum status status, const char *format, ...)
{
    if (!error)
        return status;
    char whole[LONGEST_BYTES]; /* the arguments may lie in error->text */
    va_list args;
    va_start(args, format);
    vsnprintf(whole, sizeof whole, format, args);
    va_end(args);
    size_t len = strlen(whole);
    if (len < sizeof error->text)
        memcpy(error->text, whole, len + 1);
    else
        put_shortened(whole, len, error->text, sizeof error->text);
    for (char *c = error->text; *c; c++)
        if (*c == '\n' || *c == '\r')
            *c = ' ';
    return status;
}

const char *status_name(enum status status)
{
    static const char *const names[] = {"ok", "again", "retry", "bad", "fatal"};
    return (unsigned)status < sizeof names / sizeof *names ? names[status] : "unknown";
}
