/* http.c - the server: opening and closing, a request's way from its head to its answer, and the
 * deadline that a head has.
 *
 * Handlers run on the library's threads. Happy path: the head finds its route, the body is taken
 * within its limit, the handler fills in an answer, the answer is sent. A request that is wrong is
 * answered as soon as the library allows, which is after the body it announced: those it sends on
 * are thrown away unread. What can fail: the place can't be had.
 */
#include "proto/doors/http_private.h"

#include "proto/base/clock.h"

#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#include <utlist.h>

enum {
    THREAD_STACK_BYTES = 512 * 1024,
    SWEEP_MS = 500,
    STREAM_BLOCK_BYTES = 64 * 1024,
    PEER_PATIENCE_S = 1,
};

/* ---- answers ---- */

void http_answer_header(struct http_answer *answer, const char *name, const char *format, ...)
{
    va_list args;
    char *value = NULL;
    if (answer->header_count == HTTP_MAX_HEADERS)
        return;
    va_start(args, format);
    if (vasprintf(&value, format, args) < 0)
        value = NULL;
    va_end(args);
    if (!value)
        return;
    answer->headers[answer->header_count].name = name;
    answer->headers[answer->header_count++].value = value;
}

struct stream {
    struct http_server *server;
    http_producer produce;
    void *context;
    void (*end)(void *context);
    struct buffer piece;
    size_t sent;
};

static ssize_t stream_read(void *context, uint64_t at, char *out, size_t room)
{
    struct stream *stream = context;
    (void)at;
    while (stream->sent == stream->piece.len) {
        if (http_server_is_closing(stream->server))
            return MHD_CONTENT_READER_END_OF_STREAM;
        buffer_clear(&stream->piece);
        stream->sent = 0;
        enum http_more more = stream->produce(stream->context, &stream->piece);
        if (more != HTTP_MORE)
            return more == HTTP_END ? MHD_CONTENT_READER_END_OF_STREAM
                                    : MHD_CONTENT_READER_END_WITH_ERROR;
    }
    size_t len = stream->piece.len - stream->sent;
    if (len > room)
        len = room;
    memcpy(out, stream->piece.data + stream->sent, len);
    stream->sent += len;
    return (ssize_t)len;
}

static void stream_end(void *context)
{
    struct stream *stream = context;
    if (stream->end)
        stream->end(stream->context);
    buffer_release(&stream->piece);
    free(stream);
}

static struct MHD_Response *stream_response(struct http_server *server, struct http_answer *answer)
{
    struct stream *stream = memory_zero(sizeof *stream);
    *stream = (struct stream){.server = server,
                              .produce = answer->producer,
                              .context = answer->producer_context,
                              .end = answer->producer_end};
    struct MHD_Response *response = MHD_create_response_from_callback(
        MHD_SIZE_UNKNOWN, STREAM_BLOCK_BYTES, stream_read, stream, stream_end);
    if (!response)
        stream_end(stream);
    return response;
}

/* Takes what the answer holds. */
static struct MHD_Response *response_of(struct http_server *server, struct http_answer *answer)
{
    if (answer->producer)
        return stream_response(server, answer);
    if (answer->fd > 0 && !answer->body.len) {
        struct MHD_Response *file = MHD_create_response_from_fd64(answer->fd_bytes, answer->fd);
        if (!file)
            close(answer->fd);
        return file;
    }
    struct buffer body = answer->body;
    struct MHD_Response *response =
        MHD_create_response_from_buffer(body.len, body.data ? body.data : "",
                                        body.data ? MHD_RESPMEM_MUST_FREE : MHD_RESPMEM_PERSISTENT);
    if (!response)
        buffer_release(&body);
    return response;
}

static void add_common_headers(const struct http_server *server, struct MHD_Response *response)
{
    for (const char *const *line = server->options.headers; line && *line; line++) {
        const char *colon = strchr(*line, ':');
        char name[64];
        if (!colon || (size_t)(colon - *line) >= sizeof name)
            continue;
        snprintf(name, sizeof name, "%.*s", (int)(colon - *line), *line);
        MHD_add_response_header(response, name, colon + 1 + strspn(colon + 1, " "));
    }
}

static enum MHD_Result send_answer(struct http_request *request, struct http_answer *answer)
{
    struct MHD_Response *response = response_of(request->server, answer);
    enum MHD_Result sent = MHD_NO;
    if (response) {
        if (answer->type)
            MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, answer->type);
        add_common_headers(request->server, response);
        for (unsigned i = 0; i < answer->header_count; i++)
            MHD_add_response_header(response, answer->headers[i].name, answer->headers[i].value);
        sent = MHD_queue_response(request->connection,
                                  answer->code ? answer->code : MHD_HTTP_NO_CONTENT, response);
        MHD_destroy_response(response);
    }
    for (unsigned i = 0; i < answer->header_count; i++)
        free(answer->headers[i].value);
    return sent;
}

