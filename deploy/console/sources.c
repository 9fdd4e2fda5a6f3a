/* sources.c - what a request reads from: a connection to the broker out of those that are idle, or
 * the store's folder as it was a moment ago.
 *
 * Any thread; a source belongs to the request that took it. Happy path: the one that was given back
 * last is lent again. What can fail: nobody at the endpoint, no store in the folder.
 */
#include "deploy/console/console_private.h"
#include "proto/base/clock.h"

#include <stdlib.h>

enum {
    MOST_IDLE = 32,
    STORE_FRESH_US = 2000000, /* a folder is looked at anew after so long */
    IDLE_US = 3000000,        /* a connection unused for so long says goodbye */
    ASK_MS = 5000,
};

struct sources {
    const struct console_options *options;
    int stop_fd;

    pthread_mutex_t lock; /* guards what follows */
    struct lent idle[MOST_IDLE];
    size_t idle_count;
};

struct sources *sources_new(const struct console *console)
{
    struct sources *sources = memory_zero(sizeof *sources);
    sources->options = &console->options;
    sources->stop_fd = console->stop_fd;
    pthread_mutex_init(&sources->lock, NULL);
    return sources;
}

static void lent_close(struct lent *lent)
{
    store_close(&lent->store);
    client_close(&lent->client);
}

void sources_free(struct sources **slot)
{
    struct sources *sources = *slot;
    if (!sources)
        return;
    *slot = NULL;
    for (size_t i = 0; i < sources->idle_count; i++)
        lent_close(&sources->idle[i]);
    pthread_mutex_destroy(&sources->lock);
    free(sources);
}

static bool is_fresh(const struct lent *lent)
{
    uint64_t now_us = clock_monotonic_us();
    return lent->store ? now_us - lent->opened_us < STORE_FRESH_US
                       : now_us - lent->returned_us < IDLE_US;
}

static bool take_idle(struct sources *sources, struct lent *lent)
{
    *lent = (struct lent){0};
    pthread_mutex_lock(&sources->lock);
    if (sources->idle_count > 0)
        *lent = sources->idle[--sources->idle_count];
    pthread_mutex_unlock(&sources->lock);
    return lent->store || lent->client;
}

enum status lent_take(struct sources *sources, struct lent *lent, struct error *error)
{
    while (take_idle(sources, lent)) {
        if (is_fresh(lent))
            return STATUS_OK;
        lent_close(lent);
    }
    if (sources->options->store) {
        const struct store_options options = {.read_only = true};
        lent->opened_us = clock_monotonic_us();
        return store_open(&lent->store, sources->options->store, &options, error);
    }
    const struct client_options options = {.endpoint = sources->options->broker,
                                           .keys = sources->options->keys,
                                           .role = ROLE_ADMIN,
                                           .name = "console",
                                           .timeout_ms = ASK_MS,
                                           .stop_fd = sources->stop_fd};
    return client_open(&lent->client, &options, error);
}

void lent_return(struct sources *sources, struct lent *lent, enum status status)
{
    bool sound = status == STATUS_OK || status == STATUS_BAD;
    pthread_mutex_lock(&sources->lock);
    lent->returned_us = clock_monotonic_us();
    if (sound && (lent->store || lent->client) && sources->idle_count < MOST_IDLE) {
        sources->idle[sources->idle_count++] = *lent;
        *lent = (struct lent){0};
    }
    pthread_mutex_unlock(&sources->lock);
    lent_close(lent);
}

/* The newest stay at the end: those that have lain longest are in front. */
void sources_sweep(struct sources *sources)
{
    struct lent old[MOST_IDLE];
    size_t count = 0;
    pthread_mutex_lock(&sources->lock);
    while (count < sources->idle_count && !is_fresh(&sources->idle[count]))
        count++;
    memcpy(old, sources->idle, count * sizeof *old);
    sources->idle_count -= count;
    memmove(sources->idle, sources->idle + count, sources->idle_count * sizeof *old);
    pthread_mutex_unlock(&sources->lock);
    for (size_t i = 0; i < count; i++)
        lent_close(&old[i]);
}

enum status lent_read(struct lent *lent, const struct request *request, struct arena *arena,
                      struct answer *answer, struct error *error)
{
    return lent->store ? store_read(lent->store, request, arena, answer, error)
                       : client_read(lent->client, request, arena, answer, error);
}

enum status lent_ask(struct lent *lent, const struct message *question, struct message *answer,
                     struct error *error)
{
    if (!lent->client)
        return fail(error, STATUS_BAD,
                    "this console shows a store's folder; queues, dead letters and changes are a "
                    "running pipeline's: start it with xianzhi serve, or console --broker");
    return client_ask(lent->client, question, answer, error);
}

enum status sources_ask(struct sources *sources, const struct message *question,
                        struct arena *arena, const struct packed **root, struct error *error)
{
    enum { DEEPEST = 8, MOST_NODES = 4000000 };
    struct lent lent;
    struct message answer;
    enum status status = lent_take(sources, &lent, error);
    if (!status)
        status = lent_ask(&lent, question, &answer, error);
    if (!status)
        status = packed_read(arena, arena_copy(arena, answer.payload),
                             (struct pack_limits){DEEPEST, MOST_NODES}, root, error);
    lent_return(sources, &lent, status);
    return status;
}
