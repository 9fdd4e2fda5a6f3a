/* test_editions.c - several documents of one unit and year: corrections replace, other documents
 * stand beside each other until somebody chooses, and what was replaced does not come back. */
#include "tests/unit/store_fixture.h"

#include "proto/decision.h"
#include "workers/results/private.h"

enum { REGION = 141031, YEAR = 2023, PARAGRAPHS = 4 };

/* A report with long paragraphs: `text` is which text it is, `edition` which edition of that. */
static struct report *document(uint64_t seq, const char *text, const char *edition, double value)
{
    char content[64];
    snprintf(content, sizeof content, "%s%s", text, edition);
    struct report *report = report_new(seq, REGION, YEAR, content);
    report->meta.title = arena_format(&report->arena, "隰县%s", text);
    report->passages = arena_alloc(&report->arena, PARAGRAPHS * sizeof *report->passages);
    report->passage_count = PARAGRAPHS;
    for (uint32_t i = 0; i < PARAGRAPHS; i++) {
        report->passages[i].text = (struct span){i * 1000, i * 1000 + 600};
        for (uint32_t k = 0; k < MARKS; k++)
            report->passages[i].sketch[k] = (uint64_t)text[0] << 16 | i << 8 | k;
    }
    report_add(report, "cases", value, "件");
    return report;
}

/* The value that is counted; -1: none. */
static double counted(struct fixture *f)
{
    struct arena arena = {0};
    struct answer answer;
    struct error error;
    struct request request = {.list = LIST_ROWS, .filter = {.units_only = true}};
    assert_int_equal(store_read(f->store, &request, &arena, &answer, &error), STATUS_OK);
    const struct row *rows = answer.rows;
    assert_true(answer.row_count <= 1);
    double value = answer.row_count ? rows[0].value : -1;
    arena_release(&arena);
    return value;
}

/* How many documents of the unit are listed in such a standing. */
static unsigned standing(struct fixture *f, enum standing wanted)
{
    struct arena arena = {0};
    struct answer answer;
    struct error error;
    unsigned count = 0;
    struct request request = {.list = LIST_DOCUMENTS};
    assert_int_equal(store_read(f->store, &request, &arena, &answer, &error), STATUS_OK);
    const struct document_item *items = answer.items;
    for (size_t i = 0; i < answer.item_count; i++)
        count += items[i].standing == wanted;
    arena_release(&arena);
    return count;
}

static enum outcome decide(struct fixture *f, uint64_t seq, const struct decision *decision)
{
    struct report carrier = {.seq = seq, .decision = decision};
    struct report *batch[] = {&carrier};
    struct error error;
    assert_int_equal(store_apply(f->store, batch, 1, &error), STATUS_OK);
    enum outcome outcome = carrier.outcome;
    report_release(&carrier);
    return outcome;
}

static enum outcome choose(struct fixture *f, uint64_t seq, const char *content)
{
    struct decision decision = {.verdict = VERDICT_CHOOSE, .by = SLICE("李")};
    digest_sha256(slice_of(content), decision.sha256);
    return decide(f, seq, &decision);
}

static void test_a_correction_replaces(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(file_one(f, document(1, "a", "1", 5)), OUTCOME_APPLIED);
    assert_int_equal(file_one(f, document(2, "a", "2", 6)), OUTCOME_REPLACED);
    assert_true(counted(f) == 6);
    assert_int_equal(standing(f, STANDING_COUNTED), 1);
}

static void test_what_was_replaced_does_not_come_back(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "a", "2", 6));
    assert_int_equal(file_one(f, document(3, "a", "1", 5)), OUTCOME_STALE);
    fixture_reopen(f);
    assert_int_equal(file_one(f, document(4, "a", "1", 5)), OUTCOME_STALE);
    assert_true(counted(f) == 6);
    assert_int_equal(file_one(f, document(5, "a", "3", 7)), OUTCOME_REPLACED);
    assert_int_equal(file_one(f, document(6, "a", "2", 6)), OUTCOME_STALE);
    assert_true(counted(f) == 7);
}

/* The first version arrives behind the second, and then again. */
static void test_a_version_that_came_too_late_does_not_come_back(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(2, "a", "2", 6));
    assert_int_equal(file_one(f, document(1, "a", "1", 5)), OUTCOME_STALE);
    assert_int_equal(file_one(f, document(3, "a", "1", 5)), OUTCOME_STALE);
    assert_true(counted(f) == 6);
}