static void refuse_plainly(unsigned code, struct http_answer *answer)
{
    answer->code = code;
    answer->type = "text/plain; charset=utf-8";
    buffer_format(&answer->body, "%u %s\n", code, MHD_get_reason_phrase_for(code));
}

static enum MHD_Result conclude(struct http_request *request)
{
    struct http_server *server = request->server;
    struct http_answer answer = {0};
    if (!request->refusal)
        request->route->handle(server->options.context, request, &answer);
    else if (server->options.refuse)
        server->options.refuse(server->options.context, request, request->refusal, &answer);
    else
        refuse_plainly(request->refusal, &answer);
    return send_answer(request, &answer);
}

/* ---- a request's way ---- */

static void name_peer(struct http_request *request)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(request->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *address = info ? info->client_addr : NULL;
    if (address && address->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)(const void *)address)->sin_addr,
                  request->peer, sizeof request->peer);
    else if (address && address->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)(const void *)address)->sin6_addr,
                  request->peer, sizeof request->peer);
}

/* The head is there: it need not be awaited any more. */
static void await_no_more(struct http_server *server, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct http_wait *wait = info ? info->socket_context : NULL;
    if (!wait)
        return;
    pthread_mutex_lock(&server->lock);
    wait->until_us = UINT64_MAX;
    pthread_mutex_unlock(&server->lock);
}

static void await_again(struct http_server *server, struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    struct http_wait *wait = info ? info->socket_context : NULL;
    if (!wait)
        return;
    pthread_mutex_lock(&server->lock);
    wait->until_us = clock_monotonic_us() + server->options.head_s * 1000000ull;
    pthread_mutex_unlock(&server->lock);
}

static void *begin(void *context, const char *uri, struct MHD_Connection *connection)
{
    struct http_request *request = memory_zero(sizeof *request);
    (void)uri;
    request->server = context;
    request->connection = connection;
    return request;
}

static void end(void *context, struct MHD_Connection *connection, void **slot,
                enum MHD_RequestTerminationCode why)
{
    struct http_request *request = *slot;
    (void)why;
    *slot = NULL;
    if (!request)
        return;
    http_body_release(request);
    free(request->path);
    free(request->cut);
    free(request);
    await_again(context, connection); /* for the next request of this connection */
}

static bool is_admitted(struct http_request *request)
{
    const struct http_options *options = &request->server->options;
    if (options->admit)
        request->refusal = options->admit(options->context, request);
    return !request->refusal;
}

static enum MHD_Result take(void *context, struct MHD_Connection *connection, const char *url,
                            const char *method, const char *version, const char *upload,
                            size_t *upload_bytes, void **slot)
{
    struct http_request *request = *slot;
    (void)context, (void)version;
    if (!request)
        return MHD_NO;
    if (!request->seen) {
        request->seen = true;
        request->method = method;
        await_no_more(request->server, connection);
        name_peer(request);
        http_route_find(request, url);
        bool refused = !request->refusal && !is_admitted(request);
        if (!request->refusal)
            http_body_start(request);
        return refused || request->refusal == MHD_HTTP_CONTENT_TOO_LARGE ? conclude(request)
                                                                         : MHD_YES;
    }
    if (*upload_bytes > 0) {
        if (!request->refusal)
            http_body_take(request, upload, *upload_bytes);
        *upload_bytes = 0;
        return MHD_YES;
    }
    if (request->form) { /* what is left in its buffer comes now */
        MHD_destroy_post_processor(request->form);
        request->form = NULL;
        for (size_t i = 0; i < request->part_count; i++)
            lseek(request->parts[i].fd, 0, SEEK_SET);
    }
    return conclude(request);
}

/* ---- heads that don't come ---- */

static void note_connection(void *context, struct MHD_Connection *connection, void **socket_context,
                            enum MHD_ConnectionNotificationCode code)
{
    struct http_server *server = context;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        struct http_wait *wait = memory_zero(sizeof *wait);
        wait->fd = info ? info->connect_fd : -1;
        wait->until_us = clock_monotonic_us() + server->options.head_s * 1000000ull;
        *socket_context = wait;
        pthread_mutex_lock(&server->lock);
        DL_APPEND(server->awaited, wait);
        pthread_mutex_unlock(&server->lock);
        return;
    }
    struct http_wait *wait = *socket_context;
    if (!wait)
        return;
    pthread_mutex_lock(&server->lock);
    DL_DELETE(server->awaited, wait);
    pthread_mutex_unlock(&server->lock);
    free(wait);
    *socket_context = NULL;
}

/* Shut, not closed: the descriptor is the library's, which then finds the connection ended. */
static void *sweep(void *context)
{
    struct http_server *server = context;
    pthread_mutex_lock(&server->lock);
    while (!server->closing) {
        uint64_t now_us = clock_monotonic_us();
        struct http_wait *wait;
        DL_FOREACH(server->awaited, wait)
        {
            if (wait->until_us > now_us || wait->fd < 0)
                continue;
            shutdown(wait->fd, SHUT_RDWR);
            wait->until_us = UINT64_MAX;
        }
        struct timespec until;
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_nsec += SWEEP_MS * 1000000l;
        until.tv_sec += until.tv_nsec / 1000000000l;
        until.tv_nsec %= 1000000000l;
        pthread_cond_timedwait(&server->ended, &server->lock, &until);
    }
    pthread_mutex_unlock(&server->lock);
    return NULL;
}

