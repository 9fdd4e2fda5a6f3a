/* MessagePack: what a header declares is never believed. */
#include "proto/pack.h"
#include "tests/unit/test.h"

static const struct pack_limits limits = {.depth = 4, .nodes = 32};

static enum status read_bytes(struct slice bytes, struct error *error)
{
    struct arena arena = {0};
    const struct packed *root;
    enum status status = packed_read(&arena, bytes, limits, &root, error);
    arena_release(&arena);
    return status;
}

static void lies_are_refused(void **state)
{
    (void)state;
    static const struct {
        struct slice bytes;
        const char *why;
    } lies[] = {
        {SLICE(""), "too early"},
        {SLICE("\xdd\xff\xff\xff\xff"), "more bytes"}, /* an array of 4 G values */
        {SLICE("\xdf\xff\xff\xff\xff"), "more bytes"},
        {SLICE("\xc6\xff\xff\xff\xff"), "more bytes"},
        {SLICE("\xa5hell"), "more bytes"},
        {SLICE("\xda\x01"), "not a MessagePack type"}, /* its length is cut */
        {SLICE("\xc1"), "not a MessagePack type"},
        {SLICE("\x01\x02"), "behind the end"},
        {SLICE("\x91\x91\x91\x91\x91\x01"), "nested"},
        {SLICE("\x81\xa1k"), "too early"},
    };
    for (size_t i = 0; i < sizeof lies / sizeof *lies; i++) {
        struct error error = {{0}};
        assert_int_equal(read_bytes(lies[i].bytes, &error), STATUS_BAD);
        if (!strstr(error.text, lies[i].why))
            fail_msg("lie %zu: %s", i, error.text);
    }
}

static void limits_hold_at_the_limit_and_one_past(void **state)
{
    (void)state;
    struct error error = {{0}};
    assert_int_equal(read_bytes(SLICE("\x91\x91\x91\x91\x01"), &error), STATUS_OK);
    struct buffer many = {0};
    pack_array(&many, 31);
    for (int i = 0; i < 31; i++)
        pack_nil(&many);
    assert_int_equal(read_bytes(buffer_slice(&many), &error), STATUS_OK);
    buffer_clear(&many);
    pack_array(&many, 32);
    for (int i = 0; i < 32; i++)
        pack_nil(&many);
    assert_int_equal(read_bytes(buffer_slice(&many), &error), STATUS_BAD);
    buffer_release(&many);
}

static void values_come_back_and_wrong_types_fall_back(void **state)
{
    (void)state;
    struct buffer out = {0};
    struct arena arena = {0};
    const struct packed *root;
    pack_map(&out, 6);
    PACK_KEY(&out, "text"), pack_text(&out, SLICE("隰县"));
    PACK_KEY(&out, "big"), pack_uint(&out, UINT64_MAX);
    PACK_KEY(&out, "small"), pack_int(&out, -5);
    PACK_KEY(&out, "rate"), pack_double(&out, 12.84);
    PACK_KEY(&out, "yes"), pack_bool(&out, true);
    PACK_KEY(&out, "none"), pack_nil(&out);
    assert_int_equal(packed_read(&arena, buffer_slice(&out), limits, &root, NULL), STATUS_OK);
    assert_true(slice_equal(packed_text(packed_get(root, "text")), SLICE("隰县")));
    assert_true(packed_uint(packed_get(root, "big"), 0) == UINT64_MAX);
    assert_int_equal(packed_int(packed_get(root, "small"), 0), -5);
    assert_true(packed_double(packed_get(root, "rate"), 0) == 12.84);
    assert_true(packed_bool(packed_get(root, "yes"), false));
    assert_int_equal(packed_uint(packed_get(root, "text"), 9), 9);
    assert_int_equal(packed_uint(packed_get(root, "small"), 9), 9);
    assert_int_equal(packed_int(packed_get(root, "big"), 9), 9);
    assert_int_equal(packed_text(packed_get(root, "yes")).len, 0);
    assert_null(packed_get(root, "absent"));
    assert_null(packed_at(root, 0));
    arena_release(&arena);
    buffer_release(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lies_are_refused),
        cmocka_unit_test(limits_hold_at_the_limit_and_one_past),
        cmocka_unit_test(values_come_back_and_wrong_types_fall_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
