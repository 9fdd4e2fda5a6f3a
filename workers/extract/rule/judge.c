/* judge.c - from the words around a number to the one rule that names it.
 *
 * One thread owns a judge. Per text one pass of the automaton (view.c); per number the words
 * between it and its neighbours lead to the few variants filed under them (candidates.c); those
 * that carry its unit and are about its topic are laid over the words (search.c); of those that
 * match, the best that no scope bars gives the indicator. What most rules say needs no regular
 * expression: PCRE2 runs for /…/ rules only. What can fail: such an expression gives up at its
 * limit.
 */
#include "workers/extract/rule/judge.h"

#include "workers/extract/rule/rule_expression.h"
#include "workers/extract/rule/search.h"

#include <stdlib.h>

enum { MAX_MATCHES = HITS_MAX };

struct match {
    const struct catalogue_rule *rule;
    struct search_score score;
};

/* The number at hand. */
struct subject {
    const struct view_token *number;
    size_t index; /* among the text's quantities */
    uint64_t unit, topics;
    bool topics_known, scopes_known;
    uint64_t scopes;
    const struct catalogue_rule *tried; /* the last whose expression was run */
};

void judge_init(struct judge *judge, const struct catalogue *catalogue)
{
    *judge = (struct judge){.catalogue = catalogue, .scratch = pattern_scratch_new()};
    candidates_init(&judge->candidates, catalogue);
}

void judge_release(struct judge *judge)
{
    pattern_scratch_free(&judge->scratch);
    context_release(&judge->context);
    candidates_release(&judge->candidates);
    view_release(&judge->view);
    buffer_release(&judge->masked);
    free(judge->marks);
}

void judge_report(struct judge *judge, struct report *report, struct error *error)
{
    judge->report = report;
    judge->error = error;
    judge->status = STATUS_OK;
    context_start(&judge->context, judge->catalogue, report);
}

void judge_text(struct judge *judge, size_t sentence, struct slice text, uint32_t origin,
                const struct quantity *quantities, size_t count)
{
    judge->sentence = sentence;
    judge->text = text;
    judge->origin = origin;
    judge->quantities = quantities;
    judge->count = count;
    judge->serial++;
    judge->masked_known = false;
    candidates_start(&judge->candidates);
    view_build(&judge->view, &judge->catalogue->words, text, quantities, count, origin,
               judge->report->meta.year);
}

/* ---- does it match ---- */

static void make_masked(struct judge *judge)
{
    if (judge->masked_known)
        return;
    judge->masked_known = true;
    if (judge->mark_capacity < judge->count) {
        judge->mark_capacity = judge->count * 2;
        judge->marks = memory_resize(judge->marks, judge->mark_capacity * sizeof *judge->marks);
    }
    view_masked(&judge->masked, judge->text, judge->quantities, judge->count, judge->origin,
                judge->report->meta.year, judge->marks);
}

static bool find_expression(struct judge *judge, const struct rule_pattern *pattern, size_t at,
                            struct search_score *score)
{
    size_t from = 0, start, end;
    struct slice masked = buffer_slice(&judge->masked);
    for (;;) {
        enum pattern_result result =
            pattern_find(pattern->expression, judge->scratch, masked, from, &start, &end);
        if (result == PATTERN_LIMIT) {
            judge->status =
                fail(judge->error, STATUS_BAD,
                     "an expression of the catalogue gave up on the sentence at byte %u: simplify "
                     "the /…/ rule, or the sentence is no prose",
                     judge->origin);
            return false;
        }
        if (result == PATTERN_NONE)
            return false;
        if (!pattern->has_number || (start <= at && at < end)) {
            *score = (struct search_score){0, (unsigned)(end - start) / 3};
            return true;
        }
        from = end > start ? end : end + 1;
        if (from > masked.len)
            return false;
    }
}

static bool expression_matches(struct judge *judge, const struct rule_pattern *pattern,
                               const struct subject *subject, struct search_score *score)
{
    make_masked(judge);
    size_t at = judge->marks[subject->index];
    judge->masked.data[at] = MARK_NUMBER[0];
    bool found = find_expression(judge, pattern, at, score);
    judge->masked.data[at] = MARK_OTHER[0];
    return found;
}

static bool pattern_matches(struct judge *judge, const struct rule_pattern *pattern,
                            const struct subject *subject)
{
    struct search_score score;
    if (pattern->variant_count &&
        !search_pattern(&judge->view, judge->catalogue->lexicon.sets, pattern, subject->number))
        return false;
    return !pattern->expression || expression_matches(judge, pattern, subject, &score);
}

static uint64_t topics_of(struct judge *judge, struct subject *subject)
{
    if (!subject->topics_known) {
        subject->topics_known = true;
        subject->topics =
            context_topics(&judge->context, &judge->view, subject->number, judge->sentence);
    }
    return subject->topics;
}

