/* test_print.c - rows as JSON lines, CSV and tables: the promised bytes, and columns that line up
 * under Chinese text. */
#include "deploy/commands/columns.h"
#include "deploy/commands/print.h"
#include "deploy/commands/row_table.h"
#include "deploy/commands/words.h"
#include "proto/base/json_text.h"
#include "proto/base/tr.h"
#include "proto/rows/row_csv.h"
#include "proto/rows/row_json.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistr.h>

#include <cmocka.h>

static struct evidence nine = {.doc = {"ab12", 4},
                               .path = {"报告/a \"1\".txt", 18},
                               .span = {100, 104},
                               .text = {"9件", 4},
                               .value = 9,
                               .sentence = {"全年受理行政复议案件9件。", 0},
                               .where = {.page = 3, .box = {72, 100.5f, 300, 114}}};

static struct row a_value(void)
{
    nine.path = SLICE("报告/a \"1\".txt");
    nine.sentence = SLICE("全年受理行政复议案件9件。");
    return (struct row){.indicator = SLICE("reconsideration.accepted"),
                        .label = SLICE("受理行政复议案件"),
                        .region = 141031,
                        .region_name = SLICE("隰县"),
                        .level = LEVEL_COUNTY,
                        .kind = KIND_GOVERNMENT,
                        .issuer = SLICE("隰县人民政府"),
                        .year = 2023,
                        .value = 9,
                        .unit = SLICE("件"),
                        .evidence = &nine,
                        .evidence_count = 1,
                        .rule = SLICE("reconsideration.accepted#2"),
                        .section = SLICE("一、成效\n（二）复议"),
                        .sha256 = SLICE("ab12"),
                        .catalogue = SLICE("c0ffee"),
                        .state = STATE_ASSERTED,
                        .rollup = ROLLUP_SUM};
}

static struct row a_rollup(void)
{
    return (struct row){.indicator = SLICE("reconsideration.accepted"),
                        .label = SLICE("受理行政复议案件"),
                        .region = 140000,
                        .region_name = SLICE("山西省"),
                        .level = LEVEL_PROVINCE,
                        .year = 2023,
                        .children_level = LEVEL_COUNTY,
                        .children = 117,
                        .reporting = 2,
                        .sum = 35,
                        .mean = 17.5,
                        .min = 9,
                        .median = 17.5,
                        .max = 26,
                        .unit = SLICE("件"),
                        .rollup = ROLLUP_SUM};
}

static void assert_json(const struct row *row, uint64_t version, const char *expected)
{
    struct buffer out = {0};
    row_json(row, version, SLICE(""), &out);
    buffer_append(&out, "", 1);
    assert_string_equal(out.data, expected);
    buffer_release(&out);
}

static void test_a_value_as_in_the_contract(void **state)
{
    (void)state;
    struct row row = a_value();
    assert_json(
        &row, 0,
        "{\"indicator\": \"reconsideration.accepted\", \"label\": \"受理行政复议案件\", "
        "\"region\": "
        "\"141031\", \"region_name\": \"隰县\", \"level\": \"county\", \"township\": null, "
        "\"kind\": "
        "\"government\", \"issuer\": \"隰县人民政府\", \"year\": 2023, \"value\": 9, \"unit\": "
        "\"件\", \"bound\": \"exact\", \"conflict\": false, \"evidence\": [{\"doc\": \"ab12\", "
        "\"path\": \"报告/a \\\"1\\\".txt\", \"start\": 100, \"end\": 104, \"text\": \"9件\", "
        "\"value\": 9, \"sentence\": \"全年受理行政复议案件9件。\", \"place\": {\"page\": 3, "
        "\"box\": [72.0, 100.5, 300.0, 114.0]}}], "
        "\"rule\": \"reconsideration.accepted#2\", \"section\": [\"一、成效\", \"（二）复议\"], "
        "\"sha256\": \"ab12\", \"catalogue\": \"c0ffee\", \"origin\": \"text\", "
        "\"state\": \"asserted\", \"reviewed\": null, \"reviewed_by\": null, \"rollup\": "
        "\"sum\"}\n");
}

static void test_a_rollup_as_in_the_contract(void **state)
{
    (void)state;
    struct row row = a_rollup();
    assert_json(&row, 0,
                "{\"indicator\": \"reconsideration.accepted\", \"label\": \"受理行政复议案件\", "
                "\"region\": \"140000\", \"level\": \"province\", \"year\": 2023, "
                "\"children_level\": \"county\", \"children\": 117, \"reporting\": 2, \"sum\": 35, "
                "\"mean\": 17.5, \"min\": 9, \"median\": 17.5, \"max\": 26, \"unit\": \"件\", "
                "\"rollup\": \"sum\"}\n");
}

