/* withdraw.c - takes a whole document out: the wrong file, a draft, another unit's report. Owned by
 * the store's thread.
 *
 * Happy path: its filing leaves the seat, and the version that it had replaced is in force again;
 * rows and roll-ups follow from that; the decision stays in the document's history, so that the
 * same bytes, submitted again or delivered again, change nothing until somebody says that they may
 * come back. What was decided of its figures stays there too, and holds again if it does. What
 * fails: a damaged store.
 */
#include "workers/results/write/write.h"

/* One that was replaced is known as such when it comes again, but never comes back by itself. */
static void leave_formers(struct editions *editions, struct slice sha256, struct filing *left)
{
    for (size_t i = 0; i < editions->count; i++) {
        struct former *former = former_find(&editions->items[i], sha256);
        if (!former || !former->bytes.len)
            continue;
        *left = former->filing;
        former_leave(former);
    }
}

enum status document_leave(struct change *change, struct arena *arena, const uint8_t hash[32],
                           struct filing *left, struct error *error)
{
    struct editions editions;
    struct slice sha256 = {(const char *)hash, 32}, issuer = change->seat.unit.issuer;
    enum status status = editions_gather(change, arena, issuer, &editions, error);
    struct edition *edition = status == STATUS_OK ? editions_find(&editions, sha256) : NULL;
    bool returned = false;
    *left = edition ? edition->filing : (struct filing){.sha256 = {NULL, 0}};
    if (status != STATUS_OK)
        return status;
    if (edition)
        status = former_return(change, arena, issuer, edition, &returned, error);
    else
        leave_formers(&editions, sha256, left);
    if (edition && !returned)
        editions_remove(&editions, edition);
    return status || !left->sha256.len ? status : editions_settle(change, &editions, error);
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
    if (status == STATUS_OK && decision.verdict == VERDICT_UNFILE)
        status = document_leave(change, &report->arena, decision.sha256, &left, error);
    bool holds = decision.verdict == VERDICT_UNFILE ? left.sha256.len > 0 : withdrawn;
    if (status != STATUS_OK || !holds)
        return status;
    decision.path = left.path;
    decision.lineage = left.lineage;
    withdrawal_keep(change, &decision);
    report->outcome = OUTCOME_APPLIED;
    return STATUS_OK;
}
