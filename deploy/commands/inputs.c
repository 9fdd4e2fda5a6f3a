/* inputs.c - walks files and folders.
 *
 * Happy path: stat, list, sort. What can fail is the file system, in every way it has; each failure
 * costs one line and one file.
 */
#include "deploy/commands/inputs.h"

#include "proto/record.h"

#include <dirent.h>
#include <errno.h>
#include <iconv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistr.h>

enum { MAX_FOLDER_DEPTH = 64 };

void inputs_tell(struct inputs *inputs, const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (inputs->tell)
        inputs->tell(inputs->context, line);
    else
        fprintf(stderr, "xianzhi: %s\n", line);
}

uint64_t inputs_limit(const struct inputs *inputs)
{
    return inputs->max_document_bytes ? inputs->max_document_bytes : MAX_DOCUMENT_BYTES;
}

void inputs_release(struct inputs *inputs)
{
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
        return "there is no such file: check the path";
    case EACCES:
        return "not allowed to read it: change its permissions or run as its owner";
    case ELOOP:
        return "its symbolic links lead in a circle: mend them";
    case ENAMETOOLONG:
        return "the path is too long: move it up";
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
    return S_ISSOCK(mode)                   ? "a socket"
           : S_ISFIFO(mode)                 ? "a pipe"
           : S_ISCHR(mode) || S_ISBLK(mode) ? "a device"
                                            : "no regular file";
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
        inputs_tell_failure(inputs, path, depth < MAX_FOLDER_DEPTH ? errno : ELOOP);
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
    if (stat(path, &found) != 0) {
        inputs_tell_failure(inputs, path, errno);
    } else if (S_ISDIR(found.st_mode)) {
        add_folder(inputs, path, depth);
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

/* ---- names ---- */

static bool convert_name(const char *charset, const char *name, struct buffer *out)
{
    iconv_t converter = iconv_open("UTF-8", charset);
    if (converter == (iconv_t)-1)
        return false;
    size_t left = strlen(name), room = left * 4;
    buffer_clear(out);
    buffer_reserve(out, room + 1);
    char *from = (char *)name, *to = out->data; /* iconv changes neither, its type predates const */
    bool converted = iconv(converter, &from, &left, &to, &room) != (size_t)-1;
    iconv_close(converter);
    out->len = (size_t)(to - out->data);
    return converted;
}

void name_to_utf8(const char *name, struct buffer *out)
{
    size_t len = strlen(name);
    bool valid = u8_check((const uint8_t *)name, len) == NULL;
    if (!valid && !convert_name("GB18030", name, out)) {
        buffer_clear(out);
        for (size_t i = 0; i < len; i++)
            buffer_append(out, (unsigned char)name[i] < 0x80 ? &name[i] : "?", 1);
    } else if (valid) {
        buffer_clear(out);
        buffer_append(out, name, len);
    }
    buffer_append(out, "", 1);
    out->len--; /* the NUL stays behind the end */
}
