/* test_withdrawn.c - what is taken out, and the version before it, which is in force again. */
#include "tests/unit/editions_fixture.h"

#include "workers/results/aside.h"

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
    digest_name(hash, first);
    digest_sha256(SLICE("a2"), hash);
    digest_name(hash, second);
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "a", "2", 6));
    file_one(f, document(3, "b", "1", 9));
    choose(f, 4, "b1");
    assert_int_equal(standing(f, STANDING_REPLACED), 0);
    struct request request = {.list = LIST_DOCUMENTS, .filter = {.document = slice_of(first)}};
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    const struct document_item *item = answer.items;
    assert_int_equal(answer.item_count, 1);
    assert_int_equal(item->standing, STANDING_REPLACED);
    assert_true(slice_equal(item->sha256, slice_of(first)));
    assert_true(slice_equal(item->replaced_by, slice_of(second)));
    withdraw(f, 5, "a2", 9);
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    item = answer.items;
    assert_true(answer.item_count == 1 && item->standing == STANDING_ASIDE);
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

/* Who chooses a document means it in all its versions, and takes that back from all. */
static void test_a_review_is_of_the_document(void **state)
{
    for (int round = 0; round < 3; round++) {
        struct fixture *f = *state;
        file_one(f, document(1, "a", "1", 5));
        file_one(f, document(2, "b", "1", 9));
        if (round != 1)
            choose(f, 3, "a1");
        file_one(f, document(4, "a", "2", 6));
        if (round == 0)
            choose(f, 5, "b1");
        else if (round == 1)
            choose(f, 5, "a2");
        withdraw(f, 6, "a2", round ? 5 : 9);
        assert_int_equal(standing(f, STANDING_ASIDE), 1);
        assert_int_equal(choose(f, 7, round ? "b1" : "a1"), OUTCOME_APPLIED);
        assert_true(counted(f) == (round ? 9 : 5));
        fixture_drop(state);
        fixture_make(state);
    }
}

/* What came back is replaced no longer: taken out and put back itself, it stands again. */
static void test_a_version_that_came_back_is_restored(void **state)
{
    for (int beside = 0; beside < 2; beside++) {
        struct fixture *f = *state;
        file_one(f, document(1, "a", "1", 5));
        file_one(f, document(2, "a", "2", 6));
        if (beside)
            file_one(f, document(3, "b", "1", 9));
        withdraw(f, 4, "a2", beside ? -1 : 5);
        withdraw(f, 5, "a1", beside ? 9 : -1);
        assert_int_equal(remembered(f), 0);
        fixture_reopen(f);
        assert_int_equal(say_of(f, 6, VERDICT_REFILE, "a1"), OUTCOME_APPLIED);
        assert_int_equal(file_one(f, document(7, "a", "1", 5)),
                         beside ? OUTCOME_RIVAL : OUTCOME_APPLIED);
        assert_true(counted(f) == (beside ? -1 : 5));
        fixture_drop(state);
        fixture_make(state);
    }
}

