/* test_docx.c - Word documents as a reader sees them: changes, numbers, tables, boxes, notes. */
#include "tests/unit/package_fixture.h"

#define HEAD "<w:document xmlns:w=\"w\" xmlns:mc=\"mc\" xmlns:v=\"v\" xmlns:wps=\"wps\"><w:body>"
#define TAIL "<w:sectPr><w:p><w:r><w:t>none</w:t></w:r></w:p></w:sectPr></w:body></w:document>"
#define R(text) "<w:r><w:t>" text "</w:t></w:r>"
#define P(text) "<w:p>" R(text) "</w:p>"
#define CELL(text) "<w:tc>" P(text) "</w:tc>"

static void expect(const char *body, const char *want)
{
    struct buffer xml = {0};
    buffer_format(&xml, HEAD "%s" TAIL, body);
    package_expect((struct package_text[]){{"[Content_Types].xml", "<Types/>"},
                                           {"word/document.xml", xml.data},
                                           {0}},
                   want);
    buffer_release(&xml);
}

static void runs_make_paragraphs(void **state)
{
    (void)state;
    expect("<w:p>" R("受理") R("9件") "</w:p><w:p/><w:p><w:r><w:t xml:space=\"preserve\"> 次 </w:t>"
                                      "<w:br/><w:t>行</w:t><w:tab/><w:t>二</w:t><w:br "
                                      "w:type=\"page\"/><w:noBreakHyphen/>"
                                      "<w:t>\n末 </w:t></w:r></w:p>",
           "受理9件\n\n 次 \n行  二-末\n");
    expect("<w:p><w:hyperlink>" R("链接") "</w:hyperlink><w:sdt><w:sdtPr/><w:sdtContent>" R(
               "控件") "</w:sdtContent></w:sdt><w:smartTag>" R("标记") "</w:smartTag></w:p>",
           "链接控件标记\n");
}

static void changes_are_final(void **state)
{
    (void)state;
    expect("<w:p>" R("办理") "<w:del><w:r><w:delText>100</w:delText></w:r></w:del><w:ins>" R(
               "468.2") "</w:ins>" R("万元") "</w:p>",
           "办理468.2万元\n");
    expect("<w:p><w:moveFrom>" R("旧") "</w:moveFrom>" R("留") "<w:moveTo>" R(
               "新") "</w:moveTo></w:p>",
           "留新\n");
    /* the end of the first paragraph was deleted */
    expect("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>" R("一") "</w:p>" P("二") P("三"),
           "一二\n三\n");
    /* a whole paragraph was */
    expect("<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:del><w:r><w:delText>一</w:delText></w:r>"
           "</w:del></w:p>" P("二"),
           "二\n");
    /* a row was; what a paragraph's properties were before says nothing */
    expect("<w:tbl><w:tr>" CELL("甲") CELL("1") "</w:tr><w:tr><w:trPr><w:del/></w:trPr>" CELL("乙")
               CELL("2") "</w:tr></w:tbl><w:p><w:pPr><w:pPrChange><w:pPr><w:pStyle w:val=\"x\"/>"
                         "</w:pPr></w:pPrChange></w:pPr>" R("完") "</w:p>",
           "甲\t1\n完\n");
}

static void what_is_hidden_is_not_read(void **state)
{
    (void)state;
    expect("<w:p><w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r>" R(
               "现") "<w:r><w:rPr><w:vanish "
                     "w:val=\"0\"/></w:rPr><w:t>也现</w:t></w:r><w:r><w:rPr><w:strike/></"
                     "w:rPr><w:t>划</w:t>"
                     "</w:r></w:p>",
           "现也现\n");
    expect("<w:p>" R("9件") "<w:r><w:rPr><w:vertAlign w:val=\"superscript\"/></w:rPr><w:t>[1]</w:t>"
                            "</w:r>" R("，浓度35μg/m") "<w:r><w:rPr><w:vertAlign "
                                                       "w:val=\"superscript\"/></w:rPr><w:t>3</w:t>"
                                                       "</w:r></w:p>",
           "9件，浓度35μg/m³\n");
    expect("<w:p><w:r><w:fldChar/><w:instrText>PAGE 7</w:instrText><w:t>3</w:t></w:r></w:p>",
           "3\n");
}

static void boxes_stand_behind_their_paragraph(void **state)
{
    (void)state;
    expect(
        "<w:p>" R("前") "<w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>" P("框一")
            P("框二") "</w:txbxContent></wps:txbx></mc:Choice><mc:Fallback><v:textbox>"
                      "<w:txbxContent>" P("框一") "</w:txbxContent></v:textbox></mc:Fallback>"
                                                  "</mc:AlternateContent></w:r>" R("后") "</w:p>" P(
                                                      "末"),
        "前后\n框一\n框二\n末\n");
}

