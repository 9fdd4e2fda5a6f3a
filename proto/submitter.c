/* submitter.c - the submitting side: a window of documents on their way to the journal.
 *
 * Owned by one thread. Happy path of a submission: WAITING → SENT → accepted (forgotten, or with
 * watch kept as WATCHED until its outcome). A lost session turns every SENT one back to WAITING,
 * and a WATCHED one is asked for by its number. What can fail: nobody answers for long.
 */
#include "proto/submitter.h"

#include "proto/base/clock.h"
#include "proto/base/tr.h"
#include "proto/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

enum {
    DEFAULT_TIMEOUT_MS = 5000,
    OUTAGE_MS = 120000, /* a broker that was there may be away so long: a restart, an upgrade */
    MAX_UNACKNOWLEDGED_BYTES = 64 * 1024 * 1024,
};

enum step { WAITING, SENT, WATCHED };

struct entry {
    uint64_t id;
    enum step step;
    char *path, *flow;
    char *unreadable; /* NULL: `document` is to be read */
    struct buffer origin;
    struct submission_head head; /* its texts are those above */
    struct buffer document;      /* empty once accepted */
    uint64_t not_before_us;      /* WAITING: refused until then */
    uint64_t seq, since_us;      /* WATCHED; without a number: since when it is awaited */
    char sha256[65];   /* of bytes that aren't in `document`: others hand them in (WATCHED), or
                          nobody could */
    bool watched;      /* its outcome is waited for once it is accepted */
    bool rewatch;      /* WATCHED: its outcome has to be asked for in this session */
    UT_hash_handle hh; /* iterates in order of submission */
};

struct submitter {
    struct session session;
    struct submitter_options options;
    struct entry *entries;
    uint64_t id;          /* of the newest */
    size_t waiting, sent; /* entries in those steps */
    size_t rewatch;       /* entries with that flag */
    size_t bytes;         /* of documents not yet accepted */
    size_t sent_bytes;    /* of these, sent */
    uint64_t wake_us;     /* when the earliest refused one may be sent; 0: none is */
    uint64_t alone_us;    /* since when nobody is there; 0: somebody is */
    uint64_t patience_ms; /* alone for so long, the caller is told; 0: the first limit */
    bool was_up;
    uint64_t told; /* calls of `tell` */
};

enum status submitter_open(struct submitter **submitter, const struct submitter_options *options,
                           struct error *error)
{
    struct submitter *new = memory_zero(sizeof *new);
    new->options = *options;
    new->alone_us = clock_monotonic_us();
    struct session_options peer = {.endpoint = options->client.endpoint,
                                   .keys = options->client.keys,
                                   .role = !options->decisions ? ROLE_SUBMIT
                                           : options->admin    ? ROLE_ADMIN
                                                               : ROLE_REVIEW,
                                   .name = options->client.name};
    enum status status = session_open(&new->session, &peer, error);
    if (status)
        submitter_close(&new);
    *submitter = new;
    return status;
}

static void forget(struct submitter *submitter, struct entry *entry)
{
    HASH_DEL(submitter->entries, entry);
    submitter->waiting -= entry->step == WAITING;
    submitter->sent -= entry->step == SENT;
    submitter->sent_bytes -= entry->step == SENT ? entry->document.len : 0;
    submitter->rewatch -= entry->rewatch;
    submitter->bytes -= entry->document.len;
    buffer_release(&entry->document);
    free(entry->path);
    free(entry->flow);
    free(entry->unreadable);
    buffer_release(&entry->origin);
    free(entry);
}

void submitter_close(struct submitter **submitter)
{
    if (!*submitter)
        return;
    struct entry *entry, *next;
    HASH_ITER(hh, (*submitter)->entries, entry, next)
    {
        forget(*submitter, entry);
    }
    session_close(&(*submitter)->session);
    free(*submitter);
    *submitter = NULL;
}

static void move(struct submitter *submitter, struct entry *entry, enum step step)
{
    submitter->waiting += (step == WAITING) - (entry->step == WAITING);
    submitter->sent += (step == SENT) - (entry->step == SENT);
    submitter->sent_bytes += step == SENT ? entry->document.len : 0;
    submitter->sent_bytes -= entry->step == SENT ? entry->document.len : 0;
    entry->step = step;
}

static void tell(struct submitter *submitter, const struct entry *entry, enum submission_news news,
                 const struct message *message)
{
    struct submission submission = {
        .news = news,
        .path = entry->path,
        .mark = entry->head.mark,
        .seq = message->seq ? message->seq : entry->seq,
        .known_seq = message->known_seq,
        .outcome = (enum outcome)message->outcome,
        .retry_ms = news == SUBMISSION_REFUSED ? message->retry_ms : 0,
        .text = message->text,
        .document = buffer_slice(&entry->document),
        .sent = entry->head.lineage.sent,
    };
    submitter->told++;
    if (submitter->options.tell)
        submitter->options.tell(submitter->options.context, &submission);
}

