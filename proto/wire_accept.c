/* wire_accept.c - whom the sockets let in when descriptors run short.
 *
 * libzmq 4.3.4 accepts every connection and aborts the process when that fails for want of a
 * descriptor (ipc_listener.cpp asserts on EMFILE); and long before, bare connections of strangers
 * would have used up what the journal needs for its next log. No option of the library bounds
 * them. So its call of accept4 ends here: a connection that would take one of the last descriptors
 * is closed at once, which the library takes for one that the other side gave up (ECONNABORTED),
 * and whoever wanted in tries again later. Nor does the library close a connection that has shaken
 * hands and never says a word; so it is remembered here when each began, until it is greeted. Any
 * thread.
 */
#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/wire_private.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

enum {
    RESERVE_SHARE = 4,
    RESERVE_MOST = 1024,
    WATCHED = 1 << 20, /* what the kernel gives a process at most, unless told otherwise */
};

static _Atomic uint64_t turned_away;
static _Atomic uint64_t begun_us[WATCHED]; /* by descriptor; 0: greeted, or no connection */
static _Atomic int highest;

uint64_t wire_turned_away(void)
{
    return turned_away;
}

unsigned wire_reserve_descriptors(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    if (limit.rlim_cur < limit.rlim_max) {
        struct rlimit raised = {limit.rlim_max, limit.rlim_max};
        if (setrlimit(RLIMIT_NOFILE, &raised) == 0)
            limit = raised;
    }
    return limit.rlim_cur > UINT32_MAX ? UINT32_MAX : (unsigned)limit.rlim_cur;
}

/* The kernel gives the lowest number that is free: a high one says how many are in use. One that
 * can't be watched is let in as little. */
static bool is_reserved(int fd)
{
    struct rlimit limit;
    if (fd >= WATCHED)
        return true;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return false;
    rlim_t reserve = limit.rlim_cur / RESERVE_SHARE;
    if (reserve > RESERVE_MOST)
        reserve = RESERVE_MOST;
    return (rlim_t)fd >= limit.rlim_cur - reserve;
}

/* In place of the C library's, for this program and the libraries it is linked with. */
int accept4(int listener, struct sockaddr *restrict address, socklen_t *restrict size, int flags)
{
    int fd = (int)syscall(SYS_accept4, listener, address, size, flags);
    if (fd >= 0 && !is_reserved(fd)) {
        begun_us[fd] = clock_monotonic_us();
        for (int most = highest; most < fd && !atomic_compare_exchange_weak(&highest, &most, fd);)
            ;
        return fd;
    }
    if (fd < 0)
        return fd;
    close(fd);
    if (turned_away++ % 1000 == 0)
        log_event(LOG_WARN, "connection.refused",
                  "descriptor=%d reason=\"too many connections: the last descriptors are kept for "
                  "the journal; raise LimitNOFILE or ulimit -n\"",
                  fd);
    errno = ECONNABORTED;
    return -1;
}

void wire_is_greeted(const struct wire *wire)
{
    /* A question, that changes nothing. */
    int fd = zmq_msg_get((zmq_msg_t *)&wire->frames[0], ZMQ_SRCFD);
    if (fd >= 0 && fd < WATCHED)
        begun_us[fd] = 0;
}

/* The descriptor may be something else by now, another door's connection or a file. */
static bool is_of(const char *endpoint, int fd)
{
    struct sockaddr_storage address = {0};
    socklen_t size = sizeof address;
    if (getsockname(fd, (struct sockaddr *)&address, &size) != 0)
        return false;
    const char *port = strrchr(endpoint, ':');
    const char *path = ((struct sockaddr_un *)&address)->sun_path;
    switch (address.ss_family) {
    case AF_INET:
        return atoi(port + 1) == ntohs(((struct sockaddr_in *)&address)->sin_port);
    case AF_INET6:
        return atoi(port + 1) == ntohs(((struct sockaddr_in6 *)&address)->sin6_port);
    default:
        return address.ss_family == AF_UNIX && strncmp(endpoint, "ipc://", 6) == 0 &&
               (*path ? strcmp(endpoint + 6, path) == 0
                      : endpoint[6] == '@' && strcmp(endpoint + 7, path + 1) == 0);
    }
}

void wire_close_ungreeted(const struct wire *wire, uint64_t older_than_us)
{
    uint64_t now_us = clock_monotonic_us();
    for (int fd = 0; fd <= highest; fd++) {
        uint64_t begun = begun_us[fd];
        if (!begun || now_us - begun <= older_than_us || !is_of(wire->endpoint, fd))
            continue;
        begun_us[fd] = 0;
        shutdown(fd, SHUT_RDWR); /* the library's to close */
    }
}
