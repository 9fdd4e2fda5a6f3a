/* test_broker_submit.c - how reports come to a whole broker: known bytes, questions after others',
 * names, turns, credit, and what is refused. */
#include "tests/unit/broker_fixture.h"

#include <unistr.h>

static void test_known_bytes(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    uint64_t first = submit(submitter, 1, "a.txt", "same");
    say(submitter,
        (struct message){
            .type = MESSAGE_SUBMIT, .id = 2, .path = SLICE("b"), .payload = SLICE("same")});
    assert_int_equal(expect(submitter, MESSAGE_ACCEPTED).known_seq, first);
    wire_close(&submitter);
    stop(fixture);
}

/* Asks how the document ends that has these bytes and was handed in elsewhere then. */
static void ask_by_hash(struct wire *wire, uint64_t id, const char *document, uint64_t sent)
{
    uint8_t digest[DIGEST_BYTES];
    char sha256[2 * DIGEST_BYTES + 1];
    digest_sha256(slice_of(document), digest);
    digest_name(digest, sha256);
    say(wire, (struct message){.type = MESSAGE_SUBMIT,
                               .id = id,
                               .path = SLICE("a.txt"),
                               .sha256 = slice_of(sha256),
                               .lineage.sent = sent,
                               .watch = true});
}

static uint64_t hand_on(struct wire *bridge, uint64_t id, const char *document, uint64_t sent)
{
    say(bridge, (struct message){.type = MESSAGE_SUBMIT,
                                 .id = id,
                                 .path = SLICE("a.txt"),
                                 .lineage.sent = sent,
                                 .payload = slice_of(document)});
    return expect(bridge, MESSAGE_ACCEPTED).seq;
}

/* The same bytes twice are two documents to whoever waits for one of them, and several may. */
static void test_asked_for_by_hash(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *bridge = join(fixture, ROLE_SUBMIT, 0, "bridge");
    struct wire *worker = join(fixture, ROLE_WORK, ALL_STAGES, "worker");
    struct wire *asking[] = {join(fixture, ROLE_SUBMIT, 0, "one"),
                             join(fixture, ROLE_SUBMIT, 0, "another")};
    uint64_t first = hand_on(bridge, 1, "same", 10);
    for (unsigned i = 0; i < 2; i++) {
        ask_by_hash(asking[i], 1, "same", 10);
        assert_int_equal(expect(asking[i], MESSAGE_ACCEPTED).seq, first);
    }
    ready(worker, ALL_STAGES, 1);
    done(worker, expect(worker, MESSAGE_JOB).token, STAGE_AGGREGATE, "");
    for (unsigned i = 0; i < 2; i++)
        assert_int_equal(expect(asking[i], MESSAGE_OUTCOME).outcome, OUTCOME_APPLIED);

    ask_by_hash(asking[0], 2, "same", 20);
    assert_int_not_equal(expect(asking[0], MESSAGE_REFUSED).retry_ms, 0);
    uint64_t second = hand_on(bridge, 2, "same", 20);
    ask_by_hash(asking[0], 3, "same", 20);
    assert_int_equal(expect(asking[0], MESSAGE_ACCEPTED).seq, second);
    ask_by_hash(asking[1], 4, "same", 0); /* whenever it was: the first one has ended */
    assert_int_equal(expect(asking[1], MESSAGE_OUTCOME).seq, first);
    uint64_t again = hand_on(bridge, 3, "same", 20); /* delivered again */
    ask_by_hash(asking[1], 5, "same", 20);
    assert_int_equal(expect(asking[1], MESSAGE_ACCEPTED).seq, again);
    for (unsigned i = 0; i < sizeof asking / sizeof *asking; i++)
        wire_close(&asking[i]);
    wire_close(&worker);
    wire_close(&bridge);
    stop(fixture);
}

