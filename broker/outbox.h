/* outbox.h - answers wait here until what they say is true. */
#ifndef XIANZHI_BROKER_OUTBOX_H
#define XIANZHI_BROKER_OUTBOX_H

#include "broker/state.h"

enum { RETRY_MS = 1000 }; /* what somebody who is refused for now is told to wait */

/* An answer to be filled in further by the caller; valid until the next one is added. */
struct reply *outbox_add(struct broker *broker, const struct peer_id *to, enum message_type type,
                         uint64_t id);
__attribute__((format(printf, 6, 7))) struct reply *
outbox_refuse(struct broker *broker, const struct peer_id *to, uint64_t id, enum status status,
              uint32_t retry_ms, const char *format, ...);
/* The commit failed: whoever was to be told that something is on disk is refused. */
void outbox_revoke(struct broker *broker, uint32_t retry_ms, const char *why);
/* An ACCEPTED that is being withheld must not come after the report's OUTCOME. */
void outbox_accept_first(struct broker *broker, const struct peer_id *to, uint64_t id);
/* Those that say "on disk" only when everything is. */
void outbox_send(struct broker *broker, bool committed);
void outbox_release(struct broker *broker);

#endif
