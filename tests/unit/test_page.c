/* test_page.c - words with boxes into lines of text: paragraphs, columns, tables, furniture. */
#include "tests/unit/page_fixture.h"
#include "workers/ingest/format/pdf_words.h"

static void lines_make_paragraphs(void **state)
{
    (void)state;
    new_page();
    put(250, 100, "标题");
    put_full(LEFT + 2 * EM, RIGHT, 130, "甲");
    put_full(LEFT, RIGHT, 130 + PITCH, "乙");
    put(LEFT, 130 + 2 * PITCH, "共4");
    put(LEFT + 15, 130 + 2 * PITCH, "5");
    put(LEFT + 22, 130 + 2 * PITCH, "件。");
    put_full(LEFT + 2 * EM, RIGHT, 130 + 3 * PITCH, "丙。");
    put(LEFT + 2 * EM, 130 + 4 * PITCH, "另段");
    expect("标题\n文甲文乙共45件。\n文丙。\n另段\n");
    const struct locus *second = &blocks.loci[1];
    assert_int_equal(second->page, 1);
    assert_true(second->box[0] == LEFT + 2 * EM && second->box[1] == 130);
}

/* 1234.5%， did not fit on the line before, which so ends four hanzi short of the margin. */
static void a_line_that_waits_for_a_figure_is_full(void **state)
{
    (void)state;
    new_page();
    put_full(LEFT, RIGHT - 4 * EM, 100, "成功率");
    put(LEFT, 100 + PITCH, "1234.5%"), put(LEFT + 37, 100 + PITCH, "，占比高");
    put_full(LEFT + 2 * EM, RIGHT - 4 * EM, 100 + 2 * PITCH, "完。");
    put(LEFT, 100 + 3 * PITCH, "1234.5%"), put(LEFT + 37, 100 + 3 * PITCH, "，占比高");
    put_full(LEFT + 2 * EM, RIGHT - 4 * EM, 100 + 4 * PITCH, "目");
    put(LEFT, 100 + 5 * PITCH, "12"), put(LEFT + 11, 100 + 5 * PITCH, "件");
    expect("文成功率1234.5%，占比高\n文完。\n1234.5%，占比高\n文目\n12件\n");
}

static void paragraphs_go_on_over_pages_and_their_furniture(void **state)
{
    (void)state;
    for (unsigned page = 0; page < 4; page++) {
        static const char *const numbers[] = {"— 1 —", "－２－", "第3页", "4"};
        new_page();
        put(LEFT, 30, "安化县人民政府公报");
        if (page == 0)
            put(LEFT + 2 * EM, 100 - PITCH, "上年39件。");
        for (int i = 0; i < 10; i++)
            put_full(LEFT, RIGHT, 100 + (float)(i * PITCH), "字");
        put(300 - width_of(numbers[page]) / 2, 760, numbers[page]);
    }
    put(LEFT, 100 + 10 * PITCH, "完。");
    struct buffer want = {0};
    buffer_format(&want, "上年39件。\n");
    for (int i = 0; i < 40; i++)
        buffer_format(&want, "文字");
    buffer_format(&want, "完。\n%c", 0);
    expect(want.data);
    buffer_release(&want);
}

static void figures_in_the_text_are_no_page_numbers(void **state)
{
    (void)state;
    new_page();
    put(LEFT, 760, "2023");     /* too large a number */
    put(LEFT + 100, 745, "45"); /* not where page numbers stand */
    put(LEFT, 400, "300");      /* in the midst of the page */
    expect("300\n45\n2023\n");
}

static void columns_are_read_one_after_the_other(void **state)
{
    (void)state;
    new_page();
    put(200, 80, "跨栏的标题在两栏之上很长");
    for (int i = 0; i < 8; i++) {
        put_full(LEFT, 290, 110 + (float)(i * PITCH), i == 7 ? "左尾" : "左");
        put_full(310, RIGHT, 114 + (float)(i * PITCH), i == 7 ? "右尾" : "右");
    }
    expect("跨栏的标题在两栏之上很长\n文左文左文左文左文左文左文左文左尾"
           "文右文右文右文右文右文右文右文右尾\n");
}

static void tables_are_rows(void **state)
{
    (void)state;
    new_page();
    put(LEFT, 100, "前文");
    put(LEFT, 140, "指标"), put(200, 140, "单位"), put(300, 140, "2021年"), put(400, 140, "2022年");
    put(LEFT, 160, "复议"), put(200, 160, "件"), put(300, 160, "39"), put(400, 160, "45");
    put(LEFT, 180, "应诉"), put(200, 180, "件"), put(400, 180, "9");
    put(LEFT, 220, "后文");
    expect("前文\n指标\t单位\t2021年\t2022年\n复议\t件\t39\t45\n应诉\t件\t\t9\n后文\n");
}

