/* kv_wal.c - tells a torn tail from a damaged write-ahead log before RocksDB replays it.
 *
 * RocksDB's tolerant recovery drops everything behind a damaged length field in the last block as
 * if the write had been torn. A torn write has nothing sound behind it; where sound records follow,
 * acknowledged writes would be lost in silence, so the store is refused by the file's name instead.
 * No option of RocksDB tells the two apart: absolute consistency refuses every torn tail, and so
 * every crash; point in time drops what follows damage; track_and_verify_wals_in_manifest knows the
 * size of closed logs only, not of the one that was written to, and has no C function in 7.8.
 * Format (rocksdb/db/log_format.h): blocks of 32 KiB; records of crc32c (masked, of type and data),
 * length (16 bits), type, data; less than seven bytes at a block's end are padding. Runs once at
 * open, on the opening thread; only reads.
 */
#include "proto/kv/kv_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BLOCK_BYTES = 32768, HEADER_BYTES = 7, LAST_TYPE = 4 };

static uint32_t crc_table[256];
static pthread_once_t crc_once = PTHREAD_ONCE_INIT;

static void crc_prepare(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        for (int bit = 0; bit < 8; bit++)
            crc = crc & 1 ? (crc >> 1) ^ 0x82F63B78u : crc >> 1;
        crc_table[i] = crc;
    }
}

static uint32_t masked_crc(const uint8_t *bytes, size_t len)
{
    uint32_t crc = ~0u;
    for (size_t i = 0; i < len; i++)
        crc = crc_table[(crc ^ bytes[i]) & 0xFF] ^ (crc >> 8);
    crc = ~crc;
    return ((crc >> 15) | (crc << 17)) + 0xA282EAD8u;
}

/* Bytes of the sound record at `at`, or 0. */
static size_t record_at(const uint8_t *log, size_t size, size_t at)
{
    size_t block_end = (at / BLOCK_BYTES + 1) * BLOCK_BYTES;
    size_t end = block_end < size ? block_end : size;
    if (at + HEADER_BYTES > end)
        return 0;
    size_t len = (size_t)log[at + 4] | (size_t)log[at + 5] << 8;
    uint8_t type = log[at + 6];
    if (type == 0 || type > LAST_TYPE || at + HEADER_BYTES + len > end)
        return 0;
    uint32_t stored = (uint32_t)log[at] | (uint32_t)log[at + 1] << 8 | (uint32_t)log[at + 2] << 16 |
                      (uint32_t)log[at + 3] << 24;
    return masked_crc(log + at + 6, len + 1) == stored ? HEADER_BYTES + len : 0;
}

/* A write is one record or several; the first 12 of its bytes say its number and how many it takes.
 */
struct write_head {
    uint8_t bytes[12];
    size_t len;
};

static uint64_t little_endian(const uint8_t *bytes, unsigned count)
{
    uint64_t number = 0;
    while (count-- > 0)
        number = number << 8 | bytes[count];
    return number;
}

/* A sound record was read. False: writes are missing between a damaged log and this one. */
static bool take_record(struct kv_wal *wal, struct write_head *head, const uint8_t *record,
                        size_t len)
{
    enum { FULL = 1, FIRST = 2, LAST = 4 };
    uint8_t type = record[6];
    if (type == FULL || type == FIRST)
        head->len = 0;
    for (size_t i = HEADER_BYTES; i < len && head->len < sizeof head->bytes; i++)
        head->bytes[head->len++] = record[i];
    if ((type != FULL && type != LAST) || head->len < sizeof head->bytes)
        return true;
    uint64_t number = little_endian(head->bytes, 8), count = little_endian(head->bytes + 8, 4);
    bool gap = wal->damaged[0] && number > wal->newest + 1;
    if (count && number + count - 1 > wal->newest)
        wal->newest = number + count - 1;
    return !gap;
}

/* Offset of the first byte that is not part of a sound record or padding; `size` when all is. */
static size_t sound_bytes(struct kv_wal *wal, const uint8_t *log, size_t size, bool *gap)
{
    struct write_head head = {.len = 0};
    size_t at = 0;
    while (at < size) {
        size_t left = BLOCK_BYTES - at % BLOCK_BYTES;
        if (left < HEADER_BYTES) {
            at += left;
            continue;
        }
        size_t len = record_at(log, size, at);
        if (len == 0)
            return at;
        *gap |= !take_record(wal, &head, log + at, len);
        at += len;
    }
    return size;
}

/* Whether a sound record starts anywhere behind `at`. An empty one (a run that happens to check)
 * is too likely by chance to count. */
static bool sound_behind(const uint8_t *log, size_t size, size_t at)
{
    for (size_t next = at + 1; next + HEADER_BYTES < size; next++)
        if (record_at(log, size, next) > HEADER_BYTES)
            return true;
    return false;
}

static enum status check_log(struct kv_wal *wal, const char *path, struct error *error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat stat_buffer;
    if (fd < 0 && errno == ENOENT)
        return STATUS_OK; /* its writer has put it into tables meanwhile */
    if (fd < 0 || fstat(fd, &stat_buffer) != 0) {
        enum status status =
            fail(error, STATUS_FATAL, "%s: cannot be read: %s", path, strerror(errno));
        if (fd >= 0)
            close(fd);
        return status;
    }
    size_t size = (size_t)stat_buffer.st_size;
    uint8_t *log = size ? mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0) : NULL;
    close(fd);
    if (size && log == MAP_FAILED)
        return fail(error, STATUS_FATAL, "%s: cannot be read: %s", path, strerror(errno));
    bool gap = false;
    size_t sound = sound_bytes(wal, log, size, &gap);
    enum status status = STATUS_OK;
    if (gap)
        status = fail(error, STATUS_FATAL,
                      "%s: damaged: writes that are missing at its end were followed by others in "
                      "%s; restore this folder from a backup",
                      wal->damaged, path);
    else if (sound < size && sound_behind(log, size, sound))
        status =
            fail(error, STATUS_FATAL,
                 "%s: damaged at byte %zu, with sound records behind it (not a torn write): the "
                 "disk changed what was written; restore this folder from a backup",
                 path, sound);
    if (sound < size && !wal->damaged[0])
        snprintf(wal->damaged, sizeof wal->damaged, "%s", path);
    if (size)
        munmap(log, size);
    return status;
}

int kv_is_log(const struct dirent *entry)
{
    size_t len = strlen(entry->d_name);
    return len > 4 && strcmp(entry->d_name + len - 4, ".log") == 0;
}

enum status kv_wal_check(const char *folder, struct kv_wal *wal, struct error *error)
{
    struct dirent **logs = NULL;
    int count = scandir(folder, &logs, kv_is_log, alphasort);
    enum status status = STATUS_OK;
    *wal = (struct kv_wal){.newest = 0};
    pthread_once(&crc_once, crc_prepare);
    for (int i = 0; i < count; i++) {
        char path[PATH_MAX];
        snprintf(path, sizeof path, "%s/%s", folder, logs[i]->d_name);
        if (status == STATUS_OK)
            status = check_log(wal, path, error);
        free(logs[i]);
    }
    free(logs);
    return status;
}
