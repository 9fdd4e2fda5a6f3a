/* bridge.c - one thread between RabbitMQ and the broker.
 *
 *   delivered ──▶ held ──▶ submitted ──accepted──▶ acknowledged
 *                  └── connection lost: forgotten, RabbitMQ delivers it again
 *
 * Happy path: the loop in bridge_run. What can fail: either side goes away, which is waited for as
 * long as it takes; a document that the broker won't have becomes a dead letter there, so that it
 * holds up nobody. Tags count in one connection: an acceptance that comes after its connection was
 * lost acknowledges nothing.
 */
#include "deploy/intake/bridge.h"

#include "broker/monitor.h"
#include "proto/base/clock.h"
#include "proto/base/digest.h"
#include "proto/base/failpoint.h"
#include "proto/base/log.h"
#include "proto/base/metric.h"
#include "proto/base/tr.h"
#include "proto/doors/amqp.h"
#include "proto/submitter.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>
#include <utlist.h>

enum {
    HELD_BYTES = 64 << 20, /* no more is taken from RabbitMQ meanwhile */
    MAX_REASON = 4096,
    BEAT_MS = 1000,
    FIRST_PAUSE_MS = 50, /* between connections, doubles */
    LONGEST_PAUSE_MS = 2000,
    DEPTH_MS = 5000, /* how often RabbitMQ is asked for the queue's length */
    TAG_BITS = 40,   /* of a mark; behind them is the connection's number */
};
#define BURIED                                                                                     \
    (1ull << 63) /* in a mark: the broker wouldn't have it, its dead letter is on its way */

struct held {
    struct buffer path, flow, origin, unreadable, document;
    struct submission_head head; /* its texts are those */
    char sha256[65];             /* of bytes that nobody hands in */
    struct held *prev, *next;
};

struct bridge {
    struct bridge_options options;
    struct submitter *submitter;
    struct amqp *amqp; /* NULL: not connected */
    struct monitor *monitor;
    int wait_fd; /* epoll over stop_fd and the connection */
    struct held *held;
    size_t held_bytes;
    uint64_t connection, call_us; /* its number; not before */
    uint32_t pause_ms;
    unsigned turn;
    bool was_up;
    enum status failed; /* what a callback met: the connection (RETRY), the broker (FATAL) */
    struct error why;

    uint64_t published_us, depth_us, beat_us; /* when last */
    bool asked;                               /* how long the queue is */
    uint64_t delivered, accepted, known, refused, unacknowledged, depth, sent_us;
};

/* ---- documents in hand ---- */

static void held_free(struct bridge *bridge, struct held *held)
{
    struct buffer *buffers[] = {&held->path, &held->flow, &held->origin, &held->unreadable,
                                &held->document};
    DL_DELETE(bridge->held, held);
    bridge->held_bytes -= held->document.len;
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_release(buffers[i]);
    free(held);
}

/* With a NUL, cut to what the broker takes. */
static const char *keep(struct buffer *kept, struct slice text, size_t most)
{
    buffer_add(kept, slice_cut(text, most));
    buffer_append(kept, "", 1);
    return kept->data;
}

static struct held *hold(struct bridge *bridge, struct slice path, uint64_t mark)
{
    struct held *held = memory_zero(sizeof *held);
    struct slice nameless = slice_of(bridge->options.queue);
    held->head.path = keep(&held->path, path.len ? path : nameless, MAX_PATH_BYTES);
    held->head.mark = mark;
    DL_APPEND(bridge->held, held);
    return held;
}

/* A dead letter in the place of a document that the broker won't have: whoever waits for the bytes
 * hears why. */
static void bury(struct bridge *bridge, struct slice path, uint64_t mark, uint64_t sent,
                 struct slice bytes, struct slice why)
{
    uint8_t digest[DIGEST_BYTES];
    struct held *held = hold(bridge, path, mark);
    held->head.unreadable = keep(&held->unreadable, why, MAX_REASON);
    digest_sha256(bytes, digest);
    digest_name(digest, held->sha256);
    held->head.sha256 = held->sha256;
    held->head.lineage.sent = sent <= MAX_ORDER ? sent : 0; /* or it would be refused for that */
    bridge->refused++;
}

