/* submit.c - reports come in, are journalled, and only then acknowledged.
 *
 * Owned by the broker's thread. The happy path: submit_take stages a report and its ACCEPTED, which
 * goes out after the commit. What can fail: the submission itself (refused for good), the disk
 * being nearly full or the journal broken (refused for now, with a time to ask again).
 */
#include "broker/submit.h"
#include "broker/commit.h"
#include "broker/inquiry.h"
#include "broker/outbox.h"
#include "broker/outcome.h"
#include "broker/peers.h"
#include "broker/room.h"
#include "broker/watch.h"
#include "proto/base/clock.h"
#include "proto/base/digest.h"
#include "proto/base/name.h"
#include "proto/base/tr.h"
#include "proto/decision.h"
#include "proto/listed.h"

enum {
    RETRY_SOON_MS = 200, /* where waiting helps at once or never */
    ORDER_MS = 10000,    /* so long a submitter's refused report goes before his later ones */
};

/* ---- taking ---- */

/* `message` with its path as it will be told of. */
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
        wrong = TR("the document is larger than the broker takes: split it");
    if (wrong)
        outbox_refuse(broker, &peer->id, message->id, STATUS_BAD, 0, "%s", wrong);
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
    uint8_t sha256[DIGEST_BYTES];
    if (digest_parse(message->sha256, sha256)) /* whoever waits for these bytes waits for this */
        journal_note_sent(broker->journal, sha256, message->lineage.sent, job->seq);
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
    return slice_cut(slice_of(peer->name), MAX_FLOW_BYTES);
}

/* People's names for documents come in whatever encoding their systems have; what is told of them
 * is UTF-8. */
static struct slice path_of(const struct message *message, struct buffer *out)
{
    struct buffer name = {0};
    buffer_add(&name, message->path);
    buffer_append(&name, "", 1);
    name_to_utf8(name.data, out);
    buffer_release(&name);
    return buffer_slice(out);
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

static void take(struct broker *broker, struct peer *peer, const struct message *message)
{
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

void submit_take(struct broker *broker, struct peer *peer, const struct message *message)
{
    struct buffer path = {0};
    struct message named = *message;
    if ((message->seq || message->sha256.len) && !message->payload.len && !message->text.len) {
        inquiry_take(broker, peer, message);
        return;
    }
    named.path = path_of(message, &path);
    take(broker, peer, &named);
    buffer_release(&path);
}
