/* visible.c - shows control characters. Any thread; can't fail. */
#include "proto/base/visible.h"

#include <stdarg.h>
#include <stdlib.h>
#include <unistr.h>

static bool is_unsafe(ucs4_t character, const char *keep)
{
    if (character < 0x20)
        return !character || !strchr(keep, (int)character);
    return visible_is_obeyed(character);
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

void visible_blank(struct buffer *out, struct slice text)
{
    for (size_t at = 0, len; at < text.len; at += len) {
        ucs4_t character;
        int taken = u8_mbtoucr(&character, (const uint8_t *)text.data + at, text.len - at);
        len = taken > 0 ? (size_t)taken : 1;
        if (taken > 0 && !is_unsafe(character, ""))
            buffer_append(out, text.data + at, len);
        else
            buffer_append(out, " ", 1);
    }
}

/* Length of a sequence like ESC [ 1 ; 33 m at the start, or 0. */
static size_t colour_sequence(struct slice text)
{
    size_t len = slice_starts(text, SLICE("\033[")) ? 2 : text.len;
    while (len < text.len && strchr("0123456789;", text.data[len]) && text.data[len])
        len++;
    return len < text.len && text.data[len] == 'm' ? len + 1 : 0;
}

void visible_write(FILE *out, struct slice text, bool colours)
{
    struct buffer shown = {0};
    size_t plain = 0;
    for (size_t at = 0, len; colours && at < text.len; at += len ? len : 1) {
        len = colour_sequence(slice_from(text, at));
        if (!len)
            continue;
        visible_add(&shown, slice_range(text, plain, at), "\n\t");
        buffer_append(&shown, text.data + at, len);
        plain = at + len;
    }
    visible_add(&shown, slice_from(text, plain), "\n\t");
    if (shown.len)
        fwrite(shown.data, 1, shown.len, out);
    buffer_release(&shown);
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
    visible_write(out, (struct slice){text, (size_t)len}, false);
    free(text);
}
