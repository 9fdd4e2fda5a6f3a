/* audit_rate.c - rates against the counts they are made of.
 *
 * A rate is named (成功率98.2%); the counts are found between the same two full stops by the words
 * of their clauses (调解成功2436起 of 受理2512起). The rate is contradicted only if no pairing of
 * its part with any count of the paragraph that could be meant comes out at it, allowing for
 * decimals as written, for rounding and cutting off, for 万 and for 余.
 */
#include "workers/extract/audit/audit_view.h"

enum { MAX_WHOLES = 48 };

struct pairing {
    const struct quantity *part;
    const struct quantity *whole; /* the count next to it that says it is the whole */
    const struct quantity *candidates[MAX_WHOLES]; /* all counts of the paragraph that could be */
    size_t candidate_count;
    const struct quantity *carried; /* or NULL */
    bool rest;                      /* `part` is what is missing to the whole: 不合格80 */
};

static bool is_rate(const struct quantity *quantity)
{
    return slice_equal(quantity->unit, SLICE("%"));
}

/* The quantity nearest to `rate`, in front rather than behind, whose clause has one of `words` and
 * none of `barred`. */
static const struct quantity *nearest(const struct audit_view *view, const struct period *period,
                                      size_t rate, const struct audit_words *words,
                                      const struct audit_words *barred)
{
    const struct quantity *quantities = view->report->quantities;
    size_t count = period->end - period->first;
    for (size_t n = 0; n < count; n++) {
        size_t back = rate - period->first; /* so many stand in front */
        size_t i = n < back ? rate - 1 - n : period->first + n;
        if (i == rate || is_rate(&quantities[i]))
            continue;
        struct slice clause = audit_text(view, audit_clause(view, &quantities[i]));
        if (audit_says(words, clause) && !audit_says(barred, clause) &&
            !audit_says(&view->rules->changes, clause))
            return &quantities[i];
    }
    return NULL;
}

static bool could_be_whole(const struct pairing *pairing, const struct quantity *whole)
{
    double carried = pairing->carried ? pairing->carried->value : 0;
    return whole != pairing->part && !is_rate(whole) && audit_comparable(whole, pairing->part) &&
           whole->value + carried >= pairing->part->value;
}

static void find_whole(const struct audit_view *view, const struct period *period,
                       const struct rate_rule *rule, struct pairing *pairing)
{
    for (size_t i = period->first; i < period->end; i++) {
        const struct quantity *whole = &view->report->quantities[i];
        if (could_be_whole(pairing, whole) &&
            audit_says(&rule->whole, audit_text(view, audit_clause(view, whole))))
            pairing->whole = whole;
    }
}

static uint32_t paragraph_of(const struct report *report, const struct quantity *quantity)
{
    return report->sentences[quantity->sentence].paragraph;
}

/* Everything of that unit in the paragraph: a rate may go back to a count sentences earlier. */
static void find_candidates(const struct audit_view *view, struct pairing *pairing)
{
    const struct report *report = view->report;
    const struct quantity *first = pairing->part,
                          *end = report->quantities + report->quantity_count;
    uint32_t paragraph = paragraph_of(report, first);
    for (size_t n = 0; n < PERIOD_MAX_QUANTITIES && first > report->quantities &&
                       paragraph_of(report, first - 1) == paragraph;
         n++)
        first--;
    for (const struct quantity *whole = first;
         whole < end && pairing->candidate_count < MAX_WHOLES &&
         whole - first < 2 * PERIOD_MAX_QUANTITIES && paragraph_of(report, whole) == paragraph;
         whole++)
        if (could_be_whole(pairing, whole))
            pairing->candidates[pairing->candidate_count++] = whole;
}

/* 上年结转35件: what is added to the cases of this year. It may be fewer than the part. */
static const struct quantity *carried_over(const struct audit_view *view,
                                           const struct period *period, const struct quantity *part)
{
    for (size_t i = period->first; i < period->end; i++) {
        const struct quantity *quantity = &view->report->quantities[i];
        if (quantity != part && audit_comparable(quantity, part) &&
            audit_says(&view->rules->carried, audit_text(view, audit_clause(view, quantity))))
            return quantity;
    }
    return NULL;
}

static bool explains(struct range rate, struct range part, struct range whole, bool rest)
{
    if (whole.low <= 0)
        return true;
    double low = part.low / whole.high * 100, high = part.high / whole.low * 100;
    if (rest) {
        double swap = 100 - high;
        high = 100 - low;
        low = swap;
    }
    return low < rate.high && high > rate.low;
}

