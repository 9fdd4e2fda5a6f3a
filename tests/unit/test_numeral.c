/* test_numeral.c - every way a number is written, and 100,000 random ones: each read back exactly.
 */
#include "workers/extract/quantity/numeral.h"

#include "proto/base/memory.h" /* before cmocka.h, whose macro fail() hides ours */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

enum { RANDOM_NUMBERS = 100000 };

static uint64_t seed = 20230109;

static uint64_t random_below(uint64_t limit)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % limit;
}

/* Reads `text` as a whole, with something behind it that is no numeral. */
static void expect(const char *text, double value)
{
    char padded[256];
    snprintf(padded, sizeof padded, "共%s件", text);
    struct numeral n;
    if (!numeral_read(slice_of(padded), strlen("共"), &n))
        fail_msg("%s: not read", text);
    if (n.value != value)
        fail_msg("%s: read as %.17g, expected %.17g", text, n.value, value);
    if (n.end != strlen("共") + strlen(text))
        fail_msg("%s: ended %zu bytes in", text, n.end - strlen("共"));
}

static void spellings(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        double value;
    } cases[] = {
        {"0", 0},
        {"9", 9},
        {"1247", 1247},
        {"1,247", 1247},
        {"1，247", 1247},
        {"12,345,678", 12345678},
        {"１２３４", 1234},
        {"８６．４", 86.4},
        {"98.6", 98.6},
        {"701.79万", 7017900},
        {"386.42万", 3864200},
        {"1.36亿", 136000000},
        {"3万余", 30000},
        {"300多万", 3000000},
        {"2万3千", 23000},
        {"1亿2000万", 120000000},
        {"3万5000", 35000},
        {"5千", 5000},
        {"3百", 300},
        {"1.2 万", 12000},
        {"10万+", 100000},
        {"一", 1},
        {"两", 2},
        {"十", 10},
        {"十二", 12},
        {"二十", 20},
        {"廿", 20},
        {"廿三", 23},
        {"卅", 30},
        {"一百零三", 103},
        {"两百零三", 203},
        {"一百二", 120},
        {"一百二十三", 123},
        {"一千零一十", 1010},
        {"两千五", 2500},
        {"一万二", 12000},
        {"三万零五百", 30500},
        {"十一万五千余", 115000},
        {"一亿零三百万", 103000000},
        {"一万亿", 1e12},
        {"二〇二三", 2023},
        {"二○二三", 2023},
        {"二零二三", 2023},
        {"百余", 100},
        {"千余", 1000},
        {"三百多", 300},
        {"三百多万", 3000000},
        {"十余万", 100000},
        {"十几", 10},
        {"十来", 10},
        {"两三", 2},
        {"七八十", 70},
        {"二三百", 200},
        {"九十八点六", 98.6},
        {"一点二万", 12000},
        {"百分之九十八点六", 98.6},
        {"百分之百", 100},
        {"百分之98.6", 98.6},
        {"千分之五", 5},
        {"三分之二", 66.67},
        {"三分之一", 33.33},
        {"五分之一", 20},
        {"三成", 30},
        {"九成九", 99},
        {"两成半", 25},
        {"四成多", 40},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        expect(cases[i].text, cases[i].value);
}

static void marks(void **state)
{
    (void)state;
    struct numeral n;
    assert_true(numeral_read(SLICE("3万余份"), 0, &n));
    assert_true(n.over && n.scale == 10000 && !n.hanzi);
    assert_true(numeral_read(SLICE("十来个"), 0, &n));
    assert_true(n.about && n.hanzi);
    assert_true(numeral_read(SLICE("两三次"), 0, &n));
    assert_true(n.lower && !n.sequence);
    assert_true(numeral_read(SLICE("二〇二三年"), 0, &n));
    assert_true(n.sequence && !n.lower);
    assert_true(numeral_read(SLICE("百名"), 0, &n));
    assert_true(n.bare);
    assert_true(numeral_read(SLICE("一百名"), 0, &n));
    assert_false(n.bare);
    assert_true(numeral_read(SLICE("一次"), 0, &n));
    assert_true(n.plain_one);
    assert_true(numeral_read(SLICE("一点五"), 0, &n));
    assert_false(n.plain_one);
    assert_true(numeral_read(SLICE("百分之五"), 0, &n));
    assert_int_equal(n.share, SHARE_PERCENT);
    assert_true(numeral_read(SLICE("千分之五"), 0, &n));
    assert_int_equal(n.share, SHARE_PERMILLE);
    assert_true(numeral_read(SLICE("三成员单位"), 0, &n));
    assert_int_equal(n.share, SHARE_NONE);
}

