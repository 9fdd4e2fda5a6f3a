/* pool.c - starts the threads of a worker, beats for them, and waits for their ends.
 *
 * The heartbeat is a thread that speaks for those that are at work, so that a long report costs no
 * lease; it also passes on the wish to reload, and acknowledges it once every thread has followed.
 * When the worker is to end and a thread stays in its document, the heartbeat hands back what the
 * thread holds and the pool goes on without it (options.leaves): a document can't be interrupted,
 * but nobody has to wait for it.
 *
 * The thread that calls worker_run owns the pool and only waits; `lock` guards what all look at.
 * What can fail: a thread; the others are then stopped too and the first error is returned.
 */
#include "workers/runtime/pool.h"

#include "proto/base/clock.h"
#include "proto/base/log.h"
#include "workers/runtime/thread.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum {
    BEAT_MS = 50,
    LEAVE_MS = 1000, /* after a stop; handing back and goodbye stay within two seconds */
};

struct pool {
    struct worker_options options;
    struct worker_thread *threads;
    unsigned count;
    int quit_fd; /* eventfd: a thread has failed */
    int stop_fd; /* epoll over the caller's stop_fd and quit_fd: what the threads watch */
    int rest_fd; /* eventfd: all have ended, the heartbeat may rest */

    pthread_mutex_t lock;
    pthread_cond_t changed;
    unsigned waited_for; /* threads that have neither ended nor been left */
    unsigned users;      /* the owner and the threads left behind */

    /* of the heartbeat */
    unsigned reloads; /* calls of worker_reload that were acknowledged */
    unsigned woken;   /* and that were passed on */
    uint64_t stop_us; /* when it saw the wish to stop; 0: not yet */
};

static void raise_fd(int fd)
{
    uint64_t one = 1;
    ssize_t written = write(fd, &one, sizeof one);
    (void)written; /* an eventfd that can't be written is full, that is, raised */
}

/* ---- opening, freeing ---- */

static enum status open_fds(struct pool *pool, int stop_fd, struct error *error)
{
    pool->quit_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pool->rest_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pool->stop_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    bool opened = pool->quit_fd >= 0 && pool->rest_fd >= 0 && pool->stop_fd >= 0 &&
                  epoll_ctl(pool->stop_fd, EPOLL_CTL_ADD, pool->quit_fd, &event) == 0 &&
                  (stop_fd < 0 || epoll_ctl(pool->stop_fd, EPOLL_CTL_ADD, stop_fd, &event) == 0);
    if (!opened)
        return fail(error, STATUS_FATAL, "no more file descriptors (%s): raise `ulimit -n`",
                    strerror(errno));
    return STATUS_OK;
}

enum status pool_open(struct pool **out, const struct worker_options *options, unsigned threads,
                      int stop_fd, struct error *error)
{
    struct pool *pool = *out = memory_zero(sizeof *pool);
    pool->options = *options;
    pool->count = threads + (options->beside != 0);
    pool->threads = memory_zero(pool->count * sizeof *pool->threads);
    pool->users = 1;
    pool->reloads = pool->woken = worker_reloads;
    pthread_mutex_init(&pool->lock, NULL);
    pthread_cond_init(&pool->changed, NULL);
    enum status status = open_fds(pool, stop_fd, error);
    for (unsigned i = 0; i < pool->count && !status; i++)
        status =
            thread_init(&pool->threads[i], &pool->options,
                        i < threads ? options->stages : options->beside, pool->stop_fd, i, error);
    return status;
}

