/* thread_talk.c - what a thread of a worker says to the broker and hears from it.
 *
 * Called by the thread with its lock held; while a stage works, by the pool's heartbeat, which then
 * renews leases, and hands everything back when the worker is to end. What can fail: the broker
 * won't have this worker (STATUS_FATAL); a lost session only voids what was held.
 */
#include "workers/runtime/thread.h"

#include "proto/base/clock.h"
#include "proto/base/log.h"

#include <inttypes.h>

static void forget_jobs(struct worker_thread *thread)
{
    thread->count = 0;
    thread->owed = 0;
}

/* The size is looked up when there is nothing else to do, else now and then. */
static void say_state(struct worker_thread *thread, bool idle, struct message *ready)
{
    enum { LOOK_US = 1000000 };
    const struct stage *last = thread->line[thread->line_len - 1];
    void *state = thread->states[thread->line_len - 1];
    uint64_t now_us = clock_monotonic_us();
    ready->version = last->version ? last->version(state) : 0;
    if (last->disk_bytes && (idle || now_us - thread->sized_us >= LOOK_US)) {
        thread->store_bytes = last->disk_bytes(state);
        thread->sized_us = now_us;
    }
    ready->store_bytes = thread->store_bytes;
}

/* Credit goes back in lumps: a message for every job would cost as much as the job's own. */
void thread_give_credit(struct worker_thread *thread, bool first)
{
    unsigned credit = first ? thread->window : thread->owed;
    bool idle = thread->count == 0;
    if (credit == 0 || (!idle && credit < thread->window / 4))
        return;
    struct message ready = {.type = MESSAGE_READY, .stages = thread->stages, .credit = credit};
    say_state(thread, idle, &ready);
    if (session_deliver(&thread->session, &ready, NULL) == STATUS_OK)
        thread->owed = 0;
}

static void release_job(struct worker_thread *thread, uint64_t token, uint64_t seq)
{
    struct message release = {.type = MESSAGE_RELEASE, .token = token, .seq = seq};
    session_deliver(&thread->session, &release, NULL);
}

static void take_job(struct worker_thread *thread, const struct message *message)
{
    bool hosted = thread->stages & 1u << message->stage;
    if (!hosted || thread->count == thread->window) {
        log_event(LOG_WARN, "job.unasked", "seq=%" PRIu64 " stage=%s held=%u", message->seq,
                  stage_name((enum stage_id)message->stage), thread->count);
        release_job(thread, message->token, message->seq);
        return;
    }
    struct delivery *job = &thread->jobs[(thread->first + thread->count++) % thread->window];
    job->token = message->token;
    job->seq = message->seq;
    job->stage = (enum stage_id)message->stage;
    job->leased_us = clock_monotonic_us();
    buffer_clear(&job->record);
    buffer_add(&job->record, message->payload);
    job->lineage = message->lineage;
    buffer_clear(&job->origin);
    buffer_add(&job->origin, message->lineage.origin);
    job->lineage.origin = buffer_slice(&job->origin);
}

/* A question to whichever stage keeps something: for a copy of it, or, from a broker that doesn't
 * know the thread that answers, for a page. */
static void answer_question(struct worker_thread *thread, const struct message *question)
{
    unsigned last = thread->line_len - 1;
    struct buffer page = {0};
    struct error error = {0};
    pthread_mutex_unlock(&thread->lock);
    struct message answer =
        answers_make(thread->line[last], thread->states[last], question, &page, &error);
    pthread_mutex_lock(&thread->lock);
    session_deliver(&thread->session, &answer, answer.type == MESSAGE_ANSWER ? &page : NULL);
    buffer_release(&page);
}

static void take_message(struct worker_thread *thread, const struct message *message)
{
    if (message->type == MESSAGE_JOB)
        take_job(thread, message);
    else if (message->type == MESSAGE_READ || message->type == MESSAGE_BACKUP)
        answer_question(thread, message);
    else if (message->type == MESSAGE_REFUSED)
        log_event(LOG_INFO, "job.refused", "token=%" PRIu64 " reason=\"%.*s\"", message->token,
                  SLICE_ARGS(message->text));
}

/* Everything that has arrived and can be held. */
enum status thread_receive(struct worker_thread *thread, struct error *error)
{
    while (thread->count < thread->window) {
        struct message message;
        switch (session_next(&thread->session, &message, error)) {
        case SESSION_QUIET:
            return STATUS_OK;
        case SESSION_MESSAGE:
            take_message(thread, &message);
            break;
        case SESSION_BEGUN:
            forget_jobs(thread);
            thread_give_credit(thread, true);
            if (thread->session.minor >= ANSWERS_SINCE_MINOR &&
                answers_start(&thread->answers, thread->name, error) != STATUS_OK)
                return STATUS_FATAL;
            break;
        case SESSION_LOST:
            forget_jobs(thread);
            break;
        case SESSION_REFUSED:
            return STATUS_FATAL;
        }
    }
    return STATUS_OK;
}

void thread_renew_leases(struct worker_thread *thread)
{
    uint64_t now_us = clock_monotonic_us();
    uint64_t third_us = thread->session.lease_ms * 1000ull / 3;
    for (unsigned i = 0; i < thread->count; i++) {
        struct delivery *job = &thread->jobs[(thread->first + i) % thread->window];
        if (now_us - job->leased_us < third_us)
            break; /* those behind it came later or were renewed with it */
        struct message renew = {.type = MESSAGE_RENEW, .token = job->token, .seq = job->seq};
        if (session_send(&thread->session, &renew, NULL) != STATUS_OK)
            break;
        job->leased_us = now_us;
    }
}

void thread_heartbeat(struct worker_thread *thread)
{
    if (pthread_mutex_trylock(&thread->lock) != 0)
        return;
    thread_renew_leases(thread);
    session_beat(&thread->session);
    pthread_mutex_unlock(&thread->lock);
}

bool thread_leave(struct worker_thread *thread)
{
    if (pthread_mutex_trylock(&thread->lock) != 0)
        return false;
    bool deep = thread->phase == THREAD_PROCESSES;
    if (deep && !thread->left) {
        log_event(LOG_WARN, "worker.left", "thread=\"%s\" seq=%" PRIu64 " held=%u", thread->name,
                  thread->count ? thread->jobs[thread->first].seq : 0, thread->count);
        answers_stop(&thread->answers);
        thread_give_back(thread);
        session_close(&thread->session);
        thread->left = true;
    }
    pthread_mutex_unlock(&thread->lock);
    return deep;
}

void thread_give_back(struct worker_thread *thread)
{
    if (thread->session.state != SESSION_UP)
        return;
    for (unsigned i = 0; i < thread->count; i++) {
        struct delivery *job = &thread->jobs[(thread->first + i) % thread->window];
        release_job(thread, job->token, job->seq);
    }
    forget_jobs(thread);
    struct message message;
    struct error ignored;
    while (session_next(&thread->session, &message, &ignored) == SESSION_MESSAGE)
        if (message.type == MESSAGE_JOB)
            release_job(thread, message.token, message.seq);
}
