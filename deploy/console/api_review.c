/* api_review.c - decisions, and the lease on the figure that somebody is deciding about.
 *
 * Any thread. Happy path: the figure is looked at as it is now, the decision is made on that and
 * handed to the broker, and the answer comes once the store has applied it. What can fail: the
 * decision makes no sense (400), somebody was faster (409, with the figure as it is now), there is
 * no pipeline.
 */
#include "deploy/console/params.h"
#include "deploy/intake/judgement.h"
#include "deploy/intake/nearest.h"
#include "proto/base/clock.h"
#include "proto/base/digest.h"
#include "proto/decision.h"
#include "proto/doors/json.h"
#include "proto/rows/row_json.h"
#include "proto/submitter.h"
#include "workers/extract/quantity/numeral.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* What was asked for; texts live in the arena. */
struct wish {
    struct arena arena;
    const struct packed *body;
    struct slice figure, document; /* id; SHA-256 */
    enum verdict verdict;
    struct slice by;
};

static struct slice text_of(const struct wish *wish, const char *key)
{
    return packed_text(packed_get(wish->body, key));
}

static enum verdict verdict_by_name(struct slice name)
{
    enum verdict verdict = VERDICT_CONFIRM;
    while (verdict < VERDICT_COUNT && !slice_equal(name, slice_of(verdict_name(verdict))))
        verdict++;
    return verdict;
}

static enum status read_wish(const struct visitor *visitor, struct http_request *request,
                             struct wish *wish, struct error *error)
{
    enum status status = json_read(&wish->arena, http_request_body(request),
                                   (struct pack_limits){3, 64}, &wish->body, error);
    if (status)
        return status;
    wish->figure = text_of(wish, "figure");
    wish->document = text_of(wish, "document");
    wish->verdict = verdict_by_name(text_of(wish, "verdict"));
    wish->by =
        visitor->name[0] ? arena_copy(&wish->arena, slice_of(visitor->name)) : text_of(wish, "by");
    if (!wish->by.len)
        return fail(error, STATUS_BAD, "by: who decides? A name is wanted (请填写姓名)");
    return STATUS_OK;
}

/* The figure by its id; *item NULL: there is none. */
static enum status find_figure(struct console *console, struct wish *wish,
                               struct figure_item **item, struct error *error)
{
    const struct request question = {
        .list = LIST_FIGURES, .limit_rows = 10, .filter = {.figure = wish->figure}};
    struct answer page;
    struct lent lent;
    *item = NULL;
    enum status status = lent_take(console->sources, &lent, error);
    if (!status)
        status = lent_read(&lent, &question, &wish->arena, &page, error);
    if (!status && page.item_count > 0) {
        struct buffer copy = {0};
        answer_encode(&page, &copy);
        struct slice kept = arena_copy(&wish->arena, buffer_slice(&copy));
        buffer_release(&copy);
        status = answer_decode(&wish->arena, kept, &page, error); /* outlives the connection */
        *item = page.items;
    }
    lent_return(console->sources, &lent, status);
    return status;
}

/* ---- what is decided ---- */

/* By its id or its name. */
static const struct catalogue_indicator *indicator_of(const struct console *console,
                                                      struct slice said)
{
    for (size_t i = 0; i < console->catalogue->indicator_count; i++)
        if (slice_equal(console->catalogue->indicators[i].id, said) ||
            slice_equal(console->catalogue->indicators[i].label, said))
            return &console->catalogue->indicators[i];
    return NULL;
}

static enum status refuse_indicator(const struct console *console, struct slice said,
                                    struct error *error)
{
    struct nearest nearest = {.word = said};
    if (!said.len)
        return fail(error, STATUS_BAD, "indicator: which one does it state? (请选择指标)");
    for (size_t i = 0; i < console->catalogue->indicator_count; i++)
        nearest_try(&nearest, console->catalogue->indicators[i].label,
                    console->catalogue->indicators[i].id);
    return nearest_refuse(&nearest, "indicator", error);
}

/* A number, or one as it is written: 1,007, 七, 1.2万; its unit may stand behind it. */
static enum status take_value(const struct packed *said, struct judgement *judgement,
                              struct error *error)
{
    struct slice text = packed_text(said);
    struct numeral numeral;
    judgement->has_value = said != NULL;
    judgement->value = said ? packed_double(said, NAN) : 0;
    if (!text.len)
        return STATUS_OK;
    if (!numeral_read(text, 0, &numeral))
        return fail(error, STATUS_BAD, "value: \"%.*s\" is no number (不是数字)", SLICE_ARGS(text));
    struct slice rest = slice_from(text, numeral.end);
    while (slice_starts(rest, SLICE(" ")))
        rest = slice_from(rest, 1);
    if (rest.len && !judgement->unit.data)
        judgement->unit = rest;
    else if (rest.len && !slice_equal(rest, judgement->unit))
        return fail(error, STATUS_BAD,
                    "value: \"%.*s\" behind the number is no part of it: the unit has a field of "
                    "its own (计量单位请另填)",
                    SLICE_ARGS(rest));
    judgement->value = numeral.value;
    return STATUS_OK;
}

