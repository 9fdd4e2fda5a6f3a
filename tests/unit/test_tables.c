/* test_tables.c - tables as reports print them, from the published text to the indicators, with the
 * rules as they ship. All are invented.
 *
 * Expected: each number as "written=value unit:indicator", - where it bears none.
 */
#include "tests/unit/test.h"
#include "workers/extract/rule/catalogue.h"
#include "workers/extract/rule/matcher.h"
#include "workers/ingest/clean.h"
#include "workers/ingest/format/document.h"
#include "workers/segment/segment.h"

#define CATALOGUE XIANZHI_HOME "/workers/extract/catalogue"

static struct cleaner *cleaner;
static struct catalogue *catalogue;
static struct matcher *matcher;
static struct report report;

static void read_report(enum level level)
{
    struct error error = {{0}};
    report.meta = (struct metadata){.year = 2023, .kind = KIND_GOVERNMENT, .level = level};
    clean_report(cleaner, &report);
    if (segment_read(&report, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    quantities_find(catalogue->quantities, &report);
    if (matcher_run(matcher, &report, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

static void assert_found(const char *text, const char *want)
{
    struct buffer got = {0};
    for (size_t i = 0; i < report.quantity_count; i++) {
        const struct quantity *q = &report.quantities[i];
        struct slice id = q->indicator.len ? q->indicator : SLICE("-");
        buffer_format(&got, "%s%.*s=%.12g%.*s:%.*s", i ? " " : "",
                      SLICE_ARGS(slice_range(report.text, q->text.start, q->text.end)), q->value,
                      SLICE_ARGS(q->unit), SLICE_ARGS(id));
    }
    buffer_append(&got, "", 1);
    if (strcmp(got.data, want) != 0)
        fail_msg("%.300s\n  got %.600s\n  not %.600s", text, got.data, want);
    buffer_release(&got);
}

static void expect_at(enum level level, const char *table, const char *want)
{
    struct buffer text = {0};
    buffer_format(&text, "一、主要举措和成效\n%s\n二、存在的不足\n无。\n", table);
    report_reset(&report);
    report.text = arena_copy(&report.arena, buffer_slice(&text));
    buffer_release(&text);
    read_report(level);
    assert_found(table, want);
}

static void expect(const char *table, const char *want)
{
    expect_at(LEVEL_COUNTY, table, want);
}

static void expect_html(const char *body, const char *want)
{
    struct buffer page = {0};
    struct error error;
    buffer_format(&page, "<!DOCTYPE html><html><body><p>一、主要举措和成效</p>%s</body></html>",
                  body);
    report_reset(&report);
    report.raw = arena_copy(&report.arena, buffer_slice(&page));
    buffer_release(&page);
    assert_int_equal(document_read(&report, &error), STATUS_OK);
    read_report(LEVEL_COUNTY);
    assert_found(body, want);
}

static void last_cells_keep_their_digits(void **state)
{
    (void)state;
    expect("指标\t2022年\t2023年\n受理行政复议案件（件）\t45\t46\n普法活动（场次）\t10\t1234",
           "45=45件:- 46=46件:reconsideration.accepted 10=10场次:- "
           "1234=1234场次:publicity.events");
}

static void columns_of_other_years_are_not_this_one(void **state)
{
    (void)state;
    expect("指标\t上年\t本年\t上年同期\t去年\t2024年目标\n"
           "受理行政复议案件（件）\t45\t46\t44\t43\t60",
           "45=45件:- 46=46件:reconsideration.accepted 44=44件:- 43=43件:- 60=60件:-");
    expect("指标\t单位\t2023年\t2022年\t增减\t增减（%）\n受理行政复议案件\t件\t46\t45\t1\t2.2",
           "46=46件:reconsideration.accepted 45=45件:- 1=1件:- 2.2=2.2%:-");
    expect("指标\t目标值\t完成数\n开展法治宣传活动（场次）\t100\t120",
           "100=100场次:- 120=120场次:publicity.events");
    expect("指标\t一季度\t二季度\t三季度\t四季度\t合计\n受理行政复议案件（件）\t3\t4\t5\t6\t18",
           "3=3件:- 4=4件:- 5=5件:- 6=6件:- 18=18件:reconsideration.accepted");
}

static void rows_of_years_and_months(void **state)
{
    (void)state;
    expect("年份\t受理行政复议案件（件）\n2022\t45\n2023\t46",
           "45=45件:- 46=46件:reconsideration.accepted");
    expect("年度\t受理行政复议案件\n2022年\t45\n2023年\t46",
           "45=45件:- 46=46件:reconsideration.accepted");
    expect("时间段\t受理行政复议案件（件）\n1-6月\t12\n7-12月\t14\n全年\t26",
           "12=12件:- 14=14件:- 26=26件:reconsideration.accepted");
}

static void units_stand_beside_above_and_in_heads(void **state)
{
    (void)state;
    expect("序号\t指标\t单位\t数量\n1\t规范性文件备案\t件\t8\n2\t罚没款\t万元\t68.5",
           "8=8件:normdoc.filed 68.5=685000元:enforcement.fines");
    expect("序号\t指标\t数量（单位：件）\n1\t受理行政复议案件\t12\n2\t办结行政复议案件\t10",
           "12=12件:reconsideration.accepted 10=10件:reconsideration.concluded");
    expect("单位：万元\n项目\t2023年\n罚没款\t68.5", "68.5=685000元:enforcement.fines");
    expect("表1 行政复议案件情况（单位：件）\n年度\t受理\t办结\n2022年\t14\t13\n2023年\t12\t10",
           "14=14件:- 13=13件:- 12=12件:reconsideration.accepted "
           "10=10件:reconsideration.concluded");
    expect("规范性文件备案\t件\t8\n规范性文件清理\t件\t12",
           "8=8件:normdoc.filed 12=12件:normdoc.cleanup_total");
    expect("项目\t2023年\n行政机关负责人出庭应诉率（%）\t98",
           "98=98%:litigation.head_appearance_rate");
}

static void a_table_that_follows_has_its_own_head(void **state)
{
    (void)state;
    expect("指标\t2022年\t2023年\n受理行政复议案件（件）\t45\t46\n"
           "指标\t2023年\t2022年\n行政应诉案件（件）\t15\t16",
           "45=45件:- 46=46件:reconsideration.accepted 15=15件:litigation.cases 16=16件:-");
    expect("指标\t2022年\t2023年\n受理行政复议案件（件）\t45\t46\n表2 诉讼情况\n"
           "项目\t2023年\t2022年\n行政应诉案件（件）\t15\t16",
           "45=45件:- 46=46件:reconsideration.accepted 15=15件:litigation.cases 16=16件:-");
    expect("2022年行政复议案件情况统计表\n项目\t数量（件）\n受理\t12", "12=12件:-");
}

static void rows_of_offices_and_towns_are_theirs(void **state)
{
    (void)state;
    expect("单位名称\t行政处罚（件）\t行政检查（次）\n城关镇\t120\t300\n县公安局\t25\t37\n"
           "合计\t145\t337",
           "120=120件:- 300=300次:- 25=25件:- 37=37次:- 145=145件:enforcement.penalties "
           "337=337次:enforcement.inspections");
    expect("单位\t办理行政复议案件（件）\n县公安局\t12\n合计\t12",
           "12=12件:- 12=12件:reconsideration.accepted");
    expect("序号\t乡镇（街道）\t调解纠纷（件）\n1\t城关镇\t30\n\t总计\t30",
           "30=30件:- 30=30件:mediation.resolved");
}

static void merged_cells_and_groups(void **state)
{
    (void)state;
    expect("类别\t指标\t2022年\t2023年\n行政复议\t受理（件）\t12\t15\n\t办结（件）\t10\t14",
           "12=12件:- 15=15件:reconsideration.accepted 10=10件:- "
           "14=14件:reconsideration.concluded");
    /* the empty cell in front was lost */
    expect("类别\t指标\t2022年\t2023年\n行政复议\t受理（件）\t12\t15\n办结（件）\t10\t14",
           "12=12件:- 15=15件:reconsideration.accepted 10=10件:- "
           "14=14件:reconsideration.concluded");
    expect("指标\t单位\t数量\n行政复议\t\t\n受理\t件\t12\n行政诉讼\t\t\n应诉案件\t件\t7",
           "12=12件:reconsideration.accepted 7=7件:litigation.cases");
    expect("指标\t2022年\t\t2023年\t\n\t受理\t办结\t受理\t办结\n"
           "行政复议案件（件）\t31\t30\t46\t44",
           "31=31件:- 30=30件:- 46=46件:reconsideration.accepted "
           "44=44件:reconsideration.concluded");
    expect("指标\t数量（件）\n行政处罚\t120\n其中：重大行政处罚\t7",
           "120=120件:enforcement.penalties "
           "7=7件:-");
}

static void missing_values_and_column_numbers(void **state)
{
    (void)state;
    expect("指标\t单位\t数量\n甲\t乙\t1\n行政赔偿\t件\t—\n受理行政复议案件\t件\t12\n诉讼\t件\t无",
           "12=12件:reconsideration.accepted");
    expect("指标\t2022年\t2023年\n1\t2\t3\n受理行政复议案件（件）\t45\t46",
           "45=45件:- 46=46件:reconsideration.accepted");
}

static void bars_and_blanks_part_cells_too(void **state)
{
    (void)state;
    expect("| 指标 | 2022年 | 2023年 |\n|---|---:|---:|\n| 受理行政复议案件（件） | 45 | 46 |\n"
           "| 普法活动（场次） | 10 | 1234 |",
           "45=45件:- 46=46件:reconsideration.accepted 10=10场次:- "
           "1234=1234场次:publicity.events");
    expect("指标　　　　　　　　2023年　　2022年\n受理行政复议案件　　12　　9\n"
           "办结行政复议案件　　8　　7",
           "12=12件:reconsideration.accepted 9=9件:- 8=8件:reconsideration.concluded 7=7件:-");
    expect("指标            单位     2022年   2023年\n行政应诉案件    件       15       25\n"
           "罚没款          万元     68.5     70",
           "15=15件:- 25=25件:litigation.cases 68.5=685000元:- 70=700000元:enforcement.fines");
}

static void tables_of_web_pages(void **state)
{
    (void)state;
    expect_html("<p>单位：件</p><table><thead><tr><th rowspan=\"2\"><p>指标</p></th>"
                "<th colspan=2>2023年</th><th colspan='2'>2022年</th></tr>\n"
                "<tr><th>受理</th><th>办结</th><th>受理</th><th>办结</th></tr></thead><tbody>"
                "<tr><td><p>行政复议案件</p></td><td><p><span>4</span>6</p></td><td>44</td>"
                "<td>31</td><td>&#51;0</td></tr></tbody></table><p>表2&nbsp;普法</p>"
                "<TABLE><TR><TD>项目<TD>单位<TD>数量</TR><TR><TD>开展普法活动<TD>场次"
                "<TD>1,234</TR><tr><td colspan=3>文件</td></tr>"
                "<tr><td>规范性文件备案</td><td>件</td><td>8</td></tr></TABLE>",
                "46=46件:reconsideration.accepted 44=44件:reconsideration.concluded "
                "31=31件:- 30=30件:- 1,234=1234场次:publicity.events 8=8件:normdoc.filed");
}

static int start(void **state)
{
    (void)state;
    struct error error;
    struct problems problems = {0};
    if (cleaner_new(&cleaner, &error))
        fail_msg("%s", error.text);
    if (catalogue_load(&catalogue, CATALOGUE, (struct catalogue_options){.no_weights = true},
                       &problems))
        fail_msg("%.*s", SLICE_ARGS(buffer_slice(&problems.text)));
    matcher = matcher_new(catalogue);
    return 0;
}

static int stop(void **state)
{
    (void)state;
    matcher_free(&matcher);
    catalogue_free(&catalogue);
    cleaner_free(&cleaner);
    report_release(&report);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(last_cells_keep_their_digits),
        cmocka_unit_test(columns_of_other_years_are_not_this_one),
        cmocka_unit_test(rows_of_years_and_months),
        cmocka_unit_test(units_stand_beside_above_and_in_heads),
        cmocka_unit_test(a_table_that_follows_has_its_own_head),
        cmocka_unit_test(rows_of_offices_and_towns_are_theirs),
        cmocka_unit_test(merged_cells_and_groups),
        cmocka_unit_test(missing_values_and_column_numbers),
        cmocka_unit_test(bars_and_blanks_part_cells_too),
        cmocka_unit_test(tables_of_web_pages),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
