/* numeral_hanzi.c - Chinese numerals: 一百二十三, 十一万五千余, 二〇二三, 九十八点六. */
#include "workers/extract/quantity/numeral_symbol.h"

#include <math.h>

/* Two neighbours mean "so many or one more": 两三, 七八; 三五 is said alike. */
static bool is_pair(double first, double second)
{
    return second == first + 1 || (first == 3 && second == 5);
}

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

/* 一百二十三万四千: sections below 万 add up; 万 and 亿 close them. */
struct sections {
    double total, section, digit;  /* digit -1: none pending */
    double small_floor, big_floor; /* the last unit: the next must be smaller */
    double last_unit;              /* for 一万二 = 12000 */
    bool zero;                     /* 零 stands before the pending digit */
};

static bool take_digit(struct slice text, size_t next, struct symbol s, struct sections *n,
                       struct numeral *out)
{
    if (n->digit >= 0) { /* 七八十 */
        struct symbol after = symbol_at(text, next);
        bool unit = after.kind == SMALL || after.kind == BIG;
        if (!unit || !is_pair(n->digit, s.value) || out->lower)
            return false;
        out->lower = true;
        return true;
    }
    n->digit = s.value;
    return true;
}

static bool take_small(struct symbol s, struct sections *n, struct numeral *out)
{
    double unit = s.value == 20 || s.value == 30 ? 10 : s.value;
    if (unit >= n->small_floor)
        return false;
    if (unit != s.value && n->digit >= 0)
        return false;
    if (n->digit < 0 && unit > 10 && n->total == 0 && n->section == 0)
        out->bare = true;
    n->section += (n->digit >= 0 ? n->digit : s.value / unit) * unit;
    n->digit = -1;
    n->zero = false;
    n->small_floor = n->last_unit = unit;
    return true;
}

static bool take_big(struct symbol s, struct sections *n, struct numeral *out)
{
    if (s.value >= n->big_floor && !(s.value == 1e8 && n->big_floor == 1e4))
        return false;
    double section = n->section + (n->digit > 0 ? n->digit : 0);
    if (section == 0 && n->total == 0) {
        out->bare = true;
        section = 1;
    } else if (section == 0 && s.value != 1e8) {
        return false;
    }
    n->total = s.value == 1e8 ? (n->total + section) * 1e8 : n->total + section * s.value;
    *n = (struct sections){n->total, 0, -1, 1e4, s.value, s.value, false};
    return true;
}

static bool take(struct slice text, size_t at, struct symbol s, struct sections *n,
                 struct numeral *out)
{
    switch (s.kind) {
    case HANZI:
        return take_digit(text, at + s.length, s, n, out);
    case ZERO:
        if (n->digit >= 0 || n->zero || n->last_unit == 0 ||
            symbol_at(text, at + s.length).kind == OTHER)
            return false;
        n->zero = true;
        return true;
    case SMALL:
        return take_small(s, n, out);
    case BIG:
        return take_big(s, n, out);
    default:
        return false;
    }
}

static void read_sections(struct slice text, size_t at, struct numeral *out)
{
    struct sections n = {0, 0, -1, 1e4, 1e9, 0, false};
    size_t last = at; /* where the last symbol began */
    for (;;) {
        struct symbol s = symbol_at(text, at);
        if ((s.kind == OVER || s.kind == SOME) && !out->over && n.digit < 0) {
            struct symbol next = symbol_at(text, at + s.length);
            if (next.kind != BIG)
                break; /* 余 at the end: read_tail */
            out->over = true;
        } else if (!take(text, at, s, &n, out)) {
            if ((s.kind == SMALL || s.kind == BIG) && n.digit >= 0) { /* 三百|五百 */
                at = last;
                n.digit = -1;
            }
            break;
        }
        last = at;
        at += s.length;
    }
    if (n.digit >= 0)
        n.section += n.digit * (!n.zero && n.last_unit >= 100 ? n.last_unit / 10 : 1);
    out->value = n.total + n.section;
    out->end = at;
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
    for (; (s = symbol_at(text, at)).kind == HANZI || s.kind == ZERO; at += s.length) {
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

static bool has_unit_ahead(struct slice text, size_t at)
{
    struct symbol s;
    while ((s = symbol_at(text, at)).kind == HANZI || s.kind == ZERO)
        at += s.length;
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
