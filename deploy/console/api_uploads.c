/* api_uploads.c - files in, and what became of them. The connection's thread takes the form; what
 * takes long happens in uploads.c. */
#include "deploy/console/uploads.h"

#include <stdlib.h>

static bool refuse_where_none(const struct console *console, struct http_answer *answer)
{
    if (!console->uploads)
        reply_problem(answer, 404,
                      "this console takes no uploads: start xianzhi serve, or console --broker "
                      "with --uploads DIR");
    return !console->uploads;
}

void api_upload(struct console *console, const struct visitor *visitor,
                struct http_request *request, struct http_answer *answer)
{
    size_t count;
    const struct http_part *parts = http_request_parts(request, &count);
    struct error error;
    uint64_t id;
    if (refuse_where_none(console, answer))
        return;
    enum status status = uploads_take(console->uploads, parts, count, visitor->name, &id, &error);
    if (status) {
        reply_error(answer, status, &error);
        return;
    }
    buffer_format(&answer->body, "{\"upload\":%llu}", (unsigned long long)id);
    reply_json(answer, 202);
}

/* With a file in the form: the mended list; without: no list at all. */
void api_upload_go_on(struct console *console, const struct visitor *visitor,
                      struct http_request *request, struct http_answer *answer)
{
    size_t count, file = 0;
    const struct http_part *parts = http_request_parts(request, &count);
    uint64_t id = strtoull(http_request_segment(request, 0), NULL, 10);
    struct error error;
    (void)visitor;
    if (refuse_where_none(console, answer))
        return;
    while (file < count && (!parts[file].filename || !*parts[file].filename))
        file++;
    enum status status =
        uploads_go_on(console->uploads, id, file < count ? &parts[file] : NULL, &error);
    if (status) {
        reply_error(answer, status, &error);
        return;
    }
    buffer_format(&answer->body, "{\"upload\":%llu}", (unsigned long long)id);
    reply_json(answer, 202);
}

void api_uploads(struct console *console, const struct visitor *visitor,
                 struct http_request *request, struct http_answer *answer)
{
    (void)visitor, (void)request;
    if (refuse_where_none(console, answer))
        return;
    uploads_put(console->uploads, &answer->body);
    reply_json(answer, 200);
}
