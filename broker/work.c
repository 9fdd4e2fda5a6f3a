/* work.c - what workers say, and what becomes of the reports they held.
 *
 * Owned by the broker's thread. The happy path: READY brings credit, dispatch.c sends jobs, DONE
 * moves a report on or ends it. What can fail: a token that isn't (any more) the sender's, which is
 * refused and counted; and the report itself, which is tried again, paused, or buried with a
 * reason.
 */
#include "broker/work.h"
#include "broker/outbox.h"
#include "broker/outcome.h"
#include "broker/readers.h"
#include "broker/room.h"
#include "proto/base/log.h"
#include "proto/base/tr.h"
#include "proto/record.h"

#include <inttypes.h>
#include <stdio.h>

enum { MAX_CREDIT = 1 << 16 };

void work_ready(struct broker *broker, struct peer *peer, const struct message *message)
{
    if (message->stages)
        peer->stages = message->stages & ((1u << STAGE_COUNT) - 1);
    /* A version that can't be is passed over and logged. To refuse the peer for it would make it
     * greet again as a store of its own, whose version would then be believed. */
    if (peer->stages & 1u << STAGE_AGGREGATE)
        readers_version(broker, message->version);
    peer->credit += message->credit;
    if (peer->credit > MAX_CREDIT)
        peer->credit = MAX_CREDIT;
    if (message->store_bytes)
        broker->store_bytes = message->store_bytes;
}

static void refuse_token(struct broker *broker, const struct peer *peer,
                         const struct message *message, const char *why)
{
    log_event(LOG_INFO, "token.refused", "token=%" PRIu64 " name=\"%s\" reason=\"%s\"",
              message->token, peer->name, why);
    outbox_refuse(broker, &peer->id, message->id, STATUS_BAD, 0, "%s", why)->message.token =
        message->token;
}

static struct job *find_leased(struct broker *broker, struct peer *peer,
                               const struct message *message)
{
    struct job *job = lease_find(&broker->leases, message->token, &peer->holder);
    if (!job)
        refuse_token(broker, peer, message,
                     "this lease is over or somebody else's: drop the report, it was sent again");
    return job;
}

/* ---- ends of a lease ---- */

static void bury_for(struct broker *broker, struct job *job, enum cause cause, const char *worker,
                     struct slice reason)
{
    char line[256];
    if (!reason.len) {
        snprintf(line, sizeof line, TR("%s, %u times; the last one was %s"),
                 cause == CAUSE_LAPSED ? TR("no worker finished it within its lease")
                                       : TR("the worker that held it vanished"),
                 job->attempts, worker);
        reason = slice_of(line);
    }
    outcome_bury(broker, &job, worker, reason);
}

/* A leased job's delivery ended badly: queued again, pausing or buried. Takes the job. */
static void fail_job(struct broker *broker, struct job *job, enum cause cause, const char *worker,
                     struct slice reason)
{
    enum job_state state = lease_fail(&broker->leases, job, cause, broker->now_us);
    log_event(LOG_INFO, "lease.failed",
              "seq=%" PRIu64 " stage=%s cause=%s attempts=%u worker=\"%s\"", job->seq,
              stage_name(job->stage), cause_name(cause), job->attempts, worker);
    if (state == JOB_DEAD) {
        bury_for(broker, job, cause, worker, reason);
        return;
    }
    journal_note(broker->journal, job);
    if (state == JOB_READY)
        queue_put(&broker->queues[job->stage], &job);
}

/* ---- done ---- */

static void advance(struct broker *broker, struct job *job, enum stage_id next, struct slice record)
{
    lease_advance(&broker->leases, job, next, broker->now_us);
    job_set(&job->record, record);
    room_drop_document(broker, job);
    queue_put(&broker->queues[next], &job);
}

void work_done(struct broker *broker, struct peer *peer, const struct message *message)
{
    struct job *job = find_leased(broker, peer, message);
    if (!job)
        return;
    uint32_t stage_done = message->stage;
    if (stage_done == STAGE_INGEST && peer->minor < OCR_SINCE_MINOR)
        stage_done = STAGE_OCR; /* it knows no reports that don't pass that by */
    bool last = stage_done == STAGE_AGGREGATE;
    bool goes_on = job->stage == STAGE_OCR && stage_done == STAGE_INGEST; /* some pages are read */
    if ((stage_done < job->stage && !goes_on) || stage_done >= STAGE_COUNT ||
        (!last && !message->payload.len) || message->payload.len > MAX_RECORD_BYTES) {
        refuse_token(broker, peer, message,
                     "DONE needs the last stage that ran, not before the one asked for, and the "
                     "record behind it");
        fail_job(broker, job, CAUSE_POSTPONED, peer->name,
                 SLICE(TR("its worker broke the protocol")));
        return;
    }
    for (unsigned stage = job->stage; stage <= stage_done; stage++)
        if (stage != STAGE_OCR || job->stage == STAGE_OCR) /* others pass it by */
            rate_count(&broker->done[stage], broker->second);
    peer->done++;
    if (last) {
        readers_version(broker, message->version);
        lease_finish(&broker->leases, job);
        outcome_finish(broker, &job, message->outcome);
    } else {
        advance(broker, job, stage_done + 1, message->payload);
        if (goes_on)
            journal_keep_pages(broker->journal, job);
    }
}

/* ---- not done ---- */

void work_reject(struct broker *broker, struct peer *peer, const struct message *message)
{
    struct job *job = find_leased(broker, peer, message);
    if (!job)
        return;
    if (message->status == STATUS_RETRY || message->status == STATUS_AGAIN) {
        fail_job(broker, job, CAUSE_POSTPONED, peer->name, message->text);
        return;
    }
    bool unplaced = slice_equal(message->verb, SLICE("unplaced"));
    lease_reject(&broker->leases, job, unplaced ? CAUSE_UNPLACED : CAUSE_REJECTED);
    if (message->stage > job->stage && message->stage < STAGE_COUNT)
        job->stage = message->stage;
    outcome_bury(broker, &job, peer->name,
                 message->text.len ? message->text : SLICE(TR("rejected without a reason")));
}

void work_renew(struct broker *broker, struct peer *peer, const struct message *message)
{
    struct job *job = find_leased(broker, peer, message);
    if (job)
        lease_renew(&broker->leases, job, broker->now_us);
}

void work_release(struct broker *broker, struct peer *peer, const struct message *message)
{
    struct job *job = find_leased(broker, peer, message);
    if (!job)
        return;
    lease_release(&broker->leases, job, broker->now_us);
    queue_put(&broker->queues[job->stage], &job);
}

void work_give_up(struct broker *broker, struct peer *peer, enum cause cause)
{
    while (peer->holder.held) {
        struct job *job = peer->holder.held;
        if (cause != CAUSE_NONE) {
            fail_job(broker, job, cause, peer->name, (struct slice){0});
            continue;
        }
        lease_release(&broker->leases, job, broker->now_us);
        queue_put(&broker->queues[job->stage], &job);
    }
}

void work_timers(struct broker *broker)
{
    struct job *job;
    while ((job = lease_next_lapsed(&broker->leases, broker->now_us))) {
        struct peer *peer = (struct peer *)job->holder;
        log_event(LOG_WARN, "lease.lapsed", "seq=%" PRIu64 " stage=%s worker=\"%s\"", job->seq,
                  stage_name(job->stage), peer->name);
        fail_job(broker, job, CAUSE_LAPSED, peer->name, (struct slice){0});
    }
    while ((job = lease_next_rested(&broker->leases, broker->now_us)))
        queue_put(&broker->queues[job->stage], &job);
}
