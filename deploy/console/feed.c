/* feed.c - two threads that ask, a ring that keeps, and whoever follows.
 *
 * One thread follows the results (through the broker, or by looking at a folder's version), one
 * asks for the broker's status; however many browsers look on, the pipeline has two readers more.
 * Changes are gathered for half a second into one event: what has changed, not the rows, which each
 * page asks for by its own filter. While a nation's reports come in more changes than anybody could
 * look at: of those one page is read, and the rest passed over. What can fail: the pipeline is
 * away; then the status says so.
 */
#include "deploy/console/feed.h"

#include "proto/base/clock.h"
#include "proto/base/json_text.h"
#include "proto/pack_json.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
    KEPT_EVENTS = 512,
    GATHER_US = 500000,
    MOST_TOLD = 200, /* changed rows named in an event; more: only how many */
    STATUS_MS = 1500,
    FOLDER_MS = 2000,
};

struct event {
    char name[16];
    struct buffer json;
};

struct feed {
    const struct console *console;
    uint64_t boot; /* tells this feed's ids from those of another */
    pthread_t results, status_thread;
    bool results_started, status_started;

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t told;
    struct event ring[KEPT_EVENTS];
    uint64_t next; /* number of the next event */
    struct buffer status;
    uint64_t status_number; /* rises with each new status */
    bool closing;
};

/* ---- telling ---- */

void feed_tell(struct feed *feed, const char *name, struct slice json)
{
    pthread_mutex_lock(&feed->lock);
    struct event *event = &feed->ring[feed->next++ % KEPT_EVENTS];
    snprintf(event->name, sizeof event->name, "%s", name);
    buffer_clear(&event->json);
    buffer_add(&event->json, json);
    pthread_cond_broadcast(&feed->told);
    pthread_mutex_unlock(&feed->lock);
}

static void tell_status(struct feed *feed, struct slice json)
{
    pthread_mutex_lock(&feed->lock);
    if (!slice_equal(buffer_slice(&feed->status), json)) {
        buffer_clear(&feed->status);
        buffer_add(&feed->status, json);
        feed->status_number++;
        pthread_cond_broadcast(&feed->told);
    }
    pthread_mutex_unlock(&feed->lock);
}

/* False: closing. */
static bool pause_ms(const struct feed *feed, int ms)
{
    return wire_wait(NULL, 0, feed->console->stop_fd, ms) == 0;
}

/* ---- following the results ---- */

struct gathering {
    struct buffer rows; /* as JSON, parted by commas */
    uint64_t count, version, since_us;
    bool more; /* have changed than were counted */
};

static void gather(struct gathering *gathering, const struct row *row)
{
    struct buffer *out = &gathering->rows;
    if (gathering->count++ == 0)
        gathering->since_us = clock_monotonic_us();
    if (gathering->count > MOST_TOLD)
        return;
    buffer_add(out, gathering->count > 1 ? SLICE(",{\"indicator\":") : SLICE("{\"indicator\":"));
    json_text(row->indicator, out);
    buffer_format(out, ",\"region\":\"%06u\",\"year\":%u}", row->region, row->year);
}

static void tell_gathered(struct feed *feed, struct gathering *gathering)
{
    struct buffer json = {0};
    if (gathering->count == 0 && !gathering->more)
        return;
    buffer_format(&json, "{\"version\":%llu,\"at_ms\":%llu,\"count\":%llu,\"more\":%s,\"rows\":[",
                  (unsigned long long)gathering->version, (unsigned long long)clock_unix_ms(),
                  (unsigned long long)gathering->count, gathering->more ? "true" : "false");
    if (gathering->count <= MOST_TOLD && !gathering->more)
        buffer_add(&json, buffer_slice(&gathering->rows));
    buffer_add(&json, SLICE("]}"));
    feed_tell(feed, "changes", buffer_slice(&json));
    buffer_release(&json);
    buffer_clear(&gathering->rows);
    gathering->count = 0;
    gathering->more = false;
}

