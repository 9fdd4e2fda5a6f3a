/* submit.c - reports come in, are journalled, and only then acknowledged.
 *
 * Owned by the broker's thread. The happy path: submit_take stages a report and its ACCEPTED;
 * submit_commit makes the batch durable and queues the jobs; outbox_send tells. What can fail: the
 * submission itself (refused for good), the disk being nearly full or the journal broken (refused
 * for now, with a time to ask again).
 */
#include "broker/broker_private.h"
#include "proto/clock.h"

#include <stdlib.h>

static struct watch *find_watch(struct broker *broker, uint64_t seq)
{
    struct watch *watch = NULL;
    HASH_FIND(hh, broker->watches, &seq, sizeof seq, watch);
    return watch;
}

static void add_watch(struct broker *broker, uint64_t seq, const struct peer *peer, uint64_t id)
{
    struct watch *watch = find_watch(broker, seq);
    if (!watch) {
        watch = memory_zero(sizeof *watch);
        watch->seq = seq;
        HASH_ADD(hh, broker->watches, seq, sizeof watch->seq, watch);
    }
    watch->peer = peer->id;
    watch->id = id;
}

static void tell_outcome(struct broker *broker, const struct peer_id *to, uint64_t id, uint64_t seq,
                         enum outcome outcome, enum status status, struct slice reason)
{
    outbox_accept_first(broker, to, id);
    struct reply *reply = outbox_add(broker, to, MESSAGE_OUTCOME, id);
    reply->message.seq = seq;
    reply->message.outcome = outcome;
    reply->message.status = status;
    buffer_add(&reply->text, reason);
}

void submit_outcome(struct broker *broker, const struct job *job, enum outcome outcome,
                    struct slice reason)
{
    struct watch *watch = find_watch(broker, job->seq);
    if (!watch)
        return;
    tell_outcome(broker, &watch->peer, watch->id, job->seq, outcome,
                 job->state == JOB_DEAD ? STATUS_BAD : STATUS_OK, reason);
    /* One that never came ends in the turn of its ACCEPTED, which waits for the commit. */
    if (job->cause == CAUSE_UNREADABLE)
        broker->outbox.items[broker->outbox.count - 1].durable = true;
    HASH_DELETE(hh, broker->watches, watch);
    free(watch);
}

void submit_drop_document(struct broker *broker, struct job *job)
{
    if (journal_in_memory(broker->journal) || !job->document.data)
        return;
    broker->warm_bytes -= job->document.len;
    buffer_release(&job->document);
}

void jobs_push(struct jobs *jobs, struct job *job)
{
    if (jobs->count == jobs->capacity) {
        jobs->capacity = jobs->capacity ? jobs->capacity * 2 : 256;
        jobs->items = memory_resize(jobs->items, jobs->capacity * sizeof *jobs->items);
    }
    jobs->items[jobs->count++] = job;
}

/* ---- taking ---- */

static bool is_acceptable(struct broker *broker, const struct peer *peer,
                          const struct message *message)
{
    const char *wrong = NULL;
    if (message->path.len == 0 || message->path.len > MAX_PATH_BYTES)
        wrong = "its path is empty or longer than 4096 bytes: name it otherwise";
    else if (message->flow.len > MAX_FLOW_BYTES ||
             slice_has(message->flow, (struct slice){"\0", 1}))
        wrong = "the name of its flow is longer than 64 bytes or has a NUL: choose another";
    else if (message->payload.len > broker->options.max_document_bytes)
        wrong = "the document is larger than WELCOME.max_document_bytes: split it";
    if (wrong)
        outbox_refuse(broker, &peer->id, message->id, STATUS_BAD, 0, "%.*s: %s",
                      SLICE_ARGS(message->path), wrong);
    return !wrong;
}

void submit_hold(struct broker *broker, struct peer *peer, uint64_t id)
{
    if (peer->refused_id && peer->refused_id < id)
        return;
    peer->refused_id = id;
    peer->refused_us = broker->now_us;
}

static bool must_wait(const struct broker *broker, const struct peer *peer, uint64_t id)
{
    return peer->refused_id && id > peer->refused_id &&
           broker->now_us - peer->refused_us < ORDER_MS * 1000ull;
}

/* When a journal that can't be written will have been tried again. */
static uint32_t reopen_wait_ms(const struct broker *broker)
{
    enum { MARGIN_MS = 20 };
    uint64_t left_us = broker->reopen_us > broker->now_us ? broker->reopen_us - broker->now_us : 0;
    return (uint32_t)(left_us / 1000) + MARGIN_MS;
}

