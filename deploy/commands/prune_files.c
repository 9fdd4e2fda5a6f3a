/* prune_files.c - walks a folder of originals and removes the old ones that nobody needs.
 *
 * The thread of the command. A file is looked into as it was when it was submitted, so that a
 * decided report inside an archive keeps the archive. What can't be read stays: better kept than
 * lost. What can fail: the file system; each failure costs one file.
 */
#include "deploy/commands/prune_files.h"

#include "deploy/commands/command.h"
#include "deploy/intake/inputs_read.h"
#include "proto/base/digest.h"
#include "proto/base/tr.h"
#include "proto/base/visible.h"
#include "proto/listed.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <uthash.h>

/* Two sets in one: documents by digest, files by device and inode; keys of one length. */
struct kept_item {
    uint8_t key[DIGEST_BYTES];
    UT_hash_handle hh;
};

struct prune_kept {
    struct kept_item *documents, *files;
};

struct prune_kept *prune_kept_new(void)
{
    return memory_zero(sizeof(struct prune_kept));
}

static void free_set(struct kept_item **set)
{
    struct kept_item *item, *next;
    HASH_ITER(hh, *set, item, next)
    {
        HASH_DEL(*set, item);
        free(item);
    }
}

void prune_kept_free(struct prune_kept **kept)
{
    if (!*kept)
        return;
    free_set(&(*kept)->documents);
    free_set(&(*kept)->files);
    free(*kept);
    *kept = NULL;
}

static bool has(const struct kept_item *set, const uint8_t key[DIGEST_BYTES])
{
    struct kept_item *item;
    HASH_FIND(hh, set, key, DIGEST_BYTES, item);
    return item != NULL;
}

static void put(struct kept_item **set, const uint8_t key[DIGEST_BYTES])
{
    if (has(*set, key))
        return;
    struct kept_item *item = memory_zero(sizeof *item);
    memcpy(item->key, key, DIGEST_BYTES);
    HASH_ADD(hh, *set, key, DIGEST_BYTES, item);
}

static void file_key(const struct stat *found, uint8_t key[DIGEST_BYTES])
{
    memset(key, 0, DIGEST_BYTES);
    memcpy(key, &found->st_dev, sizeof found->st_dev);
    memcpy(key + sizeof found->st_dev, &found->st_ino, sizeof found->st_ino);
}

void prune_keep_document(struct prune_kept *kept, const uint8_t sha256[32])
{
    put(&kept->documents, sha256);
}

/* The path is cut down to the part of it that is a file. */
void prune_keep_path(struct prune_kept *kept, struct slice path)
{
    struct buffer file = {0};
    struct stat found;
    uint8_t key[DIGEST_BYTES];
    buffer_format(&file, "%.*s", SLICE_ARGS(path));
    bool there;
    while (!(there = stat(file.data, &found) == 0)) {
        char *slash = strrchr(file.data, '/');
        if (!slash || slash == file.data)
            break;
        *slash = '\0';
    }
    if (there && S_ISREG(found.st_mode)) {
        file_key(&found, key);
        put(&kept->files, key);
    }
    buffer_release(&file);
}

/* ---- one file ---- */

struct look {
    const struct prune_kept *kept;
    bool decided, unreadable;
};

static enum status look_at(void *context, const char *path, struct buffer *document,
                           const char *unreadable, struct error *error)
{
    struct look *look = context;
    uint8_t hash[DIGEST_BYTES];
    (void)path;
    look->unreadable |= unreadable != NULL;
    if (!unreadable) {
        digest_sha256(listed_document(buffer_slice(document)), hash); /* as it is known by */
        look->decided |= has(look->kept->documents, hash);
    }
    return look->decided ? fail(error, STATUS_AGAIN, "found: no need to read on") : STATUS_OK;
}

static bool is_within(const char *path, const char *folder)
{
    size_t len = strlen(folder);
    return strncmp(path, folder, len) == 0 && path[len] == '/';
}

/* When it came here: a copy may bring the time of its making from years ago. */
static uint64_t arrived_ms(const struct stat *found)
{
    uint64_t changed = (uint64_t)found->st_ctim.tv_sec, modified = (uint64_t)found->st_mtim.tv_sec;
    return 1000 * (changed > modified ? changed : modified);
}

/* Up to the folder itself, as far as they are empty. */
static void remove_empty_folders(char *path, const char *folder)
{
    char *slash;
    while ((slash = strrchr(path, '/')) != NULL) {
        *slash = '\0';
        if (!is_within(path, folder) || rmdir(path) != 0)
            return;
    }
}

static void remove_file(struct prune_files *prune, char *path, const char *folder,
                        const struct stat *found)
{
    struct buffer shown = {0};
    if (!prune->dry_run && unlink(path) != 0) {
        prune->failed++;
        complain("prune", EXIT_FAILED, TR("%s: can't be removed: %s"), path, strerror(errno));
        return;
    }
    prune->removed++;
    prune->removed_bytes += (uint64_t)found->st_size;
    visible_line(&shown, path);
    puts(shown.data);
    buffer_release(&shown);
    if (!prune->dry_run)
        remove_empty_folders(path, folder);
}

static void judge(struct prune_files *prune, struct inputs *inputs, size_t i, const char *folder)
{
    char path[PATH_MAX];
    struct stat found;
    uint8_t key[DIGEST_BYTES];
    struct error ignored;
    struct look look = {.kept = prune->kept};
    if (!realpath(inputs->files[i].path, path) || !is_within(path, folder) ||
        lstat(path, &found) != 0 || !S_ISREG(found.st_mode))
        return; /* gone meanwhile, or another folder's */
    if (arrived_ms(&found) >= prune->before_ms) {
        prune->young++;
        return;
    }
    file_key(&found, key);
    if (has(prune->kept->files, key)) {
        prune->unread++;
        return;
    }
    uint64_t failures = inputs->failures;
    inputs_read(inputs, i, look_at, &look, &ignored);
    if (look.decided)
        prune->decided++;
    else if (look.unreadable || inputs->failures > failures)
        prune->unread++;
    else
        remove_file(prune, path, folder, &found);
}

enum status prune_folder(struct prune_files *prune, const char *folder, struct error *error)
{
    char real[PATH_MAX];
    struct stat found;
    if (!realpath(folder, real) || stat(real, &found) != 0)
        return fail(error, STATUS_BAD, "%s: %s", folder, strerror(errno));
    if (!S_ISDIR(found.st_mode) || strcmp(real, "/") == 0)
        return fail(error, STATUS_BAD, "%s: no folder of originals", folder);
    struct inputs inputs = {0};
    inputs_add(&inputs, real);
    for (size_t i = 0; i < inputs.count && !stop_requested(); i++)
        judge(prune, &inputs, i, real);
    inputs_release(&inputs);
    return STATUS_OK;
}