/* The version that there is now: changes are followed from it. */
static enum status ask_version(struct feed *feed, uint64_t *version, struct error *error)
{
    struct lent lent;
    struct arena arena = {0};
    struct answer answer = {0};
    const struct request request = {.limit_rows = 1};
    enum status status = lent_take(feed->console->sources, &lent, error);
    if (!status)
        status = lent_read(&lent, &request, &arena, &answer, error);
    lent_return(feed->console->sources, &lent, status);
    *version = answer.version;
    arena_release(&arena);
    return status;
}

/* Until the log no longer reaches back, or the pipeline is away for good. */
static void follow_from(struct feed *feed, uint64_t version)
{
    const struct console *console = feed->console;
    const struct client_options options = {.endpoint = console->options.broker,
                                           .keys = console->options.keys,
                                           .role = ROLE_READ,
                                           .name = "console/feed",
                                           .stop_fd = console->stop_fd};
    const struct filter all = {0};
    struct changes *changes = NULL;
    struct gathering gathering = {0};
    struct answer page;
    struct error error;
    enum status status = changes_open(&changes, &options, &all, version, &error);
    while (!status && !(status = changes_next(changes, &page, &error)) && !page.snapshot) {
        for (size_t i = 0; i < page.row_count; i++)
            gather(&gathering, &page.rows[i]);
        gathering.version = page.version;
        gathering.more = page.more;
        uint64_t age_us = clock_monotonic_us() - gathering.since_us;
        if (gathering.count > 0 && age_us < GATHER_US)
            pause_ms(feed, (int)((GATHER_US - age_us) / 1000) + 1);
        if (page.more && !(status = ask_version(feed, &gathering.version, &error)))
            changes_skip(changes, gathering.version);
        tell_gathered(feed, &gathering);
    }
    changes_close(&changes);
    buffer_release(&gathering.rows);
    feed_tell(feed, "reset", SLICE("{}"));
}

static void *follow_results(void *context)
{
    struct feed *feed = context;
    uint64_t version = 0, known = 0;
    struct error error;
    do {
        enum status status = ask_version(feed, &version, &error);
        bool live = feed->console->options.broker != NULL;
        if (!status && live)
            follow_from(feed, version);
        else if (!status && version != known && known)
            feed_tell(feed, "reset", SLICE("{}"));
        known = status ? known : version;
        sources_sweep(feed->console->sources);
    } while (pause_ms(feed, FOLDER_MS));
    return NULL;
}

static void *follow_status(void *context)
{
    struct feed *feed = context;
    const struct message question = {.type = MESSAGE_STATUS};
    struct arena arena = {0};
    struct buffer json = {0};
    do {
        const struct packed *root;
        struct error error;
        arena_reset(&arena);
        buffer_clear(&json);
        if (sources_ask(feed->console->sources, &question, &arena, &root, &error) == STATUS_OK) {
            packed_put_json(root, &json);
        } else {
            buffer_add(&json, SLICE("{\"away\":"));
            json_text(slice_of(error.text), &json);
            buffer_append(&json, "}", 1);
        }
        tell_status(feed, buffer_slice(&json));
        sources_sweep(feed->console->sources);
    } while (pause_ms(feed, STATUS_MS));
    arena_release(&arena);
    buffer_release(&json);
    return NULL;
}

/* ---- those who follow ---- */

static void put_event(const struct feed *feed, const struct event *event, uint64_t number,
                      struct buffer *out)
{
    buffer_format(out, "id: %llx.%llu\nevent: %s\ndata: %.*s\n\n", (unsigned long long)feed->boot,
                  (unsigned long long)number, event->name, SLICE_ARGS(buffer_slice(&event->json)));
}

static uint64_t oldest(const struct feed *feed)
{
    return feed->next > KEPT_EVENTS ? feed->next - KEPT_EVENTS : 0;
}

static void put_reset(const struct feed *feed, struct buffer *out)
{
    buffer_format(out, "id: %llx.%llu\nevent: reset\ndata: {}\n\n", (unsigned long long)feed->boot,
                  (unsigned long long)feed->next);
}

