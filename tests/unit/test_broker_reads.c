/* test_broker_reads.c - questions to the store and copies, through a whole broker. */
#include "tests/unit/broker_fixture.h"

static void test_reads(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *reader = join(fixture, ROLE_READ, 0, "reader");
    say(reader, (struct message){.type = MESSAGE_READ, .id = 1, .payload = SLICE("question")});
    struct message refused = expect(reader, MESSAGE_REFUSED);
    assert_int_equal(refused.id, 1);
    assert_int_not_equal(refused.retry_ms, 0);

    struct wire *store = join(fixture, ROLE_WORK, STORE, "store");
    say(store, (struct message){.type = MESSAGE_READY, .stages = STORE, .credit = 1, .version = 7});
    say(reader, (struct message){.type = MESSAGE_READ, .id = 2, .payload = SLICE("question")});
    struct message asked = expect(store, MESSAGE_READ);
    assert_true(slice_equal(asked.payload, SLICE("question")));
    say(store, (struct message){
                   .type = MESSAGE_ANSWER, .id = asked.id, .version = 7, .payload = SLICE("page")});
    struct message answer = expect(reader, MESSAGE_ANSWER);
    assert_int_equal(answer.id, 2);
    assert_int_equal(answer.version, 7);
    assert_true(slice_equal(answer.payload, SLICE("page")));

    /* Parked until the version rises: nothing reaches the store before. */
    say(reader, (struct message){.type = MESSAGE_READ, .id = 3, .since = 7, .payload = SLICE("q")});
    say(reader, (struct message){.type = MESSAGE_STATUS, .id = 4});
    assert_int_equal(expect(reader, MESSAGE_ANSWER).id, 4);
    say(store, (struct message){.type = MESSAGE_STATUS, .id = 9});
    assert_int_equal(expect(store, MESSAGE_ANSWER).id, 9);
    say(store, (struct message){.type = MESSAGE_READY, .stages = STORE, .version = 8});
    asked = expect(store, MESSAGE_READ);
    assert_int_equal(asked.since, 7);

    /* The store's worker goes with the question in hand: the next one gets it. */
    wire_close(&store);
    store = join(fixture, ROLE_WORK, STORE, "store again");
    say(store, (struct message){.type = MESSAGE_READY, .stages = STORE, .credit = 1, .version = 8});
    asked = expect(store, MESSAGE_READ);
    say(store, (struct message){
                   .type = MESSAGE_ANSWER, .id = asked.id, .version = 8, .store = SLICE("one")});
    answer = expect(reader, MESSAGE_ANSWER);
    assert_int_equal(answer.id, 3);
    assert_true(slice_equal(answer.store, SLICE("one")));

    /* Whoever knows version 8 of another store isn't parked for the ninth of this one. */
    struct message since = {.type = MESSAGE_READ, .id = 5, .since = 8, .store = SLICE("other")};
    say(reader, since);
    asked = expect(store, MESSAGE_READ);
    say(store, (struct message){.type = MESSAGE_ANSWER, .id = asked.id, .version = 8});
    assert_int_equal(expect(reader, MESSAGE_ANSWER).id, 5);
    wire_close(&store);
    wire_close(&reader);
    stop(fixture);
}

/* Believed, it would park every reader for ever; one more, and a restored store's leap, is well.
 * Nor is its worker refused: it would greet again, as a store whose first word is believed. */
