/* test_quantities.c - a report's figures for a person's eyes, column under column. */
#include "deploy/commands/columns.h"
#include "deploy/commands/marked.h"
#include "deploy/commands/quantities.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct heading heading = {.number = {"一、", 6}, .title = {"成效", 6}, .parent = -1};
static struct sentence sentences[] = {{.clean = {0, 36}, .heading = -1}, {.clean = {36, 67}}};
static struct quantity quantities[] = {
    {.clean = {3, 7}, .value = 9, .unit = {"件", 3}, .indicator = {"a.b", 3}, .rule = {"a.b#2", 5}},
    {.clean = {22, 33}, .value = 20, .unit = {"人次", 6}, .bound = BOUND_OVER},
    {.clean = {45, 55}, .value = 3, .unit = {"次", 3}, .sentence = 1, .rule = {"target", 6}}};

static void assert_quantities(bool all, const char *expected)
{
    struct buffer out = {0};
    struct report report = {.path = SLICE("a.txt"),
                            .clean = SLICE("共9件，培训领导20余人次。应开展3次以上的学习。"),
                            .headings = &heading,
                            .heading_count = 1,
                            .sentences = sentences,
                            .sentence_count = 2,
                            .quantities = quantities,
                            .quantity_count = 3};
    put_quantities(&out, &report, all, false);
    buffer_append(&out, "", 1);
    assert_string_equal(out.data, expected);
    buffer_release(&out);
    report_release(&report);
}

static void test_only_what_states_an_indicator(void **state)
{
    (void)state;
    assert_quantities(
        false, "a.txt\n\n（标题之前）\n"
               "  共⟦9件⟧，培训领导20余人次。\n"
               "               9  件                a.b                                 #2\n\n");
}

static void test_all_with_the_reason(void **state)
{
    (void)state;
    assert_quantities(
        true, "a.txt\n\n（标题之前）\n"
              "  共⟦9件⟧，培训领导⟦20余人次⟧。\n"
              "               9  件                a.b                                 #2\n"
              "              20  人次    over      -                                   \n"
              "\n一、成效\n"
              "  应开展⟦3次以上⟧的学习。\n"
              "               3  次                -                                   target\n\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_only_what_states_an_indicator),
        cmocka_unit_test(test_all_with_the_reason),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
