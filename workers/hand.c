/* hand.c - one thread of a worker: receive, work, answer, until it is told to stop.
 *
 * Owned by its thread; the pulse enters through hand_pulse only while a stage works. Happy path:
 * the main loop in work(). What can fail: a stage can't be set up or can't go on (what is held goes
 * back to the broker, the process ends loudly), the broker won't have this worker. A lost session
 * is no failure: what was held is forgotten, since the broker sends it again.
 */
#include "workers/hand.h"

#include "proto/clock.h"
#include "proto/log.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STANDBY_MS = 200, HOLD_MS = 250 };

void hand_init(struct hand *hand, const struct worker_options *options, int stop_fd,
               unsigned number)
{
    *hand = (struct hand){.options = options, .stop_fd = stop_fd};
    const struct stage *const *line = options->line ? options->line : stages;
    for (; *line; line++) {
        if (!(options->stages & 1u << (*line)->id))
            continue;
        hand->batches |= (*line)->commit != NULL;
        hand->line[hand->line_len++] = *line;
    }
    char host[48] = "";
    gethostname(host, sizeof host - 1);
    if (options->name)
        snprintf(hand->name, sizeof hand->name, "%s/%u", options->name, number);
    else
        snprintf(hand->name, sizeof hand->name, "%s/%ld/%u", host, (long)getpid(), number);
    hand->window = hand->batches ? HAND_WINDOW_BATCH : HAND_WINDOW;
    hand->batch = hand->batches ? HAND_BATCH : HAND_LUMP;
    hand->jobs = memory_zero(hand->window * sizeof *hand->jobs);
    hand->reports = memory_zero(hand->batch * sizeof *hand->reports);
    hand->reloads_seen = worker_reloads;
    pthread_mutex_init(&hand->lock, NULL);
}

void hand_release(struct hand *hand)
{
    for (unsigned i = 0; i < hand->window; i++)
        buffer_release(&hand->jobs[i].record);
    for (unsigned i = 0; i < hand->batch; i++)
        report_release(&hand->reports[i]);
    free(hand->jobs);
    free(hand->reports);
    pthread_mutex_destroy(&hand->lock);
}

/* ---- stages ---- */

static bool stopping(const struct hand *hand, int wait_ms)
{
    return wire_wait(NULL, 0, hand->stop_fd, wait_ms) != 0;
}

static enum status set_up_stage(struct hand *hand, unsigned place, struct error *error)
{
    const struct stage *stage = hand->line[place];
    const struct stage_config *config = &hand->options->config;
    for (bool told = false;; told = true) {
        enum status status = stage->init(&hand->states[place], config, error);
        if (status != STATUS_AGAIN || !config->wait_for_store)
            return status;
        if (!told)
            log_event(LOG_WARN, "worker.standby", "stage=%s reason=\"%s\"", stage->name,
                      error->text);
        if (stopping(hand, STANDBY_MS))
            return STATUS_AGAIN;
    }
}

static enum status set_up_stages(struct hand *hand, struct error *error)
{
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < hand->line_len && !status; i++)
        status = set_up_stage(hand, i, error);
    return status;
}

static void release_stages(struct hand *hand)
{
    for (unsigned i = 0; i < hand->line_len; i++)
        if (hand->line[i]->release)
            hand->line[i]->release(&hand->states[i]);
}

static void reload_stages(struct hand *hand)
{
    if (hand->reloads_seen == worker_reloads)
        return;
    hand->reloads_seen = worker_reloads;
    for (unsigned i = 0; i < hand->line_len; i++) {
        const struct stage *stage = hand->line[i];
        struct error error = {0};
        if (!stage->reload)
            continue;
        pthread_mutex_unlock(&hand->lock);
        enum status status = stage->reload(hand->states[i], &error);
        pthread_mutex_lock(&hand->lock);
        if (status == STATUS_OK)
            log_event(LOG_INFO, "worker.reloaded", "stage=%s", stage->name);
        else
            log_event(LOG_ERROR, "worker.reload_failed", "stage=%s kept=old reason=\"%s\"",
                      stage->name, error.text);
    }
}

/* ---- talking ---- */

static void forget_jobs(struct hand *hand)
{
    hand->count = 0;
    hand->owed = 0;
}

/* The size is looked up when there is nothing else to do, else now and then. */
static void say_state(struct hand *hand, bool idle, struct message *ready)
{
    enum { LOOK_US = 1000000 };
    const struct stage *last = hand->line[hand->line_len - 1];
    void *state = hand->states[hand->line_len - 1];
    uint64_t now_us = clock_monotonic_us();
    ready->version = last->version ? last->version(state) : 0;
    if (last->disk_bytes && (idle || now_us - hand->sized_us >= LOOK_US)) {
        hand->store_bytes = last->disk_bytes(state);
        hand->sized_us = now_us;
    }
    ready->store_bytes = hand->store_bytes;
}

