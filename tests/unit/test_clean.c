/* test_clean.c - what cleaning changes, what it leaves alone, and that every offset leads back. */
#include "workers/ingest/clean.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>

static struct cleaner *cleaner;
static struct report report;

static void clean(struct slice text)
{
    report_reset(&report);
    report.text = text;
    clean_report(cleaner, &report);
}

static void assert_cleans(const char *text, const char *want)
{
    clean(slice_of(text));
    char *got = arena_copy(&report.arena, report.clean).data ? (char *)report.clean.data : "";
    if (report.clean.len != strlen(want) || memcmp(got, want, report.clean.len) != 0)
        print_error("\"%s\" became \"%.*s\"\n", text, SLICE_ARGS(report.clean));
    assert_true(slice_equal(report.clean, slice_of(want)));
}

static void test_full_width_becomes_half_width(void **unused)
{
    (void)unused;
    assert_cleans("２０２２年，办结１２．５％", "2022年，办结12.5%");
    assert_cleans("ＡＢｃ", "ABc");
    assert_cleans("１．加强领导", "1．加强领导");
    assert_cleans("（一）件，：；！？", "（一）件，：；！？");
    assert_cleans("１，２３４件", "1，234件");
}

static void test_blanks(void **unused)
{
    (void)unused;
    assert_cleans("　　受理案件126 件，办结\xC2\xA0"
                  "9\xE2\x80\x82件。",
                  "受理案件126件，办结9件。");
    assert_cleans("渭 源 县 人 民 政 府", "渭源县人民政府");
    assert_cleans("２ ０ １ ８ 年 度 工 作 报 告", "2018年度工作报告");
    assert_cleans("标      题: 报告", "标题:报告");
    assert_cleans("行政复议 应诉", "行政复议 应诉");
    assert_cleans("全年行政 复议，工作", "全年行政复议，工作");
    assert_cleans("rule of  law", "rule of law");
    assert_cleans("12 34  56", "12 34 56");
    assert_cleans("a  \n  b", "a\nb");
    assert_cleans("项目 \t 2022年", "项目\t2022年");
}

static void test_noise_vanishes(void **unused)
{
    (void)unused;
    assert_cleans("[bookmark: _GoBack]一、成效\r\n", "一、成效\n");
    assert_cleans("受理&nbsp;9件\xE2\x80\x8B，\xEF\xBB\xBF办结", "受理9件，办结");
    assert_cleans("{HYPERLINK \"http://a\"}附件", "附件");
    assert_cleans("[2023]1号 {x} a<b & c", "[2023]1号{x} a<b & c");
    assert_cleans("[bookmark: never closed\n]", "[bookmark: never closed\n]");
    assert_cleans("⼈民政府", "人民政府");
}

static void test_what_nobody_sees_vanishes(void **unused)
{
    (void)unused;
    static const char *const invisible[] = {
        "\u00AD", "\u034F", "\u061C",     "\u180E",     "\u200B", "\u200C", "\u200D", "\u200E",
        "\u202A", "\u202E", "\u2060",     "\u2066",     "\u2069", "\uFE00", "\uFE0F", "\uFEFF",
        "\uFFF9", "\uFFFB", "\U000E0001", "\U000E0100", "\b",     "\x7F"};
    for (size_t i = 0; i < sizeof invisible / sizeof *invisible; i++) {
        char text[64];
        snprintf(text, sizeof text, "受%s理案件12%s34%s件", invisible[i], invisible[i],
                 invisible[i]);
        assert_cleans(text, "受理案件1234件");
    }
}

/* A blank of a foreign script, a private or a broken character: gone from words, seen in numbers.
 */
static void test_what_nobody_can_read_parts_digits(void **unused)
{
    (void)unused;
    assert_cleans("受\u3164理案件12\u316434\u3164件", "受理案件12 34件");
    assert_cleans("受\u2800理案件12\u280034\u115F件", "受理案件12 34件");
    assert_cleans("受\uE5E5理案件45\uE5E5件", "受理案件45件");
    assert_cleans("受\uFFFD理案件12\uFFFD34\uFFFD件", "受理案件12\uFFFD34件");
    assert_cleans("\uF0B7受理案件12\uF0B734件", "受理案件12\uF0B734件");
}

static void test_look_alikes_become_what_they_stand_for(void **unused)
{
    (void)unused;
    assert_cleans("⻓期，车⻋，⾏政，⻔⻅", "长期，车车，行政，门见");
    assert_cleans("١٢件，𝟏𝟐件，१२件", "12件，12件，12件");
    assert_cleans("98﹒6，1﹐234，3﹣5", "98.6，1,234，3-5");
    assert_cleans("①件", "①件");
}