static void one_table_below_the_other(void **state)
{
    (void)state;
    new_page();
    put(LEFT, 140, "指标"), put(200, 140, "单位"), put(300, 140, "数量");
    put(LEFT, 156, "复议"), put(200, 156, "件"), put(300, 156, "39");
    put(LEFT, 188, "附表二敖汉旗行政复议案件办理情况单位件其他");
    put(LEFT, 204, "收到"), put(110, 204, "受理"), put(170, 204, "办结"), put(230, 204, "维持");
    put(LEFT, 220, "52"), put(110, 220, "44"), put(170, 220, "43"), put(230, 220, "20");
    expect("指标\t单位\t数量\n复议\t件\t39\n附表二敖汉旗行政复议案件办理情况单位件其他\n"
           "收到\t受理\t办结\t维持\n52\t44\t43\t20\n");
}

/* What follows at the left margin is no part of it. */
static void the_last_row_has_cells_of_two_lines_too(void **state)
{
    (void)state;
    new_page();
    put(LEFT, 100, "序号"), put(150, 100, "指标的名称名称"), put(300, 100, "数量");
    put(LEFT, 116, "1"), put(150, 116, "行政机关负责人"), put(300, 116, "88");
    put(150, 130, "出庭率"), put(LEFT, 144, "后文");
    expect("序号\t指标的名称名称\t数量\n1\t行政机关负责人出庭率\t88\n后文\n");
}

static void rule(float x0, float y0, float x1, float y1)
{
    struct page *page = &pages[page_count - 1];
    *ARENA_PUSH(&arena, page->rules, page->rule_count, rule_capacity) =
        (struct page_rule){{x0, y0, x1, y1}};
}

/* Cells of 60 by 20, their words close to the lines. */
static void grid(unsigned columns, unsigned rows)
{
    for (unsigned i = 0; i <= rows; i++)
        rule(LEFT, 100 + 20 * i, LEFT + 60 * columns, 100 + 20 * i);
    for (unsigned i = 0; i <= columns; i++)
        rule(LEFT + 60 * i, 100, LEFT + 60 * i, 100 + 20 * rows);
}

static void ruled_lines_make_cells(void **state)
{
    (void)state;
    new_page();
    put(LEFT, 60, "前文"), put(LEFT, 200, "后文");
    grid(3, 3);
    put(52, 104, "行政复议案"), put(112, 104, "收到申请的"), put(172, 104, "件数");
    put(52, 124, "一"), put(112, 124, "39"), put(172, 124, "45");
    put(53, 144, "一二三四五六七八九十百千"); /* two cells in one word */
    put(172, 144, "9");
    expect("前文\n行政复议案\t收到申请的\t件数\n一\t39\t45\n一二三四五六\t七八九十百千\t9\n后文\n");
}

/* Where a line is ruled close to the text, strokes above and below it make one long line. */
static void strokes_that_meet_a_line_are_none(void **state)
{
    (void)state;
    new_page();
    put(LEFT, 88, "全年情况");
    grid(2, 2);
    put(52, 102, "类别"), put(112, 102, "件数");
    put(52, 124, "复议"), put(112, 124, "101");
    rule(57, 90, 57, 113), rule(117, 103, 117, 135);
    expect("全年情况\n类别\t件数\n复议\t101\n");
}

static void what_hangs_over_a_line_stays_whole(void **state)
{
    (void)state;
    new_page();
    grid(3, 2);
    put(52, 104, "类别"), put(112, 104, "罚没金额元"), put(172, 104, "备注");
    put(70, 124, "12345678901"); /* over the line at 110 */
    put(140, 124, "甲乙丙丁");   /* two hanzi on either side of 170: they may be two cells */
    put(214, 124, "一二");       /* beyond the last line */
    expect("类别\t罚没金额元\t备注\n12345678901\t甲乙丙\t丁 一二\n");
}

static void areas_that_are_no_rectangles_share_nothing(void **state)
{
    (void)state;
    new_page();
    grid(2, 2);
    struct page *page = &pages[0];
    page->rules[4].box =
        (struct page_box){LEFT + 60, 120, LEFT + 60, 140};             /* none in the first row */
    page->rules[1].box = (struct page_box){LEFT, 120, LEFT + 20, 120}; /* hardly one between rows */
    rule(LEFT + 60, 120, LEFT + 120, 120);
    put(52, 104, "甲"), put(112, 104, "1"), put(52, 124, "乙"), put(112, 124, "2");
    read_all();
    size_t ones = 0;
    for (size_t i = 0; i < blocks.text.len; i++)
        ones += blocks.text.data[i] == '1';
    assert_int_equal(ones, 1);
}