/* Credit goes back in lumps: a message for every job would cost as much as the job's own. */
static void give_credit(struct hand *hand, bool first)
{
    unsigned credit = first ? hand->window : hand->owed;
    bool idle = hand->count == 0;
    if (credit == 0 || (!idle && credit < hand->window / 4))
        return;
    struct message ready = {
        .type = MESSAGE_READY, .stages = hand->options->stages, .credit = credit};
    say_state(hand, idle, &ready);
    if (session_deliver(&hand->session, &ready, NULL) == STATUS_OK)
        hand->owed = 0;
}

static void release_job(struct hand *hand, uint64_t token, uint64_t seq)
{
    struct message release = {.type = MESSAGE_RELEASE, .token = token, .seq = seq};
    session_deliver(&hand->session, &release, NULL);
}

static void take_job(struct hand *hand, const struct message *message)
{
    bool hosted = hand->options->stages & 1u << message->stage;
    if (!hosted || hand->count == hand->window) {
        log_event(LOG_WARN, "job.unasked", "seq=%" PRIu64 " stage=%s held=%u", message->seq,
                  stage_name((enum stage_id)message->stage), hand->count);
        release_job(hand, message->token, message->seq);
        return;
    }
    struct job *job = &hand->jobs[(hand->first + hand->count++) % hand->window];
    job->token = message->token;
    job->seq = message->seq;
    job->stage = (enum stage_id)message->stage;
    job->leased_us = clock_monotonic_us();
    buffer_clear(&job->record);
    buffer_add(&job->record, message->payload);
}

static enum status ask_stage(const struct stage *stage, void *state, const struct message *question,
                             struct buffer *page, struct error *error)
{
    if (question->type == MESSAGE_READ)
        return stage->answer(state, question->payload, page, error);
    struct buffer folder = {0};
    buffer_format(&folder, "%.*s", SLICE_ARGS(question->path));
    enum status status = stage->backup(state, folder.data, page, error);
    buffer_release(&folder);
    return status;
}

/* A question to whichever stage keeps something: for a page of it, or for a copy. */
static void answer_question(struct hand *hand, const struct message *question)
{
    struct message answer = {.id = question->id};
    struct buffer page = {0};
    struct error error = {0};
    enum status status = STATUS_BAD;
    fail(&error, status, "this worker holds no results: ask the aggregate worker");
    for (unsigned i = 0; i < hand->line_len; i++) {
        const struct stage *stage = hand->line[i];
        if (question->type == MESSAGE_READ ? !stage->answer : !stage->backup)
            continue;
        pthread_mutex_unlock(&hand->lock);
        status = ask_stage(stage, hand->states[i], question, &page, &error);
        pthread_mutex_lock(&hand->lock);
        answer.version = stage->version ? stage->version(hand->states[i]) : 0;
    }
    answer.type = status ? MESSAGE_REFUSED : MESSAGE_ANSWER;
    answer.status = status;
    answer.text = status ? slice_of(error.text) : (struct slice){0};
    session_deliver(&hand->session, &answer, status ? NULL : &page);
    buffer_release(&page);
}

static void take_message(struct hand *hand, const struct message *message)
{
    if (message->type == MESSAGE_JOB)
        take_job(hand, message);
    else if (message->type == MESSAGE_READ || message->type == MESSAGE_BACKUP)
        answer_question(hand, message);
    else if (message->type == MESSAGE_REFUSED)
        log_event(LOG_INFO, "job.refused", "token=%" PRIu64 " reason=\"%.*s\"", message->token,
                  SLICE_ARGS(message->text));
}

/* Everything that has arrived and can be held. */
static enum status receive(struct hand *hand, struct error *error)
{
    while (hand->count < hand->window) {
        struct message message;
        switch (session_next(&hand->session, &message, error)) {
        case SESSION_QUIET:
            return STATUS_OK;
        case SESSION_MESSAGE:
            take_message(hand, &message);
            break;
        case SESSION_BEGUN:
            forget_jobs(hand);
            give_credit(hand, true);
            break;
        case SESSION_LOST:
            forget_jobs(hand);
            break;
        case SESSION_REFUSED:
            return STATUS_FATAL;
        }
    }
    return STATUS_OK;
}

