/* Report records: every field comes back, the bytes are those of the golden fixtures, and nothing
 * that is cut, changed or made up gets through. XIANZHI_WRITE_GOLDEN=1 writes the fixtures anew. */
#include "proto/pack.h"
#include "proto/record.h"
#include "tests/unit/sample_report.h"
#include "tests/unit/test.h"

#include <stdio.h>
#include <stdlib.h>

static void golden_path(enum stage_id stage, unsigned minor, char *path, size_t size)
{
    snprintf(path, size, XIANZHI_HOME "/tests/data/golden/1.%u/%s.msgpack", minor,
             record_kind(stage));
}

static void encode_sample_for(enum stage_id stage, unsigned minor, struct buffer *out)
{
    struct report report = {0};
    sample_report(&report);
    record_encode_for(&report, stage, minor, out);
    report_release(&report);
}

static void encode_sample(enum stage_id stage, struct buffer *out)
{
    encode_sample_for(stage, RECORD_MINOR, out);
}

/* As every minor version writes them. */
static void bytes_are_frozen(void **state)
{
    (void)state;
    for (unsigned i = 0; i < STAGE_COUNT * (RECORD_MINOR + 1); i++) {
        struct buffer bytes = {0}, golden = {0};
        char path[512];
        enum stage_id stage = i % STAGE_COUNT;
        golden_path(stage, i / STAGE_COUNT, path, sizeof path);
        encode_sample_for(stage, i / STAGE_COUNT, &bytes);
        if (getenv("XIANZHI_WRITE_GOLDEN"))
            write_file(path, buffer_slice(&bytes));
        read_file(path, &golden);
        assert_int_equal(bytes.len, golden.len);
        assert_memory_equal(bytes.data, golden.data, golden.len);
        buffer_release(&bytes);
        buffer_release(&golden);
    }
}

static void what_was_written_is_read_and_written_the_same(void **state)
{
    (void)state;
    for (enum stage_id stage = 0; stage < STAGE_COUNT; stage++) {
        struct buffer bytes = {0}, again = {0};
        struct report report = {0};
        struct error error = {{0}};
        encode_sample(stage, &bytes);
        assert_int_equal(record_decode(buffer_slice(&bytes), stage, &report, &error), STATUS_OK);
        record_encode(&report, stage, &again);
        assert_int_equal(bytes.len, again.len);
        assert_memory_equal(bytes.data, again.data, bytes.len);
        report_release(&report);
        buffer_release(&bytes);
        buffer_release(&again);
    }
}

/* Workers of two minor versions in one line: what either writes is converted for the other. */
static void a_record_is_converted_to_an_earlier_minor_and_back(void **state)
{
    (void)state;
    for (enum stage_id stage = 0; stage < STAGE_COUNT; stage++) {
        struct buffer now = {0}, earlier = {0}, converted = {0}, back = {0};
        encode_sample(stage, &now);
        encode_sample_for(stage, 0, &earlier);
        assert_int_equal(record_convert(buffer_slice(&now), stage, 0, &converted, NULL), STATUS_OK);
        assert_int_equal(converted.len, earlier.len);
        assert_memory_equal(converted.data, earlier.data, earlier.len);
        assert_int_equal(record_convert(buffer_slice(&earlier), stage, RECORD_MINOR, &back, NULL),
                         STATUS_OK);
        buffer_clear(&converted); /* what an earlier minor can't say is lost, nothing else */
        assert_int_equal(record_convert(buffer_slice(&back), stage, 0, &converted, NULL),
                         STATUS_OK);
        assert_int_equal(converted.len, earlier.len);
        assert_memory_equal(converted.data, earlier.data, earlier.len);
        struct buffer *all[] = {&now, &earlier, &converted, &back};
        for (unsigned i = 0; i < 4; i++)
            buffer_release(all[i]);
    }
}

/* Whatever clean is made of comes back: parts left out, replaced, longer than the text, nothing. */
static void every_clean_text_comes_back(void **state)
{
    (void)state;
    static const struct {
        const char *text, *clean;
        struct shift shifts[3];
        size_t shift_count;
    } cases[] = {
        {"the same", "the same", {{0, 0}}, 1},
        {"the same", "the same", {{0, 0}}, 0},
        {"", "", {{0, 0}}, 1},
        {"all gone", "", {{0, 0}}, 1},
        {"", "from nowhere", {{0, 0}}, 1},
        {"a  b  c", "a b c", {{0, 0}, {2, 3}, {4, 6}}, 3},
        {"５ cases", "5 cases", {{0, 0}, {1, 3}}, 2},
        {"one\ttwo, three\tfour", "one two, three four", {{0, 0}}, 1},
        {"short", "much longer than it", {{0, 0}}, 1},
        {"x", "xxx", {{0, 0}, {1, 0}, {2, 0}}, 3},
        {"front cut off", "cut off", {{0, 6}}, 1},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct report report = {0}, back = {0};
        struct buffer bytes = {0};
        struct error error = {{0}};
        report.text = slice_of(cases[i].text), report.clean = slice_of(cases[i].clean);
        report.shifts = (struct shift *)cases[i].shifts;
        report.shift_count = cases[i].shift_count;
        record_encode(&report, STAGE_SEGMENT, &bytes);
        enum status status = record_decode(buffer_slice(&bytes), STAGE_SEGMENT, &back, &error);
        assert_string_equal(error.text, "");
        assert_int_equal(status, STATUS_OK);
        assert_true(slice_equal(back.text, report.text));
        assert_true(slice_equal(back.clean, report.clean));
        report_release(&back);
        buffer_release(&bytes);
    }
}

