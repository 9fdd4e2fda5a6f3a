/* matcher.c - takes a report's quantities sentence by sentence to the judge.
 *
 * One thread owns a matcher. A sentence is judged as it stands, but a distributive list item by
 * item (spread.c), a table row cell by cell (row.c), and a sentence that never ends in parts. What
 * can fail: an expression of the catalogue gives up (judge.c).
 */
#include "workers/extract/rule/matcher.h"

#include "workers/extract/frame/sums.h"
#include "workers/extract/model/collect.h"
#include "workers/extract/model/settle.h"
#include "workers/extract/model/terms.h"
#include "workers/extract/rule/judge.h"
#include "workers/extract/rule/row.h"
#include "workers/extract/rule/rule_expression.h"
#include "workers/extract/rule/spread.h"

#include <stdlib.h>

enum { MAX_SENTENCE_BYTES = 6000 };

struct matcher {
    struct judge judge;
    size_t sentence;
    struct buffer written; /* a sentence made up for a list's item or a table's cell */
    struct quantity *edited;
    size_t edited_capacity;
    struct collector collector;
    struct number_evidence evidence;
    struct weights_shared shared; /* sums of what the evidence shares */
    struct cuts cuts;             /* for this report */
    struct finding *findings;     /* of each quantity */
    uint8_t *roles;               /* sums.h, of each quantity */
    uint64_t *units;              /* the catalogue's bit of each quantity's unit */
    struct standing *standings;
    struct settle_terms *terms;
    int32_t *sums;       /* of the numbers that have something to propose */
    int32_t least_asked; /* of those, the least that a person is asked about */
    size_t finding_capacity;
    bool explain;
    matcher_watch *watch;
    void *watch_context;
};

/* What was found of one quantity. */
struct finding {
    struct verdict verdict;
    struct hit decided; /* rule NULL: the rules name nothing */
    struct hit barred;  /* rule NULL: no scope bars what they would name */
    uint64_t scopes;
    struct slice terms; /* in the report's arena, where they are asked for */
    bool known;
};

struct matcher *matcher_new(const struct catalogue *catalogue)
{
    struct matcher *matcher = memory_zero(sizeof *matcher);
    judge_init(&matcher->judge, catalogue);
    return matcher;
}

void matcher_free(struct matcher **matcher)
{
    if (!*matcher)
        return;
    judge_release(&(*matcher)->judge);
    buffer_release(&(*matcher)->written);
    free((*matcher)->edited);
    free((*matcher)->findings);
    free((*matcher)->roles);
    free((*matcher)->units);
    free((*matcher)->standings);
    free((*matcher)->terms);
    free((*matcher)->sums);
    collector_release(&(*matcher)->collector);
    evidence_release(&(*matcher)->evidence);
    free(*matcher);
    *matcher = NULL;
}

/* The numbers beside it in its sentence. */
static struct neighbours neighbours_of(const struct matcher *matcher, size_t at)
{
    const struct report *report = matcher->judge.report;
    const struct quantity *here = &report->quantities[at];
    struct neighbours neighbours = {.quantity = here,
                                    .unit = matcher->units[at],
                                    .previous_label = LABEL_NONE,
                                    .role = matcher->roles[at]};
    if (at > 0 && here[-1].sentence == here->sentence) {
        const struct finding *before = &matcher->findings[at - 1];
        neighbours.previous = here - 1;
        neighbours.previous_unit = matcher->units[at - 1];
        if (before->known && before->decided.rule)
            neighbours.previous_label = before->decided.indicator;
    }
    if (at + 1 < report->quantity_count && here[1].sentence == here->sentence) {
        neighbours.next = here + 1;
        neighbours.next_unit = matcher->units[at + 1];
    }
    return neighbours;
}

static struct hit first_hit(const struct hits *hits, enum hit_how how)
{
    for (size_t i = 0; i < hits->count; i++)
        if (hits->all[i].how == how)
            return hits->all[i];
    return (struct hit){0};
}

static struct slice write_terms(struct matcher *matcher, const struct verdict *verdict)
{
    struct buffer out = {0};
    terms_of_verdict(&out, matcher->judge.catalogue, &matcher->evidence, verdict);
    struct slice kept = arena_copy(&matcher->judge.report->arena, buffer_slice(&out));
    buffer_release(&out);
    return kept;
}

