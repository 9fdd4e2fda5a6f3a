/* figures.c - a publisher's figures in Prometheus' text format, made when they are asked for. The
 * names are part of what stays stable. What can fail: the place can't be had. */
#include "deploy/publish/figures.h"

#include "proto/base/clock.h"
#include "proto/doors/http.h"

#include <stdlib.h>

enum {
    IDLE_S = 10,
    HEAD_S = 3,
    MAX_CONNECTIONS = 64,
    HEAD_BYTES = 16 * 1024,
    LATE_US = 60000000, /* behind for longer: not ready */
};

struct figures_server {
    struct http_server *http;
};

void figures_wait(struct publish_figures *figures)
{
    unsigned long long none = 0;
    atomic_compare_exchange_strong(&figures->behind_us, &none, clock_monotonic_us());
}

void figures_done(struct publish_figures *figures)
{
    atomic_store(&figures->behind_us, 0);
}

static uint64_t behind_us(const struct publish_figures *figures)
{
    uint64_t since_us = atomic_load(&figures->behind_us), now_us = clock_monotonic_us();
    return since_us && since_us < now_us ? now_us - since_us : 0;
}

static void put(struct buffer *out, const struct publish_figures *figures, const char *name,
                const char *type, const char *help, double value)
{
    buffer_format(out, "# HELP xianzhi_publisher_%s %s\n# TYPE xianzhi_publisher_%s %s\n", name,
                  help, name, type);
    buffer_format(out, "xianzhi_publisher_%s{target=\"%s\"} %.15g\n", name, figures->target, value);
}

static void answer(struct http_answer *answer, unsigned code)
{
    answer->code = code;
    answer->type = "text/plain; version=0.0.4; charset=utf-8";
    http_answer_header(answer, "Cache-Control", "no-store");
}

static void answer_metrics(void *context, struct http_request *request, struct http_answer *page)
{
    const struct publish_figures *figures = context;
    struct buffer *out = &page->body;
    unsigned long long version = atomic_load(&figures->version),
                       known = atomic_load(&figures->known);
    (void)request;
    answer(page, 200);
    put(out, figures, "version", "gauge", "The results are published up to this version.",
        (double)version);
    put(out, figures, "lag_versions", "gauge",
        "Versions that there are and that it has not published.",
        known > version ? (double)(known - version) : 0);
    put(out, figures, "behind_seconds", "gauge",
        "Since when something waits or the target is away.", (double)behind_us(figures) / 1e6);
    put(out, figures, "rows_total", "counter", "Rows published.",
        (double)atomic_load(&figures->rows));
    put(out, figures, "gone_total", "counter", "Rows taken away.",
        (double)atomic_load(&figures->gone));
    put(out, figures, "commits_total", "counter", "Watermarks set.",
        (double)atomic_load(&figures->commits));
    put(out, figures, "snapshots_total", "counter", "Of these, of everything anew.",
        (double)atomic_load(&figures->snapshots));
    put(out, figures, "retries_total", "counter", "Times that it began again.",
        (double)atomic_load(&figures->retries));
}

static void answer_healthy(void *context, struct http_request *request, struct http_answer *page)
{
    (void)context, (void)request;
    answer(page, 200);
    buffer_add(&page->body, SLICE("ok\n"));
}

static void answer_ready(void *context, struct http_request *request, struct http_answer *page)
{
    bool late = behind_us(context) > LATE_US;
    (void)request;
    answer(page, late ? 503 : 200);
    buffer_add(&page->body, late ? SLICE("changes wait for more than a minute\n") : SLICE("ok\n"));
}

static const struct http_route routes[] = {
    {"GET", "/metrics", answer_metrics, .body = HTTP_NO_BODY},
    {"GET", "/healthz", answer_healthy, .body = HTTP_NO_BODY},
    {"GET", "/readyz", answer_ready, .body = HTTP_NO_BODY},
    {0},
};

enum status figures_serve(struct figures_server **out, const char *place,
                          struct publish_figures *figures, struct error *error)
{
    struct figures_server *server = memory_zero(sizeof *server);
    const struct http_options options = {.place = place,
                                         .routes = routes,
                                         .context = figures,
                                         .max_connections = MAX_CONNECTIONS,
                                         .idle_s = IDLE_S,
                                         .head_s = HEAD_S,
                                         .head_bytes = HEAD_BYTES};
    enum status status = http_server_open(&server->http, &options, error);
    *out = server;
    if (status)
        figures_end(out);
    return status;
}

const char *figures_place(const struct figures_server *server)
{
    return http_server_place(server->http);
}

void figures_end(struct figures_server **server)
{
    if (!*server)
        return;
    http_server_close(&(*server)->http);
    free(*server);
    *server = NULL;
}
