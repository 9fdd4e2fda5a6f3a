/* test_duplicates.c - paragraphs that stand in several reports: found whatever the order of
 * arrival, gone with the report they stood in, and never held against what everybody quotes. */
#include "store_fixture.h"

#define A 140522
#define B 141031

enum { LONG_BYTES = 300, SHORT_BYTES = 299 };

/* The n-th of a thousand paragraphs that have nothing in common; `changed` of its hashes differ. */
static void add_passage(struct report *report, unsigned n, unsigned changed, uint32_t bytes)
{
    enum { MOST = 16 };
    if (!report->passages)
        report->passages = arena_alloc(&report->arena, MOST * sizeof *report->passages);
    assert_true(report->passage_count < MOST);
    uint32_t start = (uint32_t)report->passage_count * 1000;
    struct passage *passage = &report->passages[report->passage_count++];
    passage->text = (struct span){start, start + bytes};
    for (unsigned i = 0; i < 8; i++)
        passage->sketch[i] = ((uint64_t)(i + 1) << 40) + n * 100 + i + (i >= 8 - changed ? 50 : 0);
}

static struct report *a_report(uint64_t seq, uint32_t region, uint16_t year, const char *content)
{
    struct report *report = report_new(seq, region, year, content);
    report_add(report, "a", (double)seq, "件");
    return report;
}

static void file_passage(struct fixture *fixture, uint64_t seq, uint32_t region, uint16_t year,
                         unsigned n, unsigned changed)
{
    struct report *report = a_report(seq, region, year, "c");
    report->sha256[0] = (uint8_t)seq;
    add_passage(report, n, changed, LONG_BYTES);
    file_one(fixture, report);
}

/* "start-end note" of each audit of the unit, one a line. */
static void assert_audits(struct fixture *fixture, uint32_t region, uint16_t year,
                          const char *expected)
{
    char code[16];
    struct arena arena = {0};
    struct buffer out = {0};
    struct answer answer;
    struct error error = {""};
    snprintf(code, sizeof code, "%06u", region);
    struct request request = {.audits = true, .filter = {.year = year, .region_count = 1}};
    request.filter.regions[0] = slice_of(code);
    if (store_read(fixture->store, &request, &arena, &answer, &error) != STATUS_OK)
        fail_msg("store_read: %s", error.text);
    for (size_t i = 0; i < answer.row_count; i++)
        for (size_t j = 0; j < answer.rows[i].audit_count; j++) {
            const struct audit *audit = &answer.rows[i].audits[j];
            buffer_format(&out, "%s %u-%u %.*s\n", audit_name(audit->type), audit->text.start,
                          audit->text.end, SLICE_ARGS(audit->note));
        }
    buffer_append(&out, "", 1);
    assert_string_equal(out.data, expected);
    buffer_release(&out);
    arena_release(&arena);
}

#define COPIED_FROM_A                                                                                   \
    "duplicate_text 0-300 "                                                                             \
    "这一段与140522人民政府2022年度报告（140522/c.txt）中的文字几乎逐字相同，" \
    "疑为照抄。\n"

static void test_a_copy_is_held_against_the_later_one(void **state)
{
    struct fixture *fixture = *state;
    file_passage(fixture, 1, A, 2022, 7, 0);
    file_passage(fixture, 2, B, 2023, 7, 0);
    assert_audits(fixture, A, 2022, "");
    assert_audits(fixture, B, 2023, COPIED_FROM_A);
}

static void test_the_order_of_arrival_makes_no_difference(void **state)
{
    struct fixture *fixture = *state;
    file_passage(fixture, 1, B, 2023, 7, 0);
    file_passage(fixture, 2, A, 2022, 7, 0);
    assert_audits(fixture, A, 2022, "");
    assert_audits(fixture, B, 2023, COPIED_FROM_A);
}

