/* test_automaton.c - the automaton finds what a search for each word finds, folds, and refuses. */
#include "workers/text/automaton.h"

#include "tests/unit/test.h"

#include <stdlib.h>

static struct automaton *made(const char *const *words, size_t count)
{
    struct slice list[64];
    for (size_t i = 0; i < count; i++)
        list[i] = slice_of(words[i]);
    struct automaton *automaton = automaton_new(list, count, NULL);
    assert_non_null(automaton);
    return automaton;
}

static void expect_hit(const struct automaton_run *run, uint32_t word, uint32_t start, uint32_t end)
{
    for (size_t i = 0; i < run->hit_count; i++)
        if (run->hits[i].word == word && run->hits[i].start == start && run->hits[i].end == end)
            return;
    fail_msg("word %u is not found at %u to %u", word, start, end);
}

static void finds_words_inside_words(void **state)
{
    (void)state;
    const char *words[] = {"行政复议", "复议", "复议申请", "申请"};
    struct automaton *automaton = made(words, 4);
    struct automaton_run run = {0};
    automaton_run_start(&run);
    automaton_feed(automaton, &run, SLICE("收到行政复议申请"));
    assert_int_equal(run.hit_count, 4);
    expect_hit(&run, 0, 2, 6);
    expect_hit(&run, 1, 4, 6);
    expect_hit(&run, 2, 4, 8);
    expect_hit(&run, 3, 6, 8);
    assert_int_equal(run.hits[0].word, 0); /* at one end the longer word comes first */
    assert_int_equal(run.hits[2].word, 2);
    automaton_run_release(&run);
    automaton_free(&automaton);
}

static void passes_over_quotes_and_blanks(void **state)
{
    (void)state;
    const char *words[] = {"法律明白人培训", "(市级)"};
    struct automaton *automaton = made(words, 2);
    struct automaton_run run = {0};
    automaton_run_start(&run);
    automaton_feed(automaton, &run, SLICE("“法律明白人”　培训 （市级）"));
    assert_int_equal(run.hit_count, 2);
    expect_hit(&run, 0, 0, 7);
    expect_hit(&run, 1, 7, 11);
    automaton_run_release(&run);
    automaton_free(&automaton);
}

static void a_word_may_span_pieces(void **state)
{
    (void)state;
    const char *words[] = {"受理案件"};
    struct automaton *automaton = made(words, 1);
    struct automaton_run run = {0};
    for (int again = 0; again < 2; again++) {
        automaton_run_start(&run);
        automaton_feed(automaton, &run, SLICE("共受"));
        automaton_feed(automaton, &run, (struct slice){0});
        automaton_feed(automaton, &run, SLICE("理案件"));
        assert_int_equal(run.hit_count, 1);
        expect_hit(&run, 0, 1, 5);
    }
    automaton_run_release(&run);
    automaton_free(&automaton);
}

static void refuses(void **state)
{
    (void)state;
    char longest[3 * (AUTOMATON_MAX_WORD + 1) + 1];
    for (size_t i = 0; i <= AUTOMATON_MAX_WORD; i++)
        memcpy(longest + 3 * i, "长", 4);
    struct slice at_limit = {longest, 3 * AUTOMATON_MAX_WORD};
    struct slice past_limit = {longest, 3 * (AUTOMATON_MAX_WORD + 1)};
    struct automaton *automaton = automaton_new(&at_limit, 1, NULL);
    assert_non_null(automaton);
    automaton_free(&automaton);
    size_t culprit = 9;
    assert_null(automaton_new(&past_limit, 1, &culprit));
    assert_int_equal(culprit, 0);
    struct slice same[] = {SLICE("甲（乙）"), SLICE("丙"), SLICE("甲(乙)")};
    assert_null(automaton_new(same, 3, &culprit));
    assert_int_equal(culprit, 2);
    struct slice blank = SLICE("“ ”");
    assert_null(automaton_new(&blank, 1, &culprit));
}

static void bytes_that_are_no_text_do_no_harm(void **state)
{
    (void)state;
    const char *words[] = {"受理", "a"};
    struct automaton *automaton = made(words, 2);
    struct automaton_run run = {0};
    automaton_run_start(&run);
    automaton_feed(automaton, &run, SLICE("\xE5\x8F"));
    automaton_feed(automaton, &run,
                   SLICE("\xFF\x80"
                         "a\xF0\x9F\x98\x80受理\xF0"));
    assert_int_equal(run.hit_count, 2);
    automaton_run_release(&run);
    automaton_free(&automaton);
}

/* ---- against a plain search ---- */

static const char *const alphabet[] = {"复", "议", "申", "请", "a", "é"};

static size_t random_text(char *out, size_t most)
{
    size_t count = 1 + (size_t)(rand() % (int)most);
    out[0] = '\0';
    for (size_t i = 0; i < count; i++)
        strcat(out, alphabet[rand() % 6]);
    return count;
}

static size_t count_plain(const char *text, const char *word)
{
    size_t count = 0;
    for (const char *at = strstr(text, word); at; at = strstr(at + 1, word))
        count++;
    return count;
}

static void finds_what_a_plain_search_finds(void **state)
{
    (void)state;
    srand(20240401);
    for (int round = 0; round < 300; round++) {
        char words[20][64], text[1024];
        struct slice list[20];
        size_t count = 0;
        while (count < 20) {
            random_text(words[count], 5);
            bool fresh = true;
            for (size_t i = 0; i < count; i++)
                fresh = fresh && strcmp(words[i], words[count]) != 0;
            if (fresh) {
                list[count] = slice_of(words[count]);
                count++;
            }
        }
        random_text(text, 200);
        struct automaton *automaton = automaton_new(list, count, NULL);
        assert_non_null(automaton);
        struct automaton_run run = {0};
        automaton_run_start(&run);
        automaton_feed(automaton, &run, slice_of(text));
        size_t wanted = 0;
        for (size_t i = 0; i < count; i++)
            wanted += count_plain(text, words[i]);
        assert_int_equal(run.hit_count, wanted);
        for (size_t i = 1; i < run.hit_count; i++)
            assert_true(run.hits[i - 1].end < run.hits[i].end ||
                        (run.hits[i - 1].end == run.hits[i].end &&
                         run.hits[i - 1].start < run.hits[i].start));
        automaton_run_release(&run);
        automaton_free(&automaton);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_words_inside_words),
        cmocka_unit_test(passes_over_quotes_and_blanks),
        cmocka_unit_test(a_word_may_span_pieces),
        cmocka_unit_test(refuses),
        cmocka_unit_test(bytes_that_are_no_text_do_no_harm),
        cmocka_unit_test(finds_what_a_plain_search_finds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
