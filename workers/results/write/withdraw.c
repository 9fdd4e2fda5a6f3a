/* withdraw.c - takes a whole document out: the wrong file, a draft, another unit's report. Owned by
 * the store's thread.
 *
 * Happy path: its filing leaves the seat, and the version that it had replaced is in force again;
 * rows and roll-ups follow from that; the decision stays in
 * the document's history, so that the same bytes, submitted again or delivered again, change
 * nothing until somebody says that they may come back. What was decided of its figures stays there
 * too, and holds again if it does. What fails: a damaged store.
 */
#include "workers/results/write/write.h"

struct withdrawal {
    uint8_t sha256[32];
    bool withdrawn;
};

/* Of the batch at hand, which the kv doesn't know yet. */
static const struct withdrawal *find_pending(const struct change *change, const uint8_t sha256[32])
{
    const struct withdrawal *items = (const void *)change->withdrawn.data;
    for (size_t i = change->withdrawn.len / sizeof *items; i > 0; i--)
        if (memcmp(items[i - 1].sha256, sha256, 32) == 0)
            return &items[i - 1];
    return NULL;
}

enum status document_withdrawn(struct change *change, struct report *report, bool *withdrawn,
                               struct error *error)
{
    struct slice sha256 = {(const char *)report->sha256, sizeof report->sha256};
    const struct withdrawal *pending = find_pending(change, report->sha256);
    enum status status = STATUS_OK;
    *withdrawn = pending && pending->withdrawn;
    if (pending || !change->any_decisions)
        return STATUS_OK;
    struct kv_cursor *cursor =
        kv_cursor_new(change->kv, FAMILY_DECISIONS, sha256, (struct slice){NULL, 0});
    for (; status == STATUS_OK && kv_cursor_valid(cursor) &&
           slice_starts(kv_cursor_key(cursor), sha256);
         kv_cursor_next(cursor)) {
        struct decision decision;
        struct slice bytes = arena_copy(&report->arena, kv_cursor_value(cursor));
        if (decision_decode(&report->arena, bytes, &decision, NULL) != STATUS_OK)
            status = decision_damaged(error);
        else if (verdict_of_document(decision.verdict) && decision.verdict != VERDICT_CHOOSE)
            *withdrawn = decision.verdict == VERDICT_UNFILE;
    }
    if (status == STATUS_OK && !kv_cursor_valid(cursor))
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    return status;
}

static void keep(struct change *change, const struct decision *decision)
{
    struct withdrawal pending = {.withdrawn = decision->verdict == VERDICT_UNFILE};
    memcpy(pending.sha256, decision->sha256, sizeof pending.sha256);
    buffer_append(&change->withdrawn, &pending, sizeof pending);
    buffer_clear(&change->value);
    decision_encode(decision, &change->value);
    kv_batch_put(change->batch, FAMILY_DECISIONS, buffer_slice(&change->key),
                 buffer_slice(&change->value));
    change->any_decisions = true;
}

enum status document_leave(struct change *change, struct arena *arena, const uint8_t hash[32],
                           struct filing *left, struct error *error)
{
    struct editions editions;
    struct slice sha256 = {(const char *)hash, 32};
    enum status status = editions_gather(change, arena, change->seat.unit.issuer, &editions, error);
    struct edition *edition = status == STATUS_OK ? editions_find(&editions, sha256) : NULL;
    bool returned = false;
    *left = edition ? edition->filing : (struct filing){.sha256 = {NULL, 0}};
    if (!edition)
        return status;
    status = former_return(change, arena, &editions, edition, &returned, error);
    if (!returned)
        editions_remove(&editions, edition);
    return status ? status : editions_settle(change, &editions, error);
}

enum status take_withdrawal(struct change *change, struct report *report, struct error *error)
{
    struct decision decision = *report->decision;
    struct report of = {.arena = report->arena};
    struct filing left = {.sha256 = {NULL, 0}};
    bool withdrawn = false;
    decision.seq = report->seq;
    memcpy(of.sha256, decision.sha256, sizeof of.sha256);
    history_key(&change->key, decision.sha256, decision.seq);
    buffer_clear(&change->value);
    enum status status =
        kv_get(change->kv, FAMILY_DECISIONS, buffer_slice(&change->key), &change->value, error);
    report->outcome = status == STATUS_OK ? OUTCOME_DUPLICATE : OUTCOME_CHANGED;
    if (status != STATUS_AGAIN)
        return status;
    status = document_withdrawn(change, &of, &withdrawn, error);
    report->arena = of.arena;
    struct slice key = arena_copy(&report->arena, buffer_slice(&change->key));
    if (status == STATUS_OK && decision.verdict == VERDICT_UNFILE)
        status = document_leave(change, &report->arena, decision.sha256, &left, error);
    bool holds = decision.verdict == VERDICT_UNFILE ? left.sha256.len > 0 : withdrawn;
    if (status != STATUS_OK || !holds)
        return status;
    decision.path = left.path;
    decision.lineage = left.lineage;
    buffer_clear(&change->key);
    buffer_add(&change->key, key);
    keep(change, &decision);
    report->outcome = OUTCOME_APPLIED;
    return STATUS_OK;
}
