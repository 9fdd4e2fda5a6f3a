/* test_editions.c - several documents of one unit and year stand beside each other until somebody
 * chooses. */
#include "tests/unit/editions_fixture.h"

static void test_another_document_stands_beside(void **state)
{
    for (int order = 0; order < 2; order++) {
        struct fixture *f = *state;
        file_one(f, document(order ? 2 : 1, order ? "b" : "a", "1", order ? 9 : 5));
        assert_int_equal(file_one(f, document(order ? 1 : 2, order ? "a" : "b", "1", 5)),
                         OUTCOME_RIVAL);
        assert_true(counted(f) == -1);
        assert_int_equal(standing(f, STANDING_CONTESTED), 2);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* A scanned copy and the text of one report, or of another that is no version of it, in either
 * order and whichever was submitted first: the text is counted, and nobody is asked. */
static void test_a_scan_never_replaces_or_contests_a_text(void **state)
{
    for (int round = 0; round < 8; round++) {
        struct fixture *f = *state;
        bool scan_first = round & 1, scan_later = round & 2;
        const char *other = round & 4 ? "b" : "a";
        struct report *text = document(scan_later ? 1 : 2, "a", "1", 5);
        struct report *picture = scan(scan_later ? 2 : 1, other, "s", 9);
        if (round & 4)
            picture->meta.placed_by = SLICE("list");
        file_one(f, scan_first ? picture : text);
        if (scan_first)
            assert_true(counted(f) == 9);
        assert_int_equal(file_one(f, scan_first ? text : picture), OUTCOME_RIVAL);
        assert_true(counted(f) == 5);
        assert_int_equal(standing(f, STANDING_COUNTED), 1);
        assert_int_equal(standing(f, STANDING_ASIDE), 1);
        assert_int_equal(file_one(f, document(3, "a", "2", 6)), OUTCOME_REPLACED);
        assert_int_equal(file_one(f, scan(4, other, "t", 8)), OUTCOME_REPLACED);
        assert_true(counted(f) == 6);
        assert_int_equal(standing(f, STANDING_ASIDE), 1);
        char content[8];
        snprintf(content, sizeof content, "%st", other);
        assert_int_equal(choose(f, 5, content), OUTCOME_APPLIED);
        assert_true(counted(f) == 8);
        fixture_drop(state);
        fixture_make(state);
    }
}

static void test_a_scan_without_figures_contests_no_text(void **state)
{
    for (int round = 0; round < 4; round++) {
        struct fixture *f = *state;
        bool scan_first = round & 1;
        const char *other = round & 2 ? "b" : "a";
        struct report *text = document(1, "a", "1", 5), *picture = blank_scan(2, other, "s");
        file_one(f, scan_first ? picture : text);
        assert_int_equal(file_one(f, scan_first ? text : picture), OUTCOME_RIVAL);
        assert_true(counted(f) == 5);
        assert_int_equal(standing(f, STANDING_ASIDE), 1);
        fixture_reopen(f);
        /* a better one of the same paper is a version of it, not of the text */
        assert_int_equal(file_one(f, scan(3, other, "t", 8)), OUTCOME_REPLACED);
        assert_true(counted(f) == 5);
        fixture_drop(state);
        fixture_make(state);
    }
}

static void test_both_in_one_batch(void **state)
{
    struct fixture *f = *state;
    struct report *reports[] = {document(1, "a", "1", 5), document(2, "b", "1", 9),
                                document(3, "a", "2", 6)};
    struct error error;
    assert_int_equal(store_apply(f->store, reports, 3, &error), STATUS_OK);
    assert_int_equal(reports[1]->outcome, OUTCOME_RIVAL);
    assert_int_equal(reports[2]->outcome, OUTCOME_REPLACED);
    assert_true(counted(f) == -1);
    assert_int_equal(standing(f, STANDING_CONTESTED), 2);
    for (int i = 0; i < 3; i++)
        report_free(reports[i]);
}

static void test_a_person_chooses_and_chooses_again(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    assert_int_equal(choose(f, 2, "a1"), OUTCOME_CHANGED); /* it stands alone */
    file_one(f, document(3, "b", "1", 9));
    assert_int_equal(choose(f, 4, "b1"), OUTCOME_APPLIED);
    assert_true(counted(f) == 9);
    assert_int_equal(standing(f, STANDING_ASIDE), 1);
    assert_int_equal(choose(f, 4, "b1"), OUTCOME_DUPLICATE); /* delivered again */
    assert_int_equal(choose(f, 5, "a1"), OUTCOME_APPLIED);
    assert_true(counted(f) == 5);
    fixture_reopen(f);
    /* corrections of either go on: of the chosen one they count */
    assert_int_equal(file_one(f, document(6, "b", "2", 10)), OUTCOME_REPLACED);
    assert_true(counted(f) == 5);
    assert_int_equal(file_one(f, document(7, "a", "2", 6)), OUTCOME_REPLACED);
    assert_true(counted(f) == 6);
    assert_int_equal(standing(f, STANDING_ASIDE), 1);
    /* a third document changes nothing that was chosen */
    assert_int_equal(file_one(f, document(8, "c", "1", 1)), OUTCOME_RIVAL);
    assert_true(counted(f) == 6);
    assert_int_equal(choose(f, 9, "nobody knows it"), OUTCOME_CHANGED);
}

/* It has chosen all versions behind the one that it names, in whatever order they come. */
static void test_the_list_has_chosen_a_version(void **state)
{
    static const char *const orders[] = {"012", "021", "102", "120", "201", "210"};
    for (size_t i = 0; i < 3 * sizeof orders / sizeof *orders; i++) {
        struct fixture *f = *state;
        int named = (int)(i % 3);
        file_one(f, document(10, "b", "1", 9));
        for (const char *at = orders[i / 3]; *at; at++) {
            int number = *at - '0';
            char edition[] = {*at, 0};
            struct report *report = document((uint64_t)number + 1, "a", edition, number);
            report->meta.placed_by = number == named ? SLICE("list") : SLICE("");
            file_one(f, report);
        }
        assert_true(counted(f) == 2);
        withdraw(f, 11, "a2", named <= 1 ? 1 : -1);
        withdraw(f, 12, "a1", named == 0 ? 0 : -1);
        fixture_drop(state);
        fixture_make(state);
    }
}

static void test_the_list_has_chosen(void **state)
{
    for (int order = 0; order < 2; order++) {
        struct fixture *f = *state;
        struct report *listed = document(order ? 2 : 1, "a", "1", 5);
        listed->meta.placed_by = SLICE("list");
        if (order)
            file_one(f, document(1, "b", "1", 9));
        assert_int_equal(file_one(f, listed), order ? OUTCOME_RIVAL : OUTCOME_APPLIED);
        if (!order)
            assert_int_equal(file_one(f, document(2, "b", "1", 9)), OUTCOME_RIVAL);
        assert_true(counted(f) == 5);
        assert_int_equal(standing(f, STANDING_COUNTED), 1);
        assert_int_equal(standing(f, STANDING_ASIDE), 1);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* Filed first without a word of whose it is, named by a list or a person later. */
static void test_the_same_bytes_are_named_later(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "b", "1", 9));
    assert_true(counted(f) == -1);
    for (int round = 0; round < 2; round++) { /* delivered again */
        struct report *listed = document(3, "b", "1", 9);
        listed->meta.placed_by = SLICE("list");
        assert_int_equal(file_one(f, listed), round ? OUTCOME_DUPLICATE : OUTCOME_RIVAL);
        assert_true(counted(f) == 9);
        assert_int_equal(standing(f, STANDING_ASIDE), 1);
    }
    struct report *placed = document(4, "a", "1", 5);
    placed->meta.placed_by = SLICE("person");
    file_one(f, placed);
    assert_true(counted(f) == 5);
    fixture_reopen(f);
    file_one(f, document(5, "b", "1", 9));
    assert_true(counted(f) == 5);
}

/* Named while it stood alone: that holds against what comes later. */
static void test_who_stands_alone_is_named_later(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    struct report *listed = document(2, "a", "1", 5);
    listed->meta.placed_by = SLICE("list");
    assert_int_equal(file_one(f, listed), OUTCOME_DUPLICATE);
    assert_true(counted(f) == 5);
    assert_int_equal(file_one(f, document(3, "b", "1", 9)), OUTCOME_RIVAL);
    assert_true(counted(f) == 5);
    assert_int_equal(standing(f, STANDING_ASIDE), 1);
}

/* A scan stays one, however much a person adds to it. */
static void test_what_a_person_adds_makes_no_text(void **state)
{
    struct fixture *f = *state;
    file_one(f, blank_scan(1, "b", "s"));
    assert_int_equal(add_figure(f, 2, "bs"), OUTCOME_APPLIED);
    assert_true(counted(f) == 77);
    assert_int_equal(file_one(f, document(3, "a", "1", 5)), OUTCOME_RIVAL);
    assert_true(counted(f) == 5);
    assert_int_equal(standing(f, STANDING_ASIDE), 1);
}

/* It has no figures that could be added to until it is chosen. */
static void test_no_figure_is_added_to_what_is_contested(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "b", "1", 9));
    assert_int_equal(add_figure(f, 3, "a1"), OUTCOME_CHANGED);
    assert_int_equal(add_figure(f, 4, "b1"), OUTCOME_CHANGED);
    assert_true(counted(f) == -1);
    assert_int_equal(choose(f, 5, "a1"), OUTCOME_APPLIED);
    assert_int_equal(add_figure(f, 6, "a1"), OUTCOME_APPLIED);
    assert_true(counted(f) == 77);
}

