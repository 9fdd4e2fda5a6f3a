/* test_moved.c - a person says that a document is another unit's: it is counted once. */
#include "tests/unit/editions_fixture.h"

/* To a seat before or behind the one it was in; counted() sees to it that it is counted once. */
static void test_a_person_moves_a_document(void **state)
{
    struct fixture *f = *state;
    static const uint32_t regions[] = {REGION - 1, REGION + 1, REGION};
    uint64_t seq = 1;
    assert_int_equal(file_one(f, document(seq++, "a", "1", 5)), OUTCOME_APPLIED);
    for (size_t i = 0; i < sizeof regions / sizeof *regions; i++) {
        assert_int_equal(file_one(f, placed(seq++, regions[i])), OUTCOME_APPLIED);
        assert_int_equal(file_one(f, placed(seq++, regions[i])), OUTCOME_DUPLICATE);
        assert_true(counted(f) == 5);
        assert_int_equal(listed_region(f), regions[i]);
        assert_int_equal(standing(f, STANDING_COUNTED), 1);
    }
}

static void test_a_person_moves_a_document_of_the_same_batch(void **state)
{
    struct fixture *f = *state;
    struct report *batch[] = {document(1, "a", "1", 5), placed(2, REGION + 1)};
    struct error error;
    assert_int_equal(store_apply(f->store, batch, 2, &error), STATUS_OK);
    assert_int_equal(batch[0]->outcome, OUTCOME_APPLIED);
    assert_int_equal(batch[1]->outcome, OUTCOME_APPLIED);
    assert_true(counted(f) == 5);
    assert_int_equal(listed_region(f), REGION + 1);
    report_free(batch[0]);
    report_free(batch[1]);
}

/* Two moves in one batch, back and forth between the same seats, end as they do one by one. */
static void test_documents_change_places_in_one_batch(void **state)
{
    struct fixture *f = *state;
    struct report *here = document(1, "a", "1", 5), *there = document(2, "b", "1", 9);
    there->meta.region = REGION + 1;
    file_one(f, here);
    file_one(f, there);
    struct report *batch[] = {placed(3, REGION + 1), document(4, "b", "1", 9)};
    batch[1]->meta.placed_by = SLICE("person");
    struct error error;
    assert_int_equal(store_apply(f->store, batch, 2, &error), STATUS_OK);
    report_free(batch[0]);
    report_free(batch[1]);
    assert_int_equal(standing(f, STANDING_COUNTED), 2);
    char *rows[] = {dump(f->store, "cases", "141031"), dump(f->store, "cases", "141032")};
    assert_non_null(strstr(rows[0], " 9件 "));
    assert_non_null(strstr(rows[1], " 5件 "));
    free(rows[0]);
    free(rows[1]);
}