/* An edit that leads out of the text, a length that the record has no bytes for. */
static void made_up_edits_are_bad(void **state)
{
    (void)state;
    struct report report = {.text = SLICE("12345678"), .clean = SLICE("1234_678")};
    struct buffer bytes = {0};
    record_encode(&report, STAGE_SEGMENT, &bytes);
    char *edits = memmem(bytes.data, bytes.len,
                         "\xa5"
                         "edits",
                         6);
    assert_non_null(edits);
    assert_memory_equal(edits + 6, "\x93\x08\x04\xc4\x01_", 6);
    for (unsigned at = 7; at < 9; at++) {
        struct report back = {0};
        struct error error = {{0}};
        char kept = edits[at];
        edits[at] = at == 7 ? 10 : 8;
        assert_int_equal(record_decode(buffer_slice(&bytes), STAGE_SEGMENT, &back, &error),
                         STATUS_BAD);
        assert_non_null(strstr(error.text, "edits"));
        edits[at] = kept;
        report_release(&back);
    }
    buffer_release(&bytes);
}

/* What a person is to be asked about crosses the line with its candidates; older readers, who would
 * count it, don't get it. */
static void a_proposed_fact_comes_back_but_not_to_older_readers(void **state)
{
    (void)state;
    struct fact facts[2] = {
        {.value = 3,
         .sentence = SLICE("办理3件"),
         .offset = 6,
         .state = STATE_PROPOSED,
         .origin = ORIGIN_OCR,
         .candidates = {{SLICE("a.b"), SLICE("甲")}, {SLICE("c.d"), SLICE("乙")}},
         .candidate_count = 2},
        {.indicator = SLICE("a.b"), .state = STATE_ASSERTED}};
    for (unsigned minor = 1; minor <= 2; minor++) {
        struct report report = {.facts = facts, .fact_count = 2, .scanned = minor == 2}, back = {0};
        struct buffer bytes = {0};
        record_encode_for(&report, STAGE_AGGREGATE, minor, &bytes);
        assert_int_equal(record_decode(buffer_slice(&bytes), STAGE_AGGREGATE, &back, NULL),
                         STATUS_OK);
        assert_int_equal(back.fact_count, minor);
        assert_true(back.scanned == report.scanned);
        assert_int_equal(back.facts[minor - 1].state, STATE_ASSERTED);
        if (minor == 2) {
            assert_int_equal(back.facts[0].state, STATE_PROPOSED);
            assert_int_equal(back.facts[0].origin, ORIGIN_OCR);
            assert_int_equal(back.facts[0].candidate_count, 2);
            assert_true(slice_equal(back.facts[0].candidates[1].indicator, SLICE("c.d")));
            assert_true(slice_equal(back.facts[0].candidates[1].label, SLICE("乙")));
        }
        report_release(&back);
        buffer_release(&bytes);
    }
}

static void a_fact_whose_state_and_indicator_disagree_is_bad(void **state)
{
    (void)state;
    struct fact wrong[] = {{.indicator = SLICE("a.b"), .state = STATE_NONE},
                           {.state = STATE_ASSERTED},
                           {.state = STATE_PROPOSED},
                           {.indicator = SLICE("a.b"),
                            .state = STATE_PROPOSED,
                            .candidates = {{SLICE("a.b"), SLICE("甲")}},
                            .candidate_count = 1},
                           {.state = STATE_PROPOSED, .candidate_count = 1}};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct report report = {.facts = &wrong[i], .fact_count = 1}, back = {0};
        struct buffer bytes = {0};
        record_encode(&report, STAGE_AGGREGATE, &bytes);
        assert_int_equal(record_decode(buffer_slice(&bytes), STAGE_AGGREGATE, &back, NULL),
                         STATUS_BAD);
        report_release(&back);
        buffer_release(&bytes);
    }
}

