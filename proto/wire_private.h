/* wire_private.h - what the wire*.c files share; nobody else includes it. The one place that
 * includes zmq.h. */
#ifndef XIANZHI_PROTO_WIRE_PRIVATE_H
#define XIANZHI_PROTO_WIRE_PRIVATE_H

#include "proto/wire.h"

#include <zmq.h>

struct doorkeeper;

struct wire {
    void *socket;
    bool server;
    struct buffer control;         /* of the message being sent */
    zmq_msg_t frames[2];           /* control and payload of the message last received */
    struct doorkeeper *doorkeeper; /* server with keys: says who may come in */
    void *monitor;                 /* client: tells why the other side doesn't let us in */
    char endpoint[256];
};

static inline void wire_set_int(void *socket, int option, int value)
{
    zmq_setsockopt(socket, option, &value, sizeof value);
}

/* ---- wire_endpoint.c ---- */

/* STATUS_BAD: there is none of that name; `server`: to listen at. */
enum status wire_check_endpoint(const char *endpoint, bool server, struct error *error);
/* Why libzmq, with this errno, doesn't bind or connect to it. */
enum status wire_explain(const char *endpoint, int cause, struct error *error);
enum status wire_bind(struct wire *wire, const char *endpoint, struct error *error);

/* ---- wire_curve.c ---- */

/* Encryption of a socket that isn't bound or connected yet. False: these are no keys. */
bool wire_set_curve(struct wire *wire, const struct wire_keys *keys);

/* A thread that answers libzmq's question who may come in (ZAP), for the sockets of `context`. */
enum status doorkeeper_open(struct doorkeeper **doorkeeper, void *context,
                            const struct wire_keys *keys, struct error *error);
void doorkeeper_close(struct doorkeeper **doorkeeper); /* accepts NULL inside */

/* Listens to how the handshakes of a client's socket go, for wire_refusal. */
void wire_monitor_open(struct wire *wire, void *context);
void wire_monitor_close(struct wire *wire);

#endif
