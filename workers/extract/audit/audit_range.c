/* audit_range.c - how exactly a figure is meant, by the way it is written. Pure, can't fail. */
#include "workers/extract/audit/audit_view.h"

#include <math.h>

static unsigned decimals_of(struct slice written)
{
    const char *point = memchr(written.data, '.', written.len);
    unsigned decimals = 0;
    if (point)
        for (const char *c = point + 1; c < written.data + written.len && *c >= '0' && *c <= '9';
             c++)
            decimals++;
    return decimals;
}

static double scale_of(struct slice written)
{
    return slice_has(written, SLICE("亿"))   ? 1e8
           : slice_has(written, SLICE("万")) ? 1e4
           : slice_has(written, SLICE("千")) ? 1e3
                                             : 1;
}

/* The place of the last digit that was written: 1.94万 is right to 100, 8210余 counts by tens. */
static double place_of(const struct audit_view *view, const struct quantity *quantity)
{
    struct slice written = audit_written(view, quantity);
    double place = scale_of(written) / pow(10, decimals_of(written));
    if (quantity->bound != BOUND_EXACT)
        for (; place < quantity->value && fmod(quantity->value, place * 10) == 0; place *= 10)
            ;
    return place;
}

struct range audit_count_range(const struct audit_view *view, const struct quantity *quantity)
{
    double place = place_of(view, quantity);
    double rounding = place > 1 && quantity->bound == BOUND_EXACT ? place / 2 : 0;
    struct range range = {quantity->value - rounding, quantity->value + rounding};
    if (quantity->bound == BOUND_OVER || quantity->bound == BOUND_ABOUT)
        range.high = quantity->value + place;
    else if (quantity->bound == BOUND_AT_LEAST)
        range.high = quantity->value * 1.2;
    if (quantity->bound == BOUND_AT_MOST || quantity->bound == BOUND_ABOUT)
        range.low = quantity->value - place;
    return range;
}

struct range audit_rate_range(const struct audit_view *view, const struct quantity *rate)
{
    double step = pow(10, -(double)decimals_of(audit_written(view, rate)));
    struct range range = {rate->value - step, rate->value + step};
    if (rate->bound == BOUND_OVER || rate->bound == BOUND_AT_LEAST)
        range.high = 100;
    else if (rate->bound == BOUND_AT_MOST)
        range.low = 0;
    else if (rate->bound == BOUND_ABOUT)
        range = (struct range){rate->value - 2, rate->value + 2};
    return range;
}

bool audit_comparable(const struct quantity *a, const struct quantity *b)
{
    static const char cases[] = "件起宗";
    if (slice_equal(a->unit, b->unit))
        return true;
    return a->unit.len == 3 && b->unit.len == 3 && memmem(cases, 9, a->unit.data, 3) &&
           memmem(cases, 9, b->unit.data, 3);
}

struct span audit_spanning(const struct quantity *a, const struct quantity *b,
                           const struct quantity *c)
{
    struct span span = a->clean;
    const struct quantity *others[] = {b, c};
    for (size_t i = 0; i < 2; i++) {
        if (others[i]->clean.start < span.start)
            span.start = others[i]->clean.start;
        if (others[i]->clean.end > span.end)
            span.end = others[i]->clean.end;
    }
    return span;
}
