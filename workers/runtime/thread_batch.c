/* thread_batch.c - takes queued jobs through the hosted stages, commits, and answers for each.
 *
 * Runs in the worker's thread, which lets go of the lock while a stage works so that the heartbeat
 * can speak. Happy path: decode the record, process stage after stage in memory, commit the batch,
 * and only then say DONE. What can fail: a report (BAD, RETRY: that one alone is rejected) or the
 * stage itself (FATAL: everything stays queued, the caller gives it back).
 */
#include "workers/runtime/thread.h"

#include "proto/base/failpoint.h"
#include "proto/base/log.h"
#include "proto/record.h"

#include <inttypes.h>
#include <stdio.h>

enum { LARGE_BYTES = 1 << 20 }; /* memory of a report so large is not kept for the next one */

static struct delivery *job_at(const struct worker_thread *thread, unsigned place)
{
    return &thread->jobs[(thread->first + place) % thread->window];
}

static unsigned batch_size(const struct worker_thread *thread)
{
    size_t bytes = 0;
    unsigned size = 0;
    while (size < thread->count && size < thread->batch) {
        bytes += job_at(thread, size)->record.len;
        if (size > 0 && bytes > THREAD_BATCH_BYTES)
            break;
        size++;
    }
    return size;
}

static void *state_of(const struct worker_thread *thread, const struct stage *stage)
{
    for (unsigned i = 0; i < thread->line_len; i++)
        if (thread->line[i] == stage)
            return thread->states[i];
    return NULL;
}

/* Whose turn it is behind a stage; who wants OCR is asked before. */
static enum stage_id behind(enum stage_id stage)
{
    return stage == STAGE_INGEST ? STAGE_SEGMENT : stage + 1;
}

/* Through the line from the job's stage on, as far as its stages are hosted here. A decision is for
 * the one that keeps something. */
static enum status walk_line(const struct worker_thread *thread, struct delivery *job)
{
    const struct stage *const *line = thread->options->line ? thread->options->line : stages;
    for (job->next = job->stage; *line; line++) {
        const struct stage *stage = *line;
        if (stage->id < job->stage || (stage->wants && !stage->wants(job->report)))
            continue;
        if (stage->wants)
            job->next = stage->id;
        if (!(thread->stages & 1u << stage->id))
            return STATUS_OK;
        enum status status = STATUS_OK;
        if (!job->report->decision || stage->commit)
            status = stage->process(state_of(thread, stage), job->report, &job->reason);
        if (status || (stage->wants && stage->wants(job->report)))
            return status; /* or not done with it: it comes again */
        job->next = behind(stage->id);
    }
    return STATUS_OK;
}

static enum status process(const struct worker_thread *thread, struct delivery *job)
{
    struct report *report = job->report;
    report_reset(report);
    enum status status =
        record_decode(buffer_slice(&job->record), job->stage, report, &job->reason);
    report->seq = job->seq;
    report->lineage = job->lineage;
    return status ? status : walk_line(thread, job);
}

