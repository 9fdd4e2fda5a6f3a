/* test_pdf_words.c - what pdftotext prints. */
#include "tests/unit/page_fixture.h"
#include "workers/ingest/format/pdf_words.h"

static void what_pdftotext_prints(void **state)
{
    (void)state;
    struct pdf_pages read = {0};
    struct error error;
    static const char boxes[] =
        "<doc>\n  <page width=\"595.3\" height=\"841.9\">\n"
        "          <word xMin=\"10.5\" yMin=\"20\" xMax=\"30\" "
        "yMax=\"32\">A&amp;B&lt;1\xE2\x80\x8B</word>\n"
        "          <word xMin=\"x\" yMin=\"20\" xMax=\"30\" yMax=\"32\">没有位置</word>\n"
        "          <word xMin=\"1\" yMin=\"2\" xMax=\"3\" yMax=\"4\">\x01 \xFF</word>\n"
        "  </page>\n  <page width=\"595\" height=\"842\">\n  </page>\n</doc>";
    assert_int_equal(pdf_words_read(&arena, arena_copy(&arena, slice_of(boxes)), &read, &error),
                     STATUS_OK);
    assert_int_equal(read.count, 2);
    assert_int_equal(read.items[0].count, 1);
    assert_int_equal(read.items[1].count, 0);
    assert_true(slice_equal(read.items[0].words[0].text, SLICE("A&B<1\xE2\x80\x8B")));
    assert_false(pdf_page_has_text(&read.items[0]));
    assert_int_equal(pdf_words_read(&arena, SLICE("no pages"), &(struct pdf_pages){0}, &error),
                     STATUS_BAD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_pdftotext_prints, begin),
    };
    return cmocka_run_group_tests(tests, NULL, stop);
}
