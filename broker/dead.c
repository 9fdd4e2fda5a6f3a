/* dead.c - dead letters: list, show, replay, drop, place.
 *
 * Owned by the broker's thread. A question names letters by a filter (a MessagePack map); the
 * answer is a page of at most `limit`. Replay and drop are staged with the turn's commit and
 * answered after it: a page happens as a whole or not at all. Replay keeps a report's number, so
 * that one which died can't take the place of a later version of the same report. Drop wants
 * numbers: nothing is thrown away by a pattern. Place keeps what a person said of a letter's
 * document (an envelope's head, proto/listed.h) and replays it.
 *
 * What can fail: the filter (refused), reading the journal (refused with its reason), the commit
 * (the outbox turns the answer into a refusal).
 */
#include "broker/dead.h"
#include "broker/commit.h"
#include "broker/dead_paths.h"
#include "broker/outbox.h"
#include "proto/base/log.h"
#include "proto/base/tr.h"
#include "proto/listed.h"
#include "proto/pack.h"

enum { DEFAULT_PAGE = 1000, LARGEST_PAGE = 10000 };

struct dead_filter {
    const struct packed *seqs; /* NULL: not by number */
    bool all, dry_run;
    struct slice stage, reason, cause;
    struct slice listed; /* place: the head of an envelope */
    uint64_t after, limit;
};

/* Walks the letters once: picks those that match. */
struct picking {
    const struct dead_filter *filter;
    struct buffer entries; /* encoded, one behind the other */
    struct buffer seqs;    /* uint64_t each */
    uint32_t count;
    uint64_t last_seq;
    bool more;
};

static enum status read_filter(struct arena *arena, struct slice payload,
                               struct dead_filter *filter, struct error *error)
{
    *filter = (struct dead_filter){.limit = DEFAULT_PAGE};
    if (!payload.len)
        return STATUS_OK;
    const struct packed *root;
    struct pack_limits limits = {.depth = 3, .nodes = 100000};
    enum status status = packed_read(arena, payload, limits, &root, error);
    if (status != STATUS_OK)
        return status;
    if (!packed_is_map(root))
        return fail(error, STATUS_BAD, "the filter of dead letters is no map");
    filter->seqs = packed_get(root, "seqs");
    if (filter->seqs && !packed_is_array(filter->seqs))
        return fail(error, STATUS_BAD, "\"seqs\" is no array of numbers");
    filter->all = packed_bool(packed_get(root, "all"), false);
    filter->dry_run = packed_bool(packed_get(root, "dry_run"), false);
    filter->stage = packed_text(packed_get(root, "stage"));
    filter->reason = packed_text(packed_get(root, "reason"));
    filter->cause = packed_text(packed_get(root, "cause"));
    filter->listed = packed_text(packed_get(root, "listed"));
    filter->after = packed_uint(packed_get(root, "after"), 0);
    filter->limit = packed_uint(packed_get(root, "limit"), DEFAULT_PAGE);
    if (filter->limit == 0 || filter->limit > LARGEST_PAGE)
        filter->limit = LARGEST_PAGE;
    return STATUS_OK;
}

static bool matches(const struct dead_filter *filter, const struct entry *letter)
{
    return (!filter->stage.len ||
            slice_equal(filter->stage, slice_of(stage_name(letter->stage)))) &&
           (!filter->cause.len ||
            slice_equal(filter->cause, slice_of(cause_name(letter->cause)))) &&
           (!filter->reason.len || slice_has(letter->reason, filter->reason));
}

static bool pick(void *context, const struct entry *letter)
{
    struct picking *picking = context;
    if (!matches(picking->filter, letter))
        return true;
    if (picking->count == picking->filter->limit) {
        picking->more = true;
        return false;
    }
    picking->count++;
    picking->last_seq = letter->seq;
    entry_encode(letter, &picking->entries);
    buffer_append(&picking->seqs, &letter->seq, sizeof letter->seq);
    return true;
}

static enum status pick_by_number(struct broker *broker, struct picking *picking,
                                  struct error *error)
{
    struct buffer storage = {0};
    enum status status = STATUS_OK;
    if (packed_count(picking->filter->seqs) > picking->filter->limit)
        return fail(error, STATUS_BAD, "more numbers than a page holds (%" PRIu64 ")",
                    picking->filter->limit);
    for (uint32_t i = 0; i < packed_count(picking->filter->seqs) && status == STATUS_OK; i++) {
        uint64_t seq = packed_uint(packed_at(picking->filter->seqs, i), 0);
        struct entry letter;
        status = journal_letter(broker->journal, seq, &letter, &storage, error);
        if (status == STATUS_OK)
            pick(picking, &letter);
        else if (status == STATUS_AGAIN)
            status = fail(error, STATUS_BAD,
                          "%" PRIu64 " is no dead letter: nothing was changed; "
                          "`xianzhi dead list` shows those there are",
                          seq);
    }
    buffer_release(&storage);
    return status;
}

static enum status pick_all(struct broker *broker, struct picking *picking, struct error *error)
{
    if (picking->filter->seqs)
        return pick_by_number(broker, picking, error);
    return journal_dead(broker->journal, picking->filter->after, pick, picking, error);
}

