/* test_broker_flow.c - a report's way through the stages of a whole broker. */
#include "tests/unit/broker_fixture.h"

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

int main(void)
{
    const struct CMUnitTest tests[] = {
        FLOW(test_through_the_stages),
        FLOW(test_scans_come_back_until_they_are_read),
        FLOW(test_records_of_two_minors),
        FLOW(test_stages_skipped_forward),
    };
    return run_flows(tests, sizeof tests / sizeof *tests);
}
