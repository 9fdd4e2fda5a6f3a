/* raised.c - tells footnote marks from exponents. Any thread, no state, nothing fails. */
#include "workers/ingest/format/raised.h"

#include "workers/text/utf8.h"

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool raised_is_note(struct slice text)
{
    static const char signs[] = "[]()（）〔〕【】［］注释脚尾见*＊#＃†‡§※、，,-–—.";
    size_t letters = 0;
    for (size_t at = 0; at < text.len;) {
        size_t len = utf8_length(text.data + at);
        if (at + len > text.len)
            return false;
        uint32_t c = utf8_at(text.data + at);
        bool circled = (c >= 0x2460 && c <= 0x249B) || (c >= 0x2776 && c <= 0x2793);
        bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
        bool digit = (c >= '0' && c <= '9') || (c >= 0xFF10 && c <= 0xFF19);
        letters += letter;
        if (!circled && !letter && !digit &&
            !slice_has(SLICE(signs), slice_range(text, at, at + len)))
            return false;
        at += len;
    }
    return letters <= 1;
}

/* The character in front of the last digits of the line is one that multiplies: 1.5×10. */
static bool behind_power_of_ten(struct slice line)
{
    if (!slice_ends(line, SLICE("10")))
        return false;
    line.len -= 2;
    while (line.len && line.data[line.len - 1] == ' ')
        line.len--;
    return slice_ends(line, SLICE("×")) || slice_ends(line, SLICE("x")) ||
           slice_ends(line, SLICE("X")) || slice_ends(line, SLICE("*")) ||
           slice_ends(line, SLICE("·"));
}

/* m, km, cm, hm: what squares and cubes are of; no longer word ends there. */
static bool behind_metre(struct slice line)
{
    if (!slice_ends(line, SLICE("m")) && !slice_ends(line, SLICE("M")) &&
        !slice_ends(line, SLICE("米")))
        return false;
    size_t start = line.len;
    while (start > 0 &&
           ((line.data[start - 1] | 0x20) >= 'a' && (line.data[start - 1] | 0x20) <= 'z'))
        start--;
    return line.len - start <= 2 || slice_ends(line, SLICE("米"));
}

bool raised_is_exponent(struct slice line, struct slice text, char bytes[RAISED_BYTES],
                        struct slice *exponent)
{
    static const char *const raised[10] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    bool metre =
        text.len == 1 && (text.data[0] == '2' || text.data[0] == '3') && behind_metre(line);
    if (text.len == 0 || text.len > 2 || (!metre && !behind_power_of_ten(line)))
        return false;
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!is_digit(text.data[i]))
            return false;
        const char *digit = raised[text.data[i] - '0'];
        memcpy(bytes + len, digit, strlen(digit));
        len += strlen(digit);
    }
    *exponent = (struct slice){bytes, len};
    return true;
}
