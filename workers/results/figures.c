/* figures.c - lays decisions over facts. No state but the storage that it is given, any thread. */
#include "workers/results/figures.h"

#include "proto/base/memory.h"

#include <stdlib.h>

bool decision_meets(const struct decision *decision, const struct fact *fact, bool same_document)
{
    if (!slice_equal(decision->written, fact->written))
        return false;
    if (same_document)
        return decision->span.start == fact->text.start && decision->span.end == fact->text.end;
    return decision->offset == fact->offset && slice_equal(decision->sentence, fact->sentence);
}

bool decisions_meet(const struct decision *a, const struct decision *b)
{
    struct fact fact = {
        .text = b->span, .written = b->written, .sentence = b->sentence, .offset = b->offset};
    return decision_meets(a, &fact, memcmp(a->sha256, b->sha256, sizeof a->sha256) == 0);
}

static struct figure *push(struct figure **items, size_t *count, size_t *capacity)
{
    if (*count == *capacity) {
        *capacity = *capacity ? *capacity * 2 : 128;
        *items = memory_resize(*items, *capacity * sizeof **items);
    }
    struct figure *figure = &(*items)[(*count)++];
    *figure = (struct figure){.review = REVIEW_NONE};
    return figure;
}

static struct figure *count_figure(struct figures *figures)
{
    return push(&figures->counted, &figures->counted_count, &figures->counted_capacity);
}

/* What the person says in the place of what the program said. */
static void count_decided(struct figures *figures, const struct decision *decision,
                          const struct fact *where)
{
    if (!verdict_states(decision->verdict))
        return;
    struct figure *figure = count_figure(figures);
    figure->fact = *where;
    figure->fact.indicator = decision->holds.indicator;
    figure->fact.label = decision->holds.label;
    figure->fact.value = decision->holds.value;
    figure->fact.unit = decision->holds.unit;
    figure->fact.bound = decision->holds.bound;
    figure->fact.state = STATE_ASSERTED;
    if (!slice_equal(where->indicator, decision->holds.indicator))
        figure->fact.rollup = ROLLUP_UNKNOWN; /* the store knows that of its other figures */
    figure->fact.candidate_count = 0;
    figure->review = decision->verdict == VERDICT_CONFIRM ? REVIEW_CONFIRMED : REVIEW_CORRECTED;
    figure->by = decision->by;
}

/* A figure that the program doesn't find here. Its sentence stands in the same document, or
 * wherever another figure of that sentence was found. */
static bool count_unfound(struct figures *figures, const struct report *report,
                          const struct decision *decision, bool same_document)
{
    struct fact where = {.text = decision->span,
                         .written = decision->written,
                         .sentence = decision->sentence,
                         .section = decision->section,
                         .rule = SLICE(""),
                         .offset = decision->offset};
    bool there = same_document;
    for (size_t i = 0; !there && i < report->fact_count; i++) {
        const struct fact *fact = &report->facts[i];
        if (!slice_equal(fact->sentence, decision->sentence) || fact->text.start < fact->offset)
            continue;
        uint32_t length = decision->span.end - decision->span.start;
        where.text.start = fact->text.start - fact->offset + decision->offset;
        where.text.end = where.text.start + length;
        where.section = fact->section;
        there = true;
    }
    if (there)
        count_decided(figures, decision, &where);
    return there;
}

static int by_place(const void *left, const void *right)
{
    const struct figure *a = left, *b = right;
    return (a->fact.text.start > b->fact.text.start) - (a->fact.text.start < b->fact.text.start);
}

/* Decisions are few: each fact looks through them all. */
static const struct decision *find_decision(const struct decision *decisions, size_t count,
                                            const struct report *report, const struct fact *fact,
                                            size_t *at)
{
    for (*at = 0; *at < count; (*at)++) {
        bool same = memcmp(decisions[*at].sha256, report->sha256, sizeof report->sha256) == 0;
        if (decision_meets(&decisions[*at], fact, same))
            return &decisions[*at];
    }
    return NULL;
}

static void take_fact(struct figures *figures, const struct report *report, const struct fact *fact,
                      const struct decision *decisions, size_t count, bool *met)
{
    size_t at;
    const struct decision *decision = find_decision(decisions, count, report, fact, &at);
    if (!decision && fact->state == STATE_ASSERTED) {
        count_figure(figures)->fact = *fact;
        return;
    }
    struct figure *aside = push(&figures->asides, &figures->aside_count, &figures->aside_capacity);
    aside->fact = *fact;
    if (!decision)
        return;
    aside->verdict = decision->verdict;
    aside->by = decision->by;
    if (!met[at])
        count_decided(figures, decision, fact);
    met[at] = true;
}

void figures_make(struct figures *figures, const struct report *report,
                  const struct decision *decisions, size_t count)
{
    figures->counted_count = figures->aside_count = 0;
    if (count > figures->stale_capacity) {
        figures->stale_capacity = count * 2;
        figures->stale = memory_resize(figures->stale, figures->stale_capacity);
    }
    if (count)
        memset(figures->stale, 0, count);
    bool *met = figures->stale; /* until the facts are through */
    for (size_t i = 0; i < report->fact_count; i++)
        take_fact(figures, report, &report->facts[i], decisions, count, met);
    for (size_t i = 0; i < count; i++) {
        bool same = memcmp(decisions[i].sha256, report->sha256, sizeof report->sha256) == 0;
        figures->stale[i] = !met[i] && !count_unfound(figures, report, &decisions[i], same);
    }
    if (count)
        qsort(figures->counted, figures->counted_count, sizeof *figures->counted, by_place);
}

void figures_release(struct figures *figures)
{
    free(figures->counted);
    free(figures->asides);
    free(figures->stale);
    *figures = (struct figures){0};
}
