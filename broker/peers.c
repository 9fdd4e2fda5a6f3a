/* peers.c - who is there: greeting, signs of life, and what happens when they stop.
 *
 * Owned by the broker's thread. The happy path: HELLO, WELCOME, any traffic at all at least once in
 * three heartbeats, GOODBYE. Whoever is silent for longer, or can't be sent to any more, is gone
 * and what he held goes to others at once. Workers that hold something are looked after more often,
 * so that the end of a process is seen in a fraction of a heartbeat.
 */
#include "broker/broker_private.h"
#include "proto/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <utlist.h>

enum { SILENT_HEARTBEATS = 3, PROBES_PER_HEARTBEAT = 4 };

struct peer *peer_find(struct broker *broker, const struct peer_id *id)
{
    struct peer *peer = NULL;
    HASH_FIND(hh, broker->peers, id, sizeof *id, peer);
    return peer;
}

struct peer *peer_heard(struct broker *broker, const struct peer_id *id)
{
    struct peer *peer = peer_find(broker, id);
    if (!peer) {
        peer = memory_zero(sizeof *peer);
        peer->id = *id;
        peer->sent_us = broker->now_us;
        snprintf(peer->name, sizeof peer->name, "stranger");
        HASH_ADD(hh, broker->peers, id, sizeof peer->id, peer);
    }
    peer->heard_us = broker->now_us;
    return peer;
}

static bool is_worker(const struct peer *peer)
{
    return peer->role == ROLE_WORK;
}

/* Ends the session but keeps the entry. */
static void end_session(struct broker *broker, struct peer *peer, enum cause cause)
{
    while (peer->holder.held) {
        struct job *job = peer->holder.held;
        if (cause != CAUSE_NONE) {
            work_fail(broker, job, cause, peer->name, (struct slice){0});
            continue;
        }
        lease_release(&broker->leases, job, broker->now_us);
        queue_put(&broker->queues[job->stage], &job);
    }
    readers_peer_gone(broker, peer);
    if (is_worker(peer))
        DL_DELETE(broker->workers, peer);
    peer->role = ROLE_NONE;
    peer->stages = peer->credit = 0;
    peer->isolated = peer->full = false;
    peer->store[0] = '\0';
}

void peer_gone(struct broker *broker, struct peer *peer, enum cause cause)
{
    if (peer->role != ROLE_NONE)
        log_event(cause == CAUSE_NONE ? LOG_INFO : LOG_WARN, "peer.gone",
                  "name=\"%s\" held=%u cause=%s", peer->name, peer->holder.held_count,
                  cause == CAUSE_NONE ? "goodbye" : cause_name(cause));
    end_session(broker, peer, cause);
    HASH_DELETE(hh, broker->peers, peer);
    free(peer);
}

enum status peer_try(struct broker *broker, struct peer *peer, const struct message *message,
                     struct buffer *payload)
{
    enum status status = payload ? wire_send_buffer(broker->wire, &peer->id, message, payload)
                                 : wire_send(broker->wire, &peer->id, message);
    if (status == STATUS_OK)
        peer->sent_us = broker->now_us;
    return status;
}

enum status peer_send(struct broker *broker, struct peer *peer, const struct message *message,
                      struct buffer *payload)
{
    enum status status = peer_try(broker, peer, message, payload);
    if (status == STATUS_BAD)
        peer_gone(broker, peer, CAUSE_CRASHED);
    return status;
}

/* ---- greeting ---- */

bool peer_is_itself(const struct broker *broker, const struct peer *peer)
{
    return !broker->access || strcmp(peer->user, wire_user(broker->wire)) == 0;
}

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
                      "%.*s speaks protocol %u, this broker %d: bring both to one release",
                      SLICE_ARGS(message->name), message->version_major, PROTOCOL_MAJOR);
        return false;
    }
    if (message->role <= ROLE_NONE || message->role > ROLE_ADMIN) {
        outbox_refuse(broker, &peer->id, message->id, STATUS_BAD, 0,
                      "there is no role %u: 1 submit, 2 work, 3 read, 4 admin", message->role);
        return false;
    }
    if (broker->access && !access_allows(wire_user(broker->wire), message->role)) {
        broker->keys_refused++;
        log_event(LOG_WARN, "key.role", "user=\"%s\" role=%u", wire_user(broker->wire),
                  message->role);
        outbox_refuse(
            broker, &peer->id, message->id, STATUS_BAD, 0,
            "the key %s may not greet in role %u (1 submit, 2 work, 3 read, 4 admin): use "
            "another key, or change the role in its .public file at the broker",
            wire_user(broker->wire), message->role);
        return false;
    }
    const struct peer *other =
        message->store.len ? holder_of_other_store(broker, peer, message->store) : NULL;
    if (other) {
        outbox_refuse(broker, &peer->id, message->id, STATUS_BAD, 0,
                      "%s already works on another store (%s, not %.*s): a broker feeds one store; "
                      "end that worker first, or give this one a broker of its own",
                      other->name, other->store, SLICE_ARGS(message->store));
        return false;
    }
    if (broker->stopping) {
        outbox_refuse(broker, &peer->id, message->id, STATUS_AGAIN, RETRY_MS,
                      "the broker is stopping");
        return false;
    }
    return true;
}

