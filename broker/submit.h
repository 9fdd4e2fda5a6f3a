/* submit.h - reports come in. */
#ifndef XIANZHI_BROKER_SUBMIT_H
#define XIANZHI_BROKER_SUBMIT_H

#include "broker/state.h"

void submit_take(struct broker *broker, struct peer *peer, const struct message *message);

#endif