/* A rival that a correction replaces here stands in another county's seat, too. */
static void test_a_rival_that_goes_is_still_found_elsewhere(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "b", "1", 9));
    struct report *elsewhere = document(3, "a", "1", 5);
    elsewhere->meta.region = REGION + 1;
    assert_int_equal(file_one(f, elsewhere), OUTCOME_APPLIED);
    assert_int_equal(file_one(f, document(4, "a", "2", 6)), OUTCOME_REPLACED);
    assert_int_equal(add_figure(f, 5, "a1"), OUTCOME_APPLIED);
    assert_true(counted(f) == 77);
}

/* The same deliveries again, as after a crash, change nothing. */
static void test_replay_changes_nothing(void **state)
{
    struct fixture *f = *state;
    for (int round = 0; round < 2; round++) {
        file_one(f, document(1, "a", "1", 5));
        file_one(f, document(2, "b", "1", 9));
        file_one(f, document(3, "b", "2", 10));
        enum outcome outcome = choose(f, 4, "b2");
        assert_int_equal(outcome, round ? OUTCOME_DUPLICATE : OUTCOME_APPLIED);
        assert_true(counted(f) == 10);
        assert_int_equal(standing(f, STANDING_ASIDE), 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EDITION_TEST(test_another_document_stands_beside),
        EDITION_TEST(test_a_scan_never_replaces_or_contests_a_text),
        EDITION_TEST(test_a_scan_without_figures_contests_no_text),
        EDITION_TEST(test_both_in_one_batch),
        EDITION_TEST(test_a_person_chooses_and_chooses_again),
        EDITION_TEST(test_the_list_has_chosen),
        EDITION_TEST(test_the_list_has_chosen_a_version),
        EDITION_TEST(test_the_same_bytes_are_named_later),
        EDITION_TEST(test_who_stands_alone_is_named_later),
        EDITION_TEST(test_what_a_person_adds_makes_no_text),
        EDITION_TEST(test_no_figure_is_added_to_what_is_contested),
        EDITION_TEST(test_a_rival_that_goes_is_still_found_elsewhere),
        EDITION_TEST(test_replay_changes_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
