/* test_audit.c - each audit raised where it should be and, more of them, not where it shouldn't.
 *
 * Figures are read by the quantity finder; indicators are given by hand, as rules of the catalogue
 * are tested elsewhere. All texts are invented.
 */
#include "proto/base/paths.h"
#include "tests/unit/test.h"
#include "workers/extract/audit/audit.h"
#include "workers/extract/audit/audit_rules.h"
#include "workers/extract/audit/passages.h"
#include "workers/extract/quantity/quantity.h"
#include "workers/ingest/clean.h"
#include "workers/segment/segment.h"

#include <stdio.h>
#include <stdlib.h>

static struct cleaner *cleaner;
static struct quantity_rules *quantity_rules;
static struct report report;

static struct metadata county_of_2023(void)
{
    return (struct metadata){.region = 430923,
                             .region_name = SLICE("安化县"),
                             .level = LEVEL_COUNTY,
                             .issuer = SLICE("安化县人民政府"),
                             .kind = KIND_GOVERNMENT,
                             .year = 2023,
                             .published = {2024, 3, 20},
                             .signed_on = {2024, 2, 1}};
}

static void read_report(const char *text, struct metadata meta)
{
    struct error error = {{0}};
    report_reset(&report);
    report.text = slice_of(text);
    report.meta = meta;
    clean_report(cleaner, &report);
    assert_int_equal(segment_read(&report, &error), STATUS_OK);
    quantities_find(quantity_rules, &report);
}

/* The quantity written `text` bears `indicator`. */
static void bear(const char *text, const char *indicator)
{
    for (size_t i = 0; i < report.quantity_count; i++) {
        struct quantity *q = &report.quantities[i];
        if (slice_equal(slice_range(report.clean, q->clean.start, q->clean.end), slice_of(text)) &&
            q->indicator.len == 0) {
            q->indicator = slice_of(indicator);
            return;
        }
    }
    fail_msg("no quantity %s", text);
}

/* The types raised, missing parts left out, parted by blanks. */
static void assert_raised(const char *want)
{
    struct buffer got = {0}, notes = {0};
    audits_run(&report);
    for (size_t i = 0; i < report.audit_count; i++) {
        buffer_format(&notes, "  %.*s\n", SLICE_ARGS(report.audits[i].note));
        if (report.audits[i].type != AUDIT_MISSING_PART)
            buffer_format(&got, "%s%s", got.len ? " " : "", audit_name(report.audits[i].type));
    }
    buffer_append(&got, "", 1);
    buffer_append(&notes, "", 1);
    if (strcmp(got.data, want) != 0)
        fail_msg("%.*s\n  raises \"%s\", wanted \"%s\"\n%s", SLICE_ARGS(report.clean), got.data,
                 want, notes.data);
    buffer_release(&got);
    buffer_release(&notes);
}

static void assert_text_raises(const char *text, const char *want)
{
    read_report(text, county_of_2023());
    assert_raised(want);
}

static struct slice audit_span(size_t index)
{
    return slice_range(report.text, report.audits[index].text.start, report.audits[index].text.end);
}

static void test_sums(void **unused)
{
    (void)unused;
    assert_text_raises("抽查案卷124本（处罚78本、许可39本、强制5本）。", "sum");
    assert_true(slice_equal(audit_span(0), SLICE("124本（处罚78本、许可39本、强制5本")));
    assert_text_raises("共审结２０１件，从结案方式看：维持６３件，驳回３０件，撤销１００件。",
                       "sum");
    assert_true(slice_has(audit_span(0), SLICE("２０１件")));
    assert_text_raises("清理文件144件：保留99件、修改3件、废止52件。", "sum");
    assert_text_raises("发放手册2500份、挂历1500份，共计4100份。", "sum");
    assert_text_raises("受理行政复议案件9件，其中办结12件。", "sum");
    assert_text_raises("出动执法310次：检查205次；处罚40次；协作35次；夜查48次。", "sum");
    assert_text_raises("案件4120件，其中民事案件2658件、刑事案件1380件、行政案件62件。", "sum");
    assert_text_raises("调阅案卷156宗，处罚、许可、强制分别为92、47、11宗。", "sum");
    assert_text_raises("案件4120件，其中民事案件2658件、刑事案件1380件。",
                       ""); /* leaves some out */
    assert_text_raises("调阅案卷156宗，处罚、许可、强制分别为98、47、11宗。", "");
    assert_text_raises("调阅案卷156宗，涉及处罚、许可、强制分别为92、47、11宗。", "");
}