/* ---- sending ---- */

static enum status send_document(struct submitter *submitter, const struct entry *entry)
{
    struct message submit = {.type = MESSAGE_SUBMIT,
                             .id = entry->id,
                             .path = slice_of(entry->path),
                             .flow = slice_of(entry->flow),
                             .priority = entry->head.priority,
                             .lineage = entry->head.lineage,
                             .watch = entry->watched,
                             .no_wait = submitter->options.no_wait,
                             .decision = submitter->options.decisions,
                             .text = slice_of(entry->unreadable),
                             .sha256 = slice_of(entry->sha256),
                             .payload = buffer_slice(&entry->document)};
    return session_send(&submitter->session, &submit, NULL);
}

/* A number in a SUBMIT: nothing is submitted, the outcome of that one is asked for. */
static enum status send_rewatch(struct submitter *submitter, const struct entry *entry)
{
    struct message submit = {.type = MESSAGE_SUBMIT,
                             .id = entry->id,
                             .seq = entry->seq,
                             .sha256 = slice_of(entry->seq ? NULL : entry->sha256),
                             .lineage.sent = entry->seq ? 0 : entry->head.lineage.sent,
                             .path = slice_of(entry->path),
                             .watch = true};
    return session_send(&submitter->session, &submit, NULL);
}

static void note_wake(struct submitter *submitter, uint64_t at_us)
{
    if (submitter->wake_us == 0 || at_us < submitter->wake_us)
        submitter->wake_us = at_us;
}

static size_t credit_bytes(const struct submitter *submitter)
{
    uint64_t told = submitter->session.credit_bytes;
    return told && told < MAX_UNACKNOWLEDGED_BYTES ? (size_t)told : MAX_UNACKNOWLEDGED_BYTES;
}

/* One document may always be on its way, however large. */
static bool may_send(const struct submitter *submitter, const struct entry *entry)
{
    return submitter->sent == 0 ||
           (submitter->sent < submitter->session.credit &&
            submitter->sent_bytes + entry->document.len <= credit_bytes(submitter));
}

/* As much as the window and the pipe hold. */
static void send_waiting(struct submitter *submitter)
{
    if (submitter->session.state != SESSION_UP || submitter->waiting + submitter->rewatch == 0)
        return;
    uint64_t now_us = clock_monotonic_us();
    submitter->wake_us = 0;
    bool in_order = true; /* none overtakes one that has to wait */
    struct entry *entry, *next;
    HASH_ITER(hh, submitter->entries, entry, next)
    {
        if (entry->rewatch && entry->not_before_us > now_us) {
            note_wake(submitter, entry->not_before_us);
        } else if (entry->rewatch) {
            if (send_rewatch(submitter, entry) != STATUS_OK)
                return;
            entry->rewatch = false;
            submitter->rewatch--;
        }
        if (entry->step != WAITING)
            continue;
        if (entry->not_before_us > now_us) {
            note_wake(submitter, entry->not_before_us);
            in_order = false;
        }
        if (!in_order)
            continue;
        if (!may_send(submitter, entry) || send_document(submitter, entry) != STATUS_OK)
            return;
        move(submitter, entry, SENT);
    }
}

/* ---- receiving ---- */

static void take_accepted(struct submitter *submitter, struct entry *entry,
                          const struct message *message)
{
    if (message->credit_bytes)
        submitter->session.credit_bytes = message->credit_bytes;
    if (entry->step == WATCHED) { /* the answer to a rewatch */
        entry->seq = message->seq;
        return;
    }
    entry->seq = message->seq;
    tell(submitter, entry, SUBMISSION_ACCEPTED, message);
    if (!entry->watched) {
        forget(submitter, entry);
        return;
    }
    move(submitter, entry, WATCHED);
    submitter->bytes -= entry->document.len;
    buffer_release(&entry->document);
}

/* It hasn't come yet, which is worth a word only after long. */
static bool is_awaited(const struct entry *entry)
{
    enum { SILENT_MS = 10000 };
    return entry->step == WATCHED && !entry->seq &&
           clock_monotonic_us() - entry->since_us < SILENT_MS * 1000ull;
}

