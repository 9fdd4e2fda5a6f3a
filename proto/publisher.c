/* publisher.c - a window of documents on their way to RabbitMQ.
 *
 * Owned by one thread. Happy path of a document: waiting → sent under a number of the channel →
 * confirmed, and forgotten. A refused one is sent again; when a windowful was refused and none
 * confirmed, or nothing was heard of them for long, the channel is opened anew, since one that was
 * opened while the queue had no leader can be refused, or passed over, for good. What can fail:
 * nobody is there for long; it refuses us.
 */
#include "proto/publisher.h"

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "proto/base/tr.h"
#include "proto/doors/amqp.h"

#include <poll.h>
#include <stdlib.h>
#include <utlist.h>

enum {
    WINDOW = 256,
    WINDOW_BYTES = 16 << 20,
    FIRST_PAUSE_MS = 50, /* between connections, doubles */
    LONGEST_PAUSE_MS = 1000,
    REFUSED_PAUSE_MS = 50,
    FIRST_SILENCE_MS =
        3000, /* nothing confirmed for so long: the channel is opened anew; doubles, … */
    LONGEST_SILENCE_MS = 48000, /* … since a large document takes its time */
    BEAT_MS = 1000,             /* the library says its heartbeats when it is called */
    PATIENCE_MS = 5000,         /* for somebody to be there at first, … */
    OUTAGE_MS = 120000,         /* … and once somebody was */
};

struct entry {
    uint64_t number; /* rises */
    uint64_t tag;    /* of the channel; 0: waiting */
    bool returned;   /* no queue takes it */
    char *path, *unreadable;
    struct buffer document;
    uint64_t sent_us, not_before_us;
    struct entry *prev, *next;
};

struct publisher {
    struct publisher_options options;
    struct amqp *amqp;     /* NULL: not connected */
    struct entry *entries; /* unconfirmed, in order */
    size_t count, waiting, bytes;
    uint64_t number, tag; /* of the newest; the channel's last */
    unsigned refused;     /* since the last confirmation */
    uint64_t heard_us;    /* when that was, or the first was sent into silence */
    uint32_t silence_ms;
    unsigned turn;     /* of the addresses */
    uint64_t stamp_us; /* the last one given */
    uint64_t alone_us; /* since when nobody is there; 0: somebody is */
    uint64_t call_us;  /* not before */
    uint32_t pause_ms;
    bool was_up;
};

static void tell(struct publisher *publisher, const struct entry *entry, enum submission_news news,
                 const char *text)
{
    struct submission submission = {
        .news = news, .path = entry->path, .text = slice_of(text), .sent = entry->sent_us};
    if (publisher->options.tell)
        publisher->options.tell(publisher->options.context, &submission);
}

static void forget(struct publisher *publisher, struct entry *entry)
{
    DL_DELETE(publisher->entries, entry);
    publisher->count--;
    publisher->waiting -= entry->tag == 0;
    publisher->bytes -= entry->document.len;
    buffer_release(&entry->document);
    free(entry->path);
    free(entry->unreadable);
    free(entry);
}

/* ---- the connection ---- */

/* Nothing of what was sent will be heard of. */
static void put_back(struct publisher *publisher)
{
    struct entry *entry;
    DL_FOREACH(publisher->entries, entry)
    {
        entry->tag = entry->not_before_us = 0;
        entry->returned = false;
    }
    publisher->waiting = publisher->count;
    publisher->tag = 0;
    publisher->refused = 0;
}

static void lose(struct publisher *publisher, const struct error *why)
{
    log_event(LOG_WARN, "amqp.lost", "reason=\"%s\"", why->text);
    if (publisher->entries)
        tell(publisher, publisher->entries, SUBMISSION_SLOWED, why->text);
    amqp_close(&publisher->amqp);
    put_back(publisher);
    publisher->alone_us = clock_monotonic_us();
    publisher->turn++;
}

