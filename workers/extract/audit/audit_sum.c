/* audit_sum.c - totals against the figures they are made of.
 *
 * Three shapes state a whole and all its parts: a bracket straight behind the total
 * (案卷124本（处罚 78本、许可39本、强制5本）), a list behind a ： (审结201件：维持63件，…), and a
 * list that ends in its total (甲2500份、乙1500份，共4000份). What follows 其中 is a choice: there
 * only parts that come to more than their whole are wrong. Lists in other units, of changes, with
 * 各 or 等, with 余 or 约, or far from the total are left alone: they are rarely meant to add up.
 */
#include "workers/extract/audit/audit_view.h"

#include <math.h>
#include <stdio.h>

enum {
    MAX_PARTS = 24,
    COLON_REACH_BYTES = 60,
    VAGUE_REACH_BYTES = 18, /* 个 counts everything: 15个乡镇建成：公园3个 is no total */
};

struct list {
    const struct quantity *total;
    const struct quantity *parts[MAX_PARTS];
    size_t count;
    double
        slack; /* share of the total by which a sum may fall short and still be meant to reach it */
    bool spoilt; /* something in it that does not add up by nature */
};

static struct slice between(const struct audit_view *view, const struct quantity *a,
                            const struct quantity *b)
{
    return slice_range(view->report->clean, a->clean.end, b->clean.start);
}

static bool ends_with_each(const struct audit_view *view, const struct quantity *quantity)
{
    struct slice before = slice_range(view->report->clean, 0, quantity->clean.start);
    return slice_ends(before, SLICE("各")) || slice_ends(before, SLICE("每"));
}

static bool is_change(const struct audit_view *view, const struct quantity *quantity)
{
    return audit_says(&view->rules->changes, audit_text(view, audit_clause(view, quantity)));
}

static bool same_unit(const struct quantity *a, const struct quantity *b)
{
    return slice_equal(a->unit, b->unit);
}

static void add_part(const struct audit_view *view, struct list *list, const struct quantity *part)
{
    list->spoilt = list->spoilt || list->count == MAX_PARTS || part->bound != BOUND_EXACT ||
                   ends_with_each(view, part) || is_change(view, part);
    if (!list->spoilt)
        list->parts[list->count++] = part;
}

static double sum_of(const struct list *list)
{
    double sum = 0;
    for (size_t i = 0; i < list->count; i++)
        sum += list->parts[i]->value;
    return sum;
}

/* "78本、39本、5本" */
static void write_parts(const struct audit_view *view, const struct list *list, char *out,
                        size_t size)
{
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < list->count && used + 40 < size; i++)
        used += (size_t)snprintf(out + used, size - used, "%s%.*s", i ? "、" : "",
                                 SLICE_ARGS(audit_written(view, list->parts[i])));
}

static void judge(struct audit_view *view, const struct list *list)
{
    const struct quantity *total = list->total;
    if (list->spoilt || list->count < 2 || total->bound != BOUND_EXACT || total->value <= 0 ||
        slice_equal(total->unit, SLICE("%")) || is_change(view, total))
        return;
    double sum = sum_of(list), off = sum - total->value;
    if (fabs(off) < 0.005 * (1 + fabs(total->value) * 1e-6) || off > total->value / 2 ||
        -off > total->value * list->slack)
        return;
    char parts[400];
    write_parts(view, list, parts, sizeof parts);
    const struct quantity *last = list->parts[list->count - 1];
    struct span span = {total->clean.start, last->clean.end};
    if (last->clean.end < total->clean.end)
        span = (struct span){list->parts[0]->clean.start, total->clean.end};
    audit_add(view, AUDIT_SUM, span, "总数写的是%.*s，所列%s相加却是%.10g%.*s，对不上。",
              SLICE_ARGS(audit_written(view, total)), parts, sum, SLICE_ARGS(total->unit));
}

static bool opens(struct slice text, size_t at, size_t *bytes)
{
    *bytes = 0;
    if (at < text.len && text.data[at] == '(')
        *bytes = 1;
    else if (slice_starts(slice_range(text, at, text.len), SLICE("（")))
        *bytes = 3;
    return *bytes > 0;
}

/* Offset of the bracket that closes the one before `at`, or SIZE_MAX; stops at the line's end, or
 * where no bracket reaches. */
