/* test_page_mark.c - which lines are a page's number or head. */
#include "tests/unit/test.h"
#include "workers/segment/page_mark.h"

static void test_marks(void **unused)
{
    (void)unused;
    static const char *const sure[] = {"- 3 -",        "—3—",
                                       "— 12 —",       "－3－",
                                       "·3·",          "～ 3 ～",
                                       "第3页",        "第 3 页 共12页",
                                       "第3页/共12页", "共12页，第3页",
                                       "Page 3 of 12", "page 3",
                                       "P3",           "--- 3 ---",
                                       "*3*",          "— 123 —",
                                       "第3页 总 9页", "p.3"};
    static const char *const likely[] = {"3",     "12",       "3/12",    "3 / 12",  "[3]",
                                         "（3）", "(12)",     "【3】",   "③",       "第三页",
                                         "3.",    "3 of 12",  "III",     "[第3页]", "3页",
                                         "- 3",   "第3/12页", "页码：3", "1234",    "1234/1235"};
    static const char *const none[] = {
        "",       "3件",   "共12页书", "P",    "页",    "— —",   "--",       "2023年", "第3条",
        "（三）", "三、",  "1.加强",   "[]",   "附件3", "十二",  "2023.1月", "件",     "1234567890",
        "120000", "12345", "1,234",    "12.5", "1 2 3", "98.60", "12,3",     "3.1/12"};
    for (size_t i = 0; i < sizeof sure / sizeof *sure; i++)
        assert_int_equal(page_mark_read(slice_of(sure[i]), (struct slice){0}, (struct slice){0}),
                         PAGE_MARK_SURE);
    for (size_t i = 0; i < sizeof likely / sizeof *likely; i++)
        assert_int_equal(page_mark_read(slice_of(likely[i]), (struct slice){0}, (struct slice){0}),
                         PAGE_MARK_LIKELY);
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        assert_int_equal(page_mark_read(slice_of(none[i]), (struct slice){0}, (struct slice){0}),
                         PAGE_MARK_NONE);
}

static void test_heads_of_pages(void **unused)
{
    (void)unused;
    struct slice title = SLICE("安化县2022年法治政府建设年度报告");
    assert_int_equal(page_mark_read(title, title, SLICE("安化县人民政府")), PAGE_MARK_SURE);
    assert_int_equal(page_mark_read(SLICE("安化县 2022年 法治政府建设年度报告  3"), title,
                                    SLICE("安化县人民政府")),
                     PAGE_MARK_SURE);
    assert_int_equal(
        page_mark_read(SLICE("3 安化县2022年法治政府建设年度报告"), title, SLICE("安化县人民政府")),
        PAGE_MARK_SURE);
    assert_int_equal(page_mark_read(SLICE("安化县2022年法治政府建设年度报告解读"), title,
                                    SLICE("安化县人民政府")),
                     PAGE_MARK_NONE);
    assert_int_equal(page_mark_read(SLICE("安化县人民政府"), title, SLICE("安化县人民政府")),
                     PAGE_MARK_LIKELY);
    assert_int_equal(page_mark_read(SLICE("安化县2022年法治政府"), title, SLICE("安化县人民政府")),
                     PAGE_MARK_NONE);
    assert_int_equal(page_mark_read(SLICE("报告"), SLICE("报告"), SLICE("报告")), PAGE_MARK_NONE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_marks),
        cmocka_unit_test(test_heads_of_pages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