static void test_a_row_that_is_gone(void **state)
{
    (void)state;
    struct row row = a_rollup();
    row.gone = true;
    assert_json(&row, 7,
                "{\"indicator\": \"reconsideration.accepted\", \"label\": \"受理行政复议案件\", "
                "\"region\": \"140000\", \"level\": \"province\", \"year\": 2023, "
                "\"children_level\": \"county\", \"gone\": true, \"version\": 7}\n");
}

static void test_numbers(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *text;
    } cases[] = {{9, "9"},
                 {0, "0"},
                 {-0.0, "0"},
                 {66.67, "66.67"},
                 {560000, "560000"},
                 {0.1 + 0.2, "0.3"},
                 {1e14, "100000000000000"},
                 {-999999999999999, "-999999999999999"},
                 {1e15, "1e+15"},
                 {-7, "-7"},
                 {-2.5, "-2.5"},
                 {1.0 / 3, "0.333333333333333"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char text[32];
        number_text(cases[i].value, text);
        assert_string_equal(text, cases[i].text);
    }
}

static void test_json_escapes(void **state)
{
    (void)state;
    struct buffer out = {0};
    json_text(SLICE("a\"b\\c\n\t\r\x01\x1f县"), &out);
    buffer_append(&out, "", 1);
    assert_string_equal(out.data, "\"a\\\"b\\\\c\\n\\t\\r\\u0001\\u001f县\"");
    buffer_clear(&out);
    json_text(
        SLICE("\x7F|\xC2\x9B|\xE2\x80\xAE|\xE2\x81\xA6|\xE2\x80\xA8\"“县”、\xC2\xA0…\xE2\x80\x8B"),
        &out);
    buffer_append(&out, "", 1);
    assert_string_equal(
        out.data, "\"\\u007f|\\u009b|\\u202e|\\u2066|\\u2028\\\"“县”、\xC2\xA0…\xE2\x80\x8B\"");
    buffer_release(&out);
}

/* gcc 12, where it inlines this, takes what is returned for the local. */
__attribute__((noinline)) static char *printed(enum row_format format, const struct row *rows,
                                               size_t count)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    struct row_printer *printer = row_printer_new(out, format, false);
    for (size_t i = 0; i < count; i++)
        row_print(printer, &rows[i]);
    row_printer_end(&printer);
    assert_null(printer);
    fclose(out);
    return text;
}

static void test_csv_quotes_and_counts_its_fields(void **state)
{
    (void)state;
    struct row rows[] = {a_rollup(), a_value()};
    nine.sentence = SLICE("甲,\"乙\"\n丙");
    char *text = printed(ROWS_CSV, rows, 2);
    assert_non_null(strstr(text, ",9件,\"甲,\"\"乙\"\"\n丙\",reconsideration.accepted#2,一、成效 / "
                                 "（二）复议,ab12,c0ffee,text,asserted,,,sum\r\n"));
    assert_non_null(strstr(text, ",\"报告/a \"\"1\"\".txt\","));
    assert_non_null(strstr(text, ",county,117,2,35,17.5,9,17.5,26,,,,,,,,,,,,sum\r\n"));
    unsigned fields[3] = {1, 1, 1}, line = 0;
    bool quoted = false;
    for (const char *c = text; *c && line < 3; c++) {
        quoted ^= *c == '"';
        fields[line] += *c == ',' && !quoted;
        line += *c == '\n' && !quoted;
    }
    assert_int_equal(fields[0], 33);
    assert_int_equal(fields[1], 33);
    assert_int_equal(fields[2], 33);
    free(text);
}