static void answer(struct broker *broker, const struct peer *peer, const struct message *message,
                   const struct picking *picking, uint32_t changed, bool durable)
{
    struct reply *reply = outbox_add(broker, &peer->id, MESSAGE_ANSWER, message->id);
    struct buffer *out = &reply->payload;
    reply->durable = durable;
    pack_map(out, 5);
    PACK_KEY(out, "matched"), pack_uint(out, picking->count);
    PACK_KEY(out, "changed"), pack_uint(out, changed);
    PACK_KEY(out, "more"), pack_bool(out, picking->more);
    PACK_KEY(out, "after"), pack_uint(out, picking->last_seq);
    PACK_KEY(out, "letters"), pack_array(out, picking->count);
    buffer_add(out, buffer_slice(&picking->entries));
}

/* ---- the verbs ---- */

void dead_enter(struct broker *broker, const struct entry *letter)
{
    broker->dead_count++;
    broker->dead_by_cause[letter->cause]++;
    dead_paths_add(&broker->dead_paths, letter);
}

void dead_leave(struct broker *broker, const struct entry *letter)
{
    broker->dead_count--;
    broker->dead_by_cause[letter->cause]--;
    dead_paths_forget(&broker->dead_paths, letter);
}

static bool drop_one(struct broker *broker, uint64_t seq)
{
    struct entry letter;
    struct buffer storage = {0};
    enum status status = journal_letter(broker->journal, seq, &letter, &storage, NULL);
    if (status == STATUS_OK)
        status = journal_drop(broker->journal, seq, NULL);
    if (status == STATUS_OK)
        dead_leave(broker, &letter);
    buffer_release(&storage);
    return status == STATUS_OK;
}

/* What the hints name but the journal doesn't know any more is forgotten on the way. */
void dead_close_earlier(struct broker *broker, const struct job *job)
{
    struct slice flow = slice_of(job->flow), path = slice_of(job->path);
    struct buffer storage = {0};
    uint64_t seq;
    while ((seq = dead_paths_find(broker->dead_paths, flow, path, job->seq)) != 0) {
        struct entry letter, hint = {.seq = seq, .flow = flow, .path = path};
        enum status status = journal_letter(broker->journal, seq, &letter, &storage, NULL);
        if (status != STATUS_OK && status != STATUS_AGAIN)
            break; /* the journal can't be read now */
        if (status == STATUS_OK && dead_paths_same(&letter, flow, path) && drop_one(broker, seq))
            log_event(LOG_INFO, "dead.closed", "seq=%" PRIu64 " by=%" PRIu64 " path=\"%s\"", seq,
                      job->seq, job->path);
        else
            dead_paths_forget(&broker->dead_paths, &hint);
    }
    buffer_release(&storage);
}

/* Replayed in this very turn: the journal still shows the letter until the commit. */
static bool is_revived(const struct broker *broker, uint64_t seq)
{
    for (size_t i = 0; i < broker->revived.count; i++)
        if (broker->revived.items[i]->seq == seq)
            return true;
    return false;
}

/* Whether `head` is an envelope's that says where something belongs. */
static bool is_placement(struct slice head)
{
    struct listed listed;
    struct slice inside;
    return listed_open(head, &listed, &inside) && inside.len == 0 && listed.by_person &&
           listed.region && listed.year;
}

static enum status remember(struct broker *broker, uint64_t seq, struct slice head,
                            struct error *error)
{
    struct buffer document = {0};
    enum status status = journal_document(broker->journal, seq, &document, error);
    if (status == STATUS_AGAIN)
        status = fail(error, STATUS_BAD, "%" PRIu64 " has no document: submit it again", seq);
    if (status == STATUS_OK)
        status = journal_place(broker->journal, buffer_slice(&document), head, error);
    buffer_release(&document);
    return status;
}

/* Letters without a document stay: there is nothing to try again. */
static uint32_t replay(struct broker *broker, const struct picking *picking)
{
    uint32_t changed = 0;
    for (uint32_t i = 0; i < picking->count; i++) {
        uint64_t seq;
        memcpy(&seq, picking->seqs.data + i * sizeof seq, sizeof seq);
        struct entry letter;
        struct buffer storage = {0};
        enum status status = journal_letter(broker->journal, seq, &letter, &storage, NULL);
        struct job *job;
        if (status != STATUS_OK || is_revived(broker, seq) ||
            journal_replay(broker->journal, seq, &job, NULL) != STATUS_OK) {
            buffer_release(&storage);
            continue;
        }
        dead_leave(broker, &letter);
        buffer_release(&storage);
        job->ready_us = broker->now_us;
        commit_revive(broker, job);
        changed++;
        log_event(LOG_INFO, "dead.replayed", "seq=%" PRIu64, seq);
    }
    return changed;
}

static uint32_t drop(struct broker *broker, const struct picking *picking)
{
    uint32_t changed = 0;
    for (uint32_t i = 0; i < picking->count; i++) {
        uint64_t seq;
        memcpy(&seq, picking->seqs.data + i * sizeof seq, sizeof seq);
        if (is_revived(broker, seq) || !drop_one(broker, seq))
            continue;
        changed++;
        log_event(LOG_WARN, "dead.dropped", "seq=%" PRIu64, seq);
    }
    return changed;
}

