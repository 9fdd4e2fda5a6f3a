/* decide.c - what a decision does to the filing of the document that it is about, and which
 * decisions a filing begins with. Owned by the store's thread.
 *
 * Happy path: the decision names the one that was in force when it was made, and what the program
 * said; both are so still: it takes that one's place and the filing is written anew, so that rows,
 * roll-ups and the change log follow as they do from a report. What makes no sense (any more) is
 * OUTCOME_CHANGED: nothing happens, whoever decided looks again. Every decision that was applied
 * stays in the history, under the document and its number, by which a repeated delivery is known.
 */
#include "workers/results/write/write.h"

#include <math.h>

void history_key(struct buffer *key, const uint8_t sha256[32], uint64_t seq)
{
    char number[8];
    log_key_of(seq, number);
    buffer_clear(key);
    buffer_append(key, sha256, 32);
    buffer_append(key, number, sizeof number);
}

/* ---- which a filing begins with ---- */

struct decision_list {
    struct decision *items;
    size_t count, capacity;
};

static void lay(struct arena *arena, struct decision_list *list, const struct decision *decision)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (!decisions_meet(&list->items[i], decision))
            list->items[kept++] = list->items[i];
    list->count = kept;
    *ARENA_PUSH(arena, list->items, list->count, list->capacity) = *decision;
}

/* Whether a later one of its figure is laid. */
static bool is_overruled(const struct decision_list *list, const struct decision *decision)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].seq > decision->seq && decisions_meet(&list->items[i], decision))
            return true;
    return false;
}

/* What was withdrawn has done its work: nothing before it holds. */
static void drop_withdrawn(struct decision_list *list)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i].verdict != VERDICT_WITHDRAW)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

enum status decision_damaged(struct error *error)
{
    return fail(error, STATUS_FATAL,
                "the store holds a decision that makes no sense: it is damaged; restore it from a "
                "backup");
}

/* Those that were made of these very bytes, but for figures of which a later one is laid. */
static enum status lay_history(struct change *change, struct slice sha256, struct arena *arena,
                               struct decision_list *list, struct error *error)
{
    struct kv_cursor *cursor =
        kv_cursor_new(change->kv, FAMILY_DECISIONS, sha256, (struct slice){NULL, 0});
    enum status status = STATUS_OK;
    for (; status == STATUS_OK && kv_cursor_valid(cursor) &&
           slice_starts(kv_cursor_key(cursor), sha256);
         kv_cursor_next(cursor)) {
        struct decision decision;
        struct slice bytes = arena_copy(arena, kv_cursor_value(cursor));
        if (decision_decode(arena, bytes, &decision, NULL) != STATUS_OK)
            status = decision_damaged(error);
        else if (!verdict_of_document(decision.verdict) && !is_overruled(list, &decision))
            lay(arena, list, &decision);
    }
    if (status == STATUS_OK && !kv_cursor_valid(cursor))
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    return status;
}

enum status decisions_gather(struct change *change, struct report *report,
                             const struct filing *held, struct filing_source *source,
                             struct error *error)
{
    struct decision_list list = {0};
    bool *stale;
    enum status status = STATUS_OK;
    if (!change->any_decisions)
        return STATUS_OK;
    if (held && !filing_decisions(held, &report->arena, &list.items, &stale, &list.count))
        return decision_damaged(error);
    list.capacity = list.count;
    struct slice sha256 = {(const char *)report->sha256, sizeof report->sha256};
    bool same = held && slice_equal(held->sha256, sha256);
    if (held && !same) /* it knows which were withdrawn */
        status = lay_history(change, held->sha256, &report->arena, &list, error);
    if (status == STATUS_OK && !same)
        status = lay_history(change, sha256, &report->arena, &list, error);
    drop_withdrawn(&list);
    source->decisions = list.items;
    source->decision_count = list.count;
    return status;
}

/* ---- deciding ---- */