static size_t closing(struct slice text, size_t at)
{
    enum { BRACKET_REACH_BYTES = 3000 };
    int depth = 1;
    if (text.len - at > BRACKET_REACH_BYTES)
        text.len = at + BRACKET_REACH_BYTES;
    for (size_t bytes; at < text.len && text.data[at] != '\n'; at++) {
        if (opens(text, at, &bytes))
            depth++;
        else if (text.data[at] == ')' || slice_starts(slice_range(text, at, text.len), SLICE("）")))
            if (--depth == 0)
                return at;
    }
    return SIZE_MAX;
}

static bool says_partial(const struct audit_view *view, struct slice text)
{
    return audit_says(&view->rules->partial, text);
}

/* 124本（行政处罚78本、行政许可39本、行政强制5本） */
static void audit_bracket(struct audit_view *view, const struct period *period, size_t index)
{
    const struct quantity *quantities = view->report->quantities;
    const struct quantity *total = &quantities[index];
    struct slice text = view->report->clean;
    size_t bytes;
    if (!opens(text, total->clean.end, &bytes))
        return;
    size_t start = total->clean.end + bytes, end = closing(text, start);
    if (end == SIZE_MAX || says_partial(view, slice_range(text, start, end)) ||
        audit_says(&view->rules->incomplete, slice_range(text, start, end)))
        return;
    struct list list = {.total = total, .slack = 0.2};
    size_t inner = 0; /* end of a bracket within the bracket */
    for (size_t i = index + 1; i < period->end && quantities[i].clean.start < end; i++) {
        if (quantities[i].clean.start < inner)
            continue;
        list.spoilt = list.spoilt || !same_unit(total, &quantities[i]);
        add_part(view, &list, &quantities[i]);
        if (opens(text, quantities[i].clean.end, &bytes))
            inner = closing(text, quantities[i].clean.end + bytes);
        if (inner == SIZE_MAX)
            return;
    }
    judge(view, &list);
}

/* Whether a list begins between `total` and the next figure: a ： outside brackets, no 。 */
static bool colon_between(const struct audit_view *view, struct slice text, size_t reach)
{
    if (text.len > 3 * COLON_REACH_BYTES)
        return false;
    size_t colon = slice_find(text, SLICE("："), 0);
    if (colon == SIZE_MAX)
        colon = slice_find(text, SLICE(":"), 0);
    return colon != SIZE_MAX && colon <= reach && !says_partial(view, text) &&
           !slice_has(text, SLICE("（")) && !slice_has(text, SLICE("("));
}

/* 共审结201件，从结案方式看：维持63件，驳回28件，… */
static void audit_colon(struct audit_view *view, const struct period *period, size_t index)
{
    const struct quantity *quantities = view->report->quantities;
    const struct quantity *total = &quantities[index];
    struct slice text = view->report->clean;
    size_t reach = slice_equal(total->unit, SLICE("个")) ? VAGUE_REACH_BYTES : COLON_REACH_BYTES;
    if (index + 1 >= period->end ||
        !colon_between(view, between(view, total, &quantities[index + 1]), reach))
        return;
    struct list list = {.total = total, .slack = 0.1};
    size_t inner = 0, bytes, i = index + 1;
    for (; i < period->end; i++) {
        if (quantities[i].clean.start < inner)
            continue;
        if (!same_unit(total, &quantities[i]))
            break;
        if (list.count && says_partial(view, between(view, &quantities[i - 1], &quantities[i])))
            list.spoilt = true;
        add_part(view, &list, &quantities[i]);
        if (opens(text, quantities[i].clean.end, &bytes))
            inner = closing(text, quantities[i].clean.end + bytes);
        if (inner == SIZE_MAX)
            return;
    }
    for (; i < period->end; i++) /* the same unit again: where the list ends is anybody's guess */
        list.spoilt =
            list.spoilt || (quantities[i].clean.start >= inner && same_unit(total, &quantities[i]));
    struct span whole = {total->clean.end, period->clean.end};
    list.spoilt = list.spoilt || audit_says(&view->rules->incomplete, audit_text(view, whole));
    judge(view, &list);
}

static bool closes_list(const struct audit_view *view, struct slice text)
{
    enum { MAX_BYTES = 24 };
    return text.len <= MAX_BYTES && audit_starts(&view->rules->closing, text);
}

static bool is_enumeration(struct slice text)
{
    return slice_starts(text, SLICE("、")) && !slice_has(text, SLICE("，")) &&
           !slice_has(text, SLICE("；")) && !slice_has(text, SLICE("："));
}

