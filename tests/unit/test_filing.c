/* test_filing.c - reports in their stored form: everything comes back, shared texts once, and bytes
 * that a disk has changed are refused or read as something, but never beyond their end. */
#include "tests/unit/store_fixture.h"
#include "workers/results/filing.h"

static void write(struct report *report, struct buffer *out)
{
    struct filing_scratch scratch = {0};
    struct filing_source source = {
        .report = report, .seq = report->seq, .path_seq = report->seq, .path = report->path};
    filing_write(&source, &scratch, out);
    filing_scratch_release(&scratch);
}

static void test_rows_come_back_in_order(void **state)
{
    (void)state;
    struct report *report = report_new(5, 141031, 2023, "a");
    struct buffer out = {0};
    report_add(report, "z", 1, "件");
    report_add(report, "a", 30000, "份")->bound = BOUND_OVER;
    struct fact *scanned = report_add(report, "z", 2, "件");
    scanned->origin = ORIGIN_OCR;
    scanned->where = (struct locus){.page = 3, .box = {72, 100.5f, 300.25f, 114}};
    report->catalogue = SLICE("v");
    report->meta.region_name = SLICE("隰县");
    write(report, &out);
    struct filing filing;
    struct filed_row row;
    struct evidence mention;
    assert_int_equal(filing_read(buffer_slice(&out), &filing, NULL), STATUS_OK);
    assert_int_equal(filing.seq, 5);
    assert_int_equal(filing.level, LEVEL_COUNTY);
    assert_memory_equal(filing.sha256.data, report->sha256, 32);
    assert_true(slice_equal(filing.region_name, SLICE("隰县")));
    assert_int_equal(filing.rows.count, 2);
    assert_true(filing_row(&filing, 0, &row));
    assert_true(slice_equal(row.indicator, SLICE("a")));
    assert_int_equal(row.bound, BOUND_OVER);
    assert_true(filing_find(&filing, SLICE("z"), &row));
    assert_true(row.value == 2 && row.conflict && row.mention_count == 2);
    assert_true(filed_mention(&filing, &row, &mention)); /* the value's own comes first */
    assert_int_equal(mention.span.start, 200);
    assert_int_equal(mention.state, STATE_ASSERTED);
    assert_int_equal(mention.origin, ORIGIN_OCR);
    assert_true(mention.where.page == 3 && mention.where.box[2] == 300.25f);
    assert_true(filed_mention(&filing, &row, &mention));
    assert_true(mention.where.page == 0 && mention.where.paragraph == 0);
    assert_int_equal(mention.origin, ORIGIN_TEXT);
    assert_true(slice_equal(mention.text, SLICE("1件")));
    assert_true(slice_equal(mention.sentence, SLICE("全年共办理1件。")));
    assert_true(slice_equal(mention.section, SLICE("一、主要举措和成效\n（一）依法行政")));
    assert_false(filed_mention(&filing, &row, &mention));
    assert_false(filing_find(&filing, SLICE("m"), &row));
    assert_false(filing_row(&filing, 2, &row));
    buffer_release(&out);
    report_free(report);
}

static void test_shared_texts_are_kept_once(void **state)
{
    (void)state;
    struct report *report = report_new(5, 141031, 2023, "a");
    struct buffer out = {0};
    for (int i = 0; i < 10; i++)
        report_add(report, "x", i, "件")->sentence = SLICE("同一句话里有十个数。");
    write(report, &out);
    struct slice bytes = buffer_slice(&out);
    size_t at = slice_find(bytes, SLICE("同一句话"), 0);
    assert_true(at != SIZE_MAX);
    assert_true(slice_find(bytes, SLICE("同一句话"), at + 1) == SIZE_MAX);
    buffer_release(&out);
    report_free(report);
}

/* Rows from `first` to `last` of the cut, and no others, are those of the whole. */
static void assert_cut(const struct filing *whole, const char *first, const char *last)
{
    struct filing_scratch scratch = {0};
    struct buffer bytes = {0};
    struct filing cut = {.rows = {0}};
    struct filed_row row, same;
    size_t count = 0;
    if (filing_cut(whole, slice_of(first), slice_of(last), &scratch, &bytes))
        assert_int_equal(filing_read(buffer_slice(&bytes), &cut, NULL), STATUS_OK);
    for (size_t i = 0; filing_row(whole, i, &row); i++) {
        if (slice_compare(row.indicator, slice_of(first)) < 0 ||
            slice_compare(row.indicator, slice_of(last)) > 0)
            continue;
        assert_true(filing_find(&cut, row.indicator, &same));
        assert_true(filed_rows_equal(whole, row, &cut, same));
        count++;
    }
    assert_int_equal(cut.rows.count, count);
    assert_int_equal(cut.audits.count + cut.passages.count, 0);
    buffer_release(&bytes);
    filing_scratch_release(&scratch);
}

