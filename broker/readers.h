/* readers.h - questions to the results, relayed to the worker that holds the store. */
#ifndef XIANZHI_BROKER_READERS_H
#define XIANZHI_BROKER_READERS_H

#include "broker/state.h"

void readers_ask(struct broker *broker, struct peer *peer, const struct message *message);
void readers_answer(struct broker *broker, struct peer *peer, const struct message *message);

/* The store is at least at this version. False: it can't be, from one word of its worker to the
 * next; it is not believed, since readers would wait for what never comes. */
bool readers_version(struct broker *broker, uint64_t version);
/* A worker brings a store, perhaps another or an older copy: everybody asks it anew. */
void readers_new_store(struct broker *broker);
/* Its questions are forgotten, those it was asked go to the next. */
void readers_peer_gone(struct broker *broker, struct peer *peer);

void readers_dispatch(struct broker *broker);
void readers_release(struct broker *broker);

#endif
