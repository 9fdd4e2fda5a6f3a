/* test_queue.c - the index of what a person should look at is at any time what weighing every
 * figure anew would give: after batches of any size and order, new versions, decisions, and for a
 * store that was filled before there was an index. */
#include "tests/unit/store_fixture.h"

#include "proto/decision.h"
#include "workers/results/doubts.h"
#include "workers/results/private.h"

enum { COUNTIES = 40, YEARS = 3, FIRST_YEAR = 2021 };

static uint64_t seed = 0x9E3779B97F4A7C15ull;

static uint32_t roll(uint32_t sides)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return (uint32_t)(seed >> 33) % sides;
}

static struct report *invent(uint64_t seq)
{
    static const uint32_t bases[] = {140100, 410300, 140500};
    char content[32];
    snprintf(content, sizeof content, "%u", (unsigned)seq);
    struct report *report = report_new(seq, bases[roll(3)] + 1 + roll(COUNTIES / 3),
                                       (uint16_t)(FIRST_YEAR + roll(YEARS)), content);
    static const char *const ids[] = {"a", "b", "c", "d"};
    for (unsigned i = 0; i < 4; i++)
        for (unsigned mentions = roll(3); mentions > 0; mentions--) {
            uint32_t value = 20 + roll(30);
            struct fact *fact =
                report_add(report, ids[i], roll(12) ? value : value * 400.0, roll(9) ? "件" : "起");
            fact->state = roll(4) ? STATE_ASSERTED : STATE_PROPOSED;
            fact->origin = roll(10) ? ORIGIN_TEXT : ORIGIN_OCR;
            if (fact->state == STATE_PROPOSED) {
                fact->candidates[0] = (struct candidate){slice_of(ids[i]), SLICE("某")};
                fact->candidate_count = 1;
                fact->indicator = fact->label = (struct slice){"", 0};
            }
        }
    static struct audit audit = {AUDIT_SUM, {"不符", 6}, {0, 4}};
    if (roll(5) == 0)
        report->audits = &audit, report->audit_count = 1;
    return report;
}

static void file_many(struct fixture *f, unsigned count, uint64_t *seq)
{
    struct error error = {""};
    while (count > 0) {
        struct report *batch[12];
        unsigned size = 0;
        for (unsigned most = 1 + roll(12); size < most && count > 0; size++, count--)
            batch[size] = invent(++*seq);
        if (store_apply(f->store, batch, size, &error) != STATUS_OK)
            fail_msg("%s", error.text);
        for (unsigned i = 0; i < size; i++)
            report_free(batch[i]);
    }
}

/* ---- comparing ---- */

typedef void take_item(void *context, const struct figure_item *item);

/* Every page; gives what the first said is left. */
static uint64_t each(struct fixture *f, struct request request, take_item *take, void *context)
{
    struct buffer after = {0};
    struct arena arena = {0};
    struct answer answer = {.more = true};
    struct error error = {""};
    uint64_t left = 0;
    for (bool first = true; answer.more; first = false) {
        arena_reset(&arena);
        request.after = buffer_slice(&after);
        if (store_read(f->store, &request, &arena, &answer, &error) != STATUS_OK)
            fail_msg("%s", error.text);
        left = first ? answer.left : left;
        for (size_t i = 0; i < answer.item_count; i++)
            take(context, (struct figure_item *)answer.items + i);
        buffer_clear(&after);
        buffer_add(&after, answer.after);
    }
    buffer_release(&after);
    arena_release(&arena);
    return left;
}

struct expected {
    struct slice reason; /* empty: each figure under its first doubt */
    struct buffer lines[DOUBT_COUNT];
    unsigned count;
};

static void put_line(const struct figure_item *item, struct buffer *out)
{
    buffer_format(out, "%.*s %.*s\n", SLICE_ARGS(item->reasons.items[0]), SLICE_ARGS(item->id));
}

static void expect(void *context, const struct figure_item *item)
{
    struct expected *expected = context;
    for (uint32_t i = 0; i < item->reasons.count; i++) {
        bool here =
            expected->reason.len ? slice_equal(item->reasons.items[i], expected->reason) : i == 0;
        if (!here)
            continue;
        put_line(item, &expected->lines[doubt_by_name(item->reasons.items[i])]);
        expected->count++;
    }
}

static void collect(void *context, const struct figure_item *item)
{
    put_line(item, context);
}

