/* kv_backup.c - copies of a store's folder. No state; each function may be called from any thread.
 *
 * A backup is a RocksDB checkpoint: hard links on the same file system, so it takes hardly any time
 * or room, real copies elsewhere. A restore always copies: what runs on it must not reach back into
 * the backup. What can fail: the disks, each file by name.
 */
#include "proto/kv/kv_backup.h"

#include "proto/kv/kv_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK_BYTES = 1 << 20 };

enum status kv_backup(struct kv *kv, const char *parent, const char *name, uint64_t *bytes,
                      struct error *error)
{
    char path[PATH_MAX];
    struct stat found;
    if (snprintf(path, sizeof path, "%s/%s", parent, name) >= (int)sizeof path)
        return fail(error, STATUS_BAD, "%.200s…: path too long", parent);
    if (lstat(path, &found) == 0)
        return fail(error, STATUS_BAD,
                    "%s is there already: name a new folder; nothing is overwritten", path);
    enum status status = kv_make_folder(parent, error);
    if (status == STATUS_OK)
        status = kv_checkpoint(kv, path, error);
    if (status == STATUS_OK)
        *bytes = kv_folder_bytes(path);
    return status;
}

/* ---- restoring ---- */

enum status kv_may_restore(const char *from, const char *to, struct error *error)
{
    if (kv_folder_kind(from) != FOLDER_STORE)
        return fail(error, STATUS_BAD,
                    "%s: isn't there, or isn't what `xianzhi backup` leaves: was it ended early?",
                    from);
    enum kv_folder kind = kv_folder_kind(to);
    if (kind != FOLDER_ABSENT && kind != FOLDER_EMPTY)
        return fail(error, STATUS_BAD,
                    "%s is not empty: nothing is overwritten; name a new folder, or move this one "
                    "away first",
                    to);
    return STATUS_OK;
}

static enum status copy_bytes(int in, int out, const char *from, const char *to,
                              struct error *error)
{
    char *chunk = memory_alloc(CHUNK_BYTES);
    enum status status = STATUS_OK;
    for (ssize_t got; status == STATUS_OK && (got = read(in, chunk, CHUNK_BYTES)) != 0;) {
        if (got < 0)
            status = fail(error, STATUS_FATAL, "%s: can't be read: %s", from, strerror(errno));
        for (ssize_t at = 0; status == STATUS_OK && at < got;) {
            ssize_t put = write(out, chunk + at, (size_t)(got - at));
            if (put < 0)
                status = fail(error, STATUS_FATAL, "%s: can't be written: %s", to, strerror(errno));
            else
                at += put;
        }
    }
    free(chunk);
    return status;
}

static enum status copy_file(const char *from_folder, const char *to_folder, const char *name,
                             struct error *error)
{
    char from[PATH_MAX], to[PATH_MAX];
    if (snprintf(from, sizeof from, "%s/%s", from_folder, name) >= (int)sizeof from ||
        snprintf(to, sizeof to, "%s/%s", to_folder, name) >= (int)sizeof to)
        return fail(error, STATUS_FATAL, "%.200s…: path too long", from);
    int in = open(from, O_RDONLY | O_CLOEXEC);
    if (in < 0)
        return fail(error, STATUS_FATAL, "%s: can't be read: %s", from, strerror(errno));
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
    enum status status =
        out < 0 ? fail(error, STATUS_FATAL, "%s: can't be written: %s", to, strerror(errno))
                : copy_bytes(in, out, from, to, error);
    if (status == STATUS_OK && fsync(out) != 0)
        status = fail(error, STATUS_FATAL, "%s: can't be written: %s", to, strerror(errno));
    close(in);
    if (out >= 0)
        close(out);
    return status;
}

/* CURRENT, which makes the folder a store, comes last; locks and RocksDB's chatter stay behind. */
static bool is_copied(const char *name)
{
    return name[0] != '.' && strcmp(name, "CURRENT") != 0 && strcmp(name, "LOCK") != 0 &&
           strcmp(name, "HOLDER") != 0 && strncmp(name, "LOG", 3) != 0;
}

static enum status copy_all(const char *from, const char *to, struct error *error)
{
    DIR *dir = opendir(from);
    if (!dir)
        return fail(error, STATUS_FATAL, "%s: can't be read: %s", from, strerror(errno));
    enum status status = STATUS_OK;
    for (struct dirent *entry; status == STATUS_OK && (entry = readdir(dir));)
        if (is_copied(entry->d_name))
            status = copy_file(from, to, entry->d_name, error);
    closedir(dir);
    return status == STATUS_OK ? copy_file(from, to, "CURRENT", error) : status;
}

static enum status sync_folder(const char *folder, struct error *error)
{
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool synced = fd >= 0 && fsync(fd) == 0;
    int cause = errno;
    if (fd >= 0)
        close(fd);
    return synced ? STATUS_OK
                  : fail(error, STATUS_FATAL, "%s: can't be written: %s", folder, strerror(cause));
}

enum status kv_restore(const char *from, const char *to, struct error *error)
{
    enum status status = kv_may_restore(from, to, error);
    if (status != STATUS_OK)
        return status;
    status = kv_make_folder(to, error);
    if (status == STATUS_OK)
        status = copy_all(from, to, error);
    if (status == STATUS_OK)
        status = sync_folder(to, error);
    if (status != STATUS_OK)
        kv_remove_folder(to);
    return status;
}

void kv_unrestore(const char *folder)
{
    kv_remove_folder(folder);
}
