/* test_store_parts.c - keys in the public order, the change log's records, tallies against sorting,
 * regions and their parents. */
#include "tests/unit/store_fixture.h"
#include "workers/results/log.h"
#include "workers/results/regions.h"
#include "workers/results/tally.h"

static void test_row_keys_sort_as_the_contract_says(void **state)
{
    (void)state;
    const struct unit_name units[] = {
        {141031, {"", 0}, KIND_COMMITTEE, SLICE("乙"), 2023},
        {141031, {"", 0}, KIND_DEPARTMENT, SLICE("甲"), 2023},
        {141031, {"", 0}, KIND_GOVERNMENT, SLICE("丙"), 2022},
        {141031, {"", 0}, KIND_GOVERNMENT, SLICE("丙"), 2023},
        {141031, {"", 0}, KIND_GOVERNMENT, SLICE("丙县"), 2021},
        {141031, SLICE("云岭镇"), KIND_DEPARTMENT, SLICE("丙"), 2020},
        {141032, {"", 0}, KIND_COMMITTEE, SLICE("丁"), 2020},
    };
    struct buffer before = {0}, key = {0};
    rollup_key_put(&before, SLICE("a.b"), 141031, 2030, LEVEL_TOWNSHIP);
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        struct row_key parts;
        buffer_clear(&key);
        row_key_put(&key, SLICE("a.b"), &units[i]);
        assert_true(slice_compare(buffer_slice(&before), buffer_slice(&key)) < 0);
        assert_int_equal(row_key_read(buffer_slice(&key), &parts, NULL), STATUS_OK);
        assert_true(slice_equal(parts.indicator, SLICE("a.b")));
        assert_true(slice_equal(parts.unit.issuer, units[i].issuer));
        assert_true(slice_equal(parts.unit.township, units[i].township));
        assert_int_equal(parts.unit.region, units[i].region);
        assert_int_equal(parts.unit.kind, units[i].kind);
        assert_int_equal(parts.unit.year, units[i].year);
        assert_int_equal(parts.children_level, LEVEL_UNKNOWN);
        for (size_t len = 0; len < key.len; len++)
            assert_int_equal(row_key_read((struct slice){key.data, len}, &parts, NULL),
                             STATUS_FATAL);
        buffer_clear(&before);
        buffer_add(&before, buffer_slice(&key));
    }
    buffer_release(&before);
    buffer_release(&key);
}

static void test_panel_keys_come_back(void **state)
{
    (void)state;
    struct buffer key = {0};
    uint16_t year;
    enum level level;
    uint32_t region;
    panel_key_put(&key, 2023, LEVEL_COUNTY, 10203);
    assert_true(panel_key_read(buffer_slice(&key), &year, &level, &region));
    assert_int_equal(year, 2023);
    assert_int_equal(level, LEVEL_COUNTY);
    assert_int_equal(region, 10203);
    key.data[3] = 'x';
    assert_false(panel_key_read(buffer_slice(&key), &year, &level, &region));
    key.len--;
    assert_false(panel_key_read(buffer_slice(&key), &year, &level, &region));
    buffer_release(&key);
}

static void test_log_records_come_back(void **state)
{
    (void)state;
    const uint32_t numbers[] = {0, 127, 128, 16383, 16384, 59999};
    const struct unit_name unit = {141031, SLICE("云岭镇"), KIND_DEPARTMENT, SLICE("司法所"), 2023};
    struct buffer log = {0};
    log_rows(&log, &unit, numbers, 6);
    log_figures(&log, 140522, 2022, LEVEL_COUNTY, numbers + 2, 2);
    for (size_t len = 0; len <= log.len; len++) {
        struct coded in = coded_of((struct slice){log.data, len});
        struct log_record record;
        uint32_t number;
        unsigned records = 0, seen = 0;
        for (; log_next(&in, &record); records++)
            while (log_number(&record, &number))
                assert_int_equal(number, numbers[records ? 2 + seen++ - 6 : seen++]);
        assert_true(len < log.len || (records == 2 && seen == 8 && !in.bad));
        assert_true(len == log.len || records < 2);
    }
    buffer_release(&log);
}

static int by_double(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;
    return (a > b) - (a < b);
}

