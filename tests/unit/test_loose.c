/* test_loose.c - what an older program has remembered of a seat: versions behind any document, and
 * each noted by its hash, too, in whatever order. */
#include "tests/unit/editions_fixture.h"

#include "workers/results/aside.h"

struct remembered {
    struct buffer key, aside;
};

static void recall(struct fixture *f, struct remembered *seat)
{
    const struct slice prefix = {"aside", sizeof "aside"};
    struct kv_cursor *cursor =
        kv_cursor_new(f->store->kv, FAMILY_META, prefix, (struct slice){NULL, 0});
    assert_true(kv_cursor_valid(cursor) && slice_starts(kv_cursor_key(cursor), prefix));
    *seat = (struct remembered){0};
    buffer_add(&seat->key, kv_cursor_key(cursor));
    buffer_add(&seat->aside, kv_cursor_value(cursor));
    kv_cursor_free(&cursor);
}

static void release(struct remembered *seat)
{
    buffer_release(&seat->key);
    buffer_release(&seat->aside);
}

/* Versions behind all documents or in front of them, with a note before each; of the document in
 * force nothing where nobody has chosen it. */
static void make_older(struct fixture *f, bool in_front)
{
    struct remembered seat;
    struct buffer documents = {0}, versions = {0}, both = {0};
    struct aside_entry entry;
    bool bad = false;
    recall(f, &seat);
    for (size_t at = 0; aside_next(buffer_slice(&seat.aside), &at, &entry, &bad);) {
        bool former = entry.kind == ASIDE_FORMER;
        if (entry.kind == ASIDE_IN_FORCE && entry.chosen == CHOSEN_BY_NOBODY)
            continue;
        const struct aside_entry note = {
            .issuer = entry.issuer, .kind = ASIDE_REPLACED, .sha256 = entry.sha256};
        if (former)
            aside_put(&versions, &note);
        aside_put(former ? &versions : &documents, &entry);
    }
    assert_false(bad);
    buffer_add(&both, buffer_slice(in_front ? &versions : &documents));
    buffer_add(&both, buffer_slice(in_front ? &documents : &versions));
    struct kv_batch *batch = kv_batch_new(f->store->kv);
    kv_batch_put(batch, FAMILY_META, buffer_slice(&seat.key), buffer_slice(&both));
    assert_int_equal(kv_commit(f->store->kv, batch, true, NULL), STATUS_OK);
    kv_batch_free(&batch);
    buffer_release(&documents);
    buffer_release(&versions);
    buffer_release(&both);
    release(&seat);
    fixture_reopen(f);
}

static unsigned count_entries(struct fixture *f, const char *content)
{
    uint8_t hash[DIGEST_BYTES];
    struct remembered seat;
    struct aside_entry entry;
    unsigned count = 0;
    bool bad = false;
    digest_sha256(slice_of(content), hash);
    recall(f, &seat);
    for (size_t at = 0; aside_next(buffer_slice(&seat.aside), &at, &entry, &bad);)
        count += slice_equal(entry.sha256, (struct slice){(const char *)hash, sizeof hash});
    release(&seat);
    return count;
}

/* `by`: what has replaced it, or NULL. */
static void check_stands(struct fixture *f, const char *content, enum standing wanted,
                         const char *by)
{
    struct arena arena = {0};
    struct answer answer;
    uint8_t hash[DIGEST_BYTES];
    char hex[2 * DIGEST_BYTES + 1], by_hex[2 * DIGEST_BYTES + 1] = "";
    digest_sha256(slice_of(content), hash);
    digest_name(hash, hex);
    if (by) {
        digest_sha256(slice_of(by), hash);
        digest_name(hash, by_hex);
    }
    const struct request request = {.list = LIST_DOCUMENTS, .filter = {.document = slice_of(hex)}};
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    const struct document_item *items = answer.items;
    assert_int_equal(answer.item_count, 1);
    assert_int_equal(items[0].standing, wanted);
    assert_true(slice_equal(items[0].replaced_by, slice_of(by_hex)));
    arena_release(&arena);
}

/* The first of a came late, behind b, which somebody had chosen: it is a version of a all the same.
 */
static void test_a_version_behind_another_document(void **state)
{
    for (int in_front = 0; in_front < 2; in_front++) {
        struct fixture *f = *state;
        file_one(f, document(2, "a", "2", 6));
        file_one(f, document(3, "b", "1", 7));
        choose(f, 4, "b1");
        file_one(f, document(1, "a", "1", 5));
        make_older(f, in_front);
        withdraw(f, 5, "b1", 6);
        check_stands(f, "a2", STANDING_COUNTED, NULL);
        check_stands(f, "a1", STANDING_REPLACED, "a2");
        assert_int_equal(count_entries(f, "a1"), 1);
        withdraw(f, 6, "a2", 5);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* Of one document alone nothing is said but what was replaced. */
static void test_what_has_replaced_it_is_told(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "a", "2", 6));
    make_older(f, true);
    check_stands(f, "a1", STANDING_REPLACED, "a2");
    withdraw(f, 3, "a2", 5);
}