/* Fractions and powers of a formula stand on one line, and make no figure that nobody wrote. */
static void formulas_keep_their_figures_apart(void **state)
{
    (void)state;
    expect("<w:p>" R("败诉率=") "<m:oMath xmlns:m=\"m\"><m:f><m:num><m:r><m:t>7</m:t></m:r></m:num>"
                                "<m:den><m:r><m:t>84</m:t></m:r></m:den></m:f></m:oMath>" R(
                                    "，面积") "<m:oMath "
                                              "xmlns:m=\"m\"><m:sSup><m:e><m:r><m:t>12</m:t></"
                                              "m:r></m:e><m:sup><m:r>"
                                              "<m:t>3</m:t></m:r></m:sup></m:sSup></m:oMath></w:p>",
           "败诉率=7/84，面积12^3\n");
}

#define BOX(text)                                                                                  \
    "<w:r><mc:AlternateContent><mc:Choice><wps:txbx><w:txbxContent>" text                          \
    "</w:txbxContent></wps:txbx></mc:Choice></mc:AlternateContent></w:r>"
#define TABLE(rows) "<w:tbl>" rows "</w:tbl>"
#define ROW(cells) "<w:tr>" cells "</w:tr>"

static void tables_and_boxes_within_cells(void **state)
{
    (void)state;
    expect(TABLE(ROW(CELL("类别") CELL("件数"))
                     ROW(CELL("复议") "<w:tc>" TABLE(ROW(CELL("受理") CELL("9"))) "<w:p/></w:tc>")),
           "类别\t件数\n复议\t受理 9\n");
    expect(TABLE(ROW(CELL("类别") CELL("件数"))
                     ROW("<w:tc><w:p>" R("诉讼") BOX(P("含12件")) "</w:p></w:tc>" CELL("8"))),
           "类别\t件数\n诉讼 含12件\t8\n");
    expect("<w:p>" R("前")
               BOX(TABLE(ROW(CELL("甲") CELL("1")) ROW(CELL("乙") CELL("2")))) "</w:p>" P("后"),
           "前\n甲\t1\n乙\t2\n后\n");
}

static void symbols_are_characters(void **state)
{
    (void)state;
    expect("<w:p><w:r><w:sym w:font=\"Wingdings\" w:char=\"F081\"/><w:sym w:font=\"Symbol\" "
           "w:char=\"F039\"/><w:sym w:font=\"Symbol\" w:char=\"F025\"/><w:sym w:font=\"宋体\" "
           "w:char=\"4EF6\"/></w:r></w:p>",
           "①9%件\n");
}

/* ---- tables ---- */

static void tables_are_rows(void **state)
{
    (void)state;
    expect("<w:tbl><w:tblGrid/><w:tr>" CELL("类别") CELL("件数") "</w:tr><w:tr><w:tc>" P("复议")
               P("案件") "</w:tc>" CELL("9") "</w:tr></w:tbl>",
           "类别\t件数\n复议 案件\t9\n");
    /* a page laid out in a table */
    expect("<w:tbl><w:tr><w:tc>" P("一") P("二") "</w:tc></w:tr></w:tbl>", "一\n二\n");
}

static void merged_cells_keep_the_columns(void **state)
{
    (void)state;
    expect(
        "<w:tbl><w:tr><w:tc><w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr>" P(
            "执法") "</w:tc><w:tc><w:tcPr><w:gridSpan w:val=\"2\"/></w:tcPr>" P("检查") "</w:tc></"
                                                                                        "w:tr><w:"
                                                                                        "tr>"
                                                                                        "<w:tc><w:"
                                                                                        "tcPr><w:"
                                                                                        "vMerge/></"
                                                                                        "w:tcPr><w:"
                                                                                        "p/></"
                                                                                        "w:"
                                                                                        "tc>" CELL("处罚") CELL(
                                                                                            "3") "<"
                                                                                                 "/"
                                                                                                 "w"
                                                                                                 ":"
                                                                                                 "t"
                                                                                                 "r"
                                                                                                 ">"
                                                                                                 "<"
                                                                                                 "/"
                                                                                                 "w"
                                                                                                 ":"
                                                                                                 "t"
                                                                                                 "b"
                                                                                                 "l"
                                                                                                 ">",
        "执法\t检查\t\n执法\t处罚\t3\n");
    /* a figure that reaches over two rows is one figure */
    expect("<w:tbl><w:tr>" CELL("甲") "<w:tc><w:tcPr><w:vMerge w:val=\"restart\"/></w:tcPr>" P(
               "12") "</w:tc></w:tr><w:tr>" CELL("乙") "<w:tc><w:tcPr><w:vMerge/></w:tcPr><w:p/></"
                                                       "w:tc></w:tr>"
                                                       "</w:tbl>",
           "甲\t12\n乙\t\n");
    expect("<w:tbl><w:tr><w:trPr><w:gridBefore w:val=\"1\"/></w:trPr>" CELL("甲")
               CELL("1") "</w:tr></w:tbl>",
           "\t甲\t1\n");
}

