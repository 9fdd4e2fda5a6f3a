/* thread.c - one thread of a worker: receive, work, answer, until it is told to stop.
 *
 * Owned by its thread; the pool's heartbeat enters (thread_talk.c) only while a stage works. Happy
 * path: the main loop in work(). What can fail: a stage can't be set up or can't go on (what is
 * held goes back to the broker, the process ends loudly), the broker won't have this worker. A lost
 * session is no failure: what was held is forgotten, since the broker sends it again.
 */
#include "workers/runtime/thread.h"

#include "proto/base/clock.h"
#include "proto/base/log.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

atomic_uint worker_reloads;

enum { STANDBY_MS = 200, HOLD_MS = 250, GATHER_MS = 50 };

static void host_stages(struct worker_thread *thread)
{
    const struct stage *const *line = thread->options->line ? thread->options->line : stages;
    bool slow = false;
    for (; *line; line++) {
        if (!(thread->stages & 1u << (*line)->id))
            continue;
        thread->batches |= (*line)->commit != NULL;
        slow |= (*line)->slow;
        thread->line[thread->line_len++] = *line;
    }
    thread->window = slow              ? THREAD_WINDOW_SLOW
                     : thread->batches ? THREAD_WINDOW_BATCH
                                       : THREAD_WINDOW;
    thread->batch = slow ? 1 : thread->batches ? THREAD_BATCH : THREAD_LUMP;
}

static enum status open_fds(struct worker_thread *thread, struct error *error)
{
    struct epoll_event event = {.events = EPOLLIN};
    thread->wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    thread->wait_fd = epoll_create1(EPOLL_CLOEXEC);
    if (thread->wake_fd >= 0 && thread->wait_fd >= 0 &&
        epoll_ctl(thread->wait_fd, EPOLL_CTL_ADD, thread->stop_fd, &event) == 0 &&
        epoll_ctl(thread->wait_fd, EPOLL_CTL_ADD, thread->wake_fd, &event) == 0)
        return STATUS_OK;
    return fail(error, STATUS_FATAL, "no more file descriptors (%s): raise `ulimit -n`",
                strerror(errno));
}

enum status thread_init(struct worker_thread *thread, const struct worker_options *options,
                        uint32_t stages_hosted, int stop_fd, unsigned number, struct error *error)
{
    *thread =
        (struct worker_thread){.options = options, .stages = stages_hosted, .stop_fd = stop_fd};
    host_stages(thread);
    char host[48] = "";
    gethostname(host, sizeof host - 1);
    if (options->name)
        snprintf(thread->name, sizeof thread->name, "%s/%u", options->name, number);
    else
        snprintf(thread->name, sizeof thread->name, "%s/%ld/%u", host, (long)getpid(), number);
    thread->jobs = memory_zero(thread->window * sizeof *thread->jobs);
    thread->reports = memory_zero(thread->batch * sizeof *thread->reports);
    thread->reloads = worker_reloads;
    pthread_mutex_init(&thread->lock, NULL);
    pthread_mutex_init(&thread->data_lock, NULL);
    return open_fds(thread, error);
}

void thread_release(struct worker_thread *thread)
{
    if (!thread->options)
        return; /* never made */
    for (unsigned i = 0; i < thread->window; i++) {
        buffer_release(&thread->jobs[i].record);
        buffer_release(&thread->jobs[i].origin);
    }
    for (unsigned i = 0; i < thread->batch; i++)
        report_release(&thread->reports[i]);
    free(thread->jobs);
    free(thread->reports);
    pthread_mutex_destroy(&thread->lock);
    pthread_mutex_destroy(&thread->data_lock);
    if (thread->wake_fd >= 0)
        close(thread->wake_fd);
    if (thread->wait_fd >= 0)
        close(thread->wait_fd);
}

/* ---- stages ---- */

static bool stopping(const struct worker_thread *thread, int wait_ms)
{
    return wire_wait(NULL, 0, thread->stop_fd, wait_ms) != 0;
}

static enum status set_up_stage(struct worker_thread *thread, unsigned place, struct error *error)
{
    const struct stage *stage = thread->line[place];
    const struct stage_config *config = &thread->options->config;
    for (bool told = false;; told = true) {
        enum status status = stage->init(&thread->states[place], config, error);
        if (status != STATUS_AGAIN || !config->wait_for_store)
            return status;
        if (!told)
            log_event(LOG_WARN, "worker.standby", "stage=%s reason=\"%s\"", stage->name,
                      error->text);
        if (stopping(thread, STANDBY_MS))
            return STATUS_AGAIN;
    }
}

static enum status set_up_stages(struct worker_thread *thread, struct error *error)
{
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < thread->line_len && !status; i++)
        status = set_up_stage(thread, i, error);
    return status;
}

static void release_stages(struct worker_thread *thread)
{
    for (unsigned i = 0; i < thread->line_len; i++)
        if (thread->line[i]->release)
            thread->line[i]->release(&thread->states[i]);
}

/* ---- data files ---- */

/* What everyone may know of the data files in force. */
static void tell_data(struct worker_thread *thread, unsigned reloads)
{
    pthread_mutex_lock(&thread->data_lock);
    thread->reloads = reloads;
    for (unsigned i = 0; i < thread->line_len; i++)
        if (thread->line[i]->data_version)
            snprintf(thread->catalogue, sizeof thread->catalogue, "%s",
                     thread->line[i]->data_version(thread->states[i]));
    pthread_mutex_unlock(&thread->data_lock);
}

