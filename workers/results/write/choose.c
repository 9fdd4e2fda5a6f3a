/* choose.c - a person says which of several documents is the unit's report. Owned by the store's
 * thread.
 *
 * The document is counted from now on, in all its later versions, and the others stand aside; who
 * chooses again takes that back. What makes no sense is OUTCOME_CHANGED: it stands alone, is chosen
 * already, or nobody knows it any more.
 */
#include "workers/results/write/write.h"

static enum status choose(struct change *change, struct report *report,
                          const struct decision *decision, struct error *error)
{
    struct editions editions = {.count = 0};
    struct slice sha256 = {(const char *)decision->sha256, sizeof decision->sha256};
    enum status status =
        editions_gather(change, &report->arena, change->seat.unit.issuer, &editions, error);
    struct edition *chosen = status == STATUS_OK ? editions_find(&editions, sha256) : NULL;
    if (!chosen || editions.count < 2 || (chosen->seated && chosen->chosen == CHOSEN_BY_REVIEW))
        return status;
    for (size_t i = 0; i < editions.count; i++)
        if (editions.items[i].chosen == CHOSEN_BY_REVIEW)
            editions.items[i].chosen = CHOSEN_BY_NOBODY;
    chosen->chosen = CHOSEN_BY_REVIEW;
    report->outcome = OUTCOME_APPLIED;
    return editions_settle(change, &editions, error);
}

enum status take_choice(struct change *change, struct report *report, struct error *error)
{
    struct decision decision = *report->decision;
    struct buffer key = {0}, record = {0};
    decision.seq = report->seq;
    history_key(&key, decision.sha256, decision.seq);
    enum status status = kv_get(change->kv, FAMILY_DECISIONS, buffer_slice(&key), &record, error);
    report->outcome = status == STATUS_OK ? OUTCOME_DUPLICATE : OUTCOME_CHANGED;
    if (status == STATUS_AGAIN)
        status = choose(change, report, &decision, error);
    if (status == STATUS_OK && report->outcome == OUTCOME_APPLIED) {
        buffer_clear(&record);
        decision_encode(&decision, &record);
        kv_batch_put(change->batch, FAMILY_DECISIONS, buffer_slice(&key), buffer_slice(&record));
        change->any_decisions = true;
    }
    buffer_release(&key);
    buffer_release(&record);
    return status;
}
