/* What the worker runtime does with jobs. */
#include "tests/unit/runtime_fixture.h"

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
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
