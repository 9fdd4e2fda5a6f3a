/* numeral_sections.c - digits and multipliers: 一百二十三, 十一万五千, 2万3千, 14万一千, 百八十.
 *
 * Pure; any thread. 十, 百 and 千 add up to a section, 万 and 亿 close it; a group of Arabic digits
 * stands wherever a Chinese digit may. Where the next character fits nothing the number ends in
 * front of it; a last group that stands for nothing certain (6万50) is left unread, so that the
 * caller sees a number that is not whole.
 */
#include "workers/extract/quantity/numeral_symbol.h"

enum { NONE = -1 };

struct sections {
    double total, section;
    double pending;                /* the digit or group that waits for its multiplier, or NONE */
    unsigned pending_digits;       /* of a group of Arabic digits; 0: a Chinese digit */
    double small_floor, big_floor; /* the last multiplier: the next must be smaller */
    double last_unit;              /* for 一万二 = 12000; 0: nothing was multiplied yet */
    unsigned groups;               /* digits and groups so far */
    bool zero;                     /* 零 stands before the pending digit */
    bool hanzi;                    /* begins with a Chinese numeral */
    size_t pending_start;
};

static bool is_multiplier(struct symbol s)
{
    return s.kind == SMALL || s.kind == BIG;
}

/* 千 of 千米 and 百 of 百分点 begin a unit when they stand behind one digit or group; 一万二千米
 * and 三百分 are numbers. */
static bool begins_unit(struct slice text, size_t at, const struct sections *n)
{
    if (n->last_unit || n->pending == NONE)
        return false;
    bool point = word_at(text, at, SLICE("百分点"));
    return small_begins_unit(text, at) &&
           (n->pending_digits > 0 || point || !word_at(text, at, SLICE("百")));
}

/* The second of two neighbours: 七八十, 一万六七千, and behind tens 十七八. */
static bool take_neighbour(struct slice text, size_t next, struct symbol s,
                           const struct sections *n, struct numeral *out)
{
    struct symbol after = symbol_at(text, next);
    bool ends_tens = n->last_unit == 10 && after.kind != HANZI && after.kind != ARABIC;
    if (n->pending_digits || out->lower || !is_pair(n->pending, s.value) ||
        !(is_multiplier(after) || ends_tens))
        return false;
    out->lower = true;
    return true;
}

static bool take_digit(struct slice text, size_t at, struct symbol s, struct sections *n,
                       struct numeral *out)
{
    if (n->pending != NONE)
        return take_neighbour(text, at + s.length, s, n, out);
    if (!n->hanzi && s.value == 1 && !is_multiplier(symbol_at(text, at + s.length)))
        return false; /* 12万一次性 */
    n->pending = s.value;
    n->pending_digits = 0;
    n->pending_start = at;
    n->groups++;
    return true;
}

/* A group of Arabic digits; its bytes, or 0. Only the first may have its thousands parted. */
static size_t take_group(struct slice text, size_t at, struct sections *n)
{
    struct digits d;
    if (n->pending != NONE || (n->hanzi && n->last_unit < 100) || !read_digits(text, at, &d))
        return 0;
    if (d.decimals || (n->groups && (d.parted || (d.leading_zero && d.whole > 1))))
        return 0;
    n->pending = d.mantissa;
    n->pending_digits = d.whole;
    n->pending_start = at;
    n->groups++;
    return d.end - at;
}

static bool take_zero(struct slice text, size_t next, struct sections *n)
{
    if (n->pending != NONE || n->zero || n->last_unit == 0 || symbol_at(text, next).kind == OTHER)
        return false;
    n->zero = true;
    return true;
}

static bool take_small(struct symbol s, struct sections *n, struct numeral *out)
{
    double unit = s.value == 20 || s.value == 30 ? 10 : s.value;
    bool counted = n->pending != NONE;
    if (unit >= n->small_floor || (unit != s.value && counted))
        return false;
    if (!counted && unit > 10 && n->last_unit)
        return false; /* 120万千瓦: what follows begins a unit, or is no number that one writes */
    if (!counted && unit > 10 && n->total == 0 && n->section == 0)
        out->bare = true;
    else
        out->bare = out->bare && !counted && unit > 10; /* 百八十, 百十来 say a number */
    n->section += (counted ? n->pending : s.value / unit) * unit;
    n->pending = NONE;
    n->zero = false;
    n->small_floor = n->last_unit = unit;
    return true;
}

