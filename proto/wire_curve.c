/* wire_curve.c - who may come in: CURVE keys, the doorkeeper that admits them, and what a client
 * learns when it isn't admitted.
 *
 * libzmq asks over inproc://zeromq.zap.01 (RFC 27) about every connection to a socket with a ZAP
 * domain. The doorkeeper is a thread of its own, so that a broker that waits for its disk lets
 * nobody wait at the door; it shares nothing with the wire's owner but what `admit` does. Whatever
 * it doesn't understand, or nobody answers, is denied.
 */
#include "proto/wire_private.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define ZAP_ENDPOINT "inproc://zeromq.zap.01"
#define ZAP_DOMAIN "xianzhi"

enum {
    ZAP_ENFORCE_DOMAIN = 93, /* zmq.h 4.3.4 shows it to drafts only, the library has it for all */
    CURVE_KEY_BYTES = 32,
    Z85_CHARS = 41,
    MAX_ZAP_FRAMES = 8,
    ZAP_FRAME_BYTES = 256,
};

enum status wire_make_keys(struct wire_keys *keys, struct error *error)
{
    *keys = (struct wire_keys){.admit = NULL};
    if (zmq_curve_keypair(keys->public_key, keys->secret_key) != 0)
        return fail(error, STATUS_FATAL, "ZeroMQ makes no keys (%s): was it built without CURVE?",
                    zmq_strerror(errno));
    return STATUS_OK;
}

bool wire_is_key(const char *text)
{
    uint8_t bytes[CURVE_KEY_BYTES];
    return strlen(text) == Z85_CHARS - 1 && zmq_z85_decode(bytes, text) != NULL;
}

bool wire_set_curve(struct wire *wire, const struct wire_keys *keys)
{
    if (zmq_setsockopt(wire->socket, ZMQ_CURVE_SECRETKEY, keys->secret_key, Z85_CHARS) != 0)
        return false;
    if (wire->server) {
        /* Without a doorkeeper for this domain nobody gets in: deny by default. */
        wire_set_int(wire->socket, ZMQ_CURVE_SERVER, 1);
        int yes = 1;
        return zmq_setsockopt(wire->socket, ZMQ_ZAP_DOMAIN, ZAP_DOMAIN, strlen(ZAP_DOMAIN)) == 0 &&
               zmq_setsockopt(wire->socket, ZAP_ENFORCE_DOMAIN, &yes, sizeof yes) == 0;
    }
    return zmq_setsockopt(wire->socket, ZMQ_CURVE_PUBLICKEY, keys->public_key, Z85_CHARS) == 0 &&
           zmq_setsockopt(wire->socket, ZMQ_CURVE_SERVERKEY, keys->server_key, Z85_CHARS) == 0;
}

/* ---- the doorkeeper ---- */

struct doorkeeper {
    void *socket;
    wire_admit admit;
    void *admit_context;
    int stop_fd;
    pthread_t thread;
};

/* Version, request id, domain, address, identity, mechanism, credentials. */
enum { ZAP_VERSION, ZAP_REQUEST, ZAP_DOMAIN_NAME, ZAP_MECHANISM = 5, ZAP_KEY, ZAP_FRAMES };

struct zap_frame {
    uint8_t bytes[ZAP_FRAME_BYTES];
    size_t len; /* as sent; larger than `bytes`: cut off */
};

static unsigned receive_request(void *socket, struct zap_frame frames[MAX_ZAP_FRAMES])
{
    unsigned count = 0;
    for (int more = 1; more; count++) {
        struct zap_frame *frame = &frames[count < MAX_ZAP_FRAMES ? count : MAX_ZAP_FRAMES - 1];
        int len = zmq_recv(socket, frame->bytes, sizeof frame->bytes, ZMQ_DONTWAIT);
        size_t size = sizeof more;
        if (len < 0)
            return 0;
        frame->len = (size_t)len;
        zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size);
    }
    return count;
}

static bool frame_is(const struct zap_frame *frame, const char *text)
{
    return frame->len == strlen(text) && memcmp(frame->bytes, text, frame->len) == 0;
}

static bool is_admitted(const struct doorkeeper *keeper, const struct zap_frame *frames,
                        unsigned count, char user[WIRE_USER_BYTES])
{
    char key[Z85_CHARS];
    return count == ZAP_FRAMES && frame_is(&frames[ZAP_VERSION], "1.0") &&
           frame_is(&frames[ZAP_DOMAIN_NAME], ZAP_DOMAIN) &&
           frame_is(&frames[ZAP_MECHANISM], "CURVE") && frames[ZAP_KEY].len == CURVE_KEY_BYTES &&
           zmq_z85_encode(key, frames[ZAP_KEY].bytes, CURVE_KEY_BYTES) &&
           keeper->admit(keeper->admit_context, key, user);
}

