/* peers.h - who is there, and how they are spoken to. */
#ifndef XIANZHI_BROKER_PEERS_H
#define XIANZHI_BROKER_PEERS_H

#include "broker/state.h"

struct peer *peer_find(struct broker *broker, const struct peer_id *id);
/* Hears of a peer, perhaps for the first time. */
struct peer *peer_heard(struct broker *broker, const struct peer_id *id);
/* The message just received comes from whom the session was made with: a connection may have taken
 * over the identity of another that is gone. */
bool peer_is_itself(const struct broker *broker, const struct peer *peer);

/* A stranger that said hello has a session from now on. */
void peer_enlist(struct broker *broker, struct peer *peer, const struct message *hello);
/* The session ends, the peer stays as a stranger. What it holds is the caller's business. */
void peer_dismiss(struct broker *broker, struct peer *peer);

/* Sends at once. STATUS_AGAIN: its pipe is full; STATUS_BAD: it is no longer there. `payload` (may
 * be NULL) is taken on success. */
enum status peer_try(struct broker *broker, struct peer *peer, const struct message *message,
                     struct buffer *payload);
/* The same, and loses a peer that is no longer there. */
enum status peer_send(struct broker *broker, struct peer *peer, const struct message *message,
                      struct buffer *payload);

/* Out of the books, onto the list of the lost; what it held will fail with `cause`, or be released
 * for CAUSE_NONE. The peer stays valid until the loop has fetched it. */
void peer_lose(struct broker *broker, struct peer *peer, enum cause cause);
/* The next of the lost, to be freed by the caller; NULL: none. */
struct peer *peers_take_lost(struct broker *broker);

void peer_free(struct peer **peer);

/* A submission was refused for now: what the peer sent behind it waits. */
void peer_hold(struct broker *broker, struct peer *peer, uint64_t id);

/* Nobody was listened to for so long: no silence of theirs. */
void peers_pardon(struct broker *broker, uint64_t us);
/* A heartbeat to everybody; nobody is lost. */
void peers_beat(struct broker *broker);
/* Silent ones are lost, others get a heartbeat when nothing else was said. */
void peers_scan(struct broker *broker);
void peers_farewell(struct broker *broker);
void peers_release(struct broker *broker);

#endif