static void take_document(struct bridge *bridge, const struct amqp_document *document,
                          uint64_t mark)
{
    struct held *held = hold(bridge, document->path, mark);
    buffer_add(&held->origin, document->lineage.origin);
    held->head.lineage = document->lineage;
    held->head.lineage.origin = buffer_slice(&held->origin);
    held->head.priority = document->urgent;
    if (document->flow.len)
        held->head.flow = keep(&held->flow, document->flow, MAX_FLOW_BYTES);
    if (document->text.len)
        held->head.unreadable = keep(&held->unreadable, document->text, MAX_REASON);
    buffer_add(&held->document, document->bytes);
    bridge->held_bytes += held->document.len;
}

/* Documents are versions of each other by the whole name of their origin, never by a part of it. */
static void take_delivery(struct bridge *bridge, const struct amqp_event *event)
{
    const struct amqp_document *document = &event->document;
    uint64_t mark = bridge->connection << TAG_BITS | event->tag;
    if (document->lineage.origin.len > MAX_ORIGIN_BYTES)
        bury(
            bridge, document->path, mark, document->lineage.sent, document->bytes,
            SLICE(TR("what it is a version of is named by more than 1024 bytes: name it shorter")));
    else
        take_document(bridge, document, mark);
    bridge->delivered++;
    bridge->unacknowledged++;
    bridge->sent_us = document->lineage.sent;
}

/* ---- RabbitMQ ---- */

static void lose(struct bridge *bridge, const struct error *why)
{
    log_event(LOG_WARN, "amqp.lost", "queue=\"%s\" reason=\"%s\"", bridge->options.queue,
              why->text);
    amqp_close(&bridge->amqp);
    while (bridge->held)
        held_free(bridge, bridge->held);
    bridge->unacknowledged = 0;
    bridge->turn++;
    bridge->call_us = 0;
    bridge->asked = false;
}

/* STATUS_BAD: it is there and refuses us. While nobody has ever been there that is final. */
static enum status connect_once(struct bridge *bridge, struct error *error)
{
    const struct bridge_options *options = &bridge->options;
    struct epoll_event readable = {.events = EPOLLIN};
    enum status status = amqp_open(&bridge->amqp, options->uris, bridge->turn, error);
    if (status == STATUS_OK)
        status =
            amqp_consume(bridge->amqp, options->exchange, options->queue, options->window, error);
    if (status == STATUS_OK &&
        epoll_ctl(bridge->wait_fd, EPOLL_CTL_ADD, amqp_fd(bridge->amqp), &readable))
        status = fail(error, STATUS_FATAL, "no more memory for descriptors");
    if (status == STATUS_OK) {
        log_event(LOG_INFO, "amqp.connected", "queue=\"%s\" place=\"%s\"", options->queue,
                  amqp_place(bridge->amqp));
        bridge->connection++;
        bridge->was_up = true;
        bridge->pause_ms = 0;
        return STATUS_OK;
    }
    if (!bridge->pause_ms)
        log_event(LOG_WARN, "amqp.away", "reason=\"%s\"", error->text);
    amqp_close(&bridge->amqp);
    uint32_t pause_ms = bridge->pause_ms ? bridge->pause_ms * 2 : FIRST_PAUSE_MS;
    bridge->pause_ms = pause_ms > LONGEST_PAUSE_MS ? LONGEST_PAUSE_MS : pause_ms;
    bridge->call_us = clock_monotonic_us() + bridge->pause_ms * 1000ull;
    bridge->turn++;
    return status == STATUS_BAD && !bridge->was_up ? STATUS_BAD : STATUS_OK;
}

static bool may_read(const struct bridge *bridge)
{
    return bridge->amqp && bridge->held_bytes < HELD_BYTES;
}

static enum status read_all(struct bridge *bridge, struct error *error)
{
    struct amqp_event event = {.news = AMQP_DELIVERY};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && event.news != AMQP_QUIET && may_read(bridge)) {
        status = amqp_next(bridge->amqp, 0, &event, error);
        if (status == STATUS_OK && event.news == AMQP_DELIVERY)
            take_delivery(bridge, &event);
        if (status == STATUS_OK && event.news == AMQP_DEPTH)
            bridge->depth = event.tag;
        bridge->asked &= event.news != AMQP_DEPTH;
    }
    return status;
}

