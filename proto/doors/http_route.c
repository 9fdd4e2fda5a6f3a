/* http_route.c - which handler a path belongs to. No state; can't fail. */
#include "proto/doors/http_private.h"

#include <stdlib.h>

/* Bytes of the {} at `path`: up to the next '/', less what the pattern has behind it (".png"); 0:
 * it doesn't fit. */
static size_t segment_bytes(const char *pattern, const char *path)
{
    size_t len = strcspn(path, "/"), tail = strcspn(pattern, "/");
    bool fits = len > tail && memcmp(path + len - tail, pattern, tail) == 0;
    return fits ? len - tail : 0;
}

static bool fits(struct http_request *request, const char *pattern, char *path)
{
    request->segment_count = 0;
    while (*pattern) {
        if (*pattern == '*')
            return true;
        if (pattern[0] == '{' && pattern[1] == '}') {
            pattern += 2;
            size_t len = segment_bytes(pattern, path);
            if (len == 0 || request->segment_count == HTTP_MAX_SEGMENTS)
                return false;
            request->segments[request->segment_count] = path;
            request->segment_ends[request->segment_count++] = path + len;
            path += len;
            continue;
        }
        if (*pattern++ != *path++)
            return false;
    }
    return !*path;
}

static void cut_segments(struct http_request *request)
{
    for (unsigned i = 0; i < request->segment_count; i++)
        *request->segment_ends[i] = '\0';
}

static bool takes(const struct http_route *route, const char *method)
{
    return strcmp(route->method, method) == 0 ||
           (strcmp(method, "HEAD") == 0 && strcmp(route->method, "GET") == 0);
}

void http_route_find(struct http_request *request, const char *url)
{
    request->path = memory_copy_text(url);
    request->refusal = MHD_HTTP_NOT_FOUND;
    request->cut = memory_copy_text(url);
    for (const struct http_route *route = request->server->options.routes; route->method; route++) {
        if (!fits(request, route->pattern, request->cut))
            continue;
        if (!takes(route, request->method)) {
            request->refusal = MHD_HTTP_METHOD_NOT_ALLOWED;
            continue;
        }
        request->route = route;
        request->refusal = 0;
        break;
    }
    if (request->route)
        cut_segments(request);
    else
        request->segment_count = 0;
}
