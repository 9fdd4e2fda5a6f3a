/* numeral_arabic.c - Arabic digits with what multiplies them: 1,247, 98.6, 3万余, 2万3千. */
#include "workers/extract/quantity/numeral_symbol.h"

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

/* 1 026: one group behind a blank, where no other number stands near that it could belong to. */
static size_t spaced_group_end(struct slice text, size_t start, size_t at)
{
    if (at >= text.len || text.data[at] != ' ' || (start > 0 && text.data[start - 1] == ' '))
        return 0;
    at++;
    for (int i = 0; i < 3; i++, at++)
        if (at >= text.len || text.data[at] < '0' || text.data[at] > '9')
            return 0;
    return at == text.len || (text.data[at] & 0x80) == 0 ? 0 : at;
}

static size_t point_length(struct slice text, size_t at)
{
    if (word_at(text, at, SLICE(".")))
        return 1;
    return word_at(text, at, SLICE("．")) ? strlen("．") : 0;
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
    size_t spaced = d->whole <= 3 && !d->leading_zero ? spaced_group_end(text, at, end) : 0;
    if (spaced)
        end = run_of_digits(text, end + 1, d, &d->whole);
    size_t point = point_length(text, end);
    if (point && symbol_at(text, end + point).kind == ARABIC)
        end = run_of_digits(text, end + point, d, &d->decimals);
    d->end = end;
    return d->whole > 0 && d->whole + d->decimals <= MAX_DIGITS;
}

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

bool read_arabic(struct slice text, size_t at, struct numeral *out)
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