/* 手册2500份、挂历1500份，共发放4000份 */
static void audit_closing_total(struct audit_view *view, const struct period *period, size_t index)
{
    const struct quantity *quantities = view->report->quantities;
    if (index < period->first + 2 ||
        !closes_list(view, between(view, &quantities[index - 1], &quantities[index])))
        return;
    struct list list = {.total = &quantities[index], .slack = 0.2};
    size_t first = index - 1;
    while (first > period->first &&
           is_enumeration(between(view, &quantities[first - 1], &quantities[first])))
        first--;
    for (size_t i = first; i < index; i++) {
        list.spoilt = list.spoilt || !same_unit(list.total, &quantities[i]);
        add_part(view, &list, &quantities[i]);
    }
    judge(view, &list);
}

/* 受理9件，其中办结12件: one part beyond every whole that it could be part of. */
static void audit_part(struct audit_view *view, const struct period *period, size_t index)
{
    const struct quantity *quantities = view->report->quantities;
    const struct quantity *whole = &quantities[index - 1], *part = &quantities[index];
    struct slice link = between(view, whole, part);
    enum { MAX_BYTES = 45 };
    if (!slice_starts(link, SLICE("，其中")) && !slice_starts(link, SLICE("（其中")) &&
        !slice_starts(link, SLICE("(其中")))
        return;
    if (link.len > MAX_BYTES || part->bound != BOUND_EXACT || is_change(view, part) ||
        is_change(view, whole) || slice_equal(part->unit, SLICE("%")))
        return;
    for (size_t i = period->first; i < index; i++)
        if (!same_unit(&quantities[i], part) || quantities[i].bound != BOUND_EXACT ||
            quantities[i].value >= part->value)
            return;
    struct span span = {whole->clean.start, part->clean.end};
    audit_add(view, AUDIT_SUM, span, "“其中”的%.*s多于总数%.*s。",
              SLICE_ARGS(audit_written(view, part)), SLICE_ARGS(audit_written(view, whole)));
}

static size_t parts_saying(const struct audit_view *view, const struct list *list,
                           struct slice word)
{
    size_t count = 0;
    for (size_t i = 0; i < list->count; i++)
        count += slice_has(audit_text(view, audit_clause(view, list->parts[i])), word);
    return count;
}

/* Parts that leave nothing out between them: 国内公证4870件、涉外公证720件. */
static bool complements(const struct audit_view *view, const struct list *list)
{
    const struct word_groups *groups = &view->rules->complements;
    for (size_t g = 0; g < groups->count; g++) {
        const struct word_group *group = &groups->groups[g];
        size_t found = 0;
        while (list->count == group->count && found < group->count &&
               parts_saying(view, list, group->words[found]) == 1)
            found++;
        if (found == group->count)
            return true;
    }
    return false;
}

/* 培训28期，其中领导干部5期、执法人员13期、村干部12期: parts side by side that come to more than
 * the whole. A 其中 list may leave things out, so too little says something only of complements. */
static void audit_parts_together(struct audit_view *view, const struct period *period, size_t index)
{
    const struct quantity *quantities = view->report->quantities;
    struct slice link = between(view, &quantities[index - 1], &quantities[index]);
    if (!slice_starts(link, SLICE("，其中")) && !slice_starts(link, SLICE("（其中")) &&
        !slice_starts(link, SLICE("(其中")) && !slice_starts(link, SLICE("：其中")))
        return;
    struct list list = {.total = &quantities[index - 1]};
    for (size_t i = index; i < period->end && same_unit(list.total, &quantities[i]); i++) {
        if (i > index && !is_enumeration(between(view, &quantities[i - 1], &quantities[i])))
            break;
        add_part(view, &list, &quantities[i]);
        list.spoilt =
            list.spoilt || audit_says(&view->rules->overlaps,
                                      audit_text(view, audit_clause(view, &quantities[i])));
    }
    for (size_t i = period->first; i + 1 < index; i++) /* 其中 may be of several together */
        list.spoilt = list.spoilt || same_unit(list.total, &quantities[i]);
    list.slack = !list.spoilt && complements(view, &list) ? 0.1 : 0;
    judge(view, &list);
}

static bool names_all(struct slice text, const struct word_groups *groups, size_t count)
{
    for (size_t g = 0; g < groups->count; g++) {
        const struct word_group *group = &groups->groups[g];
        size_t found = 0;
        while (group->count == count && found < count && slice_has(text, group->words[found]))
            found++;
        if (found == count)
            return true;
    }
    return false;
}