static void test_of_one_year_both_are_told(void **state)
{
    struct fixture *fixture = *state;
    file_passage(fixture, 1, A, 2022, 7, 0);
    file_passage(fixture, 2, B, 2022, 7, 0);
    assert_audits(fixture, B, 2022, COPIED_FROM_A);
    assert_audits(
        fixture, A, 2022,
        "duplicate_text 0-300 这一段与141031人民政府2022年度报告（141031/c.txt）中的文字几"
        "乎逐字相同，疑为照抄。\n");
}

static void test_an_own_earlier_report_comes_before_others(void **state)
{
    struct fixture *fixture = *state;
    file_passage(fixture, 1, A, 2023, 7, 0);
    file_passage(fixture, 2, B, 2021, 7, 0);
    file_passage(fixture, 3, B, 2022, 7, 0);
    file_passage(fixture, 4, B, 2023, 7, 0);
    assert_audits(
        fixture, B, 2023,
        "duplicate_text 0-300 这一段与本单位2022年度报告（141031/c.txt）中的文字几乎逐字相"
        "同，疑为沿用旧稿。\n");
}

static void test_seven_hashes_of_eight_are_enough_and_six_are_not(void **state)
{
    struct fixture *fixture = *state;
    file_passage(fixture, 1, A, 2022, 7, 1);
    file_passage(fixture, 2, B, 2023, 7, 0);
    assert_audits(fixture, B, 2023, COPIED_FROM_A);
    file_passage(fixture, 3, A, 2022, 7, 2);
    assert_audits(fixture, B, 2023, "");
}

static void test_a_short_paragraph_is_no_evidence(void **state)
{
    struct fixture *fixture = *state;
    struct report *one = a_report(1, A, 2022, "one"), *other = a_report(2, B, 2023, "other");
    add_passage(one, 7, 0, SHORT_BYTES);
    add_passage(other, 7, 0, SHORT_BYTES);
    file_one(fixture, one);
    file_one(fixture, other);
    assert_audits(fixture, B, 2023, "");
}

static void test_what_many_quote_is_nobodys(void **state)
{
    struct fixture *fixture = *state;
    const uint32_t others[] = {A, 140521, 140524, 140525};
    for (unsigned i = 0; i < 4; i++)
        file_passage(fixture, i + 1, others[i], 2022, 7, 0);
    file_passage(fixture, 5, B, 2023, 7, 0);
    assert_audits(
        fixture, B, 2023,
        "duplicate_text 0-300 这一段与140521人民政府2022年度报告（140521/c.txt）中的文字几"
        "乎逐字相同，疑为照抄。\n");
    file_passage(fixture, 6, 140581, 2022, 7, 0);
    assert_audits(fixture, B, 2023, "");
}

static void test_neighbours_from_one_report_are_one_audit(void **state)
{
    struct fixture *fixture = *state;
    struct report *one = a_report(1, A, 2022, "c"), *other = a_report(2, B, 2023, "other");
    const unsigned mine[] = {1, 2, 9, 3};
    for (unsigned i = 0; i < 4; i++)
        add_passage(one, i, 0, LONG_BYTES);
    for (unsigned i = 0; i < 4; i++)
        add_passage(other, mine[i], 0, LONG_BYTES);
    file_one(fixture, one);
    file_one(fixture, other);
    assert_audits(
        fixture, B, 2023,
        "duplicate_text 0-1300 连续2段与140522人民政府2022年度报告（140522/c.txt）中的文字"
        "几乎逐字相同，疑为照抄。\n"
        "duplicate_text 3000-3300 这一段与140522人民政府2022年度报告（140522/c.txt）中的文"
        "字几乎逐字相同，疑为照抄。\n");
}

/* Also when both are in one batch; and what a seat's other filing has stays findable. */
/* What a corrected report leaves as it was, so that it is a version and not another document. */
static void add_common(struct report *report)
{
    for (unsigned n = 20; n < 23; n++)
        add_passage(report, n, 0, LONG_BYTES);
}

