/* test_xlsx.c - workbooks: sheets as tables, numbers as they are shown, merged and hidden cells. */
#include "tests/unit/package_fixture.h"

#include "workers/ingest/format/xlsx/number.h"

#define SHEET(rows) "<worksheet>" rows "</worksheet>"
#define DATA(rows) "<sheetData>" rows "</sheetData>"

static const char rels[] =
    "<Relationships><Relationship Id=\"r1\" Target=\"worksheets/sheet1.xml\"/>"
    "<Relationship Id=\"r2\" Target=\"/xl/worksheets/sheet2.xml\"/></Relationships>";
static const char strings[] = "<sst><si><t>类别</t></si><si><r><t>复</t></r><r><t>议</t></"
                              "r><rPh><t>fuyi</t></rPh></si></sst>";
static const char styles[] =
    "<styleSheet><numFmts><numFmt numFmtId=\"170\" formatCode=\"0.0&quot;万元&quot;\"/></numFmts>"
    "<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"10\"/><xf numFmtId=\"170\"/><xf numFmtId=\"14\"/>"
    "</cellXfs></styleSheet>";

static void expect(const char *book, const char *first, const char *second, const char *want)
{
    package_expect((struct package_text[]){{"[Content_Types].xml", "<Types/>"},
                                           {"xl/workbook.xml", book},
                                           {"xl/_rels/workbook.xml.rels", rels},
                                           {"xl/sharedStrings.xml", strings},
                                           {"xl/styles.xml", styles},
                                           {"xl/worksheets/sheet1.xml", first},
                                           {"xl/worksheets/sheet2.xml", second},
                                           {0}},
                   want);
}

#define BOOK "<workbook><sheets><sheet name=\"Sheet1\" r:id=\"r1\" xmlns:r=\"r\"/>"
#define BOOK_END "</sheets></workbook>"
static const char one_sheet[] = BOOK BOOK_END;

static void cells_of_every_kind(void **state)
{
    (void)state;
    expect(one_sheet,
           SHEET(DATA(
               "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is>"
               "<t>数</t></is></c><c r=\"C1\" t=\"str\"><f>A1</f><v>值</v></c></row><row r=\"2\">"
               "<c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"B2\" s=\"1\"><v>0.986</v></c><c r=\"C2\" "
               "s=\"2\"><v>701.79</v></c><c r=\"D2\" s=\"3\"><v>45300</v></c><c r=\"E2\" "
               "t=\"b\"><v>1</v></c><c r=\"F2\" t=\"e\"><v>#DIV/0!</v></c></row>")),
           SHEET(""), "类别\t数\t值\n复议\t98.60%\t701.8万元\t2024年1月9日\t是\n");
}

static void holes_keep_the_columns(void **state)
{
    (void)state;
    expect(one_sheet,
           SHEET(DATA(
               "<row r=\"3\"><c r=\"B3\"><v>1</v></c><c r=\"D3\"><v>3</v></c></row><row r=\"9\">"
               "<c r=\"C9\"><v>2</v></c><c><v>4</v></c></row>")),
           SHEET(""), "1\t\t3\n\t2\t4\n");
}

static void merged_cells_reach_over_rows(void **state)
{
    (void)state;
    expect(one_sheet,
           SHEET(DATA(
               "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>执法</v></c><c r=\"B1\" t=\"str\"><v>检查"
               "</v></c><c r=\"C1\"><v>3</v></c></row><row r=\"2\"><c r=\"A2\"/><c r=\"B2\" "
               "t=\"str\"><v>处罚</v></c><c r=\"C2\"><v>4</v></c></row>") "<mergeCells><mergeCell "
                                                                          "ref=\"A1:A2\"/></"
                                                                          "mergeCells>"),
           SHEET(""), "执法\t检查\t3\n执法\t处罚\t4\n");
}