/* Nobody wants it back, though a later version had replaced it by then. */
static void test_a_replaced_version_is_withdrawn(void **state)
{
    for (int round = 0; round < 2; round++) {
        struct fixture *f = *state;
        struct said said;
        struct report *batch[] = {document(2, "a", "2", 6), saying(&said, 3, VERDICT_UNFILE, "a1")};
        file_one(f, document(1, "a", "1", 5));
        apply(f, batch, 2, round);
        assert_int_equal(said.carrier.outcome, OUTCOME_APPLIED);
        assert_true(counted(f) == 6);
        assert_int_equal(file_one(f, document(4, "a", "1", 5)), OUTCOME_WITHDRAWN);
        assert_int_equal(say_of(f, 5, VERDICT_REFILE, "a1"), OUTCOME_APPLIED);
        assert_int_equal(file_one(f, document(6, "a", "1", 5)), OUTCOME_STALE);
        withdraw(f, 7, "a2", 5);
        withdraw(f, 8, "a1", -1);
        assert_int_equal(remembered(f), 0);
        report_free(batch[0]);
        report_release(&said.carrier);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* The first has nothing in common with the last but the one between them. */
static void test_versions_belong_to_their_document(void **state)
{
    struct fixture *f = *state;
    struct report *last = document(3, "b", "3", 7);
    last->lineage.origin = SLICE("url");
    file_one(f, document(1, "a", "1", 5));
    file_one(f, version(2, "2", "url", 0, 6));
    assert_int_equal(file_one(f, last), OUTCOME_REPLACED);
    assert_int_equal(file_one(f, document(4, "a", "1", 5)), OUTCOME_STALE);
    withdraw(f, 5, "a2", 7);
    withdraw(f, 6, "b3", 5);
    withdraw(f, 7, "a1", -1);
}

/* Handed in again, under another name, under the same rules or others, it is as old as it was. */
static void test_a_version_before_comes_again(void **state)
{
    static const char *const catalogues[] = {"rules-1", "rules-2"};
    for (unsigned i = 0; i < 2; i++) {
        struct fixture *f = *state;
        struct arena arena = {0};
        struct answer answer;
        struct report *again = document(4, "a", "1", 5);
        again->path = SLICE("another.txt");
        again->catalogue = slice_of(catalogues[i]);
        for (unsigned v = 1; v <= 3; v++)
            file_one(f, document(v, "a", (const char[]){(char)('0' + v), 0}, 4 + v));
        assert_int_equal(file_one(f, again), OUTCOME_STALE);
        withdraw(f, 5, "a3", 6);
        withdraw(f, 6, "a2", 5);
        const struct request request = {.list = LIST_DOCUMENTS};
        assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
        const struct document_item *item = answer.items;
        assert_true(slice_equal(item->path, SLICE("141031/a1.txt")));
        assert_true(slice_equal(item->catalogue, slice_of(catalogues[i])));
        arena_release(&arena);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* More than are remembered come again, in either order: the same ones are. */
static void test_all_versions_come_again(void **state)
{
    enum { VERSIONS = 10, REMEMBERED = 8 };
    for (int round = 0; round < 2; round++) {
        struct fixture *f = *state;
        char name[8];
        uint64_t seq = 1;
        for (unsigned i = 0; i < 2 * VERSIONS; i++) {
            unsigned v = i < VERSIONS || round ? i % VERSIONS + 1 : 2 * VERSIONS - i;
            snprintf(name, sizeof name, "%u", v);
            file_one(f, document(seq++, "a", name, v));
        }
        for (unsigned v = VERSIONS; v >= VERSIONS - REMEMBERED; v--) {
            snprintf(name, sizeof name, "a%u", v);
            withdraw(f, seq++, name, v > VERSIONS - REMEMBERED ? v - 1.0 : -1);
        }
        fixture_drop(state);
        fixture_make(state);
    }
}

/* Of the figure that document(…, 5) has. */
static enum outcome correct(struct fixture *f, uint64_t seq, const char *content, uint64_t base,
                            double value)
{
    const struct claim said = {SLICE("cases"), SLICE("标签cases"), 5, SLICE("件"), BOUND_EXACT};
    struct decision decision = {.verdict = value >= 0 ? VERDICT_VALUE : VERDICT_WITHDRAW,
                                .base = base,
                                .by = SLICE("李"),
                                .span = {0, 9},
                                .written = SLICE("5件"),
                                .sentence = SLICE("全年共办理5件。"),
                                .offset = sizeof "全年共办理" - 1,
                                .said = said,
                                .holds = said};
    decision.holds.value = value;
    digest_sha256(slice_of(content), decision.sha256);
    return decide(f, seq, &decision);
}

/* What was said last of a figure holds, of whichever version it was said. */
static void test_the_last_word_on_a_figure_stays(void **state)
{
    for (int round = 0; round < 3; round++) {
        struct fixture *f = *state;
        double last = round ? -1 : 9;
        file_one(f, document(1, "a", "1", 5));
        assert_int_equal(correct(f, 2, "a1", 0, 8), OUTCOME_APPLIED);
        file_one(f, document(3, "a", "2", 5));
        assert_true(counted(f) == 8);
        assert_int_equal(correct(f, 4, "a2", 2, last), OUTCOME_APPLIED);
        if (round == 2) { /* put in force again, not left alone */
            struct report *again = document(5, "a", "1", 5);
            again->lineage.again = 1000;
            assert_int_equal(file_one(f, again), OUTCOME_REPLACED);
        } else {
            withdraw(f, 5, "a2", round ? 5 : 9);
        }
        assert_true(counted(f) == (round ? 5 : 9));
        fixture_drop(state);
        fixture_make(state);
    }
}

/* As programs before this one kept it: versions in front of all documents, each noted, too. */
static void remember_as_before(struct fixture *f)
{
    struct slice kind = {"aside", sizeof "aside"};
    struct buffer key = {0}, old = {0}, now = {0};
    struct aside_entry entry;
    bool bad = false;
    struct kv_cursor *cursor =
        kv_cursor_new(f->store->kv, FAMILY_META, kind, (struct slice){NULL, 0});
    buffer_add(&key, kv_cursor_key(cursor));
    buffer_add(&now, kv_cursor_value(cursor));
    kv_cursor_free(&cursor);
    for (int formers = 1; formers >= 0; formers--)
        for (size_t at = 0; aside_next(buffer_slice(&now), &at, &entry, &bad);) {
            const struct aside_entry note = {
                .issuer = entry.issuer, .kind = ASIDE_REPLACED, .sha256 = entry.sha256};
            if (formers == (entry.kind == ASIDE_FORMER))
                aside_put(&old, &entry);
            if (formers && entry.kind == ASIDE_FORMER)
                aside_put(&old, &note);
        }
    struct kv_batch *batch = kv_batch_new(f->store->kv);
    kv_batch_put(batch, FAMILY_META, buffer_slice(&key), buffer_slice(&old));
    assert_int_equal(kv_commit(f->store->kv, batch, true, NULL), STATUS_OK);
    kv_batch_free(&batch);
    buffer_release(&key);
    buffer_release(&old);
    buffer_release(&now);
}

static void test_an_older_store(void **state)
{
    for (int chosen = 0; chosen < 2; chosen++) {
        struct fixture *f = *state;
        file_one(f, document(1, "a", "1", 5));
        file_one(f, document(2, "b", "1", 8));
        file_one(f, document(3, "a", "2", 6));
        file_one(f, document(4, "b", "2", 9));
        if (chosen)
            choose(f, 5, "a2");
        remember_as_before(f);
        fixture_reopen(f);
        assert_int_equal(file_one(f, document(6, "a", "1", 5)), OUTCOME_STALE);
        withdraw(f, 7, "b2", chosen ? 6 : -1);
        withdraw(f, 8, "a2", chosen ? 5 : -1);
        withdraw(f, 9, "b1", 5);
        assert_int_equal(store_verify(f->store, NULL), STATUS_OK);
        withdraw(f, 10, "a1", -1);
        assert_int_equal(remembered(f), 0);
        fixture_drop(state);
        fixture_make(state);
    }
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
        EDITION_TEST(test_a_review_is_of_the_document),
        EDITION_TEST(test_a_version_that_came_back_is_restored),
        EDITION_TEST(test_a_replaced_version_is_withdrawn),
        EDITION_TEST(test_versions_belong_to_their_document),
        EDITION_TEST(test_a_version_before_comes_again),
        EDITION_TEST(test_all_versions_come_again),
        EDITION_TEST(test_the_last_word_on_a_figure_stays),
        EDITION_TEST(test_an_older_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