/* Who doesn't read has to say himself that he is there. */
static enum status hold_back(struct bridge *bridge, struct error *error)
{
    uint64_t now_us = clock_monotonic_us();
    if (now_us - bridge->beat_us < BEAT_MS * 1000ull)
        return STATUS_OK;
    bridge->beat_us = now_us;
    return amqp_beat(bridge->amqp, error);
}

static enum status ask_depth(struct bridge *bridge, struct error *error)
{
    uint64_t now_us = clock_monotonic_us();
    if (!bridge->monitor || bridge->asked || now_us - bridge->depth_us < DEPTH_MS * 1000ull)
        return STATUS_OK;
    bridge->depth_us = now_us;
    bridge->asked = true;
    return amqp_ask_depth(bridge->amqp, bridge->options.queue, error);
}

/* ---- the broker ---- */

static void acknowledge(struct bridge *bridge, uint64_t mark)
{
    const uint64_t tags = (1ull << TAG_BITS) - 1;
    if (!bridge->amqp || (mark & ~BURIED) >> TAG_BITS != bridge->connection || bridge->failed)
        return;
    bridge->failed = failpoint("bridge.accepted", &bridge->why);
    if (!bridge->failed)
        bridge->failed = amqp_acknowledge(bridge->amqp, mark & tags, &bridge->why);
    bridge->unacknowledged -= !bridge->failed;
}

/* That the broker won't have a dead letter either isn't the document's fault. */
static void take_refused(struct bridge *bridge, const struct submission *submission)
{
    if (submission->mark & BURIED) {
        bridge->failed = fail(&bridge->why, STATUS_FATAL, "the broker at %s refuses: %.*s",
                              bridge->options.client.endpoint, SLICE_ARGS(submission->text));
        return;
    }
    bury(bridge, slice_of(submission->path), submission->mark | BURIED, submission->sent,
         submission->document, submission->text);
}

static void tell(void *context, const struct submission *submission)
{
    struct bridge *bridge = context;
    if (submission->news == SUBMISSION_REFUSED)
        take_refused(bridge, submission);
    if (submission->news != SUBMISSION_ACCEPTED)
        return;
    bridge->accepted++;
    bridge->known += submission->known_seq != 0;
    acknowledge(bridge, submission->mark);
}

static enum status hand_in(struct bridge *bridge, struct error *error)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK && bridge->held && !bridge->failed &&
           submitter_has_room(bridge->submitter, bridge->held->document.len)) {
        struct held *held = bridge->held;
        size_t bytes = held->document.len;
        status = submitter_put_as(bridge->submitter, &held->head, &held->document, error);
        bridge->held_bytes -= status == STATUS_OK ? bytes : 0;
        if (status == STATUS_OK)
            held_free(bridge, held);
    }
    return status;
}

/* ---- metrics ---- */

static void publish(struct bridge *bridge)
{
    uint64_t now_us = clock_monotonic_us(), unix_us = clock_unix_us();
    struct buffer out = {0};
    bool late = bridge->unacknowledged && bridge->sent_us && unix_us > bridge->sent_us;
    if (now_us - bridge->published_us < BEAT_MS * 1000ull)
        return;
    bridge->published_us = now_us;
    if (bridge->options.alive)
        bridge->options.alive();
    if (!bridge->monitor)
        return;
    metric_counter(&out, "bridge_delivered_total", "Documents that RabbitMQ has delivered.",
                   bridge->delivered);
    metric_counter(&out, "bridge_accepted_total", "Documents that the broker has on its disk.",
                   bridge->accepted);
    metric_counter(&out, "bridge_known_total", "Of these, bytes that had come before.",
                   bridge->known);
    metric_counter(&out, "bridge_refused_total", "Documents that the broker would not have.",
                   bridge->refused);
    metric_counter(&out, "bridge_connections_total", "Connections to RabbitMQ.",
                   bridge->connection);
    metric_gauge(&out, "bridge_connected", "Whether there is one.", bridge->amqp != NULL);
    metric_gauge(&out, "bridge_unacknowledged", "Documents on their way.",
                 (double)bridge->unacknowledged);
    metric_gauge(&out, "bridge_queue_depth", "Documents that wait in RabbitMQ.",
                 (double)bridge->depth);
    metric_gauge(&out, "bridge_lag_seconds", "How long ago the last one delivered was handed in.",
                 late ? (double)(unix_us - bridge->sent_us) / 1e6 : 0);
    monitor_publish(bridge->monitor, &out, bridge->amqp ? NULL : "no connection to RabbitMQ");
    buffer_release(&out);
}