/* STATUS_AGAIN: not yet, and it may be waited; STATUS_BAD: it refuses us. */
static enum status connect_once(struct publisher *publisher, struct error *error)
{
    uint64_t now_us = clock_monotonic_us();
    if (now_us < publisher->call_us)
        return STATUS_AGAIN;
    enum status status =
        amqp_open(&publisher->amqp, publisher->options.uris, publisher->turn++, error);
    if (status == STATUS_OK)
        status = amqp_confirm(publisher->amqp, error);
    if (status == STATUS_OK) {
        publisher->turn--; /* the same one next time, while it is there */
        publisher->was_up = true;
        publisher->alone_us = publisher->call_us = publisher->pause_ms = 0;
        return STATUS_OK;
    }
    amqp_close(&publisher->amqp);
    uint32_t pause_ms = publisher->pause_ms ? publisher->pause_ms * 2 : FIRST_PAUSE_MS;
    publisher->pause_ms = pause_ms > LONGEST_PAUSE_MS ? LONGEST_PAUSE_MS : pause_ms;
    publisher->call_us = clock_monotonic_us() + publisher->pause_ms * 1000ull;
    /* While it starts it may not know its users yet. */
    if (status == STATUS_BAD && !publisher->was_up)
        return STATUS_BAD;
    uint64_t limit_ms = publisher->was_up ? OUTAGE_MS : PATIENCE_MS;
    bool long_ago = clock_monotonic_us() - publisher->alone_us > limit_ms * 1000;
    return long_ago ? STATUS_FATAL : STATUS_AGAIN;
}

/* ---- sending ---- */

static enum status send_one(struct publisher *publisher, struct entry *entry, struct error *error)
{
    struct amqp_document document = {.path = slice_of(entry->path),
                                     .flow = slice_of(publisher->options.flow),
                                     .text = slice_of(entry->unreadable),
                                     .urgent = publisher->options.urgent,
                                     .lineage = publisher->options.lineage,
                                     .bytes = buffer_slice(&entry->document)};
    document.lineage.sent = entry->sent_us;
    enum status status =
        amqp_publish(publisher->amqp, publisher->options.exchange, &document, entry->number, error);
    if (status != STATUS_OK)
        return status;
    if (publisher->waiting == publisher->count) /* none is on its way */
        publisher->heard_us = clock_monotonic_us();
    entry->tag = ++publisher->tag;
    publisher->waiting--;
    return STATUS_OK;
}

/* In order: none overtakes one that has to wait. */
static enum status send_waiting(struct publisher *publisher, struct error *error)
{
    uint64_t now_us = clock_monotonic_us();
    enum status status = STATUS_OK;
    struct entry *entry;
    DL_FOREACH(publisher->entries, entry)
    {
        if (entry->tag)
            continue;
        if (status != STATUS_OK || publisher->waiting == 0 || entry->not_before_us > now_us)
            break;
        status = send_one(publisher, entry, error);
    }
    return status;
}

/* ---- what comes ---- */

static void take_confirmed(struct publisher *publisher, struct entry *entry)
{
    publisher->refused = publisher->silence_ms = 0;
    publisher->heard_us = clock_monotonic_us();
    if (entry->returned)
        tell(publisher, entry, SUBMISSION_REFUSED,
             TR("no queue takes it: start a bridge (`xianzhi bridge`) first, or bind one to the "
                "exchange"));
    else
        tell(publisher, entry, SUBMISSION_ACCEPTED, NULL);
    forget(publisher, entry);
}

static void take_refused(struct publisher *publisher, struct entry *entry)
{
    publisher->refused++;
    publisher->waiting++;
    entry->tag = 0;
    entry->not_before_us = clock_monotonic_us() + REFUSED_PAUSE_MS * 1000ull;
}

static void take(struct publisher *publisher, const struct amqp_event *event)
{
    struct entry *entry, *next;
    DL_FOREACH_SAFE(publisher->entries, entry, next)
    {
        if (event->news == AMQP_RETURNED) {
            entry->returned |= entry->number == event->tag;
            continue;
        }
        if (!entry->tag || (event->all ? entry->tag > event->tag : entry->tag != event->tag))
            continue;
        if (event->news == AMQP_CONFIRMED)
            take_confirmed(publisher, entry);
        else if (event->news == AMQP_REFUSED)
            take_refused(publisher, entry);
        if (!event->all)
            return;
    }
}

/* Whether this channel has to be given up. */
static bool is_stuck(struct publisher *publisher)
{
    if (publisher->refused >= WINDOW)
        return true;
    if (!publisher->silence_ms)
        publisher->silence_ms = FIRST_SILENCE_MS;
    if (publisher->waiting == publisher->count ||
        clock_monotonic_us() - publisher->heard_us < publisher->silence_ms * 1000ull)
        return false;
    if (publisher->silence_ms < LONGEST_SILENCE_MS)
        publisher->silence_ms *= 2;
    return true;
}

