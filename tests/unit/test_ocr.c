/* test_ocr.c - what tesseract prints, as words; ruled lines taken out of a picture. */
#include "tests/unit/test.h"
#include "workers/ingest/format/pdf_words.h"
#include "workers/ocr/rules.h"
#include "workers/ocr/words.h"

static void words_get_their_lines_height(void **state)
{
    (void)state;
    static const char tsv[] = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_"
                              "num\tleft\ttop\twidth\theight\tconf\ttext\n"
                              "1\t1\t0\t0\t0\t0\t0\t0\t1000\t2000\t-1\t\n"
                              "4\t1\t1\t1\t1\t0\t100\t200\t300\t40\t-1\t\n"
                              "5\t1\t1\t1\t1\t1\t100\t190\t80\t60\t91.5\tA&B<\n"
                              "5\t1\t1\t1\t1\t2\t190\t200\t10\t40\t12\t|\n"
                              "5\t1\t1\t1\t1\t3\tx\t200\t10\t40\t12\tbroken\n"
                              "5\t1\t1\t1\t1\t4\t210\t225\t20\t8\t-1\t45件\n";
    struct buffer out = {0};
    struct arena arena = {0};
    struct pdf_pages pages = {0};
    struct error error;
    float width, height;
    assert_true(words_page_size(slice_of(tsv), &width, &height));
    assert_true(width == 1000 && height == 2000);
    words_of_tsv(slice_of(tsv), SLICE(""), 500, 1000, 0.5f, &out);
    assert_int_equal(pdf_words_read(&arena, buffer_slice(&out), &pages, &error), STATUS_OK);
    assert_int_equal(pages.count, 1);
    assert_true(pages.items[0].ocr);
    assert_int_equal(pages.items[0].count, 2);
    const struct page_word *words = pages.items[0].words;
    assert_true(slice_equal(words[0].text, SLICE("A&B<")));
    assert_true(words[0].box.x0 == 50 && words[0].box.y0 == 100 && words[0].box.y1 == 120);
    assert_true(slice_equal(words[1].text, SLICE("45件")));
    assert_true(words[1].box.y0 == 100 && words[1].box.x1 == 115);
    assert_false(words_page_size(SLICE("no tsv\n\t\t\n"), &width, &height));
    buffer_release(&out);
    arena_release(&arena);
}

/* A line that is read downward has the height of all its words; each keeps its own. */
static void words_of_a_page_on_its_side(void **state)
{
    (void)state;
    static const char tsv[] = "1\t1\t0\t0\t0\t0\t0\t0\t2000\t1000\t-1\t\n"
                              "4\t1\t1\t1\t1\t0\t200\t100\t40\t300\t-1\t\n"
                              "5\t1\t1\t1\t1\t1\t190\t100\t60\t80\t80\t受理\n"
                              "5\t1\t1\t1\t1\t2\t205\t200\t30\t60\t20\t45件\n";
    struct buffer out = {0};
    struct arena arena = {0};
    struct pdf_pages pages = {0};
    words_of_tsv(slice_of(tsv), SLICE(""), 2000, 1000, 1, &out);
    assert_int_equal(pdf_words_read(&arena, buffer_slice(&out), &pages, NULL), STATUS_OK);
    const struct page_word *words = pages.items[0].words;
    assert_true(words[0].box.x0 == 200 && words[0].box.x1 == 240);
    assert_true(words[0].box.y0 == 100 && words[0].box.y1 == 180);
    assert_true(words[1].box.x0 == 200 && words[1].box.y0 == 200 && words[1].box.y1 == 260);
    assert_true(words_confidence(slice_of(tsv)) == 50);
    assert_true(words_confidence(SLICE("")) == 0);
    buffer_release(&out);
    arena_release(&arena);
}

enum { SIDE = 300 };

static bool is_dark(const struct picture *picture, size_t x, size_t y)
{
    return picture->pixels[y * SIDE + x] < 128;
}

static void rules_go_and_strokes_stay(void **state)
{
    (void)state;
    static uint8_t pixels[SIDE * SIDE];
    struct picture picture = {.pixels = pixels, .width = SIDE, .height = SIDE, .dpi = 200};
    memset(pixels, 255, sizeof pixels);
    assert_true(picture_is_blank(&picture));
    for (size_t i = 0; i < 200; i++) {
        pixels[50 * SIDE + i] = 0;             /* across, up to the edge */
        pixels[(i + 60) * SIDE + 299] = 0;     /* down the last column */
        pixels[(120 + i / 70) * SIDE + i] = 0; /* a little askew */
    }
    for (size_t i = 0; i < 60; i++)
        pixels[200 * SIDE + 40 + i] = pixels[(180 + i) * SIDE + 70] = 0; /* a large 十 */
    rules_erase(&picture);
    assert_false(is_dark(&picture, 100, 50) || is_dark(&picture, 0, 50));
    assert_false(is_dark(&picture, 299, 100));
    assert_true(is_dark(&picture, 60, 200) && is_dark(&picture, 70, 185));
    struct picture tiny = {.pixels = pixels, .width = 1, .height = 1, .dpi = 1};
    rules_erase(&tiny);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_get_their_lines_height),
        cmocka_unit_test(words_of_a_page_on_its_side),
        cmocka_unit_test(rules_go_and_strokes_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
