/* inputs.c - walks files and folders.
 *
 * Happy path: stat, list, sort. What can fail is the file system, in every way it has; each failure
 * costs one line and one file.
 */
#include "deploy/intake/inputs.h"

#include "proto/base/tr.h"
#include "proto/base/visible.h"
#include "proto/record.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <uthash.h>

enum { MAX_FOLDER_DEPTH = 64 };

void inputs_tell(struct inputs *inputs, const char *format, ...)
{
    struct buffer line = {0}, shown = {0};
    va_list args;
    va_start(args, format);
    buffer_format_list(&line, format, args);
    va_end(args);
    visible_line(&shown, line.data);
    if (inputs->tell)
        inputs->tell(inputs->context, shown.data);
    else
        fprintf(stderr, "xianzhi: %s\n", shown.data);
    buffer_release(&line);
    buffer_release(&shown);
}

uint64_t inputs_limit(const struct inputs *inputs)
{
    return inputs->max_document_bytes ? inputs->max_document_bytes : MAX_DOCUMENT_BYTES;
}

/* ---- what was met already ---- */

/* By device and inode, which is what a file is: links give it many names. */
struct met {
    struct met_key {
        dev_t device;
        ino_t inode;
    } key;
    bool open; /* a folder that we are inside of */
    UT_hash_handle hh;
};

/* The file's or folder's mark; *known: it was there before. */
static struct met *meet(struct inputs *inputs, const struct stat *found, bool *known)
{
    struct met_key key;
    memset(&key, 0, sizeof key); /* padding is hashed too */
    key.device = found->st_dev;
    key.inode = found->st_ino;
    struct met *met;
    HASH_FIND(hh, inputs->met, &key, sizeof key, met);
    *known = met != NULL;
    if (met)
        return met;
    met = memory_zero(sizeof *met);
    memcpy(&met->key, &key, sizeof key);
    HASH_ADD(hh, inputs->met, key, sizeof met->key, met);
    return met;
}

static void forget_met(struct inputs *inputs)
{
    struct met *met, *next;
    HASH_ITER(hh, inputs->met, met, next)
    {
        HASH_DEL(inputs->met, met);
        free(met);
    }
}

void inputs_release(struct inputs *inputs)
{
    forget_met(inputs);
    for (size_t i = 0; i < inputs->count; i++)
        free(inputs->files[i].path);
    free(inputs->files);
    *inputs = (struct inputs){0};
}

/* ---- collecting ---- */

static const char *remedy(int cause)
{
    switch (cause) {
    case ENOENT:
        return TR("there is no such file: check the path");
    case EACCES:
        return TR("not allowed to read it: change its permissions or run as its owner");
    case ELOOP:
        return TR("its symbolic links lead in a circle: mend them");
    case ENAMETOOLONG:
        return TR("the path is too long: move it up");
    default:
        return NULL;
    }
}

void inputs_tell_failure(struct inputs *inputs, const char *path, int cause)
{
    const char *text = remedy(cause);
    inputs->failures++;
    inputs_tell(inputs, "%s: %s", path, text ? text : strerror(cause));
}

static void add_file(struct inputs *inputs, const char *path, uint64_t bytes)
{
    if (inputs->count == inputs->capacity) {
        inputs->capacity = inputs->capacity ? inputs->capacity * 2 : 64;
        inputs->files = memory_resize(inputs->files, inputs->capacity * sizeof *inputs->files);
    }
    inputs->files[inputs->count++] = (struct input_file){memory_copy_text(path), bytes};
    inputs->bytes += bytes;
}

static const char *kind_of(mode_t mode)
{
    return S_ISSOCK(mode)                   ? TR("a socket")
           : S_ISFIFO(mode)                 ? TR("a pipe")
           : S_ISCHR(mode) || S_ISBLK(mode) ? TR("a device")
                                            : TR("no regular file");
}

static bool visible(const struct dirent *entry)
{
    return entry->d_name[0] != '.';
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

char **folder_names(const char *path, size_t *count)
{
    DIR *folder = opendir(path);
    if (!folder)
        return NULL;
    size_t capacity = 64;
    char **names = memory_alloc(capacity * sizeof *names);
    *count = 0;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (!visible(entry))
            continue;
        if (*count == capacity)
            names = memory_resize(names, (capacity *= 2) * sizeof *names);
        names[(*count)++] = memory_copy_text(entry->d_name);
    }
    closedir(folder);
    qsort(names, *count, sizeof *names, by_name);
    return names;
}

static void add_found(struct inputs *inputs, const char *path, unsigned depth);

static void add_folder(struct inputs *inputs, const char *path, unsigned depth)
{
    size_t count = 0;
    char **names = depth < MAX_FOLDER_DEPTH ? folder_names(path, &count) : NULL;
    if (!names) {
        inputs_tell_failure(inputs, path, depth < MAX_FOLDER_DEPTH ? errno : ENAMETOOLONG);
        return;
    }
    size_t len = strlen(path);
    bool slash = len > 0 && path[len - 1] == '/';
    for (size_t i = 0; i < count; i++) {
        struct buffer inner = {0};
        buffer_format(&inner, "%s%s%s", path, slash ? "" : "/", names[i]);
        add_found(inputs, inner.data, depth + 1);
        buffer_release(&inner);
        free(names[i]);
    }
    free(names);
}

/* `depth` 0: named on the command line. */
static void add_found(struct inputs *inputs, const char *path, unsigned depth)
{
    struct stat found;
    bool known = false;
    struct met *met = NULL;
    if (stat(path, &found) != 0) {
        inputs_tell_failure(inputs, path, errno);
        return;
    }
    if (S_ISDIR(found.st_mode) || S_ISREG(found.st_mode))
        met = meet(inputs, &found, &known);
    if (known) {
        if (met->open)
            inputs_tell(inputs, "%s: leads back into a folder above it: read once", path);
    } else if (S_ISDIR(found.st_mode)) {
        met->open = true;
        add_folder(inputs, path, depth);
        met->open = false;
    } else if (S_ISREG(found.st_mode)) {
        add_file(inputs, path, (uint64_t)found.st_size);
    } else {
        inputs_tell(inputs, "%s: is %s, not a document: left out", path, kind_of(found.st_mode));
        if (depth == 0)
            inputs->failures++;
        else
            inputs->skipped++;
    }
}

void inputs_add(struct inputs *inputs, const char *path)
{
    add_found(inputs, path, 0);
}
