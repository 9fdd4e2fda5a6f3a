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

/* Every form that another writer may choose, and not the shortest only. */
static void every_form_is_read(void **state)
{
    (void)state;
    static const struct {
        struct slice bytes;
        int64_t number; /* INT64_MIN: none */
        double fraction;
        const char *text;
    } forms[] = {
        {SLICE("\x7f"), 127, 127, NULL},
        {SLICE("\xff"), -1, -1, NULL},
        {SLICE("\xe0"), -32, -32, NULL},
        {SLICE("\xcc\xff"), 255, 255, NULL},
        {SLICE("\xcd\xff\xfe"), 65534, 65534, NULL},
        {SLICE("\xce\xff\xff\xff\xfe"), 4294967294, 4294967294, NULL},
        {SLICE("\xcf\x00\x00\x00\x01\x00\x00\x00\x00"), 4294967296, 4294967296, NULL},
        {SLICE("\xd0\x80"), -128, -128, NULL},
        {SLICE("\xd0\x05"), 5, 5, NULL},
        {SLICE("\xd1\x80\x00"), -32768, -32768, NULL},
        {SLICE("\xd2\x80\x00\x00\x00"), -2147483648, -2147483648, NULL},
        {SLICE("\xd3\xff\xff\xff\xff\xff\xff\xff\xfe"), -2, -2, NULL},
        {SLICE("\xca\x3f\xc0\x00\x00"), INT64_MIN, 1.5, NULL},
        {SLICE("\xcb\xbf\xf8\x00\x00\x00\x00\x00\x00"), INT64_MIN, -1.5, NULL},
        {SLICE("\xca\x7f\x80\x00\x00"), INT64_MIN, 0.25, NULL}, /* no end: falls back */
        {SLICE("\xa3隰"), INT64_MIN, 0.25, "隰"},
        {SLICE("\xd9\x02ok"), INT64_MIN, 0.25, "ok"},
        {SLICE("\xda\x00\x02ok"), INT64_MIN, 0.25, "ok"},
        {SLICE("\xdb\x00\x00\x00\x02ok"), INT64_MIN, 0.25, "ok"},
        {SLICE("\xc4\x02ok"), INT64_MIN, 0.25, "ok"},
        {SLICE("\xc5\x00\x02ok"), INT64_MIN, 0.25, "ok"},
        {SLICE("\xc6\x00\x00\x00\x02ok"), INT64_MIN, 0.25, "ok"},
        {SLICE("\xc0"), INT64_MIN, 0.25, NULL},
        {SLICE("\xd4\x01x"), INT64_MIN, 0.25, NULL},
        {SLICE("\xd8\x01xxxxxxxxxxxxxxxx"), INT64_MIN, 0.25, NULL},
        {SLICE("\xc7\x02\x01xx"), INT64_MIN, 0.25, NULL},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct arena arena = {0};
        struct buffer list = {0};
        const struct packed *root;
        pack_array(&list, 2), buffer_add(&list, forms[i].bytes), pack_uint(&list, 9);
        assert_int_equal(packed_read(&arena, buffer_slice(&list), limits, &root, NULL), STATUS_OK);
        const struct packed *value = packed_at(root, 0);
        assert_true(packed_int(value, INT64_MIN) == forms[i].number);
        assert_true(packed_double(value, 0.25) == forms[i].fraction);
        assert_int_equal(packed_is_text(value), forms[i].text != NULL);
        assert_true(slice_equal(packed_text(value), slice_of(forms[i].text ? forms[i].text : "")));
        assert_int_equal(packed_uint(packed_at(root, 1), 0), 9);
        arena_release(&arena);
        buffer_release(&list);
    }
}

/* Its list comes after a map and holds one, so that members of both kinds lie apart. */
static void containers_keep_their_members(void **state)
{
    (void)state;
    struct arena arena = {0};
    const struct packed *root;
    struct slice key, bytes = SLICE("\x93\x82\xa1"
                                    "a\x01\xa1"
                                    "b\xc3\xdc\x00\x02\x05\xde\x00\x01\xa1"
                                    "c\xc2\x90");
    assert_int_equal(packed_read(&arena, bytes, limits, &root, NULL), STATUS_OK);
    const struct packed *map = packed_at(root, 0), *list = packed_at(root, 1);
    assert_int_equal(packed_count(root), 3);
    assert_int_equal(packed_count(map), 2);
    assert_int_equal(packed_uint(packed_get(map, "a"), 0), 1);
    assert_true(packed_bool(packed_pair(map, 1, &key), false));
    assert_true(slice_equal(key, SLICE("b")));
    assert_null(packed_pair(map, 2, &key));
    assert_int_equal(packed_uint(packed_at(list, 0), 0), 5);
    assert_false(packed_bool(packed_get(packed_at(list, 1), "c"), true));
    assert_null(packed_at(list, 2));
    assert_true(packed_is_array(packed_at(root, 2)));
    assert_null(packed_at(packed_at(root, 2), 0));
    arena_release(&arena);
}

/* What members are promised is bounded before anything is set aside for them. */
static void promises_of_many_members_are_refused(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    struct error error = {{0}};
    pack_array(&bytes, 20), pack_array(&bytes, 20);
    for (int i = 0; i < 30; i++)
        pack_nil(&bytes);
    assert_int_equal(read_bytes(buffer_slice(&bytes), &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "too many values"));
    buffer_release(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lies_are_refused),
        cmocka_unit_test(limits_hold_at_the_limit_and_one_past),
        cmocka_unit_test(values_come_back_and_wrong_types_fall_back),
        cmocka_unit_test(every_form_is_read),
        cmocka_unit_test(containers_keep_their_members),
        cmocka_unit_test(promises_of_many_members_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
