/* quiet.c - asks the kernel for a read lease, which is to be had only while nobody has the file
 * open for writing; not on every file system, and on other people's files only for root: there time
 * tells. Any thread. */
#include "deploy/intake/quiet.h"

#include "proto/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

enum writer { WRITER_NONE, WRITER_THERE, WRITER_UNKNOWN };

static enum writer writer_of(const char *path)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
        return WRITER_UNKNOWN;
    /* Who opens it to write while we have the lease is made known to us by SIGIO, which would end
     * us: by one instead that nobody hears. */
    bool leased = fcntl(fd, F_SETSIG, SIGURG) == 0 && fcntl(fd, F_SETLEASE, F_RDLCK) == 0;
    int cause = errno;
    close(fd); /* and the lease with it */
    return leased ? WRITER_NONE : cause == EAGAIN ? WRITER_THERE : WRITER_UNKNOWN;
}

bool quiet_file(const char *path, uint64_t changed_ns)
{
    enum writer writer = writer_of(path);
    return writer == WRITER_NONE ||
           (writer == WRITER_UNKNOWN && changed_ns / 1000000 + QUIET_MS <= clock_unix_ms());
}
