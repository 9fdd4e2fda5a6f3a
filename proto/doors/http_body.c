/* http_body.c - what a request brings: bytes in memory, or a form whose files go to disk as they
 * come, so that an upload of two gigabytes holds a few kilobytes. Limits are checked before a byte
 * is kept. The connection's thread. */
#include "proto/doors/http_private.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FORM_BYTES = 64 * 1024 };

/* A file without a name: it is gone with its descriptor, whatever ends the process. */
static int temporary_file(const char *folder)
{
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (fd >= 0)
        return fd;
    char path[4096];
    if (snprintf(path, sizeof path, "%s/xianzhi-upload-XXXXXX", folder) >= (int)sizeof path)
        return -1;
    fd = mkostemp(path, O_CLOEXEC);
    if (fd >= 0)
        unlink(path);
    return fd;
}

static struct http_part *part_add(struct http_request *request, const char *name,
                                  const char *filename)
{
    const char *folder = request->server->options.temporary;
    if (request->part_count == HTTP_MAX_PARTS)
        return NULL;
    if (request->part_count == request->part_capacity) {
        request->part_capacity = request->part_capacity ? request->part_capacity * 2 : 8;
        request->parts =
            memory_resize(request->parts, request->part_capacity * sizeof *request->parts);
    }
    int fd = temporary_file(folder ? folder : "/tmp");
    if (fd < 0) {
        request->refusal = MHD_HTTP_INSUFFICIENT_STORAGE;
        return NULL;
    }
    struct http_part *part = &request->parts[request->part_count++];
    *part = (struct http_part){memory_copy_text(name ? name : ""),
                               filename ? memory_copy_text(filename) : NULL, fd, 0};
    return part;
}

static bool write_whole(int fd, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t written = write(fd, bytes, len);
        if (written <= 0)
            return false;
        bytes += written;
        len -= (size_t)written;
    }
    return true;
}

static enum MHD_Result take_part(void *context, enum MHD_ValueKind kind, const char *name,
                                 const char *filename, const char *type, const char *encoding,
                                 const char *bytes, uint64_t offset, size_t len)
{
    struct http_request *request = context;
    (void)kind, (void)type, (void)encoding;
    struct http_part *part = offset > 0 && request->part_count
                                 ? &request->parts[request->part_count - 1]
                                 : part_add(request, name, filename);
    if (part && write_whole(part->fd, bytes, len)) {
        part->bytes += len;
        return MHD_YES;
    }
    if (!request->refusal)
        request->refusal = part ? MHD_HTTP_INSUFFICIENT_STORAGE : MHD_HTTP_CONTENT_TOO_LARGE;
    return MHD_NO;
}

bool http_body_start(struct http_request *request)
{
    const char *length = http_request_header(request, MHD_HTTP_HEADER_CONTENT_LENGTH);
    const struct http_route *route = request->route;
    uint64_t announced = length ? strtoull(length, NULL, 10) : 0;
    uint64_t most = route->body == HTTP_NO_BODY ? 0 : route->max_body;
    if (announced > most) {
        request->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
        return false;
    }
    if (route->body != HTTP_PARTS)
        return true;
    request->form = MHD_create_post_processor(request->connection, FORM_BYTES, take_part, request);
    if (!request->form)
        request->refusal = MHD_HTTP_UNSUPPORTED_MEDIA_TYPE;
    return request->form != NULL;
}

bool http_body_take(struct http_request *request, const char *bytes, size_t len)
{
    const struct http_route *route = request->route;
    request->body_bytes += len;
    if (request->body_bytes > (route->body == HTTP_NO_BODY ? 0 : route->max_body)) {
        request->refusal = MHD_HTTP_CONTENT_TOO_LARGE;
        return false;
    }
    if (request->form) {
        if (MHD_post_process(request->form, bytes, len) == MHD_YES && !request->refusal)
            return true;
        if (!request->refusal)
            request->refusal = MHD_HTTP_BAD_REQUEST;
        return false;
    }
    buffer_append(&request->body, bytes, len);
    return true;
}

void http_body_release(struct http_request *request)
{
    if (request->form)
        MHD_destroy_post_processor(request->form);
    for (size_t i = 0; i < request->part_count; i++) {
        free(request->parts[i].name);
        free(request->parts[i].filename);
        close(request->parts[i].fd);
    }
    free(request->parts);
    buffer_release(&request->body);
}
