/* watch_list.c - a hash table of what was sent, and a text file a folder: bytes, time, path a line.
 *
 * What can fail: writing the file (told; after a restart those files are sent again), and a torn
 * last line, which is passed over.
 */
#include "deploy/intake/watch_list.h"

#include "proto/base/digest.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

#define LIST_NAME ".xianzhi-submitted"

struct sent_file {
    char *path;
    uint64_t bytes, changed_ns;
    uint8_t said[DIGEST_BYTES]; /* of what was said of it; zeros: nothing, or not known */
    UT_hash_handle hh;
};

bool watch_list_has(const struct watch_list *list, const char *path, uint64_t bytes,
                    uint64_t changed_ns)
{
    struct sent_file *file;
    HASH_FIND_STR(list->sent, path, file);
    return file && file->bytes == bytes && file->changed_ns == changed_ns;
}

static struct sent_file *file_of(struct watch_list *list, const char *path)
{
    struct sent_file *file;
    HASH_FIND_STR(list->sent, path, file);
    if (!file) {
        file = memory_zero(sizeof *file);
        file->path = memory_copy_text(path);
        HASH_ADD_KEYPTR(hh, list->sent, file->path, strlen(file->path), file);
    }
    return file;
}

bool watch_list_say(struct watch_list *list, const char *path, struct slice said)
{
    struct sent_file *file = file_of(list, path);
    uint8_t digest[DIGEST_BYTES];
    digest_sha256(said, digest);
    bool news = memcmp(file->said, digest, sizeof digest) != 0;
    memcpy(file->said, digest, sizeof digest);
    return news;
}

void watch_list_note(struct watch_list *list, const char *path, uint64_t bytes, uint64_t changed_ns)
{
    struct sent_file *file = file_of(list, path);
    file->bytes = bytes;
    file->changed_ns = changed_ns;
}

static void load_folder(struct watch_list *list, const char *folder)
{
    struct buffer path = {0};
    char *line = NULL;
    size_t size = 0;
    buffer_format(&path, "%s/" LIST_NAME, folder);
    FILE *file = fopen(path.data, "re");
    while (file && getline(&line, &size, file) > 0) {
        uint64_t bytes, changed_ns;
        int at = 0;
        line[strcspn(line, "\n")] = '\0';
        if (sscanf(line, "%" SCNu64 " %" SCNu64 " %n", &bytes, &changed_ns, &at) < 2 || at == 0)
            continue; /* a torn last line: that file is sent again */
        buffer_clear(&path);
        buffer_format(&path, "%s/%s", folder, line + at);
        watch_list_note(list, path.data, bytes, changed_ns);
    }
    free(line);
    if (file)
        fclose(file);
    buffer_release(&path);
}

void watch_list_load(struct watch_list *list)
{
    for (int i = 0; i < list->folder_count; i++)
        load_folder(list, list->folders[i]);
}

/* The folder of the command line that `path` lies in, or NULL. */
static const char *folder_of(const struct watch_list *list, const char *path)
{
    for (int i = 0; i < list->folder_count; i++) {
        size_t len = strlen(list->folders[i]);
        if (strncmp(path, list->folders[i], len) == 0 && path[len] == '/')
            return list->folders[i];
    }
    return NULL;
}

void watch_list_write(struct watch_list *list, struct inputs *inputs, const char *path,
                      uint64_t bytes, uint64_t changed_ns)
{
    const char *folder = folder_of(list, path);
    if (!folder || strchr(path, '\n'))
        return;
    struct buffer name = {0};
    buffer_format(&name, "%s/" LIST_NAME, folder);
    FILE *file = fopen(name.data, "ae");
    bool written = file && fprintf(file, "%" PRIu64 " %" PRIu64 " %s\n", bytes, changed_ns,
                                   path + strlen(folder) + 1) > 0;
    if (file && fclose(file) != 0)
        written = false;
    if (!written)
        inputs_tell(inputs,
                    "%s: can't be written (%s): after a restart the folder is submitted once more, "
                    "which changes nothing",
                    name.data, strerror(errno));
    buffer_release(&name);
}

void watch_list_release(struct watch_list *list)
{
    struct sent_file *file, *next;
    HASH_ITER(hh, list->sent, file, next)
    {
        HASH_DEL(list->sent, file);
        free(file->path);
        free(file);
    }
}
