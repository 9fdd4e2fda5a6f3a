/* Control frames of messages: what is read and written again is read the same. */
#include "tests/fuzz/fuzz.h"

#include "proto/message.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *folder = getenv("FUZZ_SEED");
    if (!folder)
        return 0;
    struct buffer bytes = {0};
    for (unsigned type = 0; type < MESSAGE_TYPE_COUNT; type++) {
        char name[32];
        struct message message = {.type = type,
                                  .id = type,
                                  .seq = 1ull << 60,
                                  .token = 7,
                                  .stage = type % 4,
                                  .role = ROLE_WORK,
                                  .version_major = 1,
                                  .path = SLICE("某县/报告.txt"),
                                  .name = SLICE("host/1/0"),
                                  .text = SLICE("why")};
        message_encode(&message, &bytes);
        snprintf(name, sizeof name, "message-%02u", type);
        fuzz_seed(folder, name, -1, &bytes);
    }
    exit(0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice frame = fuzz_copy(data, size);
    struct message message, again;
    struct error error;
    if (message_decode(frame, &message, &error) == STATUS_OK) {
        struct buffer out = {0};
        message_encode(&message, &out);
        fuzz_require(message_decode(buffer_slice(&out), &again, &error) == STATUS_OK, error.text);
        fuzz_require(again.type == message.type && again.token == message.token &&
                         slice_equal(again.path, message.path) &&
                         slice_equal(again.text, message.text),
                     "a message changed on the way");
        buffer_release(&out);
    }
    free((char *)frame.data);
    return 0;
}