static void test_parts_beyond_their_whole(void **unused)
{
    (void)unused;
    assert_text_raises("培训28期，其中领导干部5期、执法人员13期、村干部12期。", "sum");
    assert_text_raises("办理援助620件（其中民事410件、刑事218件）。", "sum");
    static const char *const right[] = {
        "培训28期，其中领导干部5期、执法人员13期、村干部10期。",
        "受理纠纷100件，其中调解成功98件、司法确认20件。",
        "办理公证500件，其中国内公证350件、涉外公证150件。",
        "处罚30件、许可400件，其中一般程序250件、简易程序200件。",
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_text_raises(right[i], "");
}

static void test_changes(void **unused)
{
    (void)unused;
    assert_text_raises("新收申请214件，与2022年的158件相比，净增56件，增幅45.4%。", "rate");
    assert_text_raises("公职律师由年初的254名增至417名，增长54.17%。", "rate");
    assert_text_raises("审核文件68件，上年同期为81件，降幅为19.05%。", "rate");
    static const char *const right[] = {
        "新收申请214件，与2022年的158件相比，净增56件，增幅35.4%。",
        "公职律师由年初的254名增至417名，增长64.17%。",
        "审核文件68件，上年同期为81件，降幅为16.05%。",
        "应诉案件1382件，比2022年的1506件减少8.23%；负责人应出庭1028件。",
        "办理许可56件、处罚30件，同比增长20%。",
        "受理30件，较上年增长20%。",
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_text_raises(right[i], "");
}

static void test_sums_that_are_right_or_not_meant(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "抽查案卷122本（处罚78本、许可39本、强制5本）。",
        "抽查案卷124本（其中处罚78本、许可39本、强制5本）。",
        "抽查案卷124本（处罚78本、许可39本等）。",
        "抽查案卷120余本（处罚78本、许可39本、强制5本）。",
        "举办宣传115场次（讲座60场次，展板45块，短视频30余条）。",
        "审结88件：驳回41件、裁定15件、撤诉23件，败诉9件（撤销、变更分别为4、5件），败诉率10%。",
        "开展执法检查50次：春节期间10次，国庆期间5次。",
        "受理案件120件：已结100件，其余正在审理。",
        "办理建议209件、提案313件，其中，重点建议5件。",
        "新登记市场主体8126户，比上年增加900户，其中企业9000户。",
        "收到申请214件，与2022年的158件相比，净增56件；其中受理187件，不予受理27件。",
        "培训30期：领导干部2期、执法人员各3期、其他20期。",
        "15个乡镇建成法治文化阵地：公园3个、广场12个、长廊2个。",
        "评选示范户22户，其中上坪村4户。",
        "成立5支队伍，投入资金30万元：甲镇10万元，乙镇20万元。",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_text_raises(texts[i], "");
}

static void test_a_cleanup_adds_up(void **unused)
{
    (void)unused;
    for (int wrong = 0; wrong <= 1; wrong++) {
        read_report(wrong ? "对现行有效的127件文件清理，继续有效98件，需修改5件，废止20件。"
                          : "对现行有效的127件文件清理，继续有效98件，需修改5件，废止24件。",
                    county_of_2023());
        bear("127件", "normdoc.cleanup_total");
        bear("98件", "normdoc.cleanup_kept");
        bear("5件", "normdoc.cleanup_amended");
        bear(wrong ? "20件" : "24件", "normdoc.cleanup_repealed");
        assert_raised(wrong ? "sum" : "");
    }
}

static void test_rates(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "受理纠纷2512起，调解成功2436起，成功率98.2%。",
        "调处纠纷１８９６件，调解成功１７４３件，成功率９８．３％。",
        "受理纠纷2512起；调解成功2436起；调解成功率达98.2%，位居全市前列。",
        "抽检食品3860批次，不合格80批次，合格率99.93%。",
        "参加考试512人，合格487人，合格率97.1%。",
        "法院审结84件，其中败诉7件，败诉率5.33%。",
        "负责人应出庭1028件，实际出庭871件，出庭应诉率94.7%。",
        "受理纠纷8300余件，化解7000件，化解率98%以上。",
        "承办工单1000件，办结900件，办结率99%。",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_text_raises(texts[i], "rate");
}

static void test_rates_that_are_right_or_of_something_else(void **unused)
{
    (void)unused;
    static const char *const texts[] = {
        "排查纠纷903件，调解成功895件，成功率达99%。",
        "排查纠纷6340余件，化解6290件，化解率98%以上。",
        "全年97宗纠纷被及早发现，95宗由调委会受理，94宗调解成功，成功率98.9%。",
        "抽检食品3860批次，不合格80批次，合格率97.93%。",
        "应出庭1028件，实际出庭871件，出庭应诉率从61.2%跃升到84.7%。",
        "应诉行政案件30件，其中开庭20件，负责人出庭20件，出庭应诉率100%。",
        "应诉行政案件30件，负责人出庭应诉25件，出庭应诉率100%。",
        "受理行政复议案件121件，连同上年结转7件，审结109件，按期结案率100%。",
        "受理121件，上年结转7件，办结126件，办结率98.4%。",
        "受理纠纷1.94万件，调解成功1.9万件，成功率98%。",
        "收到仲裁申请724件，立案688件，加上年结转35件，当期审结695件，结案率96.1%。",
        "承办工单900件，连同往年遗留100件，收到投诉40件，办结980件，办结率98%。",
        "受理纠纷100件，调解成功98件，成功率98%；受理信访50件，化解40件，化解率80%。",
        "应诉案件96件。审结84件，败诉7件，败诉率7.29%。",
        "排查纠纷500件，化解480件，调解成功率98%。",
        "抽查案卷60件，优秀25件、合格33件、不合格2件，合格率96.7%。",
        "成功率98.2%。",
        "调解成功率较上年提高2.3%，受理纠纷100件，调解成功90件。",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        assert_text_raises(texts[i], "");
    assert_text_raises("一、工作安排\n受理纠纷2512起，调解成功2436起，力争成功率99%以上。", "");
}

static void flow(const char *text, bool carried, const char *want)
{
    read_report(text, county_of_2023());
    bear("187件", "reconsideration.accepted");
    if (carried)
        bear("12件", "reconsideration.carried_over");
    bear("201件", "reconsideration.concluded");
    assert_raised(want);
}

static void test_concluded_exceeds_accepted(void **unused)
{
    (void)unused;
    flow("受理复议案件187件，连同上年结转12件，审结201件。", true, "concluded_exceeds_accepted");
    assert_true(slice_equal(audit_span(0), SLICE("187件，连同上年结转12件，审结201件")));
    flow("受理复议案件187件。审结201件。", false, "concluded_exceeds_accepted");
    flow("受理复议案件187件，审结（含上年结转）201件。", false, "");
    read_report("受理复议案件187件，上年结转20件，审结201件。", county_of_2023());
    bear("187件", "reconsideration.accepted");
    bear("20件", "reconsideration.carried_over");
    bear("201件", "reconsideration.concluded");
    assert_raised("");
}

static void test_stale_years(void **unused)
{
    (void)unused;
    assert_text_raises("全镇46名公务员参加2022年度学法考试，参考率100%。", "stale_year");
    assert_true(slice_equal(audit_span(0), SLICE("2022年度学法考试")));
    assert_text_raises("公布2022年度重大行政决策事项目录6项。", "stale_year");
    assert_text_raises("组织干部参加2021年全省网上学法用法考试。", "stale_year");
    assert_text_raises("2022年，全县共举办培训班12期，培训1200人次。", "stale_year");
    assert_text_raises("一、主要成效\n受理9件。\n二、2023年工作安排\n继续努力。", "stale_year");
    static const char *const right[] = {
        "参加2023年度学法考试1200人。",
        "印发《2022年度学法考试工作方案》，参考1200人。",
        "2月初，县政府党组专题听取2022年依法行政工作汇报3次。",
        "受理复议案件9件，较2022年增加3件。",
        "2022年底，全县共有调解员300名，2023年增加到320名。",
        "落实《法治政府建设实施纲要（2021—2025年）》。",
        "2022年3月，全县共有5个村获评示范村。",
        "2022年度学法考试成绩已经通报，优秀率97%。",
        "一、主要成效\n受理9件。\n二、2024年工作安排\n2024年共培训30期。",
    };
    for (size_t i = 0; i < sizeof right / sizeof *right; i++)
        assert_text_raises(right[i], "");
}

static void at_level(const char *name, uint32_t region, enum level level, const char *township,
                     const char *text, const char *want)
{
    struct metadata meta = county_of_2023();
    meta.region_name = slice_of(name);
    meta.region = region;
    meta.level = level;
    meta.township = slice_of(township);
    meta.issuer = township[0] ? slice_of(township) : slice_of(name);
    read_report(text, meta);
    assert_raised(want);
}

static void test_levels(void **unused)
{
    (void)unused;
    at_level("铜仁市", 520600, LEVEL_PREFECTURE, "", "我县法律援助机构受理9件。", "level_mismatch");
    assert_true(slice_equal(audit_span(0), SLICE("我县")));
    at_level("安化县", 430923, LEVEL_COUNTY, "", "我镇受理9件。", "level_mismatch");
    at_level("安化县", 430923, LEVEL_COUNTY, "", "我区受理9件。", "level_mismatch");
    at_level("鼓楼区", 320106, LEVEL_COUNTY, "", "我县受理9件。", "level_mismatch");
    at_level("大埔县", 441422, LEVEL_TOWNSHIP, "云岭镇", "办结9件。街道执法人员亮证上岗。",
             "level_mismatch");
    at_level("鼓楼区", 320106, LEVEL_TOWNSHIP, "华侨路街道", "镇政府办结9件。", "level_mismatch");

    at_level("安化县", 430923, LEVEL_COUNTY, "", "我县、我市、我省受理9件。", "");
    at_level("阆中市", 511381, LEVEL_COUNTY, "", "我市受理9件。", "");
    at_level("索县", 540626, LEVEL_COUNTY, "", "我区第十次党代会，我县受理9件。", "");
    at_level("铜仁市", 520600, LEVEL_PREFECTURE, "",
             "我市受理9件，出台《我县办法》，讲好“我镇故事”。", "");
    at_level("鼓楼区", 320106, LEVEL_COUNTY, "", "干部自我区分，我区受理9件。", "");
    at_level("大埔县", 441422, LEVEL_TOWNSHIP, "云岭镇",
             "我镇受理9件，我县统一部署，各乡镇、街道办事处参加，邻近的城西街道办协助。", "");
}

static void dated(struct date published, struct date signed_on, const char *want)
{
    struct metadata meta = county_of_2023();
    meta.published = published;
    meta.signed_on = signed_on;
    read_report("受理9件。", meta);
    assert_raised(want);
}

/* A line of a hundred kilobytes without a mark, and one of nothing but figures: read in no time. */
static void test_dumps_are_left_alone(void **unused)
{
    (void)unused;
    static const char *const units[] = {"5%", "成功率98%，", "受理9件（甲3件、乙4件）", "我镇",
                                        "3件"};
    enum { BYTES = 100000 };
    char *text = malloc(BYTES + 64);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        size_t len = 0;
        while (len < BYTES)
            len += (size_t)sprintf(text + len, "%s", units[i]);
        read_report(text, county_of_2023());
        audits_run(&report);
        assert_true(report.audit_count < 60);
    }
    free(text);
}

static void test_dates(void **unused)
{
    (void)unused;
    dated((struct date){2024, 4, 1}, (struct date){2024, 1, 1}, "");
    dated((struct date){2024, 4, 2}, (struct date){2024, 3, 30}, "late");
    dated((struct date){2024, 12, 0}, (struct date){0, 0, 0}, "late");
    dated((struct date){2024, 0, 0}, (struct date){2024, 0, 0}, "");
    dated((struct date){0, 0, 0}, (struct date){0, 0, 0}, "");
    dated((struct date){2024, 1, 9}, (struct date){2023, 12, 31}, "signed_early");
    dated((struct date){2023, 12, 20}, (struct date){0, 0, 0}, "signed_early");
}

static void test_missing_parts(void **unused)
{
    (void)unused;
    read_report("一、主要成效\n受理9件。\n办结9件。\n二、存在的不足\n力量不足。\n三、下一步打算\n继"
                "续努力。",
                county_of_2023());
    audits_run(&report);
    assert_int_equal(report.audit_count, 1);
    assert_int_equal(report.audits[0].type, AUDIT_MISSING_PART);
    assert_true(slice_has(report.audits[0].note, SLICE("第一责任人")));
    assert_int_equal(report.audits[0].text.end, 0);
    read_report("受理9件。", county_of_2023());
    audits_run(&report);
    assert_int_equal(report.audit_count, 0);
}

static void twice(const char *text, const char *first, const char *second, const char *want)
{
    read_report(text, county_of_2023());
    bear(first, "reconsideration.accepted");
    bear(second, "reconsideration.accepted");
    assert_raised(want);
}

static void test_conflicts(void **unused)
{
    (void)unused;
    twice("共受理行政复议案件9件。\n全年受理行政复议案件11件。", "9件", "11件", "conflict");
    assert_true(slice_equal(audit_span(0), SLICE("11件")));
    twice("共受理行政复议案件9件。\n全年受理行政复议案件9件。", "9件", "9件", "");
    twice("共受理行政复议案件9件。\n全年受理行政复议案件10余件。", "9件", "10余件", "");
    twice("乡镇收到复议申请9件。\n县本级受理案件11件。", "9件", "11件", "");
    twice("共受理行政复议案件9件。\n项目\t数量\n受理行政复议案件\t11件\n", "9件", "11件",
          "conflict");
    twice("全年受理行政复议案件9件。\n项目\t数量\n受理（件）\t11件\n", "9件", "11件", "conflict");
    twice("共受理行政复议案件9件。\n项目\t数量\n城关镇\t11件\n", "9件", "11件", "");
    twice("项目\t数量\n受理行政复议案件\t9件\n受理行政复议案件\t11件\n", "9件", "11件", "");
}

static size_t common(const struct passage *a, const struct passage *b)
{
    size_t count = 0;
    for (size_t i = 0; i < 8; i++)
        for (size_t j = 0; j < 8; j++)
            count += a->sketch[i] == b->sketch[j];
    return count;
}

#define PASSAGE                                                                                                                 \
    "全面落实行政执法公示、执法全过程记录、重大执法决定法制审核制度，组织执法人员培训%" \
    "s，严把执法人"                                                                                                       \
    "员资格关，健全行政执法与刑事司法衔接机制，杜绝有案不移、以罚代刑，让执法既有力度又有温度。"

static void test_passages(void **unused)
{
    (void)unused;
    char text[2048];
    snprintf(text, sizeof text,
             PASSAGE
             "\n短。\n" PASSAGE
             "\n县委理论学习中心组围绕全面依法治国安排专题研讨，市政府坚持一会一法，学法内容"
             "涵盖土地管理、安全生产、信访工作等与中心工作息息相关的法律法规，全年不断档，年终述"
             "法做到应述尽述。",
             "12期", "３０期");
    read_report(text, county_of_2023());
    passages_sketch(&report);
    assert_int_equal(report.passage_count, 3);
    for (size_t i = 1; i < 8; i++)
        assert_true(report.passages[0].sketch[i - 1] < report.passages[0].sketch[i]);
    assert_int_equal(common(&report.passages[0], &report.passages[1]), 8);
    assert_int_equal(common(&report.passages[0], &report.passages[2]), 0);
    assert_memory_equal(report.text.data + report.passages[2].text.start, "县委", 6);
}

static void test_mistakes_in_the_file_are_named(void **unused)
{
    (void)unused;
    struct audit_rules rules;
    struct error error = {{0}};
    assert_int_equal(audit_rules_parse(&rules, "audits.yaml",
                                       SLICE("rates:\n  - name: [a]\n    parts: [b]\n"), &error),
                     STATUS_BAD);
    assert_non_null(strstr(error.text, "audits.yaml:3:5"));
    assert_int_equal(audit_rules_parse(&rules, "a", SLICE("rates:\n  - name: [成功率]\n"), &error),
                     STATUS_BAD);
    assert_int_equal(audits_prepare(&error), STATUS_OK);
}

static int start(void **unused)
{
    (void)unused;
    struct error error;
    char path[1024];
    if (cleaner_new(&cleaner, &error) != STATUS_OK ||
        data_path("workers/extract/catalogue", path, sizeof path, &error) != STATUS_OK)
        return -1;
    return quantity_rules_load(&quantity_rules, path, &error) == STATUS_OK ? 0 : -1;
}

static int stop(void **unused)
{
    (void)unused;
    report_release(&report);
    cleaner_free(&cleaner);
    quantity_rules_free(&quantity_rules);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sums),
        cmocka_unit_test(test_parts_beyond_their_whole),
        cmocka_unit_test(test_changes),
        cmocka_unit_test(test_sums_that_are_right_or_not_meant),
        cmocka_unit_test(test_a_cleanup_adds_up),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_rates_that_are_right_or_of_something_else),
        cmocka_unit_test(test_concluded_exceeds_accepted),
        cmocka_unit_test(test_stale_years),
        cmocka_unit_test(test_levels),
        cmocka_unit_test(test_dumps_are_left_alone),
        cmocka_unit_test(test_dates),
        cmocka_unit_test(test_missing_parts),
        cmocka_unit_test(test_conflicts),
        cmocka_unit_test(test_passages),
        cmocka_unit_test(test_mistakes_in_the_file_are_named),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