/* What a spreadsheet would run comes as text. */
static void test_csv_cells_are_no_formulas(void **state)
{
    (void)state;
    static const char *const cases[][2] = {{"=1+1", "'=1+1"},
                                           {"+86", "'+86"},
                                           {"-5", "'-5"},
                                           {"@SUM(A1)", "'@SUM(A1)"},
                                           {"\t=1", "'\t=1"},
                                           {"=\"a\",1", "\"'=\"\"a\"\",1\""},
                                           {"a=1", "a=1"},
                                           {"县", "县"},
                                           {"", ""},
                                           {"a\x1b[31mb", "a<U+001B>[31mb"},
                                           {"a\nb", "\"a\nb\""},
                                           {"a\rb", "a<U+000D>b"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer out = {0};
        csv_text(slice_of(cases[i][0]), &out);
        buffer_append(&out, "", 1);
        assert_string_equal(out.data, cases[i][1]);
        buffer_release(&out);
    }
}

/* Columns up to the one where `what` begins in the line that holds `where`. */
static unsigned column_of(const char *text, const char *where, const char *what)
{
    const char *line = strstr(text, where);
    assert_non_null(line);
    while (line > text && line[-1] != '\n')
        line--;
    const char *at = strstr(line, what);
    assert_non_null(at);
    return text_columns((struct slice){line, (size_t)(at - line)});
}

static void test_table_lines_up(void **state)
{
    (void)state;
    struct row rows[] = {a_rollup(), a_value(), a_value(), a_value()};
    rows[2].issuer = SLICE("内蒙古自治区鄂伦春自治旗人民政府");
    rows[2].value = 30000;
    rows[2].bound = BOUND_OVER;
    rows[3].issuer = SLICE("ASCII");
    rows[3].label = SLICE("x");
    char *text = printed(ROWS_TABLE, rows, 4);
    unsigned year = column_of(text, "地区/单位", "年度");
    assert_int_equal(column_of(text, "山西省", "2023"), year);
    assert_int_equal(column_of(text, "隰县", "2023"), year);
    assert_int_equal(column_of(text, "鄂伦春", "2023"), year);
    assert_int_equal(column_of(text, "ASCII", "2023"), year);
    unsigned source = column_of(text, "地区/单位", "原文");
    assert_int_equal(column_of(text, "鄂伦春", "全年受理"), source);
    assert_int_equal(column_of(text, "ASCII", "全年受理"), source);
    assert_non_null(strstr(text, "30000余"));
    assert_non_null(strstr(text, "117个中2个报告"));
    free(text);
}

static void test_long_sentences_keep_the_figure_in_sight(void **state)
{
    (void)state;
    char sentence[2000] = "";
    for (int i = 0; i < 40; i++)
        strcat(sentence, "依法行政工作");
    strcat(sentence, "受理案件123件，");
    for (int i = 0; i < 40; i++)
        strcat(sentence, "依法行政工作");
    for (unsigned columns = 20; columns < 100; columns++) {
        struct buffer out = {0};
        put_around(&out, slice_of(sentence), SLICE("123件"), columns);
        assert_true(text_columns(buffer_slice(&out)) <= columns);
        assert_true(slice_has(buffer_slice(&out), SLICE("123件")));
        assert_null(u8_check((const uint8_t *)out.data, out.len));
        buffer_release(&out);
    }
}

static void test_by_unit_groups_and_orders(void **state)
{
    (void)state;
    struct row rows[] = {a_rollup(), a_value(), a_value(), a_value()};
    rows[1].indicator = SLICE("z");
    rows[2].region = 110101;
    rows[2].issuer = SLICE("东城区人民政府");
    char *text = printed(ROWS_BY_UNIT, rows, 4);
    const char *east = strstr(text, "东城区人民政府  110101  2023年  1项");
    const char *xi = strstr(text, "隰县人民政府  141031  2023年  2项");
    const char *shanxi = strstr(text, "山西省（各县级）  140000  2023年  1项");
    assert_true(east && east < xi && xi < shanxi);
    free(text);
}

static void test_conflicts_name_the_other_figures(void **state)
{
    (void)state;
    struct row row = a_value();
    struct evidence both[2] = {nine, nine};
    both[0].text = SLICE("11件");
    both[0].value = 11;
    both[0].sentence = SLICE("共受理11件。");
    row.value = 11;
    row.conflict = true;
    row.evidence = both;
    row.evidence_count = 2;
    char *text = printed(ROWS_TABLE, &row, 1);
    assert_non_null(strstr(text, "11*"));
    assert_non_null(strstr(text, "*另有9件｜共受理11件。"));
    free(text);
}

static void test_lines_of_changes(void **state)
{
    (void)state;
    struct row row = a_value();
    struct buffer out = {0};
    row_line(&row, &out);
    row.gone = true;
    row_line(&row, &out);
    buffer_append(&out, "", 1);
    assert_string_equal(out.data, "2023  隰县人民政府  受理行政复议案件  9 件\n"
                                  "2023  隰县人民政府  受理行政复议案件  （撤下）\n");
    buffer_release(&out);
}

int main(void)
{
    tr_begin(LANGUAGE_CHINESE);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_value_as_in_the_contract),
        cmocka_unit_test(test_a_rollup_as_in_the_contract),
        cmocka_unit_test(test_a_row_that_is_gone),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_json_escapes),
        cmocka_unit_test(test_csv_quotes_and_counts_its_fields),
        cmocka_unit_test(test_csv_cells_are_no_formulas),
        cmocka_unit_test(test_table_lines_up),
        cmocka_unit_test(test_long_sentences_keep_the_figure_in_sight),
        cmocka_unit_test(test_by_unit_groups_and_orders),
        cmocka_unit_test(test_conflicts_name_the_other_figures),
        cmocka_unit_test(test_lines_of_changes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
