/* The submitting side against a broker played by the test. */
#include "proto/submitter.h"
#include "tests/unit/client_fixture.h"

static void note(void *context, const struct submission *submission)
{
    static const char *const words[] = {"accepted", "done", "dead", "refused", "slowed"};
    struct fixture *fixture = context;
    size_t len = strlen(fixture->told);
    snprintf(fixture->told + len, sizeof fixture->told - len, "%s %s %llu %.*s;", submission->path,
             words[submission->news], (unsigned long long)submission->seq,
             SLICE_ARGS(submission->text));
    fixture->retry_ms += submission->retry_ms;
}

static void *submit(void *context)
{
    struct fixture *fixture = context;
    struct submitter_options options = {.client = fixture->options,
                                        .watch = fixture->watch,
                                        .watch_most = fixture->watch_most,
                                        .no_wait = fixture->no_wait,
                                        .flow = "14",
                                        .tell = note,
                                        .context = fixture};
    struct submitter *submitter;
    fixture->status = submitter_open(&submitter, &options, &fixture->error);
    for (unsigned i = 0; i < fixture->documents && !fixture->status; i++) {
        char path[16];
        struct buffer document = {0};
        snprintf(path, sizeof path, "%u", i + 1);
        buffer_append(&document, "bytes", 5);
        fixture->status =
            submitter_put(submitter, path, &document, i == 9 ? "too large" : NULL, &fixture->error);
        buffer_release(&document);
    }
    if (!fixture->status)
        fixture->status = submitter_finish(submitter, &fixture->error);
    submitter_close(&submitter);
    return NULL;
}

static void accept(struct fixture *fixture, uint64_t id, uint64_t seq)
{
    fake_say(&fixture->broker, (struct message){.type = MESSAGE_ACCEPTED, .id = id, .seq = seq});
}

static void documents_are_accepted(void **state)
{
    struct fixture *fixture = *state;
    fixture->documents = 2;
    start(fixture, submit);
    fake_welcome(&fixture->broker);
    for (unsigned i = 1; i <= 2; i++) {
        fake_expect(&fixture->broker, MESSAGE_SUBMIT);
        assert_true(slice_equal(fixture->broker.message.payload, SLICE("bytes")));
        assert_true(slice_equal(fixture->broker.message.flow, SLICE("14")));
        assert_false(fixture->broker.message.watch);
        accept(fixture, fixture->broker.message.id, 100 + i);
    }
    assert_int_equal(join(fixture), STATUS_OK);
    assert_string_equal(fixture->told, "1 accepted 101 ;2 accepted 102 ;");
}

static void no_more_than_the_window_is_on_its_way(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    broker->credit = 2;
    fixture->documents = 3;
    start(fixture, submit);
    fake_welcome(broker);
    fake_expect(broker, MESSAGE_SUBMIT);
    uint64_t first = broker->message.id;
    fake_expect(broker, MESSAGE_SUBMIT);
    uint64_t second = broker->message.id;
    struct message early;
    struct peer_id peer;
    assert_int_equal(wire_recv(broker->wire, &peer, &early, NULL), STATUS_AGAIN);
    accept(fixture, first, 1);
    fake_expect(broker, MESSAGE_SUBMIT);
    accept(fixture, second, 2);
    accept(fixture, broker->message.id, 3);
    assert_int_equal(join(fixture), STATUS_OK);
}

/* Nothing more is said by the submitter, who would have said it before he answers a heartbeat. */
static bool is_quiet(struct fake_broker *broker)
{
    struct message early;
    struct peer_id peer;
    return wire_wait(&broker->wire, 1, -1, 20) == 0 ||
           wire_recv(broker->wire, &peer, &early, NULL) == STATUS_AGAIN ||
           early.type == MESSAGE_HEARTBEAT;
}

static void no_more_bytes_than_the_broker_says_are_on_their_way(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    broker->credit = 100;
    broker->credit_bytes = strlen("bytes") * 2;
    fixture->documents = 4;
    start(fixture, submit);
    fake_welcome(broker);
    fake_expect(broker, MESSAGE_SUBMIT);
    uint64_t first = broker->message.id;
    fake_expect(broker, MESSAGE_SUBMIT);
    uint64_t second = broker->message.id;
    assert_true(is_quiet(broker));
    accept(fixture, first, 1);
    fake_expect(broker, MESSAGE_SUBMIT);
    uint64_t third = broker->message.id;
    /* Another submitter has come: the share is smaller than a document, but one may always go. */
    fake_say(broker,
             (struct message){.type = MESSAGE_ACCEPTED, .id = second, .seq = 2, .credit_bytes = 1});
    assert_true(is_quiet(broker));
    accept(fixture, third, 3);
    fake_expect(broker, MESSAGE_SUBMIT);
    accept(fixture, broker->message.id, 4);
    assert_int_equal(join(fixture), STATUS_OK);
}