static void reload_stages(struct worker_thread *thread)
{
    unsigned reloads = worker_reloads;
    if (thread->reloads == reloads)
        return;
    for (unsigned i = 0; i < thread->line_len; i++) {
        const struct stage *stage = thread->line[i];
        struct error error = {0};
        if (!stage->reload)
            continue;
        pthread_mutex_unlock(&thread->lock);
        enum status status = stage->reload(thread->states[i], &error);
        pthread_mutex_lock(&thread->lock);
        if (status)
            log_event(LOG_ERROR, "worker.reload_failed", "stage=%s kept=old reason=\"%s\"",
                      stage->name, error.text);
    }
    tell_data(thread, reloads);
}

void thread_wake(struct worker_thread *thread)
{
    uint64_t one = 1;
    ssize_t written = write(thread->wake_fd, &one, sizeof one);
    (void)written; /* an eventfd that can't be written is full, that is, raised */
}

bool thread_reloaded(struct worker_thread *thread, unsigned reloads, char *catalogue, size_t size)
{
    pthread_mutex_lock(&thread->data_lock);
    bool done = thread->reloads == reloads;
    if (done && thread->catalogue[0])
        snprintf(catalogue, size, "%s", thread->catalogue);
    pthread_mutex_unlock(&thread->data_lock);
    return done;
}

/* ---- the loop ---- */

/* Says once that a stage can't go on for now, and once that it can. */
static void hold_on(struct worker_thread *thread, enum status status, const struct error *error)
{
    bool held = status == STATUS_AGAIN;
    if (held && !thread->held)
        log_event(LOG_ERROR, "worker.waiting", "jobs=%u reason=\"%s\"", thread->count, error->text);
    else if (!held && thread->held)
        log_event(LOG_WARN, "worker.resumed", "jobs=%u", thread->count);
    thread->held = held;
}

/* How long after a batch. Behind a commit of many that has left less than a batch more is let come,
 * asleep: a commit costs its sync and two threads woken whatever is in it. What comes one by one is
 * worked on at once. */
static int pause_ms(const struct worker_thread *thread, enum status status, unsigned done)
{
    if (status == STATUS_AGAIN)
        return HOLD_MS;
    bool many = thread->batches && done >= THREAD_LUMP;
    return many && thread->count < thread->batch ? GATHER_MS : 0;
}

/* `stop` is asked for before any more credit is given. */
static enum status work_batch(struct worker_thread *thread, bool *stop, struct error *error)
{
    unsigned waiting = thread->count;
    enum status status = thread_work_batch(thread, error);
    hold_on(thread, status, error);
    if (status == STATUS_AGAIN)
        session_beat(&thread->session); /* nothing is received while the window is full */
    *stop = thread->left || stopping(thread, pause_ms(thread, status, waiting - thread->count));
    return status == STATUS_AGAIN ? STATUS_OK : status;
}

/* Until there is something to do. True: to stop. */
static bool rest(struct worker_thread *thread)
{
    uint64_t times;
    if (!session_wait(&thread->session, thread->wait_fd, -1))
        return false;
    ssize_t taken = read(thread->wake_fd, &times, sizeof times);
    (void)taken; /* it may be the other one that is raised */
    return stopping(thread, 0);
}

static enum status work(struct worker_thread *thread, struct error *error)
{
    bool stop = false;
    while (!stop) {
        enum status status = thread_receive(thread, error);
        if (!status && thread->count > 0)
            status = work_batch(thread, &stop, error);
        if (status)
            return status;
        if (stop)
            break;
        thread_give_credit(thread, false);
        thread_renew_leases(thread);
        reload_stages(thread);
        if (thread->count == 0)
            stop = rest(thread);
    }
    return STATUS_OK;
}

/* Tells one store from another: its real place, or a hash of it where that is long. */
static void name_store(struct worker_thread *thread)
{
    const char *store = thread->options->config.store;
    if (!store || !(thread->stages & 1u << STAGE_AGGREGATE))
        return;
    char *real = realpath(store, NULL);
    const char *place = real ? real : store;
    if (strlen(place) < sizeof thread->store) {
        snprintf(thread->store, sizeof thread->store, "%s", place);
    } else {
        uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
        for (const char *byte = place; *byte; byte++)
            hash = (hash ^ (unsigned char)*byte) * 0x100000001b3u;
        snprintf(thread->store, sizeof thread->store, "store %016" PRIx64, hash);
    }
    free(real);
}

static enum status serve(struct worker_thread *thread, struct error *error)
{
    name_store(thread);
    struct session_options peer = {.endpoint = thread->options->endpoint,
                                   .keys = thread->options->keys,
                                   .role = ROLE_WORK,
                                   .name = thread->name,
                                   .stages = thread->stages,
                                   .store = thread->store};
    thread->answers = (struct answers){.options = thread->options,
                                       .stage = thread->line[thread->line_len - 1],
                                       .state = thread->states[thread->line_len - 1],
                                       .store = thread->store};
    enum status status = session_open(&thread->session, &peer, error);
    if (!status)
        status = work(thread, error);
    answers_stop(&thread->answers);
    thread_give_back(thread);
    session_close(&thread->session);
    return status;
}

enum status thread_run(struct worker_thread *thread, struct error *error)
{
    char thread_name[16]; /* as the kernel has it: top and perf show it */
    snprintf(thread_name, sizeof thread_name, "%s",
             thread->line_len > 1 ? "read" : thread->line[0]->name);
    pthread_setname_np(pthread_self(), thread_name);
    pthread_mutex_lock(&thread->lock);
    enum status status = set_up_stages(thread, error);
    if (!status) {
        tell_data(thread, thread->reloads);
        status = serve(thread, error);
    } else if (status == STATUS_AGAIN && stopping(thread, 0)) {
        status = STATUS_OK; /* stopped while standing by */
    }
    release_stages(thread);
    pthread_mutex_unlock(&thread->lock);
    return status;
}
