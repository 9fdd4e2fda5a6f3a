/* test_vectors.c - the messages of tests/data/vectors, which clients in other languages are tried
 * with, are what this program writes, byte for byte. XIANZHI_WRITE_VECTORS=1 writes them anew;
 * vectors.json beside them, which tells what they say, is written by deploy/examples/vectors.py. */
#include "proto/decision.h"
#include "proto/listed.h"
#include "proto/message.h"
#include "proto/pack.h"
#include "proto/reading.h"
#include "proto/record.h"
#include "tests/unit/sample_report.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>

static const char document[] = "阳城县人民政府2023年法治政府建设年度报告\n受理行政复议案件9件。\n";

static void same_file(const char *name, const char *part, struct slice bytes)
{
    char path[512];
    struct buffer wanted = {0};
    snprintf(path, sizeof path, XIANZHI_HOME "/tests/data/vectors/%s.%s", name, part);
    if (getenv("XIANZHI_WRITE_VECTORS"))
        write_file(path, bytes);
    read_file(path, &wanted);
    if (!slice_equal(buffer_slice(&wanted), bytes))
        fail_msg("%s.%s: not what is written now; renew them: tests/data/vectors/README.md", name,
                 part);
    buffer_release(&wanted);
}

/* The control record is written, and read and written again, alike. */
static void say(const char *name, const struct message *message, struct slice payload)
{
    struct buffer control = {0}, again = {0};
    struct message back;
    struct error error = {0};
    message_encode(message, &control);
    same_file(name, "control", buffer_slice(&control));
    assert_int_equal(message_decode(buffer_slice(&control), &back, &error), STATUS_OK);
    message_encode(&back, &again);
    assert_true(slice_equal(buffer_slice(&control), buffer_slice(&again)));
    same_file(name, "payload", payload);
    buffer_release(&control);
    buffer_release(&again);
}

static void a_session(void **state)
{
    (void)state;
    const struct slice nothing = SLICE("");
    say("01-hello",
        &(struct message){.type = MESSAGE_HELLO,
                          .role = ROLE_SUBMIT,
                          .name = SLICE("收集器/1"),
                          .version_major = 1,
                          .version_minor = 5},
        nothing);
    say("02-welcome",
        &(struct message){.type = MESSAGE_WELCOME,
                          .heartbeat_ms = 2000,
                          .lease_ms = 60000,
                          .credit = 256,
                          .credit_bytes = 67108864,
                          .max_document_bytes = MAX_DOCUMENT_BYTES,
                          .version = 4096,
                          .version_major = 1,
                          .version_minor = 5},
        nothing);
    say("03-heartbeat", &(struct message){.type = MESSAGE_HEARTBEAT}, nothing);
    say("04-goodbye", &(struct message){.type = MESSAGE_GOODBYE, .text = SLICE("stopping")},
        nothing);
    say("05-refused",
        &(struct message){.type = MESSAGE_REFUSED,
                          .id = 3,
                          .status = STATUS_AGAIN,
                          .retry_ms = 1000,
                          .text = SLICE("the broker's disk is nearly full")},
        nothing);
}

static void submissions(void **state)
{
    (void)state;
    struct buffer envelope = {0};
    struct slice bytes = slice_of(document);
    struct message submit = {.type = MESSAGE_SUBMIT,
                             .id = 1,
                             .path = SLICE("2023/阳城县.txt"),
                             .flow = SLICE("晋城"),
                             .watch = true};
    say("10-submit", &submit, bytes);
    submit.id = 2;
    submit.priority = 1;
    listed_encode(&(struct listed){.region = 140522,
                                   .kind = KIND_GOVERNMENT,
                                   .year = 2023,
                                   .published = {2024, 2, 29},
                                   .url = SLICE("https://example.org/1.html")},
                  &envelope);
    buffer_add(&envelope, bytes);
    say("11-submit-with-envelope", &submit, buffer_slice(&envelope));
    buffer_release(&envelope);
    say("16-submit-a-version",
        &(struct message){.type = MESSAGE_SUBMIT,
                          .id = 5,
                          .path = SLICE("2023/阳城县.txt"),
                          .lineage = {.origin = SLICE("https://example.org/1.html"),
                                      .order = 1709164800000,
                                      .again = 1709251200000}},
        bytes);
    say("12-accepted",
        &(struct message){.type = MESSAGE_ACCEPTED,
                          .id = 2,
                          .seq = 4503599627370496,
                          .known_seq = 4503599627370495},
        SLICE(""));
    say("13-outcome",
        &(struct message){
            .type = MESSAGE_OUTCOME, .id = 1, .seq = 4503599627370495, .outcome = OUTCOME_APPLIED},
        SLICE(""));
    say("14-outcome-dead",
        &(struct message){.type = MESSAGE_OUTCOME,
                          .id = 2,
                          .seq = 4503599627370496,
                          .status = STATUS_BAD,
                          .text = SLICE("empty file")},
        SLICE(""));
}

