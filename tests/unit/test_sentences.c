/* test_sentences.c - where sentences end, what is none, tables. All texts are invented. */
#include "tests/unit/test.h"
#include "workers/ingest/clean.h"
#include "workers/segment/page_mark.h"
#include "workers/segment/segment.h"

static struct cleaner *cleaner;
static struct report report;

static void segment(const char *text)
{
    struct error error = {{0}};
    report_reset(&report);
    report.text = slice_of(text);
    report.meta.year = 2023;
    clean_report(cleaner, &report);
    if (segment_read(&report, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

/* Sentences parted by '|', paragraphs by '/'. */
static void assert_sentences(const char *text, const char *want)
{
    segment(text);
    struct buffer got = {0};
    for (size_t i = 0; i < report.sentence_count; i++) {
        const struct sentence *s = &report.sentences[i];
        if (i)
            buffer_append(&got, s->paragraph == s[-1].paragraph ? "|" : "/", 1);
        buffer_add(&got, slice_range(report.clean, s->clean.start, s->clean.end));
    }
    buffer_append(&got, "", 1);
    assert_string_equal(got.data, want);
    buffer_release(&got);
}

static void test_ends(void **unused)
{
    (void)unused;
    assert_sentences("受理9件。办结6件！真的吗？没有说完", "受理9件。|办结6件！|真的吗？|没有说完");
    assert_sentences("他说“办结6件。”然后走了。（共9件。）完。",
                     "他说“办结6件。”|然后走了。|（共9件。）|完。");
    assert_sentences("受理9件；办结6件;应诉3件。", "受理9件；|办结6件;|应诉3件。");
    assert_sentences("受理9件。\n办结6件。", "受理9件。/办结6件。");
}

static void test_semicolons_in_brackets_and_lists_end_nothing(void **unused)
{
    (void)unused;
    assert_sentences("共9件（甲3件；乙6件）；办结6件。", "共9件（甲3件；乙6件）；|办结6件。");
    assert_sentences("出动执法310次：检查205次；处罚40次；协作65次。",
                     "出动执法310次：检查205次；处罚40次；协作65次。");
    assert_sentences("主要有：一是力量不足；二是宣传不够。",
                     "主要有：一是力量不足；|二是宣传不够。");
    assert_sentences("按照《条例；办法》办结6件；完。", "按照《条例；办法》办结6件；|完。");
    assert_sentences("未闭合（共9件。办结6件；完。", "未闭合（共9件。|办结6件；|完。");
}

static void test_titles_are_sentences_of_their_own(void **unused)
{
    (void)unused;
    assert_sentences("一、成效\n（一）培训30人。举办2期。\n1.规范执法\n受理9件。",
                     "成效/培训30人。|举办2期。/规范执法/受理9件。");
    assert_int_equal(report.sentences[1].heading, 1);
    assert_int_equal(report.sentences[2].heading, 1);
    assert_int_equal(report.sentences[4].heading, 2);
    assert_int_equal(report.sentences[0].heading, 0);
    assert_int_equal(report.sentences[0].part, PART_MEASURES);
}

static void test_only_the_body_and_no_addressee(void **unused)
{
    (void)unused;
    assert_sentences("某市人民政府：\n现将情况报告如下：\n受理9件。",
                     "现将情况报告如下：/受理9件。");
    assert_sentences("全镇15个村居，4.9万人。今年来：\n受理9件。",
                     "全镇15个村居，4.9万人。|今年来：/受理9件。");
    assert_sentences("我局划转23个部门276项许可：\n受理9件。",
                     "我局划转23个部门276项许可：/受理9件。");
    report_reset(&report);
    report.text = slice_of("网站首页\n受理9件。\n2024年1月9日");
    clean_report(cleaner, &report);
    size_t start = slice_find(report.clean, SLICE("受理"), 0);
    report.meta.body = (struct span){(uint32_t)start, (uint32_t)start + 13};
    assert_int_equal(segment_read(&report, NULL), STATUS_OK);
    assert_int_equal(report.sentence_count, 1);
    assert_int_equal(report.sentences[0].clean.start, start);
}

static void test_table_rows(void **unused)
{
    (void)unused;
    assert_sentences(
        "一、成效\n项目\t单位\t数量\n行政处罚\t件\t120\n行政许可\t件\t300\n以上为全年数。",
        "成效/项目\t单位\t数量/行政处罚\t件\t120/行政许可\t件\t300/以上为全年数。");
    assert_true(report.sentences[1].table);
    assert_int_equal(report.sentences[1].table_head, -1);
    assert_int_equal(report.sentences[2].table_head, 1);
    assert_int_equal(report.sentences[3].table_head, 1);
    assert_false(report.sentences[4].table);
    segment("处罚\t120\t12\n许可\t300\t30\n");
    assert_int_equal(report.sentences[1].table_head, -1);
}

static size_t pick(uint64_t *seed, size_t count)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(*seed >> 33) % count;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n';
}

static bool in_heading(size_t at)
{
    for (size_t i = 0; i < report.heading_count; i++)
        if (at >= report.headings[i].clean.start && at < report.headings[i].clean.end)
            return true;
    return false;
}

/* The lines of `text` that have characters are numbers of pages. */
static bool holds_page_marks(struct slice text)
{
    for (size_t at = 0; at < text.len;) {
        size_t end = slice_find(text, SLICE("\n"), at), from = at;
        end = end == SIZE_MAX ? text.len : end;
        at = end + 1;
        while (from < end && is_blank(text.data[from]))
            from++;
        while (end > from && is_blank(text.data[end - 1]))
            end--;
        struct slice line = slice_range(text, from, end);
        if (line.len &&
            page_mark_read(line, (struct slice){0}, (struct slice){0}) == PAGE_MARK_NONE)
            return false;
    }
    return true;
}

/* Whatever a document is made of: what no sentence holds is blank, a page's number, or a heading's.
 */
static void test_no_character_is_lost(void **unused)
{
    (void)unused;
    static const char *const pieces[] = {
        "受理", "9",        "46", "1234", "件", "。",       "；",           "\t", "\t\t",
        " ",    "\xC2\xA0", "　", "\n",   "，", "A",        "（",           "）", "-",
        "%",    "|",        "？", "1",    "：", "行政复议", "\xE2\x80\x82", "12", "\n\n"};
    uint64_t seed = 7;
    for (int round = 0; round < 3000; round++) {
        struct buffer text = {0};
        for (size_t i = 0, count = pick(&seed, 60); i < count; i++) {
            const char *piece = pieces[pick(&seed, sizeof pieces / sizeof *pieces)];
            buffer_append(&text, piece, strlen(piece));
        }
        buffer_append(&text, "受理9件。\n完", strlen("受理9件。\n完"));
        buffer_append(&text, "", 1);
        segment(text.data);
        size_t at = 0;
        for (size_t i = 0; i <= report.sentence_count; i++) {
            size_t next =
                i < report.sentence_count ? report.sentences[i].clean.start : report.clean.len;
            struct slice between = slice_range(report.clean, at, next);
            bool addressee = i == 0; /* left out as such */
            if (holds_page_marks(between))
                between.len = 0;
            for (size_t k = 0; !addressee && k < between.len; k++)
                if (!is_blank(between.data[k]) && !in_heading(at + k))
                    fail_msg("lost \"%.*s\" in \"%s\"", SLICE_ARGS(between), text.data);
            at = i < report.sentence_count ? report.sentences[i].clean.end : next;
        }
        buffer_release(&text);
    }
}

static void test_heads_of_tables(void **unused)
{
    (void)unused;
    segment(
        "指标\t2022年\t2023年\n复议\t45\t46\n诉讼\t无\t—\n\n表2\n项目\t件数\t金额\n许可\t9\t8\n");
    assert_int_equal(report.sentences[1].table_head, 0);
    assert_int_equal(report.sentences[2].table_head, 0);
    assert_int_equal(report.sentences[4].table_head, -1);
    assert_int_equal(report.sentences[5].table_head, 4);
    segment("类别\t2022年\t\t2023年\n\t受理\t办结\t受理\n复议\t1\t2\t3\n");
    assert_int_equal(report.sentences[1].table_head, 0);
    assert_int_equal(report.sentences[2].table_head, 1);
    segment("一、\t总体情况\n受理9件。\n");
    assert_false(report.sentences[0].table);
    assert_int_equal(report.heading_count, 1);
}

static void test_an_annex_stands_under_no_heading(void **unused)
{
    (void)unused;
    segment("一、主要举措\n受理9件。\n办结6件。\n应诉3件。\n二、2024年工作安排\n力争办结8件。\n"
            "附表1　2023年主要指标\n行政检查共30次。\n");
    const struct sentence *plan = &report.sentences[report.sentence_count - 3];
    const struct sentence *annex = &report.sentences[report.sentence_count - 1];
    assert_int_equal(plan->part, PART_PLAN);
    assert_int_equal(annex[-1].part, PART_NONE);
    assert_int_equal(annex->part, PART_NONE);
    assert_int_equal(annex->heading, -1);
}

static void test_nothing_and_blanks(void **unused)
{
    (void)unused;
    assert_sentences("", "");
    assert_sentences("\n \n\t\n", "");
    assert_sentences("　　受理9件。 \n", "受理9件。");
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
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_semicolons_in_brackets_and_lists_end_nothing),
        cmocka_unit_test(test_titles_are_sentences_of_their_own),
        cmocka_unit_test(test_only_the_body_and_no_addressee),
        cmocka_unit_test(test_table_rows),
        cmocka_unit_test(test_no_character_is_lost),
        cmocka_unit_test(test_heads_of_tables),
        cmocka_unit_test(test_an_annex_stands_under_no_heading),
        cmocka_unit_test(test_nothing_and_blanks),
    };
    return cmocka_run_group_tests(tests, start, stop);
}
