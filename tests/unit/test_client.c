/* The client side against a broker played by the test: asking and following changes. */
#include "tests/unit/client_fixture.h"

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

/* Nothing is heard while a large payload is on its way. */
static void what_is_announced_may_take_long(void **state)
{
    struct fixture *fixture = *state;
    struct fake_broker *broker = &fixture->broker;
    broker->heartbeat_ms = 20;
    start(fixture, ask);
    fake_welcome(broker);
    fake_expect(broker, MESSAGE_STATUS);
    uint64_t id = broker->message.id;
    fake_say(broker, (struct message){.type = MESSAGE_HEARTBEAT, .coming_bytes = 64 << 20});
    for (unsigned beats = 0; beats < 20;) {
        struct error error;
        if (wire_recv(broker->wire, &broker->peer, &broker->message, &error) == STATUS_OK) {
            assert_string_equal(message_name(broker->message.type), "heartbeat");
            beats++;
        }
        wire_wait(&broker->wire, 1, -1, 100);
    }
    fake_say(broker,
             (struct message){.type = MESSAGE_ANSWER, .id = id, .payload = SLICE("the page")});
    assert_int_equal(join(fixture), STATUS_OK);
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
        if (fixture->skips_to)
            changes_skip(changes, fixture->skips_to + fixture->page_count);
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

static void what_is_skipped_counts_as_given(void **state)
{
    struct fixture *fixture = *state;
    fixture->since = 7;
    fixture->skips_to = 30;
    start(fixture, follow);
    fake_welcome(&fixture->broker);
    expect_read(fixture, 7, 7, "");
    answer_page(fixture, (struct answer){.version = 12, .more = true, .after = SLICE("p")});
    expect_read(fixture, 31, 31, "");
    answer_page(fixture, (struct answer){.version = 40});
    expect_read(fixture, 32, 32, "");
    answer_page(fixture, (struct answer){
                             .version = 50, .snapshot = true, .more = true, .after = SLICE("k")});
    assert_int_equal(join(fixture), STATUS_OK);
    assert_int_equal(fixture->since, 33);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        RUN(a_question_is_answered),
        RUN(a_question_is_asked_again_in_the_next_session),
        RUN(a_refusal_is_passed_on),
        RUN(what_is_announced_may_take_long),
        RUN(a_closed_session_beats_no_more),
        RUN(an_empty_endpoint_is_told),
        RUN(a_wrong_endpoint_is_told),
        RUN(asking_ends_when_stopped),
        RUN(a_snapshot_is_followed_by_what_changed_since_its_first_page),
        RUN(what_is_skipped_counts_as_given),
        RUN(another_store_begins_with_a_snapshot),
        RUN(following_goes_on_where_it_was_after_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
