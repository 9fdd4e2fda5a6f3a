/* Values and keys as store and journal keep them. The first byte says which. */
#include "tests/fuzz/fuzz.h"

#include "broker/entry.h"
#include "tests/unit/sample_report.h"
#include "workers/results/private.h"

enum { FILING, SEAT, KEYS, CHANGES, UNIT, ENTRY, SORTS };

static void seed_store(const char *folder)
{
    struct buffer bytes = {0}, filing = {0};
    struct report report = {0};
    struct filing_scratch scratch = {0};
    struct unit_name unit = {.region = 140522, .kind = KIND_GOVERNMENT, .year = 2023};
    uint32_t numbers[] = {1, 5, 300};
    sample_report(&report);
    struct filing_source source = {.report = &report, .seq = 7, .path_seq = 6, .path = report.path};
    filing_write(&source, &scratch, &filing);
    seat_replace((struct slice){0}, SLICE("阳城县人民政府"), buffer_slice(&filing), &bytes);
    fuzz_seed(folder, "seat", SEAT, &bytes);
    fuzz_seed(folder, "filing", FILING, &filing);
    row_key_put(&bytes, SLICE("litigation.cases"), &unit);
    fuzz_seed(folder, "row-key", KEYS, &bytes);
    seat_key_put(&bytes, &unit);
    fuzz_seed(folder, "seat-key", KEYS, &bytes);
    panel_key_put(&bytes, 2023, LEVEL_COUNTY, 140522);
    fuzz_seed(folder, "panel-key", KEYS, &bytes);
    log_rows(&bytes, &unit, numbers, 3);
    log_figures(&bytes, 140522, 2023, LEVEL_COUNTY, numbers, 3);
    fuzz_seed(folder, "changes", CHANGES, &bytes);
    unit_write(LEVEL_COUNTY, numbers, 3, &bytes);
    fuzz_seed(folder, "unit", UNIT, &bytes);
    filing_scratch_release(&scratch);
    buffer_release(&filing);
    buffer_release(&bytes);
}

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
    (void)argc, (void)argv;
    const char *folder = getenv("FUZZ_SEED");
    if (!folder)
        return 0;
    struct buffer bytes = {0};
    struct entry entry = {.seq = 1ull << 52,
                          .path = SLICE("某县/报告.txt"),
                          .flow = SLICE("52"),
                          .attempts = 3,
                          .reason = SLICE("no year"),
                          .worker = SLICE("host/1/0")};
    entry_encode(&entry, &bytes);
    fuzz_seed(folder, "entry", ENTRY, &bytes);
    seed_store(folder);
    exit(0);
}

static void read_filing(struct slice bytes)
{
    struct filing filing;
    struct filed_row row;
    struct evidence mention;
    if (filing_read(bytes, &filing, NULL) != STATUS_OK)
        return;
    for (size_t i = 0; filing_row(&filing, i, &row); i++) {
        fuzz_touch(row.indicator);
        while (filed_mention(&filing, &row, &mention))
            fuzz_touch(mention.sentence), fuzz_touch(mention.section), fuzz_touch(mention.text);
    }
    struct arena arena = {0};
    struct report report = {0};
    struct filed_aside aside;
    struct decision *decisions;
    bool *stale;
    size_t count;
    for (size_t i = 0; filing_aside(&filing, i, &aside); i++)
        fuzz_touch(aside.mention.sentence), fuzz_touch(aside.label);
    filing_decisions(&filing, &arena, &decisions, &stale, &count);
    filing_restore(&filing, &report);
    report_release(&report);
    arena_release(&arena);
    filing_find(&filing, SLICE("litigation.cases"), &row);
    fuzz_touch(filing.title);
}

static void read_seat(struct slice bytes)
{
    struct seat_entry entry;
    bool bad = false;
    for (size_t at = 0; seat_next(bytes, &at, &entry, &bad);) {
        fuzz_touch(entry.issuer);
        read_filing(entry.filing);
    }
    seat_principal(bytes, &entry);
}

static void read_keys(struct slice bytes)
{
    struct row_key row;
    struct unit_name unit;
    uint16_t year;
    enum level level;
    uint32_t region;
    if (row_key_read(bytes, &row, NULL) == STATUS_OK)
        fuzz_touch(row.indicator), fuzz_touch(row.unit.issuer);
    if (seat_key_read(bytes, &unit, NULL) == STATUS_OK)
        fuzz_touch(unit.township);
    if (unit_key_read(bytes, &unit, NULL) == STATUS_OK)
        fuzz_touch(unit.issuer);
    panel_key_read(bytes, &year, &level, &region);
}

static void read_log(struct slice bytes)
{
    struct coded in = coded_of(bytes);
    struct log_record record;
    uint32_t number;
    while (log_next(&in, &record)) {
        fuzz_touch(record.unit.issuer);
        while (log_number(&record, &number))
            ;
    }
}

static void read_entry(struct slice bytes)
{
    struct entry entry;
    struct error error;
    if (entry_decode(bytes, &entry, &error) != STATUS_OK)
        return;
    fuzz_touch(entry.path), fuzz_touch(entry.reason), fuzz_touch(entry.worker);
    struct job *job = entry_to_job(&entry);
    job_free(&job);
}

static void read_unit(struct slice bytes)
{
    enum level level;
    unit_read(bytes, &level, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static void (*const readers[SORTS])(struct slice bytes) = {read_filing, read_seat, read_keys,
                                                               read_log,    read_unit, read_entry};
    if (size < 1)
        return 0;
    struct slice bytes = fuzz_copy(data + 1, size - 1);
    readers[data[0] % SORTS](bytes);
    free((char *)bytes.data);
    return 0;
}
