/* client.c - asks the broker, one question at a time, and follows the results' changes.
 *
 * Owned by one thread. Happy path: the session begins, the question goes out, its answer comes back
 * under the same id. What can fail: nobody is there (a clear line after timeout_ms), the broker
 * refuses; when the session is lost on the way the question is asked again in the next one, which
 * is harmless for all that is asked here.
 */
#include "proto/client.h"

#include "proto/base/clock.h"
#include "proto/session.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    DEFAULT_TIMEOUT_MS = 5000,
    PATIENCE = 6, /* an answer may take this many times longer than finding the broker */
    EMPTY_STORE_WAIT_MS = 200,
};

struct client {
    struct session session;
    uint32_t timeout_ms;
    int stop_fd;
    bool was_up;       /* somebody has been there: from then on it may be waited for without end */
    uint64_t id;       /* of the last question */
    uint32_t retry_ms; /* with a refusal: when to ask again; 0: never */
    struct buffer request;
};

enum status client_open(struct client **client, const struct client_options *options,
                        struct error *error)
{
    struct client *new = memory_zero(sizeof *new);
    new->timeout_ms = options->timeout_ms ? options->timeout_ms : DEFAULT_TIMEOUT_MS;
    new->stop_fd = options->stop_fd;
    struct session_options peer = {.endpoint = options->endpoint,
                                   .keys = options->keys,
                                   .role = options->role,
                                   .name = options->name};
    enum status status = session_open(&new->session, &peer, error);
    if (status)
        client_close(&new);
    *client = new;
    return status;
}

void client_close(struct client **client)
{
    if (!*client)
        return;
    session_close(&(*client)->session);
    buffer_release(&(*client)->request);
    free(*client);
    *client = NULL;
}

static enum status no_answer(const struct client *client, struct error *error)
{
    if (client->session.state != SESSION_UP)
        return session_nobody(&client->session, client->timeout_ms, error);
    return fail(error, STATUS_AGAIN,
                "the broker at %s has not answered within %g s: `xianzhi status` says what it does",
                client->session.options.endpoint, client->timeout_ms * PATIENCE / 1000.0);
}

static enum status take_refusal(struct client *client, const struct message *refused,
                                struct error *error)
{
    enum status status = refused->status ? (enum status)refused->status : STATUS_BAD;
    client->retry_ms = refused->retry_ms;
    if (refused->retry_ms)
        status = STATUS_AGAIN;
    return fail(error, status, "%.*s", SLICE_ARGS(refused->text));
}

static bool out_of_time(const struct client *client, uint64_t started_us)
{
    uint64_t limit_ms = client->timeout_ms;
    if (client->session.barred && !client->was_up)
        return true; /* it won't change while we wait */
    if (client->session.state == SESSION_UP)
        limit_ms *= PATIENCE;
    return clock_monotonic_us() - started_us > limit_ms * 1000;
}

/* Asks and waits; `forever`: however long it takes, once the broker has been there. */
static enum status ask(struct client *client, const struct message *question, bool forever,
                       struct message *answer, struct error *error)
{
    struct message sent = *question;
    sent.id = ++client->id;
    uint64_t started_us = clock_monotonic_us();
    client->retry_ms = 0;
    for (bool asked = false;;) {
        if (!asked)
            asked = session_send(&client->session, &sent, NULL) == STATUS_OK;
        switch (session_next(&client->session, answer, error)) {
        case SESSION_REFUSED:
            return STATUS_FATAL;
        case SESSION_LOST:
            asked = false;
            continue;
        case SESSION_BEGUN:
            client->was_up = true;
            continue;
        case SESSION_MESSAGE:
            if (answer->id == sent.id && answer->type == MESSAGE_ANSWER)
                return STATUS_OK;
            if (answer->id == sent.id && answer->type == MESSAGE_REFUSED)
                return take_refusal(client, answer, error);
            continue; /* an answer to an earlier question that was given up */
        case SESSION_QUIET:
            break;
        }
        if (!(forever && client->was_up) && out_of_time(client, started_us))
            return no_answer(client, error);
        if (session_wait(&client->session, client->stop_fd, (int)client->timeout_ms))
            return fail(error, STATUS_AGAIN, "stopped");
    }
}

enum status client_ask(struct client *client, const struct message *question,
                       struct message *answer, struct error *error)
{
    return ask(client, question, false, answer, error);
}

enum status client_ask_patiently(struct client *client, const struct message *question,
                                 struct message *answer, struct error *error)
{
    return ask(client, question, true, answer, error);
}

enum status client_read(struct client *client, const struct request *request, struct arena *arena,
                        struct answer *page, struct error *error)
{
    struct message answer;
    buffer_clear(&client->request);
    request_encode(request, &client->request);
    struct message question = {.type = MESSAGE_READ, .payload = buffer_slice(&client->request)};
    enum status status = ask(client, &question, false, &answer, error);
    return status ? status : answer_decode(arena, answer.payload, page, error);
}

/* ---- following changes ---- */

struct changes {
    struct client *client;
    struct arena arena, filter_arena;
    struct filter filter;
    uint64_t since; /* everything up to it was given; of a snapshot: once its last page was */
    uint64_t first_version; /* of the pages being read */
    bool in_snapshot;
    struct buffer after; /* place of the next page; empty: ask for what is new */
    struct buffer store; /* in which all this counts; empty: not known */
};

