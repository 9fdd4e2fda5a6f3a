/* test_store_changes.c - following the store: a snapshot and the changes since give what a query
 * gives, whatever the page size and however much is filed meanwhile. */
#include "tests/unit/store_invent.h"

/* What a subscriber holds: rows by key. */
struct replica {
    struct {
        char key[256];
        char *text;
    } rows[4096];
    size_t count;
    uint64_t version;
    size_t pages, snapshots;
};

static void key_text(const struct row *row, char key[256])
{
    snprintf(key, 256, "%.*s\1%06u\1%.*s\1%s\1%.*s\1%04u\1%s", SLICE_ARGS(row->indicator),
             row->region, SLICE_ARGS(row->township), row->kind ? kind_name(row->kind) : "",
             SLICE_ARGS(row->issuer), row->year,
             row->children_level ? level_name(row->children_level) : "");
}

static void replica_clear(struct replica *replica)
{
    for (size_t i = 0; i < replica->count; i++)
        free(replica->rows[i].text);
    replica->count = 0;
}

static void replica_take(struct replica *replica, const struct row *row)
{
    char key[256];
    struct buffer text = {0};
    key_text(row, key);
    size_t i = 0;
    while (i < replica->count && strcmp(replica->rows[i].key, key) != 0)
        i++;
    if (i < replica->count) {
        free(replica->rows[i].text);
        replica->rows[i] = replica->rows[--replica->count];
    }
    if (row->gone)
        return;
    dump_row(row, &text);
    buffer_append(&text, "", 1);
    strcpy(replica->rows[replica->count].key, key);
    replica->rows[replica->count++].text = text.data;
}

/* Asks once; true: there is more. `after` carries the place from page to page. */
static bool follow(struct replica *replica, struct store *store, const struct filter *filter,
                   uint32_t limit_rows, struct buffer *after)
{
    struct arena arena = {0};
    struct answer answer;
    struct error error = {""};
    struct request request = {.changes = true,
                              .since = replica->version,
                              .after = buffer_slice(after),
                              .limit_rows = limit_rows,
                              .filter = *filter};
    if (store_read(store, &request, &arena, &answer, &error) != STATUS_OK)
        fail_msg("store_read: %s", error.text);
    if (answer.snapshot) {
        replica_clear(replica);
        replica->snapshots++;
    }
    for (size_t i = 0; i < answer.row_count; i++)
        replica_take(replica, &answer.rows[i]);
    buffer_clear(after);
    buffer_add(after, answer.after);
    if (!answer.more)
        replica->version = answer.version;
    replica->pages++;
    arena_release(&arena);
    return answer.more;
}

static int by_text(const void *left, const void *right)
{
    return strcmp(left, right);
}

static void assert_replica(struct replica *replica, struct store *store,
                           const struct filter *filter)
{
    struct buffer expected = {0}, got = {0};
    dump_pages(store, filter, 0, &expected);
    qsort(replica->rows, replica->count, sizeof *replica->rows, by_text);
    for (size_t i = 0; i < replica->count; i++)
        buffer_add(&got, slice_of(replica->rows[i].text));
    buffer_append(&got, "", 1);
    assert_same(got.data, expected.data);
    assert_int_equal(replica->version, store_version(store));
    buffer_release(&expected);
    buffer_release(&got);
}

static void follow_random(struct fixture *fixture, const struct filter *filter, uint32_t limit_rows)
{
    struct replica *replica = memory_zero(sizeof *replica);
    struct buffer after = {0};
    unsigned order[REPORTS];
    for (unsigned i = 0; i < REPORTS; i++)
        order[i] = i;
    shuffle(order, REPORTS);
    /* Reading and filing take turns, so that pages fall between commits. */
    for (unsigned done = 0; done < REPORTS; done += 20) {
        file_in_order(fixture, order + done, 20);
        for (unsigned reads = roll(6); reads > 0; reads--)
            if (!follow(replica, fixture->store, filter, limit_rows, &after) && roll(2))
                break;
    }
    while (follow(replica, fixture->store, filter, limit_rows, &after))
        ;
    while (replica->version < store_version(fixture->store))
        follow(replica, fixture->store, filter, limit_rows, &after);
    assert_replica(replica, fixture->store, filter);
    replica_clear(replica);
    buffer_release(&after);
    free(replica);
}

