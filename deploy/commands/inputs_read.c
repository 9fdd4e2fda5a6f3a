/* inputs_read.c - reads the documents that inputs.c has found.
 *
 * Happy path: open, read. What can fail is the file system, in every way it has; each failure costs
 * one line and one file. A file that grew or shrank since it was found is read as it is now.
 */
#include "deploy/commands/inputs_read.h"
#include "deploy/commands/inputs_archive.h"

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
        inputs_tell_failure(inputs, path, fd < 0 ? errno : EINVAL);
        if (fd >= 0)
            close(fd);
        return STATUS_OK;
    }
    struct buffer document = {0}, name = {0};
    name_to_utf8(path, &name);
    uint64_t bytes = (uint64_t)found.st_size, limit = inputs_limit(inputs);
    enum status status = STATUS_OK;
    if (bytes <= limit && !read_whole(fd, bytes, limit, &document))
        inputs_tell_failure(inputs, path, errno);
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
