/* test_store.c - what a report does to the store: applied, replaced, duplicate, stale; whose
 * figures stand where. */
#include "tests/unit/store_fixture.h"

#define EVIDENCE(doc, path, at, text, value)                                                       \
    " [" doc " " path " " at " " text " " value " 全年共办理" text "。 "                          \
    "一、主要举措和成效\n（一）依法行政 a#1]"

static void test_a_report_gives_values_and_rollups(void **state)
{
    struct fixture *f = *state;
    struct report *report = report_new(1, 141031, 2023, "a");
    report_add(report, "litigation.cases", 20, "件");
    assert_int_equal(store_version(f->store), 1);
    assert_int_equal(file_one(f, report), OUTCOME_APPLIED);
    assert_int_equal(store_version(f->store), 2);
    assert_rows(
        f->store, NULL, NULL,
        "litigation.cases|000000||||2023|county 标签litigation.cases nation children=2851 "
        "reporting=1 sum=20 mean=20 min=20 median=20 max=20 件\n"
        "litigation.cases|140000||||2023|county 标签litigation.cases province children=117 "
        "reporting=1 sum=20 mean=20 min=20 median=20 max=20 件\n"
        "litigation.cases|141000||||2023|county 标签litigation.cases prefecture children=17 "
        "reporting=1 sum=20 mean=20 min=20 median=20 max=20 件\n"
        "litigation.cases|141031||government|141031人民政府|2023| 标签litigation.cases county 20件 "
        "exact" EVIDENCE("ca978112", "141031/a.txt", "0-9", "20件", "20") "\n");
}

static void test_the_contract_s_example(void **state)
{
    struct fixture *f = *state;
    struct report *a = report_new(1, 141031, 2023, "a"), *b = report_new(2, 140522, 2023, "b");
    report_add(a, "x", 9, "件");
    report_add(b, "x", 26, "件");
    file_one(f, a);
    file_one(f, b);
    assert_rows(f->store, "x", "140000",
                "x|140000||||2023|county 标签x province children=117 reporting=2 sum=35 mean=17.5 "
                "min=9 median=17.5 max=26 件\n");
}

static void test_same_bytes_change_nothing(void **state)
{
    struct fixture *f = *state;
    for (int i = 0; i < 3; i++) {
        struct report *report = report_new(7 + (uint64_t)(i / 2), 141031, 2023, "a");
        if (i == 2)
            report->path = SLICE("copy.txt");
        report_add(report, "x", 20, "件");
        assert_int_equal(file_one(f, report), i == 0 ? OUTCOME_APPLIED : OUTCOME_DUPLICATE);
        assert_int_equal(store_version(f->store), 2);
    }
    char *rows = dump(f->store, "x", "141031");
    assert_non_null(strstr(rows, "141031/a.txt"));
    free(rows);
    /* … but it holds its place against a version submitted between the two */
    struct report *between = report_new(7, 141031, 2023, "b");
    between->seq = 7;
    report_add(between, "x", 21, "件");
    assert_int_equal(file_one(f, between), OUTCOME_STALE);
}

static void test_same_bytes_under_new_rules_are_read_anew(void **state)
{
    struct fixture *f = *state;
    struct report *report = report_new(7, 141031, 2023, "a");
    report_add(report, "x", 20, "件");
    file_one(f, report);
    report = report_new(7, 141031, 2023, "a");
    report->catalogue = SLICE("rules-2");
    report_add(report, "x", 22, "件");
    assert_int_equal(file_one(f, report), OUTCOME_REPLACED);
    assert_int_equal(store_version(f->store), 3);
    char *rows = dump(f->store, "x", "140000");
    assert_non_null(strstr(rows, "sum=22 "));
    free(rows);
}

