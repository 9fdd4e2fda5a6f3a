/* kv_look.c - reading a store that another process may be writing to. Runs on the opening thread.
 *
 * With a writer at work RocksDB's secondary instance follows its manifest. When it can't open a
 * table it falls back, in silence, to the last state that needs none such, without rows that are
 * there: so a store that nobody writes to is opened in the ordinary way, which refuses it, and with
 * a writer every old table that the instance leaves out has to be on its way out of the folder.
 */
#include "proto/kv_private.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum {
    GROWN_S = 60, /* a table that changed later may still be in the making */
    TRIES = 5,    /* to see it go */
    PAUSE_MS = 50,
};

bool kv_is_held(const char *folder)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/HOLDER", folder);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool held = flock(fd, LOCK_SH | LOCK_NB) != 0;
    close(fd); /* lets go of the lock: a writer may come */
    return held;
}

enum status kv_make_aside(struct kv *kv, struct error *error)
{
    const char *base = getenv("TMPDIR");
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/xianzhi-reader-XXXXXX", base && *base ? base : "/tmp");
    if (!mkdtemp(path))
        return fail(error, STATUS_FATAL, "%s: cannot be made: set TMPDIR to a folder to write to",
                    path);
    kv->aside = memory_copy_text(path);
    return STATUS_OK;
}

static bool is_live(const rocksdb_livefiles_t *live, const char *name)
{
    for (int i = 0; i < rocksdb_livefiles_count(live); i++) {
        const char *listed = rocksdb_livefiles_name(live, i); /* "/000012.sst" */
        if (strcmp(listed + (listed[0] == '/'), name) == 0)
            return true;
    }
    return false;
}

/* The name of a table that is old enough to be in use, and isn't. */
static bool find_left_out(const struct kv *kv, char *name, size_t size)
{
    DIR *dir = opendir(kv->folder);
    if (!dir)
        return false;
    rocksdb_livefiles_t *const live = (rocksdb_livefiles_t *)rocksdb_livefiles(kv->db);
    bool found = false;
    for (struct dirent *entry; !found && (entry = readdir(dir));) {
        struct stat table;
        found = strstr(entry->d_name, ".sst") && !is_live(live, entry->d_name) &&
                fstatat(dirfd(dir), entry->d_name, &table, 0) == 0 &&
                time(NULL) - table.st_mtime > GROWN_S;
        if (found)
            snprintf(name, size, "%s", entry->d_name);
    }
    rocksdb_livefiles_destroy(live);
    closedir(dir);
    return found;
}

enum status kv_check_left_out(struct kv *kv, struct error *error)
{
    char name[256];
    for (int i = 0; kv->aside && find_left_out(kv, name, sizeof name); i++) {
        if (i == TRIES)
            return fail(error, STATUS_FATAL,
                        "%s/%s: damaged: it can't be read and what it holds is missing; restore "
                        "this folder from a backup",
                        kv->folder, name);
        nanosleep(&(struct timespec){.tv_nsec = PAUSE_MS * 1000000}, NULL);
        enum status status = kv_refresh(kv, error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
