/* test_columns.c - which lines are a table that lost its tabs, and which are not. */
#include "tests/unit/test.h"
#include "workers/ingest/columns.h"

static struct arena arena;

static void expect(const char *text, size_t lines)
{
    struct column_lines found = columns_find(&arena, slice_of(text));
    if (found.count != lines)
        fail_msg("%s\n  got %zu lines, not %zu", text, found.count, lines);
    arena_reset(&arena);
}

static void bars(void **state)
{
    (void)state;
    expect("| 指标 | 数量 |\n|---|---|\n| 受理 | 9 |\n| 办结 | 6 |\n", 4);
    expect("指标|数量\n\n受理|9\n\n办结|6\n", 3);
    expect("│指标│数量│\n├──┼──┤\n│受理│9│\n│办结│6│", 4);
    expect("首页 | 新闻 | 政务\n", 0);
    expect("首页|新闻\n政务|互动\n服务|公开\n", 0); /* no figures */
    expect("指标|数量\n受理|9\n", 0);               /* too short to tell */
    expect("| 受理 | 办结 | 维持 |\n| 9 | 6 | 4 |\n", 2);
    expect("首页 | 新闻 | 政务\n互动 | 服务 | 公开\n", 0);
}

static void blanks(void **state)
{
    (void)state;
    expect("指标  数量\n受理  9\n办结  6\n", 3);
    expect("指标　数量\r\n受理　9\r\n办结　6\r\n", 3);
    expect("指标 数量\n受理 9\n办结 6\n", 0);
    expect("一、举措  1\n二、不足  3\n三、计划  5\n", 0); /* a contents page */
    expect("　　受理9件。\n　　办结6件。\n　　完\n", 0);
    expect("受理  9件，办结6件。\n受理  9件，办结6件。\n受理  9件，办结6件。\n", 0);
    expect("指标  数量\n受理  9  8\n办结  6\n", 0);
}

static void edges_part_nothing(void **state)
{
    (void)state;
    struct slice text = SLICE("| a |  | 9 |\n| b | 2 | 9 |\n| c | 3 | 9 |");
    struct column_lines found = columns_find(&arena, text);
    assert_int_equal(found.count, 3);
    unsigned marks = 0;
    for (size_t at = 0; at < found.items[0].text.end; at++) {
        bool edge;
        if (columns_mark_at(&found.items[0], text, at, &edge))
            marks += !edge;
    }
    assert_int_equal(marks, 2);
    arena_reset(&arena);
}

static unsigned marks_of(const struct column_line *line, struct slice text)
{
    unsigned marks = 0;
    for (size_t at = line->text.start; at < line->text.end;) {
        bool edge;
        size_t len = columns_mark_at(line, text, at, &edge);
        marks += len && !edge;
        at += len ? len : 1;
    }
    return marks;
}

static void a_total_without_a_number_begins_with_an_empty_cell(void **state)
{
    (void)state;
    struct slice text =
        SLICE("序号　单位　许可　处罚\n1　　公安　　84　　62\n2　　交通　　40　　21\n"
              "　　　合计　　124　　83\n");
    struct column_lines found = columns_find(&arena, text);
    assert_int_equal(found.count, 4);
    for (size_t i = 0; i < found.count; i++)
        assert_int_equal(marks_of(&found.items[i], text), 3);
    expect("序号  单位  许可\n1  公安  84\n2  交通  40\n     合计  124\n", 4);
    expect("序号  单位  许可\n1  公安  84\n2  交通  40\n合计  124\n", 3);     /* whose column? */
    expect("序号  单位  许可\n1  公安  84\n2  交通  40\n     合计  无\n", 3); /* nothing to read */
    expect("  序号  单位  许可\n  1  公安  84\n  2  交通  40\n  合计  124\n", 3);
    arena_reset(&arena);
}

static int stop(void **state)
{
    (void)state;
    arena_release(&arena);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars),
        cmocka_unit_test(blanks),
        cmocka_unit_test(edges_part_nothing),
        cmocka_unit_test(a_total_without_a_number_begins_with_an_empty_cell),
    };
    return cmocka_run_group_tests(tests, NULL, stop);
}
