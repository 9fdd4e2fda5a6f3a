/* runtime_fixture.h - the worker runtime in a thread, with stages played by the test, against a
 * broker played by the test. */
#ifndef XIANZHI_TESTS_RUNTIME_FIXTURE_H
#define XIANZHI_TESTS_RUNTIME_FIXTURE_H

#include "tests/unit/fake_broker.h"
#include "workers/runtime/runtime.h"
#include "workers/runtime/thread.h"

#include "proto/base/clock.h"
#include "proto/record.h"

#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <sys/eventfd.h>

/* ---- stages ---- */

static sem_t entered, go_on; /* "wait" in process or commit */
static sem_t released;       /* a thread of the first stage has ended */
static atomic_uint commits, committed, init_refusals, reloads;
static atomic_bool wait_in_commit, refuse_batches;

static inline enum status fake_init(void **state, const struct stage_config *config,
                                    struct error *error)
{
    (void)config;
    *state = NULL;
    if (atomic_load(&init_refusals) == 0)
        return STATUS_OK;
    atomic_fetch_sub(&init_refusals, 1);
    return fail(error, STATUS_AGAIN, "held elsewhere");
}

static inline enum status fake_process(void *state, struct report *report, struct error *error)
{
    (void)state;
    if (slice_equal(report->path, SLICE("bad")))
        return fail(error, STATUS_BAD, "a page is missing");
    if (slice_equal(report->path, SLICE("later")))
        return fail(error, STATUS_RETRY, "not now");
    if (slice_equal(report->path, SLICE("fatal")))
        return fail(error, STATUS_FATAL, "the disk is gone");
    if (slice_equal(report->path, SLICE("wait"))) {
        sem_post(&entered);
        sem_wait(&go_on);
    }
    report->text = report->clean = arena_copy(&report->arena, SLICE("text"));
    report->shifts = arena_alloc(&report->arena, sizeof *report->shifts);
    report->shift_count = 1;
    return STATUS_OK;
}

static inline enum status fake_commit(void *state, struct report **reports, size_t count,
                                      struct error *error)
{
    (void)state;
    if (atomic_load(&wait_in_commit)) {
        sem_post(&entered);
        sem_wait(&go_on);
    }
    if (atomic_load(&refuse_batches) && (count > 1 || reports[0]->seq == 13))
        return fail(error, STATUS_BAD, "report 13 can't be filed");
    for (size_t i = 0; i < count; i++)
        reports[i]->outcome = OUTCOME_APPLIED;
    atomic_fetch_add(&commits, 1);
    atomic_fetch_add(&committed, (unsigned)count);
    return STATUS_OK;
}

static inline enum status fake_answer(void *state, struct slice request, struct buffer *answer,
                                      struct error *error)
{
    (void)state;
    if (request.len == 0)
        return fail(error, STATUS_BAD, "an empty question");
    buffer_add(answer, request);
    return STATUS_OK;
}

static inline uint64_t fake_version(void *state)
{
    (void)state;
    return 100 + atomic_load(&commits);
}

static inline enum status fake_reload(void *state, struct error *error)
{
    (void)state, (void)error;
    atomic_fetch_add(&reloads, 1);
    sem_post(&entered);
    return STATUS_OK;
}

static inline void fake_release(void **state)
{
    (void)state;
    sem_post(&released);
}

static const struct stage first_stage = {.name = "ingest",
                                         .id = STAGE_INGEST,
                                         .init = fake_init,
                                         .process = fake_process,
                                         .reload = fake_reload,
                                         .release = fake_release};
static const struct stage last_stage = {.name = "aggregate",
                                        .id = STAGE_AGGREGATE,
                                        .max_threads = 1,
                                        .init = fake_init,
                                        .process = fake_process,
                                        .commit = fake_commit,
                                        .answer = fake_answer,
                                        .version = fake_version};
static const struct stage *const fake_line[] = {&first_stage, &last_stage, NULL};

/* ---- a worker in a thread ---- */