static void test_page_breaks_and_stray_tabs(void **unused)
{
    (void)unused;
    assert_cleans("甲12\n\f\n34件", "甲12\n34件");
    assert_cleans("甲12\f34件", "甲12\n34件");
    assert_cleans("甲\n3\f\n乙", "甲\n3\n乙");
    assert_cleans("覆盖群众1\t234人次。", "覆盖群众1 234人次。");
    assert_cleans("覆盖\t群众1234\t人次。", "覆盖\t群众1234\t人次。");
    assert_cleans("覆盖群众1234\t人次。", "覆盖群众1234人次。");
    assert_cleans("项目\t数量\n普法\t3场。\n", "项目\t数量\n普法\t3场。\n");
}

static void test_spans_lead_back(void **unused)
{
    (void)unused;
    struct slice text = SLICE("\xEF\xBB\xBF　　共受理 １２６ 件，办结[bookmark: a]９８％ 以上。");
    clean(text);
    size_t at = slice_find(report.clean, SLICE("126件"), 0);
    assert_true(at != SIZE_MAX);
    struct span span = span_to_text(&report, (struct span){(uint32_t)at, (uint32_t)at + 6});
    assert_true(slice_equal(slice_range(text, span.start, span.end), SLICE("１２６ 件")));
    at = slice_find(report.clean, SLICE("98%以上"), 0);
    span = span_to_text(&report, (struct span){(uint32_t)at, (uint32_t)at + 9});
    assert_true(slice_equal(slice_range(text, span.start, span.end), SLICE("９８％ 以上")));
    assert_int_equal(report.shifts[0].clean, 0);
}

/* Every character of the clean text maps to a character of the text, in order. */
static void assert_monotonous(void)
{
    uint32_t last = 0;
    for (uint32_t i = 0; i < report.clean.len; i++) {
        if (((unsigned char)report.clean.data[i] & 0xC0) == 0x80)
            continue;
        uint32_t at = clean_to_text(&report, i);
        assert_true(at < report.text.len && (i == 0 || at > last));
        assert_true(((unsigned char)report.text.data[at] & 0xC0) != 0x80);
        last = at;
    }
    assert_true(report.clean.len <= report.text.len);
}

static void test_offsets_hold_for_any_mixture(void **unused)
{
    (void)unused;
    static const char *const pieces[] = {"县",
                                         " ",
                                         "　",
                                         "１",
                                         "2",
                                         "\n",
                                         "\t",
                                         "\r",
                                         "，",
                                         "a",
                                         "％",
                                         "．",
                                         "&nbsp;",
                                         "[endif]",
                                         "\xE2\x80\x8B",
                                         "⼈",
                                         "\xC2\xA0",
                                         "。",
                                         "（",
                                         "[bookmark: x]",
                                         "\xF0\xA0\x80\x80",
                                         "\xEF\xBB\xBF",
                                         "&",
                                         "\f",
                                         "\xEF\xBF\xBD",
                                         "\xEE\x97\xA5",
                                         "\xE2\xBB\x93",
                                         "\xF0\x9D\x9F\x8F",
                                         "\xEF\xB9\x90",
                                         "["};
    uint64_t seed = 7;
    for (int round = 0; round < 2000; round++) {
        char text[512] = "";
        for (int i = 0; i < 24; i++) {
            seed = seed * 6364136223846793005u + 1442695040888963407u;
            strcat(text, pieces[(seed >> 33) % (sizeof pieces / sizeof *pieces)]);
        }
        clean(slice_of(text));
        assert_monotonous();
    }
}

static int setup(void **unused)
{
    (void)unused;
    struct error error;
    return cleaner_new(&cleaner, &error) == STATUS_OK ? 0 : -1;
}

static int teardown(void **unused)
{
    (void)unused;
    report_release(&report);
    cleaner_free(&cleaner);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_full_width_becomes_half_width),
        cmocka_unit_test(test_blanks),
        cmocka_unit_test(test_noise_vanishes),
        cmocka_unit_test(test_what_nobody_sees_vanishes),
        cmocka_unit_test(test_what_nobody_can_read_parts_digits),
        cmocka_unit_test(test_look_alikes_become_what_they_stand_for),
        cmocka_unit_test(test_page_breaks_and_stray_tabs),
        cmocka_unit_test(test_spans_lead_back),
        cmocka_unit_test(test_offsets_hold_for_any_mixture),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
