/* text.h - looking at UTF-8 that ingest has already validated. */
#ifndef XIANZHI_WORKERS_SEGMENT_TEXT_H
#define XIANZHI_WORKERS_SEGMENT_TEXT_H

#include "proto/base/slice.h"

/* Bytes of the character that begins with `lead`. */
static inline unsigned char_bytes(unsigned char lead)
{
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

static inline bool is_digit(unsigned char c)
{
    return c >= '0' && c <= '9';
}

static inline bool is_letter(unsigned char c)
{
    return (unsigned char)((c | 0x20) - 'a') < 26;
}

/* Bytes of the literal if `s` has it at `at`, else 0. */
static inline size_t literal_at(struct slice s, size_t at, const char *literal, size_t bytes)
{
    return at + bytes <= s.len && memcmp(s.data + at, literal, bytes) == 0 ? bytes : 0;
}

/* Bytes of whichever of the three-byte characters strung together in `set` stands at `at`, else 0.
 */
static inline size_t one_of_at(struct slice s, size_t at, const char *set)
{
    if (at + 3 > s.len || (unsigned char)s.data[at] < 0xE0)
        return 0;
    for (; *set; set += 3)
        if (memcmp(s.data + at, set, 3) == 0)
            return 3;
    return 0;
}

/* Whether `s` ends with one of those characters. */
static inline bool ends_with_one_of(struct slice s, const char *set)
{
    return s.len >= 3 && one_of_at(s, s.len - 3, set) > 0;
}

static inline bool is_blank_byte(unsigned char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Bytes of a blank of any width (ASCII, no-break, ideographic, …) at `at`, else 0. */
static inline size_t blank_at(struct slice s, size_t at)
{
    if (at >= s.len)
        return 0;
    unsigned char c = (unsigned char)s.data[at];
    if (is_blank_byte(c))
        return 1;
    if (c == 0xC2)
        return literal_at(s, at, "\xC2\xA0", 2);
    if (c == 0xE3)
        return literal_at(s, at, "\xE3\x80\x80", 3);
    if (c == 0xE2 && at + 3 <= s.len && (unsigned char)s.data[at + 1] == 0x80)
        return (unsigned char)s.data[at + 2] <= 0x8B ? 3 : 0;
    return literal_at(s, at, "\xEF\xBB\xBF", 3);
}

#endif
