/* test_choose.c - which of several figures is the value, as the contract says. */
#include "workers/aggregate/choose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define FACT(figure, of, is_total)                                                                 \
    {                                                                                              \
        .value = (figure), .unit = {(of), sizeof(of) - 1}, .total = (is_total)                     \
    }

static void check(const struct fact *facts, size_t count, uint32_t chosen, bool conflict)
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
    const struct fact facts[] = {FACT(9, "件", false)};
    check(facts, 1, 0, false);
}

static void test_the_largest(void **state)
{
    (void)state;
    const struct fact facts[] = {FACT(9, "件", false), FACT(26, "件", false), FACT(3, "件", false)};
    check(facts, 3, 1, true);
}

static void test_a_total_before_a_larger_one(void **state)
{
    (void)state;
    const struct fact facts[] = {FACT(90, "件", false), FACT(26, "件", true),
                                 FACT(27, "件", false)};
    check(facts, 3, 1, true);
}

static void test_the_larger_of_two_totals(void **state)
{
    (void)state;
    const struct fact facts[] = {FACT(26, "件", true), FACT(90, "件", false), FACT(27, "件", true)};
    check(facts, 3, 2, true);
}

static void test_the_first_rate(void **state)
{
    (void)state;
    const struct fact facts[] = {FACT(95, "%", false), FACT(100, "%", false)};
    check(facts, 2, 0, true);
}

static void test_the_same_figure_twice_is_no_conflict(void **state)
{
    (void)state;
    const struct fact facts[] = {FACT(30000, "份", false), FACT(30000, "份", false)};
    check(facts, 2, 0, false);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_only_one),
        cmocka_unit_test(test_the_largest),
        cmocka_unit_test(test_a_total_before_a_larger_one),
        cmocka_unit_test(test_the_larger_of_two_totals),
        cmocka_unit_test(test_the_first_rate),
        cmocka_unit_test(test_the_same_figure_twice_is_no_conflict),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