static void test_tallies_agree_with_sorting(void **state)
{
    (void)state;
    struct tally tally = {0};
    struct names units = {0};
    struct rollup_list list = {0};
    uint32_t random = 1;
    names_number(&units, SLICE("件"));
    names_number(&units, SLICE("份"));
    for (unsigned count = 1; count < 200; count++) {
        double values[200], sum = 0;
        for (unsigned i = 0; i < count; i++) {
            random = random * 1664525u + 1013904223u;
            values[i] = (double)((random >> 16) % (count < 100 ? 10 : 1000)) / 2;
            sum += values[i];
            tally_add(&tally, 3, values[i], i % 2);
        }
        list.count = 0;
        tally_close(&tally, &(struct rollup){.parent = 140000}, &units, &list);
        qsort(values, count, sizeof *values, by_double);
        assert_int_equal(list.count, 1);
        const struct rollup *rollup = &list.items[0];
        assert_int_equal(rollup->indicator, 3);
        assert_int_equal(rollup->parent, 140000);
        assert_int_equal(rollup->reporting, count);
        assert_true(rollup->sum == sum && rollup->mean == sum / count);
        assert_true(rollup->min == values[0] && rollup->max == values[count - 1]);
        assert_true(rollup->median == (values[(count - 1) / 2] + values[count / 2]) / 2);
        /* 件 comes first: as many, or one more; 份 (U+4EFD) is greater than 件 (U+4EF6) */
        assert_true(slice_equal(rollup->unit, SLICE("件")));
    }
    free(list.items);
    tally_release(&tally);
    names_release(&units);
}

static void test_regions_and_their_parents(void **state)
{
    (void)state;
    struct regions *regions = NULL;
    uint32_t parents[MAX_PARENTS];
    assert_int_equal(regions_load(&regions, NULL, NULL), STATUS_OK);
    assert_int_equal(region_parents(regions, 141031, parents), 3);
    assert_int_equal(parents[0], 141000);
    assert_int_equal(parents[1], 140000);
    assert_int_equal(parents[2], NATION);
    assert_int_equal(region_parents(regions, 110101, parents), 2); /* no prefecture in Beijing */
    assert_int_equal(region_parents(regions, 429004, parents), 2); /* nor above 仙桃 */
    assert_int_equal(region_parents(regions, 141000, parents), 2);
    assert_int_equal(region_parents(regions, 140000, parents), 1);
    assert_int_equal(region_parents(regions, 999999, parents), 0);
    assert_int_equal(region_children(regions, 140000, LEVEL_COUNTY), 117);
    assert_int_equal(region_children(regions, 141000, LEVEL_COUNTY), 17);
    assert_int_equal(region_children(regions, 141031, LEVEL_COUNTY), 0);
    assert_int_equal(region_level(regions, 141000), LEVEL_PREFECTURE);
    assert_true(slice_equal(region_name(regions, 141031), SLICE("隰县")));
    assert_true(slice_equal(region_name(regions, NATION), SLICE("全国")));
    assert_int_equal(region_name(regions, 999999).len, 0);
    regions_free(&regions);
}

static void test_a_malformed_gazetteer_is_named_by_line(void **state)
{
    struct fixture *f = *state;
    struct regions *regions = NULL;
    struct error error;
    char path[128];
    snprintf(path, sizeof path, "%s/regions.tsv", f->folder);
    FILE *file = fopen(path, "w");
    fputs("# code\tlevel\tname\n110000\tprovince\t北京市\n10000\tprovince\t短\n", file);
    fclose(file);
    assert_int_equal(regions_load(&regions, path, &error), STATUS_FATAL);
    assert_non_null(strstr(error.text, "regions.tsv:3:"));
    assert_int_equal(regions_load(&regions, "/no/such/file", &error), STATUS_FATAL);
    assert_null(regions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_row_keys_sort_as_the_contract_says),
        cmocka_unit_test(test_panel_keys_come_back),
        cmocka_unit_test(test_log_records_come_back),
        cmocka_unit_test(test_tallies_agree_with_sorting),
        cmocka_unit_test(test_regions_and_their_parents),
        cmocka_unit_test_setup_teardown(test_a_malformed_gazetteer_is_named_by_line, fixture_make,
                                        fixture_drop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
