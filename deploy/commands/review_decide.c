/* review_decide.c - makes a decision of what was said on the command line, and hands it to the
 * pipeline or the store. The thread of the command.
 *
 * Happy path: look at the figure as it is now, decide on that, and hear that it was applied. What
 * can fail: there is no such figure, the indicator doesn't take the unit, somebody was faster: then
 * nothing is done, and what is there now is shown.
 */
#include "deploy/commands/review.h"

#include "deploy/commands/deciding.h"
#include "deploy/commands/words.h"
#include "deploy/intake/judgement.h"
#include "proto/base/json_text.h"
#include "proto/base/visible.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static enum bound bound_of(const char *name)
{
    enum bound bound = BOUND_EXACT;
    while (bound < BOUND_ABOUT && strcmp(name, bound_name(bound)) != 0)
        bound++;
    return bound;
}

static enum verdict verdict_of(const char *verb)
{
    static const struct {
        const char *verb;
        enum verdict verdict;
    } verbs[] = {{"confirm", VERDICT_CONFIRM},
                 {"correct", VERDICT_VALUE},
                 {"reject", VERDICT_REJECT},
                 {"withdraw", VERDICT_WITHDRAW},
                 {"add", VERDICT_ADD}};
    size_t i = 0;
    while (strcmp(verb, verbs[i].verb) != 0)
        i++; /* review.c lets no others through */
    return verbs[i].verdict;
}

static bool takes_unit(void *context, struct slice indicator, struct slice unit,
                       struct buffer *units)
{
    return name_takes_unit(context, indicator, unit, units);
}

/* ---- what is said ---- */

/* What --indicator names: one id, its label where it is known. */
static enum status read_indicator(const struct review_call *review, struct judgement *judgement,
                                  struct error *error)
{
    const struct filter *filter = &review->listing.request.filter;
    if (filter->indicator_count > 1 ||
        (filter->indicator_count && strpbrk(filter->indicators[0].data, "*?[")))
        return fail(error, STATUS_BAD, "--indicator: a figure states one");
    if (filter->indicator_count) {
        judgement->indicator = filter->indicators[0];
        judgement->label = name_label(review->listing.names, judgement->indicator);
    }
    return STATUS_OK;
}

static enum status read_judgement(const struct review_call *review, struct judgement *judgement,
                                  struct error *error)
{
    char *end;
    *judgement = (struct judgement){.verdict = verdict_of(review->verb),
                                    .has_value = review->value,
                                    .has_bound = review->bound,
                                    .bound = review->bound ? bound_of(review->bound) : BOUND_EXACT,
                                    .unit = slice_of(review->unit),
                                    .takes_unit = takes_unit,
                                    .context = review->listing.names};
    if (review->value) {
        judgement->value = strtod(review->value, &end);
        if (end == review->value || *end || !isfinite(judgement->value))
            return fail(error, STATUS_BAD, "--value %s: is no number", review->value);
    }
    enum status status = read_indicator(review, judgement, error);
    if (status == STATUS_OK && judgement->verdict == VERDICT_VALUE && !review->value &&
        !review->unit && !review->bound && !judgement->indicator.len)
        status = fail(error, STATUS_BAD, "correct what? --value, --unit, --bound or --indicator");
    return status;
}

/* ---- what it is said of ---- */

static enum status of_figure(struct review_call *review, struct arena *arena,
                             const struct judgement *judgement, struct decision *decision,
                             bool *overrules, struct error *error)
{
    struct figure_item *item = NULL;
    enum status status = review_find(review, arena, &item, error);
    if (status == STATUS_OK && !item)
        status = fail(error, STATUS_BAD,
                      "%s: there is no such figure: `xianzhi review list` has ids", review->id);
    if (status != STATUS_OK)
        return status;
    *overrules = judgement_overrules(item, judgement->verdict, slice_of(review->by));
    return judgement_of_figure(judgement, item, decision, error);
}

static enum status of_missed(struct review_call *review, struct arena *arena,
                             const struct judgement *judgement, struct decision *decision,
                             struct error *error)
{
    struct listing *listing = &review->listing;
    struct request before = listing->request;
    struct answer page;
    if (!review->document || !review->text || !review->value || review->start >= review->end)
        return fail(error, STATUS_BAD,
                    "add wants --document, --start, --end, --text, --indicator and --value");
    listing->request = (struct request){.list = LIST_DOCUMENTS,
                                        .filter = {.document = slice_of(review->document)}};
    enum status status = listing_page(listing, arena, &page, error);
    listing->request = before;
    if (status != STATUS_OK)
        return status;
    if (!page.item_count)
        return fail(error, STATUS_BAD, "%s: no such document is in force: see `xianzhi documents`",
                    review->document);
    const struct document_item *document = page.items;
    if (document->standing == STANDING_REPLACED)
        return fail(error, STATUS_BAD,
                    "%s: a later version has replaced it: what it lacks is added to that one, %.*s",
                    review->document, SLICE_ARGS(document->replaced_by));
    struct slice text = slice_of(review->text);
    struct missed missed = {.sha256 = document->sha256,
                            .span = {(uint32_t)review->start, (uint32_t)review->end},
                            .text = text,
                            .sentence = review->sentence ? slice_of(review->sentence) : text,
                            .catalogue = document->catalogue};
    if (!slice_has(missed.sentence, text))
        return fail(error, STATUS_BAD, "--sentence doesn't have \"%s\" in it", review->text);
    return judgement_of_missed(judgement, &missed, decision, error);
}

/* What holds now: of several candidates the first is taken, and whoever decides should see which.
 */
static void tell(const struct review_call *review, const struct decision *decision)
{
    const struct claim *holds = &decision->holds;
    struct slice verdict = word_for_people(slice_of(verdict_name(decision->verdict)));
    struct buffer line = {0};
    buffer_format(&line, "%s  %.*s", review->id ? review->id : review->document,
                  SLICE_ARGS(verdict));
    if (verdict_states(decision->verdict)) {
        struct slice label = holds->label.len ? holds->label : holds->indicator;
        buffer_format(&line, "  %.*s  %s", SLICE_ARGS(label), bound_for_people(holds->bound));
        json_number(holds->value, &line);
        buffer_add(&line, holds->unit);
    }
    visible_printf(stdout, "%.*s\n", SLICE_ARGS(buffer_slice(&line)));
    buffer_release(&line);
}

enum status review_decide(struct review_call *review, struct error *error)
{
    struct arena arena = {0};
    struct judgement judgement;
    struct decision decision;
    struct deciding deciding = {
        .listing = &review->listing, .by = review->by, .note = review->note};
    enum status status = read_judgement(review, &judgement, error);
    if (status == STATUS_OK && judgement.verdict == VERDICT_ADD)
        status = of_missed(review, &arena, &judgement, &decision, error);
    else if (status == STATUS_OK)
        status = of_figure(review, &arena, &judgement, &decision, &deciding.overrules, error);
    enum outcome outcome = OUTCOME_NONE;
    if (status == STATUS_OK)
        status = deciding_apply(&deciding, &decision, &outcome, error);
    if (status == STATUS_OK && outcome == OUTCOME_CHANGED)
        status = fail(
            error, STATUS_AGAIN,
            "the figure is another meanwhile, or somebody else has decided: nothing was "
            "done; look at it again with `xianzhi review show %s` (该数据已有变化，请重新查看)",
            review->id ? review->id : "ID");
    else if (status == STATUS_OK)
        tell(review, &decision);
    arena_release(&arena);
    return status;
}
