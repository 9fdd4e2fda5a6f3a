/* test_every_unit.c - every unit that there was at the end of a year, as a report of that year:
 * those of GB/T 2260 and those of the 兵团. None may be filed elsewhere, or as what it is not;
 * what its name alone does not decide goes to a person. */
#include "tests/unit/metadata_fixture.h"
#include "workers/ingest/reader.h"

enum { FIRST = 2014, LAST = 2024 };

static char page[1024];

/* Reads a report of that name and year; what it is filed as. */
static const struct metadata *read_title(const char *name, unsigned year)
{
    struct error error, doubt;
    snprintf(page, sizeof page, "%s%u年法治政府建设年度报告\n" TEXT, name, year);
    report_reset(&report);
    report.raw = slice_of(page);
    report.path = SLICE("report.txt");
    assert_int_equal(ingest_read(state, &report, &doubt, &error), STATUS_OK);
    if (report.meta.year != year)
        print_error("in: %s\n", page);
    assert_int_equal(report.meta.year, year);
    return &report.meta;
}

static void expect(const struct metadata *meta, uint32_t region, enum issuer_kind kind)
{
    if (meta->region != region || meta->kind != kind)
        print_error("filed under %06u as %s: %s\n", meta->region, kind_name(meta->kind), page);
    assert_int_equal(meta->region, region);
    assert_int_equal(meta->kind, kind);
}

/* ---- GB/T 2260 ---- */

/* The years in which something may be read differently: the first and last, and those beside a
 * change of the unit's own. */
static bool is_asked(const struct region *region, unsigned year)
{
    return region_stood(region, (uint16_t)year) &&
           (year == FIRST || year == LAST || year == region->since || year + 1 == region->until);
}

/* Filed there, or left to a person (a city whose prefecture took its name); how many were left. */
static unsigned expect_or_none(const struct metadata *meta, uint32_t region, enum issuer_kind kind)
{
    if (meta->region)
        expect(meta, region, kind);
    return meta->region == 0;
}

static void test_every_government_and_bureau(void **unused)
{
    (void)unused;
    const struct gazetteer *gazetteer = ((const struct reader *)state)->gazetteer;
    unsigned asked = 0, left = 0;
    for (uint32_t code = 110000; code < 660000; code++) {
        const struct region *region = gazetteer_region(gazetteer, code);
        for (unsigned year = FIRST; region && year <= LAST; year++) {
            char path[256], name[320];
            if (!is_asked(region, year))
                continue;
            gazetteer_path(gazetteer, region, path, sizeof path);
            left += expect_or_none(read_title(path, year), code, KIND_GOVERNMENT);
            snprintf(name, sizeof name, "%s司法局", path);
            left += expect_or_none(read_title(name, year), code, KIND_DEPARTMENT);
            asked++;
        }
    }
    assert_true(asked > 6000);
    assert_in_range(left, 0, 8);
}

/* ---- the 兵团 ---- */

static void expect_corps(const struct metadata *meta, uint32_t region, enum issuer_kind kind,
                         struct slice regiment)
{
    expect(meta, region, kind);
    assert_true(slice_equal(meta->township, regiment));
}

/* As itself, with its city, and its bureau; a regiment behind its division. */
static void check_corps(const struct gazetteer *gazetteer, const struct corps_unit *unit,
                        unsigned year)
{
    const struct corps_unit *division = unit->division ? unit->division : unit;
    uint32_t code = corps_code(gazetteer, division, NULL, (uint16_t)year);
    const struct region *city = gazetteer_region(gazetteer, code);
    bool shared = division->number && city->level == LEVEL_COUNTY;
    struct slice regiment = unit->division ? unit->name : (struct slice){0};
    static const char *const wholes[] = {"", "兵团", "新疆生产建设兵团"};
    for (size_t i = 0; i < 3; i++)
        for (int with_city = 0; with_city <= shared; with_city++) {
            char name[256], bureau[300];
            snprintf(name, sizeof name, "%s%.*s%.*s%.*s", division->number ? wholes[i] : "",
                     SLICE_ARGS(division->name), SLICE_ARGS(with_city ? city->name : regiment),
                     SLICE_ARGS(with_city ? regiment : (struct slice){0}));
            expect_corps(read_title(name, year), code, KIND_ZONE, regiment);
            snprintf(bureau, sizeof bureau, "%s司法局", name);
            expect_corps(read_title(bureau, year), code, KIND_DEPARTMENT, regiment);
        }
}

