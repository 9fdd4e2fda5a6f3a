/* backup.h - copies of journal and results while both work. */
#ifndef XIANZHI_BROKER_BACKUP_H
#define XIANZHI_BROKER_BACKUP_H

#include "broker/state.h"

void backup_take(struct broker *broker, struct peer *peer, const struct message *message);
void backup_poll(struct broker *broker); /* answers when the copy is made */
/* Waits for the end of a copy: before the journal is closed or opened again. */
void backup_wait(struct broker *broker);

#endif
