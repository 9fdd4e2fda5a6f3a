/* dispatch.h - who gets which report next. */
#ifndef XIANZHI_BROKER_DISPATCH_H
#define XIANZHI_BROKER_DISPATCH_H

#include "broker/state.h"

/* Sends out what workers have credit for, a bounded batch. */
void dispatch_turn(struct broker *broker);

/* For the first stage's queue: reads on where its reports lie on disk. `context` is the broker. */
enum status dispatch_load_tail(void *context, struct queue *queue, unsigned lane,
                               struct queue_flow *flow);

#endif
