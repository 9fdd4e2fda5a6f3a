/* Documents as they are submitted: format, encoding, cleaning, metadata, outline. */
#include "tests/fuzz/fuzz.h"

#include "workers/ingest/ingest.h"
#include "workers/stages.h"

static void *ingest, *segment;

static const char *const seeds[][2] = {
    {"plain", "隰县人民政府2023年度法治政府建设情况报告\n\n2023年，我县……\n一、主要举措和成效\n（一"
              "）依法行政"
              "。受理行政复议案件9件，办结8件。\n　　二、存在问题\n三、2024年工作计划\n\n隰县人民政"
              "府\n2024年1月9日\n"},
    {"html",
     "<html><head><meta "
     "charset=\"gb2312\"><title>隰县</title></head><body><p>一、成效&nbsp;</p><table>"
     "<tr><td>类别</td><td>件数</td></tr><tr><td>复议</td><td>9</td></tr></table></body></html>"},
    {"bom", "\xef\xbb\xbf阳城县2022年法治政府建设工作报告\r\n1.依法行政\r\n"},
    {"gb18030", "\xda\xf4\xcf\xd8\xc8\xcb\xc3\xf1\xd5\xfe\xb8\xae\x32\x30\x32\x33\xc4\xea\xb1\xa8"
                "\xb8\xe6\x0a"},
    {"utf16", "\xff\xfe\x30\x96\xbf\x53\x32\x00\x30\x00"},
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *folder = getenv("FUZZ_SEED");
    struct buffer bytes = {0};
    struct error error = {0};
    struct stage_config config = {0};
    for (size_t i = 0; folder && i < sizeof seeds / sizeof *seeds; i++) {
        buffer_add(&bytes, slice_of(seeds[i][1]));
        fuzz_seed(folder, seeds[i][0], -1, &bytes);
    }
    if (folder)
        exit(0);
    fuzz_require(ingest_init(&ingest, &config, &error) == STATUS_OK, error.text);
    if (segment_stage.init)
        fuzz_require(segment_stage.init(&segment, &config, &error) == STATUS_OK, error.text);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct report report;
    struct slice bytes = fuzz_copy(data, size);
    struct error doubt = {0}, error;
    report_reset(&report);
    report.path = SLICE("fuzz.txt");
    report.raw = bytes;
    if (ingest_read(ingest, &report, &doubt, &error) == STATUS_OK) {
        fuzz_touch(report.clean), fuzz_touch(report.meta.title);
        ingest_fileable(&report, &doubt, &error);
        segment_stage.process(segment, &report, &error);
        for (size_t i = 0; i < report.sentence_count; i++)
            fuzz_require(report.sentences[i].clean.end <= report.clean.len, "a sentence too long");
    }
    free((char *)bytes.data);
    return 0;
}
