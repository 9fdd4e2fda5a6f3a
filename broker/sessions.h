/* sessions.h - greeting and goodbye, and what becomes of a session's work when it ends. */
#ifndef XIANZHI_BROKER_SESSIONS_H
#define XIANZHI_BROKER_SESSIONS_H

#include "broker/state.h"

void sessions_hello(struct broker *broker, struct peer *peer, const struct message *message);
void sessions_goodbye(struct broker *broker, struct peer *peer, const struct message *message);
/* Somebody without a session said something else than hello. */
void sessions_stranger(struct broker *broker, struct peer *peer, const struct message *message);

/* What the lost held goes to others, what they asked is forgotten. The loop calls it wherever a
 * peer may have been lost. */
void sessions_end_lost(struct broker *broker);

#endif