/* Who waits for bytes that nobody could hand in hears so. */
static void test_asked_for_in_vain(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *bridge = join(fixture, ROLE_SUBMIT, 0, "bridge");
    struct wire *asking = join(fixture, ROLE_SUBMIT, 0, "asking");
    uint8_t digest[DIGEST_BYTES];
    char sha256[2 * DIGEST_BYTES + 1];
    digest_sha256(SLICE("far too large"), digest);
    digest_name(digest, sha256);
    say(bridge, (struct message){.type = MESSAGE_SUBMIT,
                                 .id = 1,
                                 .path = SLICE("huge.pdf"),
                                 .sha256 = slice_of(sha256),
                                 .lineage.sent = 30,
                                 .text = SLICE("far too large: split it")});
    expect(bridge, MESSAGE_ACCEPTED);
    ask_by_hash(asking, 1, "far too large", 30);
    struct message outcome = expect(asking, MESSAGE_OUTCOME);
    assert_int_equal(outcome.status, STATUS_BAD);
    assert_true(slice_has(outcome.text, SLICE("split it")));
    wire_close(&asking);
    wire_close(&bridge);
    stop(fixture);
}

/* Whoever has gone away keeps nobody from waiting for the same report. */
static void test_who_is_gone_waits_no_more(void **state)
{
    enum { MOST_WATCHERS = 256 };
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *bridge = join(fixture, ROLE_SUBMIT, 0, "bridge");
    uint64_t seq = hand_on(bridge, 1, "same", 0);
    struct wire *crowd = join(fixture, ROLE_SUBMIT, 0, "crowd");
    for (uint64_t id = 1; id <= MOST_WATCHERS; id++) {
        ask_by_hash(crowd, id, "same", 0);
        assert_int_equal(expect(crowd, MESSAGE_ACCEPTED).seq, seq);
    }
    ask_by_hash(bridge, 2, "same", 0);
    assert_int_equal(expect(bridge, MESSAGE_REFUSED).status, STATUS_AGAIN);
    say(crowd, (struct message){.type = MESSAGE_GOODBYE});
    say(crowd, (struct message){.type = MESSAGE_HELLO}); /* it is gone: asks for another greeting */
    expect(crowd, MESSAGE_REFUSED);
    ask_by_hash(bridge, 3, "same", 0);
    assert_int_equal(expect(bridge, MESSAGE_ACCEPTED).seq, seq);
    wire_close(&crowd);
    wire_close(&bridge);
    stop(fixture);
}

static uint64_t syncs(struct wire *wire)
{
    struct arena arena = {0};
    const struct packed *root;
    say(wire, (struct message){.type = MESSAGE_STATUS, .id = 999});
    struct message answer = expect(wire, MESSAGE_ANSWER);
    assert_int_equal(
        packed_read(&arena, answer.payload, (struct pack_limits){8, 10000}, &root, NULL),
        STATUS_OK);
    uint64_t count = packed_uint(packed_get(packed_get(root, "journal"), "syncs"), UINT64_MAX);
    arena_release(&arena);
    return count;
}

/* Who asks between two submissions costs no sync of his own: all of a turn have one. */
static void test_questions_wait_for_the_commit_of_the_turn(void **state)
{
    enum { COUNT = 64 };
    struct fixture *fixture = *state;
    struct error error;
    assert_int_equal(broker_open(&fixture->broker, &fixture->options, &error), STATUS_OK);
    struct wire *wire = connect_to(fixture);
    say(wire, (struct message){.type = MESSAGE_HELLO,
                               .version_major = PROTOCOL_MAJOR,
                               .role = ROLE_SUBMIT,
                               .name = SLICE("submitter")});
    for (uint64_t id = 1; id <= 2 * COUNT; id++) { /* before the broker's first turn */
        char document[16];
        snprintf(document, sizeof document, "%u", (unsigned)id / 2);
        if (id % 2)
            say(wire, (struct message){.type = MESSAGE_SUBMIT,
                                       .id = id,
                                       .path = SLICE("a.txt"),
                                       .payload = slice_of(document)});
        else
            ask_by_hash(wire, id, "0", 0);
    }
    run(fixture);
    expect(wire, MESSAGE_WELCOME);
    uint64_t first = expect(wire, MESSAGE_ACCEPTED).seq;
    for (unsigned i = 1; i < 2 * COUNT; i++) {
        struct message answer = expect(wire, MESSAGE_ACCEPTED);
        if (answer.id % 2 == 0)
            assert_int_equal(answer.seq, first);
    }
    assert_in_range(syncs(wire), 1, COUNT / 2);
    wire_close(&wire);
    stop(fixture);
}

