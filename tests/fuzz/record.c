/* Records between the stages. The first byte says which stage reads it. What is accepted holds the
 * promise of proto/record.h: the next stages may rely on it. */
#include "tests/fuzz/fuzz.h"

#include "proto/record.h"
#include "tests/unit/sample_report.h"

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *folder = getenv("FUZZ_SEED");
    if (!folder)
        return 0;
    struct report report = {0};
    struct buffer bytes = {0};
    sample_report(&report);
    for (unsigned stage = 0; stage < STAGE_COUNT; stage++) {
        char name[32];
        record_encode(&report, stage, &bytes);
        snprintf(name, sizeof name, "record-%u", stage);
        fuzz_seed(folder, name, (int)stage, &bytes);
    }
    exit(0);
}

static void check_spans(const struct report *report)
{
    for (size_t i = 0; i < report->sentence_count; i++)
        fuzz_require(report->sentences[i].clean.start <= report->sentences[i].clean.end &&
                         report->sentences[i].clean.end <= report->clean.len,
                     "a sentence outside its text");
    for (size_t i = 0; i < report->heading_count; i++)
        fuzz_require(report->headings[i].clean.end <= report->clean.len &&
                         report->headings[i].parent < (int32_t)report->heading_count,
                     "a heading outside its text");
    for (size_t i = 0; i < report->fact_count; i++)
        fuzz_touch(report->facts[i].sentence), fuzz_touch(report->facts[i].section);
    fuzz_touch(report->text), fuzz_touch(report->clean), fuzz_touch(report->meta.title);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1)
        return 0;
    enum stage_id stage = data[0] % STAGE_COUNT;
    struct slice bytes = fuzz_copy(data + 1, size - 1);
    struct report report = {0}, again = {0};
    struct error error;
    if (record_decode(bytes, stage, &report, &error) == STATUS_OK) {
        struct buffer out = {0};
        check_spans(&report);
        record_encode(&report, stage, &out);
        fuzz_require(record_decode(buffer_slice(&out), stage, &again, &error) == STATUS_OK,
                     error.text);
        fuzz_require(again.fact_count == report.fact_count && slice_equal(again.path, report.path),
                     "a record changed on the way");
        buffer_release(&out);
    }
    report_release(&report);
    report_release(&again);
    free((char *)bytes.data);
    return 0;
}