static void take_refused(struct submitter *submitter, struct entry *entry,
                         const struct message *message)
{
    bool later =
        message->retry_ms || message->status == STATUS_AGAIN || message->status == STATUS_RETRY;
    later = later && !(submitter->options.no_wait && entry->step != WATCHED);
    bool awaited = later && is_awaited(entry);
    if (!awaited)
        tell(submitter, entry, later ? SUBMISSION_SLOWED : SUBMISSION_REFUSED, message);
    if (!later) {
        forget(submitter, entry);
        return;
    }
    enum { DEFAULT_RETRY_MS = 500 };
    uint64_t retry_ms = message->retry_ms ? message->retry_ms : DEFAULT_RETRY_MS;
    if (entry->step == WATCHED) {
        submitter->rewatch += !entry->rewatch;
        entry->rewatch = true;
    } else {
        move(submitter, entry, WAITING);
    }
    entry->not_before_us = clock_monotonic_us() + retry_ms * 1000;
    note_wake(submitter, entry->not_before_us);
}

static void take_message(struct submitter *submitter, const struct message *message)
{
    struct entry *entry;
    HASH_FIND(hh, submitter->entries, &message->id, sizeof message->id, entry);
    if (!entry)
        return; /* said twice, in two sessions */
    if (message->type == MESSAGE_ACCEPTED) {
        take_accepted(submitter, entry, message);
    } else if (message->type == MESSAGE_REFUSED) {
        take_refused(submitter, entry, message);
    } else if (message->type == MESSAGE_OUTCOME) {
        bool dead = message->status != STATUS_OK;
        tell(submitter, entry, dead ? SUBMISSION_DEAD : SUBMISSION_DONE, message);
        forget(submitter, entry);
    }
}

static void put_back(struct submitter *submitter)
{
    struct entry *entry, *next;
    HASH_ITER(hh, submitter->entries, entry, next)
    {
        if (entry->step == SENT)
            move(submitter, entry, WAITING);
        if (entry->step == WATCHED && !entry->rewatch) {
            entry->rewatch = true;
            submitter->rewatch++;
        }
    }
}

/* Everything that can be done without waiting. */
static enum status step(struct submitter *submitter, struct error *error)
{
    for (;;) {
        struct message message;
        switch (session_next(&submitter->session, &message, error)) {
        case SESSION_QUIET:
            send_waiting(submitter);
            return STATUS_OK;
        case SESSION_MESSAGE:
            take_message(submitter, &message);
            break;
        case SESSION_BEGUN:
            submitter->was_up = true;
            submitter->alone_us = submitter->patience_ms = 0;
            break;
        case SESSION_LOST:
            submitter->alone_us = clock_monotonic_us();
            put_back(submitter);
            break;
        case SESSION_REFUSED:
            return STATUS_FATAL;
        }
    }
}

/* Whoever goes on all the same is told at growing distances, not in every turn. */
static enum status check_patience(struct submitter *submitter, struct error *error)
{
    if (submitter->alone_us == 0)
        return STATUS_OK;
    uint32_t wanted_ms = submitter->options.client.timeout_ms;
    uint32_t limit_ms = submitter->was_up ? OUTAGE_MS : wanted_ms ? wanted_ms : DEFAULT_TIMEOUT_MS;
    uint64_t alone_ms = (clock_monotonic_us() - submitter->alone_us) / 1000;
    if (submitter->patience_ms == 0)
        submitter->patience_ms = limit_ms;
    if (alone_ms < submitter->patience_ms)
        return STATUS_OK;
    submitter->patience_ms = alone_ms + (alone_ms < OUTAGE_MS ? alone_ms : OUTAGE_MS);
    return session_nobody(&submitter->session, (uint32_t)alone_ms, error);
}

/* True: wakeup_fd is readable. */
static bool wait_for_news(struct submitter *submitter, int wakeup_fd, int timeout_ms)
{
    if (submitter->wake_us) {
        uint64_t now_us = clock_monotonic_us();
        uint64_t left_ms =
            submitter->wake_us > now_us ? (submitter->wake_us - now_us) / 1000 + 1 : 0;
        if (timeout_ms < 0 || left_ms < (uint64_t)timeout_ms)
            timeout_ms = (int)left_ms;
    }
    return session_wait(&submitter->session, wakeup_fd, timeout_ms);
}

bool submitter_has_room(const struct submitter *submitter, size_t bytes)
{
    if (submitter->session.state != SESSION_UP)
        return false;
    size_t unaccepted = submitter->waiting + submitter->sent;
    return unaccepted == 0 || (unaccepted < submitter->session.credit &&
                               submitter->bytes + bytes <= credit_bytes(submitter));
}

static enum status pump_once(struct submitter *submitter, struct error *error)
{
    enum status status = check_patience(submitter, error);
    if (status)
        return status;
    if (wait_for_news(submitter, submitter->options.client.stop_fd, -1))
        return fail(error, STATUS_AGAIN, "stopped");
    return step(submitter, error);
}