/* ---- the loop ---- */

static bool stopped(const struct bridge *bridge)
{
    return wire_wait(NULL, 0, bridge->options.client.stop_fd, 0) != 0;
}

/* Until something comes from either side, or a timer is due. */
static enum status wait_for_news(struct bridge *bridge, struct error *error)
{
    bool reads = may_read(bridge);
    int ms = bridge->amqp ? BEAT_MS : (int)bridge->pause_ms + 1;
    if (reads && amqp_pending(bridge->amqp))
        ms = 0;
    int wakeup_fd = reads ? bridge->wait_fd : bridge->options.client.stop_fd;
    enum status status = submitter_poll(bridge->submitter, wakeup_fd, ms, error);
    if (status == STATUS_AGAIN) { /* nobody is there for long: as long as it takes */
        log_event(LOG_WARN, "broker.away", "reason=\"%s\"", error->text);
        status = STATUS_OK;
    }
    return status;
}

/* What the RabbitMQ side does in a turn. */
static enum status serve_queue(struct bridge *bridge, struct error *error)
{
    if (!bridge->amqp && clock_monotonic_us() < bridge->call_us)
        return STATUS_OK;
    if (!bridge->amqp)
        return connect_once(bridge, error);
    enum status status = bridge->failed == STATUS_RETRY ? STATUS_RETRY : STATUS_OK;
    if (status == STATUS_RETRY)
        *error = bridge->why;
    bridge->failed = STATUS_OK;
    if (status == STATUS_OK)
        status = may_read(bridge) ? ask_depth(bridge, error) : hold_back(bridge, error);
    if (status == STATUS_OK)
        status = read_all(bridge, error);
    if (status != STATUS_OK)
        lose(bridge, error);
    return STATUS_OK;
}

enum status bridge_run(struct bridge *bridge, struct error *error)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK && !stopped(bridge)) {
        publish(bridge);
        status = serve_queue(bridge, error);
        if (status == STATUS_OK)
            status = hand_in(bridge, error);
        if (status == STATUS_AGAIN && !stopped(bridge))
            status = STATUS_OK; /* it stays held */
        if (status == STATUS_OK)
            status = wait_for_news(bridge, error);
        if (bridge->failed == STATUS_FATAL) {
            *error = bridge->why;
            status = STATUS_FATAL;
        }
    }
    return stopped(bridge) ? STATUS_OK : status;
}

/* ---- opening ---- */

enum status bridge_open(struct bridge **out, const struct bridge_options *options,
                        struct error *error)
{
    struct bridge *bridge = memory_zero(sizeof *bridge);
    struct submitter_options submitter = {
        .client = options->client, .tell = tell, .context = bridge};
    struct epoll_event readable = {.events = EPOLLIN};
    bridge->options = *options;
    bridge->wait_fd = epoll_create1(EPOLL_CLOEXEC);
    enum status status = STATUS_OK;
    if (bridge->wait_fd < 0 ||
        epoll_ctl(bridge->wait_fd, EPOLL_CTL_ADD, options->client.stop_fd, &readable))
        status = fail(error, STATUS_FATAL, "no more file descriptors: raise `ulimit -n`");
    if (status == STATUS_OK && options->http)
        status = monitor_open(&bridge->monitor, options->http, error);
    if (status == STATUS_OK)
        status = submitter_open(&bridge->submitter, &submitter, error);
    *out = bridge;
    if (status != STATUS_OK)
        bridge_close(out);
    return status;
}

const char *bridge_http(const struct bridge *bridge)
{
    return bridge->monitor ? monitor_place(bridge->monitor) : NULL;
}

void bridge_close(struct bridge **slot)
{
    struct bridge *bridge = *slot;
    if (!bridge)
        return;
    *slot = NULL;
    while (bridge->held)
        held_free(bridge, bridge->held);
    submitter_close(&bridge->submitter);
    amqp_close(&bridge->amqp);
    monitor_close(&bridge->monitor);
    if (bridge->wait_fd >= 0)
        close(bridge->wait_fd);
    free(bridge);
}