static void assert_queue(struct fixture *f, struct filter filter, const char *reason)
{
    struct expected expected = {.reason = slice_of(reason)};
    struct buffer wanted = {0}, got = {0};
    each(f, (struct request){.list = LIST_FIGURES, .filter = filter}, expect, &expected);
    for (unsigned i = 0; i < DOUBT_COUNT; i++) {
        buffer_add(&wanted, buffer_slice(&expected.lines[i]));
        buffer_release(&expected.lines[i]);
    }
    filter.reason = slice_of(reason);
    uint64_t left = each(f, (struct request){.list = LIST_REVIEW, .filter = filter}, collect, &got);
    buffer_append(&wanted, "", 1);
    buffer_append(&got, "", 1);
    assert_string_equal(got.data, wanted.data);
    assert_int_equal(left, expected.count);
    buffer_release(&wanted);
    buffer_release(&got);
}

static void assert_queues(struct fixture *f)
{
    assert_queue(f, (struct filter){0}, "");
    assert_queue(f, (struct filter){.year = 2022}, "");
    assert_queue(f, (struct filter){.regions = {SLICE("41")}, .region_count = 1}, "");
    assert_queue(f, (struct filter){.regions = {SLICE("1401")}, .region_count = 1}, "");
    assert_queue(f, (struct filter){.kinds = 1u << KIND_GOVERNMENT}, "outlier");
    assert_queue(f, (struct filter){.level = LEVEL_COUNTY}, "proposed");
    for (enum doubt doubt = 0; doubt < DOUBT_COUNT; doubt++)
        assert_queue(f, (struct filter){0}, doubt_name(doubt).data);
}

static void count_outliers(void *context, const struct figure_item *item)
{
    (void)item;
    ++*(unsigned *)context;
}

static unsigned outliers(struct fixture *f)
{
    unsigned count = 0;
    each(f, (struct request){.list = LIST_REVIEW, .filter = {.reason = SLICE("outlier")}},
         count_outliers, &count);
    return count;
}

/* ---- deciding some ---- */

static void decide(void *context, const struct figure_item *item)
{
    struct decision **next = context;
    if (roll(4) || !*next)
        return;
    struct decision *decision = *next;
    *decision = (struct decision){.span = item->span,
                                  .offset = item->offset,
                                  .said = item->said,
                                  .state = item->state,
                                  .base = item->decision,
                                  .verdict = VERDICT_REJECT,
                                  .by = SLICE("甲")};
    decision->written = slice_of(strndup(item->text.data, item->text.len));
    decision->sentence = slice_of(strndup(item->sentence.data, item->sentence.len));
    decision->said = (struct claim){.value = item->said.value, .bound = item->said.bound};
    decision->said.unit = slice_of(strndup(item->said.unit.data, item->said.unit.len));
    decision->said.indicator =
        slice_of(strndup(item->said.indicator.data, item->said.indicator.len));
    digest_parse(item->sha256, decision->sha256);
    *next = NULL;
}