/* 评查案卷156宗，处罚、许可、强制分别为92、47、11宗: all kinds there are, a number each. */
static void audit_kinds(struct audit_view *view, const struct period *period, size_t index)
{
    enum { MAX_BYTES = 90 };
    const struct quantity *quantities = view->report->quantities;
    struct list list = {.total = &quantities[index], .slack = 0.1};
    if (index + 1 >= period->end)
        return;
    struct slice link = between(view, list.total, &quantities[index + 1]);
    if (link.len > MAX_BYTES || !slice_starts(link, SLICE("，")) ||
        !audit_says(&view->rules->each, link) || slice_has(link, SLICE("；")) ||
        slice_has(link, SLICE("。")))
        return;
    for (size_t i = index + 1; i < period->end && same_unit(list.total, &quantities[i]); i++) {
        if (i > index + 1 && !is_enumeration(between(view, &quantities[i - 1], &quantities[i])))
            break;
        add_part(view, &list, &quantities[i]);
    }
    if (names_all(link, &view->rules->complements, list.count) ||
        (!says_partial(view, link) && names_all(link, &view->rules->kinds, list.count)))
        judge(view, &list);
}

static const struct quantity *bearing(const struct audit_view *view, const struct period *period,
                                      const char *indicator)
{
    for (size_t i = period->first; i < period->end; i++)
        if (slice_equal(view->report->quantities[i].indicator, slice_of(indicator)))
            return &view->report->quantities[i];
    return NULL;
}

/* What is complete by nature: the outcomes of a clean-up and of concluded reconsideration cases. */
struct breakdown {
    const char *total;
    const char *const *parts;
    size_t count, least; /* parts there are; how many must be given */
    const char *last;    /* one that must be among them, or NULL */
};

static const char *const cleanup_parts[] = {"normdoc.cleanup_kept", "normdoc.cleanup_amended",
                                            "normdoc.cleanup_repealed"};
static const char *const reconsideration_parts[] = {
    "reconsideration.upheld",  "reconsideration.dismissed",      "reconsideration.revoked",
    "reconsideration.amended", "reconsideration.ruled_unlawful", "reconsideration.ordered",
    "reconsideration.mediated"};
static const struct breakdown breakdowns[] = {
    {"normdoc.cleanup_total", cleanup_parts, 3, 3, NULL},
    {"reconsideration.concluded", reconsideration_parts, 7, 4, "reconsideration.mediated"},
};

/* Whether the period gives two figures of one indicator, or cases of another outcome. A 等 among
 * the ways in which cases ended (调解、和解等) leaves nothing out. */
static bool is_unclear(const struct audit_view *view, const struct period *period,
                       const struct breakdown *breakdown)
{
    if (audit_says(&view->rules->unclear, audit_text(view, period->clean)))
        return true;
    size_t totals = 0;
    for (size_t i = period->first; i < period->end; i++)
        totals += slice_equal(view->report->quantities[i].indicator, slice_of(breakdown->total));
    return totals != 1;
}

static void audit_breakdown(struct audit_view *view, const struct period *period,
                            const struct breakdown *breakdown)
{
    struct list list = {.total = bearing(view, period, breakdown->total), .slack = 0.1};
    if (!list.total || (breakdown->last && is_unclear(view, period, breakdown)) ||
        (breakdown->last && !bearing(view, period, breakdown->last)))
        return;
    for (size_t i = 0; i < breakdown->count; i++) {
        const struct quantity *part = bearing(view, period, breakdown->parts[i]);
        if (part && (!same_unit(part, list.total) || part->clean.start < list.total->clean.start))
            return;
        if (part)
            add_part(view, &list, part);
    }
    if (list.count >= breakdown->least)
        judge(view, &list);
}

void audit_sums(struct audit_view *view)
{
    for (size_t p = 0; p < view->period_count; p++) {
        const struct period *period = &view->periods[p];
        if (!audit_reads(period) || period->end - period->first < 2)
            continue;
        size_t before = view->report->audit_count;
        for (size_t i = period->first; i < period->end; i++) {
            audit_bracket(view, period, i);
            audit_colon(view, period, i);
            audit_closing_total(view, period, i);
            audit_kinds(view, period, i);
            if (i > period->first) {
                audit_part(view, period, i);
                audit_parts_together(view, period, i);
            }
        }
        if (view->report->audit_count == before)
            for (size_t i = 0; i < sizeof breakdowns / sizeof *breakdowns; i++)
                audit_breakdown(view, period, &breakdowns[i]);
    }
}