static void test_a_replaced_report_leaves_nothing_behind(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {""};
    struct report *first = a_report(1, A, 2022, "c");
    add_passage(first, 7, 0, LONG_BYTES);
    add_common(first);
    file_one(fixture, first);
    file_passage(fixture, 2, B, 2023, 7, 0);
    struct report *batch[2] = {a_report(3, A, 2022, "third"), a_report(4, A, 2022, "fourth")};
    add_passage(batch[0], 7, 0, LONG_BYTES);
    add_passage(batch[1], 8, 0, LONG_BYTES);
    add_common(batch[0]), add_common(batch[1]);
    if (store_apply(fixture->store, batch, 2, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    report_free(batch[0]), report_free(batch[1]);
    assert_audits(fixture, B, 2023, "");
    file_passage(fixture, 5, 140521, 2023, 8, 0);
    assert_audits(
        fixture, 140521, 2023,
        "duplicate_text 0-300 这一段与140522人民政府2022年度报告（140522/fourth.txt）中的文"
        "字几乎逐字相同，疑为照抄。\n");
}

static void test_one_of_two_governments_in_a_seat_keeps_its_paragraph(void **state)
{
    struct fixture *fixture = *state;
    struct report *one = a_report(1, A, 2022, "c"), *two = a_report(2, A, 2022, "two");
    two->meta.issuer = SLICE("140522开发区管委会");
    add_passage(one, 7, 0, LONG_BYTES);
    add_passage(two, 7, 0, LONG_BYTES);
    file_one(fixture, one);
    file_one(fixture, two);
    two = a_report(3, A, 2022, "three");
    two->meta.issuer = SLICE("140522开发区管委会");
    file_one(fixture, two);
    file_passage(fixture, 4, B, 2023, 7, 0);
    assert_audits(fixture, B, 2023, COPIED_FROM_A);
}

static void test_the_reports_own_audits_come_along(void **state)
{
    struct fixture *fixture = *state;
    struct report *report = a_report(1, A, 2022, "c");
    struct audit audits[] = {{AUDIT_SUM, SLICE("合计不符"), {10, 20}},
                             {AUDIT_LATE, SLICE("公开逾期"), {0, 0}}};
    report->audits = audits;
    report->audit_count = 2;
    file_one(fixture, report);
    assert_audits(fixture, A, 2022, "sum 10-20 合计不符\nlate 0-0 公开逾期\n");
}

static void test_a_report_that_is_not_filed_is_compared(void **state)
{
    struct fixture *fixture = *state;
    struct error error = {""};
    struct audit *audits;
    size_t count;
    file_passage(fixture, 1, A, 2022, 7, 0);
    struct report *report = a_report(0, B, 2022, "new");
    add_passage(report, 7, 0, LONG_BYTES);
    assert_int_equal(store_duplicates(fixture->store, report, &audits, &count, &error), STATUS_OK);
    assert_int_equal(count, 1);
    assert_int_equal(audits[0].type, AUDIT_DUPLICATE_TEXT);
    report_free(report);
}

int main(void)
{
#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_make, fixture_drop)
    const struct CMUnitTest tests[] = {
        TEST(test_a_copy_is_held_against_the_later_one),
        TEST(test_the_order_of_arrival_makes_no_difference),
        TEST(test_of_one_year_both_are_told),
        TEST(test_an_own_earlier_report_comes_before_others),
        TEST(test_seven_hashes_of_eight_are_enough_and_six_are_not),
        TEST(test_a_short_paragraph_is_no_evidence),
        TEST(test_what_many_quote_is_nobodys),
        TEST(test_neighbours_from_one_report_are_one_audit),
        TEST(test_a_replaced_report_leaves_nothing_behind),
        TEST(test_one_of_two_governments_in_a_seat_keeps_its_paragraph),
        TEST(test_the_reports_own_audits_come_along),
        TEST(test_a_report_that_is_not_filed_is_compared),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
