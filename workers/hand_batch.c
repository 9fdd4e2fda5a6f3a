/* hand_batch.c - takes queued jobs through the hosted stages, commits, and answers for each.
 *
 * Runs in the hand's thread, which lets go of the lock while a stage works so that the pulse can
 * speak. Happy path: decode the record, process stage after stage in memory, commit the batch, and
 * only then say DONE. What can fail: a report (BAD, RETRY: that one alone is rejected) or the stage
 * itself (FATAL: everything stays queued, the caller hands it back).
 */
#include "workers/hand.h"

#include "proto/failpoint.h"
#include "proto/log.h"
#include "proto/record.h"

#include <inttypes.h>
#include <stdio.h>

enum { LARGE_BYTES = 1 << 20 }; /* memory of a report so large is not kept for the next one */

static struct job *job_at(const struct hand *hand, unsigned place)
{
    return &hand->jobs[(hand->first + place) % hand->window];
}

static unsigned batch_size(const struct hand *hand)
{
    size_t bytes = 0;
    unsigned size = 0;
    while (size < hand->count && size < hand->batch) {
        bytes += job_at(hand, size)->record.len;
        if (size > 0 && bytes > HAND_BATCH_BYTES)
            break;
        size++;
    }
    return size;
}

/* Through all hosted stages from the job's on. */
static enum status process(const struct hand *hand, struct job *job)
{
    struct report *report = job->report;
    report_reset(report);
    enum status status =
        record_decode(buffer_slice(&job->record), job->stage, report, &job->reason);
    report->seq = job->seq;
    for (unsigned i = 0; i < hand->line_len && !status; i++)
        if (hand->line[i]->id >= job->stage)
            status = hand->line[i]->process(hand->states[i], report, &job->reason);
    return status;
}

/* A batch that was refused as a whole is tried one by one: only the guilty report is rejected. */
static enum status commit_each(const struct stage *stage, void *state, struct job **jobs,
                               size_t count, struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        jobs[i]->verdict = stage->commit(state, &jobs[i]->report, 1, &jobs[i]->reason);
        if (jobs[i]->verdict == STATUS_FATAL || jobs[i]->verdict == STATUS_AGAIN) {
            *error = jobs[i]->reason;
            return jobs[i]->verdict;
        }
    }
    return STATUS_OK;
}

static enum status commit(const struct stage *stage, void *state, struct job **jobs, size_t count,
                          struct error *error)
{
    struct report *reports[HAND_BATCH];
    struct job *good[HAND_BATCH];
    size_t good_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (jobs[i]->verdict != STATUS_OK)
            continue;
        reports[good_count] = jobs[i]->report;
        good[good_count++] = jobs[i];
    }
    if (good_count == 0)
        return STATUS_OK;
    enum status status = stage->commit(state, reports, good_count, error);
    if (status == STATUS_BAD)
        return commit_each(stage, state, good, good_count, error);
    if (status == STATUS_OK || status == STATUS_FATAL || status == STATUS_AGAIN)
        return status;
    for (size_t i = 0; i < good_count; i++) {
        good[i]->verdict = STATUS_RETRY;
        good[i]->reason = *error;
    }
    return STATUS_OK;
}

/* Without the lock. STATUS_FATAL: a stage can't go on; STATUS_AGAIN: not now. */
static enum status run_stages(const struct hand *hand, struct job **jobs, size_t count,
                              struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        jobs[i]->verdict = process(hand, jobs[i]);
        if (jobs[i]->verdict == STATUS_FATAL) {
            *error = jobs[i]->reason;
            return STATUS_FATAL;
        }
    }
    for (unsigned i = 0; i < hand->line_len; i++) {
        if (!hand->line[i]->commit)
            continue;
        enum status status = commit(hand->line[i], hand->states[i], jobs, count, error);
        if (status)
            return status;
    }
    return STATUS_OK;
}

/* ---- answering ---- */

static uint64_t version_of(const struct hand *hand)
{
    const struct stage *last = hand->line[hand->line_len - 1];
    return last->version ? last->version(hand->states[hand->line_len - 1]) : 0;
}

static enum status say_done(struct hand *hand, const struct job *job, uint64_t version)
{
    enum stage_id last = hand->line[hand->line_len - 1]->id;
    struct message done = {.type = MESSAGE_DONE,
                           .token = job->token,
                           .seq = job->seq,
                           .stage = last,
                           .outcome = job->report->outcome,
                           .version = version};
    if (last == STAGE_AGGREGATE)
        return session_deliver(&hand->session, &done, NULL);
    struct buffer record = {0};
    buffer_reserve(&record, hand->record_bytes);
    record_encode_for(job->report, last + 1, protocol_record_minor(hand->session.minor), &record);
    if (record.len > hand->record_bytes && record.len < LARGE_BYTES)
        hand->record_bytes = record.len;
    enum status status = session_deliver(&hand->session, &done, &record);
    buffer_release(&record);
    return status;
}

static enum status say_reject(struct hand *hand, const struct job *job)
{
    struct message reject = {.type = MESSAGE_REJECT,
                             .token = job->token,
                             .seq = job->seq,
                             .stage = job->stage,
                             .status = job->verdict == STATUS_BAD ? STATUS_BAD : STATUS_RETRY,
                             .text = slice_of(job->reason.text)};
    log_event(LOG_INFO, "job.rejected", "seq=%" PRIu64 " status=%s reason=\"%s\"", job->seq,
              status_name(job->verdict), job->reason.text);
    return session_deliver(&hand->session, &reject, NULL);
}

/* When the session is as good as lost the rest needs no answer: it is void with the session. */
static void answer_batch(struct hand *hand, struct job **jobs, size_t count)
{
    uint64_t version = version_of(hand);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = jobs[i]->verdict == STATUS_OK ? say_done(hand, jobs[i], version)
                                               : say_reject(hand, jobs[i]);
}

static void put_away(struct hand *hand, struct job *job)
{
    if (job->record.len > LARGE_BYTES) {
        report_release(job->report);
        buffer_release(&job->record);
    }
    job->report = NULL;
    hand->first = (hand->first + 1) % hand->window;
    hand->count--;
    hand->owed++;
}

enum status hand_work_batch(struct hand *hand, struct error *error)
{
    struct job *jobs[HAND_BATCH];
    unsigned count = batch_size(hand);
    for (unsigned i = 0; i < count; i++) {
        jobs[i] = job_at(hand, i);
        jobs[i]->report = &hand->reports[i];
    }
    pthread_mutex_unlock(&hand->lock);
    enum status status = run_stages(hand, jobs, count, error);
    if (!status)
        status = failpoint("worker.output", error);
    pthread_mutex_lock(&hand->lock);
    if (status)
        return status;
    answer_batch(hand, jobs, count);
    for (unsigned i = 0; i < count; i++)
        put_away(hand, jobs[i]);
    return STATUS_OK;
}