static bool takes_unit(void *context, struct slice indicator, struct slice unit,
                       struct buffer *units)
{
    const struct catalogue *catalogue = ((const struct console *)context)->catalogue;
    const struct catalogue_indicator *known = indicator_of(context, indicator);
    if (known && (catalogue_unit(catalogue, unit) & known->units) != 0)
        return true;
    for (unsigned i = 0; known && i < CATALOGUE_MAX_UNITS; i++) {
        if (!catalogue->units[i].len || !(known->units & (uint64_t)1 << i))
            continue;
        buffer_add(units, units->len ? SLICE("、") : SLICE(""));
        buffer_add(units, catalogue->units[i]);
    }
    return false;
}

static enum status read_judgement(struct console *console, const struct wish *wish,
                                  struct judgement *judgement, struct error *error)
{
    struct slice id = text_of(wish, "indicator"), bound = text_of(wish, "bound");
    const struct packed *unit = packed_get(wish->body, "unit");
    const struct catalogue_indicator *indicator = indicator_of(console, id);
    bool stated = packed_get(wish->body, "indicator") && verdict_states(wish->verdict);
    if (stated && !indicator)
        return refuse_indicator(console, id, error);
    *judgement = (struct judgement){.verdict = wish->verdict,
                                    .indicator = indicator ? indicator->id : (struct slice){0},
                                    .label = indicator ? indicator->label : (struct slice){0},
                                    .unit = unit ? packed_text(unit) : (struct slice){NULL, 0},
                                    .takes_unit = takes_unit,
                                    .context = console};
    for (unsigned b = BOUND_EXACT; bound.len && b <= BOUND_ABOUT; b++) {
        if (!slice_equal(bound, slice_of(bound_name(b))))
            continue;
        judgement->bound = b;
        judgement->has_bound = true;
    }
    return take_value(packed_get(wish->body, "value"), judgement, error);
}

/* A figure that the program has missed: its place is told by whoever has found it. */
static enum status of_missed(const struct console *console, const struct wish *wish,
                             const struct judgement *judgement, struct decision *decision,
                             struct error *error)
{
    uint64_t start = packed_uint(packed_get(wish->body, "start"), 0);
    uint64_t end = packed_uint(packed_get(wish->body, "end"), 0);
    struct missed missed = {.sha256 = wish->document,
                            .text = text_of(wish, "text"),
                            .sentence = text_of(wish, "sentence"),
                            .catalogue = slice_of(console->catalogue->version)};
    if (start < end && end <= UINT32_MAX)
        missed.span = (struct span){(uint32_t)start, (uint32_t)end};
    return judgement_of_missed(judgement, &missed, decision, error);
}

/* ---- handing it over ---- */

static enum status hand_over(struct console *console, struct wish *wish, struct decision *decision,
                             enum outcome *outcome, struct error *error)
{
    const struct client_options client = {.endpoint = console->options.broker,
                                          .keys = console->options.keys,
                                          .stop_fd = console->stop_fd};
    if (!console->options.broker)
        return fail(error, STATUS_BAD,
                    "this console only reads a store: decide where a pipeline runs (xianzhi "
                    "serve, or console --broker)");
    decision->by = wish->by;
    decision->note = text_of(wish, "note");
    decision->at_ms = clock_unix_ms();
    return judgement_submit(&client, false, decision, outcome, error);
}

/* ---- answers ---- */

static void put_figure(const struct figure_item *item, struct buffer *out)
{
    buffer_add(out, SLICE("{\"figure\":"));
    if (item)
        fields_json(&listing_kinds[LIST_FIGURES].fields, item, out);
    else
        buffer_add(out, SLICE("null"));
    buffer_append(out, "}", 1);
}

/* Somebody was faster: what is there now, beside the words. */
static void reply_changed(const struct figure_item *now, struct http_answer *answer)
{
    struct buffer *out = &answer->body;
    reply_problem(answer, 409,
                  "somebody else has decided, or the figure is another meanwhile: look at it again "
                  "(该数据已有变化，请重新查看)");
    out->len--; /* its } */
    buffer_append(out, ",", 1);
    struct buffer figure = {0};
    put_figure(now, &figure);
    buffer_append(out, figure.data + 1, figure.len - 1);
    buffer_release(&figure);
}

static void tell_others(struct console *console, const struct wish *wish)
{
    struct buffer json = {0};
    buffer_add(&json, SLICE("{\"figure\":\""));
    buffer_add(&json, wish->figure);
    buffer_add(&json, SLICE("\"}"));
    if (wish->figure.len)
        feed_tell(console->feed, "decisions", buffer_slice(&json));
    buffer_release(&json);
}

/* Taking back what somebody else has decided is for those in charge, where there are accounts. */
static enum status may_decide(const struct visitor *visitor, const struct wish *wish,
                              const struct figure_item *item, struct error *error)
{
    if (visitor->name[0] && visitor->role < VISITOR_ADMIN &&
        judgement_overrules(item, wish->verdict, wish->by))
        return fail(
            error, STATUS_BAD,
            "%.*s decided this: only he or an administrator takes it back (不能撤回他人的复核)",
            SLICE_ARGS(item->by));
    return STATUS_OK;
}

