/* inquiry.h - a number or a hash instead of a document: how did that one end? */
#ifndef XIANZHI_BROKER_INQUIRY_H
#define XIANZHI_BROKER_INQUIRY_H

#include "broker/state.h"

/* Is answered after the next commit. */
void inquiry_take(struct broker *broker, const struct peer *peer, const struct message *message);
void inquiries_answer(struct broker *broker); /* the commit is over, however it went */
void inquiries_release(struct broker *broker);

#endif
