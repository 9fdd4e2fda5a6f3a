/* console.c - opening and closing, and which address is answered by whom.
 *
 * Handlers run on the door's threads, one for each connection. Happy path: the guard says who asks,
 * the handler answers, the log of requests notes it. What can fail on opening: the place, the
 * accounts, the catalogue, missing pages.
 */
#include "deploy/console/audit_log.h"
#include "deploy/console/console_private.h"
#include "deploy/console/reading.h"
#include "deploy/console/uploads.h"
#include "proto/base/file.h"
#include "proto/base/paths.h"
#include "proto/base/tr.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define MAX_UPLOAD_BYTES (UINT64_C(2) << 30)

enum {
    MAX_LIST_BYTES = 64 << 20,
    MAX_JSON_BYTES = 64 * 1024,
    MAX_CONNECTIONS = 512,
    IDLE_S = 60,
    HEAD_S = 10
};

/* What a route's note says. */
struct api {
    console_handler *handle;
    enum visitor_role least;
    bool changes;
};

static void handle(void *context, struct http_request *request, struct http_answer *answer);

#define NOTE(...) (&(const struct api){__VA_ARGS__})
#define GET(pattern, handler, least)                                                               \
    {                                                                                              \
        "GET", pattern, handle, HTTP_NO_BODY, 0, NOTE(handler, least, false)                       \
    }
#define POST(pattern, handler, least, body, max_body)                                              \
    {                                                                                              \
        "POST", pattern, handle, body, max_body, NOTE(handler, least, true)                        \
    }
#define V1 "/api/v1/"

static const struct http_route routes[] = {
    GET(V1 "session", guard_session, VISITOR_NOBODY),
    POST(V1 "session", guard_log_in, VISITOR_NOBODY, HTTP_IN_MEMORY, MAX_JSON_BYTES),
    {"DELETE", V1 "session", handle, HTTP_NO_BODY, 0, NOTE(guard_log_out, VISITOR_READER, true)},
    GET(V1 "status", api_status, VISITOR_READER),
    GET(V1 "indicators", api_indicators, VISITOR_READER),
    GET(V1 "indicators/{}", api_indicator, VISITOR_READER),
    GET(V1 "regions", api_regions, VISITOR_READER),
    GET(V1 "values", api_values, VISITOR_READER),
    GET(V1 "rollups", api_rollups, VISITOR_READER),
    GET(V1 "coverage", api_coverage, VISITOR_READER),
    GET(V1 "audits", api_audits, VISITOR_READER),
    GET(V1 "documents", api_documents, VISITOR_READER),
    GET(V1 "documents/{}", api_document, VISITOR_READER),
    GET(V1 "documents/{}/original", api_original, VISITOR_READER),
    GET(V1 "documents/{}/pages/{}.png", api_page, VISITOR_READER),
    GET(V1 "documents/{}/pages/{}.svg", api_page, VISITOR_READER),
    GET(V1 "review", api_review, VISITOR_READER),
    POST(V1 "review/lease", api_review_lease, VISITOR_REVIEWER, HTTP_IN_MEMORY, MAX_JSON_BYTES),
    GET(V1 "decisions", api_decisions, VISITOR_READER),
    POST(V1 "decisions", api_decide, VISITOR_REVIEWER, HTTP_IN_MEMORY, MAX_JSON_BYTES),
    POST(V1 "documents/{}/restore", api_restore, VISITOR_REVIEWER, HTTP_IN_MEMORY, MAX_JSON_BYTES),
    POST(V1 "sentence", api_sentence, VISITOR_READER, HTTP_IN_MEMORY, MAX_JSON_BYTES),
    GET(V1 "export", api_export, VISITOR_READER),
    GET(V1 "changes", api_changes, VISITOR_READER),
    GET(V1 "recent", api_recent, VISITOR_READER),
    GET(V1 "dead", api_dead, VISITOR_READER),
    GET(V1 "dead/{}", api_dead_show, VISITOR_READER),
    POST(V1 "dead/{}/replay", api_dead_replay, VISITOR_REVIEWER, HTTP_NO_BODY, 0),
    POST(V1 "dead/{}/place", api_dead_place, VISITOR_REVIEWER, HTTP_IN_MEMORY, MAX_JSON_BYTES),
    GET(V1 "uploads", api_uploads, VISITOR_READER),
    POST(V1 "uploads/{}/go-on", api_upload_go_on, VISITOR_REVIEWER, HTTP_PARTS, MAX_LIST_BYTES),
    POST(V1 "dead/{}/drop", api_dead_drop, VISITOR_REVIEWER, HTTP_NO_BODY, 0),
    POST(V1 "documents", api_upload, VISITOR_REVIEWER, HTTP_PARTS, MAX_UPLOAD_BYTES),
    GET("/*", pages_answer, VISITOR_NOBODY),
    {0},
};

/* Nothing of another host, nothing inline, no frames around it, no guessing of types. */
static const char *const headers[] = {
    "Content-Security-Policy: default-src 'none'; script-src 'self'; style-src 'self'; img-src "
    "'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "X-Content-Type-Options: nosniff",
    "Referrer-Policy: same-origin",
    "Cross-Origin-Resource-Policy: same-origin",
    "Cross-Origin-Opener-Policy: same-origin",
    NULL};

/* ---- a request ---- */

static unsigned admit(void *context, const struct http_request *request)
{
    struct console *console = context;
    const struct api *api = http_request_note(request);
    struct visitor visitor;
    struct error ignored;
    return guard_admit(console->guard, request, api->least, api->changes, &visitor, &ignored);
}

