/* submit.c - reports come in, are journalled, and only then acknowledged.
 *
 * Owned by the broker's thread. The happy path: submit_take stages a report and its ACCEPTED, which
 * goes out after the commit. What can fail: the submission itself (refused for good), the disk
 * being nearly full or the journal broken (refused for now, with a time to ask again).
 */
#include "broker/submit.h"
#include "broker/commit.h"
#include "broker/outbox.h"
#include "broker/outcome.h"
#include "broker/peers.h"
#include "broker/room.h"
#include "broker/watch.h"
#include "proto/base/clock.h"
#include "proto/base/digest.h"
#include "proto/base/tr.h"
#include "proto/decision.h"
#include "proto/listed.h"

enum {
    MAX_FLOW_BYTES = 64,
    MAX_ORIGIN_BYTES = 1024,
    RETRY_SOON_MS = 200, /* where waiting helps at once or never */
    ORDER_MS = 10000,    /* so long a submitter's refused report goes before his later ones */
};

/* ---- taking ---- */

static bool is_acceptable(struct broker *broker, const struct peer *peer,
                          const struct message *message)
{
    const char *wrong = NULL;
    if (message->decision != (peer->role == ROLE_REVIEW) && peer->role != ROLE_ADMIN)
        wrong = message->decision ? TR("decisions want the role review: say hello in it")
                                  : TR("the role review decides, and submits no documents");
    else if (message->decision && !decision_is(message->payload))
        wrong = TR("it is no decision's record (PROTOCOL.md)");
    else if (message->path.len == 0 || message->path.len > MAX_PATH_BYTES)
        wrong = TR("its path is empty or longer than 4096 bytes: name it otherwise");
    else if (message->flow.len > MAX_FLOW_BYTES ||
             slice_has(message->flow, (struct slice){"\0", 1}))
        wrong = TR("the name of its flow is longer than 64 bytes or has a NUL: choose another");
    else if (message->lineage.origin.len > MAX_ORIGIN_BYTES)
        wrong = TR("what it is a version of is named by more than 1024 bytes: name it shorter");
    else if (message->lineage.order > MAX_ORDER || message->lineage.again > MAX_ORDER ||
             message->lineage.sent > MAX_ORDER)
        wrong = TR("its order, again or sent is 2^53 or more: number versions lower");
    else if (message->payload.len > broker->options.max_document_bytes)
        wrong = TR("the document is larger than WELCOME.max_document_bytes: split it");
    if (wrong)
        outbox_refuse(broker, &peer->id, message->id, STATUS_BAD, 0, "%.*s: %s",
                      SLICE_ARGS(message->path), wrong);
    return !wrong;
}

static bool must_wait(const struct broker *broker, const struct peer *peer, uint64_t id)
{
    return peer->refused_id && id > peer->refused_id &&
           broker->now_us - peer->refused_us < ORDER_MS * 1000ull;
}

static bool is_open(struct broker *broker, struct peer *peer, const struct message *message)
{
    uint64_t id = message->id;
    const char *broken = journal_broken(broker->journal);
    if (broken)
        outbox_refuse(broker, &peer->id, id, STATUS_RETRY, commit_retry_ms(broker),
                      TR("the journal can't be written, nothing is accepted: %s"), broken);
    else if (broker->disk_low)
        outbox_refuse(
            broker, &peer->id, id, STATUS_AGAIN, RETRY_MS,
            TR("the broker's disk is nearly full, nothing new is accepted: free some space"));
    else if (broker->stopping)
        outbox_refuse(broker, &peer->id, id, STATUS_AGAIN, RETRY_MS, TR("the broker is stopping"));
    else if (message->no_wait && room_is_used_up(broker))
        outbox_refuse(broker, &peer->id, id, STATUS_AGAIN, RETRY_MS,
                      TR("the broker's memory is full of reports that wait for workers"));
    else if (must_wait(broker, peer, id))
        outbox_refuse(
            broker, &peer->id, id, STATUS_AGAIN, RETRY_SOON_MS,
            TR("number %" PRIu64 " was refused for now and goes first, to keep their order"),
            peer->refused_id);
    else
        return true;
    if (!message->no_wait) /* who doesn't come back isn't waited for */
        peer_hold(broker, peer, id);
    return false;
}

/* A number instead of a document: how did that one end? Asked again after a lost connection. */
static void watch_again(struct broker *broker, const struct peer *peer,
                        const struct message *message)
{
    /* What ended in this turn isn't in the journal's state before the commit. */
    commit_now(broker);
    const char *broken = journal_broken(broker->journal);
    if (broken) {
        outbox_refuse(broker, &peer->id, message->id, STATUS_RETRY, RETRY_MS, "%s", broken);
        return;
    }
    struct entry letter;
    struct buffer storage = {0};
    if (journal_letter(broker->journal, message->seq, &letter, &storage, NULL) == STATUS_OK) {
        outcome_tell(broker, &peer->id, message->id, message->seq, OUTCOME_NONE, STATUS_BAD,
                     letter.reason);
    } else if (watch_find(broker, message->seq) ||
               journal_document(broker->journal, message->seq, &storage, NULL) == STATUS_OK) {
        watch_begin(broker, message->seq, peer, message->id);
        outbox_add(broker, &peer->id, MESSAGE_ACCEPTED, message->id)->message.seq = message->seq;
    } else {
        outcome_tell(broker, &peer->id, message->id, message->seq, OUTCOME_NONE, STATUS_OK,
                     (struct slice){0});
    }
    buffer_release(&storage);
}

