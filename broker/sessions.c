/* sessions.c - greeting and goodbye, and what becomes of a session's work when it ends.
 *
 * Owned by the broker's thread. The happy path: HELLO, WELCOME, ..., GOODBYE. What can fail: the
 * greeting, which is refused with what to do about it. A session ends with its work: leases fail or
 * are released, questions at a worker go to the next.
 */
#include "broker/sessions.h"
#include "broker/outbox.h"
#include "broker/peers.h"
#include "broker/readers.h"
#include "broker/room.h"
#include "broker/work.h"
#include "proto/base/log.h"
#include "proto/base/tr.h"

#include <stdlib.h>
#include <utlist.h>

static const struct peer *holder_of_other_store(const struct broker *broker,
                                                const struct peer *self, struct slice store)
{
    struct peer *peer;
    DL_FOREACH(broker->workers, peer)
    if (peer != self && peer->store[0] && !slice_equal(slice_of(peer->store), store))
        return peer;
    return NULL;
}

static bool may_greet(struct broker *broker, struct peer *peer, const struct message *message)
{
    if (message->version_major != PROTOCOL_MAJOR) {
        outbox_refuse(broker, &peer->id, message->id, STATUS_BAD, 0,
                      TR("%.*s speaks protocol %u, this broker %d: bring both to one release"),
                      SLICE_ARGS(message->name), message->version_major, PROTOCOL_MAJOR);
        return false;
    }
    if (message->role <= ROLE_NONE || message->role >= ROLE_COUNT) {
        outbox_refuse(broker, &peer->id, message->id, STATUS_BAD, 0,
                      TR("there is no role %u: 1 submit, 2 work, 3 read, 4 admin, 5 review"),
                      message->role);
        return false;
    }
    if (broker->access && !access_allows(wire_user(broker->wire), message->role)) {
        broker->keys_refused++;
        log_event(LOG_WARN, "key.role", "user=\"%s\" role=%s", wire_user(broker->wire),
                  role_name(message->role));
        outbox_refuse(
            broker, &peer->id, message->id, STATUS_BAD, 0,
            TR("the key %s may not greet as %s: use another key, or change the role in its .public "
               "file at the broker"),
            wire_user(broker->wire), role_name(message->role));
        return false;
    }
    const struct peer *other =
        message->store.len ? holder_of_other_store(broker, peer, message->store) : NULL;
    if (other) {
        outbox_refuse(
            broker, &peer->id, message->id, STATUS_BAD, 0,
            TR("%s already works on another store (%s, not %.*s): a broker feeds one store; "
               "end that worker first, or give this one a broker of its own"),
            other->name, other->store, SLICE_ARGS(message->store));
        return false;
    }
    if (broker->stopping) {
        outbox_refuse(broker, &peer->id, message->id, STATUS_AGAIN, RETRY_MS,
                      TR("the broker is stopping"));
        return false;
    }
    return true;
}

static void give_up(struct broker *broker, struct peer *peer, enum cause cause)
{
    work_give_up(broker, peer, cause);
    readers_peer_gone(broker, peer);
}

void sessions_hello(struct broker *broker, struct peer *peer, const struct message *message)
{
    if (peer->role != ROLE_NONE) {
        give_up(broker, peer, CAUSE_NONE);
        peer_dismiss(broker, peer);
    }
    if (!may_greet(broker, peer, message))
        return;
    peer_enlist(broker, peer, message);
    if (peer->stages & 1u << STAGE_AGGREGATE)
        readers_new_store(broker);
    log_event(LOG_INFO, "peer.hello", "name=\"%s\" role=%s stages=%u", peer->name,
              role_name(peer->role), peer->stages);
    struct reply *reply = outbox_add(broker, &peer->id, MESSAGE_WELCOME, message->id);
    reply->message.heartbeat_ms = broker->options.heartbeat_ms;
    reply->message.lease_ms = broker->options.lease_ms;
    reply->message.max_document_bytes = broker->options.max_document_bytes;
    reply->message.credit = broker->options.submit_credit;
    reply->message.version = broker->version;
    if (peer->role == ROLE_SUBMIT || peer->role == ROLE_ADMIN || peer->role == ROLE_REVIEW)
        reply->message.credit_bytes = peer->credit_bytes = room_submit_credit(broker);
    reply->message.version_major = PROTOCOL_MAJOR;
    reply->message.version_minor = PROTOCOL_MINOR;
}

void sessions_goodbye(struct broker *broker, struct peer *peer, const struct message *message)
{
    (void)message;
    peer_lose(broker, peer, CAUSE_NONE);
}

/* Told once a heartbeat, so that a worker that wakes up after a long stop and hands in a hundred
 * old reports does not greet a hundred times. */
void sessions_stranger(struct broker *broker, struct peer *peer, const struct message *message)
{
    if (message->token)
        broker->leases.refused++;
    if (message->type == MESSAGE_GOODBYE) {
        peer_lose(broker, peer, CAUSE_NONE);
        return;
    }
    if (peer->told_us && broker->now_us - peer->told_us < broker->options.heartbeat_ms * 1000ull)
        return;
    peer->told_us = broker->now_us;
    struct reply *reply = outbox_add(broker, &peer->id, MESSAGE_GOODBYE, message->id);
    buffer_format(&reply->text, TR("no session: say hello first, and again after a restart"));
}

void sessions_end_lost(struct broker *broker)
{
    struct peer *peer;
    while ((peer = peers_take_lost(broker))) {
        give_up(broker, peer, peer->lost_cause);
        peer_free(&peer);
        broker->busy = true; /* others can have its work at once */
    }
}