/* What a GBK system calls it reaches the stages, and all who read results, in UTF-8. */
static void test_a_path_in_another_encoding(void **state)
{
    struct fixture *fixture = *state;
    struct report report = {0};
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    struct wire *worker = join(fixture, ROLE_WORK, ALL_STAGES, "worker");
    submit(submitter, 1, "2023/\xcf\xd8.txt", "the document");
    ready(worker, ALL_STAGES, 1);
    struct message job = expect(worker, MESSAGE_JOB);
    assert_true(slice_equal(job.path, SLICE("2023/县.txt")));
    assert_int_equal(record_decode(job.payload, STAGE_INGEST, &report, NULL), STATUS_OK);
    assert_true(slice_equal(report.path, SLICE("2023/县.txt")));
    report_release(&report);
    wire_close(&worker);
    wire_close(&submitter);
    stop(fixture);
}

/* A limit holds for the name that is kept, which is not as long as the one that came, nor as short.
 */
static void test_a_path_as_it_is_kept_has_a_limit(void **state)
{
    static char gbk[3000], longest[MAX_PATH_BYTES];
    struct fixture *fixture = *state;
    const struct slice refused[] = {{gbk, sizeof gbk}, SLICE("\0a.txt"), SLICE("")};
    for (size_t i = 0; i < sizeof gbk; i++)
        gbk[i] = i % 2 ? '\xd8' : '\xcf';
    memset(longest, 'a', sizeof longest);
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    struct message document = {.type = MESSAGE_SUBMIT, .payload = SLICE("the document")};
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        document.path = refused[i];
        say(submitter, document);
        assert_int_equal(expect(submitter, MESSAGE_REFUSED).status, STATUS_BAD);
    }
    document.path = (struct slice){longest, sizeof longest};
    say(submitter, document);
    expect(submitter, MESSAGE_ACCEPTED);
    wire_close(&submitter);
    stop(fixture);
}

/* A province's backlog doesn't starve another's single report, with flows or without; an urgent one
 * goes first. */
static void test_fair_turns(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *province = join(fixture, ROLE_SUBMIT, 0, "province");
    struct wire *county = join(fixture, ROLE_SUBMIT, 0, "county");
    uint64_t backlog[30];
    for (unsigned i = 0; i < 30; i++) {
        char text[16];
        snprintf(text, sizeof text, "backlog %u", i);
        backlog[i] = submit(province, i + 1, text, text);
    }
    uint64_t single = submit(county, 1, "single", "single");
    struct message message = {.type = MESSAGE_SUBMIT,
                              .id = 2,
                              .path = SLICE("named"),
                              .flow = SLICE("14"),
                              .payload = SLICE("named")};
    say(county, message);
    uint64_t named = expect(county, MESSAGE_ACCEPTED).seq;
    message.id = 3;
    message.priority = 1;
    message.payload = SLICE("urgent");
    say(county, message);
    uint64_t urgent = expect(county, MESSAGE_ACCEPTED).seq;
    struct wire *worker = join(fixture, ROLE_WORK, ALL_STAGES, "worker");
    ready(worker, ALL_STAGES, 6);
    const uint64_t turns[] = {urgent, backlog[0], single, named, backlog[1], backlog[2]};
    for (unsigned i = 0; i < 6; i++)
        assert_int_equal(expect(worker, MESSAGE_JOB).seq, turns[i]);
    wire_close(&worker);
    wire_close(&county);
    wire_close(&province);
    stop(fixture);
}

static void test_refusals(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.max_document_bytes = 10;
    start(fixture);
    struct wire *peer = connect_to(fixture);
    say(peer, (struct message){.type = MESSAGE_SUBMIT, .id = 1, .path = SLICE("a")});
    expect(peer, MESSAGE_GOODBYE);
    say(peer, (struct message){.type = MESSAGE_HELLO, .version_major = 0, .role = ROLE_SUBMIT});
    assert_true(slice_has(expect(peer, MESSAGE_REFUSED).text, SLICE("protocol")));
    hello(peer, ROLE_SUBMIT, 0, "peer");
    say(peer, (struct message){.type = MESSAGE_READY, .id = 2, .credit = 1});
    assert_true(slice_has(expect(peer, MESSAGE_REFUSED).text, SLICE("role")));
    say(peer, (struct message){.type = MESSAGE_SUBMIT, .id = 3, .payload = SLICE("x")});
    assert_true(slice_has(expect(peer, MESSAGE_REFUSED).text, SLICE("path")));
    say(peer,
        (struct message){
            .type = MESSAGE_SUBMIT, .id = 4, .path = SLICE("a"), .payload = SLICE("12345678901")});
    assert_true(slice_has(expect(peer, MESSAGE_REFUSED).text, SLICE("larger")));
    submit(peer, 5, "a", "1234567890");

    struct wire *one = connect_to(fixture), *two = connect_to(fixture);
    struct message greeting = {.type = MESSAGE_HELLO,
                               .version_major = PROTOCOL_MAJOR,
                               .role = ROLE_WORK,
                               .stages = STORE,
                               .name = SLICE("one"),
                               .store = SLICE("store-a")};
    say(one, greeting);
    expect(one, MESSAGE_WELCOME);
    greeting.name = SLICE("two");
    greeting.store = SLICE("store-b");
    say(two, greeting);
    struct message refused = expect(two, MESSAGE_REFUSED);
    assert_true(slice_has(refused.text, SLICE("one")));
    assert_true(slice_has(refused.text, SLICE("store-b")));
    wire_close(&two);
    wire_close(&one);
    wire_close(&peer);
    stop(fixture);
}