static void what_is_hidden_is_left_out(void **state)
{
    (void)state;
    expect(
        BOOK "<sheet name=\"底稿\" state=\"hidden\" r:id=\"r2\" xmlns:r=\"r\"/>" BOOK_END,
        SHEET("<cols><col min=\"2\" max=\"2\" hidden=\"1\"/></cols>" DATA(
            "<row r=\"1\"><c r=\"A1\"><v>1</v></c><c r=\"B1\"><v>2</v></c><c r=\"C1\"><v>3</v></c>"
            "</row><row r=\"2\" hidden=\"1\"><c r=\"A2\"><v>4</v></c></row>")),
        SHEET(DATA("<row r=\"1\"><c r=\"A1\"><v>5</v></c></row>")), "1\t\t3\n");
}

static void named_sheets_have_their_names(void **state)
{
    (void)state;
    expect(BOOK "<sheet name=\"行政执法\" r:id=\"r2\" xmlns:r=\"r\"/>" BOOK_END,
           SHEET(DATA("<row><c><v>1</v></c><c><v>2</v></c></row>")),
           SHEET(DATA("<row><c><v>3</v></c><c><v>4</v></c></row>")), "1\t2\n行政执法\n3\t4\n");
}

static void numbers_are_shown_as_formatted(void **state)
{
    (void)state;
    static const struct {
        double value;
        const char *format, *want;
    } cases[] = {
        {9, "General", "9"},
        {0.1 + 0.2, "General", "0.3"},
        {1234567.5, "General", "1234567.5"},
        {12, "0", "12"},
        {1234.5, "#,##0.00", "1234.50"},
        {0.5, "0%", "50%"},
        {36, "0\"件\"", "36件"},
        {36, "0件", "36件"},
        {36, "\"共\"0\\件", "共36件"},
        {123456, "0.0,", "123.5"},
        {-5, "0;(0)", "(5)"},
        {0, "0;-0;\"无\"", "0"},
        {7, "[红色]0_ ", "7"},
        {7, "_ * #,##0_ ;_ * -#,##0_ ", "7"},
        {45300, "yyyy\"年\"m\"月\"d\"日\"", "2024年1月9日"},
        {45300.5, "yyyy-mm-dd hh:mm", "2024年1月9日 12:00"},
        {45300, "[$-804]yyyy\"年\"m\"月\"", "2024年1月"},
        {0.75, "h:mm", "18:00"},
        {1, "m/d/yyyy", "1900年1月1日"},
        {12, "@", "12"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct buffer out = {0};
        number_put(&out, cases[i].value, slice_of(cases[i].format), false);
        if (!slice_equal(buffer_slice(&out), slice_of(cases[i].want)))
            fail_msg("%g as %s: got \"%.*s\", not \"%s\"", cases[i].value, cases[i].format,
                     SLICE_ARGS(buffer_slice(&out)), cases[i].want);
        buffer_release(&out);
    }
    struct buffer out = {0};
    number_put(&out, 43838, SLICE("yyyy-m-d"), true);
    assert_true(slice_equal(buffer_slice(&out), SLICE("2024年1月9日")));
    buffer_release(&out);
}

static void wild_references_do_no_harm(void **state)
{
    (void)state;
    expect(
        one_sheet,
        SHEET("<cols><col min=\"1\" max=\"99999999\"/></cols>" DATA(
            "<row r=\"99999999999\"><c r=\"ZZZZZZ1\"><v>1</v></c><c r=\"A1048577\"><v>2</v></c>"
            "<c r=\"XFD1\"><v>9</v></c></row><row><c t=\"s\"><v>77</v></c><c t=\"s\"><v>-1</v></c>"
            "<c><v>x</v></c></row>") "<mergeCells><mergeCell ref=\"A1:XFD1048576\"/><mergeCell "
                                     "ref=\"B\"/></mergeCells>"),
        SHEET(""), "1\n");
}

static void refused(const char *book, const char *cells, const char *reason)
{
    package_refused((struct package_text[]){{"[Content_Types].xml", "<Types/>"},
                                            {"xl/workbook.xml", book},
                                            {"xl/_rels/workbook.xml.rels", rels},
                                            {"xl/worksheets/sheet1.xml", cells},
                                            {0}},
                    reason);
}

#define SUM(cell, value) "<c r=\"" cell "\"><f>SUM(A1:A2)</f>" value "</c>"

/* Libraries write formulas that nobody has computed; a table without its sums would not show it. */
static void a_formula_without_its_result_is_refused(void **state)
{
    (void)state;
    refused(one_sheet, SHEET(DATA("<row r=\"7\">" SUM("AB7", "") SUM("AC7", "") "</row>")),
            "Sheet1!AB7 ");
    refused(one_sheet, SHEET(DATA("<row r=\"7\">" SUM("C7", "<v></v>") "</row>")), "没有计算结果");
    refused(BOOK "</sheets><calcPr fullCalcOnLoad=\"1\"/></workbook>",
            SHEET(DATA("<row r=\"7\">" SUM("C7", "<v>0</v>") "</row>")), "Sheet1!C7 ");
    expect(one_sheet,
           SHEET("<cols><col min=\"4\" max=\"4\" hidden=\"1\"/></cols>" DATA("<row r=\"7\">" SUM(
               "B7", "<v>0</v>") "<c r=\"C7\" t=\"str\"><f>IF(A1,1,\"\")</f>"
                                 "<v></v></c>" SUM("D7", "") "<c r=\"E7\"><v>9</v></c></row>")),
           SHEET(""), "0\t\t\t9\n");
}

#define COMPUTES BOOK "</sheets><calcPr fullCalcOnLoad=\"1\"/></workbook>"

/* A writer that gives one result has computed the others, too; what says nothing is no formula. */
static void true_zeros_and_empty_formulas_are_read(void **state)
{
    (void)state;
    expect(COMPUTES, SHEET(DATA("<row>" SUM("A1", "<v>0</v>") SUM("B1", "<v>9</v>") "</row>")),
           SHEET(""), "0\t9\n");
    expect(COMPUTES,
           SHEET(DATA("<row>" SUM("A1", "<v>0</v>") "<c r=\"B1\" t=\"str\"><f>A1&amp;\"件\"</f>"
                                                    "<v>0件</v></c></row>")),
           SHEET(""), "0\t0件\n");
    expect(one_sheet,
           SHEET(DATA("<row><c r=\"A1\"><f/></c><c r=\"B1\"><f></f><v></v></c>"
                      "<c r=\"C1\"><f/><v>9</v></c></row>")),
           SHEET(""), "9\n");
    refused(COMPUTES, SHEET(DATA("<row>" SUM("A1", "<v>0</v>") SUM("B1", "<v>0</v>") "</row>")),
            "Sheet1!A1 ");
    refused(COMPUTES, SHEET(DATA("<row>" SUM("A1", "<v>9</v>") SUM("B1", "") "</row>")),
            "Sheet1!B1 ");
    refused(one_sheet,
            SHEET(DATA("<row>" SUM("A1", "<v>9</v>") "<c r=\"B1\"><f t=\"shared\" si=\"0\"/></c>"
                                                     "</row>")),
            "Sheet1!B1 ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cells_of_every_kind),
        cmocka_unit_test(holes_keep_the_columns),
        cmocka_unit_test(merged_cells_reach_over_rows),
        cmocka_unit_test(what_is_hidden_is_left_out),
        cmocka_unit_test(named_sheets_have_their_names),
        cmocka_unit_test(numbers_are_shown_as_formatted),
        cmocka_unit_test(wild_references_do_no_harm),
        cmocka_unit_test(a_formula_without_its_result_is_refused),
        cmocka_unit_test(true_zeros_and_empty_formulas_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, package_stop);
}