/* Judges number `index` of the text, the report's `quantity`. Of several readings the first counts,
 * unless a later one tells the rules more. */
static void match_number(struct matcher *matcher, size_t index, const struct quantity *quantity)
{
    size_t at = (size_t)(quantity - matcher->judge.report->quantities);
    struct finding *finding = &matcher->findings[at];
    const struct catalogue *catalogue = matcher->judge.catalogue;
    struct hits hits;
    judge_number(&matcher->judge, index, matcher->units[at], &hits);
    struct hit decided = first_hit(&hits, HIT_DECIDED), barred = first_hit(&hits, HIT_BARRED);
    if (finding->known && !decided.rule && (finding->barred.rule || !barred.rule))
        return;
    finding->known = true;
    finding->decided = decided;
    finding->barred = barred;
    finding->scopes = hits.scopes;
    if (!catalogue->weights && !matcher->watch)
        return;
    struct neighbours neighbours = neighbours_of(matcher, at);
    collector_text(&matcher->collector, &matcher->judge);
    collector_number(&matcher->collector, &matcher->judge, index, &neighbours, &hits,
                     &matcher->evidence);
    if (matcher->watch)
        matcher->watch(matcher->watch_context, at, &matcher->evidence, &hits);
    if (catalogue->weights) {
        int32_t scores[EVIDENCE_CANDIDATES];
        weights_score(catalogue->weights, &matcher->evidence, &matcher->shared, scores);
        verdict_of(&finding->verdict, &matcher->evidence, scores);
        if (matcher->explain)
            finding->terms = write_terms(matcher, &finding->verdict);
    }
}