static void test_every_unit_of_the_corps(void **unused)
{
    (void)unused;
    const struct gazetteer *gazetteer = ((const struct reader *)state)->gazetteer;
    const struct corps *corps = gazetteer_corps(gazetteer);
    unsigned asked = 0;
    for (size_t i = 0; i < corps->count; i++)
        for (unsigned year = FIRST; year <= LAST; year++, asked++)
            check_corps(gazetteer, &corps->units[i], year);
    assert_true(asked > 1500);
}

static void test_names_of_the_corps(void **unused)
{
    (void)unused;
    static const struct expected list[] = {
        {"八师石河子市2023年度法治政府建设情况报告\n" TEXT, .region = 659001, .level = "county",
         .issuer = "第八师石河子市", .kind = "zone", .year = 2023},
        {"第八师石河子市人民政府2023年法治政府建设情况报告\n" TEXT, .region = 659001,
         .level = "county", .issuer = "第八师石河子市", .kind = "zone", .year = 2023},
        {"关于报送兵团第8师143团2023年度法治政府建设情况的报告\n" TEXT, .region = 659001,
         .level = "township", .township = "一四三团", .issuer = "第八师石河子市一四三团",
         .kind = "zone", .year = 2023},
        {"一四三团2023年法治政府建设工作报告\n" TEXT, .region = 659001, .level = "township",
         .township = "一四三团", .issuer = "第八师石河子市一四三团", .kind = "zone", .year = 2023},
        {"可克达拉市六十四团（可克达拉镇）2023年法治政府建设工作报告\n" TEXT, .region = 659008,
         .level = "township", .township = "六十四团", .issuer = "第四师可克达拉市六十四团",
         .kind = "zone", .year = 2023},
        {"第四师六十四团2014年法治政府建设工作报告\n" TEXT, .region = 654000, .level = "township",
         .township = "六十四团", .issuer = "第四师六十四团", .kind = "zone", .year = 2014},
        {"新疆生产建设兵团司法局2023年法治政府建设工作报告\n" TEXT, .region = 650000,
         .level = "province", .issuer = "新疆生产建设兵团司法局", .kind = "department",
         .year = 2023},
        /* the city's own government */
        {"石河子市人民政府2023年法治政府建设情况报告\n" TEXT, .region = 659001, .level = "county",
         .issuer = "石河子市人民政府", .kind = "government", .year = 2023},
        /* under the city's name its division reports */
        {"石河子市2023年法治政府建设情况报告\n2023年，第八师石河子市坚持依法行政。\n" TEXT,
         .region = 659001, .level = "county", .issuer = "第八师石河子市", .kind = "zone",
         .year = 2023},
        {"2023年法治政府建设情况报告\n2023年，师市坚持依法行政，石河子市政府网站公开信息。\n" TEXT
         "第八师石河子市\n2024年2月1日\n",
         .region = 659001, .level = "county", .issuer = "第八师石河子市", .kind = "zone",
         .year = 2023, .signed_on = "2024-02-01"},
        /* two divisions have one of that name */
        {"红旗农场2023年法治政府建设工作报告\n" TEXT, .level = "unknown", .kind = "institution",
         .issuer = "红旗农场", .year = 2023},
        /* another division's city */
        {"第八师阿拉尔市2023年法治政府建设情况报告\n" TEXT, .level = "unknown", .kind = "unknown",
         .issuer = "第八师石河子市", .year = 2023},
    };
    CHECK_ALL(list);
}

static void test_a_row_that_makes_no_sense(void **unused)
{
    (void)unused;
    struct table_row rows[] = {{{SLICE("第一师"), SLICE("659002")}, 1},
                               {{SLICE("一团"), SLICE("第二师")}, 2}};
    struct table table = {.rows = rows, .count = 2, .path = "corps.tsv"};
    struct corps corps = {0};
    struct error error;
    assert_int_equal(corps_load(&corps, &table, &error), STATUS_FATAL);
    assert_non_null(strstr(error.text, "corps.tsv:2:"));
    corps_release(&corps);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_government_and_bureau),
        cmocka_unit_test(test_every_unit_of_the_corps),
        cmocka_unit_test(test_names_of_the_corps),
        cmocka_unit_test(test_a_row_that_makes_no_sense),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
