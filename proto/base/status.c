/* status.c - formatting of error lines. No state, any thread. */
#include "proto/base/status.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A cut in the middle of a Chinese character would make the whole line invalid UTF-8 downstream. */
static void trim_to_character(char *text, size_t len)
{
    while (len > 0 && ((unsigned char)text[len - 1] & 0xC0) == 0x80)
        len--;
    if (len > 0)
        text[len - 1] = '\0';
}

enum status fail(struct error *error, enum status status, const char *format, ...)
{
    if (!error)
        return status;
    va_list args;
    va_start(args, format);
    int written = vsnprintf(error->text, sizeof error->text, format, args);
    va_end(args);
    if (written >= (int)sizeof error->text)
        trim_to_character(error->text, sizeof error->text - 1);
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