static void a_cut_record_is_bad_at_every_length(void **state)
{
    (void)state;
    for (enum stage_id stage = 0; stage < STAGE_COUNT; stage++) {
        struct buffer bytes = {0};
        encode_sample(stage, &bytes);
        for (size_t len = 0; len < bytes.len; len++) {
            struct report report = {0};
            struct error error = {{0}};
            char *exact = memory_alloc(len); /* so that a sanitizer sees any read past the end */
            memcpy(exact, bytes.data, len);
            enum status status = record_decode((struct slice){exact, len}, stage, &report, &error);
            assert_int_equal(status, STATUS_BAD);
            assert_true(error.text[0]);
            free(exact);
            report_release(&report);
        }
        buffer_release(&bytes);
    }
}

static void no_changed_byte_leads_outside_the_text(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    encode_sample(STAGE_EXTRACT, &bytes);
    for (size_t at = 0; at < bytes.len; at++) {
        for (unsigned change = 1; change < 256; change += 37) {
            struct report report = {0};
            struct error error = {{0}};
            bytes.data[at] ^= (char)change;
            if (record_decode(buffer_slice(&bytes), STAGE_EXTRACT, &report, &error) == STATUS_OK)
                for (size_t i = 0; i < report.sentence_count; i++) {
                    assert_true(report.sentences[i].clean.end <= report.clean.len);
                    assert_true(report.sentences[i].heading < (int32_t)report.heading_count);
                }
            bytes.data[at] ^= (char)change;
            report_release(&report);
        }
    }
    buffer_release(&bytes);
}

static void a_newer_major_and_a_wrong_stage_are_refused_by_name(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    struct report report = {0};
    struct error error = {{0}};
    encode_sample(STAGE_INGEST, &bytes);
    assert_int_equal(record_decode(buffer_slice(&bytes), STAGE_EXTRACT, &report, &error),
                     STATUS_BAD);
    assert_non_null(strstr(error.text, "\"outline\""));
    char *version = memmem(bytes.data, bytes.len, "\x92\x01\x02", 3);
    version[1] = 2;
    report_reset(&report);
    assert_int_equal(record_decode(buffer_slice(&bytes), STAGE_INGEST, &report, &error),
                     STATUS_BAD);
    assert_non_null(strstr(error.text, "upgrade"));
    report_release(&report);
    buffer_release(&bytes);
}

static void the_document_limit_holds_at_the_limit_and_one_past(void **state)
{
    (void)state;
    for (size_t extra = 0; extra < 2; extra++) {
        struct report report = {0}, back = {0};
        struct buffer bytes = {0};
        struct error error = {{0}};
        size_t len = MAX_DOCUMENT_BYTES + extra;
        char *raw = memory_zero(len);
        report.raw = (struct slice){raw, len};
        record_encode(&report, STAGE_INGEST, &bytes);
        assert_int_equal(record_decode(buffer_slice(&bytes), STAGE_INGEST, &back, &error),
                         extra ? STATUS_BAD : STATUS_OK);
        report_release(&back);
        buffer_release(&bytes);
        free(raw);
    }
}

/* A value has a byte at least: only records longer than the most values are counted. */
static void a_record_that_no_reader_takes_does_not_fit(void **state)
{
    (void)state;
    struct error error;
    struct buffer record = {0};
    pack_array(&record, MAX_RECORD_NODES - 1); /* the array is a value, too */
    for (uint32_t i = 1; i < MAX_RECORD_NODES; i++)
        pack_nil(&record);
    assert_int_equal(record_fits(buffer_slice(&record), &error), STATUS_OK);
    buffer_clear(&record);
    pack_array(&record, MAX_RECORD_NODES);
    for (uint32_t i = 0; i < MAX_RECORD_NODES; i++)
        pack_nil(&record);
    assert_int_equal(record_fits(buffer_slice(&record), &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "4194304 values"));
    buffer_release(&record);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_that_no_reader_takes_does_not_fit),
        cmocka_unit_test(bytes_are_frozen),
        cmocka_unit_test(what_was_written_is_read_and_written_the_same),
        cmocka_unit_test(a_record_is_converted_to_an_earlier_minor_and_back),
        cmocka_unit_test(every_clean_text_comes_back),
        cmocka_unit_test(made_up_edits_are_bad),
        cmocka_unit_test(a_proposed_fact_comes_back_but_not_to_older_readers),
        cmocka_unit_test(a_fact_whose_state_and_indicator_disagree_is_bad),
        cmocka_unit_test(a_cut_record_is_bad_at_every_length),
        cmocka_unit_test(no_changed_byte_leads_outside_the_text),
        cmocka_unit_test(a_newer_major_and_a_wrong_stage_are_refused_by_name),
        cmocka_unit_test(the_document_limit_holds_at_the_limit_and_one_past),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
