/* The worker runtime against a broker played by the test, with stages played by the test. */
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

static enum status fake_init(void **state, const struct stage_config *config, struct error *error)
{
    (void)config;
    *state = NULL;
    if (atomic_load(&init_refusals) == 0)
        return STATUS_OK;
    atomic_fetch_sub(&init_refusals, 1);
    return fail(error, STATUS_AGAIN, "held elsewhere");
}

static enum status fake_process(void *state, struct report *report, struct error *error)
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

static enum status fake_commit(void *state, struct report **reports, size_t count,
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

static enum status fake_answer(void *state, struct slice request, struct buffer *answer,
                               struct error *error)
{
    (void)state;
    if (request.len == 0)
        return fail(error, STATUS_BAD, "an empty question");
    buffer_add(answer, request);
    return STATUS_OK;
}

static uint64_t fake_version(void *state)
{
    (void)state;
    return 100 + atomic_load(&commits);
}

static enum status fake_reload(void *state, struct error *error)
{
    (void)state, (void)error;
    atomic_fetch_add(&reloads, 1);
    sem_post(&entered);
    return STATUS_OK;
}

static void fake_release(void **state)
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

static void *run_worker(void *context)
{
    struct fixture *fixture = context;
    fixture->status = worker_run(&fixture->options, fixture->stop_fd, &fixture->error);
    return NULL;
}

static void start(struct fixture *fixture, enum stage_id stage)
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
static void start_and_greet(struct fixture *fixture, enum stage_id stage)
{
    start(fixture, stage);
    fake_welcome(&fixture->broker);
    fake_expect(&fixture->broker, MESSAGE_READY);
}

static void ask_to_stop(struct fixture *fixture)
{
    uint64_t one = 1;
    assert_int_equal(write(fixture->stop_fd, &one, sizeof one), sizeof one);
}

static enum status join(struct fixture *fixture)
{
    pthread_join(fixture->thread, NULL);
    fixture->running = false;
    return fixture->status;
}

static void stop(struct fixture *fixture)
{
    ask_to_stop(fixture);
    fake_await(&fixture->broker, MESSAGE_GOODBYE);
    assert_int_equal(join(fixture), STATUS_OK);
}

static void send_job(struct fixture *fixture, enum stage_id stage, uint64_t token, const char *path)
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

static void expect_token(struct fixture *fixture, enum message_type type, uint64_t token)
{
    fake_expect(&fixture->broker, type);
    assert_int_equal(fixture->broker.message.token, token);
}

static struct fixture *new_fixture(void)
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

static int set_up(void **state)
{
    struct fixture *fixture = *state = new_fixture();
    fake_open(&fixture->broker);
    return 0;
}

static int set_up_ipc(void **state)
{
    struct fixture *fixture = *state = new_fixture();
    fake_open_ipc(&fixture->broker);
    return 0;
}

static int tear_down(void **state)
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

/* ---- tests ---- */

static void a_job_is_done_and_its_record_goes_on(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    start(fixture, STAGE_INGEST);
    fake_expect(broker, MESSAGE_HELLO);
    assert_int_equal(broker->message.role, ROLE_WORK);
    assert_int_equal(broker->message.stages, 1u << STAGE_INGEST);
    assert_int_equal(broker->message.version_major, PROTOCOL_MAJOR);
    fake_say(broker, (struct message){.type = MESSAGE_WELCOME, .heartbeat_ms = 2000});
    fake_expect(broker, MESSAGE_READY);
    assert_true(broker->message.credit > 1);
    send_job(fixture, STAGE_INGEST, 7, "good");
    expect_token(fixture, MESSAGE_DONE, 7);
    assert_int_equal(broker->message.stage, STAGE_INGEST);
    struct error error = {0};
    assert_int_equal(
        record_decode(broker->message.payload, STAGE_SEGMENT, &fixture->report, &error), STATUS_OK);
    assert_int_equal(fixture->report.seq, 7);
    assert_true(slice_equal(fixture->report.text, SLICE("text")));
    fake_expect(broker, MESSAGE_READY);
    assert_int_equal(broker->message.credit, 1);
    stop(fixture);
}

static void a_rejected_job_carries_its_reason(void **state)
{
    struct fixture *fixture = *state;
    start_and_greet(fixture, STAGE_INGEST);
    send_job(fixture, STAGE_INGEST, 1, "bad");
    expect_token(fixture, MESSAGE_REJECT, 1);
    assert_int_equal(fixture->broker.message.status, STATUS_BAD);
    assert_int_equal(fixture->broker.message.stage, STAGE_INGEST);
    assert_true(slice_equal(fixture->broker.message.text, SLICE("a page is missing")));
    fake_expect(&fixture->broker, MESSAGE_READY);
    send_job(fixture, STAGE_INGEST, 2, "later");
    expect_token(fixture, MESSAGE_REJECT, 2);
    assert_int_equal(fixture->broker.message.status, STATUS_RETRY);
    stop(fixture);
}

static void an_unreadable_record_is_rejected(void **state)
{
    struct fixture *fixture = *state;
    start_and_greet(fixture, STAGE_INGEST);
    fake_say(&fixture->broker, (struct message){.type = MESSAGE_JOB,
                                                .token = 5,
                                                .stage = STAGE_INGEST,
                                                .payload = SLICE("no record")});
    expect_token(fixture, MESSAGE_REJECT, 5);
    assert_int_equal(fixture->broker.message.status, STATUS_BAD);
    stop(fixture);
}

static void a_stage_that_cannot_go_on_hands_everything_back(void **state)
{
    struct fixture *fixture = *state;
    start_and_greet(fixture, STAGE_INGEST);
    send_job(fixture, STAGE_INGEST, 1, "wait");
    sem_wait(&entered);
    send_job(fixture, STAGE_INGEST, 2, "fatal");
    send_job(fixture, STAGE_INGEST, 3, "good");
    sem_post(&go_on);
    expect_token(fixture, MESSAGE_DONE, 1);
    fake_await(&fixture->broker, MESSAGE_RELEASE);
    assert_int_equal(fixture->broker.message.token, 2);
    expect_token(fixture, MESSAGE_RELEASE, 3);
    fake_expect(&fixture->broker, MESSAGE_GOODBYE);
    assert_int_equal(join(fixture), STATUS_FATAL);
    assert_string_equal(fixture->error.text, "the disk is gone");
}

static void behind_a_commit_of_many_more_is_let_come(void **state)
{
    struct fixture *fixture = *state;
    uint64_t last = 1 + THREAD_LUMP;
    atomic_store(&wait_in_commit, true);
    start_and_greet(fixture, STAGE_AGGREGATE);
    send_job(fixture, STAGE_AGGREGATE, 1, "good");
    sem_wait(&entered);
    for (uint64_t token = 2; token <= last; token++)
        send_job(fixture, STAGE_AGGREGATE, token, "good");
    atomic_store(&wait_in_commit, false);
    uint64_t start_us = clock_monotonic_us();
    sem_post(&go_on);
    for (uint64_t done = 0; done < last; done += fake_next(&fixture->broker) == MESSAGE_DONE)
        ;
    send_job(fixture, STAGE_AGGREGATE, last + 1, "good");
    fake_await(&fixture->broker, MESSAGE_DONE);
    assert_true(clock_monotonic_us() - start_us >= 50000); /* else it would not have waited */
    stop(fixture);
}

static void nothing_is_acknowledged_before_the_commit(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    atomic_store(&wait_in_commit, true);
    start_and_greet(fixture, STAGE_AGGREGATE);
    assert_int_equal(broker->message.version, 100);
    send_job(fixture, STAGE_AGGREGATE, 1, "good");
    sem_wait(&entered);
    struct error error;
    struct message early;
    struct peer_id peer;
    while (wire_recv(broker->wire, &peer, &early, &error) == STATUS_OK)
        assert_int_equal(early.type, MESSAGE_HEARTBEAT);
    for (uint64_t token = 2; token <= 4; token++)
        send_job(fixture, STAGE_AGGREGATE, token, token == 3 ? "bad" : "good");
    atomic_store(&wait_in_commit, false);
    sem_post(&go_on);
    expect_token(fixture, MESSAGE_DONE, 1);
    assert_int_equal(broker->message.outcome, OUTCOME_APPLIED);
    assert_int_equal(broker->message.version, 101);
    assert_int_equal(broker->message.payload.len, 0);
    unsigned done = 0, rejected = 0;
    while (done + rejected < 3) {
        enum message_type type = fake_next(broker);
        done += type == MESSAGE_DONE;
        rejected += type == MESSAGE_REJECT;
    }
    assert_int_equal(rejected, 1);
    assert_int_equal(atomic_load(&committed), 3);
    stop(fixture);
}

static void one_guilty_report_does_not_spoil_its_batch(void **state)
{
    struct fixture *fixture = *state;
    atomic_store(&refuse_batches, true);
    atomic_store(&wait_in_commit, true);
    start_and_greet(fixture, STAGE_AGGREGATE);
    send_job(fixture, STAGE_AGGREGATE, 11, "good");
    sem_wait(&entered);
    for (uint64_t token = 12; token <= 14; token++)
        send_job(fixture, STAGE_AGGREGATE, token, "good");
    atomic_store(&wait_in_commit, false);
    sem_post(&go_on);
    unsigned done = 0;
    uint64_t rejected = 0;
    while (done < 3 || rejected == 0) {
        enum message_type type = fake_next(&fixture->broker);
        done += type == MESSAGE_DONE;
        if (type == MESSAGE_REJECT)
            rejected = fixture->broker.message.token;
    }
    assert_int_equal(rejected, 13);
    stop(fixture);
}

static void stopping_finishes_one_and_releases_the_rest(void **state)
{
    struct fixture *fixture = *state;
    start_and_greet(fixture, STAGE_INGEST);
    send_job(fixture, STAGE_INGEST, 1, "wait");
    sem_wait(&entered);
    send_job(fixture, STAGE_INGEST, 2, "good");
    ask_to_stop(fixture);
    sem_post(&go_on);
    expect_token(fixture, MESSAGE_DONE, 1);
    expect_token(fixture, MESSAGE_RELEASE, 2);
    fake_expect(&fixture->broker, MESSAGE_GOODBYE);
    assert_int_equal(join(fixture), STATUS_OK);
}

static void a_busy_stage_costs_neither_heartbeat_nor_lease(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    broker->heartbeat_ms = 2000;
    broker->lease_ms = 90;
    start_and_greet(fixture, STAGE_INGEST);
    send_job(fixture, STAGE_INGEST, 1, "wait");
    sem_wait(&entered);
    expect_token(fixture, MESSAGE_RENEW, 1);
    expect_token(fixture, MESSAGE_RENEW, 1);
    sem_post(&go_on);
    fake_await(broker, MESSAGE_DONE);
    stop(fixture);
}

static void a_broker_that_comes_back_is_greeted_anew(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    broker->heartbeat_ms = 40;
    start_and_greet(fixture, STAGE_INGEST);
    send_job(fixture, STAGE_INGEST, 1, "wait");
    sem_wait(&entered);
    send_job(fixture, STAGE_INGEST, 2, "good"); /* of the old session: void with it */
    wire_close(&broker->wire);
    sem_post(&go_on);
    fake_listen(broker);
    broker->heartbeat_ms = 2000;
    fake_welcome(broker);
    fake_expect(broker, MESSAGE_READY);
    send_job(fixture, STAGE_INGEST, 3, "good");
    expect_token(fixture, MESSAGE_DONE, 3);
    stop(fixture);
}

static void a_goodbye_voids_what_is_held(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    start_and_greet(fixture, STAGE_INGEST);
    send_job(fixture, STAGE_INGEST, 1, "wait");
    sem_wait(&entered);
    fake_say(broker, (struct message){.type = MESSAGE_GOODBYE});
    sem_post(&go_on);
    fake_welcome(broker);
    fake_expect(broker, MESSAGE_READY);
    send_job(fixture, STAGE_INGEST, 2, "good");
    expect_token(fixture, MESSAGE_DONE, 2);
    stop(fixture);
}

static void a_refused_worker_gives_up_with_the_reason(void **state)
{
    struct fixture *fixture = *state;
    start(fixture, STAGE_AGGREGATE);
    fake_expect(&fixture->broker, MESSAGE_HELLO);
    fake_say(&fixture->broker, (struct message){.type = MESSAGE_REFUSED,
                                                .status = STATUS_BAD,
                                                .text = SLICE("another store")});
    assert_int_equal(join(fixture), STATUS_FATAL);
    assert_non_null(strstr(fixture->error.text, "another store"));
}

static void a_reader_is_answered(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    start_and_greet(fixture, STAGE_AGGREGATE);
    fake_say(broker, (struct message){.type = MESSAGE_READ, .id = 9, .payload = SLICE("what?")});
    fake_expect(broker, MESSAGE_ANSWER);
    assert_int_equal(broker->message.id, 9);
    assert_int_equal(broker->message.version, 100);
    assert_true(slice_equal(broker->message.payload, SLICE("what?")));
    fake_say(broker, (struct message){.type = MESSAGE_READ, .id = 10});
    fake_expect(broker, MESSAGE_REFUSED);
    assert_int_equal(broker->message.id, 10);
    assert_true(slice_equal(broker->message.text, SLICE("an empty question")));
    stop(fixture);
}

/* Where the broker knows of it, questions have a connection and a thread of their own: they are
 * answered while the stage is at work. */
static void questions_are_answered_beside_the_work(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    broker->minor = PROTOCOL_MINOR;
    start_and_greet(fixture, STAGE_AGGREGATE);
    struct peer_id hand = broker->peer;
    fake_expect(broker, MESSAGE_HELLO);
    struct peer_id answers = broker->peer;
    assert_int_equal(broker->message.stages, 0);
    fake_say(broker, (struct message){.type = MESSAGE_WELCOME, .heartbeat_ms = 2000});
    broker->peer = hand;
    send_job(fixture, STAGE_AGGREGATE, 1, "wait");
    sem_wait(&entered);
    broker->peer = answers;
    fake_say(broker, (struct message){.type = MESSAGE_READ, .id = 9, .payload = SLICE("what?")});
    fake_expect(broker, MESSAGE_ANSWER);
    assert_true(slice_equal(broker->message.payload, SLICE("what?")));
    sem_post(&go_on);
    expect_token(fixture, MESSAGE_DONE, 1);
    stop(fixture);
}

static void a_question_before_the_welcome_is_answered(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    start(fixture, STAGE_AGGREGATE);
    fake_expect(broker, MESSAGE_HELLO);
    fake_say(broker, (struct message){.type = MESSAGE_READ, .id = 9, .payload = SLICE("what?")});
    fake_expect(broker, MESSAGE_READY);
    fake_expect(broker, MESSAGE_ANSWER);
    assert_true(slice_equal(broker->message.payload, SLICE("what?")));
    fake_say(broker, (struct message){.type = MESSAGE_WELCOME, .heartbeat_ms = 2000});
    send_job(fixture, STAGE_AGGREGATE, 1, "good");
    expect_token(fixture, MESSAGE_DONE, 1);
    stop(fixture);
}

static void a_store_held_elsewhere_is_waited_for(void **state)
{
    struct fixture *fixture = *state;
    atomic_store(&init_refusals, 2);
    start_and_greet(fixture, STAGE_AGGREGATE);
    assert_int_equal(atomic_load(&init_refusals), 0);
    stop(fixture);
}

static void a_worker_on_stand_by_stops_when_asked(void **state)
{
    struct fixture *fixture = *state;
    atomic_store(&init_refusals, 1000000);
    start(fixture, STAGE_AGGREGATE);
    ask_to_stop(fixture);
    assert_int_equal(join(fixture), STATUS_OK);
}

static void data_files_are_read_again_when_asked(void **state)
{
    struct fixture *fixture = *state;
    start_and_greet(fixture, STAGE_INGEST);
    worker_reload();
    send_job(fixture, STAGE_INGEST, 1, "good"); /* wakes it up */
    expect_token(fixture, MESSAGE_DONE, 1);
    sem_wait(&entered);
    stop(fixture);
}

static void an_idle_worker_reloads(void **state)
{
    struct fixture *fixture = *state;
    start_and_greet(fixture, STAGE_INGEST);
    worker_reload();
    sem_wait(&entered);
    stop(fixture);
}

/* The document is released in the thread's place, and the worker ends without it. */
static void a_stop_does_not_wait_for_a_long_document(void **state)
{
    struct fixture *fixture = *state;
    fixture->leaves = true;
    start_and_greet(fixture, STAGE_INGEST);
    send_job(fixture, STAGE_INGEST, 1, "wait");
    sem_wait(&entered);
    uint64_t stopped_us = clock_monotonic_us();
    ask_to_stop(fixture);
    expect_token(fixture, MESSAGE_RELEASE, 1);
    fake_await(&fixture->broker, MESSAGE_GOODBYE);
    assert_int_equal(join(fixture), STATUS_OK);
    assert_true(clock_monotonic_us() - stopped_us < 2000000);
    assert_true(worker_left());
    sem_post(&go_on);
    sem_wait(&released); /* it ends by itself, and frees what is left */
}

static void stages_are_named_in_a_row(void **state)
{
    (void)state;
    uint32_t set;
    struct error error;
    assert_int_equal(worker_stages_parse("extract", &set, &error), STATUS_OK);
    assert_int_equal(set, 1u << STAGE_EXTRACT);
    assert_int_equal(worker_stages_parse("ingest,segment,extract", &set, &error), STATUS_OK);
    assert_int_equal(set, 1u << STAGE_INGEST | 1u << STAGE_SEGMENT | 1u << STAGE_EXTRACT);
    assert_int_equal(worker_stages_parse("ingest,ocr,segment", &set, &error), STATUS_OK);
    assert_int_equal(set, 1u << STAGE_INGEST | 1u << STAGE_OCR | 1u << STAGE_SEGMENT);
    assert_int_equal(worker_stages_parse("ocr", &set, &error), STATUS_OK);
    assert_int_equal(worker_stages_parse("ocr,extract", &set, &error), STATUS_BAD);
    assert_int_equal(worker_stages_parse("ingest,extract", &set, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "gap"));
    assert_int_equal(worker_stages_parse("digest", &set, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "digest"));
    assert_int_equal(worker_stages_parse("", &set, &error), STATUS_BAD);
    assert_int_equal(worker_stages_parse("ingest,", &set, &error), STATUS_BAD);
}

#define RUN(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
#define RUN_IPC(test) cmocka_unit_test_setup_teardown(test, set_up_ipc, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_job_is_done_and_its_record_goes_on),
        RUN(a_rejected_job_carries_its_reason),
        RUN(an_unreadable_record_is_rejected),
        RUN(a_stage_that_cannot_go_on_hands_everything_back),
        RUN(behind_a_commit_of_many_more_is_let_come),
        RUN(nothing_is_acknowledged_before_the_commit),
        RUN(one_guilty_report_does_not_spoil_its_batch),
        RUN(stopping_finishes_one_and_releases_the_rest),
        RUN(a_busy_stage_costs_neither_heartbeat_nor_lease),
        RUN_IPC(a_broker_that_comes_back_is_greeted_anew),
        RUN_IPC(a_goodbye_voids_what_is_held),
        RUN(a_refused_worker_gives_up_with_the_reason),
        RUN(a_reader_is_answered),
        RUN(questions_are_answered_beside_the_work),
        RUN(a_question_before_the_welcome_is_answered),
        RUN(a_store_held_elsewhere_is_waited_for),
        RUN(a_worker_on_stand_by_stops_when_asked),
        RUN(data_files_are_read_again_when_asked),
        RUN(an_idle_worker_reloads),
        RUN(a_stop_does_not_wait_for_a_long_document),
        cmocka_unit_test(stages_are_named_in_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