/* Has a rule named it, or would one if no scope barred it? */
static bool is_told(const struct matcher *matcher, const struct quantity *quantity)
{
    const struct finding *finding =
        &matcher->findings[quantity - matcher->judge.report->quantities];
    return finding->known && (finding->decided.rule || finding->barred.rule);
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
    judge_text(&matcher->judge, matcher->sentence, buffer_slice(&matcher->written), 0,
               matcher->edited, kept);
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
        if (shares && !is_told(matcher, quantity))
            match_item(matcher, spread, k, !spread->shared_first, text, quantities, count, origin);
        if (k && !is_told(matcher, quantity) && spread->prefix.end > spread->prefix.start) {
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
    struct report *report = matcher->judge.report;
    struct slice text = slice_range(matcher->judge.report->clean, part.start, part.end);
    struct quantity *quantities = report->quantities + first;
    size_t count = end - first, listed = 0;
    struct spread spread;
    judge_text(&matcher->judge, matcher->sentence, text, part.start, quantities, count);
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
    struct quantity *quantities = matcher->judge.report->quantities;
    struct row_view row;
    row_read(matcher->judge.report, matcher->sentence, &row);
    while (first < end) {
        struct quantity *edited = room_for(matcher, end - first);
        size_t count = row_cell(matcher->judge.report, &row, first, end, &matcher->written, edited,
                                end - first);
        judge_text(&matcher->judge, matcher->sentence, buffer_slice(&matcher->written), 0, edited,
                   count);
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
    struct quantity *quantities = matcher->judge.report->quantities;
    struct span whole = matcher->judge.report->sentences[matcher->sentence].clean;
    uint32_t start = whole.start;
    while (first < end) {
        size_t next = first;
        while (next < end && quantities[next].clean.end - start <= MAX_SENTENCE_BYTES)
            next++;
        if (next == first) { /* far behind: begin with enough text in front of it */
            start = character_at(matcher->judge.report->clean,
                                 quantities[first].clean.start - MAX_SENTENCE_BYTES / 2);
            continue;
        }
        uint32_t stop = next < end ? quantities[next].clean.start : whole.end;
        uint32_t most = quantities[next - 1].clean.end + MAX_SENTENCE_BYTES / 2;
        if (stop > most)
            stop = character_at(matcher->judge.report->clean, most);
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

/* ---- what is said of them ---- */

/* The second sum: each number among the others of its report. */
static void settle(struct matcher *matcher)
{
    const struct report *report = matcher->judge.report;
    const struct catalogue *catalogue = matcher->judge.catalogue;
    for (size_t i = 0; i < report->quantity_count; i++) {
        struct standing *standing = &matcher->standings[i];
        *standing = standing_of(&matcher->findings[i].verdict, report->quantities[i].value,
                                (uint32_t)report->quantities[i].sentence);
        if (standing->best != LABEL_NONE)
            standing->group = catalogue->indicators[standing->best].group;
    }
    settle_collect(matcher->standings, report->quantity_count, matcher->terms);
    for (size_t i = 0; i < report->quantity_count; i++)
        matcher->findings[i].verdict.sure =
            settle_sum(weights_of_settling(catalogue->weights), &matcher->terms[i]);
    matcher->cuts = cuts_for(&catalogue->cuts, cuts_is_piece(report));
    size_t asking = 0;
    uint16_t labels[VERDICT_BEST];
    for (size_t i = 0; i < report->quantity_count; i++)
        if (verdict_proposed(&matcher->findings[i].verdict, &matcher->cuts, labels))
            matcher->sums[asking++] = matcher->findings[i].verdict.sure;
    matcher->least_asked = verdict_least_asked(matcher->sums, asking, &matcher->cuts);
}

static struct slice id_of(const struct matcher *matcher, uint16_t label)
{
    return arena_copy(&matcher->judge.report->arena,
                      matcher->judge.catalogue->indicators[label].id);
}

/* Without weights, or of an indicator that none were learned for: what the rules say is asserted.
 */
static void say_by_rules(struct matcher *matcher, struct quantity *quantity,
                         const struct finding *finding)
{
    struct arena *arena = &matcher->judge.report->arena;
    if (finding->decided.rule) {
        quantity->state = STATE_ASSERTED;
        quantity->indicator = id_of(matcher, finding->decided.indicator);
        quantity->rule = arena_copy(arena, finding->decided.rule->name);
    }
}

/* "normdoc.filed +312", digit by digit: with the C library it took a fiftieth of extract. */
static struct slice with_sum(struct arena *arena, struct slice name, int32_t sum)
{
    char digits[16];
    size_t at = sizeof digits;
    for (uint32_t left = sum < 0 ? -(uint32_t)sum : (uint32_t)sum; left || at == sizeof digits;
         left /= 10)
        digits[--at] = (char)('0' + left % 10);
    digits[--at] = sum < 0 ? '-' : '+';
    digits[--at] = ' ';
    char *text = arena_alloc(arena, name.len + sizeof digits - at + 1);
    memcpy(text, name.data, name.len);
    memcpy(text + name.len, digits + at, sizeof digits - at);
    return (struct slice){text, name.len + sizeof digits - at};
}

static void say_by_score(struct matcher *matcher, struct quantity *quantity,
                         const struct finding *finding)
{
    const struct catalogue *catalogue = matcher->judge.catalogue;
    const struct verdict *verdict = &finding->verdict;
    struct arena *arena = &matcher->judge.report->arena;
    uint16_t labels[VERDICT_BEST], label = verdict_asserted(verdict, &matcher->cuts);
    if (label != LABEL_NONE) {
        bool same = finding->decided.rule && finding->decided.indicator == label;
        struct slice by = same ? finding->decided.rule->name : catalogue->indicators[label].id;
        quantity->state = STATE_ASSERTED;
        quantity->indicator = id_of(matcher, label);
        quantity->rule = with_sum(arena, by, verdict->sure);
        return;
    }
    if (verdict->sure < matcher->least_asked)
        return;
    quantity->proposed_count = verdict_proposed(verdict, &matcher->cuts, labels);
    for (size_t i = 0; i < quantity->proposed_count; i++)
        quantity->proposed[i] = id_of(matcher, labels[i]);
    if (quantity->proposed_count)
        quantity->state = STATE_PROPOSED;
}

/* The scopes against the rule that would have named it, or against any. */
static uint64_t bars_of(const struct finding *finding)
{
    return finding->scopes & ~(finding->barred.rule ? finding->barred.rule->allow : 0);
}

/* The first sums' lines, that of the second and what came of them; or why there are none. */
static struct slice all_terms(struct matcher *matcher, size_t at)
{
    const struct catalogue *catalogue = matcher->judge.catalogue;
    const struct finding *finding = &matcher->findings[at];
    const struct quantity *quantity = &matcher->judge.report->quantities[at];
    struct buffer out = {0};
    if (finding->terms.len) {
        buffer_add(&out, finding->terms);
        terms_of_settling(&out, catalogue->weights, &matcher->terms[at], finding->verdict.sure);
        terms_of_state(&out, catalogue, &finding->verdict, &matcher->cuts, matcher->least_asked,
                       bars_of(finding));
    } else if (!matcher->units[at]) {
        buffer_format(&out, "none: no indicator counts in %.*s\n", SLICE_ARGS(quantity->unit));
    } else {
        buffer_format(&out, "none: nothing around it speaks for an indicator that counts in %.*s\n",
                      SLICE_ARGS(quantity->unit));
    }
    struct slice kept = arena_copy(&matcher->judge.report->arena, buffer_slice(&out));
    buffer_release(&out);
    return kept;
}

static void say(struct matcher *matcher, size_t at)
{
    const struct catalogue *catalogue = matcher->judge.catalogue;
    struct quantity *quantity = &matcher->judge.report->quantities[at];
    const struct finding *finding = &matcher->findings[at];
    if (!finding->known)
        return;
    const struct hit *decided = &finding->decided;
    bool scored = catalogue->weights &&
                  (!decided->rule || weights_know(catalogue->weights, decided->indicator));
    if (catalogue->weights && matcher->explain)
        quantity->terms =
            scored ? all_terms(matcher, at)
                   : SLICE("asserted: by its rule alone, nothing was learned of the indicator\n");
    if (scored)
        say_by_score(matcher, quantity, finding);
    else
        say_by_rules(matcher, quantity, finding);
    uint64_t bars = finding->barred.rule ? bars_of(finding) : 0;
    if (quantity->state == STATE_NONE && bars)
        quantity->rule = arena_format(&matcher->judge.report->arena, "%.*s barred by %.*s",
                                      SLICE_ARGS(finding->barred.rule->name),
                                      SLICE_ARGS(catalogue->scopes[__builtin_ctzll(bars)].name));
}

static void make_room(struct matcher *matcher, size_t count)
{
    if (matcher->finding_capacity < count) {
        matcher->finding_capacity = count * 2;
        matcher->findings =
            memory_resize(matcher->findings, matcher->finding_capacity * sizeof *matcher->findings);
        matcher->roles = memory_resize(matcher->roles, matcher->finding_capacity);
        matcher->units =
            memory_resize(matcher->units, matcher->finding_capacity * sizeof *matcher->units);
        matcher->standings = memory_resize(matcher->standings,
                                           matcher->finding_capacity * sizeof *matcher->standings);
        matcher->sums =
            memory_resize(matcher->sums, matcher->finding_capacity * sizeof *matcher->sums);
        matcher->terms =
            memory_resize(matcher->terms, matcher->finding_capacity * sizeof *matcher->terms);
    }
    if (count)
        memset(matcher->findings, 0, count * sizeof *matcher->findings);
}

enum status matcher_run(struct matcher *matcher, struct report *report, struct error *error)
{
    report->clean = without_marks(report);
    judge_report(&matcher->judge, report, error);
    collector_report(&matcher->collector, matcher->judge.catalogue, report);
    make_room(matcher, report->quantity_count);
    sums_mark(report, matcher->roles);
    for (size_t i = 0; i < report->quantity_count; i++)
        matcher->units[i] = catalogue_unit(matcher->judge.catalogue, report->quantities[i].unit);
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
    if (matcher->judge.catalogue->weights)
        settle(matcher);
    for (size_t i = 0; i < report->quantity_count; i++)
        say(matcher, i);
    return matcher->judge.status;
}

void matcher_watch_with(struct matcher *matcher, matcher_watch *watch, void *context)
{
    matcher->watch = watch;
    matcher->watch_context = context;
    matcher->evidence.named = true;
}

void matcher_explain(struct matcher *matcher, bool on)
{
    matcher->explain = matcher->evidence.named = on;
}

uint64_t matcher_scopes_of(const struct matcher *matcher, size_t quantity)
{
    return matcher->findings[quantity].scopes;
}