/* A placing that comes late, or again, after a person has moved the document on. */
static void test_an_older_placing_moves_nothing(void **state)
{
    for (int round = 0; round < 2; round++) {
        struct fixture *f = *state;
        file_one(f, document(1, "a", "1", 5));
        if (round)
            assert_int_equal(file_one(f, placed(2, REGION + 1)), OUTCOME_APPLIED);
        assert_int_equal(file_one(f, placed(3, REGION + 2)), OUTCOME_APPLIED);
        assert_int_equal(file_one(f, placed(2, REGION + 1)), OUTCOME_STALE);
        assert_true(counted(f) == 5);
        assert_int_equal(listed_region(f), REGION + 2);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* Where it belongs a later version stands: it is counted nowhere, and found by its hash nowhere. */
static void test_a_placing_behind_a_later_version(void **state)
{
    struct fixture *f = *state;
    struct report *later = version(1, "2", "url", 20, 6), *moved = placed(3, REGION + 1);
    later->meta.region = REGION + 1;
    file_one(f, later);
    file_one(f, version(2, "1", "url", 10, 5));
    moved->lineage = (struct lineage){.origin = SLICE("url"), .order = 10};
    assert_int_equal(file_one(f, moved), OUTCOME_STALE);
    assert_true(counted(f) == 6);
    assert_int_equal(add_figure(f, 4, "a1"), OUTCOME_CHANGED);
    assert_int_equal(choose(f, 5, "a1"), OUTCOME_CHANGED);
    struct buffer entry = {0};
    char sha256[32];
    digest_sha256(SLICE("a1"), (uint8_t *)sha256);
    assert_int_equal(
        kv_get(f->store->kv, FAMILY_DOCUMENTS, (struct slice){sha256, sizeof sha256}, &entry, NULL),
        STATUS_AGAIN);
    buffer_release(&entry);
    assert_int_equal(file_one(f, placed(6, REGION + 2)), OUTCOME_APPLIED);
    assert_int_equal(standing(f, STANDING_COUNTED), 2);
}

/* Withdrawn and then placed, in one batch, wherever its seats stand. */
static void test_a_placing_of_what_was_withdrawn(void **state)
{
    for (int round = 0; round < 4; round++) {
        struct fixture *f = *state;
        struct decision unfile = {.verdict = VERDICT_UNFILE, .by = SLICE("李")};
        struct report carrier = {.seq = 2, .decision = &unfile};
        struct report *batch[] = {&carrier, placed(3, round & 1 ? REGION + 1 : REGION - 1)};
        struct error error;
        digest_sha256(SLICE("a1"), unfile.sha256);
        file_one(f, document(1, "a", "1", 5));
        for (int i = round & 2 ? 0 : 1; i < 2; i++)
            assert_int_equal(
                store_apply(f->store, round & 2 ? batch + i : batch, round & 2 ? 1 : 2, &error),
                STATUS_OK);
        assert_int_equal(carrier.outcome, OUTCOME_APPLIED);
        assert_int_equal(batch[1]->outcome, OUTCOME_WITHDRAWN);
        assert_true(counted(f) == -1);
        assert_int_equal(standing(f, STANDING_COUNTED), 0);
        report_free(batch[1]);
        report_release(&carrier);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* A version that was replaced goes with whom a person places it, and comes back to nobody else:
 * whatever happens to the one that replaced it, in one batch or by itself. */
static void test_a_replaced_version_moves(void **state)
{
    for (int round = 0; round < 8; round++) {
        struct fixture *f = *state;
        struct said said;
        uint32_t there = round & 1 ? REGION + 1 : REGION - 1;
        bool before = round & 4; /* the one that replaced it goes first */
        struct report *unfile = saying(&said, before ? 3 : 4, VERDICT_UNFILE, "a2");
        struct report *moved = placed(before ? 4 : 3, there);
        struct report *batch[] = {before ? unfile : moved, before ? moved : unfile};
        file_one(f, document(1, "a", "1", 5));
        file_one(f, document(2, "a", "2", 6));
        apply(f, batch, 2, round & 2);
        assert_int_equal(said.carrier.outcome, OUTCOME_APPLIED);
        assert_int_equal(moved->outcome, OUTCOME_APPLIED);
        assert_true(counted(f) == 5);
        assert_int_equal(listed_region(f), there);
        report_free(moved);
        report_release(&said.carrier);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* It is replaced there, too, and comes back there alone. */
static void test_a_version_is_replaced_elsewhere(void **state)
{
    for (int round = 0; round < 4; round++) {
        struct fixture *f = *state;
        uint32_t there = round & 1 ? REGION + 1 : REGION - 1;
        struct report *later = version(3, "3", "url", 20, 7), *moved = placed(4, there);
        later->meta.region = there;
        moved->lineage = (struct lineage){.origin = SLICE("url"), .order = 10};
        file_one(f, document(1, "a", "1", 5));
        if (round & 2)
            file_one(f, document(2, "a", "2", 6));
        file_one(f, later);
        assert_int_equal(file_one(f, moved), OUTCOME_STALE);
        if (round & 2)
            assert_int_equal(say_of(f, 5, VERDICT_UNFILE, "a2"), OUTCOME_APPLIED);
        assert_true(counted(f) == 7);
        assert_int_equal(listed_region(f), there);
        assert_int_equal(say_of(f, 6, VERDICT_UNFILE, "a3"), OUTCOME_APPLIED);
        assert_true(counted(f) == 5);
        assert_int_equal(listed_region(f), there);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* It is as old as it was. */
static void test_a_replaced_version_moves_and_comes_back(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "a", "2", 6));
    file_one(f, document(3, "a", "3", 7));
    assert_int_equal(file_one(f, placed(4, REGION + 1)), OUTCOME_APPLIED);
    assert_int_equal(file_one(f, placed(5, REGION)), OUTCOME_STALE);
    assert_true(counted(f) == 7);
    say_of(f, 6, VERDICT_UNFILE, "a3");
    assert_true(counted(f) == 6);
    say_of(f, 7, VERDICT_UNFILE, "a2");
    assert_true(counted(f) == 5);
    assert_int_equal(listed_region(f), REGION);
}

/* What had replaced it is gone meanwhile, and what came before it is in force. */
static void test_a_version_comes_back_that_nothing_replaces(void **state)
{
    struct fixture *f = *state;
    struct report *second = document(4, "a", "2", 6), *back = document(6, "a", "2", 6);
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "a", "2", 6));
    file_one(f, document(3, "a", "3", 7));
    second->meta.region = REGION + 1;
    second->meta.placed_by = back->meta.placed_by = SLICE("person");
    assert_int_equal(file_one(f, second), OUTCOME_APPLIED);
    say_of(f, 5, VERDICT_UNFILE, "a3");
    assert_int_equal(file_one(f, back), OUTCOME_REPLACED);
    assert_true(counted(f) == 6);
    say_of(f, 7, VERDICT_UNFILE, "a2");
    assert_true(counted(f) == 5);
}

/* What is said of a document, and what is handed in for other units before and behind that, in one
 * batch or by itself, and whichever seat stands first. */
static void test_what_is_decided_holds_in_every_seat(void **state)
{
    for (int round = 0; round < 8; round++) {
        struct fixture *f = *state;
        struct said said;
        uint32_t there = round & 1 ? REGION + 1 : REGION - 1;
        bool back = round & 4;
        struct report *elsewhere = document(3, "a", "1", 5), *moved = placed(4, there);
        struct report *word =
            saying(&said, back ? 6 : 2, back ? VERDICT_REFILE : VERDICT_UNFILE, "a1");
        struct report *here = document(5, "a", "1", 5);
        struct report *after[] = {word, elsewhere, moved, here};
        struct report *before[] = {elsewhere, moved, here, word};
        elsewhere->meta.region = there;
        file_one(f, document(1, "a", "1", 5));
        if (back)
            withdraw(f, 2, "a1", -1);
        apply(f, back ? before : after, 4, round & 2);
        assert_int_equal(said.carrier.outcome, OUTCOME_APPLIED);
        assert_int_equal(elsewhere->outcome, OUTCOME_WITHDRAWN);
        assert_int_equal(moved->outcome, OUTCOME_WITHDRAWN);
        assert_int_equal(here->outcome, OUTCOME_WITHDRAWN);
        assert_true(counted(f) == -1);
        report_free(elsewhere);
        report_free(moved);
        report_free(here);
        report_release(&said.carrier);
        fixture_drop(state);
        fixture_make(state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EDITION_TEST(test_a_person_moves_a_document),
        EDITION_TEST(test_a_person_moves_a_document_of_the_same_batch),
        EDITION_TEST(test_documents_change_places_in_one_batch),
        EDITION_TEST(test_an_older_placing_moves_nothing),
        EDITION_TEST(test_a_placing_behind_a_later_version),
        EDITION_TEST(test_a_placing_of_what_was_withdrawn),
        EDITION_TEST(test_a_replaced_version_moves),
        EDITION_TEST(test_a_version_is_replaced_elsewhere),
        EDITION_TEST(test_a_replaced_version_moves_and_comes_back),
        EDITION_TEST(test_a_version_comes_back_that_nothing_replaces),
        EDITION_TEST(test_what_is_decided_holds_in_every_seat),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
