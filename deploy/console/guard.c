/* guard.c - who may: the place that is served, the host that is asked for, sessions, roles, and
 * that a change was asked for by a page of ours.
 *
 * Without accounts only this machine is served, everybody on it as admin, and only by a name of
 * this machine, so that no page of another site gets through by a name of its own. With accounts
 * everything but the pages themselves wants a session. A request that changes something brings its
 * session's token in X-CSRF-Token, which no other site can read, and no foreign Origin.
 *
 * Any thread. What can fail: the file of accounts.
 */
#include "deploy/console/accounts.h"
#include "deploy/console/attempts.h"
#include "deploy/console/sessions.h"
#include "proto/base/json_text.h"
#include "proto/doors/json.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#define COOKIE "xianzhi-session"

struct guard {
    const struct console_options *options;
    struct sessions *sessions;
    struct attempts *attempts;
    char csrf[TOKEN_CHARS + 1]; /* where there are no accounts */
    pthread_mutex_t checking;   /* one password at a time: each takes memory and a core */
};

/* ---- the place ---- */

/* Without its port: "127.0.0.1", "[::1]", "localhost". */
static struct slice host_of(const char *place)
{
    const char *colon = strrchr(place, ':');
    const char *bracket = strrchr(place, ']');
    bool port = colon && (!bracket || colon > bracket);
    return (struct slice){place, port ? (size_t)(colon - place) : strlen(place)};
}

static bool is_this_machine(struct slice host)
{
    char text[64];
    struct in_addr address;
    if (slice_equal(host, SLICE("localhost")) || slice_equal(host, SLICE("[::1]")))
        return true;
    snprintf(text, sizeof text, "%.*s", SLICE_ARGS(host));
    return inet_pton(AF_INET, text, &address) == 1 && ntohl(address.s_addr) >> 24 == 127;
}

static enum status check_place(const struct console_options *options, struct error *error)
{
    bool port_only = !strchr(options->listen, ':');
    bool local = port_only || is_this_machine(host_of(options->listen));
    if (options->behind_proxy && !options->users)
        return fail(error, STATUS_BAD,
                    "--behind-proxy without --users: whoever reaches the proxy could do anything; "
                    "make accounts with xianzhi console account");
    if (local)
        return STATUS_OK;
    if (!options->users)
        return fail(error, STATUS_BAD,
                    "%s: others reach this address: it needs accounts (--users FILE, made with "
                    "xianzhi console account)",
                    options->listen);
    if (!options->certificate && !options->behind_proxy)
        return fail(error, STATUS_BAD,
                    "%s: passwords would travel in the clear: give --certificate and --key, or "
                    "--behind-proxy where a proxy speaks TLS",
                    options->listen);
    return STATUS_OK;
}

enum status guard_open(struct guard **out, const struct console_options *options,
                       struct error *error)
{
    enum visitor_role role;
    enum status status = check_place(options, error);
    if (!status && options->users)
        status = account_role(options->users, "", &role, error);
    if (status)
        return status;
    struct guard *guard = memory_zero(sizeof *guard);
    guard->options = options;
    guard->sessions = sessions_new();
    guard->attempts = attempts_new();
    token_make(guard->csrf);
    pthread_mutex_init(&guard->checking, NULL);
    *out = guard;
    return STATUS_OK;
}

void guard_close(struct guard **slot)
{
    struct guard *guard = *slot;
    if (!guard)
        return;
    *slot = NULL;
    sessions_free(&guard->sessions);
    attempts_free(&guard->attempts);
    pthread_mutex_destroy(&guard->checking);
    free(guard);
}

/* ---- who asks ---- */

/* The last one that the proxy has named: what stands before it was said by whoever asks. */
static void name_peer(const struct guard *guard, const struct http_request *request,
                      struct visitor *visitor)
{
    const char *said =
        guard->options->behind_proxy ? http_request_header(request, "X-Forwarded-For") : NULL;
    const char *last = said ? strrchr(said, ',') : NULL;
    last = last ? last + 1 + strspn(last + 1, " ") : said;
    snprintf(visitor->peer, sizeof visitor->peer, "%s", last ? last : http_request_peer(request));
}

