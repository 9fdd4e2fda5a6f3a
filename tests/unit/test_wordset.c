/* test_wordset.c - longest match ahead and behind, broken bytes, the empty set. */
#include "workers/text/wordset.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void fill(struct wordset *set, bool backward, const char *const *words)
{
    set->backward = backward;
    for (int i = 0; words[i]; i++)
        wordset_add(set, slice_of(words[i]), i);
    wordset_build(set);
}

static void longest_ahead(void **state)
{
    (void)state;
    static const char *const words[] = {"人", "人次", "人（次）", "%", "个百分点", "个", NULL};
    struct wordset set = {0};
    fill(&set, false, words);
    size_t length;
    assert_int_equal(wordset_ahead(&set, SLICE("3人次。"), 1, &length), 1);
    assert_int_equal(length, strlen("人次"));
    assert_int_equal(wordset_ahead(&set, SLICE("3人（次）"), 1, &length), 2);
    assert_int_equal(wordset_ahead(&set, SLICE("3人（"), 1, &length), 0);
    assert_int_equal(wordset_ahead(&set, SLICE("3%"), 1, &length), 3);
    assert_int_equal(wordset_ahead(&set, SLICE("个百分"), 0, &length), 5);
    assert_int_equal(wordset_ahead(&set, SLICE("件"), 0, &length), -1);
    assert_int_equal(length, 0);
    assert_int_equal(wordset_ahead(&set, SLICE("人"), 3, &length), -1);
    assert_int_equal(wordset_ahead(&set, SLICE("\xE4\xBA"), 0, &length), -1);
    wordset_release(&set);
}

static void longest_behind(void **state)
{
    (void)state;
    static const char *const words[] = {"超过", "不超过", "约", "节约", "近", NULL};
    struct wordset set = {0};
    fill(&set, true, words);
    size_t length;
    struct slice text = SLICE("时限不超过3天");
    assert_int_equal(wordset_behind(&set, text, strlen("时限不超过"), &length), 1);
    assert_int_equal(length, strlen("不超过"));
    assert_int_equal(wordset_behind(&set, SLICE("超过"), strlen("超过"), &length), 0);
    assert_int_equal(wordset_behind(&set, SLICE("节约"), strlen("节约"), &length), 3);
    assert_int_equal(wordset_behind(&set, SLICE("大约"), strlen("大约"), &length), 2);
    assert_int_equal(wordset_behind(&set, SLICE("约"), 0, &length), -1);
    assert_int_equal(wordset_behind(&set, SLICE("约"), 9, &length), -1);
    assert_int_equal(wordset_behind(&set, SLICE("\x91\xA6"), 2, &length), -1);
    wordset_release(&set);
}

static void empty_set(void **state)
{
    (void)state;
    struct wordset set = {0};
    size_t length;
    assert_int_equal(wordset_ahead(&set, SLICE("人"), 0, &length), -1);
    wordset_build(&set);
    assert_int_equal(wordset_ahead(&set, SLICE("人"), 0, &length), -1);
    wordset_release(&set);
    wordset_release(&set);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(longest_ahead),
        cmocka_unit_test(longest_behind),
        cmocka_unit_test(empty_set),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