static void test_a_new_version_takes_the_old_one_s_place(void **state)
{
    struct fixture *f = *state;
    struct report *old = report_new(1, 141031, 2023, "a"), *new = report_new(2, 141031, 2023, "b");
    report_add(old, "kept", 1, "件");
    report_add(old, "edited", 20, "件");
    report_add(old, "removed", 5, "件");
    report_add(new, "kept", 1, "件");
    report_add(new, "edited", 21, "件");
    report_add(new, "added", 3, "次");
    file_one(f, old);
    struct error error;
    assert_int_equal(store_apply(f->store, &new, 1, &error), STATUS_OK);
    assert_int_equal(new->outcome, OUTCOME_REPLACED);
    assert_int_equal(new->replaced.len, 64);
    assert_memory_equal(new->replaced.data, "ca978112", 8);
    report_free(new);
    assert_rows(f->store, "removed", NULL, "");
    char *rows = dump(f->store, NULL, "14");
    assert_non_null(strstr(rows, "edited|140000||||2023|county 标签edited province children=117 "
                                 "reporting=1 sum=21 "));
    assert_non_null(strstr(rows, "added|141031||government|"));
    assert_null(strstr(rows, "ca978112")); /* no evidence of the old document */
    free(rows);

    /* exactly these roll-ups changed, and the unit's rows, whose evidence is a new document */
    struct request request = {.changes = true, .since = 2};
    struct arena arena = {0};
    struct answer answer;
    assert_int_equal(store_read(f->store, &request, &arena, &answer, &error), STATUS_OK);
    assert_int_equal(answer.version, 3);
    assert_false(answer.snapshot);
    size_t rollups = 0, gone = 0;
    for (size_t i = 0; i < answer.row_count; i++) {
        rollups += answer.rows[i].children_level != LEVEL_UNKNOWN;
        gone += answer.rows[i].gone;
        if (slice_equal(answer.rows[i].indicator, SLICE("kept")))
            assert_int_equal(answer.rows[i].region, 141031);
    }
    assert_int_equal(rollups, 9); /* added, edited, removed: nation, province, prefecture */
    assert_int_equal(gone, 4);
    assert_int_equal(answer.row_count, 9 + 4);
    arena_release(&arena);

    old = report_new(1, 141031, 2023, "a");
    assert_int_equal(file_one(f, old), OUTCOME_STALE);
    assert_int_equal(store_version(f->store), 3);
}

static void test_another_year_or_unit_replaces_nothing(void **state)
{
    struct fixture *f = *state;
    const uint16_t years[] = {2022, 2023};
    for (size_t i = 0; i < 2; i++) {
        struct report *report = report_new(i + 1, 141031, years[i], i ? "b" : "a");
        report_add(report, "x", 10.0 + (double)i, "件");
        assert_int_equal(file_one(f, report), OUTCOME_APPLIED);
    }
    char *rows = dump(f->store, "x", "141031");
    assert_non_null(strstr(rows, "|2022| 标签x county 10件"));
    assert_non_null(strstr(rows, "|2023| 标签x county 11件"));
    free(rows);
}

static void test_townships_and_departments_stand_alone(void **state)
{
    struct fixture *f = *state;
    struct report *county = report_new(1, 141031, 2023, "county");
    struct report *town = report_new(2, 141031, 2023, "town");
    struct report *bureau = report_new(3, 141031, 2023, "bureau");
    struct report *party = report_new(4, 141031, 2023, "party");
    town->meta.township = SLICE("龙泉镇");
    town->meta.level = LEVEL_TOWNSHIP;
    town->meta.issuer = SLICE("隰县龙泉镇人民政府");
    bureau->meta.kind = KIND_DEPARTMENT;
    bureau->meta.issuer = SLICE("隰县司法局");
    party->meta.kind = KIND_COMMITTEE;
    party->meta.issuer = SLICE("中共隰县委员会");
    struct report *all[] = {county, town, bureau, party};
    for (int i = 0; i < 4; i++)
        report_add(all[i], "x", 1 << i, "件");
    struct error error;
    assert_int_equal(store_apply(f->store, all, 4, &error), STATUS_OK);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(all[i]->outcome, OUTCOME_APPLIED);
        report_free(all[i]);
    }
    char *rows = dump(f->store, "x", NULL);
    const char *order[] = {
        "x|000000||||2023|county 标签x nation children=2851 reporting=1 sum=1 ",
        "x|140000||||2023|county 标签x province children=117 reporting=1 sum=1 ",
        "x|141000||||",
        "x|141031||committee|中共隰县委员会|2023| 标签x county 8件",
        "x|141031||department|隰县司法局|2023| 标签x county 4件",
        "x|141031||government|141031人民政府|2023| 标签x county 1件",
        "x|141031|龙泉镇|government|隰县龙泉镇人民政府|2023| 标签x township 2件"};
    const char *at = rows;
    for (size_t i = 0; i < sizeof order / sizeof *order; i++) {
        const char *found = strstr(at, order[i]);
        if (!found)
            fail_msg("missing or out of order: %s in\n%s", order[i], rows);
        at = found;
    }
    free(rows);
}