static void cells_merge_where_no_line_parts_them(void **state)
{
    (void)state;
    new_page();
    for (unsigned i = 0; i <= 4; i++)
        if (i != 2) /* none within the label, none within the head */
            rule(LEFT, 100 + 20 * i, LEFT + 180, 100 + 20 * i);
    rule(LEFT + 60, 140, LEFT + 180, 140);
    for (unsigned i = 0; i <= 3; i++)
        rule(LEFT + 60 * i, i == 2 ? 120 : 100, LEFT + 60 * i, 180);
    put(52, 104, "类别"), put(150, 104, "件数");
    put(52, 134, "复议"), put(112, 124, "受理"), put(172, 124, "9"), put(112, 144, "审结");
    put(172, 144, "8"), put(52, 164, "诉讼"), put(112, 164, "一审"), put(172, 164, "7");
    expect("类别\t件数\t\n复议\t受理\t9\n复议\t审结\t8\n诉讼\t一审\t7\n");
}

static void lines_that_make_no_table(void **state)
{
    (void)state;
    new_page();
    grid(1, 2); /* a frame */
    rule(LEFT, 250, RIGHT, 250);
    put(52, 104, "受理9件。"), put(52, 124, "审结8件。"), put(LEFT, 230, "下划");
    expect("受理9件。\n审结8件。\n下划\n");
    begin(NULL);
    new_page(); /* a line under the head alone: figures below one another in a cell */
    for (unsigned i = 0; i <= 3; i++)
        rule(LEFT + 60 * i, 100, LEFT + 60 * i, 160);
    rule(LEFT, 100, LEFT + 180, 100), rule(LEFT, 120, LEFT + 180, 120),
        rule(LEFT, 160, LEFT + 180, 160);
    put(52, 104, "类"), put(112, 104, "甲"), put(172, 104, "乙");
    put(52, 124, "复"), put(112, 124, "9"), put(172, 124, "8");
    put(52, 142, "诉"), put(112, 142, "7"), put(172, 142, "6");
    expect("类\t甲\t乙\n复\t9\t8\n诉\t7\t6\n");
}

static void cells_of_several_lines(void **state)
{
    (void)state;
    new_page();
    put(LEFT, 140, "指标"), put(200, 140, "受理"), put(300, 140, "办结");
    /* the value beside the middle of its label */
    put(LEFT, 160, "行政复议案件申请"), put(LEFT, 174, "总数"), put(200, 167, "39"),
        put(300, 167, "45");
    /* beside its first line */
    put(LEFT, 194, "行政诉讼案件被告"), put(LEFT, 208, "机关"), put(200, 194, "7"),
        put(300, 194, "9");
    put(LEFT, 228, "调解"), put(200, 228, "12"), put(300, 228, "10");
    expect("指标\t受理\t办结\n行政复议案件申请总数\t39\t45\n行政诉讼案件被告机关\t7\t9\n"
           "调解\t12\t10\n");
}

static void labels_reach_down_and_heads_across(void **state)
{
    (void)state;
    new_page();
    put(LEFT, 140, "指标"), put(260, 140, "2022年度");
    put(LEFT, 160, "项目"), put(200, 160, "甲类"), put(350, 160, "乙类");
    put(LEFT, 190, "诉讼"), put(200, 182, "7"), put(350, 182, "9");
    put(200, 198, "8.33"), put(350, 198, "10.2");
    put(LEFT, 218, "复议"), put(200, 218, "1"), put(350, 218, "2");
    put(LEFT, 238, "普法"), put(200, 238, "3"), put(350, 238, "4");
    put(200, 258, "5"), put(350, 258, "6");
    put(LEFT, 278, "调解"), put(200, 278, "7"), put(350, 278, "8");
    put(200, 298, "9"), put(350, 298, "1");
    expect("指标\t2022年度\t\n项目\t甲类\t乙类\n诉讼\t7\t9\n诉讼\t8.33\t10.2\n复议\t1\t2\n"
           "普法\t3\t4\n调解\t5\t6\n调解\t7\t8\n调解\t9\t1\n");
}

static void columns_on_tab_stops(void **state)
{
    (void)state;
    new_page();
    put(LEFT, 140, "序号"), put(82, 140, "指标"), put(114, 140, "单位"), put(146, 140, "2019年");
    put(LEFT, 156, "1"), put(82, 156, "行政许可"), put(146, 156, "件"), put(178, 156, "18642");
    put(LEFT, 172, "2"), put(82, 172, "检查"), put(114, 172, "次"), put(146, 172, "9875");
    expect("序号\t指标\t单位\t2019年\n1\t行政许可\t件\t18642\n2\t检查\t次\t9875\n");
}

