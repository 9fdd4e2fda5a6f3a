/* run_files.c - a hash table of files by device and inode, and its stored form: a line a file, what
 * it looked like and the hashes of its documents. A file that is met by another name is the same
 * one. The main thread. What fails: writing the list; a line that makes no sense is passed over. */
#include "deploy/commands/run_files.h"

#include "proto/base/clock.h"

#include <errno.h>
#include <inttypes.h>
#include <limits.h>
#include <linux/magic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>
#include <uthash.h>

#define LIST_NAME "read-files"

enum { SETTLED_MS = 60000, MOST_DOCUMENTS = 4096 };

/* Padding there is none: all of it is compared, and the first two are the key. */
struct looks {
    uint64_t device, inode, bytes, written_ns, changed_ns;
};

struct run_file {
    struct looks looks;
    uint8_t (*documents)[DIGEST_BYTES];
    size_t count, capacity;
    UT_hash_handle hh;
};

enum { KEY_BYTES = 2 * sizeof(uint64_t) };

static uint64_t ns_of(struct timespec at)
{
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

static bool look_at(const char *path, struct looks *looks)
{
    struct stat found;
    if (stat(path, &found) != 0 || !S_ISREG(found.st_mode))
        return false;
    *looks = (struct looks){found.st_dev, found.st_ino, (uint64_t)found.st_size,
                            ns_of(found.st_mtim), ns_of(found.st_ctim)};
    return true;
}

static void free_file(struct run_file *file)
{
    if (file)
        free(file->documents);
    free(file);
}

static struct run_file *find(struct run_files *files, const struct looks *looks)
{
    struct run_file *file;
    HASH_FIND(hh, files->known, looks, KEY_BYTES, file);
    return file;
}

static void put(struct run_files *files, struct run_file *file)
{
    struct run_file *before = find(files, &file->looks);
    if (before)
        HASH_DEL(files->known, before);
    free_file(before);
    HASH_ADD(hh, files->known, looks, KEY_BYTES, file);
}

static void add_document(struct run_file *file, const uint8_t sha256[DIGEST_BYTES])
{
    if (file->count == file->capacity) {
        file->capacity = file->capacity ? file->capacity * 2 : 1;
        file->documents = memory_resize(file->documents, file->capacity * sizeof *file->documents);
    }
    memcpy(file->documents[file->count++], sha256, DIGEST_BYTES);
}

/* ---- which files can be believed ---- */

/* Nobody else writes there, and every change but through a mapping moves a file's times at once. */
static bool is_local(struct run_files *files, const char *path, uint64_t device)
{
    struct statfs found;
    if (files->local == device + 1 || files->far == device + 1)
        return files->local == device + 1;
    bool local = statfs(path, &found) == 0 &&
                 (found.f_type == EXT4_SUPER_MAGIC || found.f_type == XFS_SUPER_MAGIC ||
                  found.f_type == BTRFS_SUPER_MAGIC || found.f_type == F2FS_SUPER_MAGIC ||
                  found.f_type == OVERLAYFS_SUPER_MAGIC);
    *(local ? &files->local : &files->far) = device + 1;
    return local;
}

static bool has_settled(const struct looks *looks)
{
    uint64_t now_ms = clock_unix_ms(), last_ns = looks->changed_ns;
    if (looks->written_ns > last_ns)
        last_ns = looks->written_ns;
    return last_ns / 1000000 + SETTLED_MS <= now_ms;
}

const uint8_t (*run_files_held(struct run_files *files, const char *path,
                               size_t *count))[DIGEST_BYTES]
{
    struct looks looks;
    struct run_file *file = files->known && look_at(path, &looks) ? find(files, &looks) : NULL;
    if (!file || memcmp(&file->looks, &looks, sizeof looks) != 0 ||
        !is_local(files, path, looks.device))
        return NULL;
    *count = file->count;
    return (const uint8_t(*)[DIGEST_BYTES])file->documents;
}

void run_files_begin(struct run_files *files, const char *path)
{
    struct looks looks;
    if (!look_at(path, &looks) || !has_settled(&looks) || !is_local(files, path, looks.device))
        return;
    files->reading = memory_zero(sizeof *files->reading);
    files->reading->looks = looks;
}

void run_files_note(struct run_files *files, const uint8_t sha256[DIGEST_BYTES])
{
    if (files->reading && sha256 && files->reading->count < MOST_DOCUMENTS) {
        add_document(files->reading, sha256);
        return;
    }
    free_file(files->reading);
    files->reading = NULL;
}

/* Whatever was changed meanwhile looks otherwise than it did before it was opened. */
void run_files_end(struct run_files *files)
{
    struct run_file *read = files->reading;
    files->reading = NULL;
    if (!read)
        return;
    struct run_file *before = find(files, &read->looks);
    bool known = before && memcmp(&before->looks, &read->looks, sizeof read->looks) == 0;
    if (!read->count || known) {
        free_file(read);
        return;
    }
    put(files, read);
    files->changed = true;
}

void run_files_release(struct run_files *files)
{
    struct run_file *file, *next;
    HASH_ITER(hh, files->known, file, next)
    {
        HASH_DEL(files->known, file);
        free_file(file);
    }
    free_file(files->reading);
    *files = (struct run_files){0};
}

/* ---- its stored form ---- */

/* NULL: the line makes no sense. */
static struct run_file *read_line(const char *line)
{
    struct run_file *file = memory_zero(sizeof *file);
    struct looks *looks = &file->looks;
    int at = 0;
    bool good = sscanf(line, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64 "%n",
                       &looks->device, &looks->inode, &looks->bytes, &looks->written_ns,
                       &looks->changed_ns, &at) == 5;
    for (line += at; good && *line == ' ' && file->count < MOST_DOCUMENTS;) {
        uint8_t sha256[DIGEST_BYTES];
        size_t len = strcspn(++line, " \n");
        good = digest_parse((struct slice){line, len}, sha256);
        if (good)
            add_document(file, sha256);
        line += len;
    }
    if (good && *line == '\n')
        return file;
    free_file(file);
    return NULL;
}

void run_files_load(struct run_files *files, const char *store)
{
    char path[PATH_MAX], *line = NULL;
    size_t size = 0;
    *files = (struct run_files){0};
    snprintf(path, sizeof path, "%s/" LIST_NAME, store);
    FILE *list = fopen(path, "re");
    while (list && getline(&line, &size, list) > 0) {
        struct run_file *file = read_line(line);
        if (file)
            put(files, file);
    }
    free(line);
    if (list)
        fclose(list);
}

static void write_file(FILE *list, const struct run_file *file)
{
    const struct looks *looks = &file->looks;
    fprintf(list, "%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64, looks->device,
            looks->inode, looks->bytes, looks->written_ns, looks->changed_ns);
    for (size_t i = 0; i < file->count; i++) {
        char hex[2 * DIGEST_BYTES + 1];
        digest_hex((struct slice){(const char *)file->documents[i], DIGEST_BYTES}, hex);
        fprintf(list, " %s", hex);
    }
    putc('\n', list);
}

enum status run_files_save(struct run_files *files, const char *store, struct error *error)
{
    char path[PATH_MAX], draft[PATH_MAX + 8];
    if (!files->changed)
        return STATUS_OK;
    snprintf(path, sizeof path, "%s/" LIST_NAME, store);
    snprintf(draft, sizeof draft, "%s.new", path);
    FILE *list = fopen(draft, "we");
    for (struct run_file *file = files->known; list && file; file = file->hh.next)
        write_file(list, file);
    bool whole = list && fflush(list) == 0 && !ferror(list) && fsync(fileno(list)) == 0;
    if (list)
        whole = fclose(list) == 0 && whole;
    if (whole && rename(draft, path) == 0)
        return STATUS_OK;
    int cause = errno;
    unlink(draft);
    return fail(error, STATUS_RETRY,
                "%s: can't be written (%s): the next run reads these files "
                "once more, which changes nothing",
                path, strerror(cause));
}
