/* visible.c - shows control characters. Any thread; can't fail. */
#include "proto/base/visible.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistr.h>

/* Controls, and the marks that turn the direction of all that follows them: what stands behind such
 * a mark is read as something else than it is. */
static bool is_unsafe(ucs4_t character, const char *keep)
{
    if (character < 0x20)
        return !character || !strchr(keep, (int)character);
    return (character >= 0x7F && character < 0xA0) ||
           (character >= 0x202A && character <= 0x202E) ||
           (character >= 0x2066 && character <= 0x2069) || character == 0x2028 ||
           character == 0x2029;
}

bool visible_already(struct slice text, const char *keep)
{
    size_t len = 0;
    for (size_t at = 0; at < text.len; at += len) { /* its data may be NULL where it is empty */
        ucs4_t character;
        int taken = u8_mbtoucr(&character, (const uint8_t *)text.data + at, text.len - at);
        len = (size_t)taken;
        if (taken <= 0 || is_unsafe(character, keep))
            return false;
    }
    return true;
}

void visible_add(struct buffer *out, struct slice text, const char *keep)
{
    const char *plain = text.data, *at = text.data, *end = text.data + text.len;
    while (at < end) {
        ucs4_t character;
        int len = u8_mbtoucr(&character, (const uint8_t *)at, (size_t)(end - at));
        size_t step = len > 0 ? (size_t)len : 1;
        if (len <= 0 || is_unsafe(character, keep)) {
            buffer_append(out, plain, (size_t)(at - plain));
            if (len > 0)
                buffer_format(out, "<U+%04X>", (unsigned)character);
            else
                buffer_format(out, "<%02X>", (unsigned char)*at);
            plain = at + step;
        }
        at += step;
    }
    buffer_append(out, plain, (size_t)(end - plain));
}

const char *visible_line(struct buffer *out, const char *text)
{
    buffer_clear(out);
    visible_add(out, slice_of(text), "");
    buffer_append(out, "", 1);
    out->len--;
    return out->data;
}

void visible_printf(FILE *out, const char *format, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, format);
    int len = vasprintf(&text, format, args);
    va_end(args);
    if (len < 0)
        return;
    struct buffer shown = {0};
    visible_add(&shown, (struct slice){text, (size_t)len}, "\n\t");
    fwrite(shown.data, 1, shown.len, out);
    buffer_release(&shown);
    free(text);
}