/* The words first, the topic after: asking for it may mean reading the sentences before. */
static bool key_matches(struct judge *judge, const struct catalogue_key *key,
                        struct subject *subject, struct search_score *score)
{
    const struct catalogue_rule *rule = &judge->catalogue->rules[key->rule];
    if (!search_variant(&judge->view, judge->catalogue->lexicon.sets,
                        &rule->say.variants[key->variant], subject->number, score))
        return false;
    if (rule->say.expression) { /* once, however many variants lead to it */
        if (subject->tried == rule)
            return false;
        subject->tried = rule;
        if (!expression_matches(judge, &rule->say, subject, score))
            return false;
    }
    return !rule->topics || rule->topics & topics_of(judge, subject);
}

/* What a rule says beyond its pattern. */
static bool conditions_hold(struct judge *judge, const struct catalogue_rule *rule,
                            const struct subject *subject)
{
    for (size_t i = 0; i < rule->unless_count; i++)
        if (pattern_matches(judge, &rule->unless[i], subject))
            return false;
    bool anywhere = rule->under.variant_count == 0 && !rule->under.expression;
    return anywhere ||
           context_under(&judge->context, judge->scratch, &rule->under, judge->sentence);
}

/* ---- which match counts ---- */

static bool better(const struct match *a, const struct match *b)
{
    if (a->rule->weight != b->rule->weight)
        return a->rule->weight > b->rule->weight;
    if (a->score.gap != b->score.gap)
        return a->score.gap < b->score.gap;
    if (a->score.words != b->score.words)
        return a->score.words > b->score.words;
    return a->rule < b->rule;
}

/* Keeps the matches in order, the best first. */
static void keep(struct match *matches, size_t *count, struct match match)
{
    size_t at = *count;
    while (at > 0 && better(&match, &matches[at - 1]))
        at--;
    if (at == MAX_MATCHES)
        return;
    size_t kept = *count < MAX_MATCHES ? *count : MAX_MATCHES - 1;
    memmove(matches + at + 1, matches + at, (kept - at) * sizeof *matches);
    matches[at] = match;
    *count = kept + 1;
}

/* Whether the scope is for reports of such an issuer. */
static bool is_meant(const struct catalogue_scope *scope, const struct metadata *meta)
{
    return (scope->kinds == 0 || scope->kinds >> meta->kind & 1) &&
           (scope->levels == 0 || scope->levels >> meta->level & 1);
}

static uint64_t scopes_of(struct judge *judge, struct subject *subject)
{
    const struct catalogue *catalogue = judge->catalogue;
    struct search_score score;
    if (subject->scopes_known)
        return subject->scopes;
    subject->scopes_known = true;
    subject->scopes = catalogue->part_scopes[judge->report->sentences[judge->sentence].part];
    const struct keys *keys = candidates_for(&judge->candidates, OF_SCOPES, &judge->view,
                                             subject->number, subject->unit | CATALOGUE_ANY_UNIT);
    for (size_t i = 0; i < keys->count; i++) {
        const struct catalogue_rule *rule = &catalogue->rules[keys->all[i]->rule];
        if (subject->scopes >> rule->scope & 1)
            continue;
        if (is_meant(&catalogue->scopes[rule->scope], &judge->report->meta) &&
            key_matches(judge, keys->all[i], subject, &score) &&
            conditions_hold(judge, rule, subject))
            subject->scopes |= (uint64_t)1 << rule->scope;
    }
    return subject->scopes;
}

/* Only the first that nothing bars decides; the others are told as evidence. */
static void tell(struct judge *judge, struct subject *subject, const struct match *matches,
                 size_t count, struct hits *hits)
{
    bool decided = false;
    for (size_t i = 0; i < count; i++) {
        const struct catalogue_rule *rule = matches[i].rule;
        struct hit *hit = &hits->all[hits->count++];
        *hit = (struct hit){.indicator = (uint16_t)rule->indicator, .rule = rule};
        if (!conditions_hold(judge, rule, subject))
            hit->how = HIT_VETOED;
        else if (scopes_of(judge, subject) & ~rule->allow)
            hit->how = HIT_BARRED;
        else
            hit->how = decided ? HIT_HOLDS : HIT_DECIDED;
        decided = decided || hit->how == HIT_DECIDED;
    }
}

void judge_number(struct judge *judge, size_t index, uint64_t unit, struct hits *hits)
{
    struct match matches[MAX_MATCHES];
    size_t count = 0;
    hits->count = 0;
    hits->scopes = 0;
    if (index >= judge->view.number_count)
        return;
    struct subject subject = {.number = &judge->view.numbers[index], .index = index, .unit = unit};
    const struct keys *keys = candidates_for(&judge->candidates, OF_INDICATORS, &judge->view,
                                             subject.number, subject.unit);
    for (size_t i = 0; i < keys->count; i++) {
        const struct catalogue_rule *rule = &judge->catalogue->rules[keys->all[i]->rule];
        struct match match = {.rule = rule};
        if (key_matches(judge, keys->all[i], &subject, &match.score))
            keep(matches, &count, match);
    }
    tell(judge, &subject, matches, count, hits);
    hits->scopes = scopes_of(judge, &subject);
}