static void who_does_not_wait_is_told_when_to_come_again(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    fixture->documents = 2;
    fixture->no_wait = true;
    start(fixture, submit);
    fake_welcome(broker);
    fake_expect(broker, MESSAGE_SUBMIT);
    assert_true(broker->message.no_wait);
    fake_say(broker, (struct message){.type = MESSAGE_REFUSED,
                                      .id = broker->message.id,
                                      .status = STATUS_AGAIN,
                                      .retry_ms = 700,
                                      .text = SLICE("full")});
    fake_expect(broker, MESSAGE_SUBMIT);
    accept(fixture, broker->message.id, 8);
    assert_int_equal(join(fixture), STATUS_OK);
    assert_string_equal(fixture->told, "1 refused 0 full;2 accepted 8 ;");
    assert_int_equal(fixture->retry_ms, 700);
}

static void what_was_not_acknowledged_is_submitted_again(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    fixture->documents = 2;
    start(fixture, submit);
    fake_welcome(broker);
    fake_expect(broker, MESSAGE_SUBMIT);
    accept(fixture, broker->message.id, 1);
    fake_expect(broker, MESSAGE_SUBMIT);
    fake_say(broker, (struct message){.type = MESSAGE_GOODBYE});
    fake_welcome(broker);
    fake_expect(broker, MESSAGE_SUBMIT);
    assert_true(slice_equal(broker->message.path, SLICE("2")));
    assert_true(slice_equal(broker->message.payload, SLICE("bytes")));
    accept(fixture, broker->message.id, 2);
    assert_int_equal(join(fixture), STATUS_OK);
    assert_string_equal(fixture->told, "1 accepted 1 ;2 accepted 2 ;");
}

static void a_refused_submission_waits_and_goes_again(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    fixture->documents = 1;
    start(fixture, submit);
    fake_welcome(broker);
    fake_expect(broker, MESSAGE_SUBMIT);
    fake_say(broker, (struct message){.type = MESSAGE_REFUSED,
                                      .id = broker->message.id,
                                      .status = STATUS_AGAIN,
                                      .retry_ms = 1,
                                      .text = SLICE("full")});
    fake_expect(broker, MESSAGE_SUBMIT);
    accept(fixture, broker->message.id, 8);
    assert_int_equal(join(fixture), STATUS_OK);
    assert_string_equal(fixture->told, "1 slowed 0 full;1 accepted 8 ;");
}

static void outcomes_are_awaited_across_sessions(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    fixture->documents = 1;
    fixture->watch = true;
    start(fixture, submit);
    fake_welcome(broker);
    fake_expect(broker, MESSAGE_SUBMIT);
    assert_true(broker->message.watch);
    uint64_t id = broker->message.id;
    accept(fixture, id, 5);
    fake_say(broker, (struct message){.type = MESSAGE_GOODBYE});
    fake_welcome(broker);
    fake_expect(broker, MESSAGE_SUBMIT); /* by its number, without its bytes */
    assert_int_equal(broker->message.seq, 5);
    assert_int_equal(broker->message.payload.len, 0);
    accept(fixture, id, 5);
    fake_say(broker, (struct message){.type = MESSAGE_OUTCOME,
                                      .id = id,
                                      .seq = 5,
                                      .status = STATUS_BAD,
                                      .text = SLICE("no year")});
    assert_int_equal(join(fixture), STATUS_OK);
    assert_string_equal(fixture->told, "1 accepted 5 ;1 dead 5 no year;");
}

static void outcomes_of_only_so_many_are_awaited(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    uint64_t first = 0;
    fixture->documents = 4;
    fixture->watch = true;
    fixture->watch_most = 2;
    start(fixture, submit);
    fake_welcome(broker);
    for (unsigned i = 1; i <= 4; i++) {
        fake_expect(broker, MESSAGE_SUBMIT);
        assert_true(broker->message.watch == (i <= 2));
        first = first ? first : broker->message.id;
    }
    for (unsigned i = 0; i < 4; i++)
        accept(fixture, first + i, 1 + i);
    for (unsigned i = 0; i < 2; i++)
        fake_say(broker, (struct message){.type = MESSAGE_OUTCOME, .id = first + i, .seq = 1 + i});
    assert_int_equal(join(fixture), STATUS_OK);
    assert_string_equal(fixture->told, "1 accepted 1 ;2 accepted 2 ;3 accepted 3 ;4 accepted 4 ;"
                                       "1 done 1 ;2 done 2 ;");
}

static void submitting_ends_when_stopped(void **state)
{
    struct fixture *fixture = *state;
    uint64_t one = 1;
    fixture->options.stop_fd = eventfd(0, EFD_NONBLOCK);
    assert_int_equal(write(fixture->options.stop_fd, &one, sizeof one), sizeof one);
    fixture->documents = 1;
    submit(fixture);
    assert_int_equal(fixture->status, STATUS_AGAIN);
    assert_string_equal(fixture->error.text, "stopped");
    close(fixture->options.stop_fd);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(documents_are_accepted),
        RUN(no_more_than_the_window_is_on_its_way),
        RUN(no_more_bytes_than_the_broker_says_are_on_their_way),
        RUN(who_does_not_wait_is_told_when_to_come_again),
        RUN(what_was_not_acknowledged_is_submitted_again),
        RUN(a_refused_submission_waits_and_goes_again),
        RUN(outcomes_are_awaited_across_sessions),
        RUN(outcomes_of_only_so_many_are_awaited),
        RUN(submitting_ends_when_stopped),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