static void answer_request(const struct doorkeeper *keeper)
{
    struct zap_frame frames[MAX_ZAP_FRAMES];
    unsigned count = receive_request(keeper->socket, frames);
    if (count == 0)
        return;
    char user[WIRE_USER_BYTES] = "";
    bool admitted = is_admitted(keeper, frames, count, user);
    const struct zap_frame *request = &frames[count > ZAP_REQUEST ? ZAP_REQUEST : ZAP_VERSION];
    size_t len = request->len < ZAP_FRAME_BYTES ? request->len : ZAP_FRAME_BYTES;
    zmq_send(keeper->socket, "1.0", 3, ZMQ_SNDMORE);
    zmq_send(keeper->socket, request->bytes, len, ZMQ_SNDMORE);
    zmq_send(keeper->socket, admitted ? "200" : "400", 3, ZMQ_SNDMORE);
    zmq_send(keeper->socket, "", 0, ZMQ_SNDMORE);
    zmq_send(keeper->socket, user, admitted ? strlen(user) : 0, ZMQ_SNDMORE);
    zmq_send(keeper->socket, "", 0, 0); /* no metadata */
}

static void *keep_door(void *context)
{
    struct doorkeeper *keeper = context;
    pthread_setname_np(pthread_self(), "door");
    zmq_pollitem_t items[] = {{.socket = keeper->socket, .events = ZMQ_POLLIN},
                              {.fd = keeper->stop_fd, .events = ZMQ_POLLIN}};
    for (;;) {
        if (zmq_poll(items, 2, -1) < 0 && errno != EINTR)
            break;
        if (items[1].revents)
            break;
        if (items[0].revents)
            answer_request(keeper);
    }
    return NULL;
}

enum status doorkeeper_open(struct doorkeeper **out, void *context, const struct wire_keys *keys,
                            struct error *error)
{
    *out = NULL;
    struct doorkeeper *keeper = memory_zero(sizeof *keeper);
    keeper->admit = keys->admit;
    keeper->admit_context = keys->admit_context;
    keeper->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    keeper->socket = zmq_socket(context, ZMQ_REP);
    bool opened = keeper->socket && keeper->stop_fd >= 0;
    if (opened) {
        wire_set_int(keeper->socket, ZMQ_LINGER, 0);
        opened = zmq_bind(keeper->socket, ZAP_ENDPOINT) == 0;
    }
    if (opened && pthread_create(&keeper->thread, NULL, keep_door, keeper) == 0) {
        *out = keeper;
        return STATUS_OK;
    }
    enum status status =
        fail(error, STATUS_FATAL, "nobody can be let in (%s): one broker with keys a process",
             zmq_strerror(errno));
    if (keeper->socket)
        zmq_close(keeper->socket);
    if (keeper->stop_fd >= 0)
        close(keeper->stop_fd);
    free(keeper);
    return status;
}

void doorkeeper_close(struct doorkeeper **slot)
{
    struct doorkeeper *keeper = *slot;
    if (!keeper)
        return;
    *slot = NULL;
    uint64_t one = 1;
    ssize_t written = write(keeper->stop_fd, &one, sizeof one);
    (void)written; /* an eventfd that can't be written is full, that is, raised */
    pthread_join(keeper->thread, NULL);
    zmq_unbind(keeper->socket, ZAP_ENDPOINT); /* at once: zmq_close leaves it to another thread */
    zmq_close(keeper->socket);
    close(keeper->stop_fd);
    free(keeper);
}

/* ---- what a client learns ---- */

enum {
    HANDSHAKE_FAILED = ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
                       ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
};

void wire_monitor_open(struct wire *wire, void *context)
{
    char name[64];
    snprintf(name, sizeof name, "inproc://monitor-%p", wire->socket);
    if (zmq_socket_monitor(wire->socket, name, HANDSHAKE_FAILED) != 0)
        return; /* only an explanation is missing then */
    wire->monitor = zmq_socket(context, ZMQ_PAIR);
    if (wire->monitor) {
        /* libzmq's own thread would wait for room in it. */
        wire_set_int(wire->monitor, ZMQ_RCVHWM, 0);
        wire_set_int(wire->monitor, ZMQ_LINGER, 0);
        if (zmq_connect(wire->monitor, name) == 0)
            return;
    }
    wire_monitor_close(wire);
}

void wire_monitor_close(struct wire *wire)
{
    zmq_socket_monitor(wire->socket, NULL, 0);
    if (wire->monitor)
        zmq_close(wire->monitor);
    wire->monitor = NULL;
}

enum wire_refusal wire_refusal(struct wire *wire)
{
    enum wire_refusal refusal = WIRE_NOT_REFUSED;
    uint8_t frame[ZAP_FRAME_BYTES];
    uint16_t event;
    if (!wire->monitor)
        return refusal;
    while (zmq_recv(wire->monitor, frame, sizeof frame, ZMQ_DONTWAIT) >= (int)sizeof event) {
        memcpy(&event, frame, sizeof event);
        zmq_recv(wire->monitor, frame, sizeof frame, ZMQ_DONTWAIT); /* the address */
        refusal = event == ZMQ_EVENT_HANDSHAKE_FAILED_AUTH ? WIRE_KEY_UNKNOWN : WIRE_NO_HANDSHAKE;
    }
    return refusal;
}
