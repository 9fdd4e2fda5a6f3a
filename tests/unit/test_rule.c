/* test_rule.c - what rules say, multiplied out, and where they are wrong. */
#include "workers/extract/rule/rule.h"

#include "tests/unit/test.h"

static struct lexicon lexicon;

static int set_up(void **state)
{
    (void)state;
    uint32_t accept[] = {lexicon_word(&lexicon, SLICE("受理")),
                         lexicon_word(&lexicon, SLICE("立案"))};
    uint32_t recon[] = {lexicon_word(&lexicon, SLICE("复议"))};
    lexicon_class_add(&lexicon, SLICE("accept"), accept, 2);
    lexicon_class_add(&lexicon, SLICE("recon"), recon, 1);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    lexicon_release(&lexicon);
    return 0;
}

static struct rule_pattern parsed(const char *say)
{
    struct rule_pattern pattern;
    struct error error = {{0}};
    size_t at;
    if (rule_parse(&pattern, slice_of(say), NUMBER_REQUIRED, &lexicon, &at, &error))
        fail_msg("%s: %s (character %zu)", say, error.text, at);
    return pattern;
}

/* The words of an element's set, joined. */
static const char *words_of(const struct rule_element *element)
{
    static char text[256];
    text[0] = '\0';
    if (element->set == RULE_OTHER_NUMBER)
        return "#";
    const struct lexicon_set *set = &lexicon.sets[element->set];
    for (size_t i = 0; i < set->count; i++) {
        strcat(text, i ? "|" : "");
        strcat(text, lexicon.words[set->words[i]].text.data);
    }
    return text;
}

static void reads_elements_outward_from_the_number(void **state)
{
    (void)state;
    struct rule_pattern pattern = parsed("<accept> .. <recon>~(案件|申请) N - 办结 ... 完毕");
    assert_int_equal(pattern.variant_count, 1);
    const struct rule_variant *variant = &pattern.variants[0];
    assert_int_equal(variant->left_count, 3);
    assert_string_equal(words_of(&variant->left[0]), "案件|申请");
    assert_int_equal(variant->left[0].link, LINK_NEAR);
    assert_string_equal(words_of(&variant->left[1]), "复议");
    assert_int_equal(variant->left[1].link, LINK_DIRECT);
    assert_string_equal(words_of(&variant->left[2]), "受理|立案");
    assert_int_equal(variant->left[2].link, LINK_CLAUSE);
    assert_int_equal(variant->right_count, 2);
    assert_int_equal(variant->right[0].link, LINK_ITEM);
    assert_int_equal(variant->right[1].link, LINK_SENTENCE);
    rule_pattern_release(&pattern);
}

static void multiplies_out_what_may_be_missing(void **state)
{
    (void)state;
    struct rule_pattern pattern = parsed("复议 .. 案件? N");
    assert_int_equal(pattern.variant_count, 2);
    assert_int_equal(pattern.variants[0].left_count, 2);
    assert_int_equal(pattern.variants[1].left_count, 1);
    /* without 案件 the looser of the two links is what is left */
    assert_int_equal(pattern.variants[1].left[0].link, LINK_CLAUSE);
    rule_pattern_release(&pattern);
}

static void touching_literals_are_one_word(void **state)
{
    (void)state;
    struct rule_pattern pattern = parsed("复议~案件 N");
    assert_int_equal(pattern.variants[0].left_count, 1);
    assert_string_equal(words_of(&pattern.variants[0].left[0]), "复议案件");
    rule_pattern_release(&pattern);
}

static void clause_starts_and_other_numbers(void **state)
{
    (void)state;
    struct rule_pattern pattern = parsed("^受理 # .. 办结 N");
    const struct rule_variant *variant = &pattern.variants[0];
    assert_int_equal(variant->left_count, 3);
    assert_string_equal(words_of(&variant->left[1]), "#");
    assert_true(variant->left[2].opens);
    assert_false(variant->left[0].opens);
    rule_pattern_release(&pattern);
    pattern = parsed("^ 全年? 受理 N");
    assert_int_equal(pattern.variant_count, 2);
    assert_true(pattern.variants[1].left[0].opens); /* ^ passes on to what follows */
    rule_pattern_release(&pattern);
}

