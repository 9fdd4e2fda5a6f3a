/* test_places.c - the same bytes, filed for several units, as lists or paths say: each place is
 * known, and whoever withdraws the document withdraws it everywhere. */
#include "tests/unit/editions_fixture.h"

#include <unistd.h>

static struct report *listed(uint64_t seq, uint32_t region, const char *edition, double value)
{
    struct report *report = document(seq, "a", edition, value);
    report->meta.region = region;
    report->meta.issuer = arena_format(&report->arena, "%06u人民政府", region);
    report->meta.placed_by = SLICE("list");
    return report;
}

/* In whose seat the document is found by its hash, in which standing; 0: in none. */
static uint32_t found(struct fixture *f, const char *content, enum standing wanted)
{
    struct arena arena = {0};
    struct answer answer;
    uint8_t hash[DIGEST_BYTES];
    char hex[2 * DIGEST_BYTES + 1];
    digest_sha256(slice_of(content), hash);
    digest_name(hash, hex);
    const struct request request = {.list = LIST_DOCUMENTS, .filter = {.document = slice_of(hex)}};
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    const struct document_item *items = answer.items;
    uint32_t region = answer.item_count ? items[0].unit.region : 0;
    if (region)
        assert_int_equal(items[0].standing, wanted);
    arena_release(&arena);
    return region;
}

/* In force in all of them, or in the middle a version that was replaced. */
static void test_a_document_is_withdrawn_everywhere(void **state)
{
    for (int round = 0; round < 4; round++) {
        struct fixture *f = *state;
        bool at_once = round & 1, replaced = round & 2;
        struct said said;
        struct report *batch[] = {listed(1, REGION, "0", 4),
                                  listed(2, REGION, "1", 5),
                                  listed(3, REGION + 1, "1", 5),
                                  listed(4, REGION + 2, "1", 5),
                                  listed(5, REGION + 1, replaced ? "2" : "1", 6),
                                  saying(&said, 6, VERDICT_UNFILE, "a1")};
        apply(f, batch, 6, at_once);
        assert_int_equal(batch[5]->outcome, OUTCOME_APPLIED);
        assert_int_equal(found(f, "a1", STANDING_COUNTED), 0);
        assert_int_equal(standing(f, STANDING_COUNTED), replaced ? 2 : 1);
        assert_int_equal(found(f, "a0", STANDING_COUNTED), REGION); /* it is in force again */
        assert_int_equal(say_of(f, 7, VERDICT_UNFILE, "a1"), OUTCOME_CHANGED);
        if (replaced)
            withdraw(f, 8, "a2", 4); /* what was before it is withdrawn */
        for (size_t i = 0; i < 5; i++)
            report_free(batch[i]);
        report_release(batch[5]);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* A withdrawal that is delivered again leaves what has come back since. */
static void test_a_withdrawal_delivered_again(void **state)
{
    struct fixture *f = *state;
    file_one(f, listed(1, REGION, "1", 5));
    file_one(f, listed(2, REGION + 1, "1", 5));
    withdraw(f, 3, "a1", -1);
    assert_int_equal(say_of(f, 4, VERDICT_REFILE, "a1"), OUTCOME_APPLIED);
    file_one(f, listed(5, REGION, "1", 5));
    file_one(f, listed(6, REGION + 1, "1", 5));
    assert_int_equal(say_of(f, 3, VERDICT_UNFILE, "a1"), OUTCOME_DUPLICATE);
    assert_int_equal(standing(f, STANDING_COUNTED), 2);
}

/* The unit that is named no longer has it: the other is. */
static void test_a_place_that_goes(void **state)
{
    enum { MORE = 9 }; /* so many versions push one out of those that are kept whole */
    struct fixture *f = *state;
    char edition[8];
    file_one(f, listed(1, REGION, "1", 5));
    file_one(f, listed(2, REGION + 1, "1", 5));
    file_one(f, listed(3, REGION, "2", 6));
    assert_int_equal(found(f, "a1", STANDING_COUNTED), REGION + 1);
    file_one(f, listed(4, REGION + 1, "3", 7));
    assert_int_equal(found(f, "a1", STANDING_REPLACED), REGION + 1);
    for (unsigned i = 0; i < MORE; i++) {
        snprintf(edition, sizeof edition, "%u", 10 + i);
        file_one(f, listed(10 + i, REGION + 1, edition, 8));
    }
    assert_int_equal(found(f, "a1", STANDING_REPLACED), REGION);
    assert_int_equal(say_of(f, 30, VERDICT_UNFILE, "a1"), OUTCOME_APPLIED);
    assert_int_equal(found(f, "a1", STANDING_REPLACED), 0);
    assert_int_equal(say_of(f, 31, VERDICT_UNFILE, "a2"), OUTCOME_APPLIED);
    assert_int_equal(standing(f, STANDING_COUNTED), 1);
}

/* It comes for one unit and is replaced in another, wherever its seat stands. */
static void test_a_place_comes_and_another_goes(void **state)
{
    for (int round = 0; round < 2; round++) {
        struct fixture *f = *state;
        uint32_t other = round ? REGION + 1 : REGION - 1;
        file_one(f, listed(1, REGION, "1", 5));
        struct report *batch[] = {listed(2, other, "1", 5), listed(3, REGION, "2", 6)};
        apply(f, batch, 2, true);
        assert_int_equal(found(f, "a1", STANDING_COUNTED), other);
        assert_int_equal(say_of(f, 4, VERDICT_UNFILE, "a1"), OUTCOME_APPLIED);
        assert_int_equal(found(f, "a1", STANDING_COUNTED), 0);
        withdraw(f, 5, "a2", -1);
        report_free(batch[0]);
        report_free(batch[1]);
        fixture_drop(state);
        fixture_make(state);
    }
}

#define BREAKS_OFF "store.commit:error:4"

/* It has left the first of its units when the disk fails: delivered again, it leaves the other. */
static void test_a_withdrawal_breaks_off(void **state)
{
    struct fixture *f = *state;
    struct said said;
    struct report *carrier = saying(&said, 3, VERDICT_UNFILE, "a1");
    struct error error;
    file_one(f, listed(1, REGION, "1", 5));
    file_one(f, listed(2, REGION + 1, "1", 5));
    assert_int_not_equal(store_apply(f->store, &carrier, 1, &error), STATUS_OK);
    fixture_reopen(f);
    assert_int_equal(standing(f, STANDING_COUNTED), 1);
    withdraw(f, 3, "a1", -1);
    assert_int_equal(standing(f, STANDING_COUNTED), 0);
    report_release(carrier);
}

/* Once more for the last test: what fails is read before main. */
int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        EDITION_TEST(test_a_document_is_withdrawn_everywhere),
        EDITION_TEST(test_a_withdrawal_delivered_again),
        EDITION_TEST(test_a_place_that_goes),
        EDITION_TEST(test_a_place_comes_and_another_goes),
    };
    const struct CMUnitTest breaks_off[] = {EDITION_TEST(test_a_withdrawal_breaks_off)};
    if (argc > 1)
        return cmocka_run_group_tests(breaks_off, NULL, NULL);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    char *again[] = {argv[0], "again", NULL};
    setenv("XIANZHI_FAILPOINT", BREAKS_OFF, 1);
    if (!failed)
        execv("/proc/self/exe", again);
    return failed ? failed : 1;
}
