/* test_marked.c - figures marked in their sentence. */
#include "deploy/commands/marked.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void assert_marked(struct slice sentence, const struct sentence_mark *marks, size_t count,
                          bool colour, const char *expected)
{
    struct buffer out = {0};
    put_marked(&out, sentence, marks, count, colour);
    buffer_append(&out, "", 1);
    assert_string_equal(out.data, expected);
    buffer_release(&out);
}

static void test_the_strong_one_is_marked_without_colour(void **state)
{
    (void)state;
    const struct sentence_mark marks[] = {{{3, 7}, false}, {{10, 14}, true}};
    assert_marked(SLICE("共9件，9件。"), marks, 2, false, "共9件，⟦9件⟧。");
    assert_marked(SLICE("共9件，9件。"), marks, 2, true,
                  "共\033[36m9件\033[0m，\033[1;33m9件\033[0m。");
}

static void test_marks_outside_the_sentence_are_left_out(void **state)
{
    (void)state;
    const struct sentence_mark marks[] = {
        {{3, 7}, true}, {{5, 8}, true}, {{8, 99}, true}, {{9, 8}, true}};
    assert_marked(SLICE("共9件。"), marks, 4, false, "共⟦9件⟧。");
    assert_marked(SLICE(""), marks, 4, false, "");
}

static void test_a_sentence_is_one_line(void **state)
{
    (void)state;
    const struct sentence_mark mark = {{0, 5}, true};
    assert_marked(SLICE("9\n件\t共"), &mark, 1, false, "⟦9 件⟧ 共");
}

static void test_a_figure_published_with_blanks_is_found_without(void **state)
{
    (void)state;
    struct slice sentence = SLICE("共12件，12件");
    struct span span = mark_written(sentence, 11, SLICE("1 2\n 件"));
    assert_int_equal(span.start, 11);
    assert_int_equal(span.end, 16);
    span = mark_written(sentence, 14, SLICE("件以上"));
    assert_int_equal(span.end, sentence.len);
}

static void test_a_figure_published_in_full_width_digits_is_found(void **state)
{
    (void)state;
    struct span span = mark_written(SLICE("调解成功1743件。"), 12, SLICE("１７４３件"));
    assert_int_equal(span.start, 12);
    assert_int_equal(span.end, 19);
    span = mark_written(SLICE("共1，247件。"), 3, SLICE("１，２４７件"));
    assert_int_equal(span.end, 13);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_figure_published_in_full_width_digits_is_found),
        cmocka_unit_test(test_the_strong_one_is_marked_without_colour),
        cmocka_unit_test(test_marks_outside_the_sentence_are_left_out),
        cmocka_unit_test(test_a_sentence_is_one_line),
        cmocka_unit_test(test_a_figure_published_with_blanks_is_found_without),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
