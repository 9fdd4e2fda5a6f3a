/* publisher.h - hands documents to RabbitMQ, which hands them on to every node's bridge.
 *
 * At most a window of documents is unconfirmed at a time. Confirmed means: on the disks of a
 * majority. When the connection is lost all that isn't is sent again in the next one, in order; a
 * node that counts a document twice doesn't exist, and each says when it was handed in, so that
 * versions keep their order however they arrive.
 */
#ifndef XIANZHI_PROTO_PUBLISHER_H
#define XIANZHI_PROTO_PUBLISHER_H

#include "proto/submitter.h"

struct publisher_options {
    const char *uris; /* doors/amqp.h */
    const char *exchange;
    const char *flow; /* NULL: as the bridge has it */
    bool urgent;
    struct lineage lineage; /* of each; `sent` is set here */
    int stop_fd;            /* readable: end any wait; -1: none */
    void (*tell)(void *context, const struct submission *submission);
    void *context;
};

struct publisher;

/* Connects. STATUS_BAD: a malformed address, or it refuses us; STATUS_AGAIN: nobody is there. */
enum status publisher_open(struct publisher **publisher, const struct publisher_options *options,
                           struct error *error);
void publisher_close(struct publisher **publisher); /* accepts NULL inside */

/* Takes `document` (emptied on success) and returns once there is room in the window; `unreadable`
 * as in submitter_put. `sent` gets the lineage's, which is no other document's of this publisher.
 * STATUS_AGAIN: stopped, or nobody is there for long; the document is the caller's still. */
enum status publisher_put(struct publisher *publisher, const char *path, struct buffer *document,
                          const char *unreadable, uint64_t *sent, struct error *error);

/* Waits until everything is confirmed. */
enum status publisher_finish(struct publisher *publisher, struct error *error);

#endif
