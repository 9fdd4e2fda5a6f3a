/* MessagePack as such: a tree, and a map shown pair by pair. */
#include "tests/fuzz/fuzz.h"

#include "proto/pack.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *folder = getenv("FUZZ_SEED");
    if (!folder)
        return 0;
    struct buffer bytes = {0};
    pack_map(&bytes, 4);
    PACK_KEY(&bytes, "a"), pack_array(&bytes, 3);
    pack_uint(&bytes, UINT64_MAX), pack_int(&bytes, -5), pack_nil(&bytes);
    PACK_KEY(&bytes, "b"), pack_bytes(&bytes, SLICE("bytes"));
    PACK_KEY(&bytes, "c"), pack_double(&bytes, 0.5);
    PACK_KEY(&bytes, "d"), pack_map(&bytes, 1), PACK_KEY(&bytes, "e"), pack_bool(&bytes, true);
    fuzz_seed(folder, "tree", -1, &bytes);
    exit(0);
}

static void walk(const struct packed *value)
{
    fuzz_touch(packed_text(value));
    for (uint32_t i = 0; packed_is_array(value) && i < packed_count(value); i++)
        walk(packed_at(value, i));
    for (uint32_t i = 0; packed_is_map(value) && i < packed_count(value); i++) {
        struct slice key;
        const struct packed *pair = packed_pair(value, i, &key);
        fuzz_touch(key);
        walk(pair);
    }
}

static enum status visit(void *context, struct slice key, const struct packed *value,
                         struct error *error)
{
    (void)context, (void)error;
    fuzz_touch(key);
    fuzz_touch(packed_text(value));
    return STATUS_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice bytes = fuzz_copy(data, size);
    struct arena arena = {0};
    struct pack_limits limits = {8, 10000};
    const struct packed *root;
    struct error error;
    if (packed_read(&arena, bytes, limits, &root, &error) == STATUS_OK)
        walk(root);
    packed_visit_map(bytes, limits, visit, NULL, &error);
    arena_release(&arena);
    free((char *)bytes.data);
    return 0;
}
