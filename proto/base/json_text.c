/* json_text.c - whole figures and escapes without printf: a nation's rows are some millions. No
 * state, any thread. */
#include "proto/base/json_text.h"

#include "proto/base/visible.h"

#include <math.h>
#include <stdio.h>

/* Most figures are whole: by hand, since printf takes ten times as long. */
static void whole_text(int64_t value, char text[32])
{
    char digits[20];
    size_t at = sizeof digits, len = 0;
    uint64_t rest = value < 0 ? -(uint64_t)value : (uint64_t)value;
    do
        digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (value < 0)
        text[len++] = '-';
    memcpy(text + len, digits + at, sizeof digits - at);
    text[len + sizeof digits - at] = '\0';
}

void number_text(double value, char text[32])
{
    if (value == floor(value) && fabs(value) < 1e15)
        whole_text((int64_t)value, text); /* not -0 */
    else
        snprintf(text, 32, "%.15g", value);
}

void json_number(double value, struct buffer *out)
{
    char text[32];
    number_text(value, text);
    buffer_add(out, slice_of(text));
}

void json_unsigned(uint64_t value, struct buffer *out)
{
    char digits[20];
    size_t at = sizeof digits;
    do
        digits[--at] = (char)('0' + value % 10);
    while (value /= 10);
    buffer_append(out, digits + at, sizeof digits - at);
}

static void put_escape(uint32_t character, struct buffer *out)
{
    char escaped[8];
    snprintf(escaped, sizeof escaped, "\\u%04x", (unsigned)character);
    buffer_append(out, escaped, 6);
}

/* Bytes of what JSON lets pass and terminals obey at `at`, or 0. */
static size_t obeyed(struct slice text, size_t at, uint32_t *character)
{
    const unsigned char *p = (const unsigned char *)text.data + at;
    size_t left = text.len - at, len = 0;
    if (p[0] == 0x7F)
        *character = 0x7F, len = 1;
    else if (p[0] == 0xC2 && left > 1)
        *character = p[1], len = 2;
    else if (p[0] == 0xE2 && left > 2 && (p[1] == 0x80 || p[1] == 0x81) && p[2] >= 0x80)
        *character = 0x2000u + (p[1] & 0x3Fu) * 64 + (p[2] & 0x3Fu), len = 3;
    return len && visible_is_obeyed(*character) ? len : 0;
}

void json_visible(struct slice json, struct buffer *out)
{
    size_t start = 0;
    uint32_t character = 0;
    for (size_t at = 0, len; at < json.len; at += len ? len : 1) {
        len = (unsigned char)json.data[at] < 0x7F ? 0 : obeyed(json, at, &character);
        if (!len)
            continue;
        buffer_append(out, json.data + start, at - start);
        put_escape(character, out);
        start = at + len;
    }
    buffer_append(out, json.data + start, json.len - start);
}

void json_text(struct slice text, struct buffer *out)
{
    size_t start = 0;
    buffer_append(out, "\"", 1);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        json_visible(slice_range(text, start, i), out);
        start = i + 1;
        const char *shorthand = c == '"'    ? "\\\""
                                : c == '\\' ? "\\\\"
                                : c == '\n' ? "\\n"
                                : c == '\t' ? "\\t"
                                : c == '\r' ? "\\r"
                                            : NULL;
        if (shorthand)
            buffer_append(out, shorthand, 2);
        else
            put_escape(c, out);
    }
    json_visible(slice_from(text, start), out);
    buffer_append(out, "\"", 1);
}
