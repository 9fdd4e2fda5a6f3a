/* test_catalogue.c - a folder of rules is read, versioned, checked; every mistake has its place. */
#include "workers/extract/rule/catalogue.h"
#include "workers/extract/rule/check.h"
#include "workers/extract/rule/shelf.h"

#include "tests/unit/catalogue_fixture.h"

static struct fixture fixture;

static int set_up(void **state)
{
    (void)state;
    fixture_make(&fixture);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    fixture_remove(&fixture);
    return 0;
}

/* All lines that loading and checking the folder gives. */
static struct problems checked(struct check_counts *counts)
{
    struct problems problems = {0};
    struct check_counts ignored;
    catalogue_check(fixture.folder, NULL, &problems, counts ? counts : &ignored);
    return problems;
}

static void expect_line(const struct problems *problems, const char *place, const char *what)
{
    char start[160];
    snprintf(start, sizeof start, "%s/%s", fixture.folder, place);
    struct slice text = buffer_slice(&problems->text);
    for (size_t from = 0; from < text.len;) {
        size_t end = slice_find(text, SLICE("\n"), from);
        struct slice line = slice_range(text, from, end);
        if (slice_starts(line, slice_of(start)) && slice_has(line, slice_of(what)))
            return;
        from = end + 1;
    }
    fail_msg("no line \"%s … %s\" in:\n%.*s", start, what, SLICE_ARGS(text));
}

static void a_good_catalogue_is_all_right(void **state)
{
    (void)state;
    struct check_counts counts;
    struct problems problems = checked(&counts);
    assert_int_equal(problems.errors, 0);
    assert_int_equal(counts.indicators, 4);
    assert_int_equal(counts.scopes, 3);
    assert_int_equal(counts.rules, 10);
    problems_release(&problems);
}

static void the_built_in_catalogue_reads_its_own_examples(void **state)
{
    (void)state;
    char folder[PATH_MAX];
    struct error error;
    struct problems problems = {0};
    struct check_counts counts;
    assert_int_equal(data_path("workers/extract/catalogue", folder, sizeof folder, &error), 0);
    catalogue_check(folder, NULL, &problems, &counts);
    if (problems.errors)
        fail_msg("%.*s", SLICE_ARGS(buffer_slice(&problems.text)));
    assert_true(counts.examples > 0);
    problems_release(&problems);
}

static void mistakes_have_line_and_column(void **state)
{
    (void)state;
    fixture_write(&fixture, "indicators/more.yaml",
                  "a.b:\n"                                       /* 1 */
                  "  label: 甲\n"                                /* 2 */
                  "  units: [件, 丈母娘]\n"                      /* 3 */
                  "  kind: count\n"                              /* 4 */
                  "  rollup: most\n"                             /* 5 */
                  "  definition: x\n"                            /* 6 */
                  "  colour: red\n"                              /* 7 */
                  "  rules:\n"                                   /* 8 */
                  "    - say: \"受理 .. <acept> N\"\n"           /* 9 */
                  "      topic: gardening\n"                     /* 10 */
                  "    - say: \"受理 N\"\n"                      /* 11 */
                  "      allow: [parts]\n"                       /* 12 */
                  "      unless: [\"办结 .. N\", \"(办结 N\"]\n" /* 13 */
                  "      weight: heavy\n"                        /* 14 */
                  "    - topic: mediation\n"                     /* 15 */
                  "  examples:\n"                                /* 16 */
                  "    - 没有标记。\n"                           /* 17 */
                  "r.accepted:\n  label: 乙\n");                 /* 18 */
    struct problems problems = checked(NULL);
    expect_line(&problems, "indicators/more.yaml:3:14: ", "units.yaml");
    expect_line(&problems, "indicators/more.yaml:5:11: ", "use one of sum, latest, mean");
    expect_line(&problems, "indicators/more.yaml:7:3: ", "unknown key \"colour\"");
    expect_line(&problems, "indicators/more.yaml:9:19: ", "did you mean <accept>");
    expect_line(&problems, "indicators/more.yaml:10:14: ", "no topic \"gardening\"");
    expect_line(&problems, "indicators/more.yaml:12:15: ", "no scope \"parts\"");
    expect_line(&problems, "indicators/more.yaml:13:28: ", "never closed");
    expect_line(&problems, "indicators/more.yaml:14:15: ", "whole number");
    expect_line(&problems, "indicators/more.yaml:15:7: ", "say is missing");
    expect_line(&problems, "indicators/more.yaml:17:7: ", "no {quantity} is marked");
    expect_line(&problems, "indicators/more.yaml:18:1: ", "already in");
    problems_release(&problems);
}

static struct problems with_settings(const char *proposed, const char *questions)
{
    char text[256];
    snprintf(text, sizeof text,
             "assert_margin: 100\npiece_margin: 100\npropose_margin: -50\n"
             "most_proposed: %s\nmost_questions: %s\n",
             proposed, questions);
    fixture_write(&fixture, "model.yaml", text);
    return checked(NULL);
}

static void settings_have_their_limits(void **state)
{
    (void)state;
    static const char *const good[] = {"0", "3"}, *const bad[] = {"-1", "4", "many", "1e99"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        struct problems problems = with_settings(good[i], "8");
        assert_int_equal(problems.errors, 0);
        problems_release(&problems);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        struct problems problems = with_settings(bad[i], "-1");
        expect_line(&problems, "model.yaml:4:16: ", "most_proposed must be a number from 0 to 3");
        expect_line(&problems, "model.yaml:5:17: ", "most_questions must be a number from 0 to");
        problems_release(&problems);
    }
}

