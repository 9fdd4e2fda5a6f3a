/* commit.c - what is staged goes to disk, and what is done when it can't.
 *
 * Owned by the broker's thread. The happy path: changes are staged in the course of a turn;
 * commit_now makes them durable together and queues the new reports; the outbox tells. When a write
 * fails, whoever waited is refused, and the journal is opened again at growing distances.
 */
#include "broker/commit.h"
#include "broker/beat.h"
#include "broker/outbox.h"
#include "broker/room.h"
#include "broker/watch.h"
#include "proto/base/clock.h"
#include "proto/base/log.h"

#include <stdlib.h>

enum {
    CROWD = 8,             /* reports that one sync serves */
    REOPEN_LEAST_MS = 100, /* first pause before a broken journal is opened again; doubles */
    REOPEN_MOST_MS = 5000,
};

/* ---- staging ---- */

void commit_want_sync(struct broker *broker)
{
    if (!broker->sync)
        broker->staged_us = broker->now_us;
    broker->sync = true;
}

static void push(struct jobs *jobs, struct job *job)
{
    if (jobs->count == jobs->capacity) {
        jobs->capacity = jobs->capacity ? jobs->capacity * 2 : 256;
        jobs->items = memory_resize(jobs->items, jobs->capacity * sizeof *jobs->items);
    }
    jobs->items[jobs->count++] = job;
}

void commit_stage(struct broker *broker, struct job *job)
{
    push(&broker->staged, job);
}

void commit_revive(struct broker *broker, struct job *job)
{
    push(&broker->revived, job);
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
        watch_end(broker, job->seq);
        room_drop_document(broker, job);
        job_free(&job);
    }
    for (size_t i = 0; i < broker->revived.count; i++)
        job_free(&broker->revived.items[i]);
    broker->staged.count = broker->revived.count = 0;
}

/* A lone report is synced at once. When a sync served a crowd, the next one follows at the distance
 * of its own duration at the earliest: the disk works half of the time, and each sync serves all
 * that came in the other half. Without a crowd that would only make a slow sync twice as slow. */
bool commit_due(const struct broker *broker)
{
    uint64_t now_us = clock_monotonic_us();
    return !broker->sync || broker->stopping || now_us >= broker->sync_us ||
           now_us - broker->staged_us >= broker->options.commit_ms * 1000ull ||
           journal_staged_bytes(broker->journal) >= broker->options.commit_bytes;
}

static enum status commit_journal(struct broker *broker, struct error *error)
{
    beat_allow(broker);
    enum status status = journal_commit(broker->journal, broker->sync, error);
    beat_forbid(broker);
    return status;
}

void commit_now(struct broker *broker)
{
    struct error error = {0};
    enum status status = STATUS_OK;
    bool crowded = broker->staged.count >= CROWD;
    uint64_t start_us = clock_monotonic_us();
    if (broker->sync || journal_staged_bytes(broker->journal))
        status = commit_journal(broker, &error);
    uint64_t end_us = clock_monotonic_us();
    if (broker->sync)
        broker->sync_us = crowded ? end_us + (end_us - start_us) : end_us;
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
    outbox_revoke(broker, commit_retry_ms(broker), error.text);
}

/* ---- a journal that can't be written ---- */

uint32_t commit_retry_ms(const struct broker *broker)
{
    enum { MARGIN_MS = 20 };
    uint64_t left_us = broker->reopen_us > broker->now_us ? broker->reopen_us - broker->now_us : 0;
    return (uint32_t)(left_us / 1000) + MARGIN_MS;
}

bool commit_reopen_due(const struct broker *broker)
{
    return journal_broken(broker->journal) && broker->now_us >= broker->reopen_us;
}

bool commit_reopen(struct broker *broker)
{
    struct error error = {0};
    beat_allow(broker);
    enum status status = journal_reopen(broker->journal, &error);
    beat_forbid(broker);
    if (status == STATUS_OK) {
        log_event(LOG_WARN, "journal.reopened", "seq=%" PRIu64, journal_last_seq(broker->journal));
        broker->reopen_us = 0;
        return true;
    }
    log_event(LOG_ERROR, "journal.broken", "reason=\"%s\"", error.text);
    broker->reopen_pause_ms *= 2;
    if (broker->reopen_pause_ms > REOPEN_MOST_MS)
        broker->reopen_pause_ms = REOPEN_MOST_MS;
    broker->reopen_us = broker->now_us + broker->reopen_pause_ms * 1000ull;
    return false;
}

/* ---- closing ---- */

static void jobs_release(struct jobs *jobs)
{
    for (size_t i = 0; i < jobs->count; i++)
        job_free(&jobs->items[i]);
    free(jobs->items);
    *jobs = (struct jobs){0};
}

void commit_release(struct broker *broker)
{
    jobs_release(&broker->staged);
    jobs_release(&broker->revived);
}