/* `item`: the figure as it is now; NULL: there is none, or none is asked about. */
static enum status make_decision(struct console *console, const struct visitor *visitor,
                                 const struct wish *wish, const struct figure_item *item,
                                 struct decision *decision, struct error *error)
{
    struct judgement judgement;
    if (verdict_of_document(wish->verdict))
        return judgement_of_document(wish->verdict, wish->document, decision, error);
    enum status status = read_judgement(console, wish, &judgement, error);
    if (!status && item)
        status = may_decide(visitor, wish, item, error);
    if (status)
        return status;
    return item ? judgement_of_figure(&judgement, item, decision, error)
                : of_missed(console, wish, &judgement, decision, error);
}

static enum status decide(struct console *console, const struct visitor *visitor, struct wish *wish,
                          bool *changed, struct error *error)
{
    struct decision decision;
    struct figure_item *item = NULL;
    enum outcome outcome = OUTCOME_NONE;
    enum status status = STATUS_OK;
    bool of_figure = wish->verdict != VERDICT_ADD && !verdict_of_document(wish->verdict);
    if (wish->verdict == VERDICT_NONE || wish->verdict >= VERDICT_COUNT)
        return fail(error, STATUS_BAD,
                    "verdict: confirm, value, indicator, reject, add, withdraw, withdraw_document, "
                    "restore_document or choose_document is wanted");
    if (of_figure)
        status = find_figure(console, wish, &item, error);
    if (status)
        return status;
    uint64_t base = packed_uint(packed_get(wish->body, "base"), item ? item->decision : 0);
    *changed = of_figure && (!item || item->decision != base);
    if (*changed)
        return STATUS_OK;
    status = make_decision(console, visitor, wish, item, &decision, error);
    if (!status)
        status = hand_over(console, wish, &decision, &outcome, error);
    *changed = outcome == OUTCOME_CHANGED;
    return status;
}

void api_decide(struct console *console, const struct visitor *visitor,
                struct http_request *request, struct http_answer *answer)
{
    struct wish wish = {0};
    struct figure_item *item = NULL;
    struct error error;
    bool changed = false;
    enum status status = read_wish(visitor, request, &wish, &error);
    if (!status)
        status = decide(console, visitor, &wish, &changed, &error);
    if (!status && wish.figure.len)
        status = find_figure(console, &wish, &item, &error);
    if (status) {
        reply_error(answer, status, &error);
    } else if (changed) {
        reply_changed(item, answer);
    } else {
        put_figure(item, &answer->body);
        reply_json(answer, 200);
        tell_others(console, &wish);
    }
    arena_release(&wish.arena);
}

/* ---- leases ---- */

/* Store pages until one has a figure, or it has taken long: then there is none, and it goes on. */
static enum status walk_queue(struct console *console, struct lent *lent, struct request *question,
                              struct arena *arena, struct answer *page, struct error *error)
{
    enum status status = STATUS_OK;
    pthread_mutex_lock(&console->reviewing);
    uint64_t until_us = clock_monotonic_us() + CONSOLE_PATIENCE_US;
    do {
        status = lent_read(lent, question, arena, page, error);
        question->after = status ? question->after : arena_copy(arena, page->after);
    } while (!status && page->more && page->item_count == 0 && clock_monotonic_us() < until_us);
    pthread_mutex_unlock(&console->reviewing);
    return status;
}

/* {"release": true} gives back what this visitor holds; else the next figure that nobody has is
 * his for five minutes: the first, or with the `next` of the lease before as ?cursor= one in a
 * report behind that. No figure but a `next`: the search goes on there. */
void api_review_lease(struct console *console, const struct visitor *visitor,
                      struct http_request *request, struct http_answer *answer)
{
    struct wish wish = {0};
    struct request question = {0};
    struct answer page = {0};
    struct lent lent = {0};
    struct error error;
    enum status status = read_wish(visitor, request, &wish, &error);
    if (!status)
        status = params_read(console, request, &wish.arena, &question, &error);
    question.list = LIST_REVIEW;
    question.limit_rows = 1;
    question.lease = wish.by;
    question.release = packed_bool(packed_get(wish.body, "release"), false);
    if (!status)
        status = lent_take(console->sources, &lent, &error);
    if (!status)
        status = walk_queue(console, &lent, &question, &wish.arena, &page, &error);
    if (status) {
        reply_error(answer, status, &error);
    } else {
        put_figure(page.item_count && !question.release ? page.items : NULL, &answer->body);
        answer->body.len--;
        buffer_format(&answer->body, ",\"left\":%llu,", (unsigned long long)page.left);
        reply_next(&page, &answer->body);
        reply_json(answer, 200);
    }
    lent_return(console->sources, &lent, status);
    arena_release(&wish.arena);
}
