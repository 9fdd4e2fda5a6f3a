/* The client side against a broker played by the test: asking, submitting, following changes. */
#include "proto/client.h"
#include "proto/session.h"
#include "proto/submitter.h"
#include "tests/unit/fake_broker.h"

#include <pthread.h>
#include <sys/eventfd.h>

/* The client runs in a thread, the test plays the broker. */
struct fixture {
    struct fake_broker broker;
    struct client_options options;
    void *(*body)(void *);
    pthread_t thread;
    enum status status;
    struct error error;
    char answer[64];

    char told[512]; /* news of submissions, in order */
    bool watch, no_wait;
    uint32_t retry_ms;
    unsigned documents;

    struct answer pages[8]; /* of changes_next: version, snapshot and row_count only */
    unsigned page_count;
    uint64_t since;
};

static int set_up(void **state)
{
    struct fixture *fixture = *state = memory_zero(sizeof *fixture);
    fake_open_ipc(&fixture->broker);
    fixture->options = (struct client_options){
        .endpoint = fixture->broker.endpoint, .role = ROLE_READ, .stop_fd = -1, .timeout_ms = 9000};
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *fixture = *state;
    fake_close(&fixture->broker);
    free(fixture);
    return 0;
}

static void start(struct fixture *fixture, void *(*body)(void *))
{
    assert_int_equal(pthread_create(&fixture->thread, NULL, body, fixture), 0);
}

static enum status join(struct fixture *fixture)
{
    pthread_join(fixture->thread, NULL);
    return fixture->status;
}

/* ---- asking ---- */

static void *ask(void *context)
{
    struct fixture *fixture = context;
    struct client *client;
    struct message answer = {0}, question = {.type = MESSAGE_STATUS, .payload = SLICE("how?")};
    fixture->status = client_open(&client, &fixture->options, &fixture->error);
    if (!fixture->status)
        fixture->status = client_ask(client, &question, &answer, &fixture->error);
    if (!fixture->status)
        snprintf(fixture->answer, sizeof fixture->answer, "%.*s", SLICE_ARGS(answer.payload));
    client_close(&client);
    return NULL;
}

static void a_question_is_answered(void **state)
{
    struct fixture *fixture = *state;
    start(fixture, ask);
    fake_welcome(&fixture->broker);
    fake_expect(&fixture->broker, MESSAGE_STATUS);
    uint64_t id = fixture->broker.message.id;
    fake_say(&fixture->broker,
             (struct message){.type = MESSAGE_ANSWER, .id = id + 1, .payload = SLICE("stale")});
    fake_say(&fixture->broker,
             (struct message){.type = MESSAGE_ANSWER, .id = id, .payload = SLICE("well")});
    fake_expect(&fixture->broker, MESSAGE_GOODBYE);
    assert_int_equal(join(fixture), STATUS_OK);
    assert_string_equal(fixture->answer, "well");
}

static void a_question_is_asked_again_in_the_next_session(void **state)
{
    struct fixture *fixture = *state;
    start(fixture, ask);
    fake_welcome(&fixture->broker);
    fake_expect(&fixture->broker, MESSAGE_STATUS);
    fake_say(&fixture->broker, (struct message){.type = MESSAGE_GOODBYE});
    fake_welcome(&fixture->broker);
    fake_expect(&fixture->broker, MESSAGE_STATUS);
    fake_say(&fixture->broker, (struct message){.type = MESSAGE_ANSWER,
                                                .id = fixture->broker.message.id,
                                                .payload = SLICE("again")});
    assert_int_equal(join(fixture), STATUS_OK);
    assert_string_equal(fixture->answer, "again");
}

static void a_refusal_is_passed_on(void **state)
{
    struct fixture *fixture = *state;
    start(fixture, ask);
    fake_welcome(&fixture->broker);
    fake_expect(&fixture->broker, MESSAGE_STATUS);
    fake_say(&fixture->broker, (struct message){.type = MESSAGE_REFUSED,
                                                .id = fixture->broker.message.id,
                                                .status = STATUS_BAD,
                                                .text = SLICE("no such report")});
    assert_int_equal(join(fixture), STATUS_BAD);
    assert_string_equal(fixture->error.text, "no such report");
}

