/* columns.c - widths by libunistring, cuts at characters. No state, any thread. */
#include "deploy/commands/columns.h"

#include "proto/base/visible.h"

#include <stdlib.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <unistr.h>
#include <uniwidth.h>

enum { DEFAULT_COLUMNS = 120, LEAST_COLUMNS = 40 };

/* Length of the character at the start of `text`, and its width; what becomes a blank is one wide.
 */
static size_t character(struct slice text, unsigned *columns)
{
    ucs4_t code;
    int len = u8_mbtoucr(&code, (const uint8_t *)text.data, text.len);
    struct slice whole = slice_range(text, 0, len > 0 ? (size_t)len : 1);
    int width = visible_already(whole, "") ? uc_width(code, "UTF-8") : 1;
    *columns = width > 0 ? (unsigned)width : 0;
    return whole.len;
}

unsigned text_columns(struct slice text)
{
    unsigned total = 0;
    for (size_t at = 0; at < text.len;) {
        unsigned columns;
        at += character(slice_range(text, at, text.len), &columns);
        total += columns;
    }
    return total;
}

/* Bytes of the longest beginning that fits. */
static size_t fitting(struct slice text, unsigned columns)
{
    size_t at = 0;
    while (at < text.len) {
        unsigned width;
        size_t len = character(slice_range(text, at, text.len), &width);
        if (width > columns)
            break;
        columns -= width;
        at += len;
    }
    return at;
}

/* Bytes to leave out so that the rest fits. */
static size_t fitting_end(struct slice text, unsigned columns)
{
    unsigned total = text_columns(text);
    size_t at = 0;
    while (total > columns && at < text.len) {
        unsigned width;
        at += character(slice_range(text, at, text.len), &width);
        total -= width;
    }
    return at;
}

void put_cut(struct buffer *out, struct slice text, unsigned columns)
{
    if (text_columns(text) <= columns) {
        visible_blank(out, text);
        return;
    }
    visible_blank(out, slice_range(text, 0, fitting(text, columns ? columns - 1 : 0)));
    if (columns)
        buffer_add(out, SLICE("…"));
}

void put_cell(struct buffer *out, struct slice text, unsigned columns, bool right)
{
    unsigned width = text_columns(text);
    size_t start = out->len;
    for (unsigned i = width; right && i < columns; i++)
        buffer_append(out, " ", 1);
    put_cut(out, text, columns);
    if (right)
        return;
    width = text_columns((struct slice){out->data + start, out->len - start});
    for (unsigned i = width; i < columns; i++)
        buffer_append(out, " ", 1);
}

void put_around(struct buffer *out, struct slice text, struct slice mention, unsigned columns)
{
    size_t at = slice_find(text, mention, 0);
    unsigned wanted = text_columns(mention);
    if (text_columns(text) <= columns || at == SIZE_MAX || wanted + 4 > columns) {
        put_cut(out, text, columns);
        return;
    }
    /* Two thirds of what is left go in front: what a number counts usually stands before it. */
    unsigned before = (columns - wanted) * 2 / 3;
    struct slice front = slice_range(text, 0, at);
    if (text_columns(front) > before) {
        buffer_add(out, SLICE("…"));
        visible_blank(out, slice_range(front, fitting_end(front, before - 1), front.len));
    } else {
        before = text_columns(front);
        visible_blank(out, front);
    }
    put_cut(out, slice_range(text, at, text.len), columns - before);
}

unsigned stream_columns(FILE *out)
{
    struct winsize size = {0};
    if (!isatty(fileno(out)) || ioctl(fileno(out), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return DEFAULT_COLUMNS;
    return size.ws_col < LEAST_COLUMNS ? LEAST_COLUMNS : size.ws_col;
}