static void name_visitor(struct guard *guard, const struct http_request *request,
                         struct visitor *visitor)
{
    *visitor = (struct visitor){0};
    name_peer(guard, request, visitor);
    if (!guard->options->users) {
        visitor->role = VISITOR_ADMIN;
        memcpy(visitor->csrf, guard->csrf, sizeof visitor->csrf);
        return;
    }
    const char *token = http_request_cookie(request, COOKIE);
    struct error ignored;
    if (!token ||
        !session_find(guard->sessions, token, visitor->name, sizeof visitor->name, visitor->csrf))
        return;
    if (account_role(guard->options->users, visitor->name, &visitor->role, &ignored) != STATUS_OK)
        visitor->role = VISITOR_NOBODY;
}

static bool same_host(const char *origin, const char *host)
{
    const char *name = strstr(origin, "://");
    return name && host && strcmp(name + 3, host) == 0;
}

static unsigned refuse(struct error *error, unsigned code, const char *why)
{
    fail(error, STATUS_BAD, "%s", why);
    return code;
}

static unsigned check_change(const struct guard *guard, const struct http_request *request,
                             const struct visitor *visitor, struct error *error)
{
    const char *origin = http_request_header(request, "Origin");
    const char *token = http_request_header(request, "X-CSRF-Token");
    const char *host =
        guard->options->behind_proxy ? http_request_header(request, "X-Forwarded-Host") : NULL;
    host = host ? host : http_request_header(request, "Host");
    if (origin && !same_host(origin, host))
        return refuse(error, 403, "a page of another site may change nothing here");
    if (visitor->role != VISITOR_NOBODY && (!token || strcmp(token, visitor->csrf) != 0))
        return refuse(error, 403,
                      "X-CSRF-Token is missing or old: GET /api/v1/session tells it; in a browser, "
                      "load the page again");
    return 0;
}

unsigned guard_admit(struct guard *guard, const struct http_request *request,
                     enum visitor_role least, bool changes, struct visitor *visitor,
                     struct error *error)
{
    const char *host = http_request_header(request, "Host");
    name_visitor(guard, request, visitor);
    if (!host || (!guard->options->users && !is_this_machine(host_of(host))))
        return refuse(error, 421,
                      "without accounts this console answers to localhost and 127.0.0.1 alone");
    if (visitor->role < least && visitor->role == VISITOR_NOBODY)
        return refuse(error, 401, "please log in: POST /api/v1/session");
    if (visitor->role < least)
        return refuse(error, 403,
                      least == VISITOR_ADMIN ? "this is for the role admin"
                                             : "this is for the role reviewer");
    return changes ? check_change(guard, request, visitor, error) : 0;
}

/* ---- logging in and out ---- */

static void put_session(const struct guard *guard, const struct visitor *visitor,
                        struct http_answer *answer)
{
    struct buffer *out = &answer->body;
    bool known = visitor->role != VISITOR_NOBODY;
    buffer_add(out, SLICE("{\"accounts\":"));
    buffer_add(out, guard->options->users ? SLICE("true") : SLICE("false"));
    buffer_add(out, SLICE(",\"name\":"));
    if (visitor->name[0])
        json_text(slice_of(visitor->name), out);
    else
        buffer_add(out, SLICE("null"));
    buffer_format(out, known ? ",\"role\":\"%s\"" : ",\"role\":null",
                  visitor_role_name(visitor->role));
    buffer_format(out, known ? ",\"csrf\":\"%s\"}" : ",\"csrf\":null}", visitor->csrf);
    reply_json(answer, 200);
}

