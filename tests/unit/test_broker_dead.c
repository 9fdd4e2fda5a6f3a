/* test_broker_dead.c - dead letters of a whole broker: how reports die, are replayed, replaced and
 * dropped. */
#include "tests/unit/broker_fixture.h"

/* Workers die with it every time: it ends as a dead letter that says so, and is then tried alone.
 */
static void test_crashing_document(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.attempts = 3;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    uint64_t poison = submit(submitter, 1, "poison.txt", "boom");
    uint64_t innocent = submit(submitter, 2, "fine.txt", "fine");
    bool seen_innocent = false;
    for (unsigned attempt = 1; attempt <= 3; attempt++) {
        struct wire *worker = join(fixture, ROLE_WORK, 1, "victim");
        ready(worker, 1, 8);
        struct message job = expect(worker, MESSAGE_JOB);
        if (attempt == 1) {
            assert_int_equal(job.seq, poison);
            struct message other = expect(worker, MESSAGE_JOB);
            assert_int_equal(other.seq, innocent);
        } else {
            while (job.seq == innocent) { /* tried alone too, and found innocent */
                done(worker, job.token, STAGE_OCR, "text");
                seen_innocent = true;
                job = expect(worker, MESSAGE_JOB);
            }
            assert_int_equal(job.seq, poison);
            assert_int_equal(job.attempt, attempt);
        }
        wire_close(&worker);
    }
    struct message outcome = expect(submitter, MESSAGE_OUTCOME);
    assert_int_equal(outcome.seq, poison);
    assert_int_equal(outcome.status, STATUS_BAD);
    if (!seen_innocent) {
        struct wire *worker = join(fixture, ROLE_WORK, 1, "last");
        ready(worker, 1, 1);
        assert_int_equal(expect(worker, MESSAGE_JOB).seq, innocent);
        wire_close(&worker);
    }
    wire_close(&submitter);
    stop(fixture);
}

static void test_postponed(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    struct wire *worker = join(fixture, ROLE_WORK, 1, "worker");
    ready(worker, 1, 2);
    submit(submitter, 1, "a.txt", "x");
    struct message job = expect(worker, MESSAGE_JOB);
    say(worker, (struct message){.type = MESSAGE_REJECT,
                                 .token = job.token,
                                 .status = STATUS_RETRY,
                                 .text = SLICE("not now")});
    job = expect(worker, MESSAGE_JOB);
    assert_int_equal(job.attempt, 2);
    say(worker, (struct message){.type = MESSAGE_RELEASE, .token = job.token});
    ready(worker, 1, 1);
    job = expect(worker, MESSAGE_JOB);
    assert_int_equal(job.attempt, 2);
    wire_close(&worker);
    wire_close(&submitter);
    stop(fixture);
}

/* People who hand a document in, work on it, and look after letters. */
struct people {
    struct wire *submitter, *worker, *admin;
};

static struct people join_all(struct fixture *fixture)
{
    return (struct people){join(fixture, ROLE_SUBMIT, 0, "submitter"),
                           join(fixture, ROLE_WORK, FRONT, "worker"),
                           join(fixture, ROLE_ADMIN, 0, "admin")};
}

static void leave(struct people *people)
{
    wire_close(&people->admin);
    wire_close(&people->worker);
    wire_close(&people->submitter);
}

static uint64_t let_die(struct people *people, const char *reason)
{
    uint64_t seq = submit(people->submitter, 9, "bad.txt", "nonsense");
    ready(people->worker, FRONT, 1);
    struct message job = expect(people->worker, MESSAGE_JOB);
    say(people->worker, (struct message){.type = MESSAGE_REJECT,
                                         .token = job.token,
                                         .stage = STAGE_SEGMENT,
                                         .status = STATUS_BAD,
                                         .text = slice_of(reason)});
    struct message outcome = expect(people->submitter, MESSAGE_OUTCOME);
    assert_int_equal(outcome.status, STATUS_BAD);
    assert_true(slice_equal(outcome.text, slice_of(reason)));
    return seq;
}

static void choose_seq(struct buffer *filter, uint64_t seq)
{
    pack_map(filter, 1);
    PACK_KEY(filter, "seqs"), pack_array(filter, 1), pack_uint(filter, seq);
}

static void test_letters_are_listed(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct people people = join_all(fixture);
    uint64_t seq = let_die(&people, "no year in it");
    struct buffer filter = {0};
    assert_int_equal(answer_number(ask_dead(people.admin, "list", &filter), "matched"), 1);
    pack_map(&filter, 1);
    PACK_KEY(&filter, "stage"), pack_text(&filter, SLICE("extract"));
    assert_int_equal(answer_number(ask_dead(people.admin, "list", &filter), "matched"), 0);
    choose_seq(&filter, seq);
    struct message shown = ask_dead(people.admin, "show", &filter);
    assert_true(slice_has(shown.payload, SLICE("nonsense")));
    assert_true(slice_has(shown.payload, SLICE("segment")));
    assert_int_equal(ask_dead(people.admin, "drop", &filter).type, MESSAGE_REFUSED);
    pack_map(&filter, 2);
    PACK_KEY(&filter, "reason"), pack_text(&filter, SLICE("year"));
    PACK_KEY(&filter, "dry_run"), pack_bool(&filter, true);
    struct message rehearsal = ask_dead(people.admin, "replay", &filter);
    assert_int_equal(answer_number(rehearsal, "matched"), 1);
    assert_int_equal(answer_number(rehearsal, "changed"), 0);
    leave(&people);
    stop(fixture);
}