/* A worker's pulse may come by once more after its session was closed. */
static void a_closed_session_beats_no_more(void **state)
{
    (void)state;
    struct session session = {.state = SESSION_UP};
    session_close(&session);
    session_beat(&session);
    assert_int_equal(session_send(&session, &(struct message){.type = MESSAGE_HEARTBEAT}, NULL),
                     STATUS_AGAIN);
}

static void an_empty_endpoint_is_told(void **state)
{
    struct fixture *fixture = *state;
    wire_close(&fixture->broker.wire);
    fixture->options.timeout_ms = 30;
    ask(fixture);
    assert_int_equal(fixture->status, STATUS_AGAIN);
    assert_non_null(strstr(fixture->error.text, "no broker at ipc://"));
    assert_non_null(strstr(fixture->error.text, "is it running"));
}

static void a_wrong_endpoint_is_told(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.endpoint = "localhost";
    ask(fixture);
    assert_int_equal(fixture->status, STATUS_BAD);
    assert_non_null(strstr(fixture->error.text, "localhost"));
}

static void asking_ends_when_stopped(void **state)
{
    struct fixture *fixture = *state;
    uint64_t one = 1;
    fixture->options.stop_fd = eventfd(0, EFD_NONBLOCK);
    assert_int_equal(write(fixture->options.stop_fd, &one, sizeof one), sizeof one);
    ask(fixture);
    assert_int_equal(fixture->status, STATUS_AGAIN);
    assert_string_equal(fixture->error.text, "stopped");
    close(fixture->options.stop_fd);
}

/* ---- submitting ---- */

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

/* ---- following changes ---- */

static void *follow(void *context)
{
    struct fixture *fixture = context;
    struct filter filter = {.region_count = 1, .regions = {SLICE("14")}};
    struct changes *changes;
    fixture->status =
        changes_open(&changes, &fixture->options, &filter, fixture->since, &fixture->error);
    while (!fixture->status && fixture->page_count < 3) {
        struct answer *page = &fixture->pages[fixture->page_count++];
        fixture->status = changes_next(changes, page, &fixture->error);
    }
    fixture->since = changes_version(changes);
    changes_close(&changes);
    return NULL;
}

static void expect_read(struct fixture *fixture, uint64_t parked_since, uint64_t since,
                        const char *after)
{
    struct arena arena = {0};
    struct request request;
    struct error error;
    fake_expect(&fixture->broker, MESSAGE_READ);
    assert_int_equal(fixture->broker.message.since, parked_since);
    assert_int_equal(request_decode(&arena, fixture->broker.message.payload, &request, &error),
                     STATUS_OK);
    assert_true(request.changes);
    assert_int_equal(request.since, since);
    assert_true(slice_equal(request.after, slice_of(after)));
    assert_int_equal(request.filter.region_count, 1);
    arena_release(&arena);
}

static void answer_page(struct fixture *fixture, struct answer page)
{
    struct buffer payload = {0};
    answer_encode(&page, &payload);
    fake_say(&fixture->broker, (struct message){.type = MESSAGE_ANSWER,
                                                .id = fixture->broker.message.id,
                                                .version = page.version,
                                                .payload = buffer_slice(&payload)});
    buffer_release(&payload);
}

