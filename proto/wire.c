/* wire.c - the door to ZeroMQ: ROUTER and DEALER sockets that speak struct message. Keys are in
 * wire_curve.c, endpoints in wire_endpoint.c.
 *
 * Each wire belongs to one thread; the context behind them is made once and shared, so that inproc
 * endpoints work between the threads of `run`.
 *
 * A message is two frames, control and payload. wire_recv keeps the frames until its next call and
 * decodes in place, so a payload is never copied on its way in; wire_send_buffer hands the bytes
 * over, so that it isn't on its way out either. What can fail: a full pipe and a peer that is gone
 * (both told by ROUTER_MANDATORY, instead of a silent drop), an endpoint that can't be had, and
 * bytes that are no message.
 */
#include "proto/record.h"
#include "proto/wire_private.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SEND_MESSAGES = 8192, /* high-water marks; what bounds memory is the credit, in bytes */
    RECEIVE_MESSAGES =
        16, /* of one peer, waiting to be read: what is past its credit stays with it */
    RECONNECT_MS = 20,
    RECONNECT_MAX_MS = 1000,
    CONTROL_BYTES = 64 * 1024, /* a control record is a few hundred */
    MAX_WAITING_WIRES = 16,
    ANNOUNCED_BYTES = 1 << 20,
};

/* Payloads change threads through libzmq's queues, whose order ThreadSanitizer can't see: tell it.
 */
#if defined(__SANITIZE_THREAD__)
void __tsan_acquire(void *address);
void __tsan_release(void *address);
#define HAND_OVER(address) __tsan_release(address)
#define TAKE_OVER(address) __tsan_acquire(address)
#else
#define HAND_OVER(address) (void)(address)
#define TAKE_OVER(address) (void)(address)
#endif

static pthread_mutex_t context_lock = PTHREAD_MUTEX_INITIALIZER;
static void *context;

static void *shared_context(void)
{
    pthread_mutex_lock(&context_lock);
    if (!context) {
        context = zmq_ctx_new();
        if (context)
            zmq_ctx_set(context, ZMQ_BLOCKY, 0);
    }
    pthread_mutex_unlock(&context_lock);
    return context;
}

void wire_shutdown(void)
{
    pthread_mutex_lock(&context_lock);
    if (context)
        while (zmq_ctx_term(context) != 0 && errno == EINTR)
            ;
    context = NULL;
    pthread_mutex_unlock(&context_lock);
}

/* ---- opening ---- */

static enum status wire_new(struct wire **out, const char *endpoint, bool server,
                            const struct wire_keys *keys, struct error *error)
{
    enum status status = wire_check_endpoint(endpoint, server, error);
    if (status)
        return status;
    void *shared = shared_context();
    void *socket = shared ? zmq_socket(shared, server ? ZMQ_ROUTER : ZMQ_DEALER) : NULL;
    if (!socket)
        return fail(error, STATUS_FATAL, "%s: no more sockets: %s", endpoint, zmq_strerror(errno));
    struct wire *wire = memory_zero(sizeof *wire);
    wire->socket = socket;
    wire->server = server;
    zmq_msg_init(&wire->frames[0]);
    zmq_msg_init(&wire->frames[1]);
    int64_t largest = MAX_RECORD_BYTES + CONTROL_BYTES;
    zmq_setsockopt(socket, ZMQ_MAXMSGSIZE, &largest, sizeof largest);
    wire_set_int(socket, ZMQ_LINGER, 0);
    wire_set_int(socket, ZMQ_SNDHWM, SEND_MESSAGES);
    wire_set_int(socket, ZMQ_RCVHWM, server ? RECEIVE_MESSAGES : SEND_MESSAGES);
    wire_set_int(socket, ZMQ_RECONNECT_IVL, RECONNECT_MS);
    wire_set_int(socket, ZMQ_RECONNECT_IVL_MAX, RECONNECT_MAX_MS);
    wire_set_int(socket, ZMQ_IPV6, 1);
    if (server)
        wire_set_int(socket, ZMQ_ROUTER_MANDATORY, 1);
    *out = wire;
    if (keys && keys->secret_key[0] && !wire_set_curve(wire, keys))
        return fail(error, STATUS_BAD,
                    "%s: the keys are no CURVE keys: make some with `xianzhi keygen`", endpoint);
    return STATUS_OK;
}

enum status wire_listen(struct wire **wire, const char *endpoint, const struct wire_keys *keys,
                        struct error *error)
{
    *wire = NULL;
    enum status status = wire_new(wire, endpoint, true, keys, error);
    if (status == STATUS_OK && keys && keys->admit)
        status = doorkeeper_open(&(*wire)->doorkeeper, shared_context(), keys, error);
    if (status == STATUS_OK)
        status = wire_bind(*wire, endpoint, error);
    if (status != STATUS_OK) {
        wire_close(wire);
        return status;
    }
    size_t size = sizeof(*wire)->endpoint;
    if (zmq_getsockopt((*wire)->socket, ZMQ_LAST_ENDPOINT, (*wire)->endpoint, &size) != 0)
        snprintf((*wire)->endpoint, sizeof(*wire)->endpoint, "%s", endpoint);
    return STATUS_OK;
}

