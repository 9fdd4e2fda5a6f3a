/* dead.h - dead letters: list, show, replay, drop, place; how many there are. */
#ifndef XIANZHI_BROKER_DEAD_H
#define XIANZHI_BROKER_DEAD_H

#include "broker/state.h"

void dead_answer(struct broker *broker, struct peer *peer, const struct message *message);
void dead_count(struct broker *broker); /* anew, from the journal */
/* A letter more; one less. */
void dead_enter(struct broker *broker, const struct entry *letter);
void dead_leave(struct broker *broker, const struct entry *letter);
/* A report was counted: letters of earlier states of its file (dead_paths.h) are dropped. */
void dead_close_earlier(struct broker *broker, const struct job *job);

#endif
