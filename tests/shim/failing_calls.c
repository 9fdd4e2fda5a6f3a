/* failing_calls.c - makes system calls fail in a program that knows nothing of it (LD_PRELOAD).
 *
 * The file named by FAILING_CALLS is read at each call and holds one line, or nothing:
 *   CALL ERROR PART    CALL: sync (fsync, fdatasync) or write (write, pwrite)
 *                      ERROR: EIO, ENOSPC, or short (half of it is written, as if the disk were
 * slow) PART: only files whose path has this in it So a test turns faults on and off while the
 * program runs. Every fault is told on stderr.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

struct fault {
    char call[16], error[16], part[128];
};

/* False: no fault is wanted now. By raw system calls: the ones below are ours. */
static int read_fault(struct fault *fault)
{
    static const char *control;
    char line[256];
    if (!control && !(control = getenv("FAILING_CALLS")))
        return 0;
    int fd = (int)syscall(SYS_openat, AT_FDCWD, control, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t len = syscall(SYS_read, fd, line, sizeof line - 1);
    syscall(SYS_close, fd);
    if (len <= 0)
        return 0;
    line[len] = '\0';
    return sscanf(line, "%15s %15s %127s", fault->call, fault->error, fault->part) == 3;
}

static int is_meant(const struct fault *fault, int fd)
{
    char link[64], path[PATH_MAX];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len = readlink(link, path, sizeof path - 1);
    if (len < 0)
        return 0;
    path[len] = '\0';
    return strstr(path, fault->part) != NULL;
}

/* 0: go on as usual; -1: fail with errno; 1: write only half. */
static int strike(const char *call, int fd)
{
    struct fault fault;
    char line[256];
    int kept = errno;
    if (!read_fault(&fault) || strcmp(fault.call, call) != 0 || !is_meant(&fault, fd)) {
        errno = kept;
        return 0;
    }
    int len = snprintf(line, sizeof line, "failing_calls: %s %s\n", call, fault.error);
    syscall(SYS_write, STDERR_FILENO, line, (size_t)len);
    if (strcmp(fault.error, "short") == 0) {
        errno = kept;
        return 1;
    }
    errno = strcmp(fault.error, "ENOSPC") == 0 ? ENOSPC : EIO;
    return -1;
}

int fsync(int fd)
{
    return strike("sync", fd) < 0 ? -1 : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return strike("sync", fd) < 0 ? -1 : (int)syscall(SYS_fdatasync, fd);
}

ssize_t write(int fd, const void *bytes, size_t count)
{
    int struck = strike("write", fd);
    if (struck < 0)
        return -1;
    return syscall(SYS_write, fd, bytes, struck && count > 1 ? count / 2 : count);
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset)
{
    int struck = strike("write", fd);
    if (struck < 0)
        return -1;
    return syscall(SYS_pwrite64, fd, bytes, struck && count > 1 ? count / 2 : count, offset);
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off_t offset)
{
    return pwrite(fd, bytes, count, offset);
}
