/* pack_json.c - walks a value. No state; can't fail. */
#include "proto/pack_json.h"

#include "proto/base/json_text.h"

#include <math.h>
#include <unistr.h>

static void put_text(struct slice text, struct buffer *out)
{
    if (text.len && u8_check((const uint8_t *)text.data, text.len))
        buffer_add(out, SLICE("null"));
    else
        json_text(text, out);
}

static void put_map(const struct packed *map, struct buffer *out)
{
    buffer_append(out, "{", 1);
    for (uint32_t i = 0; i < packed_count(map); i++) {
        struct slice key;
        const struct packed *value = packed_pair(map, i, &key);
        if (i > 0)
            buffer_append(out, ",", 1);
        json_text(key, out);
        buffer_append(out, ":", 1);
        packed_put_json(value, out);
    }
    buffer_append(out, "}", 1);
}

static void put_array(const struct packed *array, struct buffer *out)
{
    buffer_append(out, "[", 1);
    for (uint32_t i = 0; i < packed_count(array); i++) {
        if (i > 0)
            buffer_append(out, ",", 1);
        packed_put_json(packed_at(array, i), out);
    }
    buffer_append(out, "]", 1);
}

void packed_put_json(const struct packed *value, struct buffer *out)
{
    double number = packed_double(value, NAN);
    if (packed_is_map(value))
        put_map(value, out);
    else if (packed_is_array(value))
        put_array(value, out);
    else if (packed_is_text(value))
        put_text(packed_text(value), out);
    else if (packed_is_bool(value))
        buffer_add(out, packed_bool(value, false) ? SLICE("true") : SLICE("false"));
    else if (packed_is_uint(value))
        json_unsigned(packed_uint(value, 0), out);
    else if (isfinite(number))
        json_number(number, out);
    else
        buffer_add(out, SLICE("null"));
}
