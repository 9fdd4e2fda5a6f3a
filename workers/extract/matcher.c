/* matcher.c - from the words around a number to the one rule that names it.
 *
 * One thread owns a matcher. Per sentence with quantities: one pass of the automaton (view.c); per
 * number: the words between it and its neighbours lead to the few variants filed under them
 * (catalogue_index.c); those that carry its unit and are about its topic are laid over the words
 * (search.c); of those that match, the best that no scope bars gives the indicator. What most rules
 * say needs no regular expression, so PCRE2 runs for /…/ rules only; that it wasn't needed for the
 * rest is measured in the bench (rules one by one against this). What can fail: a /…/ rule's limit.
 */
#include "workers/extract/matcher.h"

#include "workers/extract/candidates.h"
#include "workers/extract/context.h"
#include "workers/extract/row.h"
#include "workers/extract/rule_expression.h"
#include "workers/extract/search.h"
#include "workers/extract/spread.h"

#include <stdlib.h>

enum { MAX_MATCHES = 64, MAX_SENTENCE_BYTES = 6000 };

struct match {
    const struct catalogue_rule *rule;
    struct search_score score;
};

struct matcher {
    const struct catalogue *catalogue;
    struct pattern_scratch *scratch;
    struct context context;
    struct view view;
    struct buffer masked; /* the text at hand for /…/ rules, made when the first one asks */
    bool masked_known;
    size_t *marks; /* where its numbers stand */
    size_t mark_capacity;
    struct candidates candidates;
    bool trace;
    uint64_t *traced; /* scopes per quantity */
    size_t traced_capacity;
    struct error *error;
    enum status status;
    struct buffer written; /* a sentence made up for a list's item or a table's cell */
    struct quantity *edited;
    size_t edited_capacity;
    /* the text at hand: a sentence, a part of one, or a made-up one */
    struct report *report;
    size_t sentence;
    struct slice text;
    uint32_t origin;
    const struct quantity *quantities; /* in the text */
    size_t count;
};

/* The number at hand. */
struct subject {
    struct quantity *quantity; /* the report's own */
    const struct view_token *number;
    size_t index; /* among the part's quantities */
    uint64_t unit, topics;
    bool topics_known, scopes_known;
    uint64_t scopes;
};

struct matcher *matcher_new(const struct catalogue *catalogue)
{
    struct matcher *matcher = memory_zero(sizeof *matcher);
    matcher->catalogue = catalogue;
    matcher->scratch = pattern_scratch_new();
    candidates_init(&matcher->candidates, catalogue);
    return matcher;
}

void matcher_free(struct matcher **matcher)
{
    if (!*matcher)
        return;
    pattern_scratch_free(&(*matcher)->scratch);
    context_release(&(*matcher)->context);
    view_release(&(*matcher)->view);
    buffer_release(&(*matcher)->masked);
    buffer_release(&(*matcher)->written);
    free((*matcher)->marks);
    free((*matcher)->edited);
    candidates_release(&(*matcher)->candidates);
    free((*matcher)->traced);
    free(*matcher);
    *matcher = NULL;
}

/* ---- does it match ---- */

static void make_masked(struct matcher *matcher)
{
    if (matcher->masked_known)
        return;
    matcher->masked_known = true;
    if (matcher->mark_capacity < matcher->count) {
        matcher->mark_capacity = matcher->count * 2;
        matcher->marks =
            memory_resize(matcher->marks, matcher->mark_capacity * sizeof *matcher->marks);
    }
    view_masked(&matcher->masked, matcher->text, matcher->quantities, matcher->count,
                matcher->origin, matcher->report->meta.year, matcher->marks);
}

