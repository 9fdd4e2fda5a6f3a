/* What strangers write must reach nobody's terminal as a command to it. */
#include "proto/base/visible.h"
#include "tests/unit/test.h"

static void shows(const char *text, const char *keep, const char *expected)
{
    struct buffer out = {0};
    visible_add(&out, slice_of(text), keep);
    assert_int_equal(visible_already(slice_of(text), keep), strcmp(text, expected) == 0);
    buffer_append(&out, "", 1);
    assert_string_equal(out.data, expected);
    buffer_release(&out);
}

static void test_plain_text_passes(void **state)
{
    (void)state;
    shows("", "", "");
    shows("隰县 2023年，9件", "", "隰县 2023年，9件");
    shows("a\tb\nc", "\n\t", "a\tb\nc");
}

static void test_controls_are_shown(void **state)
{
    (void)state;
    shows("a\033[31mb", "", "a<U+001B>[31mb");
    shows("a\nb", "", "a<U+000A>b");
    shows("a\nb\r", "\n", "a\nb<U+000D>");
    shows("\x7F", "", "<U+007F>");
    shows("x\xC2\x9B"
          "2J",
          "", "x<U+009B>2J");
    shows("甲\xE2\x80\xAE乙", "", "甲<U+202E>乙");
    shows("\xE2\x81\xA6z", "", "<U+2066>z");
    shows("\xE2\x80\xA8", "", "<U+2028>");
}

static void test_broken_utf8_is_shown(void **state)
{
    (void)state;
    shows("a\x9B"
          "b",
          "", "a<9B>b");
    shows("a\xE7\x94", "", "a<E7><94>");
    struct buffer out = {0};
    visible_add(&out, (struct slice){"a\0b", 3}, "\n");
    assert_int_equal(out.len, strlen("a<U+0000>b"));
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_text_passes),
        cmocka_unit_test(test_controls_are_shown),
        cmocka_unit_test(test_broken_utf8_is_shown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
