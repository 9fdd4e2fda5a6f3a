/* test_lists.c - documents, audits, who has reported, figures, the queue with its leases,
 * decisions: whole, page by page, and across the wire. */
#include "tests/unit/store_fixture.h"

#include "proto/decision.h"
#include "proto/rows/row_json.h"

/* All items of a list as JSON lines; `limit` of a page, 0: the default. */
static char *listed(struct fixture *f, struct request request, uint32_t limit)
{
    struct buffer out = {0}, after = {0}, wire = {0};
    struct arena arena = {0};
    struct answer answer = {.more = true};
    struct error error = {""};
    request.limit_rows = limit;
    while (answer.more) {
        struct answer made;
        arena_reset(&arena);
        request.after = buffer_slice(&after);
        if (store_read(f->store, &request, &arena, &made, &error) != STATUS_OK)
            fail_msg("%s", error.text);
        buffer_clear(&wire);
        answer_encode(&made, &wire);
        assert_int_equal(answer_decode(&arena, buffer_slice(&wire), &answer, &error), STATUS_OK);
        assert_true(answer.item_count <= (limit ? limit + 8 : 1000));
        const struct listing_kind *kind = &listing_kinds[answer.list];
        for (size_t i = 0; i < answer.item_count; i++) {
            fields_json(&kind->fields, (char *)answer.items + i * kind->item_bytes, &out);
            buffer_append(&out, "\n", 1);
        }
        buffer_clear(&after);
        buffer_add(&after, answer.after);
    }
    buffer_append(&out, "", 1);
    buffer_release(&after);
    buffer_release(&wire);
    arena_release(&arena);
    return out.data;
}

static unsigned lines(const char *text)
{
    unsigned count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

static void assert_lines(struct fixture *f, struct request request, unsigned expected,
                         const char *holds)
{
    char *all = listed(f, request, 0), *by_one = listed(f, request, 1);
    assert_string_equal(all, by_one);
    if (lines(all) != expected)
        fail_msg("%u lines, wanted %u:\n%s", lines(all), expected, all);
    if (holds && !strstr(all, holds))
        fail_msg("no %s in\n%s", holds, all);
    free(all);
    free(by_one);
}

/* Three counties and a department of 2023, one county of 2022 too. */
static void fill(struct fixture *f)
{
    static const uint32_t regions[] = {141031, 141032, 140522, 141031, 141031};
    for (unsigned i = 0; i < 5; i++) {
        char name[16];
        snprintf(name, sizeof name, "%c", 'a' + i);
        struct report *report = report_new(i + 1, regions[i], i == 3 ? 2022 : 2023, name);
        if (i == 4) {
            report->meta.kind = KIND_DEPARTMENT;
            report->meta.issuer = SLICE("司法局");
        }
        report->meta.published = (struct date){2024, i == 1 ? 5 : 3, 1};
        report->meta.title = SLICE("报告");
        report_add(report, "cases", i == 3 ? 1 : 30, "件");
        report_add(report, "events", 5, "场");
        if (i == 0)
            report_add(report, "events", 6, "场");
        struct fact *fact = report_add(report, "", 7, "次");
        fact->state = STATE_PROPOSED;
        fact->label = (struct slice){"", 0};
        fact->candidates[0] = (struct candidate){SLICE("lectures"), SLICE("讲座")};
        fact->candidate_count = 1;
        static struct audit audit = {AUDIT_SUM, {"不符", 6}, {0, 4}};
        if (i == 2)
            report->audits = &audit, report->audit_count = 1;
        file_one(f, report);
    }
}

static void test_documents(void **state)
{
    struct fixture *f = *state;
    fill(f);
    struct request request = {.list = LIST_DOCUMENTS};
    assert_lines(f, request, 5, "\"proposed\": 1");
    request.filter.year = 2022;
    assert_lines(f, request, 1, "\"published\": \"2024-03-01\"");
    request.filter = (struct filter){.kinds = 1u << KIND_DEPARTMENT};
    assert_lines(f, request, 1, "司法局");
    request.filter = (struct filter){.regions = {SLICE("1410")}, .region_count = 1};
    assert_lines(f, request, 4, NULL);
    char hex[65];
    uint8_t sha256[32];
    digest_sha256(SLICE("c"), sha256);
    digest_name(sha256, hex);
    request.filter = (struct filter){.document = {hex, 12}};
    assert_lines(f, request, 1, hex);
    hex[0] = hex[0] == 'a' ? 'b' : 'a';
    assert_lines(f, request, 0, NULL);
}

static void test_audits_and_coverage(void **state)
{
    struct fixture *f = *state;
    fill(f);
    struct request request = {.list = LIST_AUDITS};
    assert_lines(f, request, 1, "\"type\": \"sum\", \"note\": \"不符\"");
    request =
        (struct request){.list = LIST_COVERAGE,
                         .filter = {.year = 2023, .regions = {SLICE("141031")}, .region_count = 1}};
    assert_lines(f, request, 1, "\"coverage\": \"reported\"");
    request.filter.regions[0] = SLICE("141032");
    assert_lines(f, request, 1, "\"coverage\": \"late\"");
    request.filter.regions[0] = SLICE("141033");
    assert_lines(f, request, 1, "\"coverage\": \"missing\"");
    request.filter.regions[0] = SLICE("14");
    request.filter.level = LEVEL_COUNTY;
    char *all = listed(f, request, 0), *paged = listed(f, request, 7);
    assert_string_equal(all, paged);
    assert_true(lines(all) > 100);
    free(all);
    free(paged);
    request.filter.year = 0;
    struct arena arena = {0};
    struct answer answer;
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_BAD);
    arena_release(&arena);
}

