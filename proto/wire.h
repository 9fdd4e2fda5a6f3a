/* wire.h - the one door to ZeroMQ: a socket that carries struct message, and a poll over sockets.
 *
 * One thread owns a wire. The server side is a ROUTER (mandatory, never blocking), the client side
 * a DEALER. Endpoints: ipc://, tcp://, inproc:// (the process shares one context). Linger is zero:
 * an unanswered request is the sender's to repeat; durability is the journal's, not the socket's.
 */
#ifndef XIANZHI_PROTO_WIRE_H
#define XIANZHI_PROTO_WIRE_H

#include "proto/message.h"

struct wire;
struct wire_unread;

/* Who is at the other end of a ROUTER; ZeroMQ makes these, at most 5 bytes in 4.3. */
struct peer_id {
    uint8_t len;
    uint8_t bytes[15];
};

enum { WIRE_USER_BYTES = 128 };

/* Whether the holder of this public key may come in, and as whom: what wire_user will say of him.
 * Called by a thread of the wire. */
typedef bool (*wire_admit)(void *context, const char *public_key, char user[WIRE_USER_BYTES]);

/* CURVE keys in Z85, 40 characters each; an empty secret_key means no encryption. */
struct wire_keys {
    char public_key[41], secret_key[41];
    char server_key[41]; /* connecting: the other side's public key */
    wire_admit admit;    /* listening; NULL: nobody gets in. One such wire a process */
    void *admit_context;
};

/* A new pair; server_key stays empty. */
enum status wire_make_keys(struct wire_keys *keys, struct error *error);
bool wire_is_key(const char *text); /* 40 characters of Z85 */

/* `*wire` is the caller's, to be closed with wire_close. STATUS_BAD: malformed endpoint, named with
 * an example of a right one; STATUS_FATAL: in use, no permission, no such folder. */
enum status wire_listen(struct wire **wire, const char *endpoint, const struct wire_keys *keys,
                        struct error *error);
enum status wire_connect(struct wire **wire, const char *endpoint, const struct wire_keys *keys,
                         struct error *error);
void wire_close(struct wire **wire); /* accepts NULL inside */

/* Whether a process could serve others there, before anything is opened. STATUS_BAD as above, and
 * for an inproc endpoint. */
enum status wire_check_listen(const char *endpoint, struct error *error);

/* Before wire_close, for a peer that leaves politely: what was sent still goes out, for at most
 * `ms`. The close does not wait for it, wire_shutdown does. */
void wire_linger(struct wire *wire, int ms);

/* The endpoint as bound: tcp://127.0.0.1:* becomes the real port. Valid until wire_close. */
const char *wire_endpoint(const struct wire *wire);

/* How long the payload of which a HEARTBEAT said so many bytes may be on its way: at eight million
 * bits a second. */
static inline uint64_t wire_coming_us(uint64_t bytes)
{
    enum { MOST_BYTES = 256 << 20, US_A_BYTE = 1 };
    return (bytes < MOST_BYTES ? bytes : MOST_BYTES) * US_A_BYTE;
}

/* Never blocks. `to` is ignored on a client. A payload of a MiB or more is announced. The payload
 * is copied, unless it was taken with wire_send_buffer, which takes the buffer's bytes on success
 * and empties it; `unread` (may be NULL) counts them until they have left. STATUS_AGAIN: the peer's
 * pipe is full, nothing was sent; STATUS_BAD: no such peer any more. */
enum status wire_send(struct wire *wire, const struct peer_id *to, const struct message *message);
enum status wire_send_buffer(struct wire *wire, const struct peer_id *to,
                             const struct message *message, struct buffer *payload,
                             struct wire_unread *unread);

/* What was sent to a peer and still lies here because it does not read: payloads of
 * wire_send_buffer, until the last byte of each is the kernel's. Counted by the library's threads;
 * it outlives its owner while payloads are on their way. */
struct wire_unread *wire_unread_new(void);
void wire_unread_free(struct wire_unread **unread); /* accepts NULL inside */
size_t wire_unread_bytes(const struct wire_unread *unread);

/* Never blocks: STATUS_AGAIN when nothing waits. `message` points into storage of the wire that is
 * valid until its next wire_recv. STATUS_BAD: the peer sent something unreadable (error says what;
 * `from` is set, so that the broker can refuse it by name). */
enum status wire_recv(struct wire *wire, struct peer_id *from, struct message *message,
                      struct error *error);

/* User id that ZAP gave the sender of the last received message; empty without CURVE. */
const char *wire_user(const struct wire *wire);

/* Why a connecting wire gets no connection, as far as it can be known; asking forgets it. */
enum wire_refusal { WIRE_NOT_REFUSED, WIRE_KEY_UNKNOWN, WIRE_NO_HANDSHAKE };
enum wire_refusal wire_refusal(struct wire *wire);

/* Waits until one of the wires can be read, `wakeup_fd` (-1: none) can, or `timeout_ms` (-1: no
 * end) has passed. Returns a bit set: 1 << i for wires[i], bit `count` for wakeup_fd. EINTR returns
 * 0. */
unsigned wire_wait(struct wire *const *wires, unsigned count, int wakeup_fd, int timeout_ms);

/* Ends the shared context; every wire is closed by then. Call once, at the end of main. */
void wire_shutdown(void);

static inline bool peer_equal(const struct peer_id *a, const struct peer_id *b)
{
    return a->len == b->len && memcmp(a->bytes, b->bytes, a->len) == 0;
}

/* Raises the process's soft limit of descriptors to its hard one and answers it; a quarter of them
 * (1,024 at most) is kept from connections for everything else, see wire_accept.c. Once, early. */
unsigned wire_reserve_descriptors(void);
/* Connections that were closed at once because only reserved descriptors were left. */
uint64_t wire_turned_away(void);

/* The sender of the last received message has said who it is: its connection may be silent. */
void wire_is_greeted(const struct wire *wire);
/* Closes the server's connections that were accepted longer ago and have not been greeted. */
void wire_close_ungreeted(const struct wire *wire, uint64_t older_than_us);

#endif
