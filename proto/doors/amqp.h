/* amqp.h - the door to librabbitmq: one connection to RabbitMQ with one channel, on which documents
 * are published (and confirmed) or consumed (and acknowledged).
 *
 * A document travels as a persistent message: its bytes are the body, what is said of it stands in
 * the headers path, flow, text, origin, order, again, sent (proto/PROTOCOL.md). One thread owns a
 * connection. Whatever goes wrong with it is STATUS_RETRY: close it, open another; STATUS_BAD: the
 * server is there and refuses, and will again.
 */
#ifndef XIANZHI_PROTO_DOORS_AMQP_H
#define XIANZHI_PROTO_DOORS_AMQP_H

#include "proto/base/status.h"
#include "proto/report.h"

struct amqp_document {
    struct slice path, flow;
    struct slice text; /* why it could not be read; empty: `bytes` are it */
    bool urgent;
    struct lineage lineage;
    struct slice bytes;
};

struct amqp;

/* One of several addresses, "amqp://user:password@host:5672/vhost,amqp://other/…" (amqps: TLS, by
 * the machine's certificates or $SSL_CERT_FILE): the `turn`th of them. Names what it connected to
 * without the password. STATUS_BAD: no such address; user, password or vhost are refused. */
enum status amqp_open(struct amqp **amqp, const char *uris, unsigned turn, struct error *error);
void amqp_close(struct amqp **amqp); /* accepts NULL inside */

const char *amqp_place(const struct amqp *amqp); /* "host:5672/vhost" */

/* A new channel in the place of the old one: nothing that was on its way is heard of again. */
enum status amqp_renew(struct amqp *amqp, struct error *error);

/* ---- publishing ---- */

/* From now on every document published is confirmed; the first one's number is 1. */
enum status amqp_confirm(struct amqp *amqp, struct error *error);
/* `number`: which one this is, for AMQP_RETURNED. */
enum status amqp_publish(struct amqp *amqp, const char *exchange,
                         const struct amqp_document *document, uint64_t number,
                         struct error *error);

/* ---- consuming ---- */

/* Makes the exchange (fanout), the queue (quorum, one active consumer) and their binding where they
 * aren't there yet; STATUS_BAD: one of that name is of another kind. Then consumes, at most
 * `window` at a time without an acknowledgement. */
enum status amqp_consume(struct amqp *amqp, const char *exchange, const char *queue,
                         unsigned window, struct error *error);
enum status amqp_acknowledge(struct amqp *amqp, uint64_t tag, struct error *error);
/* Asks how many wait in the queue, those on their way not counted: AMQP_DEPTH answers. */
enum status amqp_ask_depth(struct amqp *amqp, const char *queue, struct error *error);
/* For whoever doesn't call amqp_next for a while, which says heartbeats by itself: once a second.
 */
enum status amqp_beat(struct amqp *amqp, struct error *error);

/* ---- what comes ---- */

enum amqp_news {
    AMQP_QUIET,
    AMQP_CONFIRMED, /* number `tag` (`all`: and all before it) is on the disks of a majority */
    AMQP_REFUSED,   /* … could not be kept, for now */
    AMQP_RETURNED,  /* number `tag` is bound for no queue; its confirmation means nothing */
    AMQP_DELIVERY,  /* `document` under `tag`; valid until the next call */
    AMQP_DEPTH,     /* of the queue that was asked about, in `tag` */
};

struct amqp_event {
    enum amqp_news news;
    uint64_t tag;
    bool all;
    struct amqp_document document;
};

/* Waits at most `timeout_ms`, 0: doesn't. */
enum status amqp_next(struct amqp *amqp, int timeout_ms, struct amqp_event *event,
                      struct error *error);
int amqp_fd(const struct amqp *amqp);
bool amqp_pending(const struct amqp *amqp); /* amqp_next has something without waiting for fd */

#endif
