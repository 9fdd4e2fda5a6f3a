/* run_files.c - a hash table of files by device and inode, and its stored form: a line a file, what
 * it looked like, the hashes of its documents, and where it was met last. A file that is met by
 * another name is the same one. The main thread. What fails: writing the list; a line that makes no
 * sense is passed over. */
#include "deploy/commands/run_files.h"

#include "proto/base/clock.h"
#include "proto/base/settle.h"

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
    char *path; /* absolute: where to look whether it is still there */
    bool met;   /* by this run */
    uint8_t (*documents)[DIGEST_BYTES];
    size_t count, capacity;
    UT_hash_handle hh;
};

enum { KEY_BYTES = 2 * sizeof(uint64_t) };

static uint64_t ns_of(struct timespec at)
{
    return (uint64_t)at.tv_sec * 1000000000u + (uint64_t)at.tv_nsec;
}

static struct looks looks_of(const struct stat *found)
{
    return (struct looks){found->st_dev, found->st_ino, (uint64_t)found->st_size,
                          ns_of(found->st_mtim), ns_of(found->st_ctim)};
}

static bool look_at(const char *path, struct looks *looks)
{
    struct stat found;
    if (stat(path, &found) != 0 || !S_ISREG(found.st_mode))
        return false;
    *looks = looks_of(&found);
    return true;
}

static bool same_looks(const struct looks *a, const struct looks *b)
{
    return memcmp(a, b, sizeof *a) == 0;
}

static void free_file(struct run_file *file)
{
    if (file) {
        free(file->documents);
        free(file->path);
    }
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
bool run_files_believe(const char *path)
{
    struct statfs found;
    return statfs(path, &found) == 0 &&
           (found.f_type == EXT4_SUPER_MAGIC || found.f_type == XFS_SUPER_MAGIC ||
            found.f_type == BTRFS_SUPER_MAGIC || found.f_type == F2FS_SUPER_MAGIC ||
            found.f_type == OVERLAYFS_SUPER_MAGIC);
}

/* Asked once a device. */
static bool is_local(struct run_files *files, const char *path, uint64_t device)
{
    if (files->local == device + 1 || files->far == device + 1)
        return files->local == device + 1;
    bool local = run_files_believe(path);
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
    if (!file || !same_looks(&file->looks, &looks) || !is_local(files, path, looks.device))
        return NULL;
    file->met = true;
    *count = file->count;
    return (const uint8_t(*)[DIGEST_BYTES])file->documents;
}

void run_files_begin(struct run_files *files, const char *path)
{
    struct looks looks;
    char *whole = realpath(path, NULL);
    if (!whole || strchr(whole, '\n') || !look_at(whole, &looks) || !has_settled(&looks) ||
        !is_local(files, whole, looks.device)) {
        free(whole);
        return;
    }
    files->reading = memory_zero(sizeof *files->reading);
    files->reading->looks = looks;
    files->reading->path = whole;
    files->reading->met = true;
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
void run_files_end(struct run_files *files, const struct stat *opened)
{
    struct run_file *read = files->reading;
    struct looks looks = looks_of(opened);
    files->reading = NULL;
    if (!read)
        return;
    struct run_file *before = find(files, &read->looks);
    bool known = before && same_looks(&before->looks, &read->looks);
    if (!read->count || known || !same_looks(&looks, &read->looks)) {
        if (known)
            before->met = true;
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
    for (line += at; good && line[0] == ' ' && line[1] != '/' && file->count < MOST_DOCUMENTS;) {
        uint8_t sha256[DIGEST_BYTES];
        size_t len = strcspn(++line, " \n");
        good = digest_parse((struct slice){line, len}, sha256);
        if (good)
            add_document(file, sha256);
        line += len;
    }
    size_t len = strlen(line);
    if (good && line[0] == ' ' && line[1] == '/' && line[len - 1] == '\n') {
        file->path = memory_copy_text(line + 1);
        file->path[len - 2] = '\0';
        return file;
    }
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
        digest_name(file->documents[i], hex);
        fprintf(list, " %s", hex);
    }
    fprintf(list, " %s\n", file->path);
}

/* What can't be looked at, on a disk that is away, may be there. */
static bool is_gone(const struct run_file *file)
{
    struct stat found;
    if (file->met)
        return false;
    if (stat(file->path, &found) != 0)
        return errno == ENOENT || errno == ENOTDIR;
    return found.st_dev != file->looks.device || found.st_ino != file->looks.inode;
}

static void drop_gone(struct run_files *files)
{
    struct run_file *file, *next;
    HASH_ITER(hh, files->known, file, next)
    {
        if (!is_gone(file))
            continue;
        HASH_DEL(files->known, file);
        free_file(file);
    }
}

enum status run_files_save(struct run_files *files, const char *store, struct error *error)
{
    char path[PATH_MAX], draft[PATH_MAX + 8];
    if (!files->changed)
        return STATUS_OK;
    snprintf(path, sizeof path, "%s/" LIST_NAME, store);
    snprintf(draft, sizeof draft, "%s.new", path);
    drop_gone(files);
    FILE *list = fopen(draft, "we");
    for (struct run_file *file = files->known; list && file; file = file->hh.next)
        write_file(list, file);
    bool whole = list && !ferror(list);
    if (list)
        whole = fclose(list) == 0 && whole;
    struct error cause;
    enum status status = whole ? file_settle(draft, path, &cause)
                               : fail(&cause, STATUS_RETRY, "%s: %s", draft, strerror(errno));
    if (!status)
        return STATUS_OK;
    unlink(draft);
    return fail(error, STATUS_RETRY,
                "%s: the next run reads these files once more, which changes nothing", cause.text);
}