static void renew_leases(struct hand *hand)
{
    uint64_t now_us = clock_monotonic_us();
    uint64_t third_us = hand->session.lease_ms * 1000ull / 3;
    for (unsigned i = 0; i < hand->count; i++) {
        struct job *job = &hand->jobs[(hand->first + i) % hand->window];
        if (now_us - job->leased_us < third_us)
            break; /* those behind it came later or were renewed with it */
        struct message renew = {.type = MESSAGE_RENEW, .token = job->token, .seq = job->seq};
        if (session_send(&hand->session, &renew, NULL) != STATUS_OK)
            break;
        job->leased_us = now_us;
    }
}

void hand_pulse(struct hand *hand)
{
    if (pthread_mutex_trylock(&hand->lock) != 0)
        return;
    renew_leases(hand);
    session_beat(&hand->session);
    pthread_mutex_unlock(&hand->lock);
}

/* ---- the loop ---- */

/* Says once that a stage can't go on for now, and once that it can. */
static void hold_on(struct hand *hand, enum status status, const struct error *error)
{
    bool held = status == STATUS_AGAIN;
    if (held && !hand->held)
        log_event(LOG_ERROR, "worker.waiting", "jobs=%u reason=\"%s\"", hand->count, error->text);
    else if (!held && hand->held)
        log_event(LOG_WARN, "worker.resumed", "jobs=%u", hand->count);
    hand->held = held;
}

/* `stop` is asked for before any more credit is given. */
static enum status work_batch(struct hand *hand, bool *stop, struct error *error)
{
    enum status status = hand_work_batch(hand, error);
    hold_on(hand, status, error);
    if (status == STATUS_AGAIN)
        session_beat(&hand->session); /* nothing is received while the window is full */
    *stop = stopping(hand, status == STATUS_AGAIN ? HOLD_MS : 0);
    return status == STATUS_AGAIN ? STATUS_OK : status;
}

static enum status work(struct hand *hand, struct error *error)
{
    bool stop = false;
    while (!stop) {
        enum status status = receive(hand, error);
        if (!status && hand->count > 0)
            status = work_batch(hand, &stop, error);
        if (status)
            return status;
        if (stop)
            break;
        give_credit(hand, false);
        renew_leases(hand);
        reload_stages(hand);
        if (hand->count == 0)
            stop = session_wait(&hand->session, hand->stop_fd, -1);
    }
    return STATUS_OK;
}

/* What is queued, and what was on its way. */
static void hand_back(struct hand *hand)
{
    if (hand->session.state != SESSION_UP)
        return;
    for (unsigned i = 0; i < hand->count; i++) {
        struct job *job = &hand->jobs[(hand->first + i) % hand->window];
        release_job(hand, job->token, job->seq);
    }
    forget_jobs(hand);
    struct message message;
    struct error ignored;
    while (session_next(&hand->session, &message, &ignored) == SESSION_MESSAGE)
        if (message.type == MESSAGE_JOB)
            release_job(hand, message.token, message.seq);
}

/* Tells one store from another: its real place, or a hash of it where that is long. */
static void name_store(struct hand *hand)
{
    const char *store = hand->options->config.store;
    if (!store || !(hand->options->stages & 1u << STAGE_AGGREGATE))
        return;
    char *real = realpath(store, NULL);
    const char *place = real ? real : store;
    if (strlen(place) < sizeof hand->store) {
        snprintf(hand->store, sizeof hand->store, "%s", place);
    } else {
        uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
        for (const char *byte = place; *byte; byte++)
            hash = (hash ^ (unsigned char)*byte) * 0x100000001b3u;
        snprintf(hand->store, sizeof hand->store, "store %016" PRIx64, hash);
    }
    free(real);
}

static enum status serve(struct hand *hand, struct error *error)
{
    name_store(hand);
    struct session_options peer = {.endpoint = hand->options->endpoint,
                                   .keys = hand->options->keys,
                                   .role = ROLE_WORK,
                                   .name = hand->name,
                                   .stages = hand->options->stages,
                                   .store = hand->store};
    enum status status = session_open(&hand->session, &peer, error);
    if (!status)
        status = work(hand, error);
    hand_back(hand);
    session_close(&hand->session);
    return status;
}

enum status hand_run(struct hand *hand, struct error *error)
{
    char thread_name[16]; /* as the kernel has it: top and perf show it */
    snprintf(thread_name, sizeof thread_name, "%s",
             hand->line_len > 1 ? "read" : hand->line[0]->name);
    pthread_setname_np(pthread_self(), thread_name);
    pthread_mutex_lock(&hand->lock);
    enum status status = set_up_stages(hand, error);
    if (!status)
        status = serve(hand, error);
    else if (status == STATUS_AGAIN && stopping(hand, 0))
        status = STATUS_OK; /* stopped while standing by */
    release_stages(hand);
    pthread_mutex_unlock(&hand->lock);
    return status;
}
