/* utf8.h - steps through text that is known to be valid UTF-8, and the classes of characters that
 * reading Chinese documents needs. Nothing here checks: document_read() has. */
#ifndef XIANZHI_TEXT_UTF8_H
#define XIANZHI_TEXT_UTF8_H

#include "proto/base/slice.h"

static inline size_t utf8_length(const char *at)
{
    unsigned char lead = (unsigned char)*at;
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

static inline uint32_t utf8_at(const char *at)
{
    const unsigned char *b = (const unsigned char *)at;
    if (b[0] < 0x80)
        return b[0];
    if (b[0] < 0xE0)
        return (uint32_t)(b[0] & 0x1F) << 6 | (b[1] & 0x3F);
    if (b[0] < 0xF0)
        return (uint32_t)(b[0] & 0x0F) << 12 | (uint32_t)(b[1] & 0x3F) << 6 | (b[2] & 0x3F);
    return (uint32_t)(b[0] & 0x07) << 18 | (uint32_t)(b[1] & 0x3F) << 12 |
           (uint32_t)(b[2] & 0x3F) << 6 | (b[3] & 0x3F);
}

/* Start of the character in front of `at`; `at` itself at the start of the text. */
static inline const char *utf8_before(const char *start, const char *at)
{
    if (at > start)
        at--;
    while (at > start && ((unsigned char)*at & 0xC0) == 0x80)
        at--;
    return at;
}

static inline size_t utf8_put(uint32_t c, char *out)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

static inline bool utf8_is_hanzi(uint32_t c)
{
    return (c >= 0x4E00 && c <= 0x9FFF) || c == 0x3007 || (c >= 0x3400 && c <= 0x4DBF) ||
           (c >= 0x2E80 && c <= 0x2FDF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0x20000 && c <= 0x3FFFF);
}

/* Blanks within a line, those included that some fonts and encodings have of their own (GBK A3A0 is
 * U+E5E5, Hangul fillers, the empty Braille cell); not the tab, which parts cells. */
static inline bool utf8_is_blank(uint32_t c)
{
    if (c < 0x1000)
        return c == ' ' || c == 0xA0;
    return c == 0x3000 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F ||
           c == 0x1680 || c == 0x115F || c == 0x1160 || c == 0x3164 || c == 0xFFA0 || c == 0x2800 ||
           c == 0xE5E5;
}

/* Characters without width or meaning: joiners, bidi controls, variation selectors, tags,
 * annotation marks, soft hyphens, control characters. */
static inline bool utf8_is_invisible(uint32_t c)
{
    if (c < 0x2000)
        return c == '\r' || c < 0x09 || (c >= 0x0E && c < 0x20) ||
               (c >= 0x7F && c < 0xA0 && c != 0x85) || c == 0xAD || c == 0x34F || c == 0x61C ||
               c == 0x17B4 || c == 0x17B5 || (c >= 0x180B && c <= 0x180F);
    return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || (c >= 0xFE00 && c <= 0xFE0F) || c == 0xFEFF ||
           (c >= 0xFFF0 && c <= 0xFFFC) || (c >= 0x1D173 && c <= 0x1D17A) ||
           (c >= 0xE0000 && c <= 0xE0FFF);
}

/* Characters that stand for something nobody can read any more: bullets of symbol fonts and other
 * private ones, and what a decoder put in place of a broken one. */
static inline bool utf8_is_unreadable(uint32_t c)
{
    return c == 0xFFFD || (c >= 0xE000 && c <= 0xF8FF) || (c >= 0xF0000 && c <= 0x10FFFF);
}

#endif