static void a_snapshot_is_followed_by_what_changed_since_its_first_page(void **state)
{
    struct fixture *fixture = *state;
    start(fixture, follow);
    fake_welcome(&fixture->broker);
    expect_read(fixture, 0, 0, "");
    answer_page(fixture, (struct answer){
                             .version = 10, .snapshot = true, .more = true, .after = SLICE("k")});
    expect_read(fixture, 0, 0, "k");
    answer_page(fixture, (struct answer){.version = 12});
    expect_read(fixture, 10, 10, ""); /* 12 would lose what changed while page 1 was read */
    answer_page(fixture, (struct answer){.version = 12});
    assert_int_equal(join(fixture), STATUS_OK);
    assert_true(fixture->pages[0].snapshot);
    assert_false(fixture->pages[1].snapshot);
    assert_int_equal(fixture->since, 12);
}

/* Versions of two stores are unrelated: whoever meets another begins anew, whether its worker looks
 * at the store or not. */
static void another_store_begins_with_a_snapshot(void **state)
{
    struct fixture *fixture = *state;
    start(fixture, follow);
    fake_welcome(&fixture->broker);
    expect_read(fixture, 0, 0, "");
    assert_int_equal(fixture->broker.message.store.len, 0);
    answer_page(fixture, (struct answer){.version = 10, .snapshot = true, .store = SLICE("one")});
    expect_read(fixture, 10, 10, "");
    assert_true(slice_equal(fixture->broker.message.store, SLICE("one")));
    answer_page(fixture, (struct answer){.version = 12, .store = SLICE("other")}); /* passed over */
    expect_read(fixture, 0, 0, "");
    assert_true(slice_equal(fixture->broker.message.store, SLICE("other")));
    answer_page(fixture, (struct answer){.version = 3, .snapshot = true, .store = SLICE("other")});
    expect_read(fixture, 3, 3, "");
    answer_page(fixture, (struct answer){.version = 9, .snapshot = true, .store = SLICE("third")});
    assert_int_equal(join(fixture), STATUS_OK);
    assert_int_equal(fixture->pages[1].version, 3);
    assert_true(fixture->pages[2].snapshot);
    assert_int_equal(fixture->since, 9);
}

static void following_goes_on_where_it_was_after_a_restart(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    fixture->since = 7;
    start(fixture, follow);
    fake_welcome(broker);
    expect_read(fixture, 7, 7, "");
    answer_page(fixture, (struct answer){.version = 8, .more = true, .after = SLICE("p")});
    expect_read(fixture, 0, 7, "p"); /* a further page must not be parked */
    fake_say(broker, (struct message){.type = MESSAGE_GOODBYE});
    fake_welcome(broker);
    expect_read(fixture, 0, 7, "p");
    answer_page(fixture, (struct answer){.version = 9});
    expect_read(fixture, 9, 9, "");
    fake_say(broker, (struct message){.type = MESSAGE_REFUSED,
                                      .id = broker->message.id,
                                      .status = STATUS_AGAIN,
                                      .retry_ms = 1,
                                      .text = SLICE("no aggregate worker")});
    expect_read(fixture, 9, 9, "");
    answer_page(fixture, (struct answer){.version = 10});
    assert_int_equal(join(fixture), STATUS_OK);
    assert_int_equal(fixture->since, 10);
}

#define RUN(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_question_is_answered),
        RUN(a_question_is_asked_again_in_the_next_session),
        RUN(a_refusal_is_passed_on),
        RUN(a_closed_session_beats_no_more),
        RUN(an_empty_endpoint_is_told),
        RUN(a_wrong_endpoint_is_told),
        RUN(asking_ends_when_stopped),
        RUN(documents_are_accepted),
        RUN(no_more_than_the_window_is_on_its_way),
        RUN(no_more_bytes_than_the_broker_says_are_on_their_way),
        RUN(who_does_not_wait_is_told_when_to_come_again),
        RUN(what_was_not_acknowledged_is_submitted_again),
        RUN(a_refused_submission_waits_and_goes_again),
        RUN(outcomes_are_awaited_across_sessions),
        RUN(submitting_ends_when_stopped),
        RUN(a_snapshot_is_followed_by_what_changed_since_its_first_page),
        RUN(another_store_begins_with_a_snapshot),
        RUN(following_goes_on_where_it_was_after_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
