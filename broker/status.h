/* status.h - the operator's view (proto/base/status.h is the one of errors). */
#ifndef XIANZHI_BROKER_STATUS_H
#define XIANZHI_BROKER_STATUS_H

#include "broker/state.h"

void status_answer(struct broker *broker, struct peer *peer, const struct message *message);

#endif
