/* json_text.c - whole figures and escapes without printf: a nation's rows are some millions. No
 * state, any thread. */
#include "proto/base/json_text.h"

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

void json_text(struct slice text, struct buffer *out)
{
    static const char hex[] = "0123456789abcdef";
    size_t start = 0;
    buffer_append(out, "\"", 1);
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.data[i];
        if (c >= 0x20 && c != '"' && c != '\\')
            continue;
        buffer_append(out, text.data + start, i - start);
        start = i + 1;
        const char *shorthand = c == '"'    ? "\\\""
                                : c == '\\' ? "\\\\"
                                : c == '\n' ? "\\n"
                                : c == '\t' ? "\\t"
                                : c == '\r' ? "\\r"
                                            : NULL;
        char escaped[6] = {'\\', 'u', '0', '0', hex[c >> 4], hex[c & 15]};
        buffer_append(out, shorthand ? shorthand : escaped, shorthand ? 2 : 6);
    }
    buffer_append(out, text.data + start, text.len - start);
    buffer_append(out, "\"", 1);
}
