/* amqp_private.h - what the amqp*.c files share; the only header that sees librabbitmq's. */
#ifndef XIANZHI_PROTO_DOORS_AMQP_PRIVATE_H
#define XIANZHI_PROTO_DOORS_AMQP_PRIVATE_H

#include "proto/base/memory.h"
#include "proto/doors/amqp.h"

#include <amqp.h>

struct amqp {
    amqp_connection_state_t connection;
    amqp_channel_t channel;
    char place[256];
    amqp_message_t message; /* whose bytes the last event's document points to */
    bool holds, consumes;
};

enum { AMQP_HEADERS = 7 };

/* Where of a document each header stands; ends with a NULL name. */
extern const struct amqp_header {
    const char *name;
    bool is_text; /* else a number */
    size_t offset;
} amqp_headers[AMQP_HEADERS + 1];

void amqp_forget(struct amqp *amqp); /* the last event */

enum status amqp_failed(const struct amqp *amqp, int code, struct error *error);
enum status amqp_check(const struct amqp *amqp, amqp_rpc_reply_t reply, struct error *error);
/* A channel or connection that the server closes. */
enum status amqp_method_failed(const struct amqp *amqp, const amqp_method_t *method,
                               struct error *error);

#endif
