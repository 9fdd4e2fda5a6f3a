/* test_judgement.c - what a person says of a figure becomes a decision, or is refused with why. */
#include "tests/unit/test.h"

#include "deploy/intake/judgement.h"

static bool takes_cases(void *context, struct slice indicator, struct slice unit,
                        struct buffer *units)
{
    (void)context;
    if (slice_equal(indicator, SLICE("meetings"))) {
        buffer_add(units, SLICE("次、场"));
        return slice_equal(unit, SLICE("次"));
    }
    assert_true(slice_equal(indicator, SLICE("reviews_accepted")));
    return slice_equal(unit, SLICE("件"));
}

static struct judgement judgement_of(enum verdict verdict, const char *unit)
{
    return (struct judgement){.verdict = verdict,
                              .indicator = SLICE("reviews_accepted"),
                              .label = SLICE("复议受理"),
                              .has_value = true,
                              .value = 9,
                              .unit = slice_of(unit),
                              .takes_unit = takes_cases};
}

static enum status add(const char *unit, struct decision *decision, struct error *error)
{
    const struct judgement judgement = judgement_of(VERDICT_ADD, unit);
    const struct missed missed = {
        .sha256 = SLICE("3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d"),
        .span = {30, 34},
        .text = SLICE("9件"),
        .sentence = SLICE("受理复议案件9件。")};
    return judgement_of_missed(&judgement, &missed, decision, error);
}

static void an_added_figure_needs_a_unit_of_its_indicator(void **state)
{
    struct decision decision;
    struct error error = {""};
    (void)state;
    assert_int_equal(add("件", &decision, &error), STATUS_OK);
    assert_true(slice_equal(decision.holds.unit, SLICE("件")));
    assert_int_equal(decision.verdict, VERDICT_ADD);
    assert_int_equal(add("吨", &decision, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "doesn't count in"));
    assert_int_equal(add("", &decision, &error), STATUS_BAD);
    assert_int_equal(add(NULL, &decision, &error), STATUS_BAD);
}

static enum status decide(enum verdict verdict, const char *unit, struct decision *decision)
{
    const struct judgement judgement = judgement_of(verdict, unit);
    const struct figure_item item = {
        .id = SLICE("3f2a0c9d3f2a:30-34"),
        .sha256 = SLICE("3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d"),
        .said = {.indicator = SLICE("reviews_accepted"), .value = 9, .unit = SLICE("宗")}};
    struct error error = {""};
    return judgement_of_figure(&judgement, &item, decision, &error);
}

static void what_the_report_says_is_as_good_as_the_catalogue(void **state)
{
    struct decision decision;
    (void)state;
    assert_int_equal(decide(VERDICT_CONFIRM, NULL, &decision), STATUS_OK);
    assert_true(slice_equal(decision.holds.unit, SLICE("宗")));
    assert_int_equal(decide(VERDICT_VALUE, "宗", &decision), STATUS_OK);
    assert_int_equal(decide(VERDICT_VALUE, "件", &decision), STATUS_OK);
    assert_int_equal(decide(VERDICT_VALUE, "吨", &decision), STATUS_BAD);
}

static void a_correction_that_corrects_nothing_confirms(void **state)
{
    struct decision decision;
    (void)state;
    assert_int_equal(decide(VERDICT_VALUE, "宗", &decision), STATUS_OK);
    assert_int_equal(decision.verdict, VERDICT_CONFIRM);
    assert_int_equal(decide(VERDICT_VALUE, "件", &decision), STATUS_OK);
    assert_int_equal(decision.verdict, VERDICT_VALUE);
}

/* The right figure would leave the table for it. */
static void another_indicator_counts_in_its_own_units(void **state)
{
    struct judgement judgement = judgement_of(VERDICT_VALUE, NULL);
    struct slice candidates[] = {SLICE("meetings")}, labels[] = {SLICE("研究法治会议")};
    struct figure_item item = {
        .id = SLICE("3f2a0c9d3f2a:30-34"),
        .sha256 = SLICE("3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d"),
        .said = {.indicator = SLICE("reviews_accepted"), .value = 9, .unit = SLICE("件")}};
    struct decision decision;
    struct error error = {""};
    (void)state;
    judgement.indicator = candidates[0];
    judgement.label = labels[0];
    assert_int_equal(judgement_of_figure(&judgement, &item, &decision, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "研究法治会议"));
    assert_non_null(strstr(error.text, "次、场"));
    judgement.verdict = VERDICT_CONFIRM;
    assert_int_equal(judgement_of_figure(&judgement, &item, &decision, &error), STATUS_BAD);
    item.candidates.items = candidates; /* the program itself has offered it */
    item.candidate_labels.items = labels;
    item.candidates.count = item.candidate_labels.count = 1;
    assert_int_equal(judgement_of_figure(&judgement, &item, &decision, &error), STATUS_OK);
    item.candidates.count = 0;
    judgement.unit = SLICE("次");
    assert_int_equal(judgement_of_figure(&judgement, &item, &decision, &error), STATUS_OK);
}

static void no_figure_is_below_nothing(void **state)
{
    struct judgement judgement = judgement_of(VERDICT_ADD, "件");
    const struct missed missed = {
        .sha256 = SLICE("3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d3f2a0c9d"),
        .span = {30, 34},
        .text = SLICE("9件"),
        .sentence = SLICE("受理复议案件9件。")};
    struct decision decision;
    struct error error = {""};
    (void)state;
    judgement.value = -5;
    assert_int_equal(judgement_of_missed(&judgement, &missed, &decision, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "below 0"));
    judgement.value = 0;
    assert_int_equal(judgement_of_missed(&judgement, &missed, &decision, &error), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_correction_that_corrects_nothing_confirms),
        cmocka_unit_test(an_added_figure_needs_a_unit_of_its_indicator),
        cmocka_unit_test(another_indicator_counts_in_its_own_units),
        cmocka_unit_test(no_figure_is_below_nothing),
        cmocka_unit_test(what_the_report_says_is_as_good_as_the_catalogue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