static void test_a_version_that_cannot_be(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *reader = join(fixture, ROLE_READ, 0, "reader");
    struct wire *store = join(fixture, ROLE_WORK, STORE, "store");
    struct message ready = {.type = MESSAGE_READY, .stages = STORE, .credit = 1, .version = 7};
    say(store, ready);
    ready.version = 8 + (1ull << 32);
    say(store, ready);
    say(reader, (struct message){.type = MESSAGE_READ, .id = 2, .payload = SLICE("question")});
    struct message asked = expect(store, MESSAGE_READ);
    say(store,
        (struct message){.type = MESSAGE_ANSWER, .id = asked.id, .version = MAX_STORE_VERSION});
    struct message refused = expect(reader, MESSAGE_REFUSED);
    assert_int_equal(refused.id, 2);
    assert_int_not_equal(refused.retry_ms, 0);
    ready.version = MAX_STORE_VERSION + 1;
    say(store, ready);
    assert_true(slice_has(expect(store, MESSAGE_REFUSED).text, SLICE("so high")));
    ready.version = 7 + (1ull << 32);
    say(store, ready);
    say(reader, (struct message){.type = MESSAGE_READ, .id = 3, .since = 7});
    assert_int_equal(expect(store, MESSAGE_READ).since, 7); /* not parked */
    wire_close(&store);
    wire_close(&reader);
    stop(fixture);
}

static struct message ask_backup(struct wire *wire, const char *verb, const char *path)
{
    say(wire, (struct message){
                  .type = MESSAGE_BACKUP, .id = 9, .verb = slice_of(verb), .path = slice_of(path)});
    return hear(wire);
}

static void test_backup_of_the_journal(void **state)
{
    struct fixture *fixture = *state;
    char folder[128];
    snprintf(folder, sizeof folder, "%s/backup", fixture->folder);
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    uint64_t seq = submit(submitter, 1, "a.txt", "kept");
    assert_int_equal(ask_backup(submitter, "journal", folder).type, MESSAGE_REFUSED);
    struct wire *admin = join(fixture, ROLE_ADMIN, 0, "admin");
    assert_int_equal(ask_backup(admin, "journal", "relative").type, MESSAGE_REFUSED);
    assert_int_equal(ask_backup(admin, "everything", folder).type, MESSAGE_REFUSED);
    struct message answer = ask_backup(admin, "journal", folder);
    assert_int_equal(answer.id, 9);
    assert_true(answer_number(answer, "seq") >= seq);
    answer = ask_backup(admin, "journal", folder);
    assert_int_equal(answer.type, MESSAGE_REFUSED);
    assert_true(slice_has(answer.text, SLICE("there already")));
    wire_close(&submitter);
    wire_close(&admin);
    stop(fixture);
}

/* Relayed to the worker that holds the store, if it can: one of the release before would be silent.
 */
static void test_backup_of_the_store(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *admin = join(fixture, ROLE_ADMIN, 0, "admin");
    struct wire *worker = join(fixture, ROLE_WORK, 1u << STAGE_AGGREGATE, "old");
    struct message answer = ask_backup(admin, "store", "/backup");
    assert_int_equal(answer.type, MESSAGE_REFUSED);
    assert_true(slice_has(answer.text, SLICE("upgrade")));
    say(worker, (struct message){.type = MESSAGE_HELLO,
                                 .version_major = PROTOCOL_MAJOR,
                                 .version_minor = PROTOCOL_MINOR,
                                 .role = ROLE_WORK,
                                 .stages = 1u << STAGE_AGGREGATE});
    expect(worker, MESSAGE_WELCOME);
    say(admin, (struct message){
                   .type = MESSAGE_BACKUP, .id = 9, .verb = SLICE("store"), .path = SLICE("/b")});
    struct message question = expect(worker, MESSAGE_BACKUP);
    assert_true(slice_equal(question.path, SLICE("/b")));
    say(worker,
        (struct message){.type = MESSAGE_ANSWER, .id = question.id, .payload = SLICE("the copy")});
    answer = expect(admin, MESSAGE_ANSWER);
    assert_int_equal(answer.id, 9);
    assert_true(slice_equal(answer.payload, SLICE("the copy")));
    wire_close(&worker);
    wire_close(&admin);
    stop(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FLOW(test_reads),
        FLOW(test_a_version_that_cannot_be),
        FLOW(test_backup_of_the_journal),
        FLOW(test_backup_of_the_store),
    };
    return run_flows(tests, sizeof tests / sizeof *tests);
}