static void copy_filter(struct changes *changes, const struct filter *filter)
{
    changes->filter = *filter;
    changes->filter.indicator = arena_copy(&changes->filter_arena, filter->indicator);
    for (uint32_t i = 0; i < filter->region_count; i++)
        changes->filter.regions[i] = arena_copy(&changes->filter_arena, filter->regions[i]);
    for (uint32_t i = 0; i < filter->indicator_count; i++)
        changes->filter.indicators[i] = arena_copy(&changes->filter_arena, filter->indicators[i]);
}

enum status changes_open(struct changes **changes, const struct client_options *options,
                         const struct filter *filter, uint64_t since, struct error *error)
{
    struct changes *new = memory_zero(sizeof *new);
    new->since = since;
    copy_filter(new, filter);
    struct client_options reader = *options;
    reader.role = ROLE_READ;
    enum status status = client_open(&new->client, &reader, error);
    if (status)
        changes_close(&new);
    *changes = new;
    return status;
}

void changes_close(struct changes **changes)
{
    if (!*changes)
        return;
    client_close(&(*changes)->client);
    arena_release(&(*changes)->arena);
    arena_release(&(*changes)->filter_arena);
    buffer_release(&(*changes)->after);
    buffer_release(&(*changes)->store);
    free(*changes);
    *changes = NULL;
}

uint64_t changes_version(const struct changes *changes)
{
    return changes->since;
}

void changes_skip(struct changes *changes, uint64_t version)
{
    buffer_clear(&changes->after);
    changes->in_snapshot = false;
    changes->since = version;
}

struct slice changes_store(const struct changes *changes)
{
    return buffer_slice(&changes->store);
}

void changes_set_store(struct changes *changes, struct slice store)
{
    buffer_clear(&changes->store);
    buffer_add(&changes->store, store);
}

/* A wait that keeps the session alive. */
static enum status wait_ms(struct client *client, uint32_t delay_ms, struct error *error)
{
    uint64_t until_us = clock_monotonic_us() + delay_ms * 1000ull;
    for (uint64_t now_us; (now_us = clock_monotonic_us()) < until_us;) {
        struct message ignored;
        if (session_next(&client->session, &ignored, error) == SESSION_REFUSED)
            return STATUS_FATAL;
        if (session_wait(&client->session, client->stop_fd, (int)((until_us - now_us) / 1000) + 1))
            return fail(error, STATUS_AGAIN, "stopped");
    }
    return STATUS_OK;
}

/* Where to go on behind this page. A snapshot's rows are read over several versions, so what
 * changed since its first page has to be asked for: rows may come twice then, none is missed. */
static void turn_page(struct changes *changes, const struct answer *page)
{
    if (page->snapshot)
        changes->in_snapshot = true;
    if (page->snapshot || changes->after.len == 0)
        changes->first_version = page->version;
    buffer_clear(&changes->after);
    if (page->more) {
        buffer_add(&changes->after, page->after);
        return;
    }
    changes->since = changes->in_snapshot ? changes->first_version : page->version;
    changes->in_snapshot = false;
}

/* The broker parks the question until the version rises above control.since; a further page of an
 * answer must not wait for that. */
static enum status ask_page(struct changes *changes, struct answer *page, struct error *error)
{
    struct client *client = changes->client;
    struct request request = {.changes = true,
                              .since = changes->since,
                              .after = buffer_slice(&changes->after),
                              .store = buffer_slice(&changes->store),
                              .filter = changes->filter};
    buffer_clear(&client->request);
    request_encode(&request, &client->request);
    struct message answer, question = {.type = MESSAGE_READ,
                                       .since = changes->after.len ? 0 : changes->since,
                                       .store = request.store,
                                       .payload = buffer_slice(&client->request)};
    enum status status = ask(client, &question, true, &answer, error);
    if (status)
        return status;
    arena_reset(&changes->arena);
    return answer_decode(&changes->arena, answer.payload, page, error);
}

/* False: a page of another store than before that doesn't begin anew, of a worker that didn't look:
 * it is passed over, and a snapshot asked for. */
static bool take_store(struct changes *changes, const struct answer *page)
{
    if (!page->store.len || slice_equal(page->store, changes_store(changes)))
        return true;
    bool known = changes->store.len > 0;
    changes_set_store(changes, page->store);
    if (!known || page->snapshot)
        return true;
    buffer_clear(&changes->after);
    changes->since = 0;
    return false;
}

enum status changes_next(struct changes *changes, struct answer *page, struct error *error)
{
    for (;;) {
        enum status status = ask_page(changes, page, error);
        if (status == STATUS_AGAIN && changes->client->retry_ms) {
            status = wait_ms(changes->client, changes->client->retry_ms, error);
            if (status)
                return status;
            continue;
        }
        if (status)
            return status;
        if (!take_store(changes, page))
            continue;
        bool nothing_yet = page->snapshot && page->version == 0;
        turn_page(changes, page);
        if (!nothing_yet)
            return STATUS_OK;
        /* version 0 can't be waited for: a store that has never been written to */
        status = wait_ms(changes->client, EMPTY_STORE_WAIT_MS, error);
        if (status)
            return status;
    }
}
