/* numeral_hanzi.c - Chinese numerals: 一百二十三, 十一万五千余, 二〇二三, 九十八点六. */
#include "workers/extract/quantity/numeral_symbol.h"

#include <math.h>

/* Digits one by one, from `at`: 八, 二〇二三, 两三. */
static bool read_sequence(struct slice text, size_t at, struct numeral *out)
{
    double first = 0, last = 0;
    unsigned count = 0;
    struct symbol s;
    for (; (s = symbol_at(text, at)).kind == HANZI || s.kind == ZERO; at += s.length) {
        if (count == 0)
            first = s.value;
        last = s.value;
        out->value = out->value * 10 + s.value;
        if (++count > MAX_DIGITS)
            break;
    }
    out->end = at;
    if (count == 2 && first > 0 && is_pair(first, last)) {
        out->lower = true;
        out->value = first;
    } else {
        out->sequence = count > 1;
    }
    return count > 0 && count <= MAX_DIGITS;
}

/* 余, 多, 几, 来 behind a round Chinese number: 十余, 三百多, 十几. */
static void read_tail(struct slice text, struct numeral *out)
{
    struct symbol s = symbol_at(text, out->end);
    if (s.kind == ABOUT && fmod(out->value, 10) == 0) {
        out->about = true;
        out->end += s.length;
    } else if ((s.kind == OVER || s.kind == SOME) && fmod(out->value, 10) == 0 && !out->over) {
        out->over = true;
        out->end += s.length;
        read_plus(text, out);
    }
}

/* 九十八点六, 一点二万. */
static void read_spoken_decimals(struct slice text, struct numeral *out)
{
    size_t at = out->end + strlen("点");
    if (!word_at(text, out->end, SLICE("点")) || out->over || out->lower)
        return;
    double mantissa = 0;
    unsigned count = 0;
    struct symbol s;
    for (; (s = symbol_at(text, at)).kind >= ARABIC && s.kind <= ZERO; at += s.length) {
        if (++count > 6)
            return;
        mantissa = mantissa * 10 + s.value;
    }
    if (count == 0 || s.kind == SMALL)
        return;
    double power = power_of_ten(count);
    double scale = 1;
    if (s.kind == BIG) {
        scale = s.value;
        at += s.length;
    }
    out->value = (out->value * power + mantissa) * scale / power;
    out->decimal = true;
    out->end = at;
}

/* Does a multiplier follow the digits at `at`? Not behind more than a number can have. */
static bool has_unit_ahead(struct slice text, size_t at)
{
    struct symbol s = {0};
    for (unsigned i = 0; i <= MAX_DIGITS; i++, at += s.length)
        if ((s = symbol_at(text, at)).kind != HANZI && s.kind != ZERO)
            break;
    return s.kind == SMALL || s.kind == BIG;
}

bool read_hanzi(struct slice text, size_t at, struct numeral *out)
{
    struct symbol first = symbol_at(text, at);
    out->hanzi = true;
    if (first.kind == SMALL || first.kind == BIG || has_unit_ahead(text, at))
        read_sections(text, at, out);
    if (out->end == at) { /* 一二三千: not one number; its first digits are */
        out->value = 0;
        if (!read_sequence(text, at, out))
            return false;
    }
    out->plain_one =
        first.kind == HANZI && out->end == at + first.length && word_at(text, at, SLICE("一"));
    read_spoken_decimals(text, out);
    read_tail(text, out);
    out->plain_one &= !out->decimal;
    return true;
}
