/* room.h - room in memory and on the disk. */
#ifndef XIANZHI_BROKER_ROOM_H
#define XIANZHI_BROKER_ROOM_H

#include "broker/state.h"

/* Bytes of intermediate records held, and of documents at work. */
uint64_t room_held_bytes(const struct broker *broker);

/* Whether a new document may stay in memory although the journal has it too. */
bool room_for_document(const struct broker *broker, size_t document_bytes);
/* It does. */
void room_keep_document(struct broker *broker, const struct job *job);
/* It needn't any longer; a journal in memory keeps it. */
void room_drop_document(struct broker *broker, struct job *job);

/* Bytes of documents that each submitter may have on their way to here. */
uint64_t room_submit_credit(const struct broker *broker);
/* The journal is in memory and as large as it may be: who submits has to wait. */
bool room_is_used_up(const struct broker *broker);

/* Between the low and the high mark of free space new reports are refused, once it was below. */
void room_check_disk(struct broker *broker);

#endif
