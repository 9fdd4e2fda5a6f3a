/* work.h - what workers say of the reports they hold. */
#ifndef XIANZHI_BROKER_WORK_H
#define XIANZHI_BROKER_WORK_H

#include "broker/state.h"

void work_ready(struct broker *broker, struct peer *peer, const struct message *message);
void work_done(struct broker *broker, struct peer *peer, const struct message *message);
void work_reject(struct broker *broker, struct peer *peer, const struct message *message);
void work_renew(struct broker *broker, struct peer *peer, const struct message *message);
void work_release(struct broker *broker, struct peer *peer, const struct message *message);

/* The peer's session is over: what it holds fails with `cause`, or is released for CAUSE_NONE. */
void work_give_up(struct broker *broker, struct peer *peer, enum cause cause);
/* Leases that lapsed, pauses that are over. */
void work_timers(struct broker *broker);

#endif
