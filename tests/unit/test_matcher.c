/* test_matcher.c - which quantity bears which indicator: links, topics, scopes, lists, tables. */
#include "workers/extract/extract.h"
#include "workers/extract/rule/catalogue.h"
#include "workers/extract/rule/matcher.h"

#include "tests/unit/catalogue_fixture.h"

static struct fixture fixture;
static struct catalogue *catalogue;
static struct matcher *matcher;
static struct report report;

static int set_up(void **state)
{
    (void)state;
    struct problems problems = {0};
    fixture_make(&fixture);
    if (catalogue_load(&catalogue, fixture.folder, (struct catalogue_options){0}, &problems))
        fail_msg("%.*s", SLICE_ARGS(buffer_slice(&problems.text)));
    matcher = matcher_new(catalogue);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    matcher_free(&matcher);
    catalogue_free(&catalogue);
    report_release(&report);
    fixture_remove(&fixture);
    return 0;
}

/* A report of 2023 whose lines are: "#" headings (one level), "|" table rows (the first a head,
 * cells parted by |), "+" a sentence of the paragraph before, all else a sentence and paragraph. */
static void lay_out(const char *text, enum part part)
{
    report_reset(&report);
    report.clean = report.text = arena_copy(&report.arena, slice_of(text));
    report.meta.year = 2023;
    report.meta.kind = KIND_GOVERNMENT;
    report.sentences = arena_alloc(&report.arena, 32 * sizeof *report.sentences);
    report.headings = arena_alloc(&report.arena, 8 * sizeof *report.headings);
    int32_t heading = -1, head = -1;
    uint32_t paragraph = 0, start = 0;
    for (uint32_t end = 0; end <= report.clean.len; end++) {
        if (end < report.clean.len && report.clean.data[end] != '\n')
            continue;
        char kind = report.clean.data[start];
        struct span line = {start + (kind == '#' || kind == '|' || kind == '+'), end};
        start = end + 1;
        if (kind == '#') {
            heading = (int32_t)report.heading_count;
            report.headings[report.heading_count++] =
                (struct heading){.level = (uint8_t)(heading + 1),
                                 .clean = line,
                                 .title = slice_range(report.clean, line.start, line.end),
                                 .parent = heading - 1};
            continue;
        }
        paragraph += kind != '+';
        if (kind != '|')
            head = -1;
        for (uint32_t i = line.start; kind == '|' && i < line.end; i++)
            if (report.clean.data[i] == '|')
                ((char *)report.clean.data)[i] = '\t';
        report.sentences[report.sentence_count] = (struct sentence){.clean = line,
                                                                    .heading = heading,
                                                                    .paragraph = paragraph,
                                                                    .part = part,
                                                                    .table = kind == '|',
                                                                    .table_head = head};
        if (kind == '|' && head < 0)
            head = (int32_t)report.sentence_count;
        report.sentence_count++;
    }
    quantities_find(catalogue->quantities, &report);
}

/* Every quantity with what it got, in order: "9件=r.accepted 3件=-". */
static void expect_in(enum part part, const char *text, const char *expected)
{
    struct error error = {{0}};
    struct buffer got = {0};
    lay_out(text, part);
    assert_int_equal(matcher_run(matcher, &report, &error), STATUS_OK);
    for (size_t i = 0; i < report.quantity_count; i++) {
        const struct quantity *q = &report.quantities[i];
        struct slice written = slice_range(report.clean, q->clean.start, q->clean.end);
        struct slice id = q->indicator.len ? q->indicator : SLICE("-");
        buffer_format(&got, "%s%.*s=%.*s", i ? " " : "", SLICE_ARGS(written), SLICE_ARGS(id));
    }
    if (!slice_equal(buffer_slice(&got), slice_of(expected)))
        fail_msg("%.200s\n  got %.*s\n  not %.200s", text, got.len < 300 ? (int)got.len : 300,
                 got.data, expected);
    buffer_release(&got);
}

