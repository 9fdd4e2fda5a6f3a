/* editions_fixture.h - documents of one unit and year, how they stand, and what people say of them,
 * shared by the tests of versions, rivals, moves and withdrawals. */
#ifndef XIANZHI_TESTS_EDITIONS_FIXTURE_H
#define XIANZHI_TESTS_EDITIONS_FIXTURE_H

#include "tests/unit/store_fixture.h"

#include "proto/decision.h"
#include "workers/results/private.h"

enum { REGION = 141031, YEAR = 2023, PARAGRAPHS = 4 };

#define EDITION_TEST(test) cmocka_unit_test_setup_teardown(test, fixture_make, fixture_drop)

/* A report with long paragraphs: `text` is which text it is, `edition` which edition of that. */
static inline struct report *document(uint64_t seq, const char *text, const char *edition,
                                      double value)
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
static inline double counted(struct fixture *f)
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
static inline unsigned standing(struct fixture *f, enum standing wanted)
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

static inline enum outcome decide(struct fixture *f, uint64_t seq, const struct decision *decision)
{
    struct report carrier = {.seq = seq, .decision = decision};
    struct report *batch[] = {&carrier};
    struct error error;
    assert_int_equal(store_apply(f->store, batch, 1, &error), STATUS_OK);
    enum outcome outcome = carrier.outcome;
    report_release(&carrier);
    return outcome;
}

static inline enum outcome choose(struct fixture *f, uint64_t seq, const char *content)
{
    struct decision decision = {.verdict = VERDICT_CHOOSE, .by = SLICE("李")};
    digest_sha256(slice_of(content), decision.sha256);
    return decide(f, seq, &decision);
}

static inline enum outcome add_figure(struct fixture *f, uint64_t seq, const char *content)
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

static inline enum outcome say_of(struct fixture *f, uint64_t seq, enum verdict verdict,
                                  const char *content)
{
    struct decision decision = {.verdict = verdict, .by = SLICE("李")};
    digest_sha256(slice_of(content), decision.sha256);
    return decide(f, seq, &decision);
}

/* The same, read off pictures. */
static inline struct report *scan(uint64_t seq, const char *text, const char *edition, double value)
{
    struct report *report = document(seq, text, edition, value);
    report->facts[0].origin = ORIGIN_OCR;
    return report;
}

/* Nothing was found in it: the picture of a list, or of nothing that a machine can read. */
static inline struct report *blank_scan(uint64_t seq, const char *text, const char *edition)
{
    struct report *report = document(seq, text, edition, 0);
    report->fact_count = 0;
    report->scanned = true;
    return report;
}

/* A version of an origin. */
static inline struct report *version(uint64_t seq, const char *edition, const char *origin,
                                     uint64_t order, double value)
{
    struct report *report = document(seq, "a", edition, value);
    report->lineage = (struct lineage){.origin = slice_of(origin), .order = order};
    return report;
}

/* The same bytes as of another unit, as a person says. */
static inline struct report *placed(uint64_t seq, uint32_t region)
{
    struct report *report = document(seq, "a", "1", 5);
    report->meta.region = region;
    report->meta.placed_by = SLICE("person");
    return report;
}

static inline uint32_t listed_region(struct fixture *f)
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

static inline void withdraw(struct fixture *f, uint64_t seq, const char *content,
                            double counts_then)
{
    assert_int_equal(say_of(f, seq, VERDICT_UNFILE, content), OUTCOME_APPLIED);
    assert_true(counted(f) == counts_then);
}

/* Of one decision: withdrawn, or let back. */
struct said {
    struct decision decision;
    struct report carrier;
};

static inline struct report *saying(struct said *said, uint64_t seq, enum verdict verdict,
                                    const char *content)
{
    said->decision = (struct decision){.verdict = verdict, .by = SLICE("李")};
    digest_sha256(slice_of(content), said->decision.sha256);
    said->carrier = (struct report){.seq = seq, .decision = &said->decision};
    return &said->carrier;
}

/* In one batch, or one by one. */
static inline void apply(struct fixture *f, struct report **reports, size_t count, bool at_once)
{
    struct error error;
    for (size_t i = 0; i < count; i += at_once ? count : 1)
        assert_int_equal(store_apply(f->store, reports + i, at_once ? count : 1, &error),
                         STATUS_OK);
}

/* How many entries the store's meta has of what seats remember. */
static inline unsigned remembered(struct fixture *f)
{
    static const struct slice kinds[] = {{"aside", sizeof "aside"}, {"former", sizeof "former"}};
    unsigned count = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        struct kv_cursor *cursor =
            kv_cursor_new(f->store->kv, FAMILY_META, kinds[i], (struct slice){NULL, 0});
        for (; kv_cursor_valid(cursor) && slice_starts(kv_cursor_key(cursor), kinds[i]);
             kv_cursor_next(cursor))
            count++;
        kv_cursor_free(&cursor);
    }
    return count;
}

#endif
