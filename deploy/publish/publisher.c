/* publisher.c - resume, follow, and begin again.
 *
 * Whatever fails, the target forgets what it had not committed and says anew where it stands, and
 * the pages are asked for from there: there is one way to recover, and it is also how everything
 * begins. What can fail for good: either side refuses us.
 */
#include "deploy/publish/publisher.h"

#include "deploy/commands/command.h"
#include "deploy/commands/status_print.h"
#include "proto/base/clock.h"
#include "proto/base/failpoint.h"
#include "proto/base/log.h"

#include <inttypes.h>
#include <stdlib.h>

enum {
    FIRST_PAUSE_MS = 100,
    LONGEST_PAUSE_MS = 30000,
    ASK_US = 2000000, /* the newest version is asked for at most so often */
    ASK_MS = 1000,    /* the longest wait for the broker then */
};

/* ---- how far there is to go ---- */

/* A page says how far it goes itself, and while the target is away nobody reads any. A broker that
 * doesn't answer leaves what was known. */
static void ask_newest(struct publisher *publisher)
{
    struct client_options options = publisher->from.client;
    struct client *client = NULL;
    const struct packed *root;
    struct arena arena = {0};
    struct error ignored;
    uint64_t now_us = clock_monotonic_us();
    if (publisher->from.store || (publisher->asked_us && now_us - publisher->asked_us < ASK_US))
        return;
    options.timeout_ms = ASK_MS;
    if (client_open(&client, &options, &ignored) == STATUS_OK &&
        status_ask(client, &arena, &root, &ignored) == STATUS_OK)
        atomic_store(&publisher->figures->known, packed_uint(packed_get(root, "version"), 0));
    client_close(&client);
    arena_release(&arena);
    publisher->asked_us = clock_monotonic_us();
}

static void set_published(struct publisher *publisher, const struct watermark *mark)
{
    publisher->published = *mark;
    atomic_store(&publisher->figures->version, mark->version);
}

/* Versions of two stores have nothing to do with each other: of another one none is published. */
static void meet_store(struct publisher *publisher, const struct watermark *mark)
{
    struct watermark none = *mark;
    none.version = 0;
    if (strcmp(publisher->published.store, mark->store) != 0)
        set_published(publisher, &none);
}

/* ---- carrying ---- */

/* One page; of a snapshot nothing is committed before the last. */
static enum status carry(struct publisher *publisher, const struct answer *page,
                         const struct watermark *mark, bool *in_snapshot, struct error *error)
{
    const struct publish_target *target = publisher->target;
    enum status status = STATUS_OK;
    if (page->snapshot) {
        log_event(LOG_INFO, "publish.snapshot", "store=%s version=%" PRIu64, mark->store,
                  page->version);
        status = target->begin_snapshot(publisher->state, mark, error);
        *in_snapshot = true;
    }
    if (!status && page->row_count)
        status = target->put(publisher->state, page->rows, page->row_count, error);
    if (status || (*in_snapshot && page->more))
        return status;
    status = failpoint("publish.commit", error);
    if (!status)
        status = target->commit(publisher->state, mark, error);
    if (!status)
        status = failpoint("publish.committed", error);
    if (!status && *in_snapshot)
        remark("a snapshot is published, version %" PRIu64, mark->version);
    return status;
}

static void count(struct publisher *publisher, const struct answer *page, bool of_snapshot,
                  const struct watermark *mark)
{
    struct publish_figures *figures = publisher->figures;
    for (size_t i = 0; i < page->row_count; i++)
        atomic_fetch_add(page->rows[i].gone ? &figures->gone : &figures->rows, 1);
    if (of_snapshot && page->more)
        return;
    atomic_fetch_add(&figures->commits, 1);
    atomic_fetch_add(&figures->snapshots, of_snapshot);
    set_published(publisher, mark);
    if (!page->more)
        figures_done(figures);
}

/* Pages from the mark on. *moved: something was committed. */
static enum status follow(struct publisher *publisher, struct watermark mark, bool *moved,
                          struct error *error)
{
    struct publish_figures *figures = publisher->figures;
    struct following *following = NULL;
    struct answer page = {.more = true};
    bool in_snapshot = false;
    enum status status = following_open(&following, &publisher->from, &mark, error);
    while (!status && (page.more || !publisher->from.store)) {
        status = following_next(following, &page, &mark, error);
        if (status)
            break;
        figures_wait(figures);
        meet_store(publisher, &mark);
        if (page.more)
            ask_newest(publisher);
        else
            atomic_store(&figures->known, page.version);
        status = carry(publisher, &page, &mark, &in_snapshot, error);
        if (status)
            break;
        count(publisher, &page, in_snapshot, &mark);
        in_snapshot = in_snapshot && page.more;
        *moved = *moved || !in_snapshot;
    }
    following_close(&following);
    return status;
}

static enum status once(struct publisher *publisher, bool *moved, struct error *error)
{
    struct watermark mark = {0};
    enum status status = publisher->target->resume(publisher->state, &mark, error);
    if (status)
        return status;
    set_published(publisher, &mark);
    if (atomic_load(&publisher->figures->known) <= mark.version)
        figures_done(publisher->figures);
    return follow(publisher, mark, moved, error);
}

/* Half to one and a half, so that many don't come back at the same moment. */
static uint32_t spread(uint32_t ms)
{
    return ms / 2 + (uint32_t)(clock_monotonic_us() % (ms + 1));
}

enum status publisher_run(struct publisher *publisher, struct error *error)
{
    uint32_t pause_ms = FIRST_PAUSE_MS;
    for (;;) {
        bool moved = false;
        enum status status = once(publisher, &moved, error);
        publisher->target->drop(publisher->state);
        bool again = (status == STATUS_RETRY || status == STATUS_AGAIN) && !stop_requested();
        if (!again || publisher->from.store)
            return status;
        pause_ms = moved ? FIRST_PAUSE_MS : pause_ms;
        figures_wait(publisher->figures);
        atomic_fetch_add(&publisher->figures->retries, 1);
        ask_newest(publisher);
        log_event(LOG_WARN, "publish.again", "in_ms=%u reason=\"%s\"", pause_ms, error->text);
        if (wire_wait(NULL, 0, publisher->from.client.stop_fd, (int)spread(pause_ms)))
            return fail(error, STATUS_AGAIN, "stopped");
        pause_ms = pause_ms * 2 < LONGEST_PAUSE_MS ? pause_ms * 2 : LONGEST_PAUSE_MS;
    }
}
