/* inputs.c - walks files and folders and reads documents.
 *
 * Happy path: stat, list, sort, open, read. What can fail is the file system, in every way it has;
 * each failure costs one line and one file. A file that grows or shrinks between the two steps is
 * read as it is then.
 */
#include "deploy/commands/inputs.h"

#include "proto/record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <iconv.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
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

static void tell_failure(struct inputs *inputs, const char *path, int cause)
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
        tell_failure(inputs, path, depth < MAX_FOLDER_DEPTH ? errno : ELOOP);
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
        tell_failure(inputs, path, errno);
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

/* ---- reading ---- */

/* Reads up to `limit` + 1 bytes, so that a file that has grown past the limit shows. */
static bool read_whole(int fd, uint64_t expected, uint64_t limit, struct buffer *document)
{
    buffer_clear(document);
    buffer_reserve(document, (size_t)expected + 1);
    while (document->len <= limit) {
        buffer_reserve(document, 1);
        size_t room = document->capacity - document->len;
        ssize_t got = read(fd, document->data + document->len, room);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        if (got == 0)
            return true;
        document->len += (size_t)got;
    }
    return true;
}

static enum status take_too_large(struct inputs *inputs, const char *path, uint64_t bytes,
                                  struct buffer *document, input_take *take, void *context,
                                  struct error *error)
{
    const double mib = 1 << 20;
    char reason[256];
    snprintf(reason, sizeof reason,
             "%.1f MiB, more than the %.1f MiB that a document may have: submit the report's text "
             "alone, without what is attached to it",
             (double)bytes / mib, (double)inputs_limit(inputs) / mib);
    buffer_clear(document);
    return take(context, path, document, reason, error);
}

static enum status read_document(struct inputs *inputs, const char *path, input_take *take,
                                 void *context, struct error *error)
{
    /* non-blocking: a pipe that took the file's place since must not hold us up */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat found;
    if (fd < 0 || fstat(fd, &found) != 0 || !S_ISREG(found.st_mode)) {
        tell_failure(inputs, path, fd < 0 ? errno : EINVAL);
        if (fd >= 0)
            close(fd);
        return STATUS_OK;
    }
    struct buffer document = {0}, name = {0};
    name_to_utf8(path, &name);
    uint64_t bytes = (uint64_t)found.st_size, limit = inputs_limit(inputs);
    enum status status = STATUS_OK;
    if (bytes <= limit && !read_whole(fd, bytes, limit, &document))
        tell_failure(inputs, path, errno);
    else if (bytes > limit || document.len > limit)
        status = take_too_large(inputs, name.data, bytes > limit ? bytes : document.len, &document,
                                take, context, error);
    else
        status = take(context, name.data, &document, NULL, error);
    close(fd);
    buffer_release(&document);
    buffer_release(&name);
    return status;
}

enum status inputs_read(struct inputs *inputs, size_t index, input_take *take, void *context,
                        struct error *error)
{
    const char *path = inputs->files[index].path;
    return archive_by_name(path) ? archive_read_members(inputs, path, take, context, error)
                                 : read_document(inputs, path, take, context, error);
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
