/* file.c - opens, looks what it is, reads. No state. What can fail: the file system, and whoever
 * put something else in a file's place. */
#include "proto/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK_BYTES = 64 * 1024 };

/* Opening a pipe that nobody writes to would wait for ever, hence not to block. */
static enum status open_plain(const char *path, int *fd, struct error *error)
{
    struct stat found;
    *fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (*fd < 0 || fstat(*fd, &found) != 0)
        return fail(error, STATUS_BAD, "%s: %s", path, strerror(errno));
    if (!S_ISREG(found.st_mode))
        return fail(error, STATUS_BAD, "%s: a plain file is wanted, this is %s", path,
                    S_ISDIR(found.st_mode) ? "a folder" : "a pipe, a device or the like");
    return STATUS_OK;
}

static enum status read_all(int fd, const char *path, size_t limit_bytes, struct buffer *out,
                            struct error *error)
{
    size_t start = out->len;
    for (;;) {
        buffer_reserve(out, CHUNK_BYTES);
        ssize_t got = read(fd, out->data + out->len, CHUNK_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return fail(error, STATUS_BAD, "%s: can't be read: %s", path, strerror(errno));
        if (got == 0)
            return STATUS_OK;
        out->len += (size_t)got;
        if (out->len - start > limit_bytes)
            return fail(error, STATUS_BAD, "%s: larger than %zu bytes", path, limit_bytes);
    }
}

enum status file_read(const char *path, size_t limit_bytes, struct buffer *out, struct error *error)
{
    int fd;
    enum status status = open_plain(path, &fd, error);
    if (status == STATUS_OK)
        status = read_all(fd, path, limit_bytes, out, error);
    if (fd >= 0)
        close(fd);
    return status;
}
