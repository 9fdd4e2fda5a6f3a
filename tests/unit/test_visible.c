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

static void writes(const char *text, bool colours, const char *expected)
{
    char *out = NULL;
    size_t len = 0;
    FILE *stream = open_memstream(&out, &len);
    visible_write(stream, slice_of(text), colours);
    fclose(stream);
    assert_string_equal(out, expected);
    free(out);
}

static void test_colours_pass_where_they_are_wanted(void **state)
{
    (void)state;
    writes("甲\033[1;33m9\033[0m件\n", true, "甲\033[1;33m9\033[0m件\n");
    writes("甲\033[1;33m9\033[0m件\n", false, "甲<U+001B>[1;33m9<U+001B>[0m件\n");
    writes("\033[2J\033]0;x\a\033[1m\033[", true,
           "<U+001B>[2J<U+001B>]0;x<U+0007>\033[1m<U+001B>[");
    writes("", true, "");
}

static void test_blanks_keep_columns(void **state)
{
    (void)state;
    struct buffer out = {0};
    visible_blank(&out, SLICE("a\033b\nc\xC2\x9B"
                              "d\xE2\x80\xAE"
                              "县\xE7\x94"));
    assert_true(slice_equal(buffer_slice(&out), SLICE("a b c d 县  ")));
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_plain_text_passes),
        cmocka_unit_test(test_controls_are_shown),
        cmocka_unit_test(test_broken_utf8_is_shown),
        cmocka_unit_test(test_colours_pass_where_they_are_wanted),
        cmocka_unit_test(test_blanks_keep_columns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
