/* test_versions.c - corrections replace, in whatever order they come, and what was replaced does
 * not come back by itself. */
#include "tests/unit/editions_fixture.h"

static void test_a_correction_replaces(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(file_one(f, document(1, "a", "1", 5)), OUTCOME_APPLIED);
    assert_int_equal(file_one(f, document(2, "a", "2", 6)), OUTCOME_REPLACED);
    assert_true(counted(f) == 6);
    assert_int_equal(standing(f, STANDING_COUNTED), 1);
}

static void test_what_was_replaced_does_not_come_back(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "a", "2", 6));
    assert_int_equal(file_one(f, document(3, "a", "1", 5)), OUTCOME_STALE);
    fixture_reopen(f);
    assert_int_equal(file_one(f, document(4, "a", "1", 5)), OUTCOME_STALE);
    assert_true(counted(f) == 6);
    assert_int_equal(file_one(f, document(5, "a", "3", 7)), OUTCOME_REPLACED);
    assert_int_equal(file_one(f, document(6, "a", "2", 6)), OUTCOME_STALE);
    assert_true(counted(f) == 7);
}

/* The first version arrives behind the second, and then again. */
static void test_a_version_that_came_too_late_does_not_come_back(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(2, "a", "2", 6));
    assert_int_equal(file_one(f, document(1, "a", "1", 5)), OUTCOME_STALE);
    assert_int_equal(file_one(f, document(3, "a", "1", 5)), OUTCOME_STALE);
    assert_true(counted(f) == 6);
}

static void test_order_goes_before_arrival(void **state)
{
    struct fixture *f = *state;
    file_one(f, version(1, "2", "url", 20, 6));
    assert_int_equal(file_one(f, version(2, "1", "url", 10, 5)), OUTCOME_STALE);
    assert_int_equal(file_one(f, version(3, "1", "url", 10, 5)), OUTCOME_STALE);
    assert_true(counted(f) == 6);
    /* fetched again later: the publisher has put it back */
    assert_int_equal(file_one(f, version(4, "1", "url", 30, 5)), OUTCOME_REPLACED);
    fixture_reopen(f);
    assert_int_equal(file_one(f, version(5, "2", "url", 20, 6)), OUTCOME_STALE);
    assert_true(counted(f) == 5);
    /* … and where the one between the two comes last */
    assert_int_equal(file_one(f, version(6, "3", "url", 40, 7)), OUTCOME_REPLACED);
    assert_int_equal(file_one(f, version(7, "3", "url", 60, 7)), OUTCOME_DUPLICATE);
    assert_int_equal(file_one(f, version(8, "4", "url", 50, 8)), OUTCOME_STALE);
    assert_true(counted(f) == 7);
}

/* In whatever order they come, and however often. */
static void test_versions_converge(void **state)
{
    static const char *const orders[] = {"123", "132", "213",   "231",
                                         "312", "321", "12312", "32131"};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct fixture *f = *state;
        for (uint64_t n = 0; orders[i][n]; n++) {
            uint64_t order = (uint64_t)(orders[i][n] - '0');
            char edition[] = {orders[i][n], 0};
            file_one(f, version(n + 1, edition, "url", order, (double)order));
        }
        assert_true(counted(f) == 3);
        assert_int_equal(standing(f, STANDING_COUNTED), 1);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* Nothing else in common: without an origin it would stand beside the other. */
static void test_an_origin_makes_versions(void **state)
{
    struct fixture *f = *state;
    struct report *other = document(2, "b", "1", 9), *third = document(3, "c", "1", 1);
    file_one(f, version(1, "1", "url", 0, 5));
    other->lineage.origin = SLICE("url");
    third->lineage.origin = SLICE("another url");
    assert_int_equal(file_one(f, other), OUTCOME_REPLACED);
    assert_true(counted(f) == 9);
    assert_int_equal(file_one(f, third), OUTCOME_RIVAL);
}

/* Orders of two origins, or of none and one, say nothing of each other. */
static void test_orders_of_other_origins_do_not_count(void **state)
{
    struct fixture *f = *state;
    file_one(f, version(1, "1", "url", 20, 5));
    assert_int_equal(file_one(f, version(2, "2", "mirror", 10, 6)), OUTCOME_REPLACED);
    assert_int_equal(file_one(f, version(3, "3", "", 5, 7)), OUTCOME_REPLACED);
    assert_int_equal(file_one(f, version(4, "4", "", 4, 8)), OUTCOME_STALE);
    assert_true(counted(f) == 7);
}

static enum outcome again(struct fixture *f, uint64_t seq, const char *edition, uint64_t order,
                          uint64_t at_ms)
{
    struct report *report = version(seq, edition, "url", order, edition[0] - '0');
    report->lineage.again = at_ms;
    return file_one(f, report);
}

/* Somebody says that a replaced version is to be in force: once, however often that is delivered.
 */
static void test_a_person_puts_it_back(void **state)
{
    struct fixture *f = *state;
    again(f, 1, "1", 10, 0);
    again(f, 2, "2", 20, 0);
    assert_int_equal(again(f, 3, "1", 10, 1000), OUTCOME_REPLACED);
    assert_true(counted(f) == 1);
    assert_int_equal(again(f, 4, "2", 20, 0), OUTCOME_STALE); /* delivered again */
    assert_int_equal(again(f, 5, "3", 30, 0), OUTCOME_REPLACED);
    fixture_reopen(f);
    assert_int_equal(again(f, 6, "1", 10, 1000), OUTCOME_STALE);
    assert_true(counted(f) == 3);
    assert_int_equal(again(f, 7, "1", 0, 2000), OUTCOME_REPLACED);
    assert_true(counted(f) == 1);
}

/* Queues deliver late, and again: when a version was handed in decides, and a replaced one does not
 * come back for having been handed in once more. */
static void test_when_it_was_handed_in_goes_before_arrival(void **state)
{
    static const struct {
        const char *edition;
        uint64_t sent;
        enum outcome outcome;
    } came[] = {
        {"2", 200, OUTCOME_APPLIED},   {"1", 100, OUTCOME_STALE},    {"1", 100, OUTCOME_STALE},
        {"1", 300, OUTCOME_STALE},     {"3", 250, OUTCOME_REPLACED}, {"3", 250, OUTCOME_DUPLICATE},
        {"3", 400, OUTCOME_DUPLICATE}, {"4", 350, OUTCOME_STALE},    {"5", 0, OUTCOME_REPLACED}};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof came / sizeof *came; i++) {
        struct report *report = document(i + 1, "a", came[i].edition, came[i].edition[0] - '0');
        report->lineage.sent = came[i].sent;
        assert_int_equal(file_one(f, report), came[i].outcome);
    }
    assert_true(counted(f) == 5);
}