/* ---- opening, closing ---- */

static void fill_in(struct http_options *options)
{
    options->max_connections = options->max_connections ? options->max_connections : 512;
    options->of_one_address =
        options->of_one_address ? options->of_one_address : (options->max_connections + 1) / 2;
    options->idle_s = options->idle_s ? options->idle_s : 30;
    options->head_s = options->head_s ? options->head_s : 10;
    options->head_bytes = options->head_bytes ? options->head_bytes : 32 * 1024;
}

static enum status start(struct http_server *server, const union http_address *address,
                         struct error *error)
{
    const struct http_options *options = &server->options;
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD;
    flags |= options->blocking ? MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL : MHD_USE_EPOLL;
    flags |= address->any.sa_family == AF_INET6 ? MHD_USE_IPv6 : MHD_NO_FLAG;
    flags |= options->certificate ? MHD_USE_TLS : MHD_NO_FLAG;
    struct MHD_OptionItem items[] = {
        {MHD_OPTION_SOCK_ADDR, 0, (void *)(uintptr_t)&address->any},
        {MHD_OPTION_CONNECTION_LIMIT, (intptr_t)options->max_connections, NULL},
        {MHD_OPTION_PER_IP_CONNECTION_LIMIT, (intptr_t)options->of_one_address, NULL},
        {MHD_OPTION_CONNECTION_TIMEOUT, (intptr_t)options->idle_s, NULL},
        {MHD_OPTION_CONNECTION_MEMORY_LIMIT, (intptr_t)options->head_bytes, NULL},
        {MHD_OPTION_THREAD_STACK_SIZE, THREAD_STACK_BYTES, NULL},
        {MHD_OPTION_URI_LOG_CALLBACK, (intptr_t)begin, server},
        {MHD_OPTION_NOTIFY_COMPLETED, (intptr_t)end, server},
        {MHD_OPTION_NOTIFY_CONNECTION, (intptr_t)note_connection, server},
        {options->certificate ? MHD_OPTION_HTTPS_MEM_CERT : MHD_OPTION_END, 0,
         (void *)(uintptr_t)options->certificate},
        {options->certificate ? MHD_OPTION_HTTPS_MEM_KEY : MHD_OPTION_END, 0,
         (void *)(uintptr_t)options->key},
        {MHD_OPTION_END, 0, NULL}};
    errno = 0;
    server->daemon = MHD_start_daemon(flags, 0, NULL, NULL, take, server, MHD_OPTION_ARRAY, items,
                                      MHD_OPTION_END);
    if (!server->daemon)
        return fail(error, STATUS_FATAL, "%s: HTTP can't be served there: %s", options->place,
                    errno ? strerror(errno) : "is the port in use, the address this machine's?");
    const union MHD_DaemonInfo *info =
        MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT);
    http_place_name(address, info ? info->port : 0, server->place, sizeof server->place);
    return STATUS_OK;
}

enum status http_server_open(struct http_server **out, const struct http_options *options,
                             struct error *error)
{
    union http_address address;
    *out = NULL;
    if (!http_place_parse(options->place, &address))
        return fail(error, STATUS_BAD,
                    "%s is no place to serve HTTP: write a port (9750), 192.0.2.1:9750 or "
                    "[::1]:9750",
                    options->place);
    struct http_server *server = memory_zero(sizeof *server);
    server->options = *options;
    fill_in(&server->options);
    pthread_mutex_init(&server->lock, NULL);
    pthread_cond_init(&server->ended, NULL);
    enum status status = start(server, &address, error);
    if (status == STATUS_OK && pthread_create(&server->sweeper, NULL, sweep, server) != 0)
        status = fail(error, STATUS_FATAL, "%s: no more threads", options->place);
    else
        server->sweeping = status == STATUS_OK;
    *out = server;
    if (status != STATUS_OK)
        http_server_close(out);
    return status;
}

void http_server_close(struct http_server **slot)
{
    struct http_server *server = *slot;
    if (!server)
        return;
    *slot = NULL;
    pthread_mutex_lock(&server->lock);
    server->closing = true;
    pthread_cond_signal(&server->ended);
    pthread_mutex_unlock(&server->lock);
    if (server->sweeping)
        pthread_join(server->sweeper, NULL);
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    pthread_cond_destroy(&server->ended);
    pthread_mutex_destroy(&server->lock);
    free(server);
}

const char *http_server_place(const struct http_server *server)
{
    return server->place;
}

bool http_server_is_closing(const struct http_server *server)
{
    return server->closing;
}
