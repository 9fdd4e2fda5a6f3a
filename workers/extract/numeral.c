/* numeral.c - the reader of numbers. Pure functions, any thread, any bytes.
 *
 * Happy path: the first character decides between the Arabic and the Chinese reader; each yields
 * digits as an integer with a count of decimals, so that 701.79万 becomes 70179 * 10000 / 100 and
 * is as exact as a double can be. What is left unread behind the number is the caller's.
 */
#include "workers/extract/numeral.h"

#include <math.h>

enum { MAX_DIGITS = 15 }; /* all integers of 15 digits are exact in a double */

enum kind { OTHER, ARABIC, HANZI, ZERO, SMALL, BIG, OVER, SOME, ABOUT };

struct symbol {
    enum kind kind;
    uint8_t length; /* bytes */
    double value;
};

static struct symbol symbol_of(uint32_t c)
{
    switch (c) {
    case U'〇':
    case U'○':
    case U'零':
        return (struct symbol){ZERO, 0, 0};
    case U'一':
        return (struct symbol){HANZI, 0, 1};
    case U'二':
    case U'两':
        return (struct symbol){HANZI, 0, 2};
    case U'三':
        return (struct symbol){HANZI, 0, 3};
    case U'四':
        return (struct symbol){HANZI, 0, 4};
    case U'五':
        return (struct symbol){HANZI, 0, 5};
    case U'六':
        return (struct symbol){HANZI, 0, 6};
    case U'七':
        return (struct symbol){HANZI, 0, 7};
    case U'八':
        return (struct symbol){HANZI, 0, 8};
    case U'九':
        return (struct symbol){HANZI, 0, 9};
    case U'十':
        return (struct symbol){SMALL, 0, 10};
    case U'廿':
        return (struct symbol){SMALL, 0, 20};
    case U'卅':
        return (struct symbol){SMALL, 0, 30};
    case U'百':
        return (struct symbol){SMALL, 0, 100};
    case U'千':
        return (struct symbol){SMALL, 0, 1000};
    case U'万':
        return (struct symbol){BIG, 0, 1e4};
    case U'亿':
        return (struct symbol){BIG, 0, 1e8};
    case U'余':
    case U'多':
        return (struct symbol){OVER, 0, 0};
    case U'几':
        return (struct symbol){SOME, 0, 0};
    case U'来':
        return (struct symbol){ABOUT, 0, 0};
    default:
        return (struct symbol){OTHER, 0, 0};
    }
}

static struct symbol symbol_for(uint32_t c)
{
    if (c < 0x80)
        return c >= '0' && c <= '9' ? (struct symbol){ARABIC, 0, c - '0'}
                                    : (struct symbol){OTHER, 0, 0};
    if (c >= 0xFF10 && c <= 0xFF19)
        return (struct symbol){ARABIC, 0, c - 0xFF10};
    return symbol_of(c);
}

static struct symbol symbol_at(struct slice text, size_t at)
{
    if (at >= text.len)
        return (struct symbol){OTHER, 0, 0};
    size_t length;
    struct symbol s = symbol_for(character_at(text, at, &length));
    s.length = (uint8_t)length;
    return s;
}

static bool is_at(struct slice text, size_t at, struct slice word)
{
    return at <= text.len && slice_starts(slice_range(text, at, text.len), word);
}

bool numeral_begins_with(uint32_t character)
{
    enum kind kind = symbol_for(character).kind;
    return kind >= ARABIC && kind <= BIG;
}

bool numeral_starts(struct slice text, size_t at)
{
    size_t length;
    return at < text.len && numeral_begins_with(character_at(text, at, &length));
}

/* ---- Arabic digits ---- */

struct digits {
    double mantissa;
    unsigned whole, decimals; /* digits before and behind the point */
    size_t end;
    bool leading_zero;
};

static size_t run_of_digits(struct slice text, size_t at, struct digits *d, unsigned *count)
{
    for (struct symbol s; (s = symbol_at(text, at)).kind == ARABIC; at += s.length) {
        if (d->whole + d->decimals < MAX_DIGITS)
            d->mantissa = d->mantissa * 10 + s.value;
        ++*count;
    }
    return at;
}

