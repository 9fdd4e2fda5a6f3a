/* lists.c - a small cache of folders. What can fail: a list with faults, which is told; the
 * folder's documents go on without it.
 */
#include "deploy/intake/lists.h"

#include "proto/base/clock.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <uthash.h>

enum { LEVELS_UP = 3 };

enum { BARE_MS = 100 }; /* a folder without a list is looked at again after so long */

enum { MOST_PEEKED_BYTES = 8 << 20 }; /* a larger file is a list by its name alone */

/* A file that is a list or looks like one. */
struct folder_list {
    char *path;
    struct timespec changed;
    char *folder;              /* that it is the list of, known by its heads; NULL */
    bool is_list, read;        /* it is one; it was read */
    struct manifest *manifest; /* NULL: not read, or it has faults */
    UT_hash_handle hh, of_folder;
};

static const char *const names[] = {"manifest.csv", "manifest.xlsx", "清单.csv", "清单.xlsx"};
static const char *const endings[] = {".csv", ".tsv", ".xlsx", ".xls"}; /* known by their heads */

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static bool is_named_list(const char *path)
{
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(base_name(path), names[i]) == 0)
            return true;
    return false;
}

static bool may_be_list(const char *path)
{
    for (size_t i = 0; i < sizeof endings / sizeof *endings; i++)
        if (slice_ends(slice_of(path), slice_of(endings[i])))
            return true;
    return false;
}

enum status lists_open(struct lists *lists, const char *path, struct error *error)
{
    return manifest_open(&lists->named, path, lists->tell, lists->context, error);
}

static void forget(struct lists *lists, struct folder_list *list)
{
    HASH_DEL(lists->files, list);
    if (list->folder)
        HASH_DELETE(of_folder, lists->folders, list);
    manifest_close(&list->manifest);
    free(list->folder);
    free(list->path);
    free(list);
}

void lists_close(struct lists *lists)
{
    struct folder_list *list, *next;
    manifest_close(&lists->named);
    HASH_ITER(hh, lists->files, list, next)
    {
        forget(lists, list);
    }
    buffer_release(&lists->bare);
}

/* Two of them in a folder: the one that was met first. */
static void note_folder(struct lists *lists, struct folder_list *list)
{
    struct folder_list *other;
    struct slice folder = slice_of(list->path);
    folder.len -= strlen(base_name(list->path));
    HASH_FIND(of_folder, lists->folders, folder.data, folder.len, other);
    if (other)
        return;
    list->folder = memory_copy_text(list->path);
    list->folder[folder.len] = '\0';
    HASH_ADD_KEYPTR(of_folder, lists->folders, list->folder, folder.len, list);
}

/* What is known of the file, looked at anew when it has changed; NULL: it is no file that could be
 * a list. */
static struct folder_list *look_at(struct lists *lists, const char *path)
{
    struct folder_list *list;
    struct stat found;
    bool there = may_be_list(path) && stat(path, &found) == 0 && S_ISREG(found.st_mode);
    HASH_FIND_STR(lists->files, path, list);
    if (there && list && memcmp(&list->changed, &found.st_mtim, sizeof list->changed) == 0)
        return list;
    if (list)
        forget(lists, list);
    if (!there)
        return NULL;
    list = memory_zero(sizeof *list);
    list->path = memory_copy_text(path);
    list->changed = found.st_mtim;
    list->is_list = is_named_list(path);
    HASH_ADD_KEYPTR(hh, lists->files, list->path, strlen(list->path), list);
    buffer_clear(&lists->bare);
    if (!list->is_list && found.st_size <= MOST_PEEKED_BYTES && manifest_is_one(path)) {
        list->is_list = true;
        note_folder(lists, list);
    }
    return list;
}

bool lists_is_list(struct lists *lists, const char *path)
{
    const struct folder_list *list = look_at(lists, path);
    return list ? list->is_list : is_named_list(path); /* within an archive */
}

static struct manifest *read_list(struct lists *lists, struct folder_list *list)
{
    struct error error;
    bool before = list->read;
    list->read = true;
    if (!before &&
        manifest_open(&list->manifest, list->path, lists->tell, lists->context, &error)) {
        if (lists->tell)
            lists->tell(lists->context, error.text);
        else
            fprintf(stderr, "%s\n", error.text);
    }
    return list->manifest;
}

bool lists_read(struct lists *lists, const char *path)
{
    struct folder_list *list = look_at(lists, path);
    return list && read_list(lists, list);
}

/* The list in a folder ("甲县/"): one so named, or one that was met and has the heads of one. */
static struct folder_list *list_in(struct lists *lists, const char *folder)
{
    struct folder_list *list = NULL;
    char path[PATH_MAX + 16];
    for (size_t i = 0; i < sizeof names / sizeof *names && !list; i++) {
        snprintf(path, sizeof path, "%s%s", folder, names[i]);
        list = look_at(lists, path);
    }
    if (list)
        return list;
    HASH_FIND(of_folder, lists->folders, folder, strlen(folder), list);
    if (list)
        snprintf(path, sizeof path, "%s", list->path);
    return list ? look_at(lists, path) : NULL; /* it may be gone, or another */
}

/* The list in the file's folder, or in one of those above it; NULL if there is none. */
static struct folder_list *find_list(struct lists *lists, const char *path)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", path);
    for (int level = 0; level < LEVELS_UP; level++) {
        char *slash = strrchr(folder, '/');
        if (!slash)
            return NULL;
        slash[1] = '\0';
        struct folder_list *list = list_in(lists, folder);
        if (list && list->is_list)
            return list;
        *slash = '\0';
    }
    return NULL;
}

/* Files come folder by folder: for those of one that has no list nothing is looked up again and
 * again, until a list is met. */
static struct manifest *list_of(struct lists *lists, const char *path)
{
    struct slice folder = {path, (size_t)(base_name(path) - path)};
    uint64_t now_us = clock_monotonic_us();
    if (lists->named)
        return lists->named;
    if (lists->bare.len && slice_equal(buffer_slice(&lists->bare), folder) &&
        now_us - lists->bare_us < BARE_MS * 1000)
        return NULL;
    struct folder_list *list = find_list(lists, path);
    buffer_clear(&lists->bare);
    lists->bare_us = now_us;
    if (!list)
        buffer_add(&lists->bare, folder);
    return list ? read_list(lists, list) : NULL;
}

void lists_meet(struct lists *lists, const struct inputs *inputs)
{
    for (size_t i = 0; i < inputs->count && !lists->named; i++)
        look_at(lists, inputs->files[i].path);
}

void lists_wrap(struct lists *lists, const char *path, struct buffer *document)
{
    manifest_wrap(list_of(lists, path), path, document);
}

bool lists_apply(struct lists *lists, const char *path)
{
    return list_of(lists, path) != NULL;
}

const struct listed *lists_look(struct lists *lists, const char *path)
{
    struct manifest *list = list_of(lists, path);
    const struct listed *listed = list ? manifest_look(list, path) : NULL;
    return listed && !listed_is_empty(listed) ? listed : NULL;
}

void lists_tell_unused(struct lists *lists)
{
    if (lists->named)
        manifest_tell_unused(lists->named);
    for (struct folder_list *list = lists->files; list; list = list->hh.next)
        if (list->manifest)
            manifest_tell_unused(list->manifest);
}