void peer_hello(struct broker *broker, struct peer *peer, const struct message *message)
{
    if (peer->role != ROLE_NONE)
        end_session(broker, peer, CAUSE_NONE);
    if (!may_greet(broker, peer, message))
        return;
    peer->role = message->role;
    peer->minor = message->version_minor;
    peer->stages = message->stages & ((1u << STAGE_COUNT) - 1);
    snprintf(peer->name, sizeof peer->name, "%.*s", SLICE_ARGS(message->name));
    snprintf(peer->user, sizeof peer->user, "%s", wire_user(broker->wire));
    snprintf(peer->store, sizeof peer->store, "%.*s", SLICE_ARGS(message->store));
    if (is_worker(peer))
        DL_APPEND(broker->workers, peer);
    if (peer->stages & 1u << STAGE_AGGREGATE)
        readers_new_store(broker);
    log_event(LOG_INFO, "peer.hello", "name=\"%s\" role=%u stages=%u", peer->name, peer->role,
              peer->stages);
    struct reply *reply = outbox_add(broker, &peer->id, MESSAGE_WELCOME, message->id);
    reply->message.heartbeat_ms = broker->options.heartbeat_ms;
    reply->message.lease_ms = broker->options.lease_ms;
    reply->message.max_document_bytes = broker->options.max_document_bytes;
    reply->message.credit = broker->options.submit_credit;
    reply->message.version = broker->version;
    reply->message.version_major = PROTOCOL_MAJOR;
    reply->message.version_minor = PROTOCOL_MINOR;
}

void peer_goodbye(struct broker *broker, struct peer *peer, const struct message *message)
{
    (void)message;
    peer_gone(broker, peer, CAUSE_NONE);
}

/* Told once a heartbeat, so that a worker that wakes up after a long stop and hands in a hundred
 * old reports does not greet a hundred times. */
void peer_stranger(struct broker *broker, struct peer *peer, const struct message *message)
{
    if (message->token)
        broker->leases.refused++;
    if (message->type == MESSAGE_GOODBYE) {
        peer_gone(broker, peer, CAUSE_NONE);
        return;
    }
    if (peer->told_us && broker->now_us - peer->told_us < broker->options.heartbeat_ms * 1000ull)
        return;
    peer->told_us = broker->now_us;
    struct reply *reply = outbox_add(broker, &peer->id, MESSAGE_GOODBYE, message->id);
    buffer_format(&reply->text, "no session: say hello first, and again after a restart");
}

/* ---- signs of life ---- */

static void scan_peer(struct broker *broker, struct peer *peer)
{
    uint64_t heartbeat_us = broker->options.heartbeat_ms * 1000ull;
    if (broker->now_us - peer->heard_us > SILENT_HEARTBEATS * heartbeat_us) {
        peer_gone(broker, peer, CAUSE_CRASHED);
        return;
    }
    if (peer->role == ROLE_NONE)
        return;
    bool probed = peer->holder.held_count || peer->reads;
    uint64_t pause_us = probed ? heartbeat_us / PROBES_PER_HEARTBEAT : heartbeat_us;
    if (broker->now_us - peer->sent_us >= pause_us)
        peer_send(broker, peer, &(struct message){.type = MESSAGE_HEARTBEAT}, NULL);
}

void peers_scan(struct broker *broker)
{
    struct peer *peer, *next;
    HASH_ITER(hh, broker->peers, peer, next)
    scan_peer(broker, peer);
}

void peers_farewell(struct broker *broker)
{
    struct peer *peer, *next;
    HASH_ITER(hh, broker->peers, peer, next)
    if (peer->role != ROLE_NONE)
        peer_send(
            broker, peer,
            &(struct message){.type = MESSAGE_GOODBYE, .text = SLICE("the broker is stopping")},
            NULL);
}

void peers_release(struct broker *broker)
{
    struct peer *peer, *next;
    HASH_ITER(hh, broker->peers, peer, next)
    {
        HASH_DELETE(hh, broker->peers, peer);
        free(peer);
    }
    broker->workers = NULL;
}
