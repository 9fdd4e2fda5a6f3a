/* test_choose.c - which of several figures is the value, as the contract says. */
#include "workers/results/choose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* Of % the first holds, of others the largest. */
#define FACT(figure, of, is_total)                                                                 \
    {                                                                                              \
        .fact = {.value = (figure),                                                                \
                 .unit = {(of), sizeof(of) - 1},                                                   \
                 .rollup = sizeof(of) == 2 ? ROLLUP_MEAN : ROLLUP_SUM,                             \
                 .total = (is_total)}                                                              \
    }

static void check(const struct figure *facts, size_t count, uint32_t chosen, bool conflict)
{
    uint32_t mentions[8];
    for (uint32_t i = 0; i < count; i++)
        mentions[i] = i;
    struct choice choice = choose_value(facts, mentions, count);
    assert_int_equal(choice.chosen, chosen);
    assert_int_equal(choice.conflict, conflict);
}

static void test_the_only_one(void **state)
{
    (void)state;
    const struct figure facts[] = {FACT(9, "件", false)};
    check(facts, 1, 0, false);
}

static void test_the_largest(void **state)
{
    (void)state;
    const struct figure facts[] = {FACT(9, "件", false), FACT(26, "件", false),
                                   FACT(3, "件", false)};
    check(facts, 3, 1, true);
}

static void test_a_total_before_a_larger_one(void **state)
{
    (void)state;
    const struct figure facts[] = {FACT(90, "件", false), FACT(26, "件", true),
                                   FACT(27, "件", false)};
    check(facts, 3, 1, true);
}

static void test_the_larger_of_two_totals(void **state)
{
    (void)state;
    const struct figure facts[] = {FACT(26, "件", true), FACT(90, "件", false),
                                   FACT(27, "件", true)};
    check(facts, 3, 2, true);
}

static void test_the_first_rate(void **state)
{
    (void)state;
    const struct figure facts[] = {FACT(95, "%", false), FACT(100, "%", false)};
    check(facts, 2, 0, true);
}

static void test_the_same_figure_twice_is_no_conflict(void **state)
{
    (void)state;
    const struct figure facts[] = {FACT(30000, "份", false), FACT(30000, "份", false)};
    check(facts, 2, 0, false);
}

/* A person's word goes before totals, and settles the conflict; two people's may disagree. */
static void test_what_a_person_has_said(void **state)
{
    (void)state;
    struct figure facts[] = {FACT(26, "件", true), FACT(9, "件", false), FACT(12, "件", false)};
    facts[1].review = REVIEW_CONFIRMED;
    check(facts, 3, 1, false);
    facts[2].review = REVIEW_CORRECTED;
    check(facts, 3, 2, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_a_person_has_said),
        cmocka_unit_test(test_the_only_one),
        cmocka_unit_test(test_the_largest),
        cmocka_unit_test(test_a_total_before_a_larger_one),
        cmocka_unit_test(test_the_larger_of_two_totals),
        cmocka_unit_test(test_the_first_rate),
        cmocka_unit_test(test_the_same_figure_twice_is_no_conflict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