static void examples_are_run(void **state)
{
    (void)state;
    fixture_write(&fixture, "indicators/more.yaml",
                  "x.y:\n  label: 甲\n  units: [次]\n  kind: count\n  rollup: sum\n"
                  "  definition: x\n  rules:\n    - say: \"演练 N\"\n  examples:\n"
                  "    - 举行演练{3次}。\n"  /* 10: right */
                  "    - 举行{3次}演练。\n"  /* 11: no rule */
                  "    - 举行演练{若干}。\n" /* 12: no quantity */
                  "  counterexamples:\n"
                  "    - 其中演练{2次}。\n"   /* 14: right, barred */
                  "    - 开展演练{2次}。\n"); /* 15: matches */
    struct problems problems = checked(NULL);
    assert_int_equal(problems.errors, 3);
    expect_line(&problems, "indicators/more.yaml:11:7: ", "{3次} should be x.y: no rule matched");
    expect_line(&problems, "indicators/more.yaml:12:7: ", "isn't found to be a quantity");
    expect_line(&problems, "indicators/more.yaml:15:7: ", "must not be x.y: got x.y by x.y#1");
    problems_release(&problems);
}

static void what_is_missing_or_unused_is_a_warning(void **state)
{
    (void)state;
    fixture_write(&fixture, "indicators.tsv", "id\tlabel\nr.accepted\t甲\nq.none\t乙\n");
    fixture_write(&fixture, "words.yaml",
                  "lead: [共]\naccept: [受理]\nconclude: [办结]\nlast_year: [去年]\nidle: [空]\n");
    struct problems problems = checked(NULL);
    assert_int_equal(problems.errors, 0);
    expect_line(&problems, "indicators.tsv:3:1: ", "no rules for q.none");
    expect_line(&problems, "words.yaml:", "class <idle> is used nowhere");
    expect_line(&problems, "indicators/all.yaml:1:1: ", "0 examples");
    problems_release(&problems);
}

static void classes_may_stand_in_any_order_but_not_in_a_circle(void **state)
{
    (void)state;
    fixture_write(&fixture, "words.yaml",
                  "accept: [<early>, 受理]\nearly: [立案]\nconclude: [办结]\nlast_year: [去年]\n");
    struct problems problems = checked(NULL);
    assert_int_equal(problems.errors, 0);
    problems_release(&problems);
    fixture_write(&fixture, "words.yaml",
                  "accept: [<early>]\nearly: [<accept>]\nconclude: [办结]\nlast_year: [去年]\n");
    problems = checked(NULL);
    expect_line(&problems, "words.yaml:1:10: ", "no word class <early>");
    problems_release(&problems);
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    char path[128];
    snprintf(path, sizeof path, "%s/topics.yaml", fixture.folder);
    remove(path);
    struct problems problems = checked(NULL);
    expect_line(&problems, "topics.yaml: ", "No such file");
    problems_release(&problems);
}

static void the_version_follows_the_content(void **state)
{
    (void)state;
    char one[CATALOGUE_VERSION_DIGITS + 1], two[CATALOGUE_VERSION_DIGITS + 1];
    struct error error;
    assert_int_equal(catalogue_version(fixture.folder, one, &error), STATUS_OK);
    assert_int_equal(strlen(one), CATALOGUE_VERSION_DIGITS);
    assert_int_equal(catalogue_version(fixture.folder, two, &error), STATUS_OK);
    assert_string_equal(one, two);
    fixture_write(&fixture, "topics.yaml", "reconsideration: [复议]\nmediation: [调解]\n");
    assert_int_equal(catalogue_version(fixture.folder, two, &error), STATUS_OK);
    assert_string_not_equal(one, two);
}

static void the_shelf_shares_and_reloads(void **state)
{
    (void)state;
    const struct catalogue *a = NULL, *b = NULL, *c = NULL;
    struct error error;
    assert_int_equal(shelf_take(&a, fixture.folder, &error), STATUS_OK);
    assert_int_equal(shelf_take(&b, fixture.folder, &error), STATUS_OK);
    assert_ptr_equal(a, b);
    fixture_write(&fixture, "topics.yaml", "reconsideration: [复议]\nmediation: [调解]\n");
    assert_int_equal(shelf_take(&c, fixture.folder, &error), STATUS_OK);
    assert_ptr_not_equal(a, c);
    shelf_return(&c);
    fixture_write(&fixture, "topics.yaml", "reconsideration: []\n");
    assert_int_equal(shelf_take(&c, fixture.folder, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "topics.yaml:1:1: topic reconsideration has no words"));
    assert_null(c);
    shelf_return(&a);
    shelf_return(&b);
    assert_null(b);
}

int main(void)
{
#define EACH(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        EACH(a_good_catalogue_is_all_right),
        EACH(the_built_in_catalogue_reads_its_own_examples),
        EACH(mistakes_have_line_and_column),
        EACH(settings_have_their_limits),
        EACH(examples_are_run),
        EACH(what_is_missing_or_unused_is_a_warning),
        EACH(classes_may_stand_in_any_order_but_not_in_a_circle),
        EACH(a_missing_file_is_named),
        EACH(the_version_follows_the_content),
        EACH(the_shelf_shares_and_reloads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
