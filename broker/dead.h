/* dead.h - dead letters: list, show, replay, drop. */
#ifndef XIANZHI_BROKER_DEAD_H
#define XIANZHI_BROKER_DEAD_H

#include "broker/state.h"

void dead_answer(struct broker *broker, struct peer *peer, const struct message *message);
void dead_count(struct broker *broker); /* anew, from the journal */

#endif
