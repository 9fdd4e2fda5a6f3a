/* How the worker runtime gets on with the broker: greetings, questions, stand-by, reloads, stops.
 */
#include "tests/unit/runtime_fixture.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
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
