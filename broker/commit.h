/* commit.h - what is staged goes to disk, and what is done when it can't. */
#ifndef XIANZHI_BROKER_COMMIT_H
#define XIANZHI_BROKER_COMMIT_H

#include "broker/state.h"

/* Somebody waits for the commit to be on disk. */
void commit_want_sync(struct broker *broker);
/* A new report, to be queued after the commit. */
void commit_stage(struct broker *broker, struct job *job);
/* A dead letter that goes back to its queue. */
void commit_revive(struct broker *broker, struct job *job);

/* Whether what is staged goes to disk in this turn; false: it is worth waiting for more. */
bool commit_due(const struct broker *broker);
/* Writes it and queues what was staged. A failure is in journal_broken; whoever waited is refused.
 */
void commit_now(struct broker *broker);

/* When a journal that can't be written will have been tried again. */
uint32_t commit_retry_ms(const struct broker *broker);
/* Whether it is to be tried now: first end a backup, which reads the journal. */
bool commit_reopen_due(const struct broker *broker);
/* Tries. True: it can be written again. */
bool commit_reopen(struct broker *broker);

void commit_release(struct broker *broker);

#endif