static void show(struct broker *broker, const struct peer *peer, const struct message *message,
                 const struct dead_filter *filter)
{
    uint64_t seq = packed_uint(packed_at(filter->seqs, 0), 0);
    struct entry letter;
    struct buffer storage = {0}, document = {0};
    struct error error;
    enum status status = journal_letter(broker->journal, seq, &letter, &storage, &error);
    if (status == STATUS_OK && letter.document)
        status = journal_document(broker->journal, seq, &document, &error);
    if (status != STATUS_OK) {
        outbox_refuse(broker, &peer->id, message->id, STATUS_BAD, 0, "%s", error.text);
    } else {
        struct buffer *out = &outbox_add(broker, &peer->id, MESSAGE_ANSWER, message->id)->payload;
        pack_map(out, 2);
        PACK_KEY(out, "letter"), entry_encode(&letter, out);
        PACK_KEY(out, "document"), pack_bytes(out, buffer_slice(&document));
    }
    buffer_release(&storage);
    buffer_release(&document);
}

static const char *objection(struct slice verb, const struct dead_filter *filter)
{
    bool by_number = filter->seqs && packed_count(filter->seqs);
    if (slice_equal(verb, SLICE("list")))
        return NULL;
    if (slice_equal(verb, SLICE("show")))
        return by_number ? NULL : TR("show wants the number of one letter");
    if (slice_equal(verb, SLICE("drop")))
        return by_number ? NULL : TR("drop wants numbers: nothing is thrown away by a pattern");
    if (slice_equal(verb, SLICE("place")))
        return !filter->seqs || packed_count(filter->seqs) != 1
                   ? TR("place wants the number of one letter")
               : !is_placement(filter->listed)
                   ? TR("place wants \"listed\": the head of an envelope with region and year")
                   : NULL;
    if (slice_equal(verb, SLICE("replay")))
        return by_number || filter->all || filter->stage.len || filter->reason.len ||
                       filter->cause.len
                   ? NULL
                   : TR("replay wants numbers, a stage, a cause, a reason, or all");
    return TR("unknown verb: list, show, replay, drop, place");
}

static void change(struct broker *broker, const struct peer *peer, const struct message *message,
                   const struct dead_filter *filter, struct picking *picking)
{
    struct error error;
    enum status status = pick_all(broker, picking, &error);
    bool place = slice_equal(message->verb, SLICE("place")) && !filter->dry_run;
    if (status == STATUS_OK && place)
        status =
            remember(broker, packed_uint(packed_at(filter->seqs, 0), 0), filter->listed, &error);
    if (status != STATUS_OK) {
        outbox_refuse(broker, &peer->id, message->id, status == STATUS_RETRY ? status : STATUS_BAD,
                      status == STATUS_RETRY ? RETRY_MS : 0, "%s", error.text);
        return;
    }
    bool changes = !filter->dry_run && !slice_equal(message->verb, SLICE("list"));
    uint32_t changed = 0;
    if (changes && (place || slice_equal(message->verb, SLICE("replay"))))
        changed = replay(broker, picking);
    else if (changes)
        changed = drop(broker, picking);
    if (changes) {
        commit_want_sync(broker);
        log_event(LOG_INFO, "dead.page", "verb=%.*s matched=%u changed=%u",
                  SLICE_ARGS(message->verb), picking->count, changed);
    }
    answer(broker, peer, message, picking, changed, changes);
}

void dead_answer(struct broker *broker, struct peer *peer, const struct message *message)
{
    struct arena arena = {0};
    struct dead_filter filter;
    struct error error;
    enum status status = read_filter(&arena, message->payload, &filter, &error);
    const char *wrong = status == STATUS_OK ? objection(message->verb, &filter) : error.text;
    const char *broken = journal_broken(broker->journal);
    if (wrong) {
        outbox_refuse(broker, &peer->id, message->id, STATUS_BAD, 0, "%s", wrong);
    } else if (broken) {
        outbox_refuse(broker, &peer->id, message->id, STATUS_RETRY, RETRY_MS, "%s", broken);
    } else if (slice_equal(message->verb, SLICE("show"))) {
        show(broker, peer, message, &filter);
    } else {
        struct picking picking = {.filter = &filter};
        change(broker, peer, message, &filter, &picking);
        buffer_release(&picking.entries);
        buffer_release(&picking.seqs);
    }
    arena_release(&arena);
}

static bool count_letter(void *context, const struct entry *letter)
{
    dead_enter(context, letter);
    return true;
}

void dead_count(struct broker *broker)
{
    broker->dead_count = 0;
    dead_paths_release(&broker->dead_paths);
    memset(broker->dead_by_cause, 0, sizeof broker->dead_by_cause);
    struct error error;
    if (journal_dead(broker->journal, 0, count_letter, broker, &error) != STATUS_OK)
        log_event(LOG_ERROR, "journal.unreadable", "reason=\"%s\"", error.text);
}
