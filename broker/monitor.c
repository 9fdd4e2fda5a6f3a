/* monitor.c - the pages that monitoring asks for.
 *
 * Opened, fed and closed by the thread it tells of; requests are answered by the server's thread.
 * All that the two share is the page, under its lock. Healthy means that this thread still
 * publishes; ready, that it takes new reports too. What can fail: the place can't be had.
 */
#include "broker/monitor.h"

#include "proto/base/clock.h"
#include "proto/doors/http.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum {
    SILENT_US = 10000000, /* a thread that hasn't published for so long hangs */
    IDLE_S = 10,
    HEAD_S = 3, /* slow clients may not keep the others out */
    MAX_CONNECTIONS = 256,
    HEAD_BYTES = 16 * 1024,
};

struct monitor {
    struct http_server *server;

    pthread_mutex_t lock; /* guards what follows */
    struct buffer metrics;
    char unready[256];
    uint64_t published_us;
};

static void answer_text(struct http_answer *answer, unsigned code, const char *type,
                        struct slice text)
{
    answer->code = code;
    answer->type = type;
    buffer_add(&answer->body, text);
    http_answer_header(answer, "Cache-Control", "no-store");
}

static void answer_health(struct http_answer *answer, const char *wrong)
{
    answer_text(answer, wrong ? 503 : 200, "text/plain; charset=utf-8",
                slice_of(wrong ? wrong : "ok"));
    buffer_append(&answer->body, "\n", 1);
}

/* With the lock. */
static const char *ill(const struct monitor *monitor)
{
    return clock_monotonic_us() - monitor->published_us > SILENT_US
               ? "its thread has said nothing for more than ten seconds"
               : NULL;
}

static void answer_metrics(void *context, struct http_request *request, struct http_answer *answer)
{
    struct monitor *monitor = context;
    (void)request;
    pthread_mutex_lock(&monitor->lock);
    answer_text(answer, 200, "text/plain; version=0.0.4; charset=utf-8",
                buffer_slice(&monitor->metrics));
    pthread_mutex_unlock(&monitor->lock);
}

static void answer_healthy(void *context, struct http_request *request, struct http_answer *answer)
{
    struct monitor *monitor = context;
    (void)request;
    pthread_mutex_lock(&monitor->lock);
    answer_health(answer, ill(monitor));
    pthread_mutex_unlock(&monitor->lock);
}

static void answer_ready(void *context, struct http_request *request, struct http_answer *answer)
{
    struct monitor *monitor = context;
    (void)request;
    pthread_mutex_lock(&monitor->lock);
    const char *wrong = ill(monitor);
    answer_health(answer, wrong ? wrong : monitor->unready[0] ? monitor->unready : NULL);
    pthread_mutex_unlock(&monitor->lock);
}

static const struct http_route routes[] = {
    {"GET", "/metrics", answer_metrics, .body = HTTP_NO_BODY},
    {"GET", "/healthz", answer_healthy, .body = HTTP_NO_BODY},
    {"GET", "/readyz", answer_ready, .body = HTTP_NO_BODY},
    {0},
};

enum status monitor_open(struct monitor **out, const char *place, struct error *error)
{
    struct monitor *monitor = memory_zero(sizeof *monitor);
    const struct http_options options = {.place = place,
                                         .routes = routes,
                                         .context = monitor,
                                         .max_connections = MAX_CONNECTIONS,
                                         .idle_s = IDLE_S,
                                         .head_s = HEAD_S,
                                         .head_bytes = HEAD_BYTES};
    pthread_mutex_init(&monitor->lock, NULL);
    monitor->published_us = clock_monotonic_us();
    enum status status = http_server_open(&monitor->server, &options, error);
    *out = monitor;
    if (status != STATUS_OK)
        monitor_close(out);
    return status;
}

void monitor_close(struct monitor **slot)
{
    struct monitor *monitor = *slot;
    if (!monitor)
        return;
    *slot = NULL;
    http_server_close(&monitor->server);
    buffer_release(&monitor->metrics);
    pthread_mutex_destroy(&monitor->lock);
    free(monitor);
}

const char *monitor_place(const struct monitor *monitor)
{
    return http_server_place(monitor->server);
}

void monitor_publish(struct monitor *monitor, struct buffer *metrics, const char *unready)
{
    pthread_mutex_lock(&monitor->lock);
    struct buffer old = monitor->metrics;
    monitor->metrics = *metrics;
    snprintf(monitor->unready, sizeof monitor->unready, "%s", unready ? unready : "");
    monitor->published_us = clock_monotonic_us();
    pthread_mutex_unlock(&monitor->lock);
    *metrics = (struct buffer){0};
    buffer_release(&old);
}
