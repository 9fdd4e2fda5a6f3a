/* wire_accept.c - whom the sockets let in when descriptors run short.
 *
 * libzmq 4.3.4 accepts every connection and aborts the process when that fails for want of a
 * descriptor (ipc_listener.cpp asserts on EMFILE); and long before, bare connections of strangers
 * would have used up what the journal needs for its next log. No option of the library bounds
 * them. So its call of accept4 ends here: a connection that would take one of the last descriptors
 * is closed at once, which the library takes for one that the other side gave up (ECONNABORTED),
 * and whoever wanted in tries again later. Any thread; no state but the count.
 */
#include "proto/base/log.h"
#include "proto/wire_private.h"

#include <errno.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { RESERVE_SHARE = 4, RESERVE_MOST = 1024 };

static _Atomic uint64_t turned_away;

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

/* The kernel gives the lowest number that is free: a high one says how many are in use. */
static bool is_reserved(int fd)
{
    struct rlimit limit;
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
    if (fd < 0 || !is_reserved(fd))
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
