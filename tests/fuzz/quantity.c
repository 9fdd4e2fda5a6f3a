/* Numerals and quantities in whatever bytes; the text of a report is valid UTF-8, a numeral's
 * reader doesn't rely on it. */
#include "tests/fuzz/fuzz.h"

#include "proto/base/paths.h"
#include "workers/extract/quantity/numeral.h"
#include "workers/extract/quantity/quantity.h"

#include <limits.h>
#include <math.h>
#include <unistr.h>

static struct quantity_rules *rules;

static const char *const seeds[] = {
    "全年共受理行政复议案件1,247件，办结1２00余件，办结率98.6%。",
    "发放宣传资料3万余份，接待咨询两千三百多人次，投入资金1.2亿元。",
    "十一万五千余人，二〇二三年，三分之二，九成九，百分之九十八点六。",
    "第十二次，80年代，6·26禁毒日，“八五”普法，12345热线，0351-5678901。",
};

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *out = getenv("FUZZ_SEED");
    struct buffer bytes = {0};
    struct error error = {0};
    char folder[PATH_MAX];
    for (size_t i = 0; out && i < sizeof seeds / sizeof *seeds; i++) {
        char name[32];
        snprintf(name, sizeof name, "sentence-%zu", i);
        buffer_add(&bytes, slice_of(seeds[i]));
        fuzz_seed(out, name, -1, &bytes);
    }
    if (out)
        exit(0);
    fuzz_require(data_path("workers/extract/catalogue", folder, sizeof folder, &error) == STATUS_OK,
                 error.text);
    fuzz_require(quantity_rules_load(&rules, folder, &error) == STATUS_OK, error.text);
    return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct slice text = fuzz_copy(data, size);
    for (size_t at = 0; at < text.len; at++) {
        struct numeral numeral;
        if (!numeral_read(text, at, &numeral))
            continue;
        fuzz_require(numeral.start == at && numeral.end > at && numeral.end <= text.len,
                     "a numeral outside its text");
        fuzz_require(isfinite(numeral.value), "a numeral that is no number");
    }
    if (!u8_check((const uint8_t *)text.data, text.len)) {
        struct quantity found[64];
        size_t count = quantities_in(rules, text, found, 64);
        for (size_t i = 0; i < count && i < 64; i++) {
            fuzz_require(found[i].clean.start < found[i].clean.end &&
                             found[i].clean.end <= text.len,
                         "a quantity outside its sentence");
            fuzz_touch(found[i].unit);
        }
    }
    free((char *)text.data);
    return 0;
}
