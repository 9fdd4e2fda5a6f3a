/* kv_files.c - a store's folder seen from the outside: is it one, how big, who holds it. Any
 * thread. */
#include "proto/kv/kv_private.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum kv_folder kv_folder_kind(const char *folder)
{
    char path[PATH_MAX];
    struct stat stat_buffer;
    if (stat(folder, &stat_buffer) != 0)
        return FOLDER_ABSENT;
    snprintf(path, sizeof path, "%s/CURRENT", folder);
    if (access(path, F_OK) == 0)
        return FOLDER_STORE;
    DIR *dir = opendir(folder);
    if (!dir)
        return FOLDER_OTHER;
    enum kv_folder kind = FOLDER_EMPTY;
    bool only_logs = true, sst = false;
    for (struct dirent *entry; (entry = readdir(dir));) {
        const char *name = entry->d_name;
        if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0)
            continue;
        /* RocksDB makes these before CURRENT: a process that died while creating leaves them. */
        bool early = strncmp(name, "LOG", 3) == 0 || strcmp(name, "LOCK") == 0 ||
                     strcmp(name, "HOLDER") == 0 || strcmp(name, "SYNCED") == 0 ||
                     strcmp(name, "PROBE") == 0 || strcmp(name, "IDENTITY") == 0 ||
                     strncmp(name, "MANIFEST", 8) == 0 || strstr(name, ".dbtmp") != NULL;
        only_logs = only_logs && early;
        sst = sst || strstr(name, ".sst") || strstr(name, ".blob");
    }
    closedir(dir);
    if (sst)
        kind = FOLDER_STORE; /* one whose CURRENT was lost: RocksDB says so by name */
    else if (!only_logs)
        kind = FOLDER_OTHER;
    return kind;
}

enum status kv_make_folder(const char *folder, struct error *error)
{
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s", folder) >= (int)sizeof path)
        return fail(error, STATUS_FATAL, "%s: path too long", folder);
    for (char *slash = path + 1; *slash; slash++) {
        if (*slash != '/')
            continue;
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return fail(error, STATUS_FATAL, "%s: cannot make the folder: %s", path,
                        strerror(errno));
        *slash = '/';
    }
    if (mkdir(path, 0777) != 0 && errno != EEXIST)
        return fail(error, STATUS_FATAL, "%s: cannot make the folder: %s", path, strerror(errno));
    return STATUS_OK;
}

/* RocksDB's own lock can't be asked about from inside the process that holds it, and comes too late
 * for the check of the logs; this one is taken first and says who holds it. */
enum status kv_hold(const char *folder, int *holder_fd, struct error *error)
{
    char path[PATH_MAX], text[32] = "";
    snprintf(path, sizeof path, "%s/HOLDER", folder);
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (fd < 0)
        return fail(error, STATUS_FATAL, "%s: cannot be opened: %s", path, strerror(errno));
    if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ssize_t len = pread(fd, text, sizeof text - 1, 0);
        close(fd);
        text[len > 0 ? strcspn(text, "\n") : 0] = '\0';
        return fail(error, STATUS_AGAIN,
                    "%s: is open in another process (%s): wait for it, stop it, or name another "
                    "folder",
                    folder, text[0] ? text : "just starting");
    }
    /* Only for that message: a disk too full for it is found out by the first real write. */
    int len = snprintf(text, sizeof text, "%ld\n", (long)getpid());
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, (size_t)len, 0) != len)
        text[0] = '\0';
    *holder_fd = fd;
    return STATUS_OK;
}

uint64_t kv_folder_bytes(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return 0;
    uint64_t bytes = 0;
    for (struct dirent *entry; (entry = readdir(dir));) {
        struct stat stat_buffer;
        if (fstatat(dirfd(dir), entry->d_name, &stat_buffer, AT_SYMLINK_NOFOLLOW) == 0 &&
            S_ISREG(stat_buffer.st_mode))
            bytes += (uint64_t)stat_buffer.st_blocks * 512u;
    }
    closedir(dir);
    return bytes;
}

void kv_remove_folder(const char *folder)
{
    DIR *dir = opendir(folder);
    if (!dir)
        return;
    for (struct dirent *entry; (entry = readdir(dir));)
        unlinkat(dirfd(dir), entry->d_name, 0);
    closedir(dir);
    rmdir(folder);
}