/* A group of exactly three digits behind a comma at `at`; its end, or 0. */
static size_t group_end(struct slice text, size_t at)
{
    size_t length;
    if (at >= text.len)
        return 0;
    uint32_t c = character_at(text, at, &length);
    if (c != ',' && c != U'，')
        return 0;
    at += length;
    for (int i = 0; i < 3; i++) {
        struct symbol s = symbol_at(text, at);
        if (s.kind != ARABIC)
            return 0;
        at += s.length;
    }
    return symbol_at(text, at).kind == ARABIC ? 0 : at;
}

static size_t point_length(struct slice text, size_t at)
{
    if (is_at(text, at, SLICE(".")))
        return 1;
    return is_at(text, at, SLICE("．")) ? strlen("．") : 0;
}

static bool read_digits(struct slice text, size_t at, struct digits *d)
{
    *d = (struct digits){.end = at, .leading_zero = symbol_at(text, at).value == 0};
    size_t end = run_of_digits(text, at, d, &d->whole);
    if (d->whole >= 1 && d->whole <= 3 && !d->leading_zero)
        for (size_t group; (group = group_end(text, end)) != 0; end = group) {
            size_t comma;
            character_at(text, end, &comma);
            run_of_digits(text, end + comma, d, &d->whole);
        }
    size_t point = point_length(text, end);
    if (point && symbol_at(text, end + point).kind == ARABIC)
        end = run_of_digits(text, end + point, d, &d->decimals);
    d->end = end;
    return d->whole > 0 && d->whole + d->decimals <= MAX_DIGITS;
}

static double power_of_ten(unsigned exponent)
{
    static const double powers[] = {1,   1e1, 1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15};
    return powers[exponent <= MAX_DIGITS ? exponent : MAX_DIGITS];
}

/* ---- 万, 余 and what they do behind digits ---- */

static size_t skip_blank(struct slice text, size_t at)
{
    return at < text.len && text.data[at] == ' ' ? at + 1 : at;
}

/* 千 of 千米 and 百 of 百分点 belong to the unit. */
static bool is_multiplier(struct slice text, size_t at, struct symbol s)
{
    if (s.kind == BIG)
        return true;
    if (s.kind != SMALL || s.value < 100)
        return false;
    size_t length;
    size_t next = at + s.length;
    uint32_t c = next < text.len ? character_at(text, next, &length) : 0;
    return c != U'米' && c != U'克' && c != U'瓦' && c != U'分' && c != U'伏' && c != U'卡';
}

/* 余 and 多 behind digits, then multipliers; moves *end behind them. */
static double read_scale(struct slice text, size_t *end, struct numeral *out)
{
    double scale = 1;
    for (int i = 0; i < 4; i++) {
        size_t at = skip_blank(text, *end);
        struct symbol s = symbol_at(text, at);
        if (s.kind == OVER && !out->over) {
            out->over = true;
            *end = at + s.length;
        } else if (is_multiplier(text, at, s) && scale * s.value <= 1e12) {
            scale *= s.value;
            *end = at + s.length;
        } else {
            break;
        }
    }
    return scale;
}

static void read_plus(struct slice text, struct numeral *out)
{
    if (!is_at(text, out->end, SLICE("+")))
        return;
    size_t next = out->end + 1;
    struct symbol s = symbol_at(text, next);
    bool letter =
        next < text.len && ((text.data[next] | 32) >= 'a' && (text.data[next] | 32) <= 'z');
    if (s.kind == ARABIC || s.kind == HANZI || letter || is_at(text, next, SLICE("“")))
        return;
    out->over = true;
    out->end = next;
}

/* 2万3千, 1亿2000万, 3万5000: a smaller part behind 万 or 亿. */
static bool read_lesser_part(struct slice text, struct numeral *out, double *floor)
{
    if (symbol_at(text, out->end).kind != ARABIC || out->over)
        return false;
    struct digits d;
    if (!read_digits(text, out->end, &d) || d.decimals || d.leading_zero)
        return false;
    size_t end = d.end;
    struct numeral tail = {0};
    double scale = read_scale(text, &end, &tail);
    double part = d.mantissa * scale;
    if (part >= *floor || (scale == 1 && d.whole < 3))
        return false;
    out->value += part;
    out->over |= tail.over;
    out->end = end;
    *floor = scale;
    return scale > 1;
}