enum status wire_connect(struct wire **wire, const char *endpoint, const struct wire_keys *keys,
                         struct error *error)
{
    *wire = NULL;
    enum status status = wire_new(wire, endpoint, false, keys, error);
    if (status == STATUS_OK && strncmp(endpoint, "inproc://", 9) != 0)
        wire_monitor_open(*wire, shared_context());
    if (status == STATUS_OK && zmq_connect((*wire)->socket, endpoint) != 0)
        status = wire_explain(endpoint, errno, error);
    if (status != STATUS_OK) {
        wire_close(wire);
        return status;
    }
    snprintf((*wire)->endpoint, sizeof(*wire)->endpoint, "%s", endpoint);
    return STATUS_OK;
}

void wire_close(struct wire **wire)
{
    if (!*wire)
        return;
    zmq_msg_close(&(*wire)->frames[0]);
    zmq_msg_close(&(*wire)->frames[1]);
    if ((*wire)->monitor)
        wire_monitor_close(*wire);
    zmq_close((*wire)->socket);
    doorkeeper_close(&(*wire)->doorkeeper);
    buffer_release(&(*wire)->control);
    free(*wire);
    *wire = NULL;
}

void wire_linger(struct wire *wire, int ms)
{
    wire_set_int(wire->socket, ZMQ_LINGER, ms);
}

const char *wire_endpoint(const struct wire *wire)
{
    return wire->endpoint;
}

/* ---- sending ---- */

static enum status send_status(void)
{
    return errno == EAGAIN ? STATUS_AGAIN : STATUS_BAD;
}