static void where_a_number_ends(void **state)
{
    (void)state;
    static const struct {
        const char *text, *read;
    } cases[] = {
        {"5千米", "5"},
        {"120万千瓦", "120万"},
        {"八百万千瓦时", "八百万"},
        {"三万千米", "三万"},
        {"1.2万千克", "1.2万"},
        {"1.2万千人", "1.2万"},
        {"5万千余户", "5万"},
        {"二百分点", "二"},
        {"三百分", "三百"},
        {"1万2千千瓦", "1万2千"},
        {"3千万千瓦", "3千万"},
        {"3千克", "3"},
        {"1,24件", "1"},
        {"2023,5件", "2023"},
        {"12，3456件", "12"},
        {"2023.", "2023"},
        {"1.2.3", "1.2"},
        {"十届三次", "十"},
        {"二十届", "二十"},
        {"三百五百", "三百"},
        {"1+3", "1"},
        {"1+X", "1"},
        {"三点要求", "三"},
        {"3百分点", "3"},
        {"三分之", "三"},
        {"一零", "一零"},
        {"百分之", "百"},
        {"万万", "万"},
        {"3余余", "3余"},
        {"十十", "十"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct numeral n;
        assert_true(numeral_read(slice_of(cases[i].text), 0, &n));
        if (n.end != strlen(cases[i].read))
            fail_msg("%s: ended at byte %zu, not behind %s", cases[i].text, n.end, cases[i].read);
    }
}

static void what_is_no_number(void **state)
{
    (void)state;
    struct numeral n;
    assert_false(numeral_read(SLICE("件"), 0, &n));
    assert_false(numeral_read(SLICE("余"), 0, &n));
    assert_false(numeral_read(SLICE(""), 0, &n));
    assert_false(numeral_read(SLICE("3"), 1, &n));
    /* 15 digits are exact in a double, 16 are not: refused, with the end to read on from. */
    assert_true(numeral_read(SLICE("999999999999999号"), 0, &n));
    assert_true(n.value == 999999999999999.0);
    assert_false(numeral_read(SLICE("1234567890123456号"), 0, &n));
    assert_int_equal(n.end, 16);
}

/* ---- random numbers ---- */

static const char *const hanzi_digits[] = {"零", "一", "二", "三", "四",
                                           "五", "六", "七", "八", "九"};

static void write_section(struct buffer *out, unsigned value, bool inner)
{
    static const char *const units[] = {"千", "百", "十", ""};
    unsigned power = 1000;
    bool started = inner, zero = false;
    for (int i = 0; i < 4; i++, power /= 10) {
        unsigned digit = value / power % 10;
        if (digit == 0) {
            zero = started;
            continue;
        }
        if (zero || (inner && i > 0 && value < 1000 && value / (power * 10) == 0))
            buffer_format(out, "零");
        zero = false;
        inner = false;
        bool bare_ten = power == 10 && digit == 1 && !started;
        bool two = digit == 2 && power >= 100 && random_below(2);
        buffer_format(out, "%s%s", bare_ten ? "" : two ? "两" : hanzi_digits[digit], units[i]);
        started = true;
    }
}

/* As one says it: 一百零三万零五十, 十二亿零三. */
static void write_hanzi(struct buffer *out, uint64_t value)
{
    unsigned high = (unsigned)(value / 100000000), middle = (unsigned)(value / 10000 % 10000);
    unsigned low = (unsigned)(value % 10000);
    buffer_clear(out);
    if (value == 0)
        buffer_format(out, "零");
    if (high) {
        write_section(out, high, false);
        buffer_format(out, "亿");
    }
    if (middle) {
        write_section(out, middle, high > 0);
        buffer_format(out, "万");
    }
    if (high && !middle && low >= 1000)
        buffer_format(out, "零");
    if (low)
        write_section(out, low, high || middle);
    buffer_append(out, "", 1);
}

static void write_grouped(struct buffer *out, uint64_t value, const char *comma)
{
    char digits[32];
    int len = snprintf(digits, sizeof digits, "%llu", (unsigned long long)value);
    buffer_clear(out);
    for (int i = 0; i < len; i++)
        buffer_format(out, "%s%c", i && (len - i) % 3 == 0 ? comma : "", digits[i]);
    buffer_append(out, "", 1);
}

static void write_wide(struct buffer *out, const char *narrow)
{
    buffer_clear(out);
    for (; *narrow; narrow++)
        if (*narrow == '.')
            buffer_format(out, "．");
        else
            buffer_format(out, "\xEF\xBC%c", 0x90 + *narrow - '0');
    buffer_append(out, "", 1);
}

static void random_numbers(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        double value;
    } scales[] = {{"", 1}, {"千", 1e3}, {"万", 1e4}, {"亿", 1e8}};
    struct buffer out = {0};
    for (unsigned i = 0; i < RANDOM_NUMBERS; i++) {
        uint64_t limits[] = {100, 10000, 1000000, 1000000000000};
        uint64_t value = random_below(limits[random_below(4)]);
        write_hanzi(&out, value);
        if (value > 0)
            expect(out.data, (double)value);
        write_grouped(&out, value, random_below(2) ? "," : "，");
        expect(out.data, (double)value);

        uint64_t mantissa = random_below(1000000);
        unsigned decimals = 1 + (unsigned)random_below(4), power = 1;
        for (unsigned k = 0; k < decimals; k++)
            power *= 10;
        char text[64];
        snprintf(text, sizeof text, "%llu.%0*llu", (unsigned long long)(mantissa / power),
                 (int)decimals, (unsigned long long)(mantissa % power));
        write_wide(&out, text);
        expect(out.data, strtod(text, NULL));
        size_t scale = random_below(4);
        char scaled[80];
        snprintf(scaled, sizeof scaled, "%s%s", text, scales[scale].name);
        expect(scaled, (double)mantissa * scales[scale].value / power);
    }
    buffer_release(&out);
}

