/* Control records: fields come back, unknown keys are skipped, a newer major is refused by name. */
#include "proto/message.h"
#include "proto/pack.h"
#include "tests/unit/test.h"

static void fields_come_back_and_bytes_are_frozen(void **state)
{
    (void)state;
    struct message in = {.type = MESSAGE_JOB,
                         .seq = 1ull << 60,
                         .token = 77,
                         .stage = STAGE_EXTRACT,
                         .attempt = 2,
                         .watch = true,
                         .path = SLICE("隰县.txt")};
    struct buffer bytes = {0};
    message_encode(&in, &bytes);
    static const char golden[] = "\x87\xa4type\x0a\xa3seq\xcf\x10\0\0\0\0\0\0\0\xa5token\x4d"
                                 "\xa7"
                                 "attempt\x02\xa5stage\x02\xa5watch\xc3\xa4path\xaa隰县.txt";
    assert_int_equal(bytes.len, sizeof golden - 1);
    assert_memory_equal(bytes.data, golden, bytes.len);
    struct message out;
    assert_int_equal(message_decode(buffer_slice(&bytes), &out, NULL), STATUS_OK);
    assert_int_equal(out.type, MESSAGE_JOB);
    assert_true(out.seq == in.seq && out.token == 77 && out.attempt == 2 && out.watch);
    assert_true(slice_equal(out.path, in.path));
    buffer_release(&bytes);
}

static void decode_must_say(struct buffer *bytes, enum status wanted, const char *why)
{
    struct message out;
    struct error error = {{0}};
    assert_int_equal(message_decode(buffer_slice(bytes), &out, &error), wanted);
    assert_non_null(strstr(error.text, why));
    buffer_release(bytes);
}

static void what_is_unknown_is_skipped_and_what_is_wrong_refused(void **state)
{
    (void)state;
    struct buffer bytes = {0};
    pack_map(&bytes, 2);
    PACK_KEY(&bytes, "type"), pack_uint(&bytes, MESSAGE_HEARTBEAT);
    PACK_KEY(&bytes, "from_the_future"), pack_array(&bytes, 0);
    decode_must_say(&bytes, STATUS_OK, "");
    pack_map(&bytes, 2);
    PACK_KEY(&bytes, "type"), pack_uint(&bytes, MESSAGE_HELLO);
    PACK_KEY(&bytes, "major"), pack_uint(&bytes, PROTOCOL_MAJOR + 1);
    decode_must_say(&bytes, STATUS_BAD, "speaks protocol 2");
    pack_map(&bytes, 1);
    PACK_KEY(&bytes, "type"), pack_text(&bytes, SLICE("hello"));
    decode_must_say(&bytes, STATUS_BAD, "wrong type");
    pack_map(&bytes, 2);
    PACK_KEY(&bytes, "type"), pack_uint(&bytes, MESSAGE_DONE);
    PACK_KEY(&bytes, "stage"), pack_uint(&bytes, STAGE_COUNT);
    decode_must_say(&bytes, STATUS_BAD, "no stage 5");
    pack_map(&bytes, 2);
    PACK_KEY(&bytes, "type"), pack_uint(&bytes, MESSAGE_DONE);
    PACK_KEY(&bytes, "stage"), pack_uint(&bytes, STAGE_COUNT + 4);
    decode_must_say(&bytes, STATUS_BAD, "no stage 9");
    pack_map(&bytes, 3);
    PACK_KEY(&bytes, "type"), pack_uint(&bytes, MESSAGE_DONE);
    PACK_KEY(&bytes, "version"), pack_uint(&bytes, 1);
    PACK_KEY(&bytes, "since"), pack_uint(&bytes, MAX_STORE_VERSION + 1);
    decode_must_say(&bytes, STATUS_BAD, "so high: 9007199254740992");
    pack_map(&bytes, 0);
    decode_must_say(&bytes, STATUS_BAD, "no \"type\"");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(fields_come_back_and_bytes_are_frozen),
        cmocka_unit_test(what_is_unknown_is_skipped_and_what_is_wrong_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
