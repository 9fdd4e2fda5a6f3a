/* test_broker_outage.c - a whole broker when something is gone: workers, leases, the disk, the
 * broker itself. */
#include "tests/unit/broker_fixture.h"

static void test_vanished_worker(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    struct wire *doomed = join(fixture, ROLE_WORK, 1, "doomed");
    ready(doomed, 1, 1);
    uint64_t seq = submit(submitter, 1, "a.txt", "x");
    struct message job = expect(doomed, MESSAGE_JOB);
    uint64_t old_token = job.token;
    wire_close(&doomed);

    struct wire *heir = join(fixture, ROLE_WORK, 1, "heir");
    ready(heir, 1, 8);
    job = expect(heir, MESSAGE_JOB);
    assert_int_equal(job.seq, seq);
    assert_int_equal(job.attempt, 2);
    assert_true(job.token > old_token);

    done(heir, old_token, STAGE_OCR, "late");
    struct message refused = expect(heir, MESSAGE_REFUSED);
    assert_int_equal(refused.token, old_token);
    done(heir, job.token, STAGE_OCR, "text");
    wire_close(&heir);
    wire_close(&submitter);
    stop(fixture);
}

/* Whoever hands in what takes long on its way says so, and isn't lost meanwhile. */
static void test_what_is_announced_may_take_long(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.heartbeat_ms = 40;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    struct wire *worker = join(fixture, ROLE_WORK, ALL_STAGES, "worker");
    submit(submitter, 1, "a.txt", "the document");
    ready(worker, ALL_STAGES, 1);
    uint64_t token = expect(worker, MESSAGE_JOB).token;
    say(worker, (struct message){.type = MESSAGE_HEARTBEAT, .coming_bytes = 64 << 20});
    for (unsigned i = 0; i < 20; i++) {
        say(submitter, (struct message){.type = MESSAGE_HEARTBEAT});
        wire_wait(NULL, 0, -1, 20);
    }
    done(worker, token, STAGE_AGGREGATE, "");
    assert_int_equal(expect(submitter, MESSAGE_OUTCOME).outcome, OUTCOME_APPLIED);
    wire_close(&worker);
    wire_close(&submitter);
    stop(fixture);
}

static void test_lapsed_lease(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.lease_ms = 150;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    struct wire *slow = join(fixture, ROLE_WORK, 1, "slow");
    ready(slow, 1, 2);
    submit(submitter, 1, "a.txt", "x");
    struct message first = expect(slow, MESSAGE_JOB);
    uint64_t old_token = first.token;
    struct message second = expect(slow, MESSAGE_JOB);
    assert_int_equal(second.attempt, 2);
    uint64_t token = second.token;
    done(slow, old_token, STAGE_OCR, "late");
    assert_int_equal(expect(slow, MESSAGE_REFUSED).token, old_token);
    done(slow, token, STAGE_OCR, "text");
    wire_close(&slow);
    wire_close(&submitter);
    stop(fixture);
}

static void test_restart(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    uint64_t seqs[20];
    for (unsigned i = 0; i < 20; i++) {
        char text[16];
        snprintf(text, sizeof text, "document %u", i);
        seqs[i] = submit(submitter, i + 1, text, text);
    }
    struct wire *worker = join(fixture, ROLE_WORK, ALL_STAGES, "worker");
    ready(worker, ALL_STAGES, 2);
    struct message job = expect(worker, MESSAGE_JOB);
    assert_int_equal(job.seq, seqs[0]);
    done(worker, job.token, STAGE_AGGREGATE, "");
    expect(submitter, MESSAGE_OUTCOME);
    uint64_t leased = expect(worker, MESSAGE_JOB).seq;
    assert_int_equal(leased, seqs[1]);
    stop(fixture);
    wire_close(&worker);
    wire_close(&submitter);

    start(fixture);
    worker = join(fixture, ROLE_WORK, ALL_STAGES, "worker");
    ready(worker, ALL_STAGES, 30);
    for (unsigned i = 1; i < 20; i++)
        assert_int_equal(expect(worker, MESSAGE_JOB).seq, seqs[i]);
    submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    say(submitter,
        (struct message){
            .type = MESSAGE_SUBMIT, .id = 3, .seq = seqs[0], .path = SLICE("x"), .watch = true});
    assert_int_equal(expect(submitter, MESSAGE_OUTCOME).status, STATUS_OK);
    say(submitter,
        (struct message){
            .type = MESSAGE_SUBMIT, .id = 4, .seq = seqs[5], .path = SLICE("x"), .watch = true});
    assert_int_equal(expect(submitter, MESSAGE_ACCEPTED).seq, seqs[5]);
    assert_true(submit(submitter, 50, "new", "new") > seqs[19]);
    wire_close(&worker);
    wire_close(&submitter);
    stop(fixture);
}