/* ---- numbers ---- */

#define LEVEL(at, format, text)                                                                    \
    "<w:lvl w:ilvl=\"" at "\"><w:start w:val=\"1\"/><w:numFmt w:val=\"" format                     \
    "\"/><w:suff w:val=\"nothing\"/><w:lvlText w:val=\"" text "\"/></w:lvl>"

static const char lists[] =
    "<w:numbering xmlns:w=\"w\"><w:abstractNum w:abstractNumId=\"0\">" LEVEL("0", "chineseCounting",
                                                                             "%1、")
        LEVEL("1", "chineseCountingThousand", "（%2）") LEVEL("2", "decimal", "%3.")
            LEVEL("3", "decimal",
                  "%1.%3.%4 ") "</w:abstractNum><w:abstractNum w:abstractNumId=\"1\">"
                               "<w:lvl w:ilvl=\"0\"><w:start w:val=\"9\"/><w:numFmt "
                               "w:val=\"japaneseCounting\"/><w:pStyle "
                               "w:val=\"条\"/><w:lvlText w:val=\"第%1条\"/></w:lvl>"
                               "<w:lvl w:ilvl=\"1\"><w:start w:val=\"1\"/><w:numFmt "
                               "w:val=\"bullet\"/><w:lvlText w:val=\"●\"/>"
                               "</w:lvl></w:abstractNum>"
                               "<w:num w:numId=\"1\"><w:abstractNumId w:val=\"0\"/></w:num>"
                               "<w:num w:numId=\"2\"><w:abstractNumId w:val=\"0\"/><w:lvlOverride "
                               "w:ilvl=\"0\">"
                               "<w:startOverride w:val=\"1\"/></w:lvlOverride></w:num>"
                               "<w:num w:numId=\"3\"><w:abstractNumId "
                               "w:val=\"1\"/></w:num></w:numbering>";

static const char styles[] =
    "<w:styles xmlns:w=\"w\"><w:style w:styleId=\"题\"><w:pPr><w:numPr><w:ilvl w:val=\"1\"/>"
    "<w:numId w:val=\"1\"/></w:numPr><w:outlineLvl w:val=\"1\"/></w:pPr></w:style>"
    "<w:style w:styleId=\"条\"><w:pPr><w:numPr><w:numId w:val=\"3\"/></w:numPr></w:pPr></w:style>"
    "<w:style w:styleId=\"子条\"><w:basedOn w:val=\"条\"/></w:style>"
    "<w:style w:styleId=\"藏\"><w:rPr><w:vanish/></w:rPr></w:style>"
    "<w:style w:styleId=\"目\"><w:name w:val=\"toc 1\"/></w:style></w:styles>";

#define N(num, level, text)                                                                        \
    "<w:p><w:pPr><w:numPr><w:ilvl w:val=\"" level "\"/><w:numId w:val=\"" num                      \
    "\"/></w:numPr></w:pPr>" R(text) "</w:p>"
#define S(style, text) "<w:p><w:pPr><w:pStyle w:val=\"" style "\"/></w:pPr>" R(text) "</w:p>"

static void expect_styled(const char *body, const char *want)
{
    struct buffer xml = {0};
    buffer_format(&xml, HEAD "%s" TAIL, body);
    package_expect((struct package_text[]){{"word/document.xml", xml.data},
                                           {"word/numbering.xml", lists},
                                           {"word/styles.xml", styles},
                                           {0}},
                   want);
    buffer_release(&xml);
}

static void numbers_are_printed(void **state)
{
    (void)state;
    expect_styled(N("1", "0", "成效") N("1", "1", "甲") N("1", "1", "乙") N("1", "2", "子")
                      N("1", "0", "问题") N("1", "1", "丙") N("1", "3", "深"),
                  "一、成效\n（一）甲\n（二）乙\n1.子\n二、问题\n（一）丙\n二.1.1 深\n");
    /* counted on, begun anew, taken away */
    expect_styled(N("1", "0", "甲") P("文") N("1", "0", "乙") N("2", "0", "丙") N("2", "0", "丁")
                      N("0", "0", "无"),
                  "一、甲\n文\n二、乙\n一、丙\n二、丁\n无\n");
    /* through a style, and one that is based on it */
    expect_styled(S("题", "甲") S("题", "乙") S("条", "一") S("子条", "二") N("3", "1", "点"),
                  "（一）甲\n（二）乙\n第九条 一\n第十条 二\n点\n");
}

