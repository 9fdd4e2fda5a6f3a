/* http_request.c - what a request says. The connection's thread; no state. */
#include "proto/doors/http_private.h"

const char *http_request_method(const struct http_request *request)
{
    return request->method;
}

const char *http_request_path(const struct http_request *request)
{
    return request->path;
}

const char *http_request_segment(const struct http_request *request, unsigned index)
{
    return index < request->segment_count ? request->segments[index] : NULL;
}

const char *http_request_query(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_GET_ARGUMENT_KIND, name);
}

struct nth {
    const char *name, *value;
    unsigned left;
};

static enum MHD_Result find_nth(void *context, enum MHD_ValueKind kind, const char *name,
                                const char *value)
{
    struct nth *nth = context;
    (void)kind;
    if (strcmp(name, nth->name) != 0 || nth->left-- > 0)
        return MHD_YES;
    nth->value = value ? value : "";
    return MHD_NO;
}

const char *http_request_query_at(const struct http_request *request, const char *name,
                                  unsigned index)
{
    struct nth nth = {name, NULL, index};
    MHD_get_connection_values(request->connection, MHD_GET_ARGUMENT_KIND, find_nth, &nth);
    return nth.value;
}

const char *http_request_header(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_HEADER_KIND, name);
}

const char *http_request_cookie(const struct http_request *request, const char *name)
{
    return MHD_lookup_connection_value(request->connection, MHD_COOKIE_KIND, name);
}

const char *http_request_peer(const struct http_request *request)
{
    return request->peer;
}

const void *http_request_note(const struct http_request *request)
{
    return request->route ? request->route->note : NULL;
}

struct slice http_request_body(const struct http_request *request)
{
    return buffer_slice(&request->body);
}

const struct http_part *http_request_parts(const struct http_request *request, size_t *count)
{
    *count = request->part_count;
    return request->parts;
}
