/* test_excerpt.c - what is kept of a sentence too long to be kept whole. */
#include "tests/unit/test.h"
#include "workers/extract/extract.h"

static void test_short_sentences_are_whole(void **unused)
{
    (void)unused;
    struct sentence sentence = {.clean = {3, 21}};
    struct report report = {.clean = SLICE("。受理复议9件。完"), .sentences = &sentence};
    struct quantity quantity = {.clean = {15, 19}};
    assert_true(slice_equal(excerpt_of(&report, &quantity), slice_range(report.clean, 3, 21)));
}

/* Wherever the figure stands in 60,000 bytes, it is in the window, and the window in characters. */
static void test_the_figure_is_in_the_window(void **unused)
{
    (void)unused;
    enum { HANZI = 20000 };
    static char text[HANZI * 3];
    for (size_t i = 0; i < HANZI; i++)
        memcpy(text + i * 3, "法", 3);
    struct sentence sentence = {.clean = {0, sizeof text}};
    struct report report = {.clean = {text, sizeof text}, .sentences = &sentence};
    for (uint32_t at = 0; at + 6 <= sizeof text; at += 999) {
        struct quantity quantity = {.clean = {at, at + 6}};
        struct slice excerpt = excerpt_of(&report, &quantity);
        size_t offset = at - (size_t)(excerpt.data - text);
        assert_true(excerpt.data <= text + at && offset + 6 <= excerpt.len);
        assert_true(excerpt.len <= EXCERPT_MAX_BYTES + 6 && excerpt.len % 3 == 0);
    }
}

static void test_windows(void **unused)
{
    (void)unused;
    struct slice text = SLICE("受理案件9件，办结6件");
    assert_true(slice_equal(window_of(text, (struct span){12, 16}, 3), SLICE("件9件，")));
    assert_true(slice_equal(window_of(text, (struct span){12, 16}, 100), text));
    assert_true(slice_equal(window_of(text, (struct span){0, 3}, 3), SLICE("受理")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_short_sentences_are_whole),
        cmocka_unit_test(test_the_figure_is_in_the_window),
        cmocka_unit_test(test_windows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