static struct figure_item *first_item(struct fixture *f, struct request request,
                                      struct arena *arena)
{
    struct answer answer;
    struct error error = {""};
    if (store_read(f->store, &request, arena, &answer, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    return answer.item_count ? answer.items : NULL;
}

/* Dearest first; each figure once; what was decided is gone from it. */
static void test_the_queue(void **state)
{
    struct fixture *f = *state;
    fill(f);
    struct request request = {.list = LIST_REVIEW};
    char *queue = listed(f, request, 0);
    const char *conflict = strstr(queue, "\"conflict\""), *audit = strstr(queue, "\"audit\""),
               *outlier = strstr(queue, "\"outlier\""), *proposed = strstr(queue, "\"proposed\"");
    assert_true(conflict && audit && outlier && proposed);
    assert_true(conflict < audit && audit < outlier);
    assert_int_equal(lines(queue), 1 + 1 + 2 + 5);
    free(queue);
    assert_lines(f, request, 9, NULL);
    request.filter.reason = SLICE("proposed");
    assert_lines(f, request, 5, NULL);
    request.filter.indicator = SLICE("lectures");
    assert_lines(f, request, 5, NULL);
    request.filter.indicator = SLICE("fines");
    assert_lines(f, request, 0, NULL);
}

static void test_two_people_never_have_one_figure(void **state)
{
    struct fixture *f = *state;
    struct arena arena = {0};
    fill(f);
    struct request one = {.list = LIST_REVIEW, .lease = SLICE("甲")}, two = one;
    two.lease = SLICE("乙");
    struct figure_item *first = first_item(f, one, &arena), *second = first_item(f, two, &arena);
    assert_false(slice_equal(first->id, second->id));
    assert_true(slice_equal(first->lease_by, SLICE("甲")));
    struct figure_item *again = first_item(f, one, &arena);
    assert_true(slice_equal(again->id, first->id)); /* his own is given back and taken again */
    one.release = true;
    assert_null(first_item(f, one, &arena));
    assert_true(slice_equal(first_item(f, two, &arena)->id, first->id));
    arena_release(&arena);
}

static void test_a_figure_and_what_was_decided_of_it(void **state)
{
    struct fixture *f = *state;
    struct arena arena = {0};
    fill(f);
    struct request request = {.list = LIST_REVIEW, .filter = {.reason = SLICE("conflict")}};
    struct figure_item *item = first_item(f, request, &arena);
    struct decision decision = {.span = item->span,
                                .written = item->text,
                                .sentence = item->sentence,
                                .offset = item->offset,
                                .said = item->said,
                                .state = item->state,
                                .verdict = VERDICT_CONFIRM,
                                .holds = item->holds,
                                .by = SLICE("甲"),
                                .note = SLICE("查过原文"),
                                .at_ms = 1700000000000};
    assert_true(digest_parse(item->sha256, decision.sha256));
    struct report carrier = {.seq = 77, .decision = &decision}, *batch[] = {&carrier};
    assert_int_equal(store_apply(f->store, batch, 1, NULL), STATUS_OK);
    assert_int_equal(carrier.outcome, OUTCOME_APPLIED);
    assert_lines(f, request, 0, NULL);
    request = (struct request){.list = LIST_FIGURES, .filter = {.figure = item->id}};
    assert_lines(f, request, 1,
                 "\"verdict\": \"confirm\", \"by\": \"甲\", \"note\": \"查过原文\", "
                 "\"at_ms\": 1700000000000, \"decision\": 77");
    request.filter = (struct filter){.document = item->sha256};
    assert_lines(f, request, 4, NULL);
    request = (struct request){.list = LIST_DECISIONS};
    assert_lines(f, request, 1, "\"seq\": 77, \"base\": 0, \"verdict\": \"confirm\"");
    request = (struct request){.list = LIST_DOCUMENTS};
    assert_lines(f, request, 5, "\"decisions\": 1");
    report_release(&carrier);
    arena_release(&arena);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_documents),
        TEST(test_audits_and_coverage),
        TEST(test_the_queue),
        TEST(test_two_people_never_have_one_figure),
        TEST(test_a_figure_and_what_was_decided_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
