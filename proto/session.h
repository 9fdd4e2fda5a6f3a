/* session.h - one peer's conversation with the broker: greeting, heartbeats, calling again.
 *
 * A session outlives connections. When the broker falls silent, says goodbye or was restarted, it
 * is lost: whatever was leased, asked or awaited in it is void, and the session calls again by
 * itself until it begins anew. Workers and clients differ only in what they say once it has begun.
 *
 *            hello sent             welcome
 *   CALLING ────────────▶ GREETED ───────────▶ UP
 *      ▲  ▲                  │ refused, no answer │ goodbye, silence, refused
 *      │  └── pause over ── PAUSED ◀──────────────┘
 *
 * One thread owns a session at a time.
 */
#ifndef XIANZHI_PROTO_SESSION_H
#define XIANZHI_PROTO_SESSION_H

#include "proto/wire.h"

struct session_options {
    const char *endpoint;
    const struct wire_keys *keys; /* NULL: no encryption */
    enum peer_role role;
    const char *name;  /* for people: "host/pid/thread"; NULL: made from host and pid */
    uint32_t stages;   /* workers: bit set */
    const char *store; /* workers of aggregate: identity of the store; else NULL */
};

enum session_state { SESSION_CALLING, SESSION_GREETED, SESSION_UP, SESSION_PAUSED };

enum session_news {
    SESSION_QUIET,   /* nothing waits */
    SESSION_MESSAGE, /* *message is for the owner; valid until the next call */
    SESSION_BEGUN,   /* welcomed: ask for work, submit again what was not acknowledged */
    SESSION_LOST,    /* whatever was leased, asked or awaited is void; the session calls again */
    SESSION_REFUSED, /* the broker won't have this peer: give up; error says why */
};

struct session {
    struct session_options options; /* borrowed texts: they outlive the session */
    char name[96];
    struct wire *wire; /* NULL while PAUSED */
    enum session_state state;
    uint64_t since_us; /* when the state was entered */
    uint64_t sent_us, heard_us;
    uint64_t coming_us; /* what was announced may take so long; 0: nothing was */
    uint32_t pause_ms;
    struct message early; /* came before the welcome; points into the wire */
    bool has_early;
    struct error reason; /* why it isn't up, as the broker put it; empty: nobody answered */
    bool barred;         /* the broker was there and doesn't know our key */

    /* from WELCOME */
    uint32_t heartbeat_ms, lease_ms, credit;
    uint32_t minor; /* of the protocol that the broker speaks; 0 until it is known */
    uint64_t max_document_bytes, credit_bytes; /* 0: it didn't say */
};

/* STATUS_BAD: malformed endpoint. Nobody needs to be there yet. */
enum status session_open(struct session *session, const struct session_options *options,
                         struct error *error);
/* Says goodbye when up. Accepts a zeroed session. */
void session_close(struct session *session);

/* STATUS_AGAIN with the line for a person: nobody answered there for `waited_ms`, and why if known.
 */
enum status session_nobody(const struct session *session, uint32_t waited_ms, struct error *error);

/* One step: timers, then at most one message. Never blocks. */
enum session_news session_next(struct session *session, struct message *message,
                               struct error *error);

/* Waits until something may have arrived, `wakeup_fd` (-1: none) is readable, a timer of the
 * session is due or `timeout_ms` (-1: no end) has passed. True: wakeup_fd is readable. */
bool session_wait(struct session *session, int wakeup_fd, int timeout_ms);

/* STATUS_AGAIN: not up, or the pipe is full; nothing was sent. `payload` (may be NULL) is taken on
 * success, else message->payload is copied. */
enum status session_send(struct session *session, const struct message *message,
                         struct buffer *payload);

/* The same, but waits for a full pipe to drain. STATUS_AGAIN: the session isn't up or is as good as
 * lost (nothing could be sent for three heartbeats): session_next will say so. */
enum status session_deliver(struct session *session, const struct message *message,
                            struct buffer *payload);

/* Sends a heartbeat when nothing else was said lately. session_next does it; this is for a helper
 * that speaks while the owner is busy and has handed it the session. */
void session_beat(struct session *session);

#endif