static void test_a_cut_reads_the_same(void **state)
{
    (void)state;
    static const char *const ids[] = {"a", "b", "d", "e"};
    static const char *const bounds[] = {"", "a", "b", "c", "d", "e", "f"};
    struct report *report = report_new(5, 141031, 2023, "a");
    struct buffer out = {0};
    struct filing whole;
    for (int i = 0; i < 9; i++) {
        struct fact *fact = report_add(report, ids[i % 4], i, "件");
        fact->where.paragraph = i % 3;
        if (i % 3 == 0)
            fact->sentence = SLICE("同一句话里有三个数。");
    }
    write(report, &out);
    assert_int_equal(filing_read(buffer_slice(&out), &whole, NULL), STATUS_OK);
    for (unsigned i = 0; i < 7; i++)
        for (unsigned j = 0; j < 7; j++)
            assert_cut(&whole, bounds[i], bounds[j]);
    buffer_release(&out);
    report_free(report);
}

/* Reads whatever there is to read. */
static void read_all(struct slice bytes)
{
    struct filing filing;
    struct filed_row row;
    struct evidence mention;
    struct error error;
    if (filing_read(bytes, &filing, &error) != STATUS_OK)
        return;
    for (size_t i = 0; filing_row(&filing, i, &row); i++) {
        struct filed_row again = row;
        (void)filed_rows_equal(&filing, row, &filing, row);
        while (filed_mention(&filing, &again, &mention))
            ;
    }
    (void)filing_find(&filing, SLICE("x"), &row);
    struct filing_scratch scratch = {0};
    struct buffer cut = {0};
    if (filing_cut(&filing, SLICE("x"), SLICE("y"), &scratch, &cut))
        assert_int_equal(filing_read(buffer_slice(&cut), &filing, NULL), STATUS_OK);
    buffer_release(&cut);
    filing_scratch_release(&scratch);
}

/* On storage of exactly its size, so that a sanitizer sees a step beyond. */
static void read_copy(struct slice bytes)
{
    char *copy = memory_alloc(bytes.len);
    memcpy(copy, bytes.data, bytes.len);
    read_all((struct slice){copy, bytes.len});
    free(copy);
}

static void test_damaged_bytes_stay_within_bounds(void **state)
{
    (void)state;
    struct report *report = report_new(5, 141031, 2023, "a");
    struct buffer out = {0};
    for (int i = 0; i < 5; i++)
        report_add(report, i % 2 ? "x" : "y", i, "件");
    write(report, &out);
    for (size_t len = 0; len < out.len; len++) {
        struct filing filing;
        assert_int_not_equal(filing_read((struct slice){out.data, len}, &filing, NULL), STATUS_OK);
        read_copy((struct slice){out.data, len});
    }
    for (size_t at = 0; at < out.len; at++) {
        for (int bit = 0; bit < 8; bit++) {
            out.data[at] ^= (char)(1 << bit);
            read_copy(buffer_slice(&out));
            out.data[at] ^= (char)(1 << bit);
        }
    }
    buffer_release(&out);
    report_free(report);
}

static void test_seats_keep_their_order_and_principal(void **state)
{
    (void)state;
    struct buffer one = {0}, two = {0}, three = {0};
    struct seat_entry entry;
    size_t at = 0;
    bool bad = false;
    assert_false(seat_principal(buffer_slice(&one), &entry));
    seat_replace(buffer_slice(&one), SLICE("乙管委会"), SLICE("1"), &two);
    seat_replace(buffer_slice(&two), SLICE("丙县人民政府"), SLICE("2"), &three);
    buffer_clear(&two);
    seat_replace(buffer_slice(&three), SLICE("乙管委会"), SLICE("3"), &two);
    assert_true(seat_principal(buffer_slice(&two), &entry));
    assert_true(slice_equal(entry.issuer, SLICE("丙县人民政府")));
    assert_true(seat_next(buffer_slice(&two), &at, &entry, &bad)); /* 丙 before 乙 in UTF-8 */
    assert_true(slice_equal(entry.filing, SLICE("2")));
    assert_true(seat_next(buffer_slice(&two), &at, &entry, &bad));
    assert_true(slice_equal(entry.filing, SLICE("3")));
    assert_false(seat_next(buffer_slice(&two), &at, &entry, &bad));
    assert_false(bad);
    two.len--;
    at = 0;
    assert_true(seat_next(buffer_slice(&two), &at, &entry, &bad));
    assert_false(seat_next(buffer_slice(&two), &at, &entry, &bad));
    assert_true(bad);
    buffer_release(&one);
    buffer_release(&two);
    buffer_release(&three);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rows_come_back_in_order),
        cmocka_unit_test(test_shared_texts_are_kept_once),
        cmocka_unit_test(test_a_cut_reads_the_same),
        cmocka_unit_test(test_damaged_bytes_stay_within_bounds),
        cmocka_unit_test(test_seats_keep_their_order_and_principal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