/* Any bytes: no crash, an end inside the text and not before the start. */
static void any_bytes(void **state)
{
    (void)state;
    static const char *const pieces[] = {"一",   "十",   "百",   "万", "亿", "余",       "多", "点",
                                         "分之", "成",   "半",   "几", "1",  ",",        ".",  "，",
                                         "\xE4", "\xB8", "\xFF", "９", "零", "\xF0\x9F", "+",  " "};
    for (unsigned i = 0; i < RANDOM_NUMBERS; i++) {
        char text[64];
        size_t len = 0;
        for (unsigned k = random_below(10); k > 0; k--) {
            const char *piece = pieces[random_below(sizeof pieces / sizeof *pieces)];
            memcpy(text + len, piece, strlen(piece));
            len += strlen(piece);
        }
        char *exact = malloc(len + 1); /* the sanitizer guards its end */
        exact = realloc(exact, len ? len : 1);
        memcpy(exact, text, len);
        for (size_t at = 0; at <= len; at++) {
            struct numeral n;
            bool read = numeral_read((struct slice){exact, len}, at, &n);
            assert_true(n.end >= at && n.end <= len);
            assert_true(!read || n.end > at);
        }
        free(exact);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spellings),           cmocka_unit_test(marks),
        cmocka_unit_test(where_a_number_ends), cmocka_unit_test(what_is_no_number),
        cmocka_unit_test(random_numbers),      cmocka_unit_test(any_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
