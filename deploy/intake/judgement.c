/* judgement.c - builds decisions and submits them. No state, any thread.
 *
 * Happy path: the caller has looked at the figure as it is now, the decision names that state, and
 * the answer comes once the store has applied it. What can fail: it makes no sense, somebody was
 * faster (an outcome, no error), nobody answers.
 */
#include "deploy/intake/judgement.h"

#include "proto/base/digest.h"
#include "proto/hand_in.h"

#include <math.h>
#include <stdio.h>

static enum status take_indicator(const struct judgement *judgement, const struct figure_item *item,
                                  struct claim *holds, struct error *error)
{
    if (judgement->indicator.len) {
        holds->indicator = judgement->indicator;
        holds->label = judgement->label;
    } else if (!holds->indicator.len && item && item->candidates.count) {
        holds->indicator = item->candidates.items[0];
        holds->label = item->candidate_labels.items[0];
    }
    return holds->indicator.len
               ? STATUS_OK
               : fail(error, STATUS_BAD, "indicator: which one does it state? (请选择指标)");
}

/* Whether the program itself would have had the figure state it. */
static bool is_offered(const struct figure_item *item, struct slice indicator)
{
    if (slice_equal(item->said.indicator, indicator))
        return true;
    for (size_t i = 0; i < item->candidates.count; i++)
        if (slice_equal(item->candidates.items[i], indicator))
            return true;
    return false;
}

static enum status check_unit(const struct judgement *judgement, const struct claim *holds,
                              struct error *error)
{
    struct buffer units = {0};
    enum status status = STATUS_OK;
    if (!judgement->takes_unit(judgement->context, holds->indicator, holds->unit, &units))
        status =
            fail(error, STATUS_BAD,
                 "%.*s doesn't count in \"%.*s\" but in %.*s: say the unit, too (计量单位不符)",
                 SLICE_ARGS(holds->label.len ? holds->label : holds->indicator),
                 SLICE_ARGS(holds->unit), SLICE_ARGS(buffer_slice(&units)));
    buffer_release(&units);
    return status;
}

/* `item`: NULL for a figure that the program has missed. */
static enum status take_value(const struct judgement *judgement, const struct figure_item *item,
                              struct claim *holds, struct error *error)
{
    struct slice said = holds->unit;
    if (judgement->has_value)
        holds->value = judgement->value;
    if (judgement->unit.data)
        holds->unit = judgement->unit;
    if (judgement->has_bound)
        holds->bound = judgement->bound;
    if (!isfinite(holds->value))
        return fail(error, STATUS_BAD, "value: a number is wanted (请填写数值)");
    if (judgement->has_value && holds->value < 0)
        return fail(error, STATUS_BAD, "value: %g: no indicator goes below 0 (数值不能为负)",
                    holds->value);
    bool new_unit = judgement->unit.data && !slice_equal(holds->unit, said);
    bool known = item && !new_unit && is_offered(item, holds->indicator);
    return known ? STATUS_OK : check_unit(judgement, holds, error);
}

/* A correction that corrects nothing confirms. */
static bool same_figure(const struct claim *holds, const struct claim *said)
{
    return holds->value == said->value && holds->bound == said->bound &&
           slice_equal(holds->unit, said->unit);
}

enum status judgement_of_figure(const struct judgement *judgement, const struct figure_item *item,
                                struct decision *decision, struct error *error)
{
    *decision = (struct decision){.base = item->decision,
                                  .span = item->span,
                                  .written = item->text,
                                  .sentence = item->sentence,
                                  .section = item->section,
                                  .offset = item->offset,
                                  .said = item->said,
                                  .state = item->state,
                                  .catalogue = item->catalogue,
                                  .verdict = judgement->verdict,
                                  .holds = item->holds.indicator.len ? item->holds : item->said};
    digest_parse(item->sha256, decision->sha256);
    if (judgement->verdict == VERDICT_WITHDRAW && !item->decision)
        return fail(error, STATUS_BAD, "nothing was decided of %.*s", SLICE_ARGS(item->id));
    if (!verdict_states(judgement->verdict))
        return STATUS_OK;
    enum status status = take_indicator(judgement, item, &decision->holds, error);
    if (status == STATUS_OK)
        status = take_value(judgement, item, &decision->holds, error);
    bool another =
        item->said.indicator.len && !slice_equal(decision->holds.indicator, item->said.indicator);
    if (judgement->verdict != VERDICT_CONFIRM)
        decision->verdict = another                                      ? VERDICT_INDICATOR
                            : same_figure(&decision->holds, &item->said) ? VERDICT_CONFIRM
                                                                         : VERDICT_VALUE;
    return status;
}

enum status judgement_of_missed(const struct judgement *judgement, const struct missed *missed,
                                struct decision *decision, struct error *error)
{
    *decision = (struct decision){.span = missed->span,
                                  .written = missed->text,
                                  .sentence = missed->sentence,
                                  .said = {.unit = SLICE("")},
                                  .catalogue = missed->catalogue,
                                  .verdict = VERDICT_ADD};
    size_t at = slice_find(missed->sentence, missed->text, 0);
    if (!missed->text.len || at == SIZE_MAX || missed->span.start >= missed->span.end ||
        !digest_parse(missed->sha256, decision->sha256))
        return fail(error, STATUS_BAD,
                    "add wants document (SHA-256), start, end, text and the sentence around it");
    if (!judgement->has_value)
        return fail(error, STATUS_BAD, "value: a number is wanted (请填写数值)");
    decision->offset = (uint32_t)at;
    enum status status = take_indicator(judgement, NULL, &decision->holds, error);
    return status ? status : take_value(judgement, NULL, &decision->holds, error);
}

enum status judgement_of_document(enum verdict verdict, struct slice sha256,
                                  struct decision *decision, struct error *error)
{
    *decision = (struct decision){.verdict = verdict};
    return digest_parse(sha256, decision->sha256)
               ? STATUS_OK
               : fail(error, STATUS_BAD, "%.*s: a SHA-256 of 64 digits is wanted",
                      SLICE_ARGS(sha256));
}

bool judgement_overrules(const struct figure_item *item, enum verdict verdict, struct slice by)
{
    return verdict == VERDICT_WITHDRAW && item->decision && !slice_equal(item->by, by);
}

/* ---- handing it over ---- */

enum status judgement_submit(const struct client_options *client, bool as_admin,
                             const struct decision *decision, enum outcome *outcome,
                             struct error *error)
{
    struct buffer record = {0};
    struct arena arena = {0};
    struct decision check; /* refused here rather than by the store */
    const struct submission_head head = {.path = "decision", .priority = 1};
    const struct submitter_options options = {
        .client = *client, .decisions = true, .admin = as_admin};
    *outcome = OUTCOME_NONE;
    decision_encode(decision, &record);
    enum status status = decision_decode(&arena, buffer_slice(&record), &check, error);
    if (!status)
        status = hand_in_one(&options, &head, &record, outcome, error);
    buffer_release(&record);
    arena_release(&arena);
    return status;
}
