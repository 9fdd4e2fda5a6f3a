/* wire_endpoint.c - which endpoints there are, and binding to one: what libzmq takes for another,
 * or takes from others unseen, is refused before. No state, any thread. */
#include "proto/wire_private.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    BIND_PATIENCE_MS = 250, /* a socket closed a moment ago still listens until it is reaped */
    BIND_PAUSE_MS = 5,
};

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

enum status wire_check_endpoint(const char *endpoint, bool server, struct error *error)
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

enum status wire_check_listen(const char *endpoint, struct error *error)
{
    enum status status = wire_check_endpoint(endpoint, true, error);
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

enum status wire_explain(const char *endpoint, int cause, struct error *error)
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

enum status wire_bind(struct wire *wire, const char *endpoint, struct error *error)
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
            return wire_explain(endpoint, cause, error);
        zmq_poll(NULL, 0, BIND_PAUSE_MS);
    }
}
