/* Readers' questions (first byte even) and the answers to them. */
#include "tests/fuzz/fuzz.h"

#include "proto/reading.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *folder = getenv("FUZZ_SEED");
    if (!folder)
        return 0;
    struct buffer bytes = {0};
    struct request request = {.changes = true, .since = 77, .limit_rows = 100};
    request_encode(&request, &bytes);
    fuzz_seed(folder, "request", 0, &bytes);
    struct evidence evidence = {.text = SLICE("9件"), .sentence = SLICE("受理9件。"), .value = 9};
    struct row rows[2] = {{.indicator = SLICE("litigation.cases"),
                           .label = SLICE("行政应诉案件"),
                           .region = 141031,
                           .level = LEVEL_COUNTY,
                           .kind = KIND_GOVERNMENT,
                           .issuer = SLICE("隰县人民政府"),
                           .year = 2023,
                           .value = 9,
                           .unit = SLICE("件"),
                           .evidence = &evidence,
                           .evidence_count = 1},
                          {.indicator = SLICE("litigation.cases"),
                           .region = 140000,
                           .level = LEVEL_PROVINCE,
                           .year = 2023,
                           .children_level = LEVEL_COUNTY,
                           .children = 117,
                           .reporting = 2,
                           .sum = 35}};
    struct answer answer = {.version = 78, .more = true, .after = SLICE("r\1key"), .rows = rows};
    answer.row_count = 2;
    answer_encode(&answer, &bytes);
    fuzz_seed(folder, "answer", 1, &bytes);
    exit(0);
}

static void decode_request(struct arena *arena, struct slice bytes)
{
    struct request request;
    struct error error;
    if (request_decode(arena, bytes, &request, &error) != STATUS_OK)
        return;
    struct buffer out = {0};
    request_encode(&request, &out);
    fuzz_require(request_decode(arena, buffer_slice(&out), &request, &error) == STATUS_OK,
                 error.text);
    buffer_release(&out);
}

static void decode_answer(struct arena *arena, struct slice bytes)
{
    struct answer answer;
    struct error error;
    if (answer_decode(arena, bytes, &answer, &error) != STATUS_OK)
        return;
    struct buffer out = {0};
    for (size_t i = 0; i < answer.row_count; i++)
        fuzz_touch(answer.rows[i].indicator), fuzz_touch(answer.rows[i].issuer);
    answer_encode(&answer, &out);
    fuzz_require(answer_decode(arena, buffer_slice(&out), &answer, &error) == STATUS_OK,
                 error.text);
    buffer_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    struct slice bytes = fuzz_copy(data + 1, size - 1);
    struct arena arena = {0};
    (data[0] & 1 ? decode_answer : decode_request)(&arena, bytes);
    arena_release(&arena);
    free((char *)bytes.data);
    return 0;
}
