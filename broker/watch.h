/* watch.h - who waits to hear how a report ends (`submit --wait`). */
#ifndef XIANZHI_BROKER_WATCH_H
#define XIANZHI_BROKER_WATCH_H

#include "broker/state.h"

/* The peer wants to hear how `seq` ends, as the answer to his message `id`. False: too many wait
 * for it already. */
bool watch_begin(struct broker *broker, uint64_t seq, const struct peer *peer, uint64_t id);
/* NULL: nobody waits for it. The broker's, until watch_end. */
struct watch *watch_find(struct broker *broker, uint64_t seq);
void watch_end(struct broker *broker, uint64_t seq); /* nobody: nothing */
void watch_release(struct broker *broker);           /* all */

#endif
