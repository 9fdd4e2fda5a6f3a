/* test_outline.c - headings of every style, lines put together again, the required parts. All texts
 * are invented.
 */
#include "tests/unit/test.h"
#include "workers/ingest/clean.h"
#include "workers/segment/cuts.h"
#include "workers/segment/mark.h"
#include "workers/segment/part_rules.h"
#include "workers/segment/segment.h"

static struct cleaner *cleaner;
static struct report report;

#define PROSE                                                                                                                                    \
    "全县各级各部门认真落实上级要求，依法履行职责，规范执法行为，化解矛盾纠纷，各项工作都取得了新" \
    "的进展。"

static void segment(const char *text, unsigned year)
{
    struct error error = {{0}};
    report_reset(&report);
    report.text = slice_of(text);
    report.meta.year = (uint16_t)year;
    clean_report(cleaner, &report);
    if (segment_read(&report, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

/* One heading a line: level, number, title, parent; e.g. "2|（一）|加强领导|0". */
static void assert_outline(const char *want)
{
    struct buffer got = {0};
    for (size_t i = 0; i < report.heading_count; i++) {
        const struct heading *h = &report.headings[i];
        buffer_format(&got, "%u|%.*s|%.*s|%d\n", h->level, SLICE_ARGS(h->number),
                      SLICE_ARGS(h->title), h->parent);
    }
    buffer_append(&got, "", 1);
    assert_string_equal(got.data, want);
    buffer_release(&got);
}

static void assert_parts(bool measures, bool shortcomings, bool duty, bool plan)
{
    assert_int_equal(report.parts[PART_MEASURES], measures);
    assert_int_equal(report.parts[PART_SHORTCOMINGS], shortcomings);
    assert_int_equal(report.parts[PART_LEADERS_DUTY], duty);
    assert_int_equal(report.parts[PART_PLAN], plan);
}

static void assert_mark(const char *line, unsigned level, unsigned value, size_t bytes)
{
    struct mark mark = mark_read(slice_of(line));
    if (mark.level != level || (level && (mark.value != value || mark.bytes != bytes)))
        fail_msg("\"%s\": level %u value %u, %u bytes", line, mark.level, mark.value, mark.bytes);
}

static void test_marks_of_every_style(void **unused)
{
    (void)unused;
    assert_mark("—、主要做法", 1, 1, 6);
    assert_mark("-、主要做法", 1, 1, 4);
    assert_mark("ー、主要做法", 1, 1, 6);
    assert_mark("ニ、存在不足", 1, 2, 6);
    assert_mark("(-)加强领导", 2, 1, 3);
    assert_mark("（—）加强领导", 2, 1, 9);
    assert_mark("—主要做法", 0, 0, 0);
    assert_mark("- 主要做法", 0, 0, 0);
    assert_mark("——2023年", 0, 0, 0);
    assert_mark("一、成效", 1, 1, 6);
    assert_mark("一．成效", 1, 1, 6);
    assert_mark("二.成效", 1, 2, 4);
    assert_mark("十二、成效", 1, 12, 9);
    assert_mark("二十、成效", 1, 20, 9);
    assert_mark("一 成效", 1, 1, 3);
    assert_mark("第一部分 成效", 1, 1, 12);
    assert_mark("第三部分：成效", 1, 3, 15);
    assert_mark("第二章 成效", 1, 2, 9);
    assert_mark("第三节 成效", 2, 3, 9);
    assert_mark("（一）成效", 2, 1, 9);
    assert_mark("(一)成效", 2, 1, 5);
    assert_mark("（一)成效", 2, 1, 7);
    assert_mark("(三）成效", 2, 3, 7);
    assert_mark("〔二〕成效", 2, 2, 9);
    assert_mark("（四）、成效", 2, 4, 12);
    assert_mark("一）成效", 2, 1, 6);
    assert_mark("（五、成效", 2, 5, 9);
    assert_mark("1.成效", 3, 1, 2);
    assert_mark("1．成效", 3, 1, 4);
    assert_mark("12、成效", 3, 12, 5);
    assert_mark("3. 成效", 3, 3, 2);
    assert_mark("1.2023年以来", 3, 1, 2);
    assert_mark("⒉成效", 3, 2, 3);
    assert_mark("（1）成效", 4, 1, 7);
    assert_mark("(2)12345热线", 4, 2, 3);
    assert_mark("3）成效", 4, 3, 4);
    assert_mark("①成效", 4, 1, 3);
    assert_mark("⑵成效", 4, 2, 3);
    assert_mark("㈢成效", 2, 3, 3);
}

static void test_numbers_that_are_no_marks(void **unused)
{
    (void)unused;
    static const char *const lines[] = {
        "1.5万人次参加", "3、5件",     "一是加强领导", "一、二审案件",   "一方面",
        "3.15活动",      "2023年以来", "（2023年）",   "（县级）共3个",  "五级书记抓法治",
        "18个乡镇",      "一年来",     "第一，",       "第一责任人职责", "三五件",
        "0.5天",         "100.5%"};
    for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
        assert_mark(lines[i], 0, 0, 0);
}

static void test_levels_parents_and_run_in_titles(void **unused)
{
    (void)unused;
    segment("一、主要举措和成效\n"
            "（一）加强组织领导。" PROSE "\n"
            "1.统筹协调，召开会议。" PROSE "\n"
            "（1）带头学习。" PROSE "\n"
            "(二）规范执法行为\n" PROSE "\n"
            "二、存在的不足和原因。\n" PROSE "\n"
            "1、普法不够深入。" PROSE "\n",
            2023);
    assert_outline("1|一、|主要举措和成效|-1\n"
                   "2|（一）|加强组织领导|0\n"
                   "3|1.|统筹协调，召开会议|1\n"
                   "4|（1）|带头学习|2\n"
                   "2|(二）|规范执法行为|0\n"
                   "1|二、|存在的不足和原因|-1\n"
                   "3|1、|普法不够深入|5\n");
    const struct heading *item = &report.headings[2];
    assert_memory_equal(report.clean.data + item->clean.start, "1.统筹协调，召开会议",
                        item->clean.end - item->clean.start);
}

static void test_a_heading_without_its_number_is_found_in_the_gap(void **unused)
{
    (void)unused;
    segment(PROSE PROSE "\n"
                        "坚持党的领导，压实工作责任。\n"
                        "（一）加强学习。" PROSE "\n"
                        "二、坚持依法行政，优化服务\n"
                        "聚焦放管服，营商环境更加优化\n" PROSE "\n"
                        "（二）聚焦普法\n" PROSE "\n"
                        "（四）聚焦监督\n" PROSE "\n"
                        "三、坚持公正执法\n" PROSE "\n",
            2023);
    assert_outline("1||坚持党的领导，压实工作责任|-1\n"
                   "2|（一）|加强学习|0\n"
                   "1|二、|坚持依法行政，优化服务|-1\n"
                   "2||聚焦放管服，营商环境更加优化|2\n"
                   "2|（二）|聚焦普法|2\n"
                   "2|（四）|聚焦监督|2\n"
                   "1|三、|坚持公正执法|-1\n");
}

static void test_a_report_that_lost_all_numbers_keeps_its_headings(void **unused)
{
    (void)unused;
    segment("主要举措和成效\n" PROSE "\n加强组织领导\n" PROSE "\n规范行政执法\n" PROSE "\n"
            "存在的问题和不足\n" PROSE "\n下一步工作打算\n" PROSE "\n",
            2023);
    assert_outline("1||主要举措和成效|-1\n2||加强组织领导|0\n2||规范行政执法|0\n"
                   "1||存在的问题和不足|-1\n1||下一步工作打算|-1\n");
}

static void test_items_within_a_text_are_no_headings(void **unused)
{
    (void)unused;
    segment("一、主要成效\n一是加强领导。" PROSE "\n二是规范执法。" PROSE "\n"
            "1.5万人次参加学习，受理案件3、5件。\n其一，" PROSE "\n",
            2023);
    assert_outline("1|一、|主要成效|-1\n");
}

static void test_lost_line_breaks(void **unused)
{
    (void)unused;
    segment(PROSE PROSE "一、主要成效。" PROSE "（一）强化学习。" PROSE "二、存在问题。" PROSE "\n",
            2023);
    assert_outline("1|一、|主要成效|-1\n2|（一）|强化学习|0\n1|二、|存在问题|-1\n");
}

static void test_lost_line_breaks_behind_the_opening(void **unused)
{
    (void)unused;
    segment(PROSE "现将有关情况报告如下：一、主要成效。" PROSE PROSE PROSE
                  "重点抓好：一、学习。二是普法。\n",
            2023);
    assert_outline("1|一、|主要成效|-1\n");
}

static void test_chapters_stand_above_parts(void **unused)
{
    (void)unused;
    segment("第一部分 工作开展情况\n一、压实责任\n" PROSE "\n（一）强化学习\n" PROSE "\n"
            "第二部分 存在的问题\n" PROSE "\n",
            2023);
    assert_outline("1|第一部分|工作开展情况|-1\n2|一、|压实责任|0\n3|（一）|强化学习|1\n"
                   "1|第二部分|存在的问题|-1\n");
    assert_parts(true, true, false, false);
}

static void assert_offsets_lead_back(void)
{
    for (size_t i = 0; i < report.heading_count; i++) {
        struct span clean = report.headings[i].clean, text = span_to_text(&report, clean);
        assert_memory_equal(report.clean.data + clean.start, report.text.data + text.start, 3);
        assert_memory_equal(report.clean.data + clean.end - 3, report.text.data + text.end - 3, 3);
    }
    for (uint32_t at = 0; at < report.clean.len; at++) {
        char c = report.clean.data[at], was = report.text.data[clean_to_text(&report, at)];
        if ((signed char)c < 0)
            assert_int_equal(c, was);
    }
}

static void test_a_page_of_fixed_width_is_joined(void **unused)
{
    (void)unused;
    segment("　　一、主要做法\n"
            "　　（一）加强组织领导。县政府把依法行政列入重要议事日\n"
            "程，年初召开全县工作会议，印发工作要点，与１６个乡镇签\n"
            "订了责任书。县政府常务会议学法８次；组织讲座２场，听讲\n"
            "２６０余人。全县国家工作人员学法考试实现应考尽考，已经\n"
            "成为自觉。\n"
            "　　（二）深化改革，政府职能进一步转变，政务服务环境得\n"
            "到优化。对下放的审批项目及时衔接落实，计３４项，其中取\n"
            "消２１项、承接１３项。\n",
            2018);
    assert_outline("1|一、|主要做法|-1\n2|（一）|加强组织领导|0\n"
                   "2|（二）|深化改革，政府职能进一步转变，政务服务环境得到优化|0\n");
    assert_true(slice_has(report.clean, SLICE("与16个乡镇签订了责任书")));
    assert_true(slice_has(report.clean, SLICE("听讲260余人。全县")));
    assert_offsets_lead_back();
}

static void test_a_stray_break_is_joined(void **unused)
{
    (void)unused;
    segment(
        "　　一、主要做法\n　　" PROSE "\n"
        "　　（一）规范执法\n　　在生态环境、市场监管、交通运输、文化市场、农业等综合行政执法领域率"
        "先规范，重点区域\n"
        "联合执法常态开展。\n　　制定《关于分类推进青少年学\n\n法用法工作的若干意见》并抓好落实。"
        "\n",
        2018);
    assert_true(slice_has(report.clean, SLICE("重点区域联合执法常态开展")));
    segment("一、主要做法\n" PROSE "结合实际制定《某县关于在全县范围内分类推进青少年学\n\n"
            "法用法工作的若干意见》并抓好落实。\n" PROSE "\n",
            2018);
    assert_true(slice_has(report.clean, SLICE("青少年学法用法工作")));
    assert_offsets_lead_back();
}

/* Three lines of one width in a text that is otherwise unbroken, with a page's end among them. */
static void test_a_block_of_fixed_width_is_joined(void **unused)
{
    (void)unused;
    static const char *const ends[] = {"",        "- 3 -\n", "3\n",         "第3页 共12页\n",
                                       "\f\n",    "3\n\f\n", "\n— 3 —\n\n", "Page 3 of 12\n",
                                       "（3）\n", "[3]\n",   "3 / 12\n",    "·3·\n"};
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        char text[1024];
        snprintf(
            text, sizeof text,
            "一、主要做法\n\n为深入推进依法行政，全县各单位坚持问题导向和目标导向相统一，进一\n"
            "步畅通行政复议渠道，不断提升工作质效，全年受理行政复议案件12\n%s"
            "34件，办结1200件，行政复议的公信力进一步提高，群众满意度提高。\n\n二、不足\n\n"
            "一些单位重视不够。\n",
            ends[i]);
        segment(text, 2022);
        assert_true(slice_has(report.clean, SLICE("进一步畅通")));
        assert_true(slice_has(report.clean, SLICE("案件1234件，办结")));
        assert_offsets_lead_back();
    }
}

static void test_a_figure_on_a_line_of_its_own_is_no_page_number(void **unused)
{
    (void)unused;
    static const char *const figures[] = {"120000", "1,234", "12.5"};
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        char text[1024];
        snprintf(
            text, sizeof text,
            "一、主要做法\n\n全年坚持普法宣传进机关进乡村进社区进学校，向群众发放普法资料共计\n"
            "%s\n份，开展活动340场次。\n\n二、不足\n\n一些单位重视不够。\n",
            figures[i]);
        segment(text, 2022);
        char joined[64];
        snprintf(joined, sizeof joined, "共计%s份，开展", figures[i]);
        assert_true(slice_has(report.clean, slice_of(joined)));
        assert_offsets_lead_back();
    }
}

static void test_headings_and_lists_are_no_block(void **unused)
{
    (void)unused;
    segment("一、坚持以习近平法治思想为指导，加强党对法治政府建设工作的全面领导不动摇\n" PROSE "\n"
            "以高质量法治保障高质量发展的若干措施之一\n县政府常务会议学法8次。\n",
            2022);
    assert_true(slice_has(report.clean, SLICE("不动摇\n")));
    assert_true(slice_has(report.clean, SLICE("之一\n县政府")));
}

static void test_paragraphs_stay_apart(void **unused)
{
    (void)unused;
    segment("一、主要做法\n" PROSE "\n" PROSE "\n二、存在问题\n" PROSE "\n", 2018);
    assert_int_equal(report.sentences[report.sentence_count - 1].paragraph, 4);
}

static void test_cuts_keep_every_offset_true(void **unused)
{
    (void)unused;
    report_reset(&report);
    report.text = slice_of("甲１２件\n　　乙３件\n丙");
    clean_report(cleaner, &report);
    assert_true(slice_equal(report.clean, SLICE("甲12件\n乙3件\n丙")));
    report.meta.body = (struct span){0, (uint32_t)report.clean.len};
    size_t first = slice_find(report.clean, SLICE("\n"), 0);
    size_t second = slice_find(report.clean, SLICE("\n"), first + 1);
    struct span cuts[] = {{(uint32_t)first, (uint32_t)first + 1},
                          {(uint32_t)second, (uint32_t)second + 1}};
    clean_cut(&report, cuts, 2);
    assert_true(slice_equal(report.clean, SLICE("甲12件乙3件丙")));
    assert_int_equal(report.meta.body.end, report.clean.len);
    static const char *const marks[] = {"甲", "件", "乙", "丙"};
    for (size_t i = 0; i < 4; i++)
        assert_int_equal(
            clean_to_text(&report, (uint32_t)slice_find(report.clean, slice_of(marks[i]), 0)),
            slice_find(report.text, slice_of(marks[i]), 0));
    clean_cut(&report, cuts, 0);
    assert_true(slice_equal(report.clean, SLICE("甲12件乙3件丙")));
}

static enum part part_of(const char *words)
{
    for (size_t i = 0; i < report.sentence_count; i++) {
        struct span clean = report.sentences[i].clean;
        if (slice_has(slice_range(report.clean, clean.start, clean.end), slice_of(words)))
            return report.sentences[i].part;
    }
    fail_msg("no sentence with %s", words);
    return PART_NONE;
}

static unsigned title_parts(const struct part_rules *rules, const char *title)
{
    return part_rules_title(rules, slice_of(title), 2023);
}

static void test_titles_of_parts(void **unused)
{
    (void)unused;
    enum {
        M = 1 << PART_MEASURES,
        S = 1 << PART_SHORTCOMINGS,
        D = 1 << PART_LEADERS_DUTY,
        P = 1 << PART_PLAN
    };
    static const struct {
        const char *title;
        unsigned parts;
    } cases[] = {
        {"主要举措和成效", M},
        {"2023年法治政府建设工作开展情况", M},
        {"工作亮点及成效", M},
        {"推进法治政府建设的主要做法", M},
        {"存在的问题", S},
        {"存在的主要困难和短板", S},
        {"差距和不足", S},
        {"法治政府建设存在的不足和原因", S},
        {"党政主要负责人履行推进法治建设第一责任人职责情况", D},
        {"县长履行法治建设职责情况", D},
        {"党政主要负责人履职情况", D},
        {"下一步工作打算", P},
        {"2024年工作安排", P},
        {"下一年度推进法治政府建设的主要安排", P},
        {"今后努力方向", P},
        {"存在的问题和下一步打算", S | P},
        {"主要成效和存在的不足", M | S},
        {"存在的问题及2024年工作计划", S | P},
        {"改进措施", P},
        {"法治建设短板", S},
        {"需要报告的其他事项", 1 << PART_NONE},
        {"优化营商环境", 0},
        {"深化行政执法体制改革", 0},
    };
    struct part_rules *rules = NULL;
    struct error error;
    assert_int_equal(part_rules_load(&rules, &error), STATUS_OK);
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        if (title_parts(rules, cases[i].title) != cases[i].parts)
            fail_msg("%s: %x", cases[i].title, title_parts(rules, cases[i].title));
    part_rules_free(&rules);
}

static void test_parts_by_headings(void **unused)
{
    (void)unused;
    segment("一、主要成效\n" PROSE "（一）主要负责人履行第一责任人职责。" PROSE "\n"
            "（二）主要负责人切实履行第一责任人职责情况\n县长带头学法。\n（三）规范执法\n" PROSE
            "\n"
            "二、存在的问题和下一步打算\n一是力量薄弱。二是宣传不够。2024年，我们将加强培训。\n",
            2023);
    assert_parts(true, true, true, true);
    assert_int_equal(part_of("县长带头学法"), PART_LEADERS_DUTY);
    assert_int_equal(part_of("二是宣传不够"), PART_SHORTCOMINGS);
    assert_int_equal(part_of("加强培训"), PART_PLAN);
}

static void test_parts_without_headings(void **unused)
{
    (void)unused;
    segment("一、强化学习\n" PROSE "\n二、规范执法\n" PROSE PROSE "\n三、加强普法\n" PROSE PROSE
            "\n"
            "下一步，我们将继续努力，培训执法人员300人。\n",
            2023);
    assert_parts(true, false, false, true);
    assert_int_equal(part_of("300人"), PART_PLAN);
    segment(PROSE PROSE PROSE
            "\n县政府主要负责人切实履行第一责任人职责，带头学法。\n"
            "虽然取得了一定成绩，但仍存在执法力量不足等问题。\n今后，我们将加强培训。\n",
            2023);
    assert_parts(true, true, true, true);
    segment(PROSE PROSE "\n督促各部门主要负责人切实履行第一责任人职责。检查发现问题15个。\n", 2023);
    assert_parts(true, false, false, false);
}

static void test_mistakes_in_the_parts_file_are_named(void **unused)
{
    (void)unused;
    struct part_rules *rules = NULL;
    struct error error = {{0}};
    assert_int_equal(part_rules_parse(&rules,
                                      SLICE("# x\nplan\ttitle\t3\t打算\nplans\ttitle\t3\ta\n"),
                                      "parts.tsv", &error),
                     STATUS_FATAL);
    assert_non_null(strstr(error.text, "parts.tsv:3"));
    assert_int_equal(part_rules_parse(&rules, SLICE("plan\ttitle\t3\t!打算\n"), "p", &error),
                     STATUS_FATAL);
    assert_int_equal(part_rules_parse(&rules, SLICE("plan\ttitle\n"), "p", &error), STATUS_FATAL);
    assert_null(rules);
}

static int start(void **unused)
{
    (void)unused;
    struct error error;
    return cleaner_new(&cleaner, &error) != STATUS_OK;
}

static int stop(void **unused)
{
    (void)unused;
    report_release(&report);
    cleaner_free(&cleaner);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks_of_every_style),
        cmocka_unit_test(test_numbers_that_are_no_marks),
        cmocka_unit_test(test_levels_parents_and_run_in_titles),
        cmocka_unit_test(test_a_heading_without_its_number_is_found_in_the_gap),
        cmocka_unit_test(test_a_report_that_lost_all_numbers_keeps_its_headings),
        cmocka_unit_test(test_items_within_a_text_are_no_headings),
        cmocka_unit_test(test_lost_line_breaks),
        cmocka_unit_test(test_lost_line_breaks_behind_the_opening),
        cmocka_unit_test(test_chapters_stand_above_parts),
        cmocka_unit_test(test_a_page_of_fixed_width_is_joined),
        cmocka_unit_test(test_a_stray_break_is_joined),
        cmocka_unit_test(test_a_block_of_fixed_width_is_joined),
        cmocka_unit_test(test_a_figure_on_a_line_of_its_own_is_no_page_number),
        cmocka_unit_test(test_headings_and_lists_are_no_block),
        cmocka_unit_test(test_paragraphs_stay_apart),
        cmocka_unit_test(test_cuts_keep_every_offset_true),
        cmocka_unit_test(test_titles_of_parts),
        cmocka_unit_test(test_parts_by_headings),
        cmocka_unit_test(test_parts_without_headings),
        cmocka_unit_test(test_mistakes_in_the_parts_file_are_named),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