static bool is_open(struct broker *broker, struct peer *peer, uint64_t id)
{
    const char *broken = journal_broken(broker->journal);
    if (broken)
        outbox_refuse(broker, &peer->id, id, STATUS_RETRY, reopen_wait_ms(broker),
                      "the journal can't be written, nothing is accepted: %s", broken);
    else if (broker->disk_low)
        outbox_refuse(broker, &peer->id, id, STATUS_AGAIN, RETRY_MS,
                      "the broker's disk is nearly full, nothing new is accepted: free some space");
    else if (broker->stopping)
        outbox_refuse(broker, &peer->id, id, STATUS_AGAIN, RETRY_MS, "the broker is stopping");
    else if (must_wait(broker, peer, id))
        outbox_refuse(broker, &peer->id, id, STATUS_AGAIN, RETRY_SOON_MS,
                      "number %" PRIu64 " was refused for now and goes first, to keep their order",
                      peer->refused_id);
    else
        return true;
    submit_hold(broker, peer, id);
    return false;
}

/* A number instead of a document: how did that one end? Asked again after a lost connection. */
static void watch_again(struct broker *broker, const struct peer *peer,
                        const struct message *message)
{
    /* What ended in this turn isn't in the journal's state before the commit. */
    submit_commit(broker);
    const char *broken = journal_broken(broker->journal);
    if (broken) {
        outbox_refuse(broker, &peer->id, message->id, STATUS_RETRY, RETRY_MS, "%s", broken);
        return;
    }
    struct entry letter;
    struct buffer storage = {0};
    if (journal_letter(broker->journal, message->seq, &letter, &storage, NULL) == STATUS_OK) {
        tell_outcome(broker, &peer->id, message->id, message->seq, OUTCOME_NONE, STATUS_BAD,
                     letter.reason);
    } else if (find_watch(broker, message->seq) ||
               journal_document(broker->journal, message->seq, &storage, NULL) == STATUS_OK) {
        add_watch(broker, message->seq, peer, message->id);
        outbox_add(broker, &peer->id, MESSAGE_ACCEPTED, message->id)->message.seq = message->seq;
    } else {
        tell_outcome(broker, &peer->id, message->id, message->seq, OUTCOME_NONE, STATUS_OK,
                     (struct slice){0});
    }
    buffer_release(&storage);
}

void submit_want_sync(struct broker *broker)
{
    if (!broker->sync)
        broker->staged_us = broker->now_us;
    broker->sync = true;
}

static void accept(struct broker *broker, const struct peer *peer, const struct message *message,
                   uint64_t seq, uint64_t known_seq)
{
    struct reply *reply = outbox_add(broker, &peer->id, MESSAGE_ACCEPTED, message->id);
    reply->message.seq = seq;
    reply->message.known_seq = known_seq;
    reply->durable = true;
    submit_want_sync(broker);
    if (message->watch)
        add_watch(broker, seq, peer, message->id);
}

/* Nobody has its bytes, but it must not vanish without a trace either. */
static void take_unreadable(struct broker *broker, struct job *job, const struct message *message)
{
    job->cause = CAUSE_UNREADABLE;
    job->attempts = 1;
    job->first_ms = job->last_ms = job->submitted_ms;
    job_move(job, JOB_EVENT_UNREADABLE);
    work_bury(broker, &job, "", message->text);
}

void submit_take(struct broker *broker, struct peer *peer, const struct message *message)
{
    if (message->seq && !message->payload.len && !message->text.len) {
        watch_again(broker, peer, message);
        return;
    }
    if (!is_acceptable(broker, peer, message) || !is_open(broker, peer, message->id)) {
        broker->refused_submits++;
        return;
    }
    if (message->id <= peer->refused_id)
        peer->refused_id = 0;
    struct job *job = job_new(journal_next_seq(broker->journal), message->path, message->flow,
                              message->priority > 0);
    job->submitted_ms = clock_unix_ms();
    job->ready_us = broker->now_us;
    if (message->text.len) {
        accept(broker, peer, message, job->seq, 0);
        take_unreadable(broker, job, message);
        return;
    }
    uint64_t known_seq;
    struct error error;
    bool keep = broker->queues[STAGE_INGEST].depth < FLOW_WINDOW &&
                broker->warm_bytes + message->payload.len <= broker->options.memory_bytes / 4;
    if (journal_append(broker->journal, job, message->payload, keep, &known_seq, &error)) {
        outbox_refuse(broker, &peer->id, message->id, STATUS_RETRY, RETRY_SOON_MS, "%s",
                      error.text);
        submit_hold(broker, peer, message->id);
        broker->refused_submits++;
        job_free(&job);
        return;
    }
    if (keep && !journal_in_memory(broker->journal))
        broker->warm_bytes += job->document.len;
    accept(broker, peer, message, job->seq, known_seq);
    broker->duplicates += known_seq != 0;
    rate_count(&broker->accepted, broker->second);
    jobs_push(&broker->staged, job);
}

/* ---- committing ---- */

