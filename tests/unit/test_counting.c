/* test_counting.c - automatic numbers in every script that occurs. */
#include "tests/unit/test.h"

#include "workers/ingest/format/docx/counting.h"

static void numbers_are_written_in_their_script(void **state)
{
    (void)state;
    static const struct {
        const char *format;
        unsigned number;
        const char *want;
    } cases[] = {
        {"decimal", 12, "12"},
        {"decimalZero", 7, "07"},
        {"decimalFullWidth", 10, "１０"},
        {"chineseCounting", 1, "一"},
        {"chineseCounting", 10, "十"},
        {"chineseCounting", 11, "十一"},
        {"chineseCounting", 20, "二十"},
        {"chineseCountingThousand", 99, "九十九"},
        {"chineseCountingThousand", 100, "一百"},
        {"chineseCountingThousand", 101, "一百零一"},
        {"chineseCountingThousand", 110, "一百一十"},
        {"chineseCountingThousand", 1005, "一千零五"},
        {"chineseCountingThousand", 2010, "二千零一十"},
        {"chineseCountingThousand", 10000, "10000"},
        {"chineseCounting", 0, "0"},
        {"ideographDigital", 203, "二〇三"},
        {"chineseLegalSimplified", 12, "壹拾贰"},
        {"ideographTraditional", 3, "丙"},
        {"ideographTraditional", 11, "11"},
        {"ideographZodiac", 12, "亥"},
        {"decimalEnclosedCircleChinese", 20, "⑳"},
        {"decimalEnclosedCircle", 21, "21"},
        {"decimalEnclosedParen", 2, "⑵"},
        {"decimalEnclosedFullstop", 3, "⒊"},
        {"ideographEnclosedCircle", 1, "㊀"},
        {"ideographParenthesized", 2, "㈡"},
        {"upperRoman", 1994, "MCMXCIV"},
        {"lowerRoman", 4, "iv"},
        {"upperLetter", 26, "Z"},
        {"lowerLetter", 27, "aa"},
        {"bullet", 3, ""},
        {"none", 3, ""},
        {"whatever comes next", 3, "3"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer out = {0};
        counting_put(&out, slice_of(cases[i].format), cases[i].number);
        if (!slice_equal(buffer_slice(&out), slice_of(cases[i].want)))
            fail_msg("%u as %s: got \"%.*s\", not \"%s\"", cases[i].number, cases[i].format,
                     SLICE_ARGS(buffer_slice(&out)), cases[i].want);
        buffer_release(&out);
    }
}

static void wild_numbers_end(void **state)
{
    (void)state;
    static const char *const formats[] = {"lowerLetter", "upperRoman", "chineseCounting",
                                          "decimalFullWidth", "ideographDigital"};
    for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
        struct buffer out = {0};
        counting_put(&out, slice_of(formats[i]), UINT32_MAX);
        assert_true(out.len > 0 && out.len < 64);
        buffer_release(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_in_their_script),
        cmocka_unit_test(wild_numbers_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