static enum status receive(struct publisher *publisher, struct error *error)
{
    struct amqp_event event = {.news = AMQP_CONFIRMED};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && event.news != AMQP_QUIET) {
        status = amqp_next(publisher->amqp, 0, &event, error);
        if (status == STATUS_OK)
            take(publisher, &event);
    }
    if (status == STATUS_OK && is_stuck(publisher)) {
        log_event(LOG_WARN, "amqp.renewed", "unconfirmed=%zu refused=%u", publisher->count,
                  publisher->refused);
        put_back(publisher);
        status = amqp_renew(publisher->amqp, error);
        if (status == STATUS_OK)
            status = amqp_confirm(publisher->amqp, error);
    }
    return status;
}

/* True: somebody wants us to stop. */
static bool wait_ms(const struct publisher *publisher, int ms)
{
    struct pollfd fds[] = {
        {.fd = publisher->options.stop_fd, .events = POLLIN},
        {.fd = publisher->amqp ? amqp_fd(publisher->amqp) : -1, .events = POLLIN}};
    if (publisher->amqp && amqp_pending(publisher->amqp))
        ms = 0;
    return poll(fds, 2, ms) > 0 && fds[0].revents;
}

/* Everything that can be done, and waits for more at most `ms`. */
static enum status pump(struct publisher *publisher, int ms, struct error *error)
{
    enum status status = STATUS_OK;
    if (!publisher->amqp) {
        status = connect_once(publisher, error);
        if (status == STATUS_AGAIN)
            return wait_ms(publisher, FIRST_PAUSE_MS) ? fail(error, STATUS_AGAIN, "stopped")
                                                      : STATUS_OK;
        if (status != STATUS_OK)
            return status == STATUS_FATAL ? STATUS_AGAIN : status;
    }
    if (publisher->waiting)
        status = send_waiting(publisher, error);
    if (publisher->waiting && ms > REFUSED_PAUSE_MS)
        ms = REFUSED_PAUSE_MS;
    if (status == STATUS_OK && wait_ms(publisher, ms))
        return fail(error, STATUS_AGAIN, "stopped");
    if (status == STATUS_OK)
        status = receive(publisher, error);
    if (status != STATUS_OK && status != STATUS_BAD)
        lose(publisher, error);
    return status == STATUS_BAD ? STATUS_BAD : STATUS_OK; /* there is no such exchange */
}

/* ---- for the caller ---- */

enum status publisher_open(struct publisher **out, const struct publisher_options *options,
                           struct error *error)
{
    struct publisher *publisher = memory_zero(sizeof *publisher);
    publisher->options = *options;
    publisher->alone_us = clock_monotonic_us();
    enum status status = STATUS_OK;
    while (status == STATUS_OK && !publisher->amqp)
        status = pump(publisher, 0, error);
    *out = publisher;
    if (status != STATUS_OK)
        publisher_close(out);
    return status;
}

void publisher_close(struct publisher **slot)
{
    struct publisher *publisher = *slot;
    if (!publisher)
        return;
    *slot = NULL;
    amqp_close(&publisher->amqp);
    while (publisher->entries)
        forget(publisher, publisher->entries);
    free(publisher);
}

/* Rises, whatever the clock does. */
static uint64_t stamp(struct publisher *publisher)
{
    uint64_t now_us = clock_unix_us();
    publisher->stamp_us = now_us > publisher->stamp_us ? now_us : publisher->stamp_us + 1;
    return publisher->stamp_us;
}

enum status publisher_put(struct publisher *publisher, const char *path, struct buffer *document,
                          const char *unreadable, uint64_t *sent, struct error *error)
{
    enum status status = pump(publisher, 0, error);
    while (status == STATUS_OK && publisher->count > 0 &&
           (publisher->count >= WINDOW || publisher->bytes + document->len > WINDOW_BYTES))
        status = pump(publisher, BEAT_MS, error);
    if (status != STATUS_OK)
        return status;
    struct entry *entry = memory_zero(sizeof *entry);
    entry->number = ++publisher->number;
    entry->path = memory_copy_text(path);
    entry->unreadable = memory_copy_text(unreadable);
    entry->document = *document;
    entry->sent_us = *sent = stamp(publisher);
    *document = (struct buffer){0};
    DL_APPEND(publisher->entries, entry);
    publisher->count++;
    publisher->waiting++;
    publisher->bytes += entry->document.len;
    return STATUS_OK;
}

enum status publisher_finish(struct publisher *publisher, struct error *error)
{
    enum status status = STATUS_OK;
    while (status == STATUS_OK && publisher->entries)
        status = pump(publisher, BEAT_MS, error);
    return status;
}