/* What to do about it stands at a refusal's end, however long what it tells of is. */
static void test_refusals_are_told_whole(void **state)
{
    struct fixture *fixture = *state;
    struct buffer name = {0};
    for (unsigned i = 0; i < 2000; i++)
        buffer_format(&name, "县");
    start(fixture);
    struct wire *worker = connect_to(fixture);
    struct message greeting = {.type = MESSAGE_HELLO,
                               .version_major = PROTOCOL_MAJOR,
                               .role = ROLE_WORK,
                               .stages = STORE,
                               .name = buffer_slice(&name),
                               .store = SLICE("one")};
    say(worker, greeting);
    expect(worker, MESSAGE_WELCOME);
    struct wire *other = connect_to(fixture);
    greeting.store = buffer_slice(&name);
    say(other, greeting);
    struct message refused = expect(other, MESSAGE_REFUSED);
    assert_true(slice_has(refused.text, buffer_slice(&name)));
    assert_true(slice_ends(refused.text, SLICE("a broker of its own")));
    assert_null(u8_check((const uint8_t *)refused.text.data, refused.text.len));

    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    say(submitter, (struct message){.type = MESSAGE_SUBMIT,
                                    .path = buffer_slice(&name),
                                    .payload = SLICE("the document")});
    assert_true(slice_ends(expect(submitter, MESSAGE_REFUSED).text, SLICE("name it otherwise")));
    buffer_release(&name);
    wire_close(&submitter);
    wire_close(&other);
    wire_close(&worker);
    stop(fixture);
}

/* One memory budget: what submitters may have on their way is shared out among those there are. */
static void test_credit_in_bytes(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.memory_bytes = 64 << 20;
    start(fixture);
    struct wire *submitters[3];
    for (uint64_t i = 0; i < 3; i++) {
        submitters[i] = connect_to(fixture);
        say(submitters[i], (struct message){.type = MESSAGE_HELLO,
                                            .version_major = PROTOCOL_MAJOR,
                                            .role = ROLE_SUBMIT});
        assert_int_equal(expect(submitters[i], MESSAGE_WELCOME).credit_bytes,
                         (16u << 20) / (i + 1));
    }
    struct message report = {
        .type = MESSAGE_SUBMIT, .id = 1, .path = SLICE("a"), .payload = SLICE("x")};
    const uint64_t told[] = {(16u << 20) / 3, 0}; /* when it has changed */
    for (unsigned i = 0; i < 2; i++) {
        report.id++;
        say(submitters[0], report);
        assert_int_equal(expect(submitters[0], MESSAGE_ACCEPTED).credit_bytes, told[i]);
    }
    for (unsigned i = 0; i < 3; i++)
        wire_close(&submitters[i]);
    stop(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FLOW(test_known_bytes),
        FLOW(test_asked_for_by_hash),
        FLOW(test_asked_for_in_vain),
        FLOW(test_who_is_gone_waits_no_more),
        FLOW(test_questions_wait_for_the_commit_of_the_turn),
        FLOW(test_a_path_in_another_encoding),
        FLOW(test_a_path_as_it_is_kept_has_a_limit),
        FLOW(test_fair_turns),
        FLOW(test_refusals),
        FLOW(test_refusals_are_told_whole),
        FLOW(test_credit_in_bytes),
    };
    return run_flows(tests, sizeof tests / sizeof *tests);
}
