/* http.c - the one door to libmicrohttpd.
 *
 * Opened, fed and closed by the broker's thread; requests are answered by the library's thread. All
 * that the two share is the page, under its lock. Healthy means that the broker's thread still
 * publishes; ready, that it takes new reports too. What can fail: the place can't be had.
 */
#include "broker/http.h"

#include "proto/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>

enum {
    SILENT_US = 10000000, /* a broker that hasn't published for so long hangs */
    MAX_CONNECTIONS = 16,
    IDLE_S = 10,
    CONNECTION_BYTES = 16 * 1024,
};

struct http {
    struct MHD_Daemon *daemon;
    char place[80];

    pthread_mutex_t lock; /* guards what follows */
    struct buffer metrics;
    char unready[256];
    uint64_t published_us;
};

/* ---- where ---- */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static enum status no_place(const char *place, struct error *error)
{
    return fail(error, STATUS_BAD,
                "%s is no place to serve HTTP: write a port (9750), 192.0.2.1:9750 or [::1]:9750",
                place);
}

static bool parse_place(const char *place, union address *address)
{
    char host[64] = "127.0.0.1";
    const char *colon = strrchr(place, ':');
    const char *port_text = colon ? colon + 1 : place;
    size_t len = colon ? (size_t)(colon - place) : 0;
    char *end;
    unsigned long port = strtoul(port_text, &end, 10);
    if (*end || end == port_text || *port_text < '0' || *port_text > '9' || port > 65535 ||
        len >= sizeof host)
        return false;
    bool bracketed = len > 2 && place[0] == '[' && place[len - 1] == ']';
    if (colon)
        snprintf(host, sizeof host, "%.*s", (int)(bracketed ? len - 2 : len), place + bracketed);
    *address = (union address){.v4 = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)}};
    if (!bracketed && inet_pton(AF_INET, host, &address->v4.sin_addr) == 1)
        return true;
    *address = (union address){.v6 = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)}};
    return bracketed && inet_pton(AF_INET6, host, &address->v6.sin6_addr) == 1;
}

static void name_place(struct http *http, const union address *address)
{
    char host[INET6_ADDRSTRLEN] = "";
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(http->daemon, MHD_DAEMON_INFO_BIND_PORT);
    bool v6 = address->any.sa_family == AF_INET6;
    inet_ntop(address->any.sa_family,
              v6 ? (const void *)&address->v6.sin6_addr : (const void *)&address->v4.sin_addr, host,
              sizeof host);
    snprintf(http->place, sizeof http->place, v6 ? "[%s]:%u" : "%s:%u", host,
             info ? (unsigned)info->port : 0);
}

/* ---- answering ---- */

/* Takes nothing, copies the text. */
static enum MHD_Result send_text(struct MHD_Connection *connection, unsigned code, const char *type,
                                 struct slice text)
{
    struct MHD_Response *response = MHD_create_response_from_buffer(
        text.len, (void *)(uintptr_t)(text.data ? text.data : ""), MHD_RESPMEM_MUST_COPY);
    if (!response)
        return MHD_NO;
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    enum MHD_Result sent = MHD_queue_response(connection, code, response);
    MHD_destroy_response(response);
    return sent;
}

static enum MHD_Result send_health(struct MHD_Connection *connection, const char *wrong)
{
    char line[300];
    snprintf(line, sizeof line, "%s\n", wrong ? wrong : "ok");
    return send_text(connection, wrong ? MHD_HTTP_SERVICE_UNAVAILABLE : MHD_HTTP_OK,
                     "text/plain; charset=utf-8", slice_of(line));
}

/* With the lock. */
static const char *ill(const struct http *http)
{
    return clock_monotonic_us() - http->published_us > SILENT_US
               ? "the broker's thread has said nothing for more than ten seconds"
               : NULL;
}

static enum MHD_Result answer_page(struct http *http, struct MHD_Connection *connection,
                                   const char *path)
{
    if (strcmp(path, "/metrics") == 0)
        return send_text(connection, MHD_HTTP_OK, "text/plain; version=0.0.4; charset=utf-8",
                         buffer_slice(&http->metrics));
    if (strcmp(path, "/healthz") == 0)
        return send_health(connection, ill(http));
    if (strcmp(path, "/readyz") == 0)
        return send_health(connection, ill(http)          ? ill(http)
                                       : http->unready[0] ? http->unready
                                                          : NULL);
    return send_text(connection, MHD_HTTP_NOT_FOUND, "text/plain; charset=utf-8",
                     SLICE("/metrics, /healthz, /readyz\n"));
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection, const char *path,
                              const char *method, const char *version, const char *upload,
                              size_t *upload_bytes, void **request)
{
    struct http *http = context;
    static const int seen = 0;
    (void)version, (void)upload, (void)upload_bytes;
    if (strcmp(method, MHD_HTTP_METHOD_GET) != 0 && strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        return send_text(connection, MHD_HTTP_METHOD_NOT_ALLOWED, "text/plain; charset=utf-8",
                         SLICE("GET and HEAD only\n"));
    if (!*request) { /* the first call brings the headers; answers go out in the second */
        *request = (void *)(uintptr_t)&seen;
        return MHD_YES;
    }
    pthread_mutex_lock(&http->lock);
    enum MHD_Result sent = answer_page(http, connection, path);
    pthread_mutex_unlock(&http->lock);
    return sent;
}

/* ---- opening, feeding, closing ---- */

enum status http_open(struct http **out, const char *place, struct error *error)
{
    union address address;
    if (!parse_place(place, &address))
        return no_place(place, error);
    struct http *http = memory_zero(sizeof *http);
    pthread_mutex_init(&http->lock, NULL);
    http->published_us = clock_monotonic_us();
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD |
                     (address.any.sa_family == AF_INET6 ? MHD_USE_IPv6 : MHD_NO_FLAG);
    errno = 0;
    http->daemon = MHD_start_daemon(flags, 0, NULL, NULL, answer, http, MHD_OPTION_SOCK_ADDR,
                                    &address.any, MHD_OPTION_CONNECTION_LIMIT,
                                    (unsigned)MAX_CONNECTIONS, MHD_OPTION_CONNECTION_TIMEOUT,
                                    (unsigned)IDLE_S, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
                                    (size_t)CONNECTION_BYTES, MHD_OPTION_END);
    if (!http->daemon) {
        int cause = errno;
        http_close(&http);
        return fail(error, STATUS_FATAL, "%s: HTTP can't be served there: %s", place,
                    cause ? strerror(cause) : "is the port in use, the address this machine's?");
    }
    name_place(http, &address);
    *out = http;
    return STATUS_OK;
}

void http_close(struct http **slot)
{
    struct http *http = *slot;
    if (!http)
        return;
    *slot = NULL;
    if (http->daemon)
        MHD_stop_daemon(http->daemon);
    buffer_release(&http->metrics);
    pthread_mutex_destroy(&http->lock);
    free(http);
}

const char *http_place(const struct http *http)
{
    return http->place;
}

void http_publish(struct http *http, struct buffer *metrics, const char *unready)
{
    pthread_mutex_lock(&http->lock);
    struct buffer old = http->metrics;
    http->metrics = *metrics;
    snprintf(http->unready, sizeof http->unready, "%s", unready ? unready : "");
    http->published_us = clock_monotonic_us();
    pthread_mutex_unlock(&http->lock);
    *metrics = (struct buffer){0};
    buffer_release(&old);
}
