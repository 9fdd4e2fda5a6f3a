/* test_year.c - the year that a title names, in all shapes that readers of pictures and people who
 * type give it. */
#include "tests/unit/metadata_fixture.h"

static void assert_year(const char *title, unsigned year)
{
    struct error error, doubt;
    char page[1024];
    snprintf(page, sizeof page, "%s\n" TEXT, title);
    report_reset(&report);
    report.raw = slice_of(page);
    report.path = SLICE("report.txt");
    assert_int_equal(ingest_read(state, &report, &doubt, &error), STATUS_OK);
    if (report.meta.year != year)
        print_error("in: %s\n", title);
    assert_int_equal(report.meta.year, year);
    assert_int_equal(report.meta.region, 430923);
    assert_int_equal(report.meta.kind, KIND_GOVERNMENT);
}

static void test_slips_of_reading_pictures(void **unused)
{
    (void)unused;
    static const char *const titles[] = {
        "安化县2O23年法治政府建设年度报告",     "安化县2０23年法治政府建设年度报告",
        "安化县2o23年度法治政府建设报告",       "安化县二0二三年法治政府建设年度报告",
        "安化县二O二三年法治政府建设年度报告",  "安化县二〇二三年度法治政府建设报告",
        "安化县二零二三年法治政府建设年度报告", "安化县20 23 年法治政府建设年度报告",
        "安化县2 0 2 3 年法治政府建设年度报告", "安化县二 〇 二 三 年法治政府建设年度报告",
        "安化县Z023年法治政府建设年度报告",     "安化县20Z3年度法治政府建设年度报告",
        "安化县2O2З年法治政府建设年度报告",     "安化县2023午度法治政府建设报告",
        "安化县2023牟度法治政府建设报告",
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        assert_year(titles[i], 2023);
    assert_year("安化县202l年法治政府建设年度报告", 2021);
    assert_year("安化县202I年度法治政府建设报告", 2021);
    assert_year("安化县2o2l年度法治政府建设报告", 2021);
}

static void test_years_without_their_word(void **unused)
{
    (void)unused;
    static const char *const titles[] = {
        "安化县法治政府建设年度报告（2023）", "安化县法治政府建设年度报告(2023)",
        "安化县法治政府建设年度报告〔2023〕", "安化县法治政府建设年度报告（2023年度）",
        "安化县2023法治政府建设年度报告",     "2023安化县法治政府建设年度报告",
        "安化县法治政府建设年度报告2023",     "安化县'23年度法治政府建设报告",
        "安化县‘23年度法治政府建设报告",      "安化县23年度法治政府建设报告",
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        assert_year(titles[i], 2023);
}

static void test_what_is_no_year_of_a_report(void **unused)
{
    (void)unused;
    static const char *const titles[] = {
        "安化县法治政府建设情况的报告（安政发〔2023〕15号）",
        "安化县法治政府建设情况的报告 2023-02-11",
        "安化县法治政府建设情况的报告20230211",
        "安化县法治政府建设情况报告（2021-2025）",
        "安化县2021—2025法治政府建设报告",
        "安化县第23年度法治政府建设情况报告",
        "安化县“1263”法治政府建设情况报告",
        "安化县12l3年法治政府建设情况报告",
        "安化县2lI3年法治政府建设情况报告",
        "安化县办结2016件案件的法治政府建设情况报告",
        "安化县2023项法治政府建设举措的报告",
        "安化县关于2035远景目标的法治政府建设报告",
    };
    for (size_t i = 0; i < sizeof titles / sizeof *titles; i++)
        assert_year(titles[i], 0);
}

/* Excerpts have no title; what they say of other years is not theirs. */
static void assert_opening(const char *opening, unsigned year)
{
    struct error error, doubt;
    report_reset(&report);
    report.raw = slice_of(opening);
    report.path = SLICE("report.txt");
    ingest_read(state, &report, &doubt, &error); /* without a year it is left to a person */
    if (report.meta.year != year)
        print_error("in: %s\n", opening);
    assert_int_equal(report.meta.year, year);
}

static void test_a_year_that_is_measured_by(void **unused)
{
    (void)unused;
    assert_opening("安化县政府新收行政复议案件176件，比2021年多收12件，审结149件。\n", 0);
    assert_opening("安化县政府新收行政复议案件176件，较2021年增长7%。\n", 0);
    assert_opening("安化县政府新收行政复议案件176件，同比2021年增长7%。\n", 0);
    assert_opening("安化县政府罚没款高于2021年，新收行政复议案件176件。\n", 0);
    assert_opening("安化县政府2022年新收行政复议案件176件，比2021年多收12件。\n", 2022);
    assert_opening("安化县政府比2021年多收12件，2022年新收行政复议案件176件。\n", 2022);
}

static void test_the_years_of_a_table(void **unused)
{
    (void)unused;
    static const char *const heads[] = {"指标　　2022年　　2023年", "指标 2021年 2022年 2023年",
                                        "指标\t2022年\t2023年", "指标2023年2022年"};
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        char page[512];
        snprintf(page, sizeof page,
                 "安化县人民政府坚持严格执法，数据见下表。\n\n%s\n罚没　42　51\n\n"
                 "（三）推行说理式执法。既保住了烟火气，又管住了秩序，群众都说好。\n",
                 heads[i]);
        assert_opening(page, 2023);
    }
}

static void test_a_year_since_which(void **unused)
{
    (void)unused;
    assert_opening("安化县政府对2019年以来的486个项目进行排查，发现问题31条。\n"
                   "2022年，安化县政府获A级。\n",
                   2022);
    assert_opening("安化县政府自2019年起每年办结实事31件。\n", 0);
    assert_opening("2022年以来，安化县政府办结实事31件，群众都说好。\n", 2022);
}

static void test_a_year_that_is_planned_for(void **unused)
{
    (void)unused;
    assert_opening("六、存在问题和下步打算\n不足仍然存在，与群众期盼还有差距。\n2025年，安化县人民"
                   "政府将从以下几方面着力：\n"
                   "（一）强化队伍建设。计划分4期轮训一遍。\n",
                   2024);
    assert_opening("六、主要做法\n成绩来之不易，与群众期盼还有差距。\n2023年，安化县人民政府将持续"
                   "推进依法行政作为重点，分4期轮训一遍。\n",
                   2023);
    assert_opening("六、主要做法\n成绩来之不易，与群众期盼还有差距。\n2023年，安化县人民政府将法治"
                   "建设纳入规划：\n"
                   "（一）强化队伍建设。分4期轮训一遍。\n",
                   2023);
    assert_opening("三、2025年度法治政府建设工作安排\n2025年是“十四五”规划收官之年，安化县人民政府"
                   "将做好以下工作。\n\n安化县人民政府\n2025年2月26日\n",
                   2024);
    assert_opening("三、执法\n2025年是“十四五”规划收官之年，安化县人民政府做好了以下工作。\n\n"
                   "安化县人民政府\n2025年12月26日\n",
                   2025);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slips_of_reading_pictures),
        cmocka_unit_test(test_years_without_their_word),
        cmocka_unit_test(test_what_is_no_year_of_a_report),
        cmocka_unit_test(test_a_year_that_is_measured_by),
        cmocka_unit_test(test_the_years_of_a_table),
        cmocka_unit_test(test_a_year_since_which),
        cmocka_unit_test(test_a_year_that_is_planned_for),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