struct fixture {
    struct fake_broker broker;
    struct worker_options options;
    pthread_t thread;
    bool running, leaves;
    int stop_fd;
    enum status status;
    struct error error;
    struct report report;
    struct buffer record;
};

static inline void *run_worker(void *context)
{
    struct fixture *fixture = context;
    fixture->status = worker_run(&fixture->options, fixture->stop_fd, &fixture->error);
    return NULL;
}

static inline void start(struct fixture *fixture, enum stage_id stage)
{
    fixture->stop_fd = eventfd(0, EFD_NONBLOCK);
    fixture->options = (struct worker_options){.endpoint = fixture->broker.endpoint,
                                               .stages = 1u << stage,
                                               .name = "test",
                                               .leaves = fixture->leaves,
                                               .config = {.wait_for_store = true},
                                               .line = fake_line};
    assert_int_equal(pthread_create(&fixture->thread, NULL, run_worker, fixture), 0);
    fixture->running = true;
}

/* Up to the worker's first READY. */
static inline void start_and_greet(struct fixture *fixture, enum stage_id stage)
{
    start(fixture, stage);
    fake_welcome(&fixture->broker);
    fake_expect(&fixture->broker, MESSAGE_READY);
}

static inline void ask_to_stop(struct fixture *fixture)
{
    uint64_t one = 1;
    assert_int_equal(write(fixture->stop_fd, &one, sizeof one), sizeof one);
}

static inline enum status join(struct fixture *fixture)
{
    pthread_join(fixture->thread, NULL);
    fixture->running = false;
    return fixture->status;
}

static inline void stop(struct fixture *fixture)
{
    ask_to_stop(fixture);
    fake_await(&fixture->broker, MESSAGE_GOODBYE);
    assert_int_equal(join(fixture), STATUS_OK);
}

static inline void send_job(struct fixture *fixture, enum stage_id stage, uint64_t token,
                            const char *path)
{
    struct report report = {.seq = token, .path = slice_of(path), .raw = SLICE("bytes")};
    if (stage == STAGE_AGGREGATE)
        report.meta = (struct metadata){.region = 141031, .year = 2023};
    buffer_clear(&fixture->record);
    record_encode(&report, stage, &fixture->record);
    fake_say(&fixture->broker, (struct message){.type = MESSAGE_JOB,
                                                .token = token,
                                                .seq = token,
                                                .stage = stage,
                                                .attempt = 1,
                                                .payload = buffer_slice(&fixture->record)});
}

static inline void expect_token(struct fixture *fixture, enum message_type type, uint64_t token)
{
    fake_expect(&fixture->broker, type);
    assert_int_equal(fixture->broker.message.token, token);
}

static inline struct fixture *new_fixture(void)
{
    sem_init(&entered, 0, 0);
    sem_init(&go_on, 0, 0);
    sem_init(&released, 0, 0);
    atomic_store(&commits, 0);
    atomic_store(&committed, 0);
    atomic_store(&init_refusals, 0);
    atomic_store(&wait_in_commit, false);
    atomic_store(&refuse_batches, false);
    return memory_zero(sizeof(struct fixture));
}

static inline int set_up(void **state)
{
    struct fixture *fixture = *state = new_fixture();
    fake_open(&fixture->broker);
    return 0;
}

static inline int set_up_ipc(void **state)
{
    struct fixture *fixture = *state = new_fixture();
    fake_open_ipc(&fixture->broker);
    return 0;
}

static inline int tear_down(void **state)
{
    struct fixture *fixture = *state;
    if (fixture->running) { /* the test has failed on the way */
        sem_post(&go_on);
        ask_to_stop(fixture);
        join(fixture);
    }
    fake_close(&fixture->broker);
    close(fixture->stop_fd);
    buffer_release(&fixture->record);
    report_release(&fixture->report);
    free(fixture);
    return 0;
}

#define RUN(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define RUN_IPC(test) cmocka_unit_test_setup_teardown(test, set_up_ipc, tear_down)

#endif