static void styles_hide_and_list_contents(void **state)
{
    (void)state;
    expect_styled(S("藏", "隐") S("目", "一、成效 3") P("正文"), "\n正文\n");
    expect(
        "<w:p>" R("一、成效 ") "<w:r><w:instrText> PAGEREF _Toc1 </w:instrText><w:t>3</w:t></w:r>"
                               "</w:p><w:p>" R("见第") "<w:r><w:instrText>PAGEREF "
                                                       "a</w:instrText><w:t>3</w:t></w:r>" R(
                                                           "页。") "</w:p>",
        "见第3页。\n");
    expect(
        "<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val=\"Table of Contents\"/>"
        "</w:docPartObj></w:sdtPr><w:sdtContent>" P("目录 1") "</w:sdtContent></w:sdt>" P("正文"),
        "正文\n");
}

/* ---- other parts ---- */

static void notes_follow_and_headers_are_left_out(void **state)
{
    (void)state;
    package_expect(
        (struct package_text[]){
            {"word/document.xml", HEAD "<w:p>" R("办结9件") "<w:r><w:footnoteReference w:id=\"2\"/>"
                                                            "</w:r>" R("。") "</w:p>" TAIL},
            {"word/footnotes.xml",
             "<w:footnotes xmlns:w=\"w\"><w:footnote w:id=\"0\">" P(
                 "分隔") "</w:footnote><w:footnote w:id=\"2\">" P("含3件") "</w:footnote>"
                                                                           "</w:footnotes>"},
            {"word/header1.xml", "<w:hdr xmlns:w=\"w\">" P("第 7 页") "</w:hdr>"},
            {0}},
        "办结9件。\n含3件\n");
}

static void the_main_part_is_found_by_its_relation(void **state)
{
    (void)state;
    package_expect(
        (struct package_text[]){{"[Content_Types].xml", "<Types/>"},
                                {"_rels/.rels",
                                 "<Relationships><Relationship Type=\"x/officeDocument\" "
                                 "Target=\"/word/document2.xml\"/></Relationships>"},
                                {"word/document2.xml", HEAD P("正文") TAIL},
                                {0}},
        "正文\n");
}

static void what_is_wrong_is_said(void **state)
{
    (void)state;
    package_refused((struct package_text[]){{"word/document.xml", HEAD P("未完")}, {0}},
                    "damaged in word/document.xml (文件损坏; line 1");
    package_refused((struct package_text[]){{"word/document.xml", HEAD TAIL}, {0}},
                    "without any text in it (没有文字)");
    package_refused(
        (struct package_text[]){
            {"word/document.xml", "<!DOCTYPE x [<!ENTITY a \"b\">]>" HEAD P("&a;") TAIL}, {0}},
        "entities");
}

static void nesting_has_a_limit(void **state)
{
    (void)state;
    for (int past = 0; past < 2; past++) {
        struct buffer xml = {0};
        int inner = 100 - 5 + past; /* document, body, p, r, t */
        buffer_format(&xml, HEAD);
        for (int i = 0; i < inner; i++)
            buffer_format(&xml, "<w:ins>");
        buffer_format(&xml, P("深"));
        for (int i = 0; i < inner; i++)
            buffer_format(&xml, "</w:ins>");
        buffer_format(&xml, TAIL);
        struct package_text parts[] = {{"word/document.xml", xml.data}, {0}};
        if (past)
            package_refused(parts, "nested too deep");
        else
            package_expect(parts, "深\n");
        buffer_release(&xml);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_make_paragraphs),
        cmocka_unit_test(changes_are_final),
        cmocka_unit_test(what_is_hidden_is_not_read),
        cmocka_unit_test(boxes_stand_behind_their_paragraph),
        cmocka_unit_test(formulas_keep_their_figures_apart),
        cmocka_unit_test(tables_and_boxes_within_cells),
        cmocka_unit_test(symbols_are_characters),
        cmocka_unit_test(tables_are_rows),
        cmocka_unit_test(merged_cells_keep_the_columns),
        cmocka_unit_test(numbers_are_printed),
        cmocka_unit_test(styles_hide_and_list_contents),
        cmocka_unit_test(notes_follow_and_headers_are_left_out),
        cmocka_unit_test(the_main_part_is_found_by_its_relation),
        cmocka_unit_test(what_is_wrong_is_said),
        cmocka_unit_test(nesting_has_a_limit),
    };
    return cmocka_run_group_tests(tests, NULL, package_stop);
}
