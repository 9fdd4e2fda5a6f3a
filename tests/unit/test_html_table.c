/* test_html_table.c - rows and merged cells of web pages; what is a table of data. */
#include "tests/unit/test.h"
#include "workers/ingest/document.h"

static struct report report;

static void expect(const char *body, const char *want)
{
    struct buffer page = {0};
    struct error error = {{0}};
    buffer_format(&page, "<html>%s</html>", body);
    report_reset(&report);
    report.raw = arena_copy(&report.arena, buffer_slice(&page));
    buffer_release(&page);
    if (document_read(&report, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    if (!slice_equal(report.text, slice_of(want)))
        fail_msg("%s\n  got \"%.*s\"\n  not \"%s\"", body, SLICE_ARGS(report.text), want);
}

static void rows_are_lines(void **state)
{
    (void)state;
    expect("<table><tr><td>a</td><td><p>b</p></td></tr> <tr><td>c<br>d</td><td>1</td></tr></table>",
           "\n\na\tb \nc d\t1\n");
    expect("<TABLE class=x><TR><TH>a<TH>b<TR><TD>c<TD>&lt;1</TABLE>e", "\n\na\tb\nc\t<1\ne");
}

static void merged_cells_keep_the_columns(void **state)
{
    (void)state;
    expect("<table><tr><td rowspan=2>a</td><td colspan=\"2\">b</td></tr>"
           "<tr><td>c</td><td>d</td></tr><tr><td>e</td><td>f</td><td>g</td></tr></table>",
           "\n\na\tb\t\n\tc\td\ne\tf\tg\n");
    expect("<table><tr><td>a</td><td>b</td><td rowspan=3>c</td></tr><tr><td>d</td><td>e</td></tr>"
           "</table>",
           "\n\na\tb\tc\nd\te\t\n");
}

static void wild_spans_are_bounded(void **state)
{
    (void)state;
    struct buffer body = {0};
    buffer_format(&body, "<table>");
    for (int i = 0; i < 200; i++)
        buffer_format(&body, "<tr><td colspan=99999 rowspan=99999>1</td><td>2</td></tr>");
    buffer_format(&body, "</table>");
    struct error error;
    report_reset(&report);
    struct buffer page = {0};
    buffer_format(&page, "<html>%.*s</html>", SLICE_ARGS(buffer_slice(&body)));
    report.raw = arena_copy(&report.arena, buffer_slice(&page));
    assert_int_equal(document_read(&report, &error), STATUS_OK);
    assert_true(report.text.len < 200 * 140);
    buffer_release(&page);
    buffer_release(&body);
}

static void a_page_laid_out_in_tables_is_blocks(void **state)
{
    (void)state;
    expect("<table><tr><td><p>a</p><table><tr><td>b</td><td>1</td></tr></table></td></tr></table>",
           "\n\n\na\n\n\nb\t1\n\t\n\n");
    expect("<table><tr><td>a</td></tr>", "\n\na\t\n");
}

static int stop(void **state)
{
    (void)state;
    report_release(&report);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_lines),
        cmocka_unit_test(merged_cells_keep_the_columns),
        cmocka_unit_test(wild_spans_are_bounded),
        cmocka_unit_test(a_page_laid_out_in_tables_is_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, stop);
}