static void handle(void *context, struct http_request *request, struct http_answer *answer)
{
    struct console *console = context;
    const struct api *api = http_request_note(request);
    struct visitor visitor;
    struct error error;
    reply_speak(request);
    unsigned refused =
        guard_admit(console->guard, request, api->least, api->changes, &visitor, &error);
    if (refused) /* his session has ended while the body came */
        reply_problem(answer, refused, "%s", error.text);
    else
        api->handle(console, &visitor, request, answer);
    if (api->handle != pages_answer)
        audit_log_note(console->audit_log, &visitor, request, answer->code);
}

static void refuse(void *context, struct http_request *request, unsigned code,
                   struct http_answer *answer)
{
    struct console *console = context;
    const struct api *api = http_request_note(request);
    struct visitor visitor = {0};
    struct error error = {{0}};
    reply_speak(request);
    if (api)
        guard_admit(console->guard, request, api->least, api->changes, &visitor, &error);
    const char *why =
        error.text[0] ? error.text
        : code == 404 ? TR("there is nothing at this address: see /api/v1/openapi.json")
        : code == 405 ? TR("this address takes other methods: see /api/v1/openapi.json")
        : code == 413 ? TR("the request is larger than this address takes, or has too many files")
        : code == 415 ? TR("multipart/form-data is wanted")
        : code == 507 ? TR("the upload found no room on the disk: free some, or clean up")
                      : TR("the request can't be read");
    reply_problem(answer, code, "%s", why);
    audit_log_note(console->audit_log, &visitor, request, code);
}

/* ---- opening, closing ---- */

static enum status load_catalogue(struct console *console, struct error *error)
{
    char folder[4096];
    struct problems problems = {0};
    const char *given = console->options.catalogue;
    enum status status =
        given ? STATUS_OK : data_path("workers/extract/catalogue", folder, sizeof folder, error);
    if (!status) {
        status = catalogue_load(&console->catalogue, given ? given : folder,
                                (struct catalogue_options){.examples = true}, &problems);
        if (status)
            fail(error, status, "%s: the catalogue has mistakes: see xianzhi catalogue check",
                 given ? given : folder);
    }
    problems_release(&problems);
    return status;
}

static char *read_pem(const char *path, struct error *error)
{
    struct buffer text = {0};
    if (!path || file_read(path, MAX_JSON_BYTES, &text, error)) {
        fail(error, STATUS_BAD, "%s: can't be read: --certificate and --key name PEM files",
             path ? path : "(no file)");
        buffer_release(&text);
        return NULL;
    }
    buffer_append(&text, "", 1);
    return text.data;
}

static enum status serve(struct console *console, struct error *error)
{
    const struct console_options *options = &console->options;
    struct http_options http = {.place = options->listen,
                                .routes = routes,
                                .context = console,
                                .admit = admit,
                                .refuse = refuse,
                                .headers = headers,
                                .blocking = true,
                                .max_connections = MAX_CONNECTIONS,
                                .of_one_address = MAX_CONNECTIONS - 64,
                                .idle_s = IDLE_S,
                                .head_s = HEAD_S,
                                .temporary = options->uploads};
    char *certificate = NULL, *key = NULL;
    bool tls = options->certificate || options->key;
    if (tls && (!(certificate = read_pem(options->certificate, error)) ||
                !(key = read_pem(options->key, error)))) {
        free(certificate);
        return STATUS_BAD;
    }
    http.certificate = certificate;
    http.key = key;
    enum status status = http_server_open(&console->server, &http, error);
    if (key)
        explicit_bzero(key, strlen(key));
    free(certificate);
    free(key);
    return status;
}

enum status console_open(struct console **out, const struct console_options *options,
                         struct error *error)
{
    struct console *console = memory_zero(sizeof *console);
    *out = console;
    console->options = *options;
    pthread_mutex_init(&console->reviewing, NULL);
    console->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    console->sources = sources_new(console);
    enum status status = guard_open(&console->guard, options, error);
    if (!status)
        status = pages_open(&console->pages, error);
    if (!status)
        status = regions_load(&console->regions, NULL, error);
    if (!status)
        status = load_catalogue(console, error);
    if (!status)
        status = reading_open(&console->reading, console, error);
    if (!status && options->audit_log)
        status = audit_log_open(&console->audit_log, options->audit_log, error);
    if (!status)
        status = feed_open(&console->feed, console, error);
    if (!status && options->uploads)
        status = uploads_open(&console->uploads, console, error);
    if (!status)
        status = serve(console, error);
    if (status)
        console_close(out);
    return status;
}

void console_close(struct console **slot)
{
    struct console *console = *slot;
    uint64_t one = 1;
    if (!console)
        return;
    *slot = NULL;
    if (write(console->stop_fd, &one, sizeof one) < 0)
        perror("xianzhi console");
    http_server_close(&console->server);
    uploads_close(&console->uploads);
    feed_close(&console->feed);
    audit_log_close(&console->audit_log);
    sources_free(&console->sources);
    reading_close(&console->reading);
    catalogue_free(&console->catalogue);
    regions_free(&console->regions);
    pages_close(&console->pages);
    guard_close(&console->guard);
    close(console->stop_fd);
    pthread_mutex_destroy(&console->reviewing);
    free(console);
}

const char *console_place(const struct console *console)
{
    return http_server_place(console->server);
}
