/* test_page_turn.c - pages on their side or head. */
#include "tests/unit/page_fixture.h"
#include "workers/ingest/format/page_turn.h"

/* Where a point of the upright page is once the sheet lies on its left or right side, or on its
 * head. */
enum lying { ON_ITS_LEFT, ON_ITS_RIGHT, ON_ITS_HEAD };

static struct page_box lay(struct page_box box, enum lying how)
{
    return how == ON_ITS_LEFT ? (struct page_box){box.y0, WIDTH - box.x1, box.y1, WIDTH - box.x0}
           : how == ON_ITS_RIGHT
               ? (struct page_box){HEIGHT - box.y1, box.x0, HEIGHT - box.y0, box.x1}
               : (struct page_box){WIDTH - box.x1, HEIGHT - box.y1, WIDTH - box.x0,
                                   HEIGHT - box.y0};
}

static void turned_pages_are_read_upright(void **state)
{
    for (enum lying how = ON_ITS_LEFT; how <= ON_ITS_HEAD; how++) {
        begin(state);
        new_page();
        put(250, 100, "标题");
        put_full(LEFT + 2 * EM, RIGHT, 130, "甲");
        put_full(LEFT, RIGHT, 130 + PITCH, "乙");
        put(LEFT, 130 + 2 * PITCH, "共有");
        put(LEFT + 25, 130 + 2 * PITCH, "45");
        put(LEFT + 37, 130 + 2 * PITCH, "件。");
        put(LEFT + 2 * EM, 130 + 3 * PITCH, "另段");
        struct page *page = &pages[0];
        page->in_order = true;
        struct page_box title = lay(page->words[0].box, how);
        for (size_t i = 0; i < page->count; i++)
            page->words[i].box = lay(page->words[i].box, how);
        page->width = how == ON_ITS_HEAD ? WIDTH : HEIGHT;
        page->height = how == ON_ITS_HEAD ? HEIGHT : WIDTH;
        expect("标题\n文甲文乙共有45件。\n另段\n");
        const float *box = blocks.loci[0].box;
        assert_true(box[0] == title.x0 && box[1] == title.y0);
        assert_true(box[2] == title.x1 && box[3] == title.y1);
    }
}

static void put_on_end(float x, float y, const char *text)
{
    put(x, y, text);
    struct page *page = &pages[page_count - 1];
    struct page_box *box = &page->words[page->count - 1].box;
    *box = (struct page_box){x, y, x + LINE, y + width_of(text)};
}

static void expect_turn(enum page_turn want, const char *what)
{
    pages[0].in_order = true;
    page_turn(&pages[0]);
    if (pages[0].turn != want)
        fail_msg("%s: turned %d, not %d", what, pages[0].turn, want);
}

/* A page of figures under stacked labels: rows of `figures` beside each of `labels`. */
static void put_stacked(unsigned labels, unsigned figures)
{
    for (unsigned i = 0; i < labels; i++) {
        put_on_end(LEFT, (float)(100 + 60 * i), "行政复议");
        for (unsigned j = 0; j < figures; j++)
            put((float)(LEFT + 40 * (j + 1)), (float)(100 + 60 * i), "45");
    }
}

static void labels_on_end_turn_no_page(void **state)
{
    for (unsigned labels = 1; labels <= 6; labels++)
        for (unsigned figures = 0; figures <= 3; figures++) {
            begin(state);
            new_page();
            put_stacked(labels, figures);
            bool told = labels < 3 || figures > 0;
            if (told) /* nothing but words on end may be a page that lies */
                expect_turn(PAGE_UPRIGHT, "stacked labels");
        }
    begin(state);
    new_page();
    for (int i = 0; i < 3; i++) /* from right to left, as they were written of old */
        put_on_end((float)(RIGHT - 20 * i), 100, "某县人民政府");
    put(LEFT, 300, "正文共四十五件");
    for (int i = 0; i < 30; i++)
        put((float)(LEFT + 20 * (i % 10)), (float)(400 + 20 * (i / 10)), "9");
    expect_turn(PAGE_UPRIGHT, "a heading on end");
}

static void few_words_turn_no_page(void **state)
{
    for (unsigned words = 1; words <= 4; words++) {
        begin(state);
        new_page();
        for (unsigned i = 0; i < words; i++)
            put(LEFT, (float)(400 - 40 * i), "甲乙");
        expect_turn(PAGE_UPRIGHT, "few words, from below");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(turned_pages_are_read_upright, begin),
        cmocka_unit_test_setup(labels_on_end_turn_no_page, begin),
        cmocka_unit_test_setup(few_words_turn_no_page, begin),
    };
    return cmocka_run_group_tests(tests, NULL, stop);
}