static void expect(const char *text, const char *expected)
{
    expect_in(PART_MEASURES, text, expected);
}

static void links(void **state)
{
    (void)state;
    expect("受理行政复议案件12件。", "12件=r.accepted");
    expect("受理行政复议申请后，开庭12件。", "12件=-");       /* .. ends with the clause */
    expect("共收到12件行政复议申请。", "12件=r.accepted");    /* number first */
    expect("处罚9件、3件复议申请。", "9件=- 3件=r.accepted"); /* - stays in its item */
    expect("共 “受理” 行政复议案件（共 计）：12件。", "12件=r.accepted");
    expect("不予受理行政复议案件3件。", "3件=-");             /* unless */
    expect("受理行政复议案件12起。", "12起=-");               /* unit */
    expect("建成3个站，新建成2个。", "3个=m.stations 2个=-"); /* ^ */
    expect("全县（建成2个）。", "2个=m.stations");
}

static void several_in_a_clause_each_take_their_own(void **state)
{
    (void)state;
    expect("受理行政复议12件，办结9件，受理纠纷20起。",
           "12件=r.accepted 9件=r.concluded 20起=m.accepted");
}

static void topics_reach_from_near_to_far(void **state)
{
    (void)state;
    expect("受理12件。", "12件=-");
    expect("#行政复议\n受理12件。", "12件=r.accepted");
    expect("#行政复议\n#人民调解\n受理12件。", "12件=m.accepted");
    expect("#行政复议\n开展人民调解。\n+受理12件。", "12件=m.accepted");
    expect("#行政复议\n开展人民调解。\n受理12件。", "12件=r.accepted"); /* another paragraph */
    expect("#人民调解\n纠纷不断，复议渐多，受理12件。", "12件=r.accepted");
    expect("#人民调解\n受理12件行政复议。", "12件=r.accepted");
    expect("#行政复议与人民调解\n受理12件，受理3起。", "12件=r.accepted 3起=m.accepted");
}

static void scopes_bar_unless_allowed(void **state)
{
    (void)state;
    expect("力争受理行政复议12件。", "12件=-");
    expect("受理行政复议12件，其中受理涉税3件，办结2件。", "12件=r.accepted 3件=- 2件=r.concluded");
    expect_in(PART_PLAN, "受理行政复议案件12件。", "12件=-");
    lay_out("力争受理行政复议12件。", PART_MEASURES);
    struct error error;
    assert_int_equal(matcher_run(matcher, &report, &error), STATUS_OK);
    assert_true(slice_equal(report.quantities[0].rule, SLICE("r.accepted#1 barred by target")));
}

static void years_are_relative(void **state)
{
    (void)state;
    expect("2022年的12件，2023年受理行政复议9件，比去年的12件。", "12件=- 9件=r.accepted 12件=-");
    expect("“2021—2022年”行政复议受理12件。", "12件=r.accepted"); /* a span of years stays */
}

static void weight_closeness_and_order(void **state)
{
    (void)state;
    expect("#阵地\n建成5个站点。", "5个=m.stations");
    lay_out("#阵地\n建成5个站点。", PART_MEASURES);
    struct error error;
    assert_int_equal(matcher_run(matcher, &report, &error), STATUS_OK);
    assert_true(slice_equal(report.quantities[0].rule, SLICE("m.stations#2"))); /* by weight */
    lay_out("建成5个站点。", PART_MEASURES);
    assert_int_equal(matcher_run(matcher, &report, &error), STATUS_OK);
    assert_true(
        slice_equal(report.quantities[0].rule, SLICE("m.stations#1"))); /* no such heading */
}

static void expressions(void **state)
{
    (void)state;
    expect("高级受理点共3个，高级受理点外3个。", "3个=m.stations 3个=-");
    expect("低级立案点3个。", "3个=m.stations");
}