static int send_frame(struct wire *wire, const void *data, size_t len, int flags)
{
    int sent;
    do
        sent = zmq_send(wire->socket, data, len, flags | ZMQ_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    return sent;
}

/* The first frame decides: a pipe that takes it takes the rest of the message too. */
static enum status send_frames(struct wire *wire, const struct peer_id *to,
                               const struct message *message)
{
    buffer_clear(&wire->control);
    message_encode(message, &wire->control);
    if (wire->server && send_frame(wire, to->bytes, to->len, ZMQ_SNDMORE) < 0)
        return send_status();
    if (send_frame(wire, wire->control.data, wire->control.len, ZMQ_SNDMORE) < 0)
        return send_status();
    return STATUS_OK;
}

/* While a large payload is on its way nothing else is heard of its sender: it is said before. */
static enum status send_control(struct wire *wire, const struct peer_id *to,
                                const struct message *message, size_t payload_bytes)
{
    const struct message coming = {.type = MESSAGE_HEARTBEAT, .coming_bytes = payload_bytes};
    if (payload_bytes >= ANNOUNCED_BYTES) {
        enum status status = send_frames(wire, to, &coming);
        if (status == STATUS_OK && send_frame(wire, NULL, 0, 0) < 0)
            status = send_status();
        if (status != STATUS_OK)
            return status;
    }
    return send_frames(wire, to, message);
}

enum status wire_send(struct wire *wire, const struct peer_id *to, const struct message *message)
{
    enum status status = send_control(wire, to, message, message->payload.len);
    if (status != STATUS_OK)
        return status;
    if (send_frame(wire, message->payload.data, message->payload.len, 0) < 0)
        return send_status();
    return STATUS_OK;
}

struct wire_unread {
    atomic_size_t bytes;
    atomic_uint users; /* the owner, and each payload on its way */
};

struct wire_unread *wire_unread_new(void)
{
    struct wire_unread *unread = memory_zero(sizeof *unread);
    atomic_init(&unread->bytes, 0);
    atomic_init(&unread->users, 1);
    return unread;
}

static void unread_drop(struct wire_unread *unread)
{
    if (atomic_fetch_sub(&unread->users, 1) == 1)
        free(unread);
}

void wire_unread_free(struct wire_unread **unread)
{
    if (*unread)
        unread_drop(*unread);
    *unread = NULL;
}

size_t wire_unread_bytes(const struct wire_unread *unread)
{
    return atomic_load(&unread->bytes);
}

/* Of one payload. */
struct underway {
    struct wire_unread *unread;
    size_t bytes;
};

static struct underway *underway_begin(struct wire_unread *unread, size_t bytes)
{
    struct underway *underway = memory_alloc(sizeof *underway);
    *underway = (struct underway){unread, bytes};
    atomic_fetch_add(&unread->bytes, bytes);
    atomic_fetch_add(&unread->users, 1);
    return underway;
}

static void release_payload(void *data, void *hint)
{
    struct underway *underway = hint;
    TAKE_OVER(data);
    free(data);
    if (!underway)
        return;
    atomic_fetch_sub(&underway->unread->bytes, underway->bytes);
    unread_drop(underway->unread);
    free(underway);
}

enum status wire_send_buffer(struct wire *wire, const struct peer_id *to,
                             const struct message *message, struct buffer *payload,
                             struct wire_unread *unread)
{
    enum status status = send_control(wire, to, message, payload->len);
    if (status != STATUS_OK)
        return status;
    zmq_msg_t frame;
    HAND_OVER(payload->data);
    zmq_msg_init_data(&frame, payload->data, payload->len, release_payload,
                      unread ? underway_begin(unread, payload->len) : NULL);
    *payload = (struct buffer){0};
    int sent;
    do
        sent = zmq_msg_send(&frame, wire->socket, ZMQ_DONTWAIT);
    while (sent < 0 && errno == EINTR);
    if (sent >= 0)
        return STATUS_OK;
    status = send_status();
    zmq_msg_close(&frame);
    return status;
}

/* ---- receiving ---- */

static int receive_frame(struct wire *wire, zmq_msg_t *frame)
{
    int received;
    do
        received = zmq_msg_recv(frame, wire->socket, ZMQ_DONTWAIT);
    while (received < 0 && errno == EINTR);
    return received;
}

static struct slice frame_bytes(zmq_msg_t *frame)
{
    TAKE_OVER(zmq_msg_data(frame));
    return (struct slice){zmq_msg_data(frame), zmq_msg_size(frame)};
}

static enum status receive_peer(struct wire *wire, struct peer_id *from)
{
    zmq_msg_t frame;
    zmq_msg_init(&frame);
    enum status status = STATUS_OK;
    if (receive_frame(wire, &frame) < 0)
        status = errno == EAGAIN ? STATUS_AGAIN : STATUS_FATAL;
    else {
        size_t len = zmq_msg_size(&frame);
        from->len = (uint8_t)(len < sizeof from->bytes ? len : sizeof from->bytes);
        memcpy(from->bytes, zmq_msg_data(&frame), from->len);
    }
    zmq_msg_close(&frame);
    return status;
}

/* How many frames came; the first two are kept, more are a breach and thrown away. */
static unsigned receive_frames(struct wire *wire, bool *failed)
{
    unsigned count = 0;
    bool more = true;
    while (more) {
        zmq_msg_t extra;
        zmq_msg_init(&extra);
        zmq_msg_t *frame = count < 2 ? &wire->frames[count] : &extra;
        *failed = receive_frame(wire, frame) < 0;
        more = !*failed && zmq_msg_more(frame);
        zmq_msg_close(&extra);
        count += !*failed;
    }
    return count;
}

enum status wire_recv(struct wire *wire, struct peer_id *from, struct message *message,
                      struct error *error)
{
    *message = (struct message){0};
    if (from)
        *from = (struct peer_id){0};
    for (unsigned i = 0; i < 2; i++) {
        zmq_msg_close(&wire->frames[i]);
        zmq_msg_init(&wire->frames[i]);
    }
    struct peer_id nobody;
    if (wire->server) {
        enum status status = receive_peer(wire, from ? from : &nobody);
        if (status != STATUS_OK)
            return status == STATUS_AGAIN
                       ? status
                       : fail(error, status, "%s: %s", wire->endpoint, zmq_strerror(errno));
    }
    bool failed = false;
    unsigned count = receive_frames(wire, &failed);
    if (failed && count == 0)
        return errno == EAGAIN
                   ? STATUS_AGAIN
                   : fail(error, STATUS_FATAL, "%s: %s", wire->endpoint, zmq_strerror(errno));
    if (count != 2)
        return fail(error, STATUS_BAD, "a message of %u frame%s: send two, control and payload",
                    count, count == 1 ? "" : "s");
    if (zmq_msg_size(&wire->frames[0]) > CONTROL_BYTES)
        return fail(error, STATUS_BAD, "a control record of %zu bytes: %d are the most",
                    zmq_msg_size(&wire->frames[0]), CONTROL_BYTES);
    enum status status = message_decode(frame_bytes(&wire->frames[0]), message, error);
    message->payload = frame_bytes(&wire->frames[1]);
    return status;
}

const char *wire_user(const struct wire *wire)
{
    /* zmq_msg_gets has no const version, but changes nothing. */
    const char *user = zmq_msg_gets((zmq_msg_t *)&wire->frames[0], "User-Id");
    return user ? user : "";
}

/* ---- waiting ---- */

unsigned wire_wait(struct wire *const *wires, unsigned count, int wakeup_fd, int timeout_ms)
{
    zmq_pollitem_t items[MAX_WAITING_WIRES + 1];
    unsigned polled = 0;
    if (count > MAX_WAITING_WIRES)
        count = MAX_WAITING_WIRES;
    for (; polled < count; polled++)
        items[polled] = (zmq_pollitem_t){.socket = wires[polled]->socket, .events = ZMQ_POLLIN};
    if (wakeup_fd >= 0)
        items[polled++] = (zmq_pollitem_t){.fd = wakeup_fd, .events = ZMQ_POLLIN};
    if (zmq_poll(items, (int)polled, timeout_ms) <= 0)
        return 0;
    unsigned ready = 0;
    for (unsigned i = 0; i < polled; i++)
        if (items[i].revents)
            ready |= 1u << i;
    return ready;
}