static void test_disk_low(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.disk_low_bytes = UINT64_MAX / 2;
    fixture->options.disk_high_bytes = UINT64_MAX / 2;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    say(submitter, (struct message){
                       .type = MESSAGE_SUBMIT, .id = 1, .path = SLICE("a"), .payload = SLICE("x")});
    struct message refused = expect(submitter, MESSAGE_REFUSED);
    assert_int_equal(refused.status, STATUS_AGAIN);
    assert_int_not_equal(refused.retry_ms, 0);
    wire_close(&submitter);
    stop(fixture);
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;
    getrlimit(RLIMIT_FSIZE, &limit);
    limit.rlim_cur = bytes;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

/* Writes fail for a while: nothing is acknowledged, what happens to older reports is remembered,
 * and it goes on by itself. */
static void test_journal_breaks(void **state)
{
    struct fixture *fixture = *state;
    signal(SIGXFSZ, SIG_IGN);
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    struct wire *worker = join(fixture, ROLE_WORK, ALL_STAGES, "worker");
    ready(worker, ALL_STAGES, 2);
    uint64_t finished = submit(submitter, 1, "a", "first");
    uint64_t first_token = expect(worker, MESSAGE_JOB).token;
    uint64_t dead = submit(submitter, 2, "b", "second");
    uint64_t second_token = expect(worker, MESSAGE_JOB).token;

    limit_files(0);
    struct message report = {.type = MESSAGE_SUBMIT,
                             .id = 3,
                             .path = SLICE("c"),
                             .watch = true,
                             .payload = SLICE("third")};
    say(submitter, report);
    struct message refused = expect(submitter, MESSAGE_REFUSED);
    assert_int_equal(refused.id, 3);
    assert_int_not_equal(refused.retry_ms, 0);
    done(worker, first_token, STAGE_AGGREGATE, "");
    assert_int_equal(expect(submitter, MESSAGE_OUTCOME).seq, finished);
    say(worker,
        (struct message){.type = MESSAGE_REJECT, .token = second_token, .status = STATUS_BAD});
    struct message outcome = expect(submitter, MESSAGE_OUTCOME);
    assert_int_equal(outcome.seq, dead);
    assert_int_equal(outcome.status, STATUS_BAD);

    limit_files(RLIM_INFINITY);
    struct message answer = {.type = MESSAGE_REFUSED};
    for (uint64_t until_us = clock_monotonic_us() + DEADLINE_MS * 1000ull;
         answer.type == MESSAGE_REFUSED && clock_monotonic_us() < until_us;) {
        say(submitter, report);
        answer = hear(submitter);
    }
    assert_int_equal(answer.type, MESSAGE_ACCEPTED);
    uint64_t third = answer.seq;
    wire_close(&worker);
    wire_close(&submitter);
    stop(fixture);

    start(fixture);
    worker = join(fixture, ROLE_WORK, ALL_STAGES, "worker");
    struct wire *admin = join(fixture, ROLE_ADMIN, 0, "admin");
    struct buffer filter = {0};
    assert_int_equal(answer_number(ask_dead(admin, "list", &filter), "matched"), 1);
    ready(worker, ALL_STAGES, 2);
    assert_int_equal(expect(worker, MESSAGE_JOB).seq, third);
    say(worker, (struct message){.type = MESSAGE_STATUS, .id = 5});
    assert_int_equal(expect(worker, MESSAGE_ANSWER).id, 5); /* and no other job before it */
    wire_close(&admin);
    wire_close(&worker);
    stop(fixture);
}

/* The embedded pipeline's broker: acknowledgements wait while the backlog fills its memory. */
static void test_in_memory(void **state)
{
    struct fixture *fixture = *state;
    fixture->options.data = NULL;
    fixture->options.memory_bytes = 4096;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    char big[1600];
    memset(big, 'x', sizeof big);
    struct message report = {
        .type = MESSAGE_SUBMIT, .id = 1, .path = SLICE("a"), .payload = {big, sizeof big}};
    say(submitter, report);
    assert_int_equal(expect(submitter, MESSAGE_ACCEPTED).id, 1);
    report.id = 2;
    say(submitter, report);
    say(submitter, (struct message){.type = MESSAGE_STATUS, .id = 99});
    assert_int_equal(expect(submitter, MESSAGE_ANSWER).id, 99);
    report.id = 3; /* slowed down above, refused here: nothing of it is kept */
    report.no_wait = true;
    say(submitter, report);
    struct message refused = expect(submitter, MESSAGE_REFUSED);
    assert_int_equal(refused.id, 3);
    assert_int_equal(refused.status, STATUS_AGAIN);
    assert_int_not_equal(refused.retry_ms, 0);
    struct wire *worker = join(fixture, ROLE_WORK, ALL_STAGES, "worker");
    ready(worker, ALL_STAGES, 8);
    for (unsigned i = 0; i < 2; i++)
        done(worker, expect(worker, MESSAGE_JOB).token, STAGE_AGGREGATE, "");
    assert_int_equal(expect(submitter, MESSAGE_ACCEPTED).id, 2);
    report.id = 4; /* the refusal holds nothing up */
    say(submitter, report);
    assert_int_equal(expect(submitter, MESSAGE_ACCEPTED).id, 4);
    wire_close(&worker);
    wire_close(&submitter);
    stop(fixture);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FLOW(test_vanished_worker), FLOW(test_what_is_announced_may_take_long),
        FLOW(test_lapsed_lease),    FLOW(test_restart),
        FLOW(test_disk_low),        FLOW(test_journal_breaks),
        FLOW(test_in_memory),
    };
    return run_flows(tests, sizeof tests / sizeof *tests);
}
