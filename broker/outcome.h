/* outcome.h - how a report ends, and who hears of it. */
#ifndef XIANZHI_BROKER_OUTCOME_H
#define XIANZHI_BROKER_OUTCOME_H

#include "broker/state.h"

/* The peer wants to hear how `seq` ends, as the answer to his message `id`. */
void outcome_watch(struct broker *broker, uint64_t seq, const struct peer *peer, uint64_t id);
bool outcome_is_watched(struct broker *broker, uint64_t seq);
void outcome_unwatch(struct broker *broker, uint64_t seq);

/* The end of `seq`, to one who asked. */
struct reply *outcome_tell(struct broker *broker, const struct peer_id *to, uint64_t id,
                           uint64_t seq, enum outcome outcome, enum status status,
                           struct slice reason);

/* A job in state FINISHED: out of the journal; tells whoever watches; frees it. */
void outcome_finish(struct broker *broker, struct job **job, enum outcome outcome);
/* A job in state DEAD: into the journal's dead letters; tells whoever watches; frees it. */
void outcome_bury(struct broker *broker, struct job **job, const char *worker, struct slice reason);

void outcome_release(struct broker *broker);

#endif