/* How many versions are remembered; they stand in the order of their hashes, so that one is found
 * without a look at each. */
static unsigned count_in_order(struct fixture *f)
{
    struct remembered seat;
    struct aside_entry entry;
    struct slice before = {NULL, 0};
    unsigned count = 0;
    bool bad = false;
    recall(f, &seat);
    for (size_t at = 0; aside_next(buffer_slice(&seat.aside), &at, &entry, &bad);) {
        if (entry.kind != ASIDE_REPLACED && entry.kind != ASIDE_FORMER)
            continue;
        assert_true(slice_compare(before, entry.sha256) < 0);
        before = entry.sha256;
        count++;
    }
    release(&seat);
    return count;
}

/* As older programs wrote them: in the order in which they were replaced, or another. */
static void turn_round(struct fixture *f)
{
    enum { MOST = 64 };
    struct remembered seat;
    struct aside_entry entries[MOST];
    struct buffer turned = {0};
    unsigned count = 0;
    bool bad = false;
    recall(f, &seat);
    for (size_t at = 0; aside_next(buffer_slice(&seat.aside), &at, &entries[count], &bad);)
        assert_true(++count < MOST);
    aside_put(&turned, &entries[0]); /* the document that they are versions of */
    while (count > 1)
        aside_put(&turned, &entries[--count]);
    struct kv_batch *batch = kv_batch_new(f->store->kv);
    kv_batch_put(batch, FAMILY_META, buffer_slice(&seat.key), buffer_slice(&turned));
    assert_int_equal(kv_commit(f->store->kv, batch, true, NULL), STATUS_OK);
    kv_batch_free(&batch);
    buffer_release(&turned);
    release(&seat);
    fixture_reopen(f);
}

static void test_versions_are_kept_by_their_hashes(void **state)
{
    enum { VERSIONS = 40 };
    struct fixture *f = *state;
    char name[8], content[8];
    for (unsigned v = 1; v <= VERSIONS; v++) {
        snprintf(name, sizeof name, "%u", v);
        file_one(f, document(v, "a", name, v));
    }
    assert_int_equal(count_in_order(f), VERSIONS - 1);
    turn_round(f);
    for (unsigned v = 1; v < VERSIONS; v++) {
        snprintf(name, sizeof name, "%u", v);
        snprintf(content, sizeof content, "a%u", v);
        assert_int_equal(file_one(f, document(VERSIONS + v, "a", name, v)), OUTCOME_STALE);
        assert_int_equal(count_entries(f, content), 1);
    }
    assert_int_equal(count_in_order(f), VERSIONS - 1);
    assert_true(counted(f) == VERSIONS);
}

static enum chosen_by chosen_of(struct fixture *f, const char *content)
{
    struct remembered seat;
    struct aside_entry entry;
    uint8_t hash[DIGEST_BYTES];
    enum chosen_by chosen = CHOSEN_COUNT;
    bool bad = false;
    digest_sha256(slice_of(content), hash);
    recall(f, &seat);
    for (size_t at = 0; aside_next(buffer_slice(&seat.aside), &at, &entry, &bad);)
        if (memcmp(entry.sha256.data, hash, sizeof hash) == 0)
            chosen = entry.chosen;
    release(&seat);
    return chosen;
}

/* A version is chosen by what a list says of one before it, however their hashes stand. */
static void test_what_is_said_is_handed_on_in_their_own_order(void **state)
{
    for (unsigned i = 0; i < 8; i++) {
        struct fixture *f = *state;
        char first[8], third[8], content[8];
        snprintf(first, sizeof first, "%u-1", i);
        snprintf(third, sizeof third, "%u-3", i);
        snprintf(content, sizeof content, "a%u-3", i);
        struct report *listed = version(1, first, "o", 1, 5);
        listed->meta.placed_by = SLICE("list");
        file_one(f, listed);
        file_one(f, document(2, "b", "1", 8));
        file_one(f, version(3, third, "o", 3, 6));
        choose(f, 4, content);
        file_one(f, version(5, "4", "o", 4, 7));
        assert_int_equal(chosen_of(f, content), CHOSEN_BY_NOBODY); /* the document is */
        file_one(f, version(6, "2", "o", 2, 9));
        assert_int_equal(chosen_of(f, content), CHOSEN_BY_LIST);
        fixture_drop(state);
        fixture_make(state);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        EDITION_TEST(test_a_version_behind_another_document),
        EDITION_TEST(test_what_has_replaced_it_is_told),
        EDITION_TEST(test_versions_are_kept_by_their_hashes),
        EDITION_TEST(test_what_is_said_is_handed_on_in_their_own_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
