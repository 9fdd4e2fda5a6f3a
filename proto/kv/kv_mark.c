/* kv_mark.c - how far a store's synced writes go, beside its log.
 *
 * RocksDB can't tell a write that was torn by a crash from one that was synced and damaged later,
 * when it is the last of its log: both are dropped in silence. So the number of the last synced
 * write stands in a small file of its own. It is written after each sync and never synced itself:
 * after a power cut it may be old, but never newer than the log, so it raises no false alarm. A
 * store whose newest write is older than its mark has lost something. Owned by the writing thread.
 */
#include "proto/kv/kv_private.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

struct mark {
    uint64_t number, inverted; /* a damaged mark says nothing */
};

uint64_t kv_mark_read(const char *folder)
{
    char path[PATH_MAX];
    struct mark mark = {0};
    snprintf(path, sizeof path, "%s/SYNCED", folder);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    ssize_t len = pread(fd, &mark, sizeof mark, 0);
    close(fd);
    return len == sizeof mark && mark.number == ~mark.inverted ? mark.number : 0;
}

void kv_mark_open(struct kv *kv)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s/SYNCED", kv->folder);
    kv->mark_fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
    kv_mark_write(kv);
}

void kv_mark_write(struct kv *kv)
{
    uint64_t number = rocksdb_get_latest_sequence_number(kv->db);
    struct mark mark = {number, ~number};
    if (kv->mark_fd < 0)
        return;
    /* An old mark is weaker, a torn one says nothing: neither is wrong. */
    ssize_t written = pwrite(kv->mark_fd, &mark, sizeof mark, 0);
    (void)written;
}

enum status kv_mark_check(const char *folder, uint64_t mark, uint64_t newest, const char *damaged,
                          struct error *error)
{
    if (newest >= mark)
        return STATUS_OK;
    return fail(error, STATUS_FATAL,
                "%s%s: damaged: the last %llu changes, which had been synced, are missing; restore "
                "this folder from a backup",
                damaged[0] ? damaged : folder, damaged[0] ? "" : ": its MANIFEST or last log",
                (unsigned long long)(mark - newest));
}
