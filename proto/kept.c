/* kept.c - files in folders by the first two digits of their names. No state. */
#include "proto/kept.h"

#include "proto/base/file.h"
#include "proto/base/settle.h"
#include "proto/listed.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_KEPT_BYTES = 128 << 20 };

static bool path_of(const char *folder, const char *hex, bool whole, char path[PATH_MAX])
{
    int len =
        snprintf(path, PATH_MAX, "%s/%.2s%s%s", folder, hex, whole ? "/" : "", whole ? hex : "");
    return len > 0 && len < PATH_MAX;
}

static enum status cannot(const char *path, struct error *error)
{
    int cause = errno;
    return fail(error, cause == ENOSPC || cause == EDQUOT ? STATUS_RETRY : STATUS_FATAL,
                "%s: can't be written: %s", path, strerror(cause));
}

static bool write_whole(int fd, struct slice bytes)
{
    for (size_t at = 0; at < bytes.len;) {
        ssize_t written = write(fd, bytes.data + at, bytes.len - at);
        if (written < 0 && errno != EINTR)
            return false;
        at += written > 0 ? (size_t)written : 0;
    }
    return true;
}

/* A draft of its own name first: several may write the same document at once. */
static enum status write_file(const char *path, struct slice bytes, struct error *error)
{
    char draft[PATH_MAX + 16];
    snprintf(draft, sizeof draft, "%s.XXXXXX", path);
    int fd = mkostemp(draft, O_CLOEXEC);
    if (fd < 0)
        return cannot(path, error);
    enum status status = write_whole(fd, bytes) ? STATUS_OK : cannot(path, error);
    if (close(fd) != 0 && !status)
        status = cannot(path, error);
    if (!status)
        status = file_settle(draft, path, error);
    if (status)
        unlink(draft);
    return status;
}

static bool holds(const char *path, struct slice bytes)
{
    struct buffer kept = {0};
    struct error ignored;
    bool same = access(path, F_OK) == 0 &&
                file_read(path, bytes.len, &kept, &ignored) == STATUS_OK &&
                slice_equal(buffer_slice(&kept), bytes);
    buffer_release(&kept);
    return same;
}

enum status kept_put(const char *folder, const uint8_t sha256[DIGEST_BYTES], struct slice bytes,
                     struct error *error)
{
    char hex[2 * DIGEST_BYTES + 1], path[PATH_MAX];
    digest_name(sha256, hex);
    if (!path_of(folder, hex, true, path))
        return fail(error, STATUS_FATAL, "%s: path too long", folder);
    if (holds(path, bytes))
        return STATUS_OK;
    path_of(folder, hex, false, path);
    if ((mkdir(folder, 0700) != 0 && errno != EEXIST) ||
        (mkdir(path, 0700) != 0 && errno != EEXIST))
        return cannot(path, error);
    path_of(folder, hex, true, path);
    return write_file(path, bytes, error);
}

enum status kept_get(const char *folder, struct slice sha256, struct buffer *bytes,
                     struct error *error)
{
    uint8_t wanted[DIGEST_BYTES], found[DIGEST_BYTES];
    char hex[2 * DIGEST_BYTES + 1], path[PATH_MAX];
    struct buffer read = {0};
    if (!digest_parse(sha256, wanted))
        return STATUS_AGAIN;
    digest_name(wanted, hex);
    if (!path_of(folder, hex, true, path) || (access(path, F_OK) != 0 && errno == ENOENT))
        return STATUS_AGAIN;
    enum status status = file_read(path, MAX_KEPT_BYTES, &read, error);
    if (status == STATUS_OK) {
        digest_sha256(listed_document(buffer_slice(&read)), found);
        if (memcmp(found, wanted, sizeof found) == 0)
            buffer_add(bytes, buffer_slice(&read));
        else
            status = fail(error, STATUS_BAD,
                          "%s: was changed: it holds other bytes than its name says", path);
    }
    buffer_release(&read);
    return status;
}