static void groups_of_rows_are_variants(void **state)
{
    (void)state;
    struct rule_pattern pattern = parsed("(受理 复议|办结~<accept>|结案|审结) N");
    assert_int_equal(pattern.variant_count, 3); /* 结案 and 审结 are one set */
    rule_pattern_release(&pattern);
}

static void expressions_are_compiled(void **state)
{
    (void)state;
    struct rule_pattern pattern = parsed("/[一二三]级<recon>员N/");
    assert_non_null(pattern.expression);
    assert_int_equal(pattern.variant_count, 0);
    rule_pattern_release(&pattern);
}

static void expressions_tell_what_they_need(void **state)
{
    (void)state;
    struct error error = {{0}};
    size_t at;
    struct rule_pattern pattern = parsed("/[一二三]级<recon>员N/");
    assert_int_equal(rule_parse_needs(&pattern, SLICE("<recon> ... N"), &lexicon, &at, &error),
                     STATUS_OK);
    assert_int_equal(pattern.variant_count, 1);
    assert_non_null(pattern.expression);
    assert_int_equal(rule_parse_needs(&pattern, SLICE("<recon>"), &lexicon, &at, &error),
                     STATUS_BAD);
    assert_non_null(strstr(error.text, "or in neither"));
    assert_int_equal(rule_parse_needs(&pattern, SLICE("/复议N/"), &lexicon, &at, &error),
                     STATUS_BAD);
    assert_non_null(strstr(error.text, "without /…/"));
    rule_pattern_release(&pattern);
}

static void refused(const char *say, size_t at, const char *why)
{
    struct rule_pattern pattern;
    struct error error = {{0}};
    size_t where;
    assert_int_equal(rule_parse(&pattern, slice_of(say), NUMBER_REQUIRED, &lexicon, &where, &error),
                     STATUS_BAD);
    if (!strstr(error.text, why))
        fail_msg("\"%s\": \"%s\" does not say \"%s\"", say, error.text, why);
    if (where != at)
        fail_msg("\"%s\": at character %zu, not %zu: %s", say, where, at, error.text);
}

static void mistakes_are_told_with_their_place(void **state)
{
    (void)state;
    refused("受理 .. <acept> N", 6, "did you mean <accept>");
    refused("受理 <accept N", 3, "never closed");
    refused("(受理|立案 N", 0, "never closed");
    refused("受理) N", 2, "can't stand here");
    refused("受理", 2, "N is missing");
    refused("受理 N 办结 N", 9, "N stands twice");
    refused("受理? N", 5, "without any word");
    refused("(受理 N|办结)", 9, "N is missing");
    refused("", 0, "nothing here");
    refused("受理 || N", 4, "nothing here");
    refused("/受理[N/", 5, "not a PCRE2 expression");
    refused("/受理/", 3, "N is missing");
    refused("受理 /x/ N", 3, "must be the whole pattern");
    refused("“” N", 2, "is no word");
}

static void limits(void **state)
{
    (void)state;
    /* 2^6 = 64 variants are allowed, 2^7 = 128 are not */
    struct rule_pattern pattern = parsed("甲 乙? 丙? 丁? 戊? 己? 庚? N");
    assert_int_equal(pattern.variant_count, 64);
    rule_pattern_release(&pattern);
    refused("甲 乙? 丙? 丁? 戊? 己? 庚? 辛? N", 22, "split the rule");
    pattern = parsed("甲 乙 丙 丁 戊 己 庚 辛 壬 癸 子 N"); /* RULE_MAX_ELEMENTS */
    rule_pattern_release(&pattern);
    refused("甲 乙 丙 丁 戊 己 庚 辛 壬 癸 子 丑 N", 25, "more than 12 elements");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_elements_outward_from_the_number),
        cmocka_unit_test(multiplies_out_what_may_be_missing),
        cmocka_unit_test(touching_literals_are_one_word),
        cmocka_unit_test(clause_starts_and_other_numbers),
        cmocka_unit_test(groups_of_rows_are_variants),
        cmocka_unit_test(expressions_are_compiled),
        cmocka_unit_test(expressions_tell_what_they_need),
        cmocka_unit_test(mistakes_are_told_with_their_place),
        cmocka_unit_test(limits),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