/* A batch that was refused as a whole is tried one by one: only the guilty report is rejected. */
static enum status commit_each(const struct stage *stage, void *state, struct delivery **jobs,
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

static enum status commit(const struct stage *stage, void *state, struct delivery **jobs,
                          size_t count, struct error *error)
{
    struct report *reports[THREAD_BATCH];
    struct delivery *good[THREAD_BATCH];
    size_t good_count = 0;
    for (size_t i = 0; i < count; i++) {
        if (jobs[i]->verdict != STATUS_OK || jobs[i]->next <= stage->id)
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

/* False: handed back meanwhile. */
static bool enter(struct worker_thread *thread, enum thread_phase phase)
{
    pthread_mutex_lock(&thread->lock);
    bool here = !thread->left;
    thread->phase = phase;
    pthread_mutex_unlock(&thread->lock);
    return here;
}

/* Without the lock. STATUS_FATAL: a stage can't go on; STATUS_AGAIN: not now. Ends early when the
 * jobs were handed back meanwhile. */
static enum status run_stages(struct worker_thread *thread, struct delivery **jobs, size_t count,
                              struct error *error)
{
    for (size_t i = 0; i < count; i++) {
        if (!enter(thread, THREAD_PROCESSES))
            return STATUS_OK;
        enum status status = failpoint("worker.stages", error);
        if (status)
            return status;
        jobs[i]->verdict = process(thread, jobs[i]);
        if (jobs[i]->verdict == STATUS_FATAL) {
            *error = jobs[i]->reason;
            return STATUS_FATAL;
        }
    }
    if (!enter(thread, THREAD_COMMITS))
        return STATUS_OK;
    for (unsigned i = 0; i < thread->line_len; i++) {
        if (!thread->line[i]->commit)
            continue;
        enum status status = commit(thread->line[i], thread->states[i], jobs, count, error);
        if (status)
            return status;
    }
    return STATUS_OK;
}

/* ---- answering ---- */

static uint64_t version_of(const struct worker_thread *thread)
{
    const struct stage *last = thread->line[thread->line_len - 1];
    return last->version ? last->version(thread->states[thread->line_len - 1]) : 0;
}

static enum status say_reject(struct worker_thread *thread, const struct delivery *job)
{
    struct message reject = {.type = MESSAGE_REJECT,
                             .token = job->token,
                             .seq = job->seq,
                             .stage = job->stage,
                             .status = job->verdict == STATUS_BAD ? STATUS_BAD : STATUS_RETRY,
                             .text = slice_of(job->reason.text)};
    if (job->report && job->report->unplaced && job->verdict == STATUS_BAD)
        reject.verb = SLICE("unplaced");
    log_event(LOG_INFO, "job.rejected", "seq=%" PRIu64 " status=%s reason=\"%s\"", job->seq,
              status_name(job->verdict), job->reason.text);
    return session_deliver(&thread->session, &reject, NULL);
}

static enum status say_done(struct worker_thread *thread, struct delivery *job, uint64_t version)
{
    bool last = job->next == STAGE_COUNT;
    uint32_t minor = thread->session.minor;
    enum stage_id ran = job->next - 1; /* or was passed by */
    if (ran == STAGE_OCR && minor < OCR_SINCE_MINOR)
        ran = STAGE_INGEST;
    struct message done = {.type = MESSAGE_DONE,
                           .token = job->token,
                           .seq = job->seq,
                           .stage = ran,
                           .outcome = job->report->outcome,
                           .version = version};
    if (last)
        return session_deliver(&thread->session, &done, NULL);
    struct buffer record = {0};
    buffer_reserve(&record, thread->record_bytes);
    record_encode_for(job->report, job->next, protocol_record_minor(minor), &record);
    if (record.len > thread->record_bytes && record.len < LARGE_BYTES)
        thread->record_bytes = record.len;
    struct error unfit;
    enum status status = record_fits(buffer_slice(&record), &unfit);
    if (status == STATUS_OK) {
        status = session_deliver(&thread->session, &done, &record);
    } else { /* it would never arrive or be read, and look as if this worker had vanished */
        job->verdict = fail(&job->reason, STATUS_BAD,
                            "its record behind %s has %s: split the document (报告过长)",
                            stage_name(ran), unfit.text);
        status = say_reject(thread, job);
    }
    buffer_release(&record);
    return status;
}

/* When the session is as good as lost the rest needs no answer: it is void with the session. */
static void answer_batch(struct worker_thread *thread, struct delivery **jobs, size_t count)
{
    uint64_t version = version_of(thread);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && !status; i++)
        status = jobs[i]->verdict == STATUS_OK ? say_done(thread, jobs[i], version)
                                               : say_reject(thread, jobs[i]);
}

static void put_away(struct worker_thread *thread, struct delivery *job)
{
    if (job->record.len > LARGE_BYTES) {
        report_release(job->report);
        buffer_release(&job->record);
    }
    job->report = NULL;
    thread->first = (thread->first + 1) % thread->window;
    thread->count--;
    thread->owed++;
}

enum status thread_work_batch(struct worker_thread *thread, struct error *error)
{
    struct delivery *jobs[THREAD_BATCH];
    unsigned count = batch_size(thread);
    for (unsigned i = 0; i < count; i++) {
        jobs[i] = job_at(thread, i);
        jobs[i]->report = &thread->reports[i];
    }
    pthread_mutex_unlock(&thread->lock);
    enum status status = run_stages(thread, jobs, count, error);
    if (!status)
        status = failpoint("worker.output", error);
    pthread_mutex_lock(&thread->lock);
    thread->phase = THREAD_SPEAKS;
    if (thread->left)
        return STATUS_OK; /* somebody else has them */
    if (status)
        return status;
    answer_batch(thread, jobs, count);
    for (unsigned i = 0; i < count; i++)
        put_away(thread, jobs[i]);
    return STATUS_OK;
}
