/* settle.c - a finished file gets its name. Any thread; fails as the file system does. */
#include "proto/base/settle.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum status file_settle(const char *temporary, const char *path, struct error *error)
{
    int fd = open(temporary, O_RDONLY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    int cause = errno;
    if (fd >= 0)
        close(fd);
    if (synced && rename(temporary, path) == 0)
        return STATUS_OK;
    cause = synced ? errno : cause;
    return fail(error, cause == ENOSPC || cause == EDQUOT ? STATUS_RETRY : STATUS_FATAL, "%s: %s",
                path, strerror(cause));
}