static bool same_claim(const struct claim *claim, const struct fact *fact)
{
    return slice_equal(claim->indicator, fact->indicator) && claim->value == fact->value &&
           slice_equal(claim->unit, fact->unit) && claim->bound == fact->bound;
}

/* Whether the figure is as it was when it was decided. */
static bool is_timely(const struct decision *decision, const struct report *report,
                      const struct decision_list *list)
{
    uint64_t in_force = 0;
    const struct fact *found = NULL;
    for (size_t i = 0; i < list->count; i++)
        if (decisions_meet(&list->items[i], decision))
            in_force = list->items[i].seq;
    for (size_t i = 0; i < report->fact_count; i++)
        if (decision_meets(decision, &report->facts[i], true))
            found = &report->facts[i];
    if (in_force != decision->base)
        return false;
    if (decision->verdict == VERDICT_WITHDRAW)
        return in_force != 0;
    if (decision->verdict == VERDICT_ADD)
        return !found;
    /* one that the program no longer finds lives by the decision that is changed */
    return found ? same_claim(&decision->said, found) : in_force != 0;
}

static enum status decide(struct change *change, struct report *report,
                          const struct decision *decision, const struct filing *filing,
                          struct error *error)
{
    struct decision_list list = {0};
    struct report told = {.meta = {.issuer = change->seat.unit.issuer}};
    bool *stale;
    report->outcome = OUTCOME_CHANGED;
    if (!filing_decisions(filing, &report->arena, &list.items, &stale, &list.count) ||
        !filing_restore(filing, &told)) {
        report_release(&told);
        return decision_damaged(error);
    }
    list.capacity = list.count;
    if (is_timely(decision, &told, &list)) {
        lay(&report->arena, &list, decision);
        drop_withdrawn(&list);
        struct filing_source source = {.report = &told,
                                       .seq = filing->seq,
                                       .path_seq = filing->path_seq,
                                       .path = filing->path,
                                       .filed_ms = filing->filed_ms,
                                       .lineage = filing->lineage,
                                       .decisions = list.items,
                                       .decision_count = list.count};
        seat_put(change, &source);
        kv_batch_put(change->batch, FAMILY_DECISIONS, buffer_slice(&change->key),
                     buffer_slice(&change->value));
        change->any_decisions = true;
        report->outcome = OUTCOME_APPLIED;
    }
    report_release(&told);
    return STATUS_OK;
}

/* Of documents none of which is counted the seat names the first: it has no figures until somebody
 * chooses. */
static bool is_contested(const struct change *change, struct slice sha256)
{
    struct aside_entry entry;
    bool bad = false;
    for (size_t at = 0; aside_next(buffer_slice(&change->seat.aside), &at, &entry, &bad);)
        if (entry.kind == ASIDE_RIVAL && slice_equal(entry.sha256, sha256) &&
            slice_equal(entry.issuer, change->seat.unit.issuer))
            return true;
    return false;
}

enum status take_decision(struct change *change, struct report *report, struct error *error)
{
    struct decision decision = *report->decision;
    struct filing filing;
    bool bad = false;
    decision.seq = report->seq;
    history_key(&change->key, decision.sha256, decision.seq);
    buffer_clear(&change->value);
    enum status status =
        kv_get(change->kv, FAMILY_DECISIONS, buffer_slice(&change->key), &change->value, error);
    if (status == STATUS_OK)
        report->outcome = OUTCOME_DUPLICATE;
    if (status != STATUS_AGAIN)
        return status;
    report->outcome = OUTCOME_CHANGED;
    struct slice held =
        seat_filing(buffer_slice(&change->seat.after), change->seat.unit.issuer, &bad);
    status = held.data ? filing_read(held, &filing, error) : STATUS_OK;
    if (status != STATUS_OK || !held.data || memcmp(filing.sha256.data, decision.sha256, 32) != 0)
        return bad ? decision_damaged(error) : status;
    if (is_contested(change, filing.sha256))
        return STATUS_OK;
    buffer_clear(&change->value);
    decision_encode(&decision, &change->value);
    return decide(change, report, &decision, &filing, error);
}
