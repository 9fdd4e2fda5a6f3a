/* withdrawn.c - whether a document is withdrawn, as its history and the batch at hand say. Owned by
 * the store's thread. What fails: a damaged store. */
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

void withdrawal_keep(struct change *change, const struct decision *decision)
{
    struct withdrawal pending = {.withdrawn = decision->verdict == VERDICT_UNFILE};
    memcpy(pending.sha256, decision->sha256, sizeof pending.sha256);
    buffer_append(&change->withdrawn, &pending, sizeof pending);
    history_key(&change->key, decision->sha256, decision->seq);
    buffer_clear(&change->value);
    decision_encode(decision, &change->value);
    kv_batch_put(change->batch, FAMILY_DECISIONS, buffer_slice(&change->key),
                 buffer_slice(&change->value));
    change->any_decisions = true;
}