/* A hash: how did the document with these bytes end? It may be on its way here by a queue still. */
static void watch_bytes(struct broker *broker, const struct peer *peer,
                        const struct message *message)
{
    uint8_t sha256[DIGEST_BYTES];
    struct message by_number = *message;
    bool is_hash = digest_parse(message->sha256, sha256);
    commit_now(broker);
    by_number.seq = is_hash ? journal_known(broker->journal, sha256) : 0;
    if (by_number.seq)
        watch_again(broker, peer, &by_number);
    else if (is_hash)
        outbox_refuse(broker, &peer->id, message->id, STATUS_AGAIN, RETRY_MS,
                      TR("no document with these bytes has come here yet"));
    else
        outbox_refuse(broker, &peer->id, message->id, STATUS_BAD, 0,
                      TR("a SHA-256 has 64 hexadecimal digits"));
}

static void accept(struct broker *broker, struct peer *peer, const struct message *message,
                   uint64_t seq, uint64_t known_seq)
{
    struct reply *reply = outbox_add(broker, &peer->id, MESSAGE_ACCEPTED, message->id);
    reply->message.seq = seq;
    reply->message.known_seq = known_seq;
    reply->durable = true;
    uint64_t credit_bytes = room_submit_credit(broker);
    if (credit_bytes != peer->credit_bytes) /* others came or went */
        reply->message.credit_bytes = peer->credit_bytes = credit_bytes;
    commit_want_sync(broker);
    if (message->watch)
        watch_begin(broker, seq, peer, message->id);
}

/* Nobody has its bytes, but it must not vanish without a trace either. */
static void take_unreadable(struct broker *broker, struct job *job, const struct message *message)
{
    job->cause = CAUSE_UNREADABLE;
    job->attempts = 1;
    job->first_ms = job->last_ms = job->submitted_ms;
    job_move(job, JOB_EVENT_UNREADABLE);
    outcome_bury(broker, &job, "", message->text);
}

/* Who doesn't say whose turn it is has turns of his own. */
static struct slice flow_of(const struct peer *peer, const struct message *message)
{
    if (message->flow.len)
        return message->flow;
    struct slice name = slice_of(peer->name);
    return slice_range(name, 0, name.len < MAX_FLOW_BYTES ? name.len : MAX_FLOW_BYTES);
}

/* What a person says of a document holds for the same bytes whenever they come, if he may say so of
 * dead letters, too. */
static void remember_placing(struct broker *broker, const struct peer *peer, struct slice document)
{
    struct listed said;
    struct slice inside;
    if (broker->access && !access_allows(peer->user, ROLE_ADMIN))
        return;
    if (listed_open(document, &said, &inside) && said.by_person && said.region && said.year)
        journal_place(broker->journal, document,
                      slice_range(document, 0, (size_t)(inside.data - document.data)), NULL);
}

void submit_take(struct broker *broker, struct peer *peer, const struct message *message)
{
    if (message->seq && !message->payload.len && !message->text.len) {
        watch_again(broker, peer, message);
        return;
    }
    if (message->sha256.len && !message->payload.len && !message->text.len) {
        watch_bytes(broker, peer, message);
        return;
    }
    if (!is_acceptable(broker, peer, message) || !is_open(broker, peer, message)) {
        broker->refused_submits++;
        return;
    }
    if (message->id <= peer->refused_id)
        peer->refused_id = 0;
    struct job *job = job_new(journal_next_seq(broker->journal), message->path,
                              flow_of(peer, message), message->priority > 0);
    job->decision = message->decision;
    job->submitted_ms = clock_unix_ms();
    job_set_lineage(job, message->lineage);
    job->ready_us = broker->now_us;
    if (message->text.len) {
        accept(broker, peer, message, job->seq, 0);
        take_unreadable(broker, job, message);
        return;
    }
    uint64_t known_seq;
    struct error error;
    bool keep = room_for_document(broker, message->payload.len);
    if (journal_append(broker->journal, job, message->payload, keep, &known_seq, &error)) {
        outbox_refuse(broker, &peer->id, message->id, STATUS_RETRY, RETRY_SOON_MS, "%s",
                      error.text);
        if (!message->no_wait)
            peer_hold(broker, peer, message->id);
        broker->refused_submits++;
        job_free(&job);
        return;
    }
    remember_placing(broker, peer, message->payload);
    if (keep)
        room_keep_document(broker, job);
    accept(broker, peer, message, job->seq, known_seq);
    broker->duplicates += known_seq != 0;
    rate_count(&broker->accepted, broker->second);
    commit_stage(broker, job);
}