static void pool_free(struct pool *pool)
{
    for (unsigned i = 0; i < pool->count; i++)
        thread_release(&pool->threads[i]);
    free(pool->threads);
    int fds[] = {pool->quit_fd, pool->stop_fd, pool->rest_fd};
    for (unsigned i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    pthread_mutex_destroy(&pool->lock);
    pthread_cond_destroy(&pool->changed);
    free(pool);
}

static void let_go(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    bool last = --pool->users == 0;
    pthread_mutex_unlock(&pool->lock);
    if (last)
        pool_free(pool);
}

bool pool_close(struct pool **slot)
{
    struct pool *pool = *slot;
    *slot = NULL;
    pthread_mutex_lock(&pool->lock);
    bool alone = pool->users == 1;
    pthread_mutex_unlock(&pool->lock);
    let_go(pool);
    return alone;
}

/* ---- the threads ---- */

struct start {
    struct worker_thread *thread;
    struct pool *pool;
};

static void *run_thread(void *context)
{
    struct start start = *(struct start *)context;
    free(context);
    struct pool *pool = start.pool;
    enum status status = thread_run(start.thread, &start.thread->error);
    if (status)
        raise_fd(pool->quit_fd);
    pthread_mutex_lock(&pool->lock);
    start.thread->status = status;
    bool left = start.thread->left;
    if (!left)
        pool->waited_for--;
    pthread_cond_signal(&pool->changed);
    pthread_mutex_unlock(&pool->lock);
    if (left)
        let_go(pool);
    return NULL;
}

static bool start_thread(struct pool *pool, struct worker_thread *thread)
{
    struct start *start = memory_zero(sizeof *start);
    *start = (struct start){thread, pool};
    pthread_mutex_lock(&pool->lock);
    thread->started = pthread_create(&thread->id, NULL, run_thread, start) == 0;
    pool->waited_for += thread->started;
    pthread_mutex_unlock(&pool->lock);
    if (!thread->started)
        free(start);
    return thread->started;
}

/* Holding the lock until the thread is counted as left, it can't end in between. */
static void leave_thread(struct pool *pool, struct worker_thread *thread)
{
    pthread_mutex_lock(&pool->lock);
    if (thread->started && !thread->left && thread_leave(thread)) {
        pthread_detach(thread->id);
        pool->waited_for--;
        pool->users++;
        pthread_cond_signal(&pool->changed);
    }
    pthread_mutex_unlock(&pool->lock);
}

/* ---- the heartbeat ---- */

/* Passed on at once, also to those that have nothing to do; acknowledged when the last has it. */
static void follow_reloads(struct pool *pool)
{
    unsigned wanted = worker_reloads;
    char catalogue[128] = "none";
    if (pool->reloads == wanted)
        return;
    for (unsigned i = 0; i < pool->count && pool->woken != wanted; i++)
        thread_wake(&pool->threads[i]);
    pool->woken = wanted;
    for (unsigned i = 0; i < pool->count; i++)
        if (!thread_reloaded(&pool->threads[i], wanted, catalogue, sizeof catalogue))
            return;
    pool->reloads = wanted;
    log_event(LOG_WARN, "worker.reloaded", "threads=%u catalogue=\"%s\"", pool->count, catalogue);
}

static void watch_stop(struct pool *pool)
{
    if (!pool->options.leaves || !wire_wait(NULL, 0, pool->stop_fd, 0))
        return;
    uint64_t now_us = clock_monotonic_us();
    if (!pool->stop_us)
        pool->stop_us = now_us;
    if (now_us - pool->stop_us < LEAVE_MS * 1000)
        return;
    for (unsigned i = 0; i < pool->count; i++)
        leave_thread(pool, &pool->threads[i]);
}

static void *run_heartbeat(void *context)
{
    struct pool *pool = context;
    pthread_setname_np(pthread_self(), "heartbeat");
    while (!wire_wait(NULL, 0, pool->rest_fd, BEAT_MS)) {
        for (unsigned i = 0; i < pool->count; i++)
            thread_heartbeat(&pool->threads[i]);
        follow_reloads(pool);
        watch_stop(pool);
    }
    return NULL;
}

/* ---- running ---- */

static void wait_for_threads(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->waited_for > 0)
        pthread_cond_wait(&pool->changed, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

static enum status join_threads(struct pool *pool, struct error *error)
{
    enum status status = STATUS_OK;
    for (unsigned i = 0; i < pool->count; i++) {
        struct worker_thread *thread = &pool->threads[i];
        if (!thread->started || thread->left)
            continue;
        pthread_join(thread->id, NULL);
        if (!status && thread->status) {
            status = thread->status;
            *error = thread->error;
        }
    }
    return status;
}

enum status pool_run(struct pool *pool, struct error *error)
{
    pthread_t heartbeat;
    bool beating = pthread_create(&heartbeat, NULL, run_heartbeat, pool) == 0;
    bool started = beating;
    for (unsigned i = 0; i < pool->count && started; i++)
        started = start_thread(pool, &pool->threads[i]);
    if (!started)
        raise_fd(pool->quit_fd);
    wait_for_threads(pool);
    raise_fd(pool->rest_fd);
    if (beating)
        pthread_join(heartbeat, NULL);
    enum status status = join_threads(pool, error);
    return started ? status : fail(error, STATUS_FATAL, "no more threads: lower --threads");
}