static void test_letters_are_replayed_and_dropped(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct people people = join_all(fixture);
    uint64_t seq = let_die(&people, "no year in it"), matched = 0;
    struct buffer filter = {0};
    ready(people.worker, FRONT, 2);
    pack_map(&filter, 1);
    PACK_KEY(&filter, "all"), pack_bool(&filter, true);
    assert_int_equal(answer_number(ask_dead(people.admin, "replay", &filter), "changed"), 1);
    struct message job = expect(people.worker, MESSAGE_JOB);
    assert_int_equal(job.seq, seq);
    assert_int_equal(job.attempt, 1);
    assert_int_equal(job.stage, STAGE_INGEST);
    assert_int_equal(answer_number(ask_dead(people.admin, "list", &filter), "matched"), 0);

    say(people.worker,
        (struct message){.type = MESSAGE_REJECT, .token = job.token, .status = STATUS_BAD});
    ready(people.worker, FRONT, 1);
    for (uint64_t until = clock_monotonic_us() + 1000000; !matched && clock_monotonic_us() < until;)
        matched = answer_number(ask_dead(people.admin, "list", &filter), "matched");
    assert_int_equal(matched, 1);
    choose_seq(&filter, seq);
    assert_int_equal(answer_number(ask_dead(people.admin, "drop", &filter), "changed"), 1);
    assert_int_equal(answer_number(ask_dead(people.admin, "list", &filter), "matched"), 0);
    leave(&people);
    stop(fixture);
}

/* Sent again because its acknowledgement was lost, or by somebody else: one letter, and everybody
 * hears of it. */
static void test_one_letter_a_document(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    struct wire *worker = join(fixture, ROLE_WORK, 1, "worker");
    struct wire *admin = join(fixture, ROLE_ADMIN, 0, "admin");
    const char *paths[] = {"bad.txt", "bad.txt", "bad.txt", "other.txt"};
    uint64_t tokens[4], seqs[4];
    ready(worker, 1, 4);
    for (unsigned i = 0; i < 4; i++) {
        seqs[i] = submit(submitter, i + 1, paths[i], "nonsense");
        struct message job = expect(worker, MESSAGE_JOB);
        assert_int_equal(job.seq, seqs[i]);
        tokens[i] = job.token;
    }
    const unsigned order[] = {1, 0, 2, 3}; /* not as they came */
    for (unsigned i = 0; i < 4; i++)
        say(worker, (struct message){.type = MESSAGE_REJECT,
                                     .token = tokens[order[i]],
                                     .status = STATUS_BAD,
                                     .text = SLICE("nonsense")});
    for (unsigned i = 0; i < 4; i++)
        assert_int_equal(expect(submitter, MESSAGE_OUTCOME).status, STATUS_BAD);
    for (unsigned i = 0; i < 2; i++) { /* the same of one that never came */
        say(submitter, (struct message){.type = MESSAGE_SUBMIT,
                                        .id = 5 + i,
                                        .path = SLICE("huge.txt"),
                                        .watch = true,
                                        .text = SLICE("larger than 64 MiB")});
        seqs[0] = expect(submitter, MESSAGE_ACCEPTED).seq;
        assert_int_equal(expect(submitter, MESSAGE_OUTCOME).status, STATUS_BAD);
    }
    struct buffer filter = {0};
    struct message page = ask_dead(admin, "list", &filter);
    assert_int_equal(answer_number(page, "matched"), 3);
    assert_int_equal(answer_number(page, "after"), seqs[0]);
    pack_map(&filter, 1);
    PACK_KEY(&filter, "seqs"), pack_array(&filter, 2), pack_uint(&filter, seqs[2]),
        pack_uint(&filter, seqs[3]);
    assert_int_equal(answer_number(ask_dead(admin, "replay", &filter), "changed"), 2);
    ready(worker, 1, 2);
    for (unsigned i = 2; i < 4; i++) { /* dies again under its number */
        struct message job = expect(worker, MESSAGE_JOB);
        assert_int_equal(job.seq, seqs[i]);
        say(worker,
            (struct message){.type = MESSAGE_REJECT, .token = job.token, .status = STATUS_BAD});
    }
    say(worker, (struct message){.type = MESSAGE_STATUS, .id = 9});
    assert_true(slice_has(expect(worker, MESSAGE_ANSWER).payload, SLICE("\245count\3")));
    wire_close(&admin);
    wire_close(&worker);
    wire_close(&submitter);
    stop(fixture);
}

static void test_unreadable_document(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    struct wire *admin = join(fixture, ROLE_ADMIN, 0, "admin");
    say(submitter, (struct message){.type = MESSAGE_SUBMIT,
                                    .id = 1,
                                    .path = SLICE("huge.txt"),
                                    .watch = true,
                                    .text = SLICE("larger than 64 MiB")});
    expect(submitter, MESSAGE_ACCEPTED);
    assert_int_equal(expect(submitter, MESSAGE_OUTCOME).status, STATUS_BAD);
    struct buffer filter = {0};
    pack_map(&filter, 1);
    PACK_KEY(&filter, "all"), pack_bool(&filter, true);
    struct message answer = ask_dead(admin, "replay", &filter);
    assert_int_equal(answer_number(answer, "matched"), 1);
    assert_int_equal(answer_number(answer, "changed"), 0);
    wire_close(&admin);
    wire_close(&submitter);
    stop(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FLOW(test_crashing_document),     FLOW(test_postponed),
        FLOW(test_letters_are_listed),    FLOW(test_letters_are_replayed_and_dropped),
        FLOW(test_one_letter_a_document), FLOW(test_unreadable_document),
    };
    return run_flows(tests, sizeof tests / sizeof *tests);
}
