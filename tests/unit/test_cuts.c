/* test_cuts.c - reading everything with filings cut beforehand gives what reading without does,
 * also when the store changes in between. The wait for enough rows is skipped from inside. */
#include "tests/unit/store_invent.h"
#include "workers/results/read/read.h"

enum { LONG_ENOUGH = 1 << 20 }; /* rows */

/* Of the store's own reader, which is up to date. */
static struct filing_cuts *cuts_of(struct store *store)
{
    struct error error = {""};
    if (!store->reader && reader_new(&store->reader, store, &error) != STATUS_OK)
        fail_msg("reader_new: %s", error.text);
    assert_int_equal(reader_renew(store->reader, &error), STATUS_OK);
    return &store->reader->cuts;
}

static struct answer read_page(struct store *store, struct request *request, struct arena *arena)
{
    struct answer answer;
    struct error error = {""};
    arena_reset(arena);
    if (store_read(store, request, arena, &answer, &error) != STATUS_OK)
        fail_msg("store_read: %s", error.text);
    return answer;
}

/* Appends the rows behind `after` (which moves on), at most `pages` pages; returns whether there
 * are more. With `hurry` filings are cut from the first page on that may. */
static bool read_some(struct store *store, const struct filter *filter, uint32_t limit,
                      unsigned pages, bool hurry, struct buffer *after, struct buffer *out)
{
    struct request request = {.filter = *filter, .limit_rows = limit};
    struct answer answer = {.more = true};
    struct arena arena = {0};
    while (answer.more && pages-- > 0) {
        request.after = buffer_slice(after);
        cuts_of(store)->rows = hurry ? LONG_ENOUGH : 0;
        answer = read_page(store, &request, &arena);
        for (size_t i = 0; i < answer.row_count; i++)
            dump_row(&answer.rows[i], out);
        buffer_clear(after);
        buffer_add(after, answer.after);
    }
    arena_release(&arena);
    return answer.more;
}

static void assert_same_rows(struct buffer *got, struct buffer *expected)
{
    buffer_append(got, "", 1);
    buffer_append(expected, "", 1);
    assert_same(got->data, expected->data);
    buffer_release(got);
    buffer_release(expected);
}

static void file_versions(struct fixture *fixture, unsigned from, unsigned to)
{
    unsigned order[REPORTS];
    for (unsigned i = from * UNITS; i < to * UNITS; i++)
        order[i - from * UNITS] = i;
    file_in_order(fixture, order, (to - from) * UNITS);
}

static void test_any_question_reads_the_same(void **state)
{
    struct fixture *f = *state;
    static const char *const prefixes[] = {"14", "1410", "141031", "0", "4", "54"};
    unsigned used = 0;
    seed = 5;
    file_versions(f, 0, VERSIONS);
    for (unsigned turn = 0; turn < 200; turn++) {
        struct filter filter = {0};
        struct buffer got = {0}, expected = {0}, after = {0};
        if (roll(2))
            filter.regions[filter.region_count++] = slice_of(prefixes[roll(6)]);
        if (roll(3) == 0)
            filter.year = (uint16_t)(2020 + roll(2));
        uint32_t limit = 1 + roll(12);
        buffer_clear(&cuts_of(f->store)->question);
        cuts_of(f->store)->width = 1 + roll(3);
        assert_false(read_some(f->store, &filter, limit, 10000, true, &after, &got));
        used += cuts_of(f->store)->count > 0;
        fixture_reopen(f);
        buffer_clear(&after);
        assert_false(read_some(f->store, &filter, 20000, 10000, false, &after, &expected));
        assert_int_equal(cuts_of(f->store)->count, 0);
        buffer_release(&after);
        assert_same_rows(&got, &expected);
    }
    assert_true(used > 100);
}

static void test_what_changes_meanwhile_is_read_as_it_is(void **state)
{
    struct fixture *f = *state;
    const struct filter everything = {0};
    struct buffer got = {0}, expected = {0}, after = {0}, again = {0};
    file_versions(f, 0, VERSIONS - 1);
    assert_true(read_some(f->store, &everything, 10, 6, true, &after, &got));
    assert_true(cuts_of(f->store)->count > 0);
    buffer_add(&again, buffer_slice(&after));
    buffer_clear(&got);
    file_versions(f, VERSIONS - 1, VERSIONS);
    assert_int_equal(cuts_of(f->store)->count, 0);
    assert_false(read_some(f->store, &everything, 10, 10000, true, &after, &got));
    assert_true(cuts_of(f->store)->count > 0);
    fixture_reopen(f);
    assert_false(read_some(f->store, &everything, 20000, 10000, false, &again, &expected));
    buffer_release(&after);
    buffer_release(&again);
    assert_same_rows(&got, &expected);
}

/* Two that read in turns: only one of them is served, until it stays away. */
static void test_readers_in_turns_read_the_same(void **state)
{
    struct fixture *f = *state;
    struct filter filters[2] = {{.year = 2020}, {.year = 2021}};
    struct buffer got[2] = {{0}}, after[2] = {{0}};
    bool more[2] = {true, true};
    file_versions(f, 0, VERSIONS);
    for (unsigned turn = 0; more[0] || more[1]; turn++)
        if (more[turn % 2])
            more[turn % 2] = read_some(f->store, &filters[turn % 2], turn % 2 ? 3 : 9, 1, true,
                                       &after[turn % 2], &got[turn % 2]);
    assert_true(cuts_of(f->store)->count > 0);
    fixture_reopen(f);
    for (unsigned i = 0; i < 2; i++) {
        struct buffer expected = {0};
        buffer_clear(&after[i]);
        assert_false(read_some(f->store, &filters[i], 20000, 100, false, &after[i], &expected));
        buffer_release(&after[i]);
        assert_same_rows(&got[i], &expected);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_drop)
    const struct CMUnitTest tests[] = {
        TEST(test_any_question_reads_the_same),
        TEST(test_what_changes_meanwhile_is_read_as_it_is),
        TEST(test_readers_in_turns_read_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
