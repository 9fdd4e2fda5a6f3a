/* test_dates.c - dates and years in all spellings, and what only looks like one. */
#include "workers/ingest/dates.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void assert_date(const char *text, unsigned year, unsigned month, unsigned day)
{
    struct date date;
    size_t len = date_at(slice_of(text), 0, &date);
    if (len != strlen(text) || date.year != year || date.month != month || date.day != day)
        print_error("%s: %zu bytes, %u-%u-%u\n", text, len, date.year, date.month, date.day);
    assert_int_equal(len, strlen(text));
    assert_int_equal(date.year, year);
    assert_int_equal(date.month, month);
    assert_int_equal(date.day, day);
}

static void test_spellings(void **unused)
{
    (void)unused;
    assert_date("2023年1月9日", 2023, 1, 9);
    assert_date("2023 年 1 月 9 日", 2023, 1, 9);
    assert_date("2023-02-08", 2023, 2, 8);
    assert_date("2023/2/8", 2023, 2, 8);
    assert_date("2023.12.31", 2023, 12, 31);
    assert_date("20230208", 2023, 2, 8);
    assert_date("2023年3月", 2023, 3, 0);
    assert_date("二〇二四年三月二十九日", 2024, 3, 29);
    assert_date("二○二三年十二月三十一日", 2023, 12, 31);
    assert_date("二O二一年十月十日", 2021, 10, 10);
    assert_date("二零一九年一月二十日", 2019, 1, 20);
    assert_date("2024年2月29日", 2024, 2, 29);
}

static void test_no_dates(void **unused)
{
    (void)unused;
    static const char *const list[] = {"2023年13月1日", "2023-13-01", "2023-02/08", "12023-02-08x",
                                       "2023年",        "1234-05-06", "2023.5",     "202302081"};
    struct date date;
    for (size_t i = 0; i < sizeof list / sizeof *list; i++) {
        if (date_at(slice_of(list[i]), 0, &date) != 0)
            print_error("entry %zu\n", i);
        assert_int_equal(date_at(slice_of(list[i]), 0, &date), 0);
    }
    assert_int_equal(date_at(SLICE("2023年4月31日"), 0, &date), 0);
}

static void test_a_lost_blank_before_the_time(void **unused)
{
    (void)unused;
    struct date date;
    assert_int_equal(date_at(SLICE("2023-03-2710:36"), 0, &date), 10);
    assert_int_equal(date.day, 27);
}

static void test_years(void **unused)
{
    (void)unused;
    uint16_t year;
    assert_int_equal(year_at(SLICE("2022年度报告"), 0, &year), 10);
    assert_int_equal(year, 2022);
    assert_int_equal(year_at(SLICE("二〇二三年"), 0, &year), 15);
    assert_int_equal(year, 2023);
    assert_int_equal(year_at(SLICE("2022"), 0, &year), 0);
    assert_int_equal(year_at(SLICE("12022年"), 1, &year), 0);
    assert_int_equal(year_at(SLICE("1263年"), 0, &year), 0);
}

static void test_find(void **unused)
{
    (void)unused;
    struct date date;
    size_t len;
    struct slice text = SLICE("发布：2023-01-02，更新：2024年3月4日");
    assert_int_equal(date_find(text, 0, &date, &len), 9);
    assert_int_equal(date.year, 2023);
    assert_true(date_find(text, 10, &date, &len) != SIZE_MAX);
    assert_int_equal(date.year, 2024);
    assert_true(date_find(SLICE("无"), 0, &date, &len) == SIZE_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_spellings),
        cmocka_unit_test(test_no_dates),
        cmocka_unit_test(test_a_lost_blank_before_the_time),
        cmocka_unit_test(test_years),
        cmocka_unit_test(test_find),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