static void distributive_lists(void **state)
{
    (void)state;
    expect("行政复议受理、办结分别为12件、9件。", "12件=r.accepted 9件=r.concluded");
    expect("行政复议受理和办结分别达12件和9件，受理纠纷3起。",
           "12件=r.accepted 9件=r.concluded 3起=m.accepted");
    expect("全年收到、受理、办结行政复议申请20件、12件、9件。",
           "20件=- 12件=r.accepted 9件=r.concluded");
    expect("行政复议受理、办结，分别为12件、9件。", "12件=r.accepted 9件=r.concluded");
    expect("受理行政复议12件、纠纷3起。", "12件=r.accepted 3起=-"); /* no list of numbers */
    expect("行政复议受理、办结依次为12件、9件。", "12件=r.accepted 9件=r.concluded");
    expect("行政复议受理、办结各为12、9件。", "12=r.accepted 9件=r.concluded");
    expect("行政复议听取和研究、办结分别为3件、9件。", "3件=- 9件=r.concluded");
    expect("行政复议受理、办结12件、9件。", "12件=r.accepted 9件=r.concluded");
}

static void lists_of_old_and_new_values(void **state)
{
    (void)state;
    expect("行政复议受理、办结由上年的10件、8件分别增加到12件、9件。",
           "10件=- 8件=- 12件=r.accepted 9件=r.concluded");
    expect("行政复议受理、办结由2022年的10件、8件，增加到12件、9件，受理纠纷3起。",
           "10件=- 8件=- 12件=r.accepted 9件=r.concluded 3起=m.accepted");
}

static void tables(void **state)
{
    (void)state;
    expect("|指标|单位|本年数|上年数\n|受理行政复议案件|件|12|9\n|办结行政复议案件|件|8|7",
           "12=r.accepted 9=- 8=r.concluded 7=-");
    expect("|类别|项目|数量（件）\n|行政复议|受理|12\n||办结|8", "12=r.accepted 8=r.concluded");
}

static void a_sentence_without_end_is_seen_in_parts(void **state)
{
    (void)state;
    struct buffer text = {0}, expected = {0};
    for (int i = 0; i < 9000; i++) {
        buffer_format(&text, "受理行政复议案件12件，");
        buffer_format(&expected, "%s12件=r.accepted", i ? " " : "");
    }
    buffer_append(&text, "", 1);
    buffer_append(&expected, "", 1);
    expect(text.data, expected.data);
    buffer_release(&text);
    buffer_release(&expected);
}

static void facts_stand_on_their_own(void **state)
{
    (void)state;
    struct error error;
    lay_out("#一、成效\n#（一）行政复议\n共受理12件，办结9件。", PART_MEASURES);
    assert_int_equal(matcher_run(matcher, &report, &error), STATUS_OK);
    facts_gather(catalogue, &report);
    assert_int_equal(report.fact_count, 2);
    const struct fact *fact = &report.facts[1];
    assert_true(slice_equal(fact->indicator, SLICE("r.concluded")));
    assert_true(slice_equal(fact->label, SLICE("办结")));
    assert_true(slice_equal(fact->written, SLICE("9件")));
    assert_true(slice_equal(fact->section, SLICE("一、成效\n（一）行政复议")));
    assert_true(slice_equal(fact->sentence, SLICE("共受理12件，办结9件。")));
    assert_true(slice_equal(fact->rule, SLICE("r.concluded#1")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(links),
        cmocka_unit_test(several_in_a_clause_each_take_their_own),
        cmocka_unit_test(topics_reach_from_near_to_far),
        cmocka_unit_test(scopes_bar_unless_allowed),
        cmocka_unit_test(years_are_relative),
        cmocka_unit_test(weight_closeness_and_order),
        cmocka_unit_test(expressions),
        cmocka_unit_test(distributive_lists),
        cmocka_unit_test(lists_of_old_and_new_values),
        cmocka_unit_test(tables),
        cmocka_unit_test(a_sentence_without_end_is_seen_in_parts),
        cmocka_unit_test(facts_stand_on_their_own),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
