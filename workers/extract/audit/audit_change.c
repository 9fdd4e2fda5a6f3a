/* audit_change.c - growth and decline against the two figures they are counted from.
 *
 * 新收214件，与2022年的158件相比，净增56件，增幅35.4%: said only where exactly two figures of one
 * unit stand in front of the change, one of them marked as the earlier year's, and neither basis of
 * counting comes out at it.
 */
#include "workers/extract/audit/audit_view.h"

#include <math.h>

static bool is_rate(const struct quantity *quantity)
{
    return slice_equal(quantity->unit, SLICE("%"));
}

/* The words that lead to a figure, from the figure before it on. */
static struct slice lead_of(const struct audit_view *view, const struct period *period,
                            size_t index)
{
    const struct quantity *quantities = view->report->quantities;
    uint32_t start = index > period->first ? quantities[index - 1].clean.end : period->clean.start;
    struct span clause = audit_clause(view, &quantities[index]);
    return audit_text(view, (struct span){start > clause.start ? start : clause.start,
                                          quantities[index].clean.start});
}

static bool says_change(const struct audit_view *view, struct slice lead)
{
    lead.len -= audit_ending(&view->rules->change_links, lead);
    return audit_ends(&view->rules->change_verbs, lead);
}

static bool agrees(struct range rate, struct range now, struct range base)
{
    double low = fabs(now.low - base.high) / base.high * 100;
    double high = fabs(now.high - base.low) / base.low * 100;
    if (low > high) {
        double swap = low;
        low = high;
        high = swap;
    }
    return low < rate.high && high > rate.low;
}

static void audit_change(struct audit_view *view, const struct period *period, size_t index)
{
    const struct quantity *quantities = view->report->quantities, *rate = &quantities[index];
    size_t first = index - 1;
    if (first > period->first && says_change(view, lead_of(view, period, first)))
        first--; /* 净增56件 */
    if (first <= period->first)
        return;
    const struct quantity *a = &quantities[first - 1], *b = &quantities[first];
    bool a_base = audit_says(&view->rules->bases, lead_of(view, period, first - 1));
    bool b_base = audit_says(&view->rules->bases, lead_of(view, period, first));
    if (!audit_comparable(a, b) || is_rate(a) || a_base == b_base || a->value <= 0 || b->value <= 0)
        return;
    const struct quantity *base = a_base ? a : b, *now = a_base ? b : a;
    struct range range = audit_rate_range(view, rate);
    struct range now_range = audit_count_range(view, now);
    struct range base_range = audit_count_range(view, base);
    if (agrees(range, now_range, base_range) || agrees(range, base_range, now_range))
        return;
    audit_add(view, AUDIT_RATE, audit_spanning(a, b, rate),
              "增减幅度写的是%.*s，按%.*s与%.*s计算却是%.2f%%。",
              SLICE_ARGS(audit_written(view, rate)), SLICE_ARGS(audit_written(view, base)),
              SLICE_ARGS(audit_written(view, now)),
              fabs(now->value - base->value) / base->value * 100);
}

void audit_changes(struct audit_view *view)
{
    for (size_t p = 0; p < view->period_count; p++) {
        const struct period *period = &view->periods[p];
        if (!audit_reads(period) || period->part == PART_SHORTCOMINGS)
            continue;
        for (size_t i = period->first + 2; i < period->end; i++)
            if (is_rate(&view->report->quantities[i]) &&
                says_change(view, lead_of(view, period, i)))
                audit_change(view, period, i);
    }
}