static void raised_marks_and_notes(void **state)
{
    (void)state;
    new_page();
    put(LEFT, 100, "共45"), put_sized(LEFT + 20, 98, 8, "[1]"), put(LEFT + 35, 100, "件，9m");
    put_sized(LEFT + 65, 98, 8, "2"), put(LEFT + 75, 100, "地");
    put(LEFT, 120, "后文有很多字所以这是正文的大小");
    put_sized(LEFT, 700, 8, "[1]"), put_sized(LEFT + 12, 700, 8, "统计到月底");
    put_sized(LEFT, 715, 8, "另见附表");
    expect("共45件，9m²地\n后文有很多字所以这是正文的大小\n[1]统计到月底\n另见附表\n");
}

static void stamps_and_watermarks_are_left_out(void **state)
{
    (void)state;
    new_page();
    put(LEFT, 100, "正文共45件，这里还有几个字");
    put_sized(LEFT, 300, 120, "草稿");
    struct page *page = &pages[0];
    *ARENA_PUSH(&arena, page->words, page->count, capacity) =
        (struct page_word){{10, 200, 22, 300}, SLICE("内部资料")};
    expect("正文共45件，这里还有几个字\n");
}

static void wild_pages_are_bounded(void **state)
{
    (void)state;
    struct buffer boxes = {0};
    struct error error;
    for (int i = 0; i <= MAX_PAGES; i++)
        buffer_format(&boxes, "<page width=\"1\" height=\"1\">\n");
    assert_int_equal(pdf_words_read(&arena, buffer_slice(&boxes), &(struct pdf_pages){0}, &error),
                     STATUS_BAD);
    buffer_clear(&boxes);
    buffer_format(&boxes, "<page width=\"1e5\" height=\"-7\">\n");
    for (int i = 0; i < MAX_PAGE_WORDS; i++)
        buffer_format(&boxes, "<word xMin=\"%d\" yMin=\"%d\" xMax=\"%d\" yMax=\"%d\">1</word>\n",
                      i * 7919 % 90000 - 100, i * 104729 % 800, i * 7919 % 90000 + 5,
                      i * 104729 % 800 + 10);
    struct pdf_pages read = {0};
    assert_int_equal(
        pdf_words_read(&arena, arena_copy(&arena, buffer_slice(&boxes)), &read, &error), STATUS_OK);
    assert_int_equal(read.items[0].count, MAX_PAGE_WORDS);
    pages_read(&blocks, read.items, read.count);
    buffer_format(&boxes, "<word xMin=\"1\" yMin=\"1\" xMax=\"2\" yMax=\"2\">1</word>\n");
    read = (struct pdf_pages){0};
    assert_int_equal(
        pdf_words_read(&arena, arena_copy(&arena, buffer_slice(&boxes)), &read, &error),
        STATUS_BAD);
    buffer_release(&boxes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(lines_make_paragraphs, begin),
        cmocka_unit_test_setup(a_line_that_waits_for_a_figure_is_full, begin),
        cmocka_unit_test_setup(paragraphs_go_on_over_pages_and_their_furniture, begin),
        cmocka_unit_test_setup(figures_in_the_text_are_no_page_numbers, begin),
        cmocka_unit_test_setup(columns_are_read_one_after_the_other, begin),
        cmocka_unit_test_setup(tables_are_rows, begin),
        cmocka_unit_test_setup(one_table_below_the_other, begin),
        cmocka_unit_test_setup(the_last_row_has_cells_of_two_lines_too, begin),
        cmocka_unit_test_setup(ruled_lines_make_cells, begin),
        cmocka_unit_test_setup(strokes_that_meet_a_line_are_none, begin),
        cmocka_unit_test_setup(what_hangs_over_a_line_stays_whole, begin),
        cmocka_unit_test_setup(areas_that_are_no_rectangles_share_nothing, begin),
        cmocka_unit_test_setup(cells_merge_where_no_line_parts_them, begin),
        cmocka_unit_test_setup(lines_that_make_no_table, begin),
        cmocka_unit_test_setup(cells_of_several_lines, begin),
        cmocka_unit_test_setup(labels_reach_down_and_heads_across, begin),
        cmocka_unit_test_setup(columns_on_tab_stops, begin),
        cmocka_unit_test_setup(raised_marks_and_notes, begin),
        cmocka_unit_test_setup(stamps_and_watermarks_are_left_out, begin),
        cmocka_unit_test_setup(wild_pages_are_bounded, begin),
    };
    return cmocka_run_group_tests(tests, NULL, stop);
}