void guard_session(struct console *console, const struct visitor *visitor,
                   struct http_request *request, struct http_answer *answer)
{
    (void)request;
    put_session(console->guard, visitor, answer);
}

struct credentials {
    char name[ACCOUNT_NAME_BYTES + 1], password[1024];
};

static enum status read_credentials(struct http_request *request, struct credentials *credentials,
                                    struct error *error)
{
    struct arena arena = {0};
    const struct packed *root = NULL;
    enum status status =
        json_read(&arena, http_request_body(request), (struct pack_limits){2, 16}, &root, error);
    struct slice name = packed_text(packed_get(root, "name"));
    struct slice password = packed_text(packed_get(root, "password"));
    if (!status && (name.len >= sizeof credentials->name ||
                    password.len >= sizeof credentials->password || !name.len))
        status = fail(error, STATUS_BAD, "{\"name\": …, \"password\": …} is wanted");
    if (!status) {
        snprintf(credentials->name, sizeof credentials->name, "%.*s", SLICE_ARGS(name));
        snprintf(credentials->password, sizeof credentials->password, "%.*s", SLICE_ARGS(password));
    }
    arena_release(&arena);
    return status;
}

static void welcome(struct guard *guard, const char *name, enum visitor_role role,
                    struct http_answer *answer)
{
    char token[TOKEN_CHARS + 1];
    struct visitor visitor = {.role = role};
    snprintf(visitor.name, sizeof visitor.name, "%s", name);
    session_begin(guard->sessions, name, token, visitor.csrf);
    http_answer_header(
        answer, "Set-Cookie", COOKIE "=%s; HttpOnly; SameSite=Strict; Path=/%s", token,
        guard->options->certificate || guard->options->behind_proxy ? "; Secure" : "");
    put_session(guard, &visitor, answer);
}

void guard_log_in(struct console *console, const struct visitor *visitor,
                  struct http_request *request, struct http_answer *answer)
{
    struct guard *guard = console->guard;
    struct credentials credentials;
    struct error error;
    enum visitor_role role = VISITOR_NOBODY;
    const char *type = http_request_header(request, "Content-Type");
    if (!guard->options->users) {
        reply_problem(answer, 404, "there are no accounts here: nobody has to log in");
        return;
    }
    if (!type || strncmp(type, "application/json", 16) != 0) {
        reply_problem(answer, 415, "Content-Type: application/json is wanted");
        return;
    }
    enum status status = read_credentials(request, &credentials, &error);
    unsigned wait_s = 0;
    pthread_mutex_lock(&guard->checking);
    if (!status)
        wait_s = attempts_wait_s(guard->attempts, visitor->peer, credentials.name);
    if (!status && !wait_s)
        status = account_check(guard->options->users, credentials.name, credentials.password, &role,
                               &error);
    if (!status && !wait_s && role == VISITOR_NOBODY)
        attempts_failed(guard->attempts, visitor->peer, credentials.name);
    pthread_mutex_unlock(&guard->checking);
    if (status) {
        reply_error(answer, status, &error);
    } else if (wait_s > 0) {
        reply_problem(answer, 429, "too many wrong passwords: try again in %u seconds", wait_s);
        http_answer_header(answer, "Retry-After", "%u", wait_s);
    } else if (role == VISITOR_NOBODY) {
        reply_problem(answer, 401, "name and password don't belong together");
    } else {
        attempts_succeeded(guard->attempts, credentials.name);
        welcome(guard, credentials.name, role, answer);
    }
    explicit_bzero(&credentials, sizeof credentials);
}

void guard_log_out(struct console *console, const struct visitor *visitor,
                   struct http_request *request, struct http_answer *answer)
{
    const char *token = http_request_cookie(request, COOKIE);
    (void)visitor;
    if (token)
        session_end(console->guard->sessions, token);
    http_answer_header(answer, "Set-Cookie",
                       COOKIE "=; HttpOnly; SameSite=Strict; Path=/; Max-Age=0");
    answer->code = 204;
}