/* The broker would hang up at a frame that it doesn't take, and again whenever it is sent. */
static bool is_too_large(const struct submitter *submitter, const struct entry *entry)
{
    uint64_t most = submitter->session.max_document_bytes;
    return most && entry->document.len > most;
}

static struct entry *entry_new(struct submitter *submitter, const struct submission_head *head,
                               struct buffer *document)
{
    struct entry *entry = memory_zero(sizeof *entry);
    uint32_t most = submitter->options.watch_most;
    entry->id = ++submitter->id;
    entry->watched = submitter->options.watch && (!most || HASH_COUNT(submitter->entries) < most);
    entry->head = *head;
    entry->path = memory_copy_text(head->path);
    entry->flow = memory_copy_text(head->flow);
    entry->unreadable = memory_copy_text(head->unreadable);
    if (head->sha256)
        memcpy(entry->sha256, head->sha256, sizeof entry->sha256 - 1);
    buffer_add(&entry->origin, head->lineage.origin);
    entry->head.lineage.origin = buffer_slice(&entry->origin);
    entry->document = *document;
    *document = (struct buffer){0};
    return entry;
}

enum status submitter_put_as(struct submitter *submitter, const struct submission_head *head,
                             struct buffer *document, struct error *error)
{
    const struct message too_large = {
        .text = SLICE(TR("the document is larger than the broker takes: split it"))};
    int stop_fd = submitter->options.client.stop_fd;
    if (stop_fd >= 0 && wire_wait(NULL, 0, stop_fd, 0))
        return fail(error, STATUS_AGAIN, "stopped"); /* seen even when there is never a wait */
    enum status status = step(submitter, error);
    while (!status && !submitter_has_room(submitter, document->len))
        status = pump_once(submitter, error);
    if (status)
        return status;
    struct entry *entry = entry_new(submitter, head, document);
    submitter->bytes += entry->document.len;
    submitter->waiting++;
    HASH_ADD(hh, submitter->entries, id, sizeof entry->id, entry);
    if (is_too_large(submitter, entry)) {
        tell(submitter, entry, SUBMISSION_REFUSED, &too_large);
        forget(submitter, entry);
        return STATUS_OK;
    }
    if (submitter->waiting == 1 && submitter->rewatch == 0 &&
        submitter->sent < submitter->session.credit && send_document(submitter, entry) == STATUS_OK)
        move(submitter, entry, SENT); /* the usual case: no walk over the window */
    return STATUS_OK;
}

enum status submitter_put(struct submitter *submitter, const char *path, struct buffer *document,
                          const char *unreadable, struct error *error)
{
    const struct submitter_options *options = &submitter->options;
    struct submission_head head = {.path = path,
                                   .flow = options->flow,
                                   .unreadable = unreadable,
                                   .priority = options->priority,
                                   .lineage = options->lineage};
    return submitter_put_as(submitter, &head, document, error);
}

void submitter_watch(struct submitter *submitter, const char *path, const char sha256[65],
                     uint64_t sent)
{
    struct entry *entry = memory_zero(sizeof *entry);
    entry->id = ++submitter->id;
    entry->path = memory_copy_text(path);
    memcpy(entry->sha256, sha256, sizeof entry->sha256);
    entry->head.lineage.sent = sent;
    entry->since_us = clock_monotonic_us();
    entry->step = WATCHED;
    entry->rewatch = true;
    submitter->rewatch++;
    HASH_ADD(hh, submitter->entries, id, sizeof entry->id, entry);
    send_waiting(submitter);
}

enum status submitter_finish(struct submitter *submitter, struct error *error)
{
    enum status status = step(submitter, error);
    while (!status && submitter->entries)
        status = pump_once(submitter, error);
    return status;
}

enum status submitter_poll(struct submitter *submitter, int wakeup_fd, int timeout_ms,
                           struct error *error)
{
    uint64_t told = submitter->told;
    uint64_t until_us = clock_monotonic_us() + (uint64_t)(timeout_ms < 0 ? 0 : timeout_ms) * 1000;
    for (;;) {
        enum status status = step(submitter, error);
        if (!status && submitter->entries)
            status = check_patience(submitter, error);
        uint64_t now_us = clock_monotonic_us();
        if (status || submitter->told != told || (timeout_ms >= 0 && now_us >= until_us))
            return status;
        int left_ms = timeout_ms < 0 ? -1 : (int)((until_us - now_us) / 1000) + 1;
        if (wait_for_news(submitter, wakeup_fd, left_ms))
            return step(submitter, error);
    }
}

uint64_t submitter_unfinished(const struct submitter *submitter)
{
    return HASH_COUNT(submitter->entries);
}

uint64_t submitter_unaccepted(const struct submitter *submitter)
{
    return submitter->waiting + submitter->sent;
}
