/* test_decisions.c - what people decide of figures: laid over them, kept through new catalogues,
 * corrected copies and repeated deliveries, refused where the figure is another meanwhile. */
#include "tests/unit/store_fixture.h"

#include "proto/decision.h"
#include "workers/results/filing.h"

static uint64_t next_seq = 100;

static struct report *a_report(uint64_t seq, const char *catalogue)
{
    struct report *report = report_new(seq, 141031, 2023, "a.txt");
    report->catalogue = slice_of(catalogue);
    report_add(report, "cases", 9, "件");
    report_add(report, "cases", 12, "件");
    report_add(report, "events", 30, "场");
    return report;
}

/* Files it; it stays the caller's. */
static enum outcome file(struct fixture *f, struct report *report)
{
    struct error error = {""};
    if (store_apply(f->store, &report, 1, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return report->outcome;
}

/* About the n-th figure of a report as report_add makes it. */
static struct decision about(const struct report *report, unsigned n, enum verdict verdict)
{
    const struct fact *fact = &report->facts[n];
    struct decision decision = {
        .span = fact->text,
        .written = fact->written,
        .sentence = fact->sentence,
        .section = fact->section,
        .offset = fact->offset,
        .said = {fact->indicator, fact->label, fact->value, fact->unit, fact->bound},
        .state = fact->state,
        .verdict = verdict,
        .by = SLICE("张三")};
    decision.holds = decision.said;
    memcpy(decision.sha256, report->sha256, sizeof decision.sha256);
    return decision;
}

/* Through the record, as it would come; the number it got. */
static uint64_t decide(struct fixture *f, const struct decision *decision, enum outcome expected)
{
    struct error error = {""};
    struct buffer record = {0};
    struct decision read;
    uint64_t seq = next_seq++;
    struct report carrier = {.seq = seq, .decision = &read}, *batch[] = {&carrier};
    decision_encode(decision, &record);
    if (decision_decode(&carrier.arena, buffer_slice(&record), &read, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    if (store_apply(f->store, batch, 1, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(carrier.outcome, expected);
    report_release(&carrier);
    buffer_release(&record);
    return seq;
}

struct seen_row {
    bool there, conflict;
    double value;
    enum review reviewed;
    char by[32];
};

static struct seen_row look(struct fixture *f, const char *indicator)
{
    struct seen_row seen = {.there = false};
    struct arena arena = {0};
    struct request request = {.filter = {.indicator = slice_of(indicator), .units_only = true}};
    struct answer answer;
    struct error error = {""};
    if (store_read(f->store, &request, &arena, &answer, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    if (answer.row_count) {
        const struct row *row = &answer.rows[0];
        seen = (struct seen_row){true, row->conflict, row->value, row->reviewed, ""};
        snprintf(seen.by, sizeof seen.by, "%.*s", SLICE_ARGS(row->reviewed_by));
        assert_true(row->evidence[0].value == row->value);
    }
    arena_release(&arena);
    return seen;
}

static void test_confirming_settles_a_conflict(void **state)
{
    struct fixture *f = *state;
    struct report *report = a_report(1, "v1");
    file(f, report);
    assert_true(look(f, "cases").value == 12 && look(f, "cases").conflict);
    struct decision decision = about(report, 0, VERDICT_CONFIRM);
    decide(f, &decision, OUTCOME_APPLIED);
    struct seen_row row = look(f, "cases");
    assert_true(row.value == 9 && !row.conflict);
    assert_int_equal(row.reviewed, REVIEW_CONFIRMED);
    assert_string_equal(row.by, "张三");
    assert_int_equal(look(f, "events").reviewed, REVIEW_NONE);
    report_free(report);
}

static void test_correcting_rejecting_adding_and_taking_back(void **state)
{
    struct fixture *f = *state;
    struct report *report = a_report(1, "v1");
    file(f, report);
    struct decision value = about(report, 1, VERDICT_VALUE), other, away, added, back;
    value.holds.value = 1200;
    uint64_t first = decide(f, &value, OUTCOME_APPLIED);
    assert_true(look(f, "cases").value == 1200 && look(f, "cases").reviewed == REVIEW_CORRECTED);
    other = about(report, 2, VERDICT_INDICATOR);
    other.holds.indicator = SLICE("lectures");
    decide(f, &other, OUTCOME_APPLIED);
    assert_false(look(f, "events").there);
    assert_true(look(f, "lectures").value == 30);
    away = about(report, 0, VERDICT_REJECT);
    decide(f, &away, OUTCOME_APPLIED);
    added = about(report, 0, VERDICT_ADD);
    added.span = (struct span){5000, 5006};
    added.written = SLICE("7件");
    added.said = (struct claim){.unit = SLICE("")};
    added.holds = (struct claim){.indicator = SLICE("fines"), .value = 7, .unit = SLICE("件")};
    uint64_t last = decide(f, &added, OUTCOME_APPLIED);
    assert_true(look(f, "fines").value == 7 && look(f, "fines").reviewed == REVIEW_CORRECTED);
    back = value;
    back.verdict = VERDICT_WITHDRAW;
    back.base = first;
    decide(f, &back, OUTCOME_APPLIED);
    assert_true(look(f, "cases").value == 12 && look(f, "cases").reviewed == REVIEW_NONE);
    back = added;
    back.verdict = VERDICT_WITHDRAW;
    back.base = last;
    decide(f, &back, OUTCOME_APPLIED);
    assert_false(look(f, "fines").there);
    report_free(report);
}

static void test_a_proposed_figure_counts_once_confirmed(void **state)
{
    struct fixture *f = *state;
    struct report *report = a_report(1, "v1");
    struct fact *fact = &report->facts[2];
    fact->state = STATE_PROPOSED;
    fact->indicator = fact->label = (struct slice){"", 0};
    fact->candidates[0] = (struct candidate){SLICE("events"), SLICE("活动")};
    fact->candidates[1] = (struct candidate){SLICE("lectures"), SLICE("讲座")};
    fact->candidate_count = 2;
    file(f, report);
    assert_false(look(f, "events").there);
    struct decision decision = about(report, 2, VERDICT_CONFIRM);
    decision.holds.indicator = SLICE("lectures");
    decision.holds.label = SLICE("讲座");
    decide(f, &decision, OUTCOME_APPLIED);
    assert_false(look(f, "events").there);
    assert_true(look(f, "lectures").value == 30);
    assert_int_equal(look(f, "lectures").reviewed, REVIEW_CONFIRMED);
    report_free(report);
}

/* Read again under a new catalogue that reads it otherwise, or not at all. */
static void test_it_holds_under_a_new_catalogue(void **state)
{
    struct fixture *f = *state;
    struct report *report = a_report(1, "v1"), *again = a_report(2, "v2");
    memcpy(again->sha256, report->sha256, sizeof again->sha256);
    again->facts[1].value = 120;
    again->fact_count = 2;
    file(f, report);
    struct decision decision = about(report, 1, VERDICT_VALUE);
    decision.holds.value = 21;
    decide(f, &decision, OUTCOME_APPLIED);
    decision = about(report, 2, VERDICT_CONFIRM);
    decide(f, &decision, OUTCOME_APPLIED);
    assert_int_equal(file(f, again), OUTCOME_REPLACED);
    assert_true(look(f, "cases").value == 21);
    assert_true(look(f, "events").value == 30 && look(f, "events").reviewed == REVIEW_CONFIRMED);
    fixture_reopen(f);
    assert_true(look(f, "cases").value == 21);
    assert_true(look(f, "events").value == 30);
    report_free(report);
    report_free(again);
}

/* A corrected copy: other bytes, other places, the same sentence; then one that lacks it. */
static void test_it_follows_its_sentence_into_a_corrected_copy(void **state)
{
    struct fixture *f = *state;
    struct report *report = a_report(1, "v1"), *copy = a_report(2, "v1"),
                  *without = a_report(3, "v1");
    copy->sha256[0] ^= 1;
    without->sha256[0] ^= 2;
    for (unsigned i = 0; i < 3; i++)
        copy->facts[i].text.start += 77, copy->facts[i].text.end += 77;
    without->facts[1] = without->facts[2];
    without->fact_count = 2;
    file(f, report);
    struct decision decision = about(report, 1, VERDICT_VALUE);
    decision.holds.value = 21;
    decide(f, &decision, OUTCOME_APPLIED);
    file(f, copy);
    assert_true(look(f, "cases").value == 21);
    file(f, without);
    assert_true(look(f, "cases").value == 9 && look(f, "cases").reviewed == REVIEW_NONE);
    struct report *back = a_report(4, "v1");
    assert_int_equal(file(f, back), OUTCOME_STALE); /* what was replaced is not put back */
    assert_true(look(f, "cases").value == 9);
    report_free(report);
    report_free(copy);
    report_free(without);
    report_free(back);
}

static void test_what_has_changed_meanwhile_is_refused(void **state)
{
    struct fixture *f = *state;
    struct report *report = a_report(1, "v1");
    file(f, report);
    struct decision one = about(report, 0, VERDICT_REJECT), two = one, unknown = one, missed = one;
    uint64_t seq = decide(f, &one, OUTCOME_APPLIED);
    decide(f, &two, OUTCOME_CHANGED); /* somebody was faster */
    two.base = seq;
    two.verdict = VERDICT_CONFIRM;
    decide(f, &two, OUTCOME_APPLIED);
    two = about(report, 1, VERDICT_CONFIRM);
    two.said.value = 13; /* not what the program says */
    decide(f, &two, OUTCOME_CHANGED);
    unknown.sha256[5] ^= 1;
    decide(f, &unknown, OUTCOME_CHANGED);
    missed.span = (struct span){7000, 7006};
    decide(f, &missed, OUTCOME_CHANGED);
    missed.verdict = VERDICT_WITHDRAW;
    decide(f, &missed, OUTCOME_CHANGED);
    report_free(report);
}

/* Delivered again, alone or in one batch with its report: counted once. */
static void test_a_repeated_delivery_changes_nothing(void **state)
{
    struct fixture *f = *state;
    struct report *report = a_report(1, "v1");
    struct decision decision = about(report, 0, VERDICT_REJECT);
    struct report carrier = {.seq = 50, .decision = &decision};
    struct report *batch[] = {report, &carrier};
    assert_int_equal(store_apply(f->store, batch, 2, NULL), STATUS_OK);
    assert_int_equal(carrier.outcome, OUTCOME_APPLIED);
    assert_true(look(f, "cases").value == 12 && !look(f, "cases").conflict);
    uint64_t version = store_version(f->store);
    assert_int_equal(store_apply(f->store, batch, 2, NULL), STATUS_OK);
    assert_int_equal(carrier.outcome, OUTCOME_DUPLICATE);
    assert_int_equal(store_version(f->store), version);
    report_release(&carrier);
    report_free(report);
}

/* A store that was made by decisions in any order reads as one that is opened anew. */
static void test_rows_stand_behind_every_decision(void **state)
{
    struct fixture *f = *state;
    struct report *report = a_report(1, "v1");
    file(f, report);
    for (unsigned turn = 0; turn < 60; turn++) {
        struct decision decision =
            about(report, turn % 3, (enum verdict)(VERDICT_CONFIRM + turn % 4));
        decision.holds.value = turn;
        static uint64_t last[3];
        decision.base = last[turn % 3];
        last[turn % 3] = decide(f, &decision, OUTCOME_APPLIED);
    }
    assert_int_equal(store_verify(f->store, NULL), STATUS_OK);
    char *before = dump(f->store, "*", NULL);
    fixture_reopen(f);
    char *after = dump(f->store, "*", NULL);
    assert_string_equal(before, after);
    free(before);
    free(after);
    report_free(report);
}

static struct decision of_document(const struct report *report, enum verdict verdict)
{
    struct decision decision = {.verdict = verdict, .by = SLICE("张三")};
    memcpy(decision.sha256, report->sha256, sizeof decision.sha256);
    return decision;
}

/* Taken out, it counts nowhere, and neither a new delivery nor other rules bring it back until
 * somebody says so; what was decided of its figures holds again then. */
static void test_a_document_is_withdrawn_and_restored(void **state)
{
    struct fixture *f = *state;
    struct report *report = a_report(1, "v1"), *later = a_report(2, "v2");
    struct report *other = report_new(3, 141032, 2023, "other");
    report_add(other, "cases", 5, "件");
    file(f, other);
    char *without = dump(f->store, "*", NULL);
    struct decision out = of_document(report, VERDICT_UNFILE);
    struct decision back = of_document(report, VERDICT_REFILE);
    decide(f, &out, OUTCOME_CHANGED); /* there is no such document */
    assert_int_equal(file(f, report), OUTCOME_APPLIED);
    struct decision confirmed = about(report, 0, VERDICT_CONFIRM);
    decide(f, &confirmed, OUTCOME_APPLIED);
    decide(f, &back, OUTCOME_CHANGED); /* it isn't withdrawn */
    decide(f, &out, OUTCOME_APPLIED);
    char *now = dump(f->store, "*", NULL);
    assert_string_equal(now, without);
    decide(f, &out, OUTCOME_CHANGED);
    decide(f, &confirmed, OUTCOME_CHANGED);
    assert_int_equal(file(f, later), OUTCOME_WITHDRAWN);
    fixture_reopen(f);
    assert_int_equal(file(f, later), OUTCOME_WITHDRAWN);
    decide(f, &back, OUTCOME_APPLIED);
    assert_int_equal(file(f, later), OUTCOME_APPLIED);
    assert_true(look(f, "cases").value == 9 && look(f, "cases").reviewed == REVIEW_CONFIRMED);
    assert_int_equal(store_verify(f->store, NULL), STATUS_OK);
    free(without);
    free(now);
    report_free(report);
    report_free(later);
    report_free(other);
}

/* Those of others are neither shown nor gone through: behind the last there is nothing more. */
static void test_decisions_of_one_document(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"a", "b", "c", "d"};
    for (unsigned i = 0; i < 4; i++) {
        struct report *report = report_new(i + 1, 141031 + i, 2023, names[i]);
        report_add(report, "cases", 9, "件");
        file(f, report);
        struct decision decision = about(report, 0, VERDICT_CONFIRM);
        decide(f, &decision, OUTCOME_APPLIED);
        report_free(report);
    }
    for (unsigned i = 0; i < 4; i++) {
        uint8_t sha256[DIGEST_BYTES];
        char hex[2 * DIGEST_BYTES + 1];
        struct arena arena = {0};
        struct answer page;
        digest_sha256(slice_of(names[i]), sha256);
        digest_name(sha256, hex);
        struct request request = {
            .list = LIST_DECISIONS, .limit_rows = 1, .filter = {.document = {hex, 13 + i}}};
        assert_int_equal(store_read(f->store, &request, &arena, &page, NULL), STATUS_OK);
        assert_int_equal(page.item_count, 1);
        assert_memory_equal(((const struct decision *)page.items)->sha256, sha256, DIGEST_BYTES);
        assert_false(page.more);
        request.filter.document.len = 11; /* names none for certain */
        assert_int_equal(store_read(f->store, &request, &arena, &page, NULL), STATUS_BAD);
        arena_release(&arena);
    }
}

/* In one batch with its report, before or behind it. */
static void test_withdrawn_within_a_batch(void **state)
{
    struct fixture *f = *state;
    struct report *report = a_report(1, "v1"), *again = a_report(4, "v1");
    struct decision out = of_document(report, VERDICT_UNFILE);
    struct decision back = of_document(report, VERDICT_REFILE);
    struct report takes = {.seq = 2, .decision = &out}, lets = {.seq = 3, .decision = &back};
    struct report *batch[] = {report, &takes, again};
    assert_int_equal(store_apply(f->store, batch, 3, NULL), STATUS_OK);
    assert_int_equal(takes.outcome, OUTCOME_APPLIED);
    assert_int_equal(again->outcome, OUTCOME_WITHDRAWN);
    assert_false(look(f, "cases").there);
    struct report *more[] = {&lets, again};
    assert_int_equal(store_apply(f->store, more, 2, NULL), STATUS_OK);
    assert_int_equal(lets.outcome, OUTCOME_APPLIED);
    assert_int_equal(again->outcome, OUTCOME_APPLIED);
    assert_true(look(f, "cases").there);
    report_release(&takes);
    report_release(&lets);
    report_free(report);
    report_free(again);
}

/* Rows of more units than seats are kept of: what they say outlives the seats. */
static void test_who_reviewed_many_rows(void **state)
{
    enum { UNITS = 600 };
    struct fixture *f = *state;
    for (unsigned i = 0; i < UNITS; i++) {
        char name[16];
        snprintf(name, sizeof name, "%u", i);
        struct report *report = report_new(i + 1, 110000 + i, 2023, name);
        report_add(report, "cases", 9, "件");
        file(f, report);
        struct decision decision = about(report, 0, VERDICT_CONFIRM);
        decision.by = slice_of(name);
        decide(f, &decision, OUTCOME_APPLIED);
        report_free(report);
    }
    struct arena arena = {0};
    struct request request = {.limit_rows = UNITS, .filter = {.units_only = true}};
    struct answer answer;
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    assert_int_equal(answer.row_count, UNITS);
    for (unsigned i = 0; i < UNITS; i++) {
        char name[16];
        snprintf(name, sizeof name, "%u", i);
        assert_true(slice_equal(answer.rows[i].reviewed_by, slice_of(name)));
    }
    arena_release(&arena);
}

static void test_records_that_decide_nothing_are_bad(void **state)
{
    (void)state;
    struct report *report = a_report(1, "v1");
    struct decision good = about(report, 0, VERDICT_CONFIRM), bad[6];
    for (unsigned i = 0; i < 6; i++)
        bad[i] = good;
    bad[0].by = (struct slice){"", 0};
    bad[1].verdict = VERDICT_NONE;
    bad[2].holds.indicator = (struct slice){"", 0};
    bad[3].span.end = bad[3].span.start;
    bad[4].offset = (uint32_t)good.sentence.len;
    char long_name[MAX_BY_BYTES + 1];
    memset(long_name, 'x', sizeof long_name);
    bad[5].by = (struct slice){long_name, sizeof long_name};
    good.by = (struct slice){long_name, MAX_BY_BYTES};
    for (unsigned i = 0; i < 7; i++) {
        struct arena arena = {0};
        struct buffer record = {0};
        struct decision read;
        struct error error = {""};
        decision_encode(i < 6 ? &bad[i] : &good, &record);
        assert_true(decision_is(buffer_slice(&record)));
        enum status status = decision_decode(&arena, buffer_slice(&record), &read, &error);
        if (status != (i < 6 ? STATUS_BAD : STATUS_OK))
            fail_msg("record %u: %s \"%s\"", i, status_name(status), error.text);
        for (size_t len = 0; len < record.len && i == 6; len++)
            assert_int_not_equal(
                decision_decode(&arena, (struct slice){record.data, len}, &read, &error),
                STATUS_OK);
        buffer_release(&record);
        arena_release(&arena);
    }
    report_free(report);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_confirming_settles_a_conflict),
        TEST(test_correcting_rejecting_adding_and_taking_back),
        TEST(test_a_proposed_figure_counts_once_confirmed),
        TEST(test_it_holds_under_a_new_catalogue),
        TEST(test_it_follows_its_sentence_into_a_corrected_copy),
        TEST(test_what_has_changed_meanwhile_is_refused),
        TEST(test_a_repeated_delivery_changes_nothing),
        TEST(test_rows_stand_behind_every_decision),
        TEST(test_a_document_is_withdrawn_and_restored),
        TEST(test_decisions_of_one_document),
        TEST(test_withdrawn_within_a_batch),
        TEST(test_who_reviewed_many_rows),
        cmocka_unit_test(test_records_that_decide_nothing_are_bad),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
