/* inputs_read.c - reads the documents that inputs.c has found.
 *
 * Happy path: open, read. What can fail is the file system, in every way it has; each failure costs
 * one line and one file. A file that grew or shrank since it was found is read as it is now.
 */
#include "deploy/intake/inputs_read.h"

#include "proto/base/name.h"
#include "proto/base/tr.h"
#include "workers/ingest/format/unpack.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

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
    snprintf(
        reason, sizeof reason,
        TR("%.1f MiB, more than the %.1f MiB that a document may have: submit the report's text "
           "alone, without what is attached to it"),
        (double)bytes / mib, (double)inputs_limit(inputs) / mib);
    buffer_clear(document);
    return take(context, path, document, reason, error);
}

/* ---- what holds documents ---- */

struct members {
    struct inputs *inputs;
    input_take *take;
    void *context;
};

static enum status take_unpacked(void *context, const struct unpacked *unpacked,
                                 struct error *error)
{
    struct members *members = context;
    const char *path = unpacked->path.data, *reason = NULL;
    struct buffer line = {0};
    enum status status = STATUS_OK;
    if (unpacked->kind != UNPACKED_DOCUMENT) {
        buffer_format(&line, "%.*s", SLICE_ARGS(unpacked->reason));
        reason = line.data;
    }
    if (unpacked->kind == UNPACKED_FAILURE) {
        members->inputs->failures++;
        inputs_tell(members->inputs, "%s: %s", path, reason);
    } else {
        status = members->take(members->context, path, unpacked->document, reason, error);
    }
    buffer_release(&line);
    return status;
}

static enum status read_members(struct inputs *inputs, int fd, uint64_t bytes, const char *name,
                                input_take *take, void *context, struct error *error)
{
    struct members members = {inputs, take, context};
    return unpack_file(fd, bytes, name, inputs_limit(inputs), take_unpacked, &members, error);
}

/* ---- files ---- */

/* A file too large for a document may still hold documents: its beginning tells. */
static bool is_large_archive(int fd, uint64_t bytes, uint64_t limit)
{
    char head[512];
    ssize_t got = bytes > limit ? pread(fd, head, sizeof head, 0) : 0;
    return got > 0 && unpack_holds_documents((struct slice){head, (size_t)got});
}

static enum status read_opened(struct inputs *inputs, int fd, uint64_t bytes, const char *path,
                               const char *name, input_take *take, void *context,
                               struct error *error)
{
    struct buffer document = {0};
    uint64_t limit = inputs_limit(inputs);
    enum status status = STATUS_OK;
    if (is_large_archive(fd, bytes, limit))
        status = read_members(inputs, fd, bytes, name, take, context, error);
    else if (bytes <= limit && !read_whole(fd, bytes, limit, &document))
        inputs_tell_failure(inputs, path, errno);
    else if (bytes > limit || document.len > limit)
        status = take_too_large(inputs, name, bytes > limit ? bytes : document.len, &document, take,
                                context, error);
    else if (document.len > 0 && unpack_holds_documents(buffer_slice(&document)))
        status = read_members(inputs, fd, document.len, name, take, context, error);
    else
        status = take(context, name, &document, NULL, error);
    buffer_release(&document);
    return status;
}

enum status inputs_read(struct inputs *inputs, size_t index, input_take *take, void *context,
                        struct error *error)
{
    /* non-blocking: a pipe that took the file's place since must not hold us up */
    const char *path = inputs->files[index].path;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat *found = &inputs->opened;
    enum status status = STATUS_OK;
    *found = (struct stat){0};
    if (fd < 0 || fstat(fd, found) != 0 || !S_ISREG(found->st_mode)) {
        inputs_tell_failure(inputs, path, fd < 0 ? errno : EINVAL);
    } else {
        struct buffer name = {0};
        name_to_utf8(path, &name);
        status = read_opened(inputs, fd, (uint64_t)found->st_size, path, name.data, take, context,
                             error);
        buffer_release(&name);
    }
    if (fd >= 0)
        close(fd);
    return status;
}