static void admit(struct broker *broker)
{
    struct queue *queue = &broker->queues[STAGE_INGEST];
    /* Work has been sent out in this turn already: the next one must not wait for somebody to
     * speak. */
    broker->busy |= broker->staged.count + broker->revived.count > 0;
    for (size_t i = 0; i < broker->staged.count; i++) {
        struct job *job = broker->staged.items[i];
        size_t warm = journal_in_memory(broker->journal) ? 0 : job->document.len;
        job_move(job, JOB_EVENT_STORED);
        if (!queue_admit(queue, &job))
            broker->warm_bytes -= warm;
    }
    broker->staged.count = 0;
    for (size_t i = 0; i < broker->revived.count; i++) {
        struct job *job = broker->revived.items[i];
        unsigned lane = job->urgent ? LANE_URGENT : LANE_NORMAL;
        if (!queue_in_tail(queue, lane, slice_of(job->flow), job->seq)) {
            queue_put(queue, &job);
            continue;
        }
        queue_grow_tail(queue, lane, slice_of(job->flow), job->document_bytes);
        job_free(&job);
    }
    broker->revived.count = 0;
}

static void forget(struct broker *broker)
{
    for (size_t i = 0; i < broker->staged.count; i++) {
        struct job *job = broker->staged.items[i];
        struct watch *watch = find_watch(broker, job->seq);
        if (watch) {
            HASH_DELETE(hh, broker->watches, watch);
            free(watch);
        }
        submit_drop_document(broker, job);
        job_free(&job);
    }
    for (size_t i = 0; i < broker->revived.count; i++)
        job_free(&broker->revived.items[i]);
    broker->staged.count = broker->revived.count = 0;
}

/* A lone report is synced at once. Under load a sync follows the last one at the distance of its
 * own duration at the earliest: the disk works half of the time, and each sync serves all that came
 * in the other half. */
bool submit_commit_due(const struct broker *broker)
{
    uint64_t now_us = clock_monotonic_us();
    return !broker->sync || broker->stopping || now_us >= broker->sync_us ||
           now_us - broker->staged_us >= broker->options.commit_ms * 1000ull ||
           journal_staged_bytes(broker->journal) >= broker->options.commit_bytes;
}

void submit_commit(struct broker *broker)
{
    struct error error = {0};
    enum status status = STATUS_OK;
    uint64_t start_us = clock_monotonic_us();
    if (broker->sync || journal_staged_bytes(broker->journal))
        status = journal_commit(broker->journal, broker->sync, &error);
    uint64_t end_us = clock_monotonic_us();
    if (broker->sync)
        broker->sync_us = end_us + (end_us - start_us);
    broker->sync = false;
    if (status == STATUS_OK) {
        admit(broker);
        return;
    }
    if (broker->reopen_us == 0) {
        log_event(LOG_ERROR, "journal.broken", "reason=\"%s\"", error.text);
        broker->reopen_pause_ms = REOPEN_LEAST_MS;
        broker->reopen_us = broker->now_us + REOPEN_LEAST_MS * 1000;
    }
    forget(broker);
    outbox_revoke(broker, reopen_wait_ms(broker), error.text);
}

/* ---- room on the disk ---- */

static void try_reopen(struct broker *broker)
{
    if (!journal_broken(broker->journal) || broker->now_us < broker->reopen_us)
        return;
    struct error error = {0};
    backup_wait(broker);
    if (journal_reopen(broker->journal, &error) == STATUS_OK) {
        log_event(LOG_WARN, "journal.reopened", "seq=%" PRIu64, journal_last_seq(broker->journal));
        broker->reopen_us = 0;
        dead_count(broker);
        return;
    }
    log_event(LOG_ERROR, "journal.broken", "reason=\"%s\"", error.text);
    broker->reopen_pause_ms *= 2;
    if (broker->reopen_pause_ms > REOPEN_MOST_MS)
        broker->reopen_pause_ms = REOPEN_MOST_MS;
    broker->reopen_us = broker->now_us + broker->reopen_pause_ms * 1000ull;
}

void submit_check_disk(struct broker *broker)
{
    try_reopen(broker);
    if (broker->now_us < broker->disk_us)
        return;
    broker->disk_us = broker->now_us + DISK_CHECK_MS * 1000;
    uint64_t free_bytes = journal_free_bytes(broker->journal);
    bool was_low = broker->disk_low;
    if (free_bytes < broker->options.disk_low_bytes)
        broker->disk_low = true;
    else if (free_bytes >= broker->options.disk_high_bytes)
        broker->disk_low = false;
    if (broker->disk_low != was_low)
        log_event(LOG_WARN, broker->disk_low ? "disk.low" : "disk.enough",
                  "free_bytes=%" PRIu64 " low=%" PRIu64 " high=%" PRIu64, free_bytes,
                  broker->options.disk_low_bytes, broker->options.disk_high_bytes);
}