struct feed_place feed_join(struct feed *feed, const char *last_event_id, struct buffer *out)
{
    unsigned long long boot = 0, number = 0;
    bool ours = last_event_id && sscanf(last_event_id, "%llx.%llu", &boot, &number) == 2;
    pthread_mutex_lock(&feed->lock);
    struct feed_place place = {.next = feed->next};
    if (ours && boot == feed->boot && number + 1 >= oldest(feed) && number < feed->next)
        place.next = number + 1;
    else if (last_event_id)
        put_reset(feed, out);
    pthread_mutex_unlock(&feed->lock);
    return place;
}

static bool has_news(const struct feed *feed, const struct feed_place *place)
{
    return feed->next > place->next || feed->status_number != place->status_number;
}

static void wait_for_news(struct feed *feed, const struct feed_place *place, unsigned ms)
{
    struct timespec until;
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_nsec += ms % 1000 * 1000000l;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000l;
    until.tv_nsec %= 1000000000l;
    while (!has_news(feed, place) && !feed->closing)
        if (pthread_cond_timedwait(&feed->told, &feed->lock, &until) != 0)
            break;
}

void feed_follow(struct feed *feed, struct feed_place *place, unsigned ms, struct buffer *out)
{
    pthread_mutex_lock(&feed->lock);
    wait_for_news(feed, place, ms);
    if (place->next < oldest(feed)) {
        put_reset(feed, out);
        place->next = feed->next;
    }
    for (; place->next < feed->next; place->next++)
        put_event(feed, &feed->ring[place->next % KEPT_EVENTS], place->next, out);
    if (place->status_number != feed->status_number) {
        buffer_format(out, "event: status\ndata: %.*s\n\n",
                      SLICE_ARGS(buffer_slice(&feed->status)));
        place->status_number = feed->status_number;
    }
    pthread_mutex_unlock(&feed->lock);
}

void feed_recent(struct feed *feed, unsigned most, struct buffer *out)
{
    unsigned count = 0;
    buffer_add(out, SLICE("["));
    pthread_mutex_lock(&feed->lock);
    for (uint64_t number = feed->next; number > oldest(feed) && count < most; number--) {
        const struct event *event = &feed->ring[(number - 1) % KEPT_EVENTS];
        if (strcmp(event->name, "changes") != 0)
            continue;
        buffer_add(out, count++ ? SLICE(",") : SLICE(""));
        buffer_add(out, buffer_slice(&event->json));
    }
    pthread_mutex_unlock(&feed->lock);
    buffer_add(out, SLICE("]"));
}

/* ---- opening, closing ---- */

enum status feed_open(struct feed **out, const struct console *console, struct error *error)
{
    struct feed *feed = memory_zero(sizeof *feed);
    feed->console = console;
    feed->boot = clock_unix_ms();
    pthread_mutex_init(&feed->lock, NULL);
    pthread_cond_init(&feed->told, NULL);
    feed->results_started = pthread_create(&feed->results, NULL, follow_results, feed) == 0;
    if (console->options.broker)
        feed->status_started = pthread_create(&feed->status_thread, NULL, follow_status, feed) == 0;
    *out = feed;
    if (feed->results_started && feed->status_started == (console->options.broker != NULL))
        return STATUS_OK;
    return fail(error, STATUS_FATAL, "no more threads: end something else first");
}

void feed_close(struct feed **slot)
{
    struct feed *feed = *slot;
    if (!feed)
        return;
    pthread_mutex_lock(&feed->lock);
    feed->closing = true;
    pthread_cond_broadcast(&feed->told);
    pthread_mutex_unlock(&feed->lock);
    if (feed->results_started)
        pthread_join(feed->results, NULL);
    if (feed->status_started)
        pthread_join(feed->status_thread, NULL);
    *slot = NULL;
    for (unsigned i = 0; i < KEPT_EVENTS; i++)
        buffer_release(&feed->ring[i].json);
    buffer_release(&feed->status);
    pthread_cond_destroy(&feed->told);
    pthread_mutex_destroy(&feed->lock);
    free(feed);
}
