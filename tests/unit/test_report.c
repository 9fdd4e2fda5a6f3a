/* Offsets back to the published text, and memory. */
#include "proto/report.h"
#include "tests/unit/test.h"

#include <unistr.h>

#include "proto/base/status.h"

/* text: "１００％ 好" - full-width, three bytes each; clean: "100%好" */
static void spans_lead_back_through_full_width_digits(void **state)
{
    (void)state;
    struct shift shifts[] = {{0, 0}, {1, 3}, {2, 6}, {3, 9}, {4, 13}};
    struct report report = {
        .text = SLICE("１００％ 好"), .clean = SLICE("100%好"), .shifts = shifts, .shift_count = 5};
    struct span span = span_to_text(&report, (struct span){0, 4});
    assert_int_equal(span.start, 0);
    assert_int_equal(span.end, 12); /* behind the ％, not behind the blank */
    span = span_to_text(&report, (struct span){4, 7});
    assert_int_equal(span.start, 13);
    assert_int_equal(span.end, 16);
    span = span_to_text(&report, (struct span){2, 2});
    assert_int_equal(span.start, 6);
    assert_int_equal(span.end, 6);
}

static void an_arena_keeps_what_it_gave(void **state)
{
    (void)state;
    struct arena arena = {0};
    uint32_t *items = NULL;
    size_t count = 0, capacity = 0;
    for (uint32_t i = 0; i < 100000; i++)
        *ARENA_PUSH(&arena, items, count, capacity) = i;
    for (uint32_t i = 0; i < 100000; i++)
        assert_int_equal(items[i], i);
    struct slice text = arena_format(&arena, "%d件", 9);
    assert_string_equal(text.data, "9件");
    arena_reset(&arena);
    assert_int_equal(arena.used, 0);
    arena_release(&arena);
    arena_release(&arena);
}

static void a_long_error_loses_its_middle_between_characters(void **state)
{
    (void)state;
    char text[600];
    for (size_t i = 0; i + 3 < sizeof text; i += 3)
        memcpy(text + i, "县", 3), text[i + 3] = '\0';
    for (unsigned shift = 0; shift < 3; shift++) {
        struct error error;
        assert_int_equal(fail(&error, STATUS_BAD, "%.*s%s\n: move it", (int)shift, "ab", text),
                         STATUS_BAD);
        struct slice said = slice_of(error.text);
        assert_null(u8_check((const uint8_t *)said.data, said.len));
        assert_true(said.len > sizeof error.text - 8);
        assert_null(strchr(error.text, '\n'));
        assert_true(slice_starts(slice_from(said, shift), SLICE("县县县县")));
        assert_non_null(strstr(error.text, "县…县"));
        assert_true(slice_ends(said, SLICE("县 : move it")));
        fail(&error, STATUS_BAD, "%s/%s: it is %s", text, error.text, error.text);
        assert_true(slice_ends(slice_of(error.text), SLICE("县 : move it")));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(spans_lead_back_through_full_width_digits),
        cmocka_unit_test(an_arena_keeps_what_it_gave),
        cmocka_unit_test(a_long_error_loses_its_middle_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
