/* test_withdrawn.c - what is taken out, and the version before it, which is in force again. */
#include "tests/unit/editions_fixture.h"

/* In whatever order the versions came, and through a restart. */
static void test_the_version_before_comes_back(void **state)
{
    (void)state;
    static const char *const versions[] = {"1", "2", "3"};
    static const unsigned orders[][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                         {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};
    for (unsigned i = 0; i < sizeof orders / sizeof *orders; i++) {
        void *own = NULL;
        assert_int_equal(fixture_make(&own), 0);
        struct fixture *f = own;
        for (unsigned k = 0; k < 3; k++) {
            unsigned v = orders[i][k];
            file_one(f, document(v + 1, "a", versions[v], 5 + v));
        }
        assert_true(counted(f) == 7);
        withdraw(f, 11, "a3", 6);
        assert_int_equal(file_one(f, document(12, "a", "3", 7)), OUTCOME_WITHDRAWN);
        fixture_reopen(f);
        withdraw(f, 13, "a2", 5);
        assert_int_equal(standing(f, STANDING_COUNTED), 1);
        withdraw(f, 14, "a1", -1);
        assert_int_equal(say_of(f, 15, VERDICT_REFILE, "a3"), OUTCOME_APPLIED);
        assert_int_equal(file_one(f, document(16, "a", "3", 7)), OUTCOME_APPLIED);
        assert_true(counted(f) == 7);
        assert_int_equal(store_verify(f->store, NULL), STATUS_OK);
        assert_int_equal(fixture_drop(&own), 0);
    }
}

static void test_a_withdrawn_version_is_none_before(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "a", "2", 6));
    withdraw(f, 3, "a2", 5);
    file_one(f, document(4, "a", "3", 7));
    withdraw(f, 5, "a3", 5);
    assert_int_equal(say_of(f, 6, VERDICT_REFILE, "a2"), OUTCOME_APPLIED);
    assert_int_equal(file_one(f, document(7, "a", "2", 6)), OUTCOME_REPLACED);
    withdraw(f, 8, "a2", 5);
}

/* In one batch with what replaced it; and one that was put back is not before itself. */
static void test_the_version_before_within_a_batch(void **state)
{
    struct fixture *f = *state;
    struct decision unfile = {.verdict = VERDICT_UNFILE, .by = SLICE("李")};
    struct report carrier = {.seq = 3, .decision = &unfile};
    struct report *batch[] = {document(2, "a", "2", 6), &carrier};
    struct report *again = document(4, "a", "1", 5);
    digest_sha256(SLICE("a2"), unfile.sha256);
    file_one(f, document(1, "a", "1", 5));
    assert_int_equal(store_apply(f->store, batch, 2, NULL), STATUS_OK);
    assert_true(counted(f) == 5);
    report_free(batch[0]);
    report_release(&carrier);
    file_one(f, document(5, "a", "3", 7));
    again->seq = 6;
    again->lineage.again = 1;
    assert_int_equal(file_one(f, again), OUTCOME_REPLACED);
    withdraw(f, 7, "a1", 7);
    withdraw(f, 8, "a3", -1);
}

/* A person has placed it with another unit since: it stays there. */
static void test_a_version_that_moved_is_none_before(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "a", "2", 6));
    assert_int_equal(file_one(f, placed(3, REGION + 1)), OUTCOME_APPLIED);
    assert_int_equal(standing(f, STANDING_COUNTED), 2);
    assert_int_equal(say_of(f, 4, VERDICT_UNFILE, "a2"), OUTCOME_APPLIED);
    assert_int_equal(standing(f, STANDING_COUNTED), 1);
    assert_int_equal(listed_region(f), REGION + 1);
}

/* Each document has versions of its own. */
static void test_the_version_before_of_a_rival(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "a", "2", 6));
    assert_int_equal(file_one(f, document(3, "b", "1", 8)), OUTCOME_RIVAL);
    withdraw(f, 4, "a2", -1);
    assert_int_equal(standing(f, STANDING_CONTESTED), 2);
    withdraw(f, 5, "b1", 5);
    assert_int_equal(standing(f, STANDING_COUNTED), 1);
}

/* One past the limit: the first is forgotten. */
static void test_so_many_versions_are_remembered(void **state)
{
    enum { VERSIONS = 10, REMEMBERED = 8 };
    struct fixture *f = *state;
    char name[8];
    for (unsigned v = 1; v <= VERSIONS; v++) {
        snprintf(name, sizeof name, "%u", v);
        file_one(f, document(v, "a", name, v));
    }
    for (unsigned v = VERSIONS; v >= VERSIONS - REMEMBERED; v--) {
        snprintf(name, sizeof name, "a%u", v);
        withdraw(f, 100 - v, name, v > VERSIONS - REMEMBERED ? v - 1.0 : -1);
    }
}

/* Who asks for it by its hash is told which one took its place; nobody else sees it. */
static void test_what_replaced_it(void **state)
{
    struct fixture *f = *state;
    char first[65], second[65];
    uint8_t hash[32];
    struct arena arena = {0};
    struct answer answer;
    digest_sha256(SLICE("a1"), hash);
    digest_hex((struct slice){(const char *)hash, sizeof hash}, first);
    digest_sha256(SLICE("a2"), hash);
    digest_hex((struct slice){(const char *)hash, sizeof hash}, second);
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "a", "2", 6));
    assert_int_equal(standing(f, STANDING_REPLACED), 0);
    struct request request = {.list = LIST_DOCUMENTS, .filter = {.document = slice_of(first)}};
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    const struct document_item *item = answer.items;
    assert_int_equal(answer.item_count, 1);
    assert_int_equal(item->standing, STANDING_REPLACED);
    assert_true(slice_equal(item->sha256, slice_of(first)));
    assert_true(slice_equal(item->replaced_by, slice_of(second)));
    withdraw(f, 3, "a2", 5);
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    item = answer.items;
    assert_true(answer.item_count == 1 && item->standing == STANDING_COUNTED);
    assert_int_equal(item->replaced_by.len, 0);
    arena_release(&arena);
}

/* So that it can be put back as what it was. */
static void test_what_was_withdrawn_is_known_as_it_came(void **state)
{
    struct fixture *f = *state;
    struct arena arena = {0};
    struct answer answer;
    struct report *report = document(1, "a", "1", 5);
    report->path = SLICE("收件/甲县.zip/甲.txt");
    report->lineage = (struct lineage){.origin = SLICE("http://a"), .order = 7, .sent = 9};
    file_one(f, report);
    withdraw(f, 2, "a1", -1);
    const struct request request = {.list = LIST_DECISIONS};
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    const struct decision *decision = answer.items;
    assert_int_equal(answer.item_count, 1);
    assert_true(slice_equal(decision->path, SLICE("收件/甲县.zip/甲.txt")));
    assert_true(slice_equal(decision->lineage.origin, SLICE("http://a")));
    assert_true(decision->lineage.order == 7 && decision->lineage.sent == 9);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EDITION_TEST(test_the_version_before_comes_back),
        EDITION_TEST(test_a_withdrawn_version_is_none_before),
        EDITION_TEST(test_the_version_before_within_a_batch),
        EDITION_TEST(test_a_version_that_moved_is_none_before),
        EDITION_TEST(test_the_version_before_of_a_rival),
        EDITION_TEST(test_so_many_versions_are_remembered),
        EDITION_TEST(test_what_replaced_it),
        EDITION_TEST(test_what_was_withdrawn_is_known_as_it_came),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
