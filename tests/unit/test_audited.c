/* test_audited.c - sorted and joined, audits touch the same figures as one by one. */
#include "tests/unit/test.h"
#include "workers/results/audited.h"

static bool touches(const struct span *audits, size_t count, struct span figure)
{
    for (size_t i = 0; i < count; i++)
        if (audits[i].start < figure.end && figure.start < audits[i].end)
            return true;
    return false;
}

static void test_as_one_by_one(void **state)
{
    enum { TIMES = 300, MOST = 12, PLACES = 40 };
    (void)state;
    srandom(7);
    for (unsigned n = 0; n < TIMES; n++) {
        struct audited audited = {.spans = NULL};
        struct span audits[MOST];
        size_t count = (size_t)random() % MOST;
        for (size_t i = 0; i < count; i++) {
            audits[i].start = (uint32_t)(random() % PLACES);
            audits[i].end = audits[i].start + (uint32_t)(random() % 6); /* perhaps empty */
            audited_add(&audited, audits[i]);
        }
        audited_settle(&audited);
        for (uint32_t start = 0; start < PLACES; start++)
            for (uint32_t end = start; end < start + 5; end++)
                assert_int_equal(audited_touches(&audited, (struct span){start, end}),
                                 touches(audits, count, (struct span){start, end}));
        audited_release(&audited);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_as_one_by_one)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
