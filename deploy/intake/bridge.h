/* bridge.h - carries documents from a queue of RabbitMQ to a node's broker.
 *
 * A document is acknowledged to RabbitMQ only once the broker has it on its disk: whatever dies on
 * either side, it is delivered again, and the store knows it. One of several bridges of a queue is
 * active, the others stand by.
 */
#ifndef XIANZHI_INTAKE_BRIDGE_H
#define XIANZHI_INTAKE_BRIDGE_H

#include "proto/client.h"

struct bridge_options {
    struct client_options client; /* of the broker; stop_fd ends the bridge */
    const char *uris;             /* doors/amqp.h */
    const char *exchange, *queue;
    unsigned window;  /* documents on their way */
    const char *http; /* where its metrics are; NULL: nowhere */
    /* Once a second at least. */
    void (*alive)(void);
};

struct bridge;

/* STATUS_BAD: an address or place that makes no sense. Nobody needs to be there yet. */
enum status bridge_open(struct bridge **bridge, const struct bridge_options *options,
                        struct error *error);
void bridge_close(struct bridge **bridge);            /* accepts NULL inside */
const char *bridge_http(const struct bridge *bridge); /* as bound; NULL: none */

/* Until stop_fd is readable (STATUS_OK). STATUS_BAD, STATUS_FATAL: RabbitMQ or the broker refuses
 * it for good. */
enum status bridge_run(struct bridge *bridge, struct error *error);

#endif