/* Two governments of one county (a zone's committee read as its county's): one speaks in roll-ups,
 * the same one whoever comes first. */
static void test_a_county_counts_once(void **state)
{
    struct fixture *f = *state;
    for (int turn = 0; turn < 4; turn++) {
        bool zone = turn % 2 == (turn < 2);
        struct report *report =
            report_new((uint64_t)turn + 1, turn < 2 ? 141031 : 141030, 2023, zone ? "z" : "g");
        report->meta.issuer = zone ? SLICE("隰县管委会") : SLICE("隰县第一人民政府");
        report_add(report, "x", zone ? 100 : 7, "件");
        file_one(f, report);
    }
    assert_rows(f->store, "x", "141000",
                "x|141000||||2023|county 标签x prefecture children=17 reporting=2 sum=14 mean=7 "
                "min=7 median=7 max=7 件\n");
}

static void test_a_township_without_its_name_is_not_the_county(void **state)
{
    struct fixture *f = *state;
    struct report *report = report_new(1, 141031, 2023, "a");
    report->meta.level = LEVEL_TOWNSHIP;
    report_add(report, "x", 1, "件");
    file_one(f, report);
    assert_rows(f->store, "x", "140000", "");
}

static void test_prefectures_and_provinces_roll_up_by_their_level(void **state)
{
    struct fixture *f = *state;
    const uint32_t regions[] = {140000, 141000, 141031, 110101};
    for (size_t i = 0; i < 4; i++) {
        struct report *report = report_new(i + 1, regions[i], 2023, "a");
        report_add(report, "x", (double)(1 << i), "件");
        file_one(f, report);
    }
    char *rows = dump(f->store, "x", NULL);
    assert_non_null(
        strstr(rows, "x|000000||||2023|county 标签x nation children=2851 reporting=2 sum=12 "));
    assert_non_null(
        strstr(rows, "x|000000||||2023|prefecture 标签x nation children=333 reporting=1 sum=2 "));
    assert_non_null(
        strstr(rows, "x|000000||||2023|province 标签x nation children=34 reporting=1 sum=1 "));
    assert_non_null(
        strstr(rows, "x|140000||||2023|county 标签x province children=117 reporting=1 sum=4 "));
    assert_non_null(
        strstr(rows, "x|140000||||2023|prefecture 标签x province children=11 reporting=1 sum=2 "));
    assert_non_null(
        strstr(rows, "x|110000||||2023|county 标签x province children=16 reporting=1 sum=8 "));
    free(rows);
}