static bool take_big(struct symbol s, struct sections *n, struct numeral *out)
{
    if (s.value >= n->big_floor && !(s.value == 1e8 && n->big_floor == 1e4))
        return false;
    double section = n->section + (n->pending > 0 ? n->pending : 0);
    if (section == 0 && n->total == 0) {
        if (n->pending == 0)
            return false;
        out->bare = true;
        section = 1;
    } else if (section == 0 && s.value != 1e8) {
        return false;
    }
    n->total = s.value == 1e8 ? (n->total + section) * 1e8 : n->total + section * s.value;
    n->section = 0;
    n->pending = NONE;
    n->small_floor = 1e4;
    n->big_floor = n->last_unit = s.value;
    n->zero = false;
    return true;
}

/* Bytes of the symbol at `at` if it goes on with the number, or 0. */
static size_t take(struct slice text, size_t at, struct symbol s, struct sections *n,
                   struct numeral *out)
{
    switch (s.kind) {
    case ARABIC:
        return take_group(text, at, n);
    case HANZI:
        return take_digit(text, at, s, n, out) ? s.length : 0;
    case ZERO:
        return take_zero(text, at + s.length, n) ? s.length : 0;
    case SMALL:
        return !begins_unit(text, at, n) && take_small(s, n, out) ? s.length : 0;
    case BIG:
        return take_big(s, n, out) ? s.length : 0;
    default:
        return 0;
    }
}

/* 余 in front of 万 or 亿: 十余万, 300多万, 十来万. */
static bool takes_over(struct slice text, size_t at, struct symbol s, const struct sections *n,
                       const struct numeral *out)
{
    return s.kind >= OVER && !out->over && !out->about &&
           (n->pending == NONE || n->pending_digits) &&
           symbol_at(text, blank_skipped(text, at + s.length)).kind == BIG;
}

/* What the last digit or group without a multiplier adds; NONE: nothing certain. */
static double rest_of(const struct sections *n)
{
    if (n->pending == NONE)
        return 0;
    if (n->last_unit == 0 || (n->last_unit == 10 && n->pending < 10))
        return n->pending;
    if (n->zero)
        return n->pending < n->last_unit ? n->pending : NONE;
    if (n->pending_digits == 0 || (n->pending_digits == 1 && !n->hanzi))
        return n->pending * n->last_unit / 10; /* 一万二 */
    unsigned places = n->last_unit == 100 ? 2 : 3;
    bool fits = n->last_unit > 1000 ? n->pending_digits >= places : n->pending_digits == places;
    return fits && n->last_unit > 10 && n->pending < n->last_unit ? n->pending : NONE;
}

static double scale_after(double scale, struct symbol s, const struct sections *n)
{
    bool first = n->groups <= 1 && is_multiplier(s) && (s.kind == BIG || !n->hanzi);
    return first ? scale * s.value : scale;
}

void read_sections(struct slice text, size_t at, struct numeral *out)
{
    struct sections n = {.pending = NONE, .small_floor = 1e4, .big_floor = 1e9};
    n.hanzi = symbol_at(text, at).kind != ARABIC;
    size_t last = at, taken; /* where the last symbol began */
    for (;;) {
        size_t here = n.pending_digits && n.pending != NONE ? blank_skipped(text, at) : at;
        struct symbol s = symbol_at(text, here);
        if (takes_over(text, here, s, &n, out)) {
            out->over = s.kind != ABOUT;
            out->about = s.kind == ABOUT;
            taken = s.length;
        } else if ((here > at && !is_multiplier(s)) || !(taken = take(text, here, s, &n, out))) {
            if (is_multiplier(s) && n.pending != NONE && n.last_unit) { /* 三百|五百 */
                at = last;
                n.pending = NONE;
            }
            break;
        }
        out->scale = scale_after(out->scale, s, &n);
        last = here;
        at = here + taken;
    }
    double rest = rest_of(&n);
    out->end = rest == NONE ? n.pending_start : at;
    out->value = n.total + n.section + (rest == NONE ? 0 : rest);
}