static void a_decision(void **state)
{
    (void)state;
    struct buffer record = {0};
    struct decision decision = {.sha256 = {0xab, 0xcd},
                                .span = {83, 87},
                                .written = SLICE("9件"),
                                .sentence = SLICE("受理行政复议案件9件。"),
                                .offset = 24,
                                .said = {.indicator = SLICE("reconsideration.accepted"),
                                         .label = SLICE("受理行政复议案件"),
                                         .value = 9,
                                         .unit = SLICE("件")},
                                .state = STATE_ASSERTED,
                                .catalogue = SLICE("0123456789abcdef"),
                                .verdict = VERDICT_CONFIRM,
                                .by = SLICE("张三"),
                                .at_ms = 1709164800000};
    decision.holds = decision.said;
    decision_encode(&decision, &record);
    say("15-submit-decision",
        &(struct message){
            .type = MESSAGE_SUBMIT, .id = 4, .path = SLICE("decision"), .decision = true},
        buffer_slice(&record));
    buffer_release(&record);
}

static void work(void **state)
{
    (void)state;
    const uint64_t token = 1798761600123456789; /* above what a double keeps */
    say("20-hello-worker",
        &(struct message){.type = MESSAGE_HELLO,
                          .role = ROLE_WORK,
                          .name = SLICE("host/1/0"),
                          .stages = 1u << STAGE_SEGMENT,
                          .version_major = 1,
                          .version_minor = 5},
        SLICE(""));
    say("21-ready",
        &(struct message){.type = MESSAGE_READY, .credit = 32, .stages = 1u << STAGE_SEGMENT},
        SLICE(""));
    struct report report = {0};
    struct buffer text = {0}, outline = {0};
    sample_report(&report);
    record_encode(&report, STAGE_SEGMENT, &text);
    record_encode(&report, STAGE_EXTRACT, &outline);
    say("22-job",
        &(struct message){.type = MESSAGE_JOB,
                          .token = token,
                          .seq = 7,
                          .stage = STAGE_SEGMENT,
                          .attempt = 1,
                          .path = SLICE("某省/某县.txt")},
        buffer_slice(&text));
    say("23-renew", &(struct message){.type = MESSAGE_RENEW, .token = token}, SLICE(""));
    say("24-done", &(struct message){.type = MESSAGE_DONE, .token = token, .stage = STAGE_SEGMENT},
        buffer_slice(&outline));
    say("25-reject",
        &(struct message){.type = MESSAGE_REJECT,
                          .token = token,
                          .stage = STAGE_SEGMENT,
                          .status = STATUS_BAD,
                          .text = SLICE("no text (扫描件)")},
        SLICE(""));
    say("26-release", &(struct message){.type = MESSAGE_RELEASE, .token = token}, SLICE(""));
    report_release(&report);
    buffer_release(&text);
    buffer_release(&outline);
}

static void a_question(void)
{
    struct buffer bytes = {0};
    struct request request = {.changes = true,
                              .since = 4096,
                              .filter = {.indicator = SLICE("reconsideration.*"),
                                         .regions = {SLICE("14")},
                                         .region_count = 1}};
    request_encode(&request, &bytes);
    say("30-read", &(struct message){.type = MESSAGE_READ, .id = 9, .since = 4096},
        buffer_slice(&bytes));
    buffer_release(&bytes);
}

static void reading(void **state)
{
    (void)state;
    a_question();
    struct evidence evidence = {.doc = SLICE("abcd"),
                                .path = SLICE("2023/阳城县.txt"),
                                .span = {83, 87},
                                .text = SLICE("9件"),
                                .value = 9,
                                .unit = SLICE("件"),
                                .sentence = SLICE("受理行政复议案件9件。"),
                                .offset = 24,
                                .state = STATE_ASSERTED};
    struct row rows[] = {{.indicator = SLICE("reconsideration.accepted"),
                          .label = SLICE("受理行政复议案件"),
                          .region = 140522,
                          .region_name = SLICE("阳城县"),
                          .level = LEVEL_COUNTY,
                          .kind = KIND_GOVERNMENT,
                          .issuer = SLICE("阳城县人民政府"),
                          .year = 2023,
                          .value = 9,
                          .unit = SLICE("件"),
                          .evidence = &evidence,
                          .evidence_count = 1},
                         {.gone = true,
                          .indicator = SLICE("reconsideration.accepted"),
                          .region = 140000,
                          .level = LEVEL_PROVINCE,
                          .year = 2023,
                          .children_level = LEVEL_COUNTY}};
    struct answer answer = {.version = 4097, .rows = rows, .row_count = 2};
    struct buffer bytes = {0};
    answer_encode(&answer, &bytes);
    say("31-answer", &(struct message){.type = MESSAGE_ANSWER, .id = 9, .version = 4097},
        buffer_slice(&bytes));
    buffer_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_session), cmocka_unit_test(submissions), cmocka_unit_test(a_decision),
        cmocka_unit_test(work),      cmocka_unit_test(reading),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