static void test_everything_is_there_after_reopening(void **state)
{
    struct fixture *f = *state;
    for (uint64_t i = 1; i <= 3; i++) {
        struct report *report = report_new(i, 141021 + (uint32_t)i, 2023, i == 1 ? "a" : "b");
        report_add(report, "x", (double)i, "件");
        file_one(f, report);
    }
    char id[64], *before = dump(f->store, NULL, NULL);
    strcpy(id, store_id(f->store));
    fixture_reopen(f);
    assert_string_equal(store_id(f->store), id);
    assert_int_equal(store_version(f->store), 4);
    assert_rows(f->store, NULL, NULL, before);
    free(before);

    /* a group that has to be read from disk goes on where it stood */
    struct report *report = report_new(9, 141023, 2023, "c");
    report_add(report, "x", 11, "件");
    assert_int_equal(file_one(f, report), OUTCOME_REPLACED);
    assert_rows(
        f->store, "x", "141000",
        "x|141000||||2023|county 标签x prefecture children=17 reporting=3 sum=15 mean=5 min=1 "
        "median=3 max=11 件\n");
    assert_int_equal(store_verify(f->store, NULL), STATUS_OK);
}

static void test_a_reader_looks_on_while_it_is_written(void **state)
{
    struct fixture *f = *state;
    struct store *look = NULL;
    struct store_options options = {.read_only = true};
    struct error error = {""};
    struct report *report = report_new(1, 141031, 2023, "a");
    report_add(report, "x", 1, "件");
    file_one(f, report);
    assert_int_equal(store_open(&look, f->folder, &options, &error), STATUS_OK);
    char *before = dump(look, NULL, NULL);
    report = report_new(2, 141031, 2023, "b");
    report_add(report, "x", 2, "件");
    file_one(f, report);
    assert_rows(look, NULL, NULL, before);
    assert_int_equal(store_version(look), 2);
    store_close(&look);
    assert_int_equal(store_open(&look, f->folder, &options, &error), STATUS_OK);
    assert_int_equal(store_version(look), 3);
    char *after = dump(f->store, NULL, NULL);
    assert_rows(look, NULL, NULL, after);
    free(before);
    free(after);
    store_close(&look);
}

static void test_opening_what_is_held_or_no_store(void **state)
{
    struct fixture *f = *state;
    struct store *second = NULL;
    struct store_options options = {0};
    struct error error = {""};
    assert_int_equal(store_open(&second, f->folder, &options, &error), STATUS_AGAIN);
    assert_non_null(strstr(error.text, "is open in another"));
    assert_int_equal(store_open(&second, "/dev/null", &options, &error), STATUS_FATAL);
    options.read_only = true;
    assert_int_equal(store_open(&second, "/tmp/no/such/store", &options, &error), STATUS_FATAL);
    assert_null(second);
}

/* How an indicator's values add up, as the report said: in units' rows and in roll-ups. */
static void test_rollups_are_known(void **state)
{
    struct fixture *f = *state;
    struct arena arena = {0};
    struct request request = {.filter = {.indicator = SLICE("rate")}};
    struct answer answer;
    struct report *report = report_new(1, 141031, 2023, "a");
    report_add(report, "rate", 95, "%");
    file_one(f, report);
    fixture_reopen(f);
    assert_int_equal(store_read(f->store, &request, &arena, &answer, NULL), STATUS_OK);
    assert_true(answer.row_count > 1);
    for (size_t i = 0; i < answer.row_count; i++)
        assert_int_equal(answer.rows[i].rollup, ROLLUP_MEAN);
    arena_release(&arena);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_make, fixture_drop)
    const struct CMUnitTest tests[] = {
        TEST(test_rollups_are_known),
        TEST(test_a_report_gives_values_and_rollups),
        TEST(test_the_contract_s_example),
        TEST(test_same_bytes_change_nothing),
        TEST(test_same_bytes_under_new_rules_are_read_anew),
        TEST(test_a_new_version_takes_the_old_one_s_place),
        TEST(test_another_year_or_unit_replaces_nothing),
        TEST(test_townships_and_departments_stand_alone),
        TEST(test_a_county_counts_once),
        TEST(test_a_township_without_its_name_is_not_the_county),
        TEST(test_prefectures_and_provinces_roll_up_by_their_level),
        TEST(test_everything_is_there_after_reopening),
        TEST(test_a_reader_looks_on_while_it_is_written),
        TEST(test_opening_what_is_held_or_no_store),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