/* What is said of the same bytes later holds of one that isn't counted, too: a version between the
 * two fetches comes too late, and so does one handed in between. */
static void test_a_document_beside_is_fetched_again(void **state)
{
    for (int chosen = 0; chosen < 2; chosen++) {
        struct fixture *f = *state;
        file_one(f, document(1, "b", "1", 9));
        file_one(f, version(2, "1", "url", 20, 5));
        if (chosen)
            choose(f, 3, "b1");
        assert_int_equal(file_one(f, version(4, "1", "url", 40, 5)), OUTCOME_DUPLICATE);
        fixture_reopen(f);
        assert_int_equal(file_one(f, version(5, "2", "url", 30, 6)), OUTCOME_STALE);
        struct report *queued = version(6, "1", "url", 40, 5), *late = document(7, "a", "3", 7);
        queued->lineage.sent = 500;
        late->lineage.sent = 400;
        assert_int_equal(file_one(f, queued), OUTCOME_DUPLICATE);
        assert_int_equal(file_one(f, late), OUTCOME_STALE);
        assert_true(counted(f) == (chosen ? 9 : -1));
        choose(f, 8, "a1");
        assert_true(counted(f) == 5);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* Few long paragraphs: title and sentences tell. */
static void test_short_reports_are_told_by_title_and_sentences(void **state)
{
    struct fixture *f = *state;
    struct report *first = document(1, "a", "1", 5), *renamed = document(2, "b", "1", 6),
                  *other = document(3, "c", "1", 7);
    first->meta.title = SLICE("隰县法治政府建设情况报告");
    renamed->meta.title = SLICE("隰县法治政府建设情况报告（更正）");
    other->meta.title = SLICE("隰县政务服务工作总结");
    first->passage_count = renamed->passage_count = other->passage_count = 0;
    first->facts[0].sentence = SLICE("全年受理复议案件5件，办结5件。");
    renamed->facts[0].sentence = SLICE("全年受理复议案件6件，办结6件。");
    other->facts[0].sentence = SLICE("本中心接待群众7件次。");
    file_one(f, first);
    assert_int_equal(file_one(f, renamed), OUTCOME_REPLACED);
    assert_int_equal(file_one(f, other), OUTCOME_RIVAL);
}

/* Of the same bytes, once they were replaced, too, the first that were handed in say the path. */
static void test_a_replaced_version_bears_its_first_path(void **state)
{
    static const uint64_t came[] = {5, 7, 3, 8, 4};
    struct fixture *f = *state;
    struct arena arena = {0};
    struct answer answer;
    uint8_t hash[DIGEST_BYTES];
    char hex[2 * DIGEST_BYTES + 1];
    for (size_t i = 0; i < sizeof came / sizeof *came; i++) {
        struct report *report = document(came[i], "a", "1", 5);
        report->path = arena_format(&report->arena, "%u", (unsigned)came[i]);
        file_one(f, report);
        if (i == 0)
            file_one(f, document(6, "a", "2", 6));
    }
    digest_sha256(SLICE("a1"), hash);
    digest_name(hash, hex);
    const struct request request = {.list = LIST_DOCUMENTS, .filter = {.document = slice_of(hex)}};
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    const struct document_item *items = answer.items;
    assert_int_equal(answer.item_count, 1);
    assert_int_equal(items[0].standing, STANDING_REPLACED);
    assert_true(slice_equal(items[0].path, SLICE("3")));
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EDITION_TEST(test_a_correction_replaces),
        EDITION_TEST(test_what_was_replaced_does_not_come_back),
        EDITION_TEST(test_a_version_that_came_too_late_does_not_come_back),
        EDITION_TEST(test_order_goes_before_arrival),
        EDITION_TEST(test_versions_converge),
        EDITION_TEST(test_an_origin_makes_versions),
        EDITION_TEST(test_orders_of_other_origins_do_not_count),
        EDITION_TEST(test_a_person_puts_it_back),
        EDITION_TEST(test_when_it_was_handed_in_goes_before_arrival),
        EDITION_TEST(test_a_document_beside_is_fetched_again),
        EDITION_TEST(test_short_reports_are_told_by_title_and_sentences),
        EDITION_TEST(test_a_replaced_version_bears_its_first_path),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
