/* coding.h - the bytes of stored values: varints, texts, doubles, read within bounds.
 *
 * A cursor that runs over its end, or meets a length that does, turns `bad` and gives zeros from
 * then on: the caller asks once at the end instead of after every field.
 */
#ifndef XIANZHI_RESULTS_CODING_H
#define XIANZHI_RESULTS_CODING_H

#include "proto/base/memory.h"

struct coded {
    const char *at, *end;
    bool bad;
};

static inline struct coded coded_of(struct slice bytes)
{
    return (struct coded){bytes.data, bytes.data + bytes.len, false};
}

static inline uint64_t coded_number(struct coded *in)
{
    uint64_t value = 0;
    for (unsigned shift = 0; in->at < in->end && shift < 64; shift += 7) {
        uint8_t byte = (uint8_t)*in->at++;
        value |= (uint64_t)(byte & 0x7F) << shift;
        if (byte < 0x80)
            return value;
    }
    in->bad = true;
    return 0;
}

static inline struct slice coded_bytes(struct coded *in, uint64_t len)
{
    if (in->bad || len > (uint64_t)(in->end - in->at)) {
        in->bad = true;
        return (struct slice){"", 0};
    }
    struct slice bytes = {in->at, (size_t)len};
    in->at += len;
    return bytes;
}

static inline struct slice coded_text(struct coded *in)
{
    return coded_bytes(in, coded_number(in));
}

static inline double coded_double(struct coded *in)
{
    double value = 0;
    struct slice bytes = coded_bytes(in, sizeof value);
    if (bytes.len)
        memcpy(&value, bytes.data, sizeof value);
    return value;
}

static inline void code_byte(struct buffer *out, uint8_t byte)
{
    buffer_append(out, &byte, 1);
}

static inline void code_number(struct buffer *out, uint64_t value)
{
    enum { MOST_BYTES = 10 };
    buffer_reserve(out, MOST_BYTES);
    for (; value >= 0x80; value >>= 7)
        out->data[out->len++] = (char)(value | 0x80);
    out->data[out->len++] = (char)value;
}

static inline void code_text(struct buffer *out, struct slice text)
{
    code_number(out, text.len);
    buffer_add(out, text);
}

/* Little-endian as the machines we run on; a store isn't carried to others. */
static inline void code_double(struct buffer *out, double value)
{
    buffer_append(out, &value, sizeof value);
}

#endif
