/* peers.c - who is there: signs of life, and what happens when they stop.
 *
 * Owned by the broker's thread. The happy path: a stranger is heard, enlisted when it greets, and
 * says anything at all at least once in three heartbeats. Whoever is silent for longer, or can't be
 * sent to any more, is lost. Workers that hold something are looked after more often, so that the
 * end of a process is seen in a fraction of a heartbeat.
 */
#include "broker/peers.h"
#include "proto/base/log.h"

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
        peer->unread = wire_unread_new();
        snprintf(peer->name, sizeof peer->name, "stranger");
        HASH_ADD(hh, broker->peers, id, sizeof peer->id, peer);
    }
    peer->heard_us = broker->now_us;
    peer->coming_us = 0;
    return peer;
}

bool peer_is_itself(const struct broker *broker, const struct peer *peer)
{
    return !broker->access || strcmp(peer->user, wire_user(broker->wire)) == 0;
}

/* ---- sessions ---- */

static bool is_worker(const struct peer *peer)
{
    return peer->role == ROLE_WORK;
}

void peer_enlist(struct broker *broker, struct peer *peer, const struct message *hello)
{
    peer->role = hello->role;
    peer->minor = hello->version_minor;
    peer->stages = hello->stages & ((1u << STAGE_COUNT) - 1);
    struct slice name = slice_cut(hello->name, sizeof peer->name - 1);
    snprintf(peer->name, sizeof peer->name, "%.*s", SLICE_ARGS(name));
    snprintf(peer->user, sizeof peer->user, "%s", wire_user(broker->wire));
    snprintf(peer->store, sizeof peer->store, "%.*s", SLICE_ARGS(hello->store));
    broker->submitters += peer->role == ROLE_SUBMIT;
    if (is_worker(peer))
        DL_APPEND(broker->workers, peer);
}

void peer_dismiss(struct broker *broker, struct peer *peer)
{
    broker->submitters -= peer->role == ROLE_SUBMIT;
    if (is_worker(peer))
        DL_DELETE(broker->workers, peer);
    peer->role = ROLE_NONE;
    peer->stages = peer->credit = 0;
    peer->isolated = peer->full = false;
    peer->store[0] = '\0';
}

void peer_lose(struct broker *broker, struct peer *peer, enum cause cause)
{
    if (peer->lost)
        return;
    if (peer->role != ROLE_NONE)
        log_event(cause == CAUSE_NONE ? LOG_INFO : LOG_WARN, "peer.gone",
                  "name=\"%s\" held=%u cause=%s", peer->name, peer->holder.held_count,
                  cause == CAUSE_NONE ? "goodbye" : cause_name(cause));
    peer_dismiss(broker, peer);
    HASH_DELETE(hh, broker->peers, peer);
    peer->lost = true;
    peer->lost_cause = cause;
    DL_APPEND(broker->lost, peer);
}

void peer_free(struct peer **peer)
{
    wire_unread_free(&(*peer)->unread);
    free(*peer);
    *peer = NULL;
}

struct peer *peers_take_lost(struct broker *broker)
{
    struct peer *peer = broker->lost;
    if (peer)
        DL_DELETE(broker->lost, peer);
    return peer;
}

void peer_hold(struct broker *broker, struct peer *peer, uint64_t id)
{
    if (peer->refused_id && peer->refused_id < id)
        return;
    peer->refused_id = id;
    peer->refused_us = broker->now_us;
}

/* ---- speaking ---- */

enum status peer_try(struct broker *broker, struct peer *peer, const struct message *message,
                     struct buffer *payload)
{
    enum status status =
        payload ? wire_send_buffer(broker->wire, &peer->id, message, payload, peer->unread)
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
        peer_lose(broker, peer, CAUSE_CRASHED);
    return status;
}

/* ---- signs of life ---- */

static void scan_peer(struct broker *broker, struct peer *peer)
{
    uint64_t heartbeat_us = broker->options.heartbeat_ms * 1000ull;
    if (broker->now_us - peer->heard_us > SILENT_HEARTBEATS * heartbeat_us + peer->coming_us) {
        peer_lose(broker, peer, CAUSE_CRASHED);
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

void peers_pardon(struct broker *broker, uint64_t us)
{
    struct peer *peer, *next;
    HASH_ITER(hh, broker->peers, peer, next)
    peer->heard_us += us;
}

void peers_beat(struct broker *broker)
{
    struct peer *peer, *next;
    HASH_ITER(hh, broker->peers, peer, next)
    if (peer->role != ROLE_NONE)
        peer_try(broker, peer, &(struct message){.type = MESSAGE_HEARTBEAT}, NULL);
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
        peer_free(&peer);
    }
    while ((peer = peers_take_lost(broker)))
        peer_free(&peer);
    broker->workers = NULL;
}
