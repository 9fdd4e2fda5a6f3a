/* numeral_arabic.c - Arabic digits with what multiplies them: 1,247, 98.6, 3万余, 1.2E+05. */
#include "workers/extract/quantity/numeral_symbol.h"

#include <math.h>

/* ---- powers ---- */

/* ⁴ at `at`, -1: no superscript digit. */
static int superscript_at(struct slice text, size_t at, size_t *length)
{
    static const char *const digits[] = {"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
    for (int i = 0; i < 10; i++)
        if (listed_at(text, at, digits[i])) {
            *length = strlen(digits[i]);
            return i;
        }
    return -1;
}

static size_t power_digits(struct slice text, size_t at, bool raised, unsigned *power)
{
    unsigned count = 0;
    for (size_t length; count < 4; count++, at += length) {
        struct symbol s = symbol_at(text, at);
        length = s.length;
        int digit = raised             ? superscript_at(text, at, &length)
                    : s.kind == ARABIC ? (int)s.value
                                       : -1;
        if (digit < 0)
            break;
        *power = *power * 10 + (unsigned)digit;
    }
    return count ? at : 0;
}

/* E+05, ×10⁴ or ×10^4 behind the digits: its end and power, or 0. */
static size_t power_end(struct slice text, size_t at, unsigned *power)
{
    *power = 0;
    if (at < text.len && (text.data[at] | 32) == 'e') {
        at += 1 + (word_at(text, at + 1, SLICE("+")) ? 1 : 0);
        return power_digits(text, at, false, power);
    }
    if (!word_at(text, at, SLICE("×10")))
        return 0;
    at += strlen("×10");
    bool caret = word_at(text, at, SLICE("^"));
    return power_digits(text, at + caret, !caret, power);
}

/* ---- the number ---- */

/* 余, 多, 几, 来 behind it. */
static void read_tail(struct slice text, struct numeral *out)
{
    size_t at = blank_skipped(text, out->end);
    struct symbol s = symbol_at(text, at);
    bool round = fmod(out->value, 10) == 0;
    if (s.kind == OVER || (s.kind == SOME && round))
        out->over = true;
    else if (s.kind == ABOUT && round)
        out->about = true;
    else
        return;
    out->end = at + s.length;
}

static bool is_multiplier(struct slice text, size_t at, struct symbol s)
{
    return s.kind == BIG || (s.kind == SMALL && s.value >= 100 && !small_begins_unit(text, at));
}

/* 1.2万, 3.5千万, 1.2余万: multipliers behind a fraction, the lesser in front. */
static void read_scale(struct slice text, struct numeral *out)
{
    for (int i = 0; i < 3; i++) {
        size_t at = blank_skipped(text, out->end);
        struct symbol s = symbol_at(text, at);
        if (s.kind == OVER && !out->over &&
            symbol_at(text, blank_skipped(text, at + s.length)).kind == BIG) {
            out->over = true;
        } else if (is_multiplier(text, at, s) && out->scale * s.value <= 1e12 &&
                   (s.kind == BIG || out->scale == 1)) {
            out->scale *= s.value;
        } else {
            break;
        }
        out->end = at + s.length;
    }
}

static bool goes_on(struct slice text, size_t at)
{
    at = blank_skipped(text, at);
    struct symbol s = symbol_at(text, at);
    if (s.kind == OVER || s.kind == SOME) {
        at = blank_skipped(text, at + s.length);
        s = symbol_at(text, at);
        return s.kind == BIG;
    }
    return s.kind == BIG || (s.kind == SMALL && is_multiplier(text, at, s));
}

bool read_arabic(struct slice text, size_t at, struct numeral *out)
{
    struct digits d;
    unsigned power;
    bool exact = read_digits(text, at, &d);
    size_t raised = power_end(text, d.end, &power);
    out->end = raised ? raised : d.end;
    if (!exact || (raised && (d.whole + power > MAX_DIGITS || power > MAX_DIGITS)))
        return false;
    out->digits = d.whole;
    out->decimal = d.decimals > 0 && power < d.decimals;
    if (!raised && !d.decimals && goes_on(text, d.end)) {
        read_sections(text, at, out);
    } else {
        read_scale(text, out);
        double scale = out->scale * power_of_ten(power);
        out->value = d.mantissa * scale / power_of_ten(d.decimals);
    }
    read_tail(text, out);
    read_plus(text, out);
    return out->end > at;
}