static void test_snapshot_and_changes_give_the_query(void **state)
{
    static const uint32_t limits[] = {1000, 7, 1, 60};
    (void)state;
    for (unsigned turn = 0; turn < 4; turn++) {
        void *fixture = NULL;
        seed = 1234 + turn;
        assert_int_equal(fixture_make(&fixture), 0);
        follow_random(fixture, &(struct filter){0}, limits[turn]);
        fixture_drop(&fixture);
    }
}

static void test_filtered_changes_give_the_filtered_query(void **state)
{
    struct filter filter = {.indicator = SLICE("x*"), .year = 2020, .region_count = 2};
    filter.regions[0] = SLICE("1410");
    filter.regions[1] = SLICE("0");
    seed = 77;
    follow_random(*state, &filter, 5);
}

static void test_a_log_cut_short_begins_anew(void **state)
{
    struct fixture *f = *state;
    struct replica *replica = memory_zero(sizeof *replica);
    struct buffer after = {0};
    struct filter filter = {0};
    f->options.log_versions = 4;
    fixture_reopen(f);
    for (uint64_t i = 0; i < 12; i++) {
        struct report *report = report_new(i + 1, 141031, (uint16_t)(2000 + i), "a");
        report_add(report, "x", 1, "件");
        file_one(f, report);
        if (i == 3 || i == 7)
            assert_false(follow(replica, f->store, &filter, 0, &after));
    }
    assert_int_equal(replica->snapshots, 1); /* four versions later nothing was lost yet */
    for (uint64_t i = 12; i < 14; i++) {
        struct report *report = report_new(i + 1, 141031, (uint16_t)(2000 + i), "a");
        report_add(report, "x", 1, "件");
        file_one(f, report);
    }
    assert_false(follow(replica, f->store, &filter, 0, &after));
    assert_int_equal(replica->snapshots, 2);
    assert_replica(replica, f->store, &filter);
    replica_clear(replica);
    free(replica);
    buffer_release(&after);
}

static void test_nothing_new_and_a_version_of_another_store(void **state)
{
    struct fixture *f = *state;
    struct request request = {.changes = true, .since = 1};
    struct arena arena = {0};
    struct answer answer;
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    assert_false(answer.snapshot);
    assert_int_equal(answer.version, 1);
    assert_int_equal(answer.row_count, 0);
    request.since = 5; /* the reader knows more than there is: it followed another store */
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    assert_true(answer.snapshot);
    assert_int_equal(answer.version, 1);
    /* … or says so, whatever the number; a page of a query can't be gone on with */
    request.since = 1;
    request.store = slice_of(store_id(f->store));
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    assert_false(answer.snapshot);
    assert_true(slice_equal(answer.store, request.store));
    request.store = SLICE("00000000000000000000000000000000");
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    assert_true(answer.snapshot);
    request.changes = false;
    request.after = SLICE("a");
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_BAD);
    arena_release(&arena);
}

static void test_each_row_comes_once_a_page_and_gone_ones_are_marked(void **state)
{
    struct fixture *f = *state;
    for (uint64_t i = 1; i <= 3; i++) {
        char content[2] = {(char)('a' + i), '\0'};
        struct report *report = report_new(i, 141031, 2023, content);
        report_add(report, i < 3 ? "old" : "new", (double)i, "件");
        file_one(f, report);
    }
    struct request request = {.changes = true, .since = 1};
    struct arena arena = {0};
    struct answer answer;
    struct buffer text = {0};
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    for (size_t i = 0; i < answer.row_count; i++)
        if (answer.rows[i].gone || answer.rows[i].region == 141031)
            dump_row(&answer.rows[i], &text);
    buffer_append(&text, "", 1);
    const char *end = strstr(text.data, "old|141031||government|141031人民政府|2023| gone\n");
    assert_non_null(end);
    assert_non_null(strstr(text.data, "old|140000||||2023|county gone\n"));
    assert_null(strstr(end + 10, "old|141031")); /* once, although it changed three times */
    assert_non_null(strstr(end, "new|141031||government|141031人民政府|2023| 标签new county 3件"));
    assert_int_equal(answer.version, 4);
    buffer_release(&text);
    arena_release(&arena);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_drop)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_snapshot_and_changes_give_the_query),
        TEST(test_filtered_changes_give_the_filtered_query),
        TEST(test_a_log_cut_short_begins_anew),
        TEST(test_nothing_new_and_a_version_of_another_store),
        TEST(test_each_row_comes_once_a_page_and_gone_ones_are_marked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
