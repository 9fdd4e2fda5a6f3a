/* sums.c - looks for runs of numbers that add up to the number in front of or behind them.
 *
 * Any thread; nothing can fail. Linear: of each number, the few of its unit next to it.
 */
#include "workers/extract/frame/sums.h"

#include <math.h>

enum { MOST_PARTS = 8, REACH = 24, LEAST_WHOLE = 10 };

static bool comparable(const struct report *report, size_t a, size_t b)
{
    const struct quantity *x = &report->quantities[a], *y = &report->quantities[b];
    return report->sentences[x->sentence].paragraph == report->sentences[y->sentence].paragraph &&
           x->unit.len == y->unit.len && (x->unit.len == 0 || slice_equal(x->unit, y->unit));
}

static bool is_share(const struct quantity *quantity)
{
    return slice_equal(quantity->unit, SLICE("%"));
}

/* Walks from the whole in one direction, skipping other units; marks the run that adds up. */
static void try_run(const struct report *report, size_t whole, int step, uint8_t *roles)
{
    size_t parts[MOST_PARTS], count = 0;
    double sum = 0, value = report->quantities[whole].value;
    size_t at = whole;
    for (int reach = 0; reach < REACH && count < MOST_PARTS; reach++) {
        if (step < 0 ? at == 0 : at + 1 == report->quantity_count)
            return;
        at = step < 0 ? at - 1 : at + 1;
        if (!comparable(report, whole, at))
            continue;
        parts[count++] = at;
        sum += report->quantities[at].value;
        if (sum > value * (1 + 1e-9))
            return;
        if (count > 1 && fabs(sum - value) <= value * 1e-9)
            break;
    }
    if (count < 2 || fabs(sum - value) > value * 1e-9)
        return;
    roles[whole] |= SUM_WHOLE;
    for (size_t i = 0; i < count; i++)
        roles[parts[i]] |= SUM_PART;
}

void sums_mark(const struct report *report, uint8_t *roles)
{
    for (size_t i = 0; i < report->quantity_count; i++)
        roles[i] = 0;
    for (size_t i = 0; i < report->quantity_count; i++) {
        if (report->quantities[i].value < LEAST_WHOLE || is_share(&report->quantities[i]))
            continue;
        try_run(report, i, 1, roles);
        try_run(report, i, -1, roles);
    }
}
