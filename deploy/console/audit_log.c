/* audit_log.c - each line is one write to a file opened for appending, so lines never mix.
 * A line that can't be written is told in the log: a request isn't refused for it. */
#include "deploy/console/audit_log.h"

#include "deploy/console/accounts.h"
#include "proto/base/clock.h"
#include "proto/base/json_text.h"
#include "proto/base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

struct audit_log {
    int fd;
};

enum status audit_log_open(struct audit_log **out, const char *path, struct error *error)
{
    int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return fail(error, STATUS_BAD, "%s: the log of requests can't be written: %s", path,
                    strerror(errno));
    *out = memory_zero(sizeof **out);
    (*out)->fd = fd;
    return STATUS_OK;
}

void audit_log_close(struct audit_log **slot)
{
    if (!*slot)
        return;
    close((*slot)->fd);
    free(*slot);
    *slot = NULL;
}

static void put_text(const char *key, const char *text, struct buffer *out)
{
    buffer_format(out, ", \"%s\": ", key);
    json_text(slice_of(text), out);
}

void audit_log_note(struct audit_log *log, const struct visitor *visitor,
                    const struct http_request *request, unsigned code)
{
    struct buffer line = {0};
    struct tm parts;
    char at[32] = "";
    time_t now = (time_t)(clock_unix_ms() / 1000);
    if (!log)
        return;
    if (gmtime_r(&now, &parts))
        strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", &parts);
    buffer_format(&line, "{\"at\": \"%s\"", at);
    put_text("who", visitor->name, &line);
    put_text("role", visitor_role_name(visitor->role), &line);
    put_text("from", visitor->peer, &line);
    put_text("method", http_request_method(request), &line);
    put_text("path", http_request_path(request), &line);
    buffer_format(&line, ", \"code\": %u}\n", code);
    if (write(log->fd, line.data, line.len) != (ssize_t)line.len)
        log_event(LOG_ERROR, "console.audit_log", "error=\"%s\"", strerror(errno));
    buffer_release(&line);
}