static void test_another_document_stands_beside(void **state)
{
    for (int order = 0; order < 2; order++) {
        struct fixture *f = *state;
        file_one(f, document(order ? 2 : 1, order ? "b" : "a", "1", order ? 9 : 5));
        assert_int_equal(file_one(f, document(order ? 1 : 2, order ? "a" : "b", "1", 5)),
                         OUTCOME_RIVAL);
        assert_true(counted(f) == -1);
        assert_int_equal(standing(f, STANDING_CONTESTED), 2);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* The same, read off pictures. */
static struct report *scan(uint64_t seq, const char *text, const char *edition, double value)
{
    struct report *report = document(seq, text, edition, value);
    report->facts[0].origin = ORIGIN_OCR;
    return report;
}

/* A scanned copy and the text of one report, or of another that is no version of it, in either
 * order and whichever was submitted first: the text is counted, and nobody is asked. */
static void test_a_scan_never_replaces_or_contests_a_text(void **state)
{
    for (int round = 0; round < 8; round++) {
        struct fixture *f = *state;
        bool scan_first = round & 1, scan_later = round & 2;
        const char *other = round & 4 ? "b" : "a";
        struct report *text = document(scan_later ? 1 : 2, "a", "1", 5);
        struct report *picture = scan(scan_later ? 2 : 1, other, "s", 9);
        if (round & 4)
            picture->meta.placed_by = SLICE("list");
        file_one(f, scan_first ? picture : text);
        if (scan_first)
            assert_true(counted(f) == 9);
        assert_int_equal(file_one(f, scan_first ? text : picture), OUTCOME_RIVAL);
        assert_true(counted(f) == 5);
        assert_int_equal(standing(f, STANDING_COUNTED), 1);
        assert_int_equal(standing(f, STANDING_ASIDE), 1);
        assert_int_equal(file_one(f, document(3, "a", "2", 6)), OUTCOME_REPLACED);
        assert_int_equal(file_one(f, scan(4, other, "t", 8)), OUTCOME_REPLACED);
        assert_true(counted(f) == 6);
        assert_int_equal(standing(f, STANDING_ASIDE), 1);
        char content[8];
        snprintf(content, sizeof content, "%st", other);
        assert_int_equal(choose(f, 5, content), OUTCOME_APPLIED);
        assert_true(counted(f) == 8);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* Nothing was found in it: the picture of a list, or of nothing that a machine can read. */
static struct report *blank_scan(uint64_t seq, const char *text, const char *edition)
{
    struct report *report = document(seq, text, edition, 0);
    report->fact_count = 0;
    report->scanned = true;
    return report;
}

static void test_a_scan_without_figures_contests_no_text(void **state)
{
    for (int round = 0; round < 4; round++) {
        struct fixture *f = *state;
        bool scan_first = round & 1;
        const char *other = round & 2 ? "b" : "a";
        struct report *text = document(1, "a", "1", 5), *picture = blank_scan(2, other, "s");
        file_one(f, scan_first ? picture : text);
        assert_int_equal(file_one(f, scan_first ? text : picture), OUTCOME_RIVAL);
        assert_true(counted(f) == 5);
        assert_int_equal(standing(f, STANDING_ASIDE), 1);
        fixture_reopen(f);
        /* a better one of the same paper is a version of it, not of the text */
        assert_int_equal(file_one(f, scan(3, other, "t", 8)), OUTCOME_REPLACED);
        assert_true(counted(f) == 5);
        fixture_drop(state);
        fixture_make(state);
    }
}

static void test_both_in_one_batch(void **state)
{
    struct fixture *f = *state;
    struct report *reports[] = {document(1, "a", "1", 5), document(2, "b", "1", 9),
                                document(3, "a", "2", 6)};
    struct error error;
    assert_int_equal(store_apply(f->store, reports, 3, &error), STATUS_OK);
    assert_int_equal(reports[1]->outcome, OUTCOME_RIVAL);
    assert_int_equal(reports[2]->outcome, OUTCOME_REPLACED);
    assert_true(counted(f) == -1);
    assert_int_equal(standing(f, STANDING_CONTESTED), 2);
    for (int i = 0; i < 3; i++)
        report_free(reports[i]);
}

static void test_a_person_chooses_and_chooses_again(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    assert_int_equal(choose(f, 2, "a1"), OUTCOME_CHANGED); /* it stands alone */
    file_one(f, document(3, "b", "1", 9));
    assert_int_equal(choose(f, 4, "b1"), OUTCOME_APPLIED);
    assert_true(counted(f) == 9);
    assert_int_equal(standing(f, STANDING_ASIDE), 1);
    assert_int_equal(choose(f, 4, "b1"), OUTCOME_DUPLICATE); /* delivered again */
    assert_int_equal(choose(f, 5, "a1"), OUTCOME_APPLIED);
    assert_true(counted(f) == 5);
    fixture_reopen(f);
    /* corrections of either go on: of the chosen one they count */
    assert_int_equal(file_one(f, document(6, "b", "2", 10)), OUTCOME_REPLACED);
    assert_true(counted(f) == 5);
    assert_int_equal(file_one(f, document(7, "a", "2", 6)), OUTCOME_REPLACED);
    assert_true(counted(f) == 6);
    assert_int_equal(standing(f, STANDING_ASIDE), 1);
    /* a third document changes nothing that was chosen */
    assert_int_equal(file_one(f, document(8, "c", "1", 1)), OUTCOME_RIVAL);
    assert_true(counted(f) == 6);
    assert_int_equal(choose(f, 9, "nobody knows it"), OUTCOME_CHANGED);
}

static void test_the_list_has_chosen(void **state)
{
    for (int order = 0; order < 2; order++) {
        struct fixture *f = *state;
        struct report *listed = document(order ? 2 : 1, "a", "1", 5);
        listed->meta.placed_by = SLICE("list");
        if (order)
            file_one(f, document(1, "b", "1", 9));
        assert_int_equal(file_one(f, listed), order ? OUTCOME_RIVAL : OUTCOME_APPLIED);
        if (!order)
            assert_int_equal(file_one(f, document(2, "b", "1", 9)), OUTCOME_RIVAL);
        assert_true(counted(f) == 5);
        assert_int_equal(standing(f, STANDING_COUNTED), 1);
        assert_int_equal(standing(f, STANDING_ASIDE), 1);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* Filed first without a word of whose it is, named by a list or a person later. */
static void test_the_same_bytes_are_named_later(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "b", "1", 9));
    assert_true(counted(f) == -1);
    for (int round = 0; round < 2; round++) { /* delivered again */
        struct report *listed = document(3, "b", "1", 9);
        listed->meta.placed_by = SLICE("list");
        assert_int_equal(file_one(f, listed), round ? OUTCOME_DUPLICATE : OUTCOME_RIVAL);
        assert_true(counted(f) == 9);
        assert_int_equal(standing(f, STANDING_ASIDE), 1);
    }
    struct report *placed = document(4, "a", "1", 5);
    placed->meta.placed_by = SLICE("person");
    file_one(f, placed);
    assert_true(counted(f) == 5);
    fixture_reopen(f);
    file_one(f, document(5, "b", "1", 9));
    assert_true(counted(f) == 5);
}

/* Named while it stood alone: that holds against what comes later. */
static void test_who_stands_alone_is_named_later(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    struct report *listed = document(2, "a", "1", 5);
    listed->meta.placed_by = SLICE("list");
    assert_int_equal(file_one(f, listed), OUTCOME_DUPLICATE);
    assert_true(counted(f) == 5);
    assert_int_equal(file_one(f, document(3, "b", "1", 9)), OUTCOME_RIVAL);
    assert_true(counted(f) == 5);
    assert_int_equal(standing(f, STANDING_ASIDE), 1);
}

static enum outcome add_figure(struct fixture *f, uint64_t seq, const char *content)
{
    struct decision decision = {.verdict = VERDICT_ADD,
                                .by = SLICE("李"),
                                .span = {40, 44},
                                .written = SLICE("77件"),
                                .sentence = SLICE("受理77件。"),
                                .holds = {.indicator = SLICE("cases"),
                                          .label = SLICE("cases"),
                                          .unit = SLICE("件"),
                                          .value = 77}};
    digest_sha256(slice_of(content), decision.sha256);
    return decide(f, seq, &decision);
}

/* A scan stays one, however much a person adds to it. */
static void test_what_a_person_adds_makes_no_text(void **state)
{
    struct fixture *f = *state;
    file_one(f, blank_scan(1, "b", "s"));
    assert_int_equal(add_figure(f, 2, "bs"), OUTCOME_APPLIED);
    assert_true(counted(f) == 77);
    assert_int_equal(file_one(f, document(3, "a", "1", 5)), OUTCOME_RIVAL);
    assert_true(counted(f) == 5);
    assert_int_equal(standing(f, STANDING_ASIDE), 1);
}

/* It has no figures that could be added to until it is chosen. */
static void test_no_figure_is_added_to_what_is_contested(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "b", "1", 9));
    assert_int_equal(add_figure(f, 3, "a1"), OUTCOME_CHANGED);
    assert_int_equal(add_figure(f, 4, "b1"), OUTCOME_CHANGED);
    assert_true(counted(f) == -1);
    assert_int_equal(choose(f, 5, "a1"), OUTCOME_APPLIED);
    assert_int_equal(add_figure(f, 6, "a1"), OUTCOME_APPLIED);
    assert_true(counted(f) == 77);
}

/* A rival that a correction replaces here stands in another county's seat, too. */
static void test_a_rival_that_goes_is_still_found_elsewhere(void **state)
{
    struct fixture *f = *state;
    file_one(f, document(1, "a", "1", 5));
    file_one(f, document(2, "b", "1", 9));
    struct report *elsewhere = document(3, "a", "1", 5);
    elsewhere->meta.region = REGION + 1;
    assert_int_equal(file_one(f, elsewhere), OUTCOME_APPLIED);
    assert_int_equal(file_one(f, document(4, "a", "2", 6)), OUTCOME_REPLACED);
    assert_int_equal(add_figure(f, 5, "a1"), OUTCOME_APPLIED);
    assert_true(counted(f) == 77);
}

/* The same deliveries again, as after a crash, change nothing. */
static void test_replay_changes_nothing(void **state)
{
    struct fixture *f = *state;
    for (int round = 0; round < 2; round++) {
        file_one(f, document(1, "a", "1", 5));
        file_one(f, document(2, "b", "1", 9));
        file_one(f, document(3, "b", "2", 10));
        enum outcome outcome = choose(f, 4, "b2");
        assert_int_equal(outcome, round ? OUTCOME_DUPLICATE : OUTCOME_APPLIED);
        assert_true(counted(f) == 10);
        assert_int_equal(standing(f, STANDING_ASIDE), 1);
    }
}

/* A version of an origin. */
static struct report *version(uint64_t seq, const char *edition, const char *origin, uint64_t order,
                              double value)
{
    struct report *report = document(seq, "a", edition, value);
    report->lineage = (struct lineage){.origin = slice_of(origin), .order = order};
    return report;
}

static void test_order_goes_before_arrival(void **state)
{
    struct fixture *f = *state;
    file_one(f, version(1, "2", "url", 20, 6));
    assert_int_equal(file_one(f, version(2, "1", "url", 10, 5)), OUTCOME_STALE);
    assert_int_equal(file_one(f, version(3, "1", "url", 10, 5)), OUTCOME_STALE);
    assert_true(counted(f) == 6);
    /* fetched again later: the publisher has put it back */
    assert_int_equal(file_one(f, version(4, "1", "url", 30, 5)), OUTCOME_REPLACED);
    fixture_reopen(f);
    assert_int_equal(file_one(f, version(5, "2", "url", 20, 6)), OUTCOME_STALE);
    assert_true(counted(f) == 5);
    /* … and where the one between the two comes last */
    assert_int_equal(file_one(f, version(6, "3", "url", 40, 7)), OUTCOME_REPLACED);
    assert_int_equal(file_one(f, version(7, "3", "url", 60, 7)), OUTCOME_DUPLICATE);
    assert_int_equal(file_one(f, version(8, "4", "url", 50, 8)), OUTCOME_STALE);
    assert_true(counted(f) == 7);
}

/* In whatever order they come, and however often. */
static void test_versions_converge(void **state)
{
    static const char *const orders[] = {"123", "132", "213",   "231",
                                         "312", "321", "12312", "32131"};
    for (size_t i = 0; i < sizeof orders / sizeof *orders; i++) {
        struct fixture *f = *state;
        for (uint64_t n = 0; orders[i][n]; n++) {
            uint64_t order = (uint64_t)(orders[i][n] - '0');
            char edition[] = {orders[i][n], 0};
            file_one(f, version(n + 1, edition, "url", order, (double)order));
        }
        assert_true(counted(f) == 3);
        assert_int_equal(standing(f, STANDING_COUNTED), 1);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* Nothing else in common: without an origin it would stand beside the other. */
static void test_an_origin_makes_versions(void **state)
{
    struct fixture *f = *state;
    struct report *other = document(2, "b", "1", 9), *third = document(3, "c", "1", 1);
    file_one(f, version(1, "1", "url", 0, 5));
    other->lineage.origin = SLICE("url");
    third->lineage.origin = SLICE("another url");
    assert_int_equal(file_one(f, other), OUTCOME_REPLACED);
    assert_true(counted(f) == 9);
    assert_int_equal(file_one(f, third), OUTCOME_RIVAL);
}

/* Orders of two origins, or of none and one, say nothing of each other. */
static void test_orders_of_other_origins_do_not_count(void **state)
{
    struct fixture *f = *state;
    file_one(f, version(1, "1", "url", 20, 5));
    assert_int_equal(file_one(f, version(2, "2", "mirror", 10, 6)), OUTCOME_REPLACED);
    assert_int_equal(file_one(f, version(3, "3", "", 5, 7)), OUTCOME_REPLACED);
    assert_int_equal(file_one(f, version(4, "4", "", 4, 8)), OUTCOME_STALE);
    assert_true(counted(f) == 7);
}

static enum outcome again(struct fixture *f, uint64_t seq, const char *edition, uint64_t order,
                          uint64_t at_ms)
{
    struct report *report = version(seq, edition, "url", order, edition[0] - '0');
    report->lineage.again = at_ms;
    return file_one(f, report);
}

/* Somebody says that a replaced version is to be in force: once, however often that is delivered.
 */
static void test_a_person_puts_it_back(void **state)
{
    struct fixture *f = *state;
    again(f, 1, "1", 10, 0);
    again(f, 2, "2", 20, 0);
    assert_int_equal(again(f, 3, "1", 10, 1000), OUTCOME_REPLACED);
    assert_true(counted(f) == 1);
    assert_int_equal(again(f, 4, "2", 20, 0), OUTCOME_STALE); /* delivered again */
    assert_int_equal(again(f, 5, "3", 30, 0), OUTCOME_REPLACED);
    fixture_reopen(f);
    assert_int_equal(again(f, 6, "1", 10, 1000), OUTCOME_STALE);
    assert_true(counted(f) == 3);
    assert_int_equal(again(f, 7, "1", 0, 2000), OUTCOME_REPLACED);
    assert_true(counted(f) == 1);
}

/* Queues deliver late, and again: when a version was handed in decides, and a replaced one does not
 * come back for having been handed in once more. */
static void test_when_it_was_handed_in_goes_before_arrival(void **state)
{
    static const struct {
        const char *edition;
        uint64_t sent;
        enum outcome outcome;
    } came[] = {
        {"2", 200, OUTCOME_APPLIED},   {"1", 100, OUTCOME_STALE},    {"1", 100, OUTCOME_STALE},
        {"1", 300, OUTCOME_STALE},     {"3", 250, OUTCOME_REPLACED}, {"3", 250, OUTCOME_DUPLICATE},
        {"3", 400, OUTCOME_DUPLICATE}, {"4", 350, OUTCOME_STALE},    {"5", 0, OUTCOME_REPLACED}};
    struct fixture *f = *state;
    for (size_t i = 0; i < sizeof came / sizeof *came; i++) {
        struct report *report = document(i + 1, "a", came[i].edition, came[i].edition[0] - '0');
        report->lineage.sent = came[i].sent;
        assert_int_equal(file_one(f, report), came[i].outcome);
    }
    assert_true(counted(f) == 5);
}

/* What is said of the same bytes later holds of one that isn't counted, too: a version between the
 * two fetches comes too late, and so does one handed in between. */
static void test_a_document_beside_is_fetched_again(void **state)
{
    for (int chosen = 0; chosen < 2; chosen++) {
        struct fixture *f = *state;
        file_one(f, document(1, "b", "1", 9));
        file_one(f, version(2, "1", "url", 20, 5));
        if (chosen)
            choose(f, 3, "b1");
        assert_int_equal(file_one(f, version(4, "1", "url", 40, 5)), OUTCOME_DUPLICATE);
        fixture_reopen(f);
        assert_int_equal(file_one(f, version(5, "2", "url", 30, 6)), OUTCOME_STALE);
        struct report *queued = version(6, "1", "url", 40, 5), *late = document(7, "a", "3", 7);
        queued->lineage.sent = 500;
        late->lineage.sent = 400;
        assert_int_equal(file_one(f, queued), OUTCOME_DUPLICATE);
        assert_int_equal(file_one(f, late), OUTCOME_STALE);
        assert_true(counted(f) == (chosen ? 9 : -1));
        choose(f, 8, "a1");
        assert_true(counted(f) == 5);
        fixture_drop(state);
        fixture_make(state);
    }
}

/* Few long paragraphs: title and sentences tell. */
static void test_short_reports_are_told_by_title_and_sentences(void **state)
{
    struct fixture *f = *state;
    struct report *first = document(1, "a", "1", 5), *renamed = document(2, "b", "1", 6),
                  *other = document(3, "c", "1", 7);
    first->meta.title = SLICE("隰县法治政府建设情况报告");
    renamed->meta.title = SLICE("隰县法治政府建设情况报告（更正）");
    other->meta.title = SLICE("隰县政务服务工作总结");
    first->passage_count = renamed->passage_count = other->passage_count = 0;
    first->facts[0].sentence = SLICE("全年受理复议案件5件，办结5件。");
    renamed->facts[0].sentence = SLICE("全年受理复议案件6件，办结6件。");
    other->facts[0].sentence = SLICE("本中心接待群众7件次。");
    file_one(f, first);
    assert_int_equal(file_one(f, renamed), OUTCOME_REPLACED);
    assert_int_equal(file_one(f, other), OUTCOME_RIVAL);
}

#define EDITION_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_make, fixture_drop)

/* The same bytes as of another unit, as a person says. */
static struct report *placed(uint64_t seq, uint32_t region)
{
    struct report *report = document(seq, "a", "1", 5);
    report->meta.region = region;
    report->meta.placed_by = SLICE("person");
    return report;
}

static uint32_t listed_region(struct fixture *f)
{
    struct arena arena = {0};
    struct answer answer;
    struct error error;
    struct request request = {.list = LIST_DOCUMENTS};
    assert_int_equal(store_read(f->store, &request, &arena, &answer, &error), STATUS_OK);
    assert_int_equal(answer.item_count, 1);
    uint32_t region = ((const struct document_item *)answer.items)->unit.region;
    arena_release(&arena);
    return region;
}

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

/* ---- taken out ---- */

static enum outcome say_of(struct fixture *f, uint64_t seq, enum verdict verdict,
                           const char *content)
{
    struct decision decision = {.verdict = verdict, .by = SLICE("李")};
    digest_sha256(slice_of(content), decision.sha256);
    return decide(f, seq, &decision);
}

static void withdraw(struct fixture *f, uint64_t seq, const char *content, double counts_then)
{
    assert_int_equal(say_of(f, seq, VERDICT_UNFILE, content), OUTCOME_APPLIED);
    assert_true(counted(f) == counts_then);
}

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
        EDITION_TEST(test_a_correction_replaces),
        EDITION_TEST(test_what_was_replaced_does_not_come_back),
        EDITION_TEST(test_a_version_that_came_too_late_does_not_come_back),
        EDITION_TEST(test_another_document_stands_beside),
        EDITION_TEST(test_a_scan_never_replaces_or_contests_a_text),
        EDITION_TEST(test_a_scan_without_figures_contests_no_text),
        EDITION_TEST(test_what_a_person_adds_makes_no_text),
        EDITION_TEST(test_a_document_beside_is_fetched_again),
        EDITION_TEST(test_both_in_one_batch),
        EDITION_TEST(test_a_person_chooses_and_chooses_again),
        EDITION_TEST(test_the_list_has_chosen),
        EDITION_TEST(test_the_same_bytes_are_named_later),
        EDITION_TEST(test_who_stands_alone_is_named_later),
        EDITION_TEST(test_no_figure_is_added_to_what_is_contested),
        EDITION_TEST(test_a_rival_that_goes_is_still_found_elsewhere),
        EDITION_TEST(test_replay_changes_nothing),
        EDITION_TEST(test_short_reports_are_told_by_title_and_sentences),
        EDITION_TEST(test_order_goes_before_arrival),
        EDITION_TEST(test_versions_converge),
        EDITION_TEST(test_an_origin_makes_versions),
        EDITION_TEST(test_orders_of_other_origins_do_not_count),
        EDITION_TEST(test_a_person_puts_it_back),
        EDITION_TEST(test_a_person_moves_a_document),
        EDITION_TEST(test_a_person_moves_a_document_of_the_same_batch),
        EDITION_TEST(test_documents_change_places_in_one_batch),
        EDITION_TEST(test_an_older_placing_moves_nothing),
        EDITION_TEST(test_a_placing_behind_a_later_version),
        EDITION_TEST(test_a_placing_of_what_was_withdrawn),
        EDITION_TEST(test_when_it_was_handed_in_goes_before_arrival),
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
