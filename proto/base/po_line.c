/* po_line.c - recognises the format that a line was made of, and makes the translation's line.
 * Pure.
 *
 * The message that fits and has the most letters of its own is taken; what stood for its
 * conversions is looked at in the same way, since messages hold others ("a.zip: b.pdf: empty
 * file").
 */
#include "proto/base/po_private.h"

#include <ctype.h>
#include <string.h>

enum {
    MOST_PARTS = 12,  /* conversions of a message */
    MOST_DEPTH = 6,   /* messages in messages */
    MOST_STEPS = 4000 /* of looking for one message in one line */
};

/* A conversion of a format: "%-3d", "%.*s", "%2$s". */
struct conversion {
    size_t bytes;    /* of the format */
    unsigned number; /* n$; 0: the next */
    bool digits;     /* it prints a number */
};

/* False: none begins here; of "%%" neither does one. */
static bool conversion_at(const char *format, struct conversion *conversion)
{
    if (format[0] != '%' || format[1] == '%' || !format[1])
        return false;
    const char *at = format + 1;
    *conversion = (struct conversion){0};
    size_t digits = strspn(at, "0123456789");
    if (digits && at[digits] == '$') {
        for (size_t i = 0; i < digits && conversion->number < MOST_PARTS; i++)
            conversion->number = conversion->number * 10 + (unsigned)(at[i] - '0');
        at += digits + 1;
    }
    at += strspn(at, "-+ #0123456789.*'hlzjtL");
    if (!*at || !strchr("diuxXfgeoscpm", *at))
        return false;
    conversion->digits = strchr("diuxXfgeo", *at) != NULL;
    conversion->bytes = (size_t)(at + 1 - format);
    return true;
}

void po_weigh(struct po_message *message)
{
    struct conversion conversion;
    message->letters = message->literal = 0;
    for (const char *at = message->id; *at;) {
        if (conversion_at(at, &conversion)) {
            at += conversion.bytes;
            continue;
        }
        message->literal++;
        message->letters += (unsigned char)*at >= 0x80 || isalpha((unsigned char)*at);
        at += at[0] == '%' && at[1] == '%' ? 2 : 1;
    }
}

/* ---- recognising ---- */

struct match {
    struct slice parts[MOST_PARTS];
    unsigned count, steps;
};

static bool looks_right(const struct conversion *conversion, struct slice part)
{
    for (size_t i = 0; conversion->digits && i < part.len; i++)
        if (!strchr("0123456789abcdefABCDEFxX.+- ", part.data[i]))
            return false;
    return !conversion->digits || part.len;
}

static bool match_rest(const char *format, struct slice line, struct match *match)
{
    struct conversion conversion;
    for (; !conversion_at(format, &conversion); format++, line = slice_from(line, 1)) {
        format += format[0] == '%' && format[1] == '%';
        if (!*format)
            return line.len == 0;
        if (!line.len || *format != line.data[0])
            return false;
    }
    if (match->count == MOST_PARTS)
        return false;
    unsigned number = match->count++;
    const char *rest = format + conversion.bytes;
    for (size_t end = *rest ? 0 : line.len; end <= line.len && match->steps < MOST_STEPS; end++) {
        struct slice part = slice_range(line, 0, end);
        match->steps++;
        if (*rest != '%' && end < line.len && *rest && *rest != line.data[end])
            continue;
        if (looks_right(&conversion, part) && match_rest(rest, slice_from(line, end), match)) {
            match->parts[number] = part;
            return true;
        }
        match->count = number + 1;
    }
    match->count = number;
    return false;
}

/* ---- rendering ---- */

static void put_line(const struct po *po, struct slice line, unsigned depth, struct buffer *out);

static void put_text(const struct po *po, const char *text, const struct match *match,
                     unsigned depth, struct buffer *out)
{
    struct conversion conversion;
    unsigned next = 0;
    while (*text) {
        if (!conversion_at(text, &conversion)) {
            text += text[0] == '%' && text[1] == '%';
            buffer_append(out, text++, 1);
            continue;
        }
        unsigned number = conversion.number ? conversion.number - 1 : next++;
        if (number < match->count)
            put_line(po, match->parts[number], depth + 1, out);
        text += conversion.bytes;
    }
}

static void put_line(const struct po *po, struct slice line, unsigned depth, struct buffer *out)
{
    for (size_t i = 0; i < po->count && depth < MOST_DEPTH && line.len; i++) {
        const struct po_message *message = po->longest[i];
        struct match match = {.count = 0};
        if (message->literal > line.len || message->literal == 0 ||
            !match_rest(message->id, line, &match))
            continue;
        put_text(po, message->text, &match, depth, out);
        return;
    }
    buffer_add(out, line);
}

void po_line(const struct po *po, struct slice line, struct buffer *out)
{
    put_line(po, line, 0, out);
}