/* A whole may be two counts together: received this year and carried over. */
static bool explained(const struct audit_view *view, const struct pairing *pairing,
                      struct range rate)
{
    struct range part = audit_count_range(view, pairing->part);
    for (size_t i = 0; i < pairing->candidate_count; i++) {
        struct range whole = audit_count_range(view, pairing->candidates[i]);
        if (explains(rate, part, whole, pairing->rest))
            return true;
        if (pairing->carried && pairing->carried != pairing->candidates[i]) {
            struct range more = audit_count_range(view, pairing->carried);
            struct range both = {whole.low + more.low, whole.high + more.high};
            if (explains(rate, part, both, pairing->rest))
                return true;
        }
        for (size_t j = i + 1; j < pairing->candidate_count; j++) {
            if (pairing->candidates[i] != pairing->whole &&
                pairing->candidates[j] != pairing->whole)
                continue;
            struct range other = audit_count_range(view, pairing->candidates[j]);
            struct range both = {whole.low + other.low, whole.high + other.high};
            if (explains(rate, part, both, pairing->rest))
                return true;
        }
    }
    return false;
}

static void contradict(struct audit_view *view, const struct quantity *rate, struct slice name,
                       const struct pairing *pairing)
{
    const struct quantity *whole = pairing->whole;
    double computed = pairing->part->value / whole->value * 100;
    if (pairing->rest)
        computed = 100 - computed;
    audit_add(view, AUDIT_RATE, audit_spanning(rate, pairing->part, whole),
              "%.*s写的是%.*s，按%.*s（%.*s）和%.*s（%.*s）计算却是%.2f%%。", SLICE_ARGS(name),
              SLICE_ARGS(audit_written(view, rate)), SLICE_ARGS(audit_written(view, pairing->part)),
              SLICE_ARGS(audit_text(view, audit_clause(view, pairing->part))),
              SLICE_ARGS(audit_written(view, whole)),
              SLICE_ARGS(audit_text(view, audit_clause(view, whole))), computed);
}

/* Counts found for a rate: false where there are none. */
static bool pair(const struct audit_view *view, const struct period *period, size_t index,
                 const struct rate_rule *rule, bool rest, struct pairing *pairing)
{
    static const struct audit_words none;
    *pairing = (struct pairing){.rest = rest};
    pairing->part = nearest(view, period, index, rest ? &rule->rest : &rule->part,
                            rest ? &none : &rule->not_part);
    if (!pairing->part)
        return false;
    pairing->carried = carried_over(view, period, pairing->part);
    find_whole(view, period, rule, pairing);
    if (pairing->whole)
        find_candidates(view, pairing);
    return pairing->whole != NULL;
}

/* Where both what passed and what failed are given, either may explain the rate:
 * 优秀25件、合格33件、 不合格2件 of 60 is 96.7 % by the last. */
static void audit_named(struct audit_view *view, const struct period *period, size_t index,
                        const struct rate_rule *rule, struct slice name)
{
    const struct quantity *rate = &view->report->quantities[index];
    struct range range = audit_rate_range(view, rate);
    struct pairing pairing, rest;
    bool has_part = pair(view, period, index, rule, false, &pairing);
    bool has_rest = pair(view, period, index, rule, true, &rest);
    if ((!has_part && !has_rest) || (has_part && explained(view, &pairing, range)) ||
        (has_rest && explained(view, &rest, range)))
        return;
    contradict(view, rate, name, has_part ? &pairing : &rest);
}

static const struct rate_rule *rule_for(const struct audit_view *view, struct slice label,
                                        struct slice *name)
{
    for (size_t r = 0; r < view->rules->rate_count; r++) {
        const struct rate_rule *rule = &view->rules->rates[r];
        size_t length, at = audit_find(&rule->name, label, 0, &length);
        if (at == SIZE_MAX || audit_says(&rule->unless, label))
            continue;
        *name = slice_range(label, at, at + length);
        return rule;
    }
    return NULL;
}

/* 从61.2% and 较上年提高2.3%: another year's rate, or a change; 提高到98.6% is a rate. */
static bool is_other(const struct audit_view *view, struct slice lead)
{
    if (audit_says(&view->rules->other_rates, lead) && !slice_ends(lead, SLICE("到")) &&
        !slice_ends(lead, SLICE("至")))
        return true;
    return audit_ends(&view->rules->changes, lead);
}

static void audit_rate(struct audit_view *view, const struct period *period, size_t index)
{
    const struct quantity *rate = &view->report->quantities[index];
    struct span clause = audit_clause(view, rate);
    struct slice label = audit_text(view, (struct span){clause.start, rate->clean.start});
    struct slice name;
    const struct rate_rule *rule = rule_for(view, label, &name);
    if (!rule)
        return;
    size_t end = (size_t)(name.data + name.len - label.data);
    if (is_other(view, slice_range(label, end, label.len)))
        return;
    audit_named(view, period, index, rule, name);
}

void audit_rates(struct audit_view *view)
{
    for (size_t p = 0; p < view->period_count; p++) {
        const struct period *period = &view->periods[p];
        if (!audit_reads(period) || period->part == PART_SHORTCOMINGS)
            continue;
        for (size_t i = period->first; i < period->end; i++)
            if (is_rate(&view->report->quantities[i]))
                audit_rate(view, period, i);
    }
}