static bool find_expression(struct matcher *matcher, const struct rule_pattern *pattern, size_t at,
                            struct search_score *score)
{
    size_t from = 0, start, end;
    struct slice masked = buffer_slice(&matcher->masked);
    for (;;) {
        enum pattern_result result =
            pattern_find(pattern->expression, matcher->scratch, masked, from, &start, &end);
        if (result == PATTERN_LIMIT) {
            matcher->status =
                fail(matcher->error, STATUS_BAD,
                     "an expression of the catalogue gave up on the sentence at byte %u: simplify "
                     "the /…/ rule, or the sentence is no prose",
                     matcher->origin);
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

static bool expression_matches(struct matcher *matcher, const struct rule_pattern *pattern,
                               const struct subject *subject, struct search_score *score)
{
    make_masked(matcher);
    size_t at = matcher->marks[subject->index];
    matcher->masked.data[at] = MARK_NUMBER[0];
    bool found = find_expression(matcher, pattern, at, score);
    matcher->masked.data[at] = MARK_OTHER[0];
    return found;
}

static bool pattern_matches(struct matcher *matcher, const struct rule_pattern *pattern,
                            const struct subject *subject)
{
    struct search_score score;
    return pattern->expression ? expression_matches(matcher, pattern, subject, &score)
                               : search_pattern(&matcher->view, matcher->catalogue->lexicon.sets,
                                                pattern, subject->number);
}

static uint64_t topics_of(struct matcher *matcher, struct subject *subject)
{
    if (!subject->topics_known) {
        subject->topics_known = true;
        subject->topics =
            context_topics(&matcher->context, &matcher->view, subject->number, matcher->sentence);
    }
    return subject->topics;
}

/* The words first, the topic after: asking for it may mean reading the sentences before. */
static bool key_matches(struct matcher *matcher, const struct catalogue_key *key,
                        struct subject *subject, struct search_score *score)
{
    const struct catalogue_rule *rule = &matcher->catalogue->rules[key->rule];
    bool found = rule->say.expression
                     ? expression_matches(matcher, &rule->say, subject, score)
                     : search_variant(&matcher->view, matcher->catalogue->lexicon.sets,
                                      &rule->say.variants[key->variant], subject->number, score);
    return found && (!rule->topics || rule->topics & topics_of(matcher, subject));
}

/* What a rule says beyond its pattern. */
static bool conditions_hold(struct matcher *matcher, const struct catalogue_rule *rule,
                            const struct subject *subject)
{
    for (size_t i = 0; i < rule->unless_count; i++)
        if (pattern_matches(matcher, &rule->unless[i], subject))
            return false;
    bool anywhere = rule->under.variant_count == 0 && !rule->under.expression;
    return anywhere ||
           context_under(&matcher->context, matcher->scratch, &rule->under, matcher->sentence);
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

static uint64_t scopes_of(struct matcher *matcher, struct subject *subject)
{
    const struct catalogue *catalogue = matcher->catalogue;
    struct search_score score;
    if (subject->scopes_known)
        return subject->scopes;
    subject->scopes_known = true;
    uint32_t part = 1u << matcher->report->sentences[matcher->sentence].part;
    uint32_t kind = 1u << matcher->report->meta.kind;
    for (size_t i = 0; i < catalogue->scope_count; i++)
        if (catalogue->scopes[i].parts & part)
            subject->scopes |= (uint64_t)1 << i;
    const struct keys *keys = candidates_for(&matcher->candidates, OF_SCOPES, &matcher->view,
                                             subject->number, subject->unit | CATALOGUE_ANY_UNIT);
    for (size_t i = 0; i < keys->count; i++) {
        const struct catalogue_rule *rule = &catalogue->rules[keys->all[i]->rule];
        if (subject->scopes >> rule->scope & 1)
            continue;
        uint32_t kinds = catalogue->scopes[rule->scope].kinds;
        if ((kinds == 0 || kinds & kind) && key_matches(matcher, keys->all[i], subject, &score) &&
            conditions_hold(matcher, rule, subject))
            subject->scopes |= (uint64_t)1 << rule->scope;
    }
    return subject->scopes;
}

static void decide(struct matcher *matcher, struct subject *subject, const struct match *matches,
                   size_t count)
{
    const struct catalogue *catalogue = matcher->catalogue;
    struct arena *arena = &matcher->report->arena;
    const struct catalogue_rule *barred = NULL;
    uint64_t by = 0;
    for (size_t i = 0; i < count; i++) {
        const struct catalogue_rule *rule = matches[i].rule;
        if (!conditions_hold(matcher, rule, subject))
            continue;
        uint64_t bars = scopes_of(matcher, subject) & ~rule->allow;
        if (!bars) {
            subject->quantity->indicator =
                arena_copy(arena, catalogue->indicators[rule->indicator].id);
            subject->quantity->rule = arena_copy(arena, rule->name);
            return;
        }
        if (!barred) {
            barred = rule;
            by = bars;
        }
    }
    if (barred) {
        unsigned scope = (unsigned)__builtin_ctzll(by);
        subject->quantity->rule =
            arena_format(arena, "%.*s barred by %.*s", SLICE_ARGS(barred->name),
                         SLICE_ARGS(catalogue->scopes[scope].name));
    }
}

/* `index`: among the numbers of the text at hand; `quantity`: where the report has it. */
static void match_number(struct matcher *matcher, size_t index, struct quantity *quantity)
{
    struct match matches[MAX_MATCHES];
    size_t count = 0;
    if (index >= matcher->view.number_count)
        return;
    struct subject subject = {
        .quantity = quantity, .number = &matcher->view.numbers[index], .index = index};
    subject.unit = catalogue_unit(matcher->catalogue, subject.quantity->unit);
    const struct keys *keys = candidates_for(&matcher->candidates, OF_INDICATORS, &matcher->view,
                                             subject.number, subject.unit);
    for (size_t i = 0; i < keys->count; i++) {
        const struct catalogue_rule *rule = &matcher->catalogue->rules[keys->all[i]->rule];
        struct match match = {.rule = rule};
        if (key_matches(matcher, keys->all[i], &subject, &match.score))
            keep(matches, &count, match);
    }
    if (count)
        decide(matcher, &subject, matches, count);
    if (matcher->trace)
        matcher->traced[subject.quantity - matcher->report->quantities] =
            scopes_of(matcher, &subject);
}

/* ---- over the report ---- */

static void look_at(struct matcher *matcher, struct slice text, uint32_t origin,
                    const struct quantity *quantities, size_t count)
{
    matcher->text = text;
    matcher->origin = origin;
    matcher->quantities = quantities;
    matcher->count = count;
    candidates_start(&matcher->candidates);
    matcher->masked_known = false;
    view_build(&matcher->view, &matcher->catalogue->words, text, quantities, count, origin,
               matcher->report->meta.year);
}

static struct quantity *room_for(struct matcher *matcher, size_t count)
{
    if (matcher->edited_capacity < count) {
        matcher->edited_capacity = count * 2;
        matcher->edited =
            memory_resize(matcher->edited, matcher->edited_capacity * sizeof *matcher->edited);
    }
    return matcher->edited;
}

static void match_item(struct matcher *matcher, const struct spread *spread, size_t k, bool share,
                       struct slice text, struct quantity *quantities, size_t count,
                       uint32_t origin)
{
    size_t index;
    size_t kept = spread_sentence(spread, k, share, text, quantities, count, origin,
                                  &matcher->written, room_for(matcher, count), &index);
    look_at(matcher, buffer_slice(&matcher->written), 0, matcher->edited, kept);
    match_number(matcher, index, &quantities[spread->first + k]);
}

/* Each number of a distributive list in a sentence of its own, with and without what its items may
 * share. What stands in front of the first is a guess as well: 人大建议、政协提案 share no 人大. */
static void match_spread(struct matcher *matcher, const struct spread *spread, struct slice text,
                         struct quantity *quantities, size_t count, uint32_t origin)
{
    bool shares = spread->shared.end > spread->shared.start;
    for (size_t k = 0; k < spread->count; k++) {
        struct quantity *quantity = &quantities[spread->first + k];
        match_item(matcher, spread, k, spread->shared_first, text, quantities, count, origin);
        if (shares && !quantity->rule.len)
            match_item(matcher, spread, k, !spread->shared_first, text, quantities, count, origin);
        if (k && !quantity->rule.len && spread->prefix.end > spread->prefix.start) {
            struct spread bare = *spread;
            bare.prefix.end = bare.prefix.start;
            match_item(matcher, &bare, k, spread->shared_first, text, quantities, count, origin);
        }
    }
}

/* Matches the quantities [first, end), all of one sentence, of which `part` is seen. Lists come
 * last: they need the view for themselves. */
static void match_part(struct matcher *matcher, size_t first, size_t end, struct span part)
{
    struct report *report = matcher->report;
    struct slice text = slice_range(matcher->report->clean, part.start, part.end);
    struct quantity *quantities = report->quantities + first;
    size_t count = end - first, listed = 0;
    struct spread spread;
    look_at(matcher, text, part.start, quantities, count);
    for (size_t i = 0; i < count; i++) {
        if (i + 1 < count && spread_find(&spread, text, quantities, count, i, part.start)) {
            i += spread.count - 1;
            listed++;
        } else {
            match_number(matcher, i, &quantities[i]);
        }
    }
    for (size_t i = 0; listed > 0 && i + 1 < count; i++) {
        if (!spread_find(&spread, text, quantities, count, i, part.start))
            continue;
        match_spread(matcher, &spread, text, quantities, count, part.start);
        i += spread.count - 1;
        listed--;
    }
}

static void match_row(struct matcher *matcher, size_t first, size_t end)
{
    struct quantity *quantities = matcher->report->quantities;
    while (first < end) {
        struct quantity *edited = room_for(matcher, end - first);
        size_t count = row_cell(matcher->report, matcher->sentence, first, end, &matcher->written,
                                edited, end - first);
        look_at(matcher, buffer_slice(&matcher->written), 0, edited, count);
        for (size_t i = 0; i < count; i++)
            match_number(matcher, i, &quantities[first + i]);
        first += count;
    }
}

/* The start of the character that `offset` lies in. */
static uint32_t character_at(struct slice text, uint32_t offset)
{
    while (offset > 0 && ((unsigned char)text.data[offset] & 0xC0) == 0x80)
        offset--;
    return offset;
}

/* A sentence beyond MAX_SENTENCE_BYTES is no prose; it is seen in parts that begin behind a number.
 */
static void match_sentence(struct matcher *matcher, size_t first, size_t end)
{
    struct quantity *quantities = matcher->report->quantities;
    struct span whole = matcher->report->sentences[matcher->sentence].clean;
    uint32_t start = whole.start;
    while (first < end) {
        size_t next = first;
        while (next < end && quantities[next].clean.end - start <= MAX_SENTENCE_BYTES)
            next++;
        if (next == first) { /* far behind: begin with enough text in front of it */
            start = character_at(matcher->report->clean,
                                 quantities[first].clean.start - MAX_SENTENCE_BYTES / 2);
            continue;
        }
        uint32_t stop = next < end ? quantities[next].clean.start : whole.end;
        uint32_t most = quantities[next - 1].clean.end + MAX_SENTENCE_BYTES / 2;
        if (stop > most)
            stop = character_at(matcher->report->clean, most);
        match_part(matcher, first, next, (struct span){start, stop});
        start = quantities[next - 1].clean.end; /* what lies between them is seen in both parts */
        first = next;
    }
}

/* Control characters that would pass for our marks become blanks; hardly any report has one. */
static struct slice without_marks(struct report *report)
{
    struct slice clean = report->clean;
    if (clean.len == 0 || (!memchr(clean.data, MARK_OTHER[0], clean.len) &&
                           !memchr(clean.data, MARK_NUMBER[0], clean.len)))
        return clean;
    char *copy = arena_alloc(&report->arena, clean.len);
    for (size_t i = 0; i < clean.len; i++) {
        char c = clean.data[i];
        copy[i] = c == MARK_OTHER[0] || c == MARK_NUMBER[0] ? ' ' : c;
    }
    return (struct slice){copy, clean.len};
}

enum status matcher_run(struct matcher *matcher, struct report *report, struct error *error)
{
    matcher->report = report;
    matcher->error = error;
    matcher->status = STATUS_OK;
    report->clean = without_marks(report);
    context_start(&matcher->context, matcher->catalogue, report);
    if (matcher->trace && matcher->traced_capacity < report->quantity_count) {
        matcher->traced_capacity = report->quantity_count * 2;
        matcher->traced =
            memory_resize(matcher->traced, matcher->traced_capacity * sizeof *matcher->traced);
    }
    for (size_t first = 0, end; first < report->quantity_count; first = end) {
        int32_t sentence = report->quantities[first].sentence;
        for (end = first + 1;
             end < report->quantity_count && report->quantities[end].sentence == sentence;)
            end++;
        matcher->sentence = (size_t)sentence;
        if (report->sentences[sentence].table)
            match_row(matcher, first, end);
        else
            match_sentence(matcher, first, end);
    }
    return matcher->status;
}

void matcher_trace_scopes(struct matcher *matcher, bool on)
{
    matcher->trace = on;
}

uint64_t matcher_scopes_of(const struct matcher *matcher, size_t quantity)
{
    return matcher->traced[quantity];
}