static bool read_arabic(struct slice text, size_t at, struct numeral *out)
{
    struct digits d;
    bool exact = read_digits(text, at, &d);
    out->end = d.end;
    if (!exact)
        return false;
    out->digits = d.whole;
    out->decimal = d.decimals > 0;
    out->scale = read_scale(text, &out->end, out);
    out->value = d.mantissa * out->scale / power_of_ten(d.decimals);
    double floor = out->scale;
    while (floor > 1 && read_lesser_part(text, out, &floor))
        ;
    read_plus(text, out);
    return true;
}

/* ---- Chinese numerals ---- */

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
    if (!is_at(text, out->end, SLICE("点")) || out->over || out->lower)
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

static bool read_hanzi(struct slice text, size_t at, struct numeral *out)
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
        first.kind == HANZI && out->end == at + first.length && is_at(text, at, SLICE("一"));
    read_spoken_decimals(text, out);
    read_tail(text, out);
    out->plain_one &= !out->decimal;
    return true;
}

/* ---- shares ---- */

static bool read_plain(struct slice text, size_t at, struct numeral *out)
{
    *out = (struct numeral){.start = at, .end = at, .scale = 1};
    struct symbol first = symbol_at(text, at);
    if (first.kind == ARABIC)
        return read_arabic(text, at, out);
    return first.kind >= HANZI && first.kind <= BIG && read_hanzi(text, at, out);
}

/* 三分之二, 百分之九十八: the denominator has been read. */
static bool read_fraction(struct slice text, struct numeral *out)
{
    size_t at = out->end + strlen("分之");
    struct numeral top;
    if (!is_at(text, out->end, SLICE("分之")) || out->over || out->value < 2 || out->decimal ||
        !read_plain(text, at, &top) || top.scale != 1)
        return false;
    bool percent = out->value == 100, permille = out->value == 1000;
    double share = top.value * 100 / out->value;
    out->value = percent || permille ? top.value : round(share * 100) / 100;
    out->share = permille ? SHARE_PERMILLE : SHARE_PERCENT;
    out->over = top.over;
    out->about = top.about;
    out->lower = top.lower;
    out->bare = out->plain_one = out->sequence = false;
    out->end = top.end;
    return true;
}

/* 成员, 成立, 成功: not tenths. */
static bool begins_word_with_cheng(struct slice text, size_t at)
{
    static const char *const words[] = {"员", "立", "功", "效", "果", "为", "本", "长", "因", "份",
                                        "年", "品", "就", "绩", "都", "套", "熟", "型", "片", "村"};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_at(text, at, slice_of(words[i])))
            return true;
    return false;
}

/* 三成, 九成九, 两成半, 四成多. */
static bool read_tenths(struct slice text, struct numeral *out)
{
    size_t at = out->end + strlen("成");
    if (!is_at(text, out->end, SLICE("成")) || out->value < 1 || out->value > 10 || out->over ||
        out->about || out->scale != 1 || out->decimal || begins_word_with_cheng(text, at))
        return false;
    struct symbol s = symbol_at(text, at);
    out->value *= 10;
    if (is_at(text, at, SLICE("半"))) {
        out->value += 5;
        at += strlen("半");
    } else if (s.kind == HANZI && symbol_at(text, at + s.length).kind == OTHER) {
        out->value += s.value;
        at += s.length;
    } else if (s.kind == OVER) {
        out->over = true;
        at += s.length;
    }
    out->share = SHARE_PERCENT;
    out->plain_one = out->sequence = false;
    out->end = at;
    return true;
}

bool numeral_read(struct slice text, size_t at, struct numeral *out)
{
    *out = (struct numeral){.start = at, .end = at, .scale = 1};
    if (at >= text.len || !read_plain(text, at, out))
        return false;
    if (!read_fraction(text, out))
        read_tenths(text, out);
    return true;
}
