/* runtime.c - a worker: some hands (threads that work) and a pulse (a thread that speaks for those
 * that are busy, so that a long report costs no lease).
 *
 * The thread that calls worker_run owns all of it and only waits. What can fail: a hand; the others
 * are then stopped too and the first error is returned.
 */
#include "workers/runtime.h"

#include "workers/hand.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { PULSE_MS = 50 };

atomic_uint worker_reloads;

void worker_reload(void)
{
    atomic_fetch_add(&worker_reloads, 1); /* lock-free: right in a signal handler */
}

/* ---- which stages ---- */

static enum status unknown_stage(struct slice name, struct error *error)
{
    return fail(error, STATUS_BAD,
                "%.*s is no stage: they are ingest, segment, extract and aggregate, or several in "
                "a row such as ingest,segment,extract",
                SLICE_ARGS(name));
}

static bool consecutive(uint32_t set)
{
    while (set && !(set & 1))
        set >>= 1;
    return set && !(set & (set + 1));
}

enum status worker_stages_parse(const char *names, uint32_t *set, struct error *error)
{
    *set = 0;
    struct slice rest = slice_of(names);
    for (bool more = true; more;) {
        size_t comma = slice_find(rest, SLICE(","), 0);
        more = comma != SIZE_MAX;
        struct slice name = slice_range(rest, 0, more ? comma : rest.len);
        enum stage_id stage = 0;
        while (stage < STAGE_COUNT && !slice_equal(name, slice_of(stage_name(stage))))
            stage++;
        if (stage == STAGE_COUNT)
            return unknown_stage(name, error);
        *set |= 1u << stage;
        rest = slice_range(rest, more ? comma + 1 : rest.len, rest.len);
    }
    if (!consecutive(*set))
        return fail(error, STATUS_BAD,
                    "%s: a worker's stages must follow each other without a gap: ingest, segment, "
                    "extract, aggregate",
                    names);
    return STATUS_OK;
}

/* ---- threads ---- */

struct crew {
    struct hand *hands;
    unsigned count;
    int quit_fd; /* eventfd: a hand has ended */
    int stop_fd; /* epoll over the caller's stop_fd and quit_fd: what the hands watch */
    int rest_fd; /* eventfd: all hands have ended, the pulse may rest */
};

static void raise_fd(int fd)
{
    uint64_t one = 1;
    ssize_t written = write(fd, &one, sizeof one);
    (void)written; /* an eventfd that can't be written is full, that is, raised */
}

struct hand_start {
    struct hand *hand;
    struct crew *crew;
};

static void *run_hand(void *context)
{
    struct hand_start *start = context;
    start->hand->status = hand_run(start->hand, &start->hand->error);
    if (start->hand->status)
        raise_fd(start->crew->quit_fd);
    return NULL;
}

static void *run_pulse(void *context)
{
    struct crew *crew = context;
    while (!wire_wait(NULL, 0, crew->rest_fd, PULSE_MS))
        for (unsigned i = 0; i < crew->count; i++)
            hand_pulse(&crew->hands[i]);
    return NULL;
}

static unsigned thread_count(const struct worker_options *options)
{
    unsigned count = options->threads ? options->threads : 1;
    const struct stage *const *line = options->line ? options->line : stages;
    for (; *line; line++)
        if (options->stages & 1u << (*line)->id && (*line)->max_threads &&
            count > (*line)->max_threads)
            count = (*line)->max_threads;
    return count;
}

static enum status open_fds(struct crew *crew, int stop_fd, struct error *error)
{
    crew->quit_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    crew->rest_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    crew->stop_fd = epoll_create1(EPOLL_CLOEXEC);
    struct epoll_event event = {.events = EPOLLIN};
    bool opened = crew->quit_fd >= 0 && crew->rest_fd >= 0 && crew->stop_fd >= 0 &&
                  epoll_ctl(crew->stop_fd, EPOLL_CTL_ADD, crew->quit_fd, &event) == 0 &&
                  (stop_fd < 0 || epoll_ctl(crew->stop_fd, EPOLL_CTL_ADD, stop_fd, &event) == 0);
    if (!opened)
        return fail(error, STATUS_FATAL, "no more file descriptors (%s): raise `ulimit -n`",
                    strerror(errno));
    return STATUS_OK;
}

static void close_fds(struct crew *crew)
{
    int fds[] = {crew->quit_fd, crew->rest_fd, crew->stop_fd};
    for (unsigned i = 0; i < 3; i++)
        if (fds[i] >= 0)
            close(fds[i]);
}

/* Starts the hands and waits for them to end. */
static enum status run_crew(struct crew *crew, struct error *error)
{
    struct hand_start *starts = memory_zero(crew->count * sizeof *starts);
    enum status status = STATUS_OK;
    pthread_t pulse;
    bool pulsing = pthread_create(&pulse, NULL, run_pulse, crew) == 0;
    unsigned started = 0;
    for (; pulsing && started < crew->count; started++) {
        starts[started] = (struct hand_start){&crew->hands[started], crew};
        if (pthread_create(&crew->hands[started].thread, NULL, run_hand, &starts[started]) != 0)
            break;
    }
    if (started < crew->count) {
        status = fail(error, STATUS_FATAL, "no more threads: lower --threads");
        raise_fd(crew->quit_fd);
    }
    for (unsigned i = 0; i < started; i++) {
        pthread_join(crew->hands[i].thread, NULL);
        if (!status && crew->hands[i].status) {
            status = crew->hands[i].status;
            *error = crew->hands[i].error;
        }
    }
    raise_fd(crew->rest_fd);
    if (pulsing)
        pthread_join(pulse, NULL);
    free(starts);
    return status;
}

enum status worker_run(const struct worker_options *options, int stop_fd, struct error *error)
{
    if (!consecutive(options->stages) || options->stages >> STAGE_COUNT)
        return fail(error, STATUS_BAD,
                    "a worker needs stages that follow each other without a gap");
    struct crew crew = {
        .count = thread_count(options), .quit_fd = -1, .stop_fd = -1, .rest_fd = -1};
    enum status status = open_fds(&crew, stop_fd, error);
    crew.hands = memory_zero(crew.count * sizeof *crew.hands);
    for (unsigned i = 0; i < crew.count; i++)
        hand_init(&crew.hands[i], options, crew.stop_fd, i);
    if (!status)
        status = run_crew(&crew, error);
    for (unsigned i = 0; i < crew.count; i++)
        hand_release(&crew.hands[i]);
    free(crew.hands);
    close_fds(&crew);
    return status;
}
