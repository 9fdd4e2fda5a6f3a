/* test_scanned.c - what was read off a picture is asserted only where the report agrees with it. */
#include "workers/extract/extract.h"

#include "tests/unit/test.h"

enum { MOST = 8 };

/* Figures of one indicator each, "a", "b", …, asserted, of 件 in one sentence, off one picture. */
struct page {
    struct quantity quantities[MOST];
    struct sentence sentences[2];
    struct locus loci[2];
    struct report report;
};

static void page_make(struct page *page, size_t count, const double *values)
{
    static const char ids[] = "abcdefgh";
    *page =
        (struct page){.sentences = {{.paragraph = 0}, {.paragraph = 1}}, .loci = {{.ocr = true}}};
    for (size_t i = 0; i < count; i++)
        page->quantities[i] = (struct quantity){.value = values[i],
                                                .unit = SLICE("件"),
                                                .text = {(uint32_t)i, (uint32_t)i + 1},
                                                .state = STATE_ASSERTED,
                                                .indicator = {ids + i, 1},
                                                .rule = SLICE("a#1 +300")};
    page->report = (struct report){.text = {ids, count + 1},
                                   .quantities = page->quantities,
                                   .quantity_count = count,
                                   .sentences = page->sentences,
                                   .sentence_count = 2,
                                   .loci = page->loci,
                                   .locus_count = 1};
}

static size_t asserted(struct page *page)
{
    size_t count = 0;
    scanned_propose(&page->report);
    for (size_t i = 0; i < page->report.quantity_count; i++)
        count += page->quantities[i].state == STATE_ASSERTED;
    arena_release(&page->report.arena);
    return count;
}

static void what_stands_alone_is_proposed_with_its_rule(void **state)
{
    (void)state;
    struct page page;
    page_make(&page, 1, (const double[]){45});
    assert_int_equal(asserted(&page), 0);
    assert_int_equal(page.quantities[0].state, STATE_PROPOSED);
    assert_int_equal(page.quantities[0].indicator.len, 0);
    assert_int_equal(page.quantities[0].proposed_count, 1);
    assert_true(slice_equal(page.quantities[0].proposed[0], SLICE("a")));
    assert_true(slice_equal(page.quantities[0].rule, SLICE("a#1 +300")));
}

static void what_was_text_stays(void **state)
{
    (void)state;
    struct page page;
    page_make(&page, 2, (const double[]){45, 46});
    page.loci[1] = (struct locus){.text = 1};
    page.report.locus_count = 2;
    assert_int_equal(asserted(&page), 1);
    assert_int_equal(page.quantities[1].state, STATE_ASSERTED);
}

/* Whatever was found in it, or nothing. */
static void most_of_the_text_makes_a_scan(void **state)
{
    (void)state;
    struct page page;
    page_make(&page, 2, (const double[]){45, 46});
    page.report.quantity_count = 0;
    asserted(&page);
    assert_true(page.report.scanned);
    page.report.locus_count = 2;
    for (uint32_t end = 1; end < 3; end++) { /* of three bytes */
        page.loci[1] = (struct locus){.text = end};
        asserted(&page);
        assert_true(page.report.scanned == (end == 2));
    }
}

static void both_that_say_the_same_stay(void **state)
{
    (void)state;
    struct page page;
    page_make(&page, 2, (const double[]){45, 45});
    page.quantities[1].indicator = page.quantities[0].indicator;
    page.quantities[1].sentence = 1;
    assert_int_equal(asserted(&page), 2);
    page_make(&page, 2, (const double[]){45, 45});
    page.quantities[1].sentence = 1; /* of another indicator */
    assert_int_equal(asserted(&page), 0);
}

static void a_sum_that_holds_stays(void **state)
{
    (void)state;
    struct page page;
    page_make(&page, 4, (const double[]){712, 548, 164, 9});
    assert_int_equal(asserted(&page), 3);
    assert_int_equal(page.quantities[3].state, STATE_PROPOSED);
    page_make(&page, 3, (const double[]){712, 548, 154});
    assert_int_equal(asserted(&page), 0);
}

static void accidents_are_no_sums(void **state)
{
    (void)state;
    struct page page;
    page_make(&page, 3, (const double[]){3, 1, 2});
    assert_int_equal(asserted(&page), 0);
    page_make(&page, 3, (const double[]){0, 0, 0});
    assert_int_equal(asserted(&page), 0);
    page_make(&page, 3, (const double[]){100, 60, 40});
    for (size_t i = 0; i < 3; i++)
        page.quantities[i].unit = SLICE("%");
    assert_int_equal(asserted(&page), 0);
}

static void a_sum_is_exact_and_of_one_sentence(void **state)
{
    (void)state;
    struct page page;
    page_make(&page, 3, (const double[]){712, 548, 164});
    page.quantities[1].bound = BOUND_ABOUT;
    assert_int_equal(asserted(&page), 0);
    page_make(&page, 3, (const double[]){712, 548, 164});
    page.quantities[1].sentence = page.quantities[2].sentence = 1;
    page.sentences[1].paragraph = 0;
    assert_int_equal(asserted(&page), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_stands_alone_is_proposed_with_its_rule),
        cmocka_unit_test(what_was_text_stays),
        cmocka_unit_test(most_of_the_text_makes_a_scan),
        cmocka_unit_test(both_that_say_the_same_stay),
        cmocka_unit_test(a_sum_that_holds_stays),
        cmocka_unit_test(accidents_are_no_sums),
        cmocka_unit_test(a_sum_is_exact_and_of_one_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
