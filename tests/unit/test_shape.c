/* test_shape.c - what each sign of a shape stands for, its mistakes, and the index over shapes. */
#include "workers/extract/quantity/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/* What the shape covers of `text` around the number at byte `at`; empty when it does not hold. */
static struct slice covered(const char *say, const char *text, size_t at)
{
    struct arena arena = {0};
    struct shape shape;
    struct numeral n;
    size_t start, end;
    assert_null(shape_parse(&shape, slice_of(say), &arena));
    assert_true(numeral_read(slice_of(text), at, &n));
    bool match = shape_match(&shape, slice_of(text), &n, &start, &end);
    arena_release(&arena);
    return match ? slice_range(slice_of(text), start, end) : (struct slice){"", 0};
}

static void expect(const char *say, const char *text, size_t at, const char *expected)
{
    struct slice got = covered(say, text, at);
    if (!slice_equal(got, slice_of(expected)))
        fail_msg("%s over %s: \"%.*s\", not \"%s\"", say, text, SLICE_ARGS(got), expected);
}

static void signs(void **state)
{
    (void)state;
    expect("第N", "第3条", 3, "第3");
    expect("第N", "共3条", 3, "");
    expect("(前|后)N名", "后三名", 3, "后三名");
    expect("N年", "3年", 0, "3年");
    expect("A天", "三天", 0, "");
    expect("H天", "3天", 0, "");
    expect("H天", "三天", 0, "三天");
    expect("Y年", "2023年", 0, "2023年");
    expect("Y年", "二〇二三年", 0, "二〇二三年");
    expect("Y年", "3023年", 0, "");
    expect("O.一", "一村一品", 0, "一村一");
    expect("O.一", "一、一", 0, "");
    expect("O.一", "两村一品", 0, "");
    expect("U村1", "1村1", 0, "1村1");
    expect("U村1", "2村1", 0, "");
    expect("N次(会议|全会)?", "3次全会", 0, "3次全会");
    expect("N次(会议|全会)?", "3次", 0, "3次");
    expect("N((、|至)N)*次", "3、4至5次", 0, "3、4至5次");
    expect("N((、|至)N)*次", "3、次", 0, "");
}

static void mistakes(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct shape shape;
    assert_string_equal(shape_parse(&shape, SLICE("N(年"), &arena), "a bracket isn't closed");
    assert_string_equal(shape_parse(&shape, SLICE("N年)"), &arena), "a bracket too many");
    assert_non_null(strstr(shape_parse(&shape, SLICE("年"), &arena), "no number"));
    assert_non_null(strstr(shape_parse(&shape, SLICE("(每N"), &arena), "one bracket"));
    assert_non_null(strstr(shape_parse(&shape, SLICE("(全)每N"), &arena), "one bracket"));
    assert_non_null(strstr(shape_parse(&shape, SLICE(""), &arena), "no number"));
    arena_release(&arena);
}

static void index_of_shapes(void **state)
{
    (void)state;
    static const char *const says[] = {"第N", "N(届|中)", "前N名", "N.会", "O(.)?一"};
    enum { COUNT = sizeof says / sizeof *says };
    struct arena arena = {0};
    struct shape shapes[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        assert_null(shape_parse(&shapes[i], slice_of(says[i]), &arena));
    struct shape_index index = {0};
    shape_index_build(&index, shapes, COUNT);
    static const struct {
        const char *text, *end;
        size_t at;
    } cases[] = {
        {"第3条", "第3", 3},   {"二十届", "二十届", 0}, {"前三名", "前三名", 3}, {"前三个", "", 3},
        {"3大会", "3大会", 0}, {"3件", "", 0},          {"一村一", "一村一", 0}, {"3", "", 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct numeral n;
        assert_true(numeral_read(slice_of(cases[i].text), cases[i].at, &n));
        assert_int_equal(shape_index_match(&index, slice_of(cases[i].text), &n),
                         strlen(cases[i].end));
    }
    shape_index_release(&index);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(signs),
        cmocka_unit_test(mistakes),
        cmocka_unit_test(index_of_shapes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
