/* test_broker_flow.c - a whole broker in a thread, with fake submitters, workers and readers: from
 * a report's way through the stages to dead letters and a restart. No sleeps: everything is
 * waited for with a deadline. */
#include "broker/broker.h"
#include "broker/entry.h"
#include "proto/base/clock.h"
#include "proto/base/digest.h"
#include "proto/base/log.h"
#include "proto/pack.h"
#include "proto/record.h"
#include "tests/unit/sample_report.h"

// clang-format off
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
// clang-format on
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

enum { DEADLINE_MS = 10000 };

struct fixture {
    char folder[64], data[96], endpoint[128];
    struct broker_options options;
    struct broker *broker;
    pthread_t thread;
    int stop_fd;
    enum status result;
};

static void *run_broker(void *context)
{
    struct fixture *fixture = context;
    struct error error;
    fixture->result = broker_run(fixture->broker, fixture->stop_fd, &error);
    return NULL;
}

static void start(struct fixture *fixture)
{
    struct error error = {0};
    if (broker_open(&fixture->broker, &fixture->options, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    fixture->stop_fd = eventfd(0, EFD_CLOEXEC);
    pthread_create(&fixture->thread, NULL, run_broker, fixture);
}

static void stop(struct fixture *fixture)
{
    uint64_t one = 1;
    assert_int_equal(write(fixture->stop_fd, &one, sizeof one), sizeof one);
    pthread_join(fixture->thread, NULL);
    close(fixture->stop_fd);
    broker_close(&fixture->broker);
    assert_int_equal(fixture->result, STATUS_OK);
}

static int setup(void **state)
{
    struct fixture *fixture = calloc(1, sizeof *fixture);
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/xianzhi-broker-XXXXXX");
    if (!mkdtemp(fixture->folder))
        return -1;
    snprintf(fixture->data, sizeof fixture->data, "%s/data", fixture->folder);
    snprintf(fixture->endpoint, sizeof fixture->endpoint, "ipc://%s/broker", fixture->folder);
    fixture->options = (struct broker_options){.data = fixture->data,
                                               .bind = fixture->endpoint,
                                               .heartbeat_ms = 500,
                                               .backoff_ms = 1,
                                               .read_wait_ms = 100,
                                               .stop_ms = 20};
    *state = fixture;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *fixture = *state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf '%s'", fixture->folder);
    int code = system(command);
    free(fixture);
    return code;
}

/* ---- peers ---- */

static struct wire *connect_to(const struct fixture *fixture)
{
    struct wire *wire;
    struct error error = {0};
    if (wire_connect(&wire, fixture->endpoint, NULL, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return wire;
}

static void say(struct wire *wire, struct message message)
{
    assert_int_equal(wire_send(wire, NULL, &message), STATUS_OK);
}

/* The next message that isn't a heartbeat. Says a heartbeat now and then, as a living peer does. */
static struct message hear(struct wire *wire)
{
    uint64_t until_us = clock_monotonic_us() + DEADLINE_MS * 1000ull;
    while (clock_monotonic_us() < until_us) {
        struct peer_id from;
        struct message message;
        struct error error;
        enum status status = wire_recv(wire, &from, &message, &error);
        if (status == STATUS_OK && message.type != MESSAGE_HEARTBEAT)
            return message;
        if (status != STATUS_OK && status != STATUS_AGAIN)
            fail_msg("%s", error.text);
        if (status == STATUS_AGAIN && wire_wait(&wire, 1, -1, 100) == 0)
            say(wire, (struct message){.type = MESSAGE_HEARTBEAT});
    }
    fail_msg("nothing was said within %d ms", DEADLINE_MS);
    return (struct message){0};
}

static struct message expect(struct wire *wire, enum message_type type)
{
    struct message message = hear(wire);
    if (message.type != type)
        fail_msg("%s instead of %s: %.*s", message_name(message.type), message_name(type),
                 SLICE_ARGS(message.text));
    return message;
}

static void hello(struct wire *wire, enum peer_role role, uint32_t stages, const char *name)
{
    say(wire, (struct message){.type = MESSAGE_HELLO,
                               .version_major = PROTOCOL_MAJOR,
                               .role = role,
                               .stages = stages,
                               .name = slice_of(name)});
    struct message welcome = expect(wire, MESSAGE_WELCOME);
    assert_int_equal(welcome.version_major, PROTOCOL_MAJOR);
    assert_int_not_equal(welcome.heartbeat_ms, 0);
}

static struct wire *join(const struct fixture *fixture, enum peer_role role, uint32_t stages,
                         const char *name)
{
    struct wire *wire = connect_to(fixture);
    hello(wire, role, stages, name);
    return wire;
}

static void ready(struct wire *wire, uint32_t stages, uint32_t credit)
{
    say(wire, (struct message){.type = MESSAGE_READY, .stages = stages, .credit = credit});
}

static uint64_t submit(struct wire *wire, uint64_t id, const char *path, const char *document)
{
    say(wire, (struct message){.type = MESSAGE_SUBMIT,
                               .id = id,
                               .path = slice_of(path),
                               .watch = true,
                               .payload = slice_of(document)});
    struct message accepted = expect(wire, MESSAGE_ACCEPTED);
    assert_int_equal(accepted.id, id);
    return accepted.seq;
}

static void done(struct wire *wire, uint64_t token, enum stage_id stage, const char *record)
{
    say(wire, (struct message){.type = MESSAGE_DONE,
                               .token = token,
                               .stage = stage,
                               .outcome = OUTCOME_APPLIED,
                               .payload = slice_of(record)});
}

#define ALL_STAGES ((1u << STAGE_COUNT) - 1)
#define STORE (1u << STAGE_AGGREGATE)
#define FRONT (ALL_STAGES & ~STORE)

static struct message ask_dead(struct wire *admin, const char *verb, struct buffer *filter)
{
    say(admin, (struct message){.type = MESSAGE_DEAD,
                                .id = 77,
                                .verb = slice_of(verb),
                                .payload = buffer_slice(filter)});
    buffer_release(filter);
    return hear(admin);
}

static uint64_t answer_number(struct message answer, const char *key)
{
    struct arena arena = {0};
    const struct packed *root;
    struct error error;
    assert_int_equal(answer.type, MESSAGE_ANSWER);
    assert_int_equal(
        packed_read(&arena, answer.payload, (struct pack_limits){8, 10000}, &root, &error),
        STATUS_OK);
    uint64_t number = packed_uint(packed_get(root, key), UINT64_MAX);
    arena_release(&arena);
    return number;
}

/* ---- the tests ---- */

static void test_through_the_stages(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    uint64_t seq = submit(submitter, 5, "a.txt", "the document");

    struct wire *worker = join(fixture, ROLE_WORK, ALL_STAGES, "worker");
    ready(worker, ALL_STAGES, 4);
    const char *records[] = {"text", "", "outline", "facts", ""}; /* text passes OCR by */
    for (unsigned stage = 0; stage < STAGE_COUNT; stage += 1 + (stage == STAGE_INGEST)) {
        struct message job = expect(worker, MESSAGE_JOB);
        assert_int_equal(job.seq, seq);
        assert_int_equal(job.stage, stage);
        assert_int_equal(job.attempt, 1);
        if (stage == STAGE_INGEST) {
            struct report report = {0};
            struct error error;
            assert_int_equal(record_decode(job.payload, STAGE_INGEST, &report, &error), STATUS_OK);
            assert_true(slice_equal(report.raw, SLICE("the document")));
            assert_true(slice_equal(report.path, SLICE("a.txt")));
            report_release(&report);
        } else {
            const char *record = records[stage == STAGE_SEGMENT ? STAGE_INGEST : stage - 1];
            assert_true(slice_equal(job.payload, slice_of(record)));
        }
        done(worker, job.token, stage == STAGE_INGEST ? STAGE_OCR : stage, records[stage]);
    }
    struct message outcome = expect(submitter, MESSAGE_OUTCOME);
    assert_int_equal(outcome.id, 5);
    assert_int_equal(outcome.seq, seq);
    assert_int_equal(outcome.status, STATUS_OK);
    assert_int_equal(outcome.outcome, OUTCOME_APPLIED);

    uint64_t again = submit(submitter, 6, "b.txt", "the document");
    assert_true(again > seq);
    wire_close(&worker);
    wire_close(&submitter);
    stop(fixture);
}

/* Pages of a scan are read a few at a time: each turn's record comes back with the document. */
static void test_scans_come_back_until_they_are_read(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    submit(submitter, 1, "a.pdf", "the document");
    struct wire *worker = connect_to(fixture);
    say(worker, (struct message){.type = MESSAGE_HELLO,
                                 .version_major = PROTOCOL_MAJOR,
                                 .version_minor = PROTOCOL_MINOR,
                                 .role = ROLE_WORK,
                                 .stages = ALL_STAGES,
                                 .name = SLICE("worker")});
    expect(worker, MESSAGE_WELCOME);
    ready(worker, ALL_STAGES, 8);
    struct scan scans[2] = {{.page = 2}, {.page = 5}};
    struct report report = {.format = SLICE("pdf"), .scans = scans, .scan_count = 2};
    struct buffer record = {0};
    struct message job = expect(worker, MESSAGE_JOB);
    for (unsigned turn = 0; turn <= 2; turn++) {
        record_encode(&report, STAGE_OCR, &record);
        say(worker, (struct message){.type = MESSAGE_DONE,
                                     .token = job.token,
                                     .stage = STAGE_INGEST,
                                     .payload = buffer_slice(&record)});
        buffer_clear(&record);
        job = expect(worker, MESSAGE_JOB);
        assert_int_equal(job.stage, STAGE_OCR);
        struct report read = {0};
        struct error error;
        assert_int_equal(record_decode(job.payload, STAGE_OCR, &read, &error), STATUS_OK);
        assert_true(slice_equal(read.raw, SLICE("the document")));
        assert_int_equal(read.scan_count, 2);
        for (unsigned i = 0; i < 2; i++) {
            assert_int_equal(read.scans[i].page, i ? 5 : 2);
            assert_int_equal(read.scans[i].done, i < turn);
            assert_true(slice_equal(read.scans[i].words, i < turn ? SLICE("words") : SLICE("")));
        }
        if (turn < 2)
            scans[turn] = (struct scan){scans[turn].page, true, SLICE("words")};
        report_release(&read);
    }
    done(worker, job.token, STAGE_OCR, "text");
    assert_int_equal(expect(worker, MESSAGE_JOB).stage, STAGE_SEGMENT);
    buffer_release(&record);
    wire_close(&worker);
    wire_close(&submitter);
    stop(fixture);
}

/* During an upgrade: a worker of the release before gets what a new one wrote as it knows it. */
static void test_records_of_two_minors(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    struct wire *reader = join(fixture, ROLE_WORK, 1u << STAGE_INGEST, "new");
    submit(submitter, 1, "a.txt", "the document");
    ready(reader, 1u << STAGE_INGEST, 1);
    struct message job = expect(reader, MESSAGE_JOB);

    struct report report = {0};
    struct buffer now = {0}, expected = {0};
    sample_report(&report);
    record_encode(&report, STAGE_SEGMENT, &now);
    say(reader, (struct message){.type = MESSAGE_DONE,
                                 .token = job.token,
                                 .stage = STAGE_OCR,
                                 .payload = buffer_slice(&now)});

    for (uint32_t minor = 1; minor <= PROTOCOL_MINOR; minor++) {
        struct wire *worker = connect_to(fixture);
        say(worker, (struct message){.type = MESSAGE_HELLO,
                                     .version_major = PROTOCOL_MAJOR,
                                     .version_minor = minor,
                                     .role = ROLE_WORK,
                                     .stages = 1u << STAGE_SEGMENT});
        assert_int_equal(expect(worker, MESSAGE_WELCOME).version_minor, PROTOCOL_MINOR);
        ready(worker, 1u << STAGE_SEGMENT, 1);
        job = expect(worker, MESSAGE_JOB);
        buffer_clear(&expected);
        record_encode_for(&report, STAGE_SEGMENT, protocol_record_minor(minor), &expected);
        assert_true(slice_equal(job.payload, buffer_slice(&expected)));
        say(worker, (struct message){.type = MESSAGE_RELEASE, .token = job.token});
        say(worker, (struct message){.type = MESSAGE_GOODBYE});
        wire_linger(worker, DEADLINE_MS);
        wire_close(&worker);
    }
    buffer_release(&now);
    buffer_release(&expected);
    wire_close(&reader);
    wire_close(&submitter);
    stop(fixture);
}

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
    digest_hex((struct slice){(const char *)digest, sizeof digest}, sha256);
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
    digest_hex((struct slice){(const char *)digest, sizeof digest}, sha256);
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

/* A worker that runs several stages at once says which was the last. */
static void test_stages_skipped_forward(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    struct wire *worker = join(fixture, ROLE_WORK, FRONT, "front");
    ready(worker, FRONT, 2);
    submit(submitter, 1, "a.txt", "x");
    struct message job = expect(worker, MESSAGE_JOB);
    done(worker, job.token, STAGE_EXTRACT, "facts");
    struct wire *store = join(fixture, ROLE_WORK, STORE, "store");
    ready(store, STORE, 1);
    job = expect(store, MESSAGE_JOB);
    assert_int_equal(job.stage, STAGE_AGGREGATE);
    assert_true(slice_equal(job.payload, SLICE("facts")));
    done(store, job.token, STAGE_AGGREGATE, "");
    expect(submitter, MESSAGE_OUTCOME);
    wire_close(&store);
    wire_close(&worker);
    wire_close(&submitter);
    stop(fixture);
}

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

static void test_dead_letters(void **state)
{
    struct fixture *fixture = *state;
    start(fixture);
    struct wire *submitter = join(fixture, ROLE_SUBMIT, 0, "submitter");
    struct wire *worker = join(fixture, ROLE_WORK, FRONT, "worker");
    struct wire *admin = join(fixture, ROLE_ADMIN, 0, "admin");
    uint64_t seq = submit(submitter, 9, "bad.txt", "nonsense");
    ready(worker, FRONT, 1);
    struct message job = expect(worker, MESSAGE_JOB);
    say(worker, (struct message){.type = MESSAGE_REJECT,
                                 .token = job.token,
                                 .stage = STAGE_SEGMENT,
                                 .status = STATUS_BAD,
                                 .text = SLICE("no year in it")});
    struct message outcome = expect(submitter, MESSAGE_OUTCOME);
    assert_int_equal(outcome.status, STATUS_BAD);
    assert_true(slice_equal(outcome.text, SLICE("no year in it")));

    struct buffer filter = {0};
    assert_int_equal(answer_number(ask_dead(admin, "list", &filter), "matched"), 1);
    pack_map(&filter, 1);
    PACK_KEY(&filter, "stage"), pack_text(&filter, SLICE("extract"));
    assert_int_equal(answer_number(ask_dead(admin, "list", &filter), "matched"), 0);
    pack_map(&filter, 1);
    PACK_KEY(&filter, "seqs"), pack_array(&filter, 1), pack_uint(&filter, seq);
    struct message shown = ask_dead(admin, "show", &filter);
    assert_true(slice_has(shown.payload, SLICE("nonsense")));
    assert_true(slice_has(shown.payload, SLICE("segment")));

    assert_int_equal(ask_dead(admin, "drop", &filter).type, MESSAGE_REFUSED);
    pack_map(&filter, 2);
    PACK_KEY(&filter, "reason"), pack_text(&filter, SLICE("year"));
    PACK_KEY(&filter, "dry_run"), pack_bool(&filter, true);
    struct message rehearsal = ask_dead(admin, "replay", &filter);
    assert_int_equal(answer_number(rehearsal, "matched"), 1);
    assert_int_equal(answer_number(rehearsal, "changed"), 0);

    ready(worker, FRONT, 2);
    pack_map(&filter, 1);
    PACK_KEY(&filter, "all"), pack_bool(&filter, true);
    assert_int_equal(answer_number(ask_dead(admin, "replay", &filter), "changed"), 1);
    job = expect(worker, MESSAGE_JOB);
    assert_int_equal(job.seq, seq);
    assert_int_equal(job.attempt, 1);
    assert_int_equal(job.stage, STAGE_INGEST);
    assert_int_equal(answer_number(ask_dead(admin, "list", &filter), "matched"), 0);

    say(worker, (struct message){.type = MESSAGE_REJECT, .token = job.token, .status = STATUS_BAD});
    ready(worker, FRONT, 1);
    uint64_t matched = 0;
    for (uint64_t until = clock_monotonic_us() + 1000000; !matched && clock_monotonic_us() < until;)
        matched = answer_number(ask_dead(admin, "list", &filter), "matched");
    assert_int_equal(matched, 1);
    pack_map(&filter, 1);
    PACK_KEY(&filter, "seqs"), pack_array(&filter, 1), pack_uint(&filter, seq);
    assert_int_equal(answer_number(ask_dead(admin, "drop", &filter), "changed"), 1);
    assert_int_equal(answer_number(ask_dead(admin, "list", &filter), "matched"), 0);
    wire_close(&admin);
    wire_close(&worker);
    wire_close(&submitter);
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

/* A province's backlog doesn't starve another's single report, with flows or without; an urgent one
 * goes first. */
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
    log_configure(LOG_ERROR, false, "test");
#define FLOW(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
    const struct CMUnitTest tests[] = {
        FLOW(test_through_the_stages),
        FLOW(test_scans_come_back_until_they_are_read),
        FLOW(test_records_of_two_minors),
        FLOW(test_known_bytes),
        FLOW(test_asked_for_by_hash),
        FLOW(test_asked_for_in_vain),
        FLOW(test_stages_skipped_forward),
        FLOW(test_vanished_worker),
        FLOW(test_lapsed_lease),
        FLOW(test_crashing_document),
        FLOW(test_postponed),
        FLOW(test_dead_letters),
        FLOW(test_one_letter_a_document),
        FLOW(test_a_path_in_another_encoding),
        FLOW(test_fair_turns),
        FLOW(test_unreadable_document),
        FLOW(test_restart),
        FLOW(test_reads),
        FLOW(test_a_version_that_cannot_be),
        FLOW(test_refusals),
        FLOW(test_disk_low),
        FLOW(test_journal_breaks),
        FLOW(test_in_memory),
        FLOW(test_credit_in_bytes),
        FLOW(test_backup_of_the_journal),
        FLOW(test_backup_of_the_store),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wire_shutdown();
    return failed;
}
