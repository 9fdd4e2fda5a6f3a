/* outcome.h - how a report ends, and who hears of it. */
#ifndef XIANZHI_BROKER_OUTCOME_H
#define XIANZHI_BROKER_OUTCOME_H

#include "broker/state.h"

/* The end of `seq`, to one who asked. */
struct reply *outcome_tell(struct broker *broker, const struct peer_id *to, uint64_t id,
                           uint64_t seq, enum outcome outcome, enum status status,
                           struct slice reason);

/* A job in state FINISHED: out of the journal; tells whoever watches; frees it. */
void outcome_finish(struct broker *broker, struct job **job, enum outcome outcome);
/* A job in state DEAD: into the journal's dead letters; tells whoever watches; frees it. */
void outcome_bury(struct broker *broker, struct job **job, const char *worker, struct slice reason);

#endif