static void decide_one(struct fixture *f, uint64_t seq)
{
    struct decision decision, *next = &decision;
    struct error error = {""};
    while (next)
        each(f, (struct request){.list = LIST_REVIEW}, decide, &next);
    struct report carrier = {.seq = seq, .decision = &decision}, *batch[] = {&carrier};
    if (store_apply(f->store, batch, 1, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(carrier.outcome, OUTCOME_APPLIED);
    const struct slice texts[] = {decision.written, decision.sentence, decision.said.unit,
                                  decision.said.indicator};
    for (unsigned i = 0; i < 4; i++)
        free((char *)texts[i].data);
    report_release(&carrier);
}

/* ---- tests ---- */

static void test_the_index_is_what_weighing_gives(void **state)
{
    struct fixture *f = *state;
    uint64_t seq = 0;
    for (unsigned round = 0; round < 6; round++) {
        file_many(f, 40, &seq);
        assert_queues(f);
        for (unsigned i = 0; i < 5; i++)
            decide_one(f, ++seq);
        assert_queues(f);
    }
    assert_true(outliers(f) > 5);
    fixture_reopen(f);
    assert_queues(f);
}

/* Alone in its years, a county is far from the others of its level: only peers tell. */
static void test_peers_tell_who_is_far_out(void **state)
{
    struct fixture *f = *state;
    uint64_t seq = 0;
    uint32_t region = 410000;
    for (unsigned i = 0; i < 19; i++) {
        do
            region = region_next(f->store->regions, region + 1);
        while (region_level(f->store->regions, region) != LEVEL_COUNTY);
        struct report *report = report_new(++seq, region, 2023, "x");
        report_add(report, "cases", 50 + i, "件");
        file_one(f, report);
    }
    struct report *far = report_new(++seq, 141031, 2023, "far");
    report_add(far, "cases", 90000, "件");
    file_one(f, far);
    assert_int_equal(outliers(f), 1);
    far = report_new(++seq, 141031, 2023, "mended"); /* a corrected copy */
    report_add(far, "cases", 90, "件");
    file_one(f, far);
    assert_int_equal(outliers(f), 0);
    far = report_new(++seq, 141031, 2023, "far again");
    report_add(far, "cases", 2, "件");
    file_one(f, far);
    assert_int_equal(outliers(f), 1);
    assert_queues(f);
}

static void set_format(struct fixture *f, const char *format)
{
    struct error error = {""};
    struct kv_batch *batch = kv_batch_new(f->store->kv);
    kv_batch_put(batch, FAMILY_META, SLICE("format"), (struct slice){format, 1});
    assert_int_equal(kv_commit(f->store->kv, batch, true, &error), STATUS_OK);
    kv_batch_free(&batch);
}

/* As a store of format 4 was left: closed, without an index. */
static void make_old(struct fixture *f)
{
    const struct slice all = {NULL, 0};
    struct error error = {""};
    struct kv_batch *batch = kv_batch_new(f->store->kv);
    struct kv_cursor *cursor = kv_cursor_new(f->store->kv, FAMILY_QUEUE, all, all);
    for (; kv_cursor_valid(cursor); kv_cursor_next(cursor))
        kv_batch_delete(batch, FAMILY_QUEUE, kv_cursor_key(cursor));
    kv_cursor_free(&cursor);
    assert_int_equal(kv_commit(f->store->kv, batch, true, &error), STATUS_OK);
    kv_batch_free(&batch);
    set_format(f, "\4");
    store_close(&f->store);
}

static void test_an_old_store_gets_its_index(void **state)
{
    struct fixture *f = *state;
    uint64_t seq = 0;
    struct error error = {""};
    file_many(f, 90, &seq);
    unsigned before = outliers(f);
    make_old(f);
    f->options.read_only = true;
    assert_int_equal(store_open(&f->store, f->folder, &f->options, &error), STATUS_FATAL);
    f->options.read_only = false;
    fixture_open(f);
    assert_queues(f);
    assert_true(before > 0 && outliers(f) > 0);
    fixture_reopen(f); /* once */
    assert_queues(f);
}

static void test_who_looks_first_may_bring_it_up(void **state)
{
    struct fixture *f = *state;
    uint64_t seq = 0;
    file_many(f, 90, &seq);
    unsigned before = outliers(f);
    make_old(f);
    f->options.read_only = f->options.bring_up = true;
    fixture_open(f);
    assert_int_equal(outliers(f), before);
    f->options.bring_up = false;
    fixture_reopen(f); /* it is no old one any more */
    assert_queues(f);
}

/* Formats 5 and 6 knew no versions of an origin, no scans without figures and no former versions:
 * whoever looks may, whoever writes brings it up. A newer one is left alone. */
static void test_formats_5_and_6_are_brought_up_by_their_numbers(void **state)
{
    struct fixture *f = *state;
    struct error error = {""};
    struct buffer format = {0};
    uint64_t seq = 0;
    file_many(f, 3, &seq);
    for (int old = 0; old < 2; old++) {
        set_format(f, old ? "\6" : "\5");
        f->options.read_only = true;
        fixture_reopen(f);
        f->options.read_only = false;
        fixture_reopen(f);
        buffer_clear(&format);
        assert_int_equal(kv_get(f->store->kv, FAMILY_META, SLICE("format"), &format, &error),
                         STATUS_OK);
        assert_true(format.len == 1 && format.data[0] == STORE_FORMAT);
    }
    buffer_release(&format);
    assert_queues(f);
    set_format(f, "\10");
    store_close(&f->store);
    assert_int_equal(store_open(&f->store, f->folder, &f->options, &error), STATUS_FATAL);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(test_the_index_is_what_weighing_gives),
        TEST(test_peers_tell_who_is_far_out),
        TEST(test_an_old_store_gets_its_index),
        TEST(test_who_looks_first_may_bring_it_up),
        TEST(test_formats_5_and_6_are_brought_up_by_their_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
