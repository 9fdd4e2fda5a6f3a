/* test_reading.c - what a reader is told about the why of a value crosses the wire whole. */
#include "proto/reading.h"

#include "proto/pack.h"
#include "proto/rows/row_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static void test_a_request_for_audits_comes_back(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buffer bytes = {0};
    struct error error = {""};
    struct request back, request = {.audits = true, .filter = {.indicator = SLICE("a.b")}};
    request_encode(&request, &bytes);
    assert_int_equal(request_decode(&arena, buffer_slice(&bytes), &back, &error), STATUS_OK);
    assert_true(back.audits);
    buffer_clear(&bytes);
    request.audits = false;
    request_encode(&request, &bytes);
    assert_int_equal(request_decode(&arena, buffer_slice(&bytes), &back, &error), STATUS_OK);
    assert_false(back.audits);
    buffer_release(&bytes);
    arena_release(&arena);
}

static void round_trip(struct arena *arena, struct row *row, struct buffer *bytes, struct row *back)
{
    struct error error = {""};
    struct answer decoded, answer = {.version = 1, .rows = row, .row_count = 1};
    answer_encode(&answer, bytes);
    if (answer_decode(arena, buffer_slice(bytes), &decoded, &error) != STATUS_OK)
        fail_msg("%s", error.text);
    assert_int_equal(decoded.row_count, 1);
    *back = decoded.rows[0];
}

static void test_audits_and_the_place_in_the_sentence_come_back(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buffer bytes = {0};
    struct audit audits[] = {{AUDIT_DUPLICATE_TEXT, SLICE("与某县相同"), {3, 400}},
                             {AUDIT_LATE, SLICE("逾期"), {0, 0}}};
    struct evidence evidence = {.sentence = SLICE("共9件，9件"), .offset = 12};
    struct row back, row = {.indicator = SLICE("a"),
                            .level = LEVEL_COUNTY,
                            .evidence = &evidence,
                            .evidence_count = 1,
                            .audits = audits,
                            .audit_count = 2};
    round_trip(&arena, &row, &bytes, &back);
    assert_int_equal(back.audit_count, 2);
    assert_int_equal(back.audits[0].type, AUDIT_DUPLICATE_TEXT);
    assert_int_equal(back.audits[0].text.start, 3);
    assert_int_equal(back.audits[0].text.end, 400);
    assert_true(slice_equal(back.audits[1].note, SLICE("逾期")));
    assert_int_equal(back.evidence[0].offset, 12);
    buffer_release(&bytes);
    arena_release(&arena);
}

/* Every field of a row, by a value of its own, through MessagePack and back. */
static void test_every_field_comes_back(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buffer bytes = {0}, one = {0}, other = {0};
    struct evidence evidence = {.doc = SLICE("ab"),
                                .path = SLICE("p"),
                                .span = {3, 4},
                                .text = SLICE("9件"),
                                .value = 9,
                                .unit = SLICE("件"),
                                .bound = BOUND_OVER,
                                .sentence = SLICE("共9件"),
                                .section = SLICE("一\n二"),
                                .rule = SLICE("r#1"),
                                .offset = 3,
                                .origin = ORIGIN_OCR,
                                .state = STATE_PROPOSED,
                                .review = REVIEW_CORRECTED,
                                .by = SLICE("某人")};
    struct row back, rows[] = {{.indicator = SLICE("a"),
                                .label = SLICE("甲"),
                                .region = 1,
                                .region_name = SLICE("名"),
                                .level = LEVEL_UNKNOWN,
                                .township = SLICE("镇"),
                                .kind = KIND_INSTITUTION,
                                .issuer = SLICE("校"),
                                .year = 2023,
                                .value = 9.5,
                                .unit = SLICE("件"),
                                .bound = BOUND_ABOUT,
                                .conflict = true,
                                .evidence = &evidence,
                                .evidence_count = 1,
                                .catalogue = SLICE("c")},
                               {.indicator = SLICE("a"),
                                .level = LEVEL_PROVINCE,
                                .region = 140000,
                                .year = 2022,
                                .unit = SLICE("%"),
                                .children_level = LEVEL_COUNTY,
                                .children = 117,
                                .reporting = 3,
                                .sum = 1,
                                .mean = 2,
                                .min = 3,
                                .median = 4,
                                .max = 5}};
    row_show_evidence(&rows[0]);
    for (unsigned i = 0; i < 2; i++) {
        buffer_clear(&bytes), buffer_clear(&one), buffer_clear(&other);
        round_trip(&arena, &rows[i], &bytes, &back);
        row_json(&rows[i], 7, SLICE(""), &one);
        row_json(&back, 7, SLICE(""), &other);
        assert_int_equal(one.len, other.len);
        assert_memory_equal(one.data, other.data, one.len);
    }
    round_trip(&arena, &rows[0], (buffer_clear(&bytes), &bytes), &back);
    assert_true(slice_equal(back.evidence[0].by, SLICE("某人")));
    assert_int_equal(back.evidence[0].review, REVIEW_CORRECTED);
    assert_int_equal(back.evidence[0].bound, BOUND_OVER);
    assert_true(slice_equal(back.evidence[0].section, SLICE("一\n二")));
    struct buffer *all[] = {&bytes, &one, &other};
    for (unsigned i = 0; i < 3; i++)
        buffer_release(all[i]);
    arena_release(&arena);
}

static void test_an_audit_of_an_unknown_type_is_left_out(void **state)
{
    (void)state;
    struct arena arena = {0};
    struct buffer bytes = {0};
    struct audit audits[] = {{AUDIT_LATE, SLICE("逾期"), {0, 0}}};
    struct row back,
        row = {.indicator = SLICE("a"), .level = LEVEL_COUNTY, .audits = audits, .audit_count = 1};
    struct answer decoded, answer = {.version = 1, .rows = &row, .row_count = 1};
    struct error error = {""};
    answer_encode(&answer, &bytes);
    memcpy(memmem(bytes.data, bytes.len, "late", 4), "soon", 4);
    assert_int_equal(answer_decode(&arena, buffer_slice(&bytes), &decoded, &error), STATUS_OK);
    back = decoded.rows[0];
    assert_int_equal(back.audit_count, 0);
    buffer_release(&bytes);
    arena_release(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_request_for_audits_comes_back),
        cmocka_unit_test(test_audits_and_the_place_in_the_sentence_come_back),
        cmocka_unit_test(test_every_field_comes_back),
        cmocka_unit_test(test_an_audit_of_an_unknown_type_is_left_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
