/* wire.c - the door to ZeroMQ: ROUTER and DEALER sockets that speak struct message. Keys are in
 * wire_curve.c.
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
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    SEND_MESSAGES = 8192, /* high-water marks; what bounds memory is the credit, in bytes */
    RECEIVE_MESSAGES =
        16, /* of one peer, waiting to be read: what is past its credit stays with it */
    RECONNECT_MS = 20,
    RECONNECT_MAX_MS = 1000,
    CONTROL_BYTES = 64 * 1024, /* a control record is a few hundred */
    BIND_PATIENCE_MS = 250,    /* a socket closed a moment ago still listens until it is reaped */
    BIND_PAUSE_MS = 5,
    MAX_WAITING_WIRES = 16,
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

/* HOST:PORT with nothing behind it: libzmq takes port 99999 for 34463, and looks "host/" up. Only
 * who listens may leave the port to the system (0, *). */
static bool is_host_and_port(struct slice place, bool server)
{
    size_t colon = place.len;
    while (colon > 0 && place.data[colon - 1] != ':')
        colon--;
    struct slice port = slice_range(place, colon, place.len);
    unsigned long number = 0;
    for (size_t i = 0; i < port.len && number <= UINT16_MAX; i++) {
        if (port.data[i] < '0' || port.data[i] > '9')
            return server && slice_equal(port, SLICE("*")) && colon > 1;
        number = number * 10 + (unsigned long)(port.data[i] - '0');
    }
    return colon > 1 && port.len > 0 && number >= !server && number <= UINT16_MAX &&
           !slice_has(place, SLICE("/"));
}

static enum status check_endpoint(const char *endpoint, bool server, struct error *error)
{
    struct slice s = slice_of(endpoint);
    bool known = (slice_starts(s, SLICE("ipc://")) && s.len > 6) ||
                 (slice_starts(s, SLICE("tcp://")) && is_host_and_port(slice_from(s, 6), server)) ||
                 (slice_starts(s, SLICE("inproc://")) && s.len > 9);
    if (!known)
        return fail(error, STATUS_BAD,
                    "%s is no endpoint: write ipc:///run/xianzhi.sock or tcp://127.0.0.1:5750",
                    endpoint ? endpoint : "(nothing)");
    if (s.len >= sizeof((struct wire *)0)->endpoint)
        return fail(error, STATUS_BAD, "endpoint of %zu bytes is too long: %.60s…", s.len,
                    endpoint);
    return STATUS_OK;
}

static enum status wire_new(struct wire **out, const char *endpoint, bool server,
                            const struct wire_keys *keys, struct error *error)
{
    enum status status = check_endpoint(endpoint, server, error);
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

enum status wire_check_listen(const char *endpoint, struct error *error)
{
    enum status status = check_endpoint(endpoint, true, error);
    if (!status && strncmp(endpoint, "inproc://", 9) == 0)
        return fail(error, STATUS_BAD,
                    "%s: nobody outside this process could reach it: write "
                    "ipc:///run/xianzhi.sock or tcp://127.0.0.1:5750",
                    endpoint);
    return status;
}

/* The file of an ipc endpoint; NULL: it has none. */
static const char *ipc_path(const char *endpoint)
{
    const char *path = endpoint + strlen("ipc://");
    return strncmp(endpoint, "ipc://", 6) != 0 || *path == '@' ? NULL : path;
}

/* libzmq removes whatever file is there, so it would take a living broker's place, unseen, */
static bool ipc_is_alive(const char *endpoint)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const char *path = ipc_path(endpoint);
    if (!path || strlen(path) >= sizeof address.sun_path)
        return false;
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return false;
    bool alive = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 || errno == EAGAIN;
    close(fd);
    return alive;
}

/* and that of somebody's document. */
static bool ipc_is_other_file(const char *endpoint)
{
    struct stat found;
    const char *path = ipc_path(endpoint);
    return path && lstat(path, &found) == 0 && !S_ISSOCK(found.st_mode);
}

static enum status explain_bind(const char *endpoint, int cause, struct error *error)
{
    switch (cause) {
    case EADDRINUSE:
        return fail(error, STATUS_FATAL,
                    "%s is in use: another broker listens there; end it or choose another endpoint",
                    endpoint);
    case ENOENT:
    case ENOTDIR:
        return fail(error, STATUS_FATAL, "%s: its folder does not exist: make it first", endpoint);
    case EACCES:
    case EPERM:
        return fail(error, STATUS_FATAL, "%s: not allowed: choose a folder or port you may use",
                    endpoint);
    case ENODEV:
    case EADDRNOTAVAIL:
        return fail(error, STATUS_FATAL, "%s: this machine has no such address", endpoint);
    default:
        return fail(error, STATUS_BAD,
                    "%s is no usable endpoint (%s): write ipc:///run/xianzhi.sock or "
                    "tcp://127.0.0.1:5750",
                    endpoint, zmq_strerror(cause));
    }
}

static enum status bind_patiently(struct wire *wire, const char *endpoint, struct error *error)
{
    if (ipc_is_other_file(endpoint))
        return fail(error, STATUS_FATAL,
                    "%s: another file is there already: choose another endpoint", endpoint);
    for (int waited_ms = 0;; waited_ms += BIND_PAUSE_MS) {
        bool alive = ipc_is_alive(endpoint);
        if (!alive && zmq_bind(wire->socket, endpoint) == 0)
            return STATUS_OK;
        int cause = alive ? EADDRINUSE : errno;
        if (cause != EADDRINUSE || waited_ms >= BIND_PATIENCE_MS)
            return explain_bind(endpoint, cause, error);
        zmq_poll(NULL, 0, BIND_PAUSE_MS);
    }
}

enum status wire_listen(struct wire **wire, const char *endpoint, const struct wire_keys *keys,
                        struct error *error)
{
    *wire = NULL;
    enum status status = wire_new(wire, endpoint, true, keys, error);
    if (status == STATUS_OK && keys && keys->admit)
        status = doorkeeper_open(&(*wire)->doorkeeper, shared_context(), keys, error);
    if (status == STATUS_OK)
        status = bind_patiently(*wire, endpoint, error);
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
        status = explain_bind(endpoint, errno, error);
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
static enum status send_control(struct wire *wire, const struct peer_id *to,
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

enum status wire_send(struct wire *wire, const struct peer_id *to, const struct message *message)
{
    enum status status = send_control(wire, to, message);
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
    enum status status = send_control(wire, to, message);
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
