/* numeral_digits.c - one group of Arabic digits with its thousands and its fraction:
 * 1,247.5, 98. 6. */
#include "workers/extract/quantity/numeral_symbol.h"

enum { GROUP = 3, MAX_GROUPS = 5 };

static size_t run_of_digits(struct slice text, size_t at, struct digits *d, unsigned *count)
{
    for (struct symbol s; (s = symbol_at(text, at)).kind == ARABIC; at += s.length) {
        if (d->whole + d->decimals < MAX_DIGITS)
            d->mantissa = d->mantissa * 10 + s.value;
        ++*count;
    }
    return at;
}

/* ---- thousands ---- */

/* What may part thousands; a point or a blank only where nothing else can be meant. */
static size_t parting_mark(struct slice text, size_t at)
{
    static const char *const marks[] = {",", "，", "'", "’", "ˈ", "｀", "`", ".", " "};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (listed_at(text, at, marks[i]))
            return strlen(marks[i]);
    return 0;
}

/* End of exactly three digits at `at`, or 0. */
static size_t three_digits(struct slice text, size_t at)
{
    for (int i = 0; i < GROUP; i++) {
        struct symbol s = symbol_at(text, at);
        if (s.kind != ARABIC)
            return 0;
        at += s.length;
    }
    return symbol_at(text, at).kind == ARABIC ? 0 : at;
}

/* How many groups of three follow from `at` on, each behind the same mark. */
static unsigned groups_behind(struct slice text, size_t at, size_t mark, size_t *end)
{
    struct slice first = slice_range(text, at, at + mark);
    unsigned count = 0;
    for (size_t group; count < MAX_GROUPS && word_at(text, at, first) &&
                       (group = three_digits(text, at + mark)) != 0;
         count++)
        *end = at = group;
    return count;
}

/* 1 026: no other number may stand near that the groups could belong to. */
static bool stands_alone(struct slice text, size_t start, size_t end)
{
    if (start > 0 && text.data[start - 1] == ' ')
        return false;
    end = blank_skipped(text, end);
    return end == text.len || (text.data[end] & 0x80) || strchr(".%\t\n", text.data[end]);
}

static size_t read_thousands(struct slice text, size_t start, size_t at, struct digits *d)
{
    size_t mark = parting_mark(text, at), end = at;
    unsigned groups = mark ? groups_behind(text, at, mark, &end) : 0;
    if (!groups || d->whole > GROUP || d->leading_zero)
        return at;
    if (text.data[at] == '.' && groups < 2)
        return at; /* a fraction */
    if (text.data[at] == ' ' && !stands_alone(text, start, end))
        return at;
    d->parted = true;
    for (unsigned i = 0; i < groups; i++)
        at = run_of_digits(text, at + mark, d, &d->whole);
    return at;
}

/* ---- fractions ---- */

/* Does what follows say that the number had a fraction? */
static bool wants_fraction(struct slice text, size_t at)
{
    static const char *const words[] = {"%", "％", "‰", "万", "亿", "元", "倍", "个百分点"};
    while (symbol_at(text, at).kind == ARABIC)
        at += symbol_at(text, at).length;
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (listed_at(text, at, words[i]))
            return true;
    return false;
}

/* Bytes of the decimal point at `at`, a digit behind it; 98. 6% and 98·6% where it must be one. */
static size_t point_length(struct slice text, size_t at)
{
    static const char *const sure[] = {".", "．"}, *const likely[] = {". ", " .", "·", "•", "‧",
                                                                      "・", "∙",  "⋅", "点"};
    for (size_t i = 0; i < sizeof sure / sizeof *sure; i++)
        if (listed_at(text, at, sure[i]) && symbol_at(text, at + strlen(sure[i])).kind == ARABIC)
            return strlen(sure[i]);
    for (size_t i = 0; i < sizeof likely / sizeof *likely; i++) {
        if (!listed_at(text, at, likely[i]))
            continue;
        size_t length = strlen(likely[i]);
        if (symbol_at(text, at + length).kind == ARABIC && wants_fraction(text, at + length))
            return length;
    }
    return 0;
}

bool read_digits(struct slice text, size_t at, struct digits *d)
{
    *d = (struct digits){.end = at, .leading_zero = symbol_at(text, at).value == 0};
    size_t end = run_of_digits(text, at, d, &d->whole);
    end = read_thousands(text, at, end, d);
    size_t point = point_length(text, end);
    if (point)
        end = run_of_digits(text, end + point, d, &d->decimals);
    d->end = end;
    return d->whole > 0 && d->whole + d->decimals <= MAX_DIGITS;
}
