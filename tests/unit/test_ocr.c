/* test_ocr.c - what tesseract prints, as words; when a page is read once more; ruled lines taken
 * out of a picture. */
#include "proto/doors/process.h"
#include "tests/unit/test.h"
#include "workers/ingest/format/pdf_words.h"
#include "workers/ocr/read_page.h"
#include "workers/ocr/rules.h"
#include "workers/ocr/words.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

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
    assert_true(words_confidence(SLICE("")) == -1);
    buffer_release(&out);
    arena_release(&arena);
}

/* ---- reading, by a tesseract of ours ---- */

#define READ(confidence, text)                                                                     \
    "1\t1\t0\t0\t0\t0\t0\t0\t2000\t1000\t-1\t\n4\t1\t1\t1\t1\t0\t200\t100\t340\t40\t-1\t\n"        \
    "5\t1\t1\t1\t1\t1\t200\t100\t60\t40\t" confidence "\t" text "\n"

/* What it prints of a picture: at first, and when it is asked which way the page stands; NULL: it
 * fails. */
static const struct reading {
    const char *picture, *first, *second, *want;
} readings[] = {
    {"clear", READ("91", "受理"), READ("99", "never"), "受理"},
    {"on its head", READ("15", "dn"), READ("90", "受理"), "受理"},
    {"poor", READ("55", "受理"), READ("30", "dn"), "受理"},
    {"poor, then nothing", READ("55", "受理"), "", "受理"},
    {"poor, then broken", READ("55", "受理"), NULL, "受理"},
    {"blank", "1\t1\t0\t0\t0\t0\t0\t0\t2000\t1000\t-1\t\n", READ("90", "never"), ""},
};

/* Called in the child that would become the program. */
int execvp(const char *file, char *const argv[])
{
    char picture[64] = "";
    if (strcmp(file, "tesseract") != 0 || pread(0, picture, sizeof picture - 1, 0) < 0)
        _exit(2);
    bool turned = false;
    for (size_t i = 0; argv[i]; i++)
        turned |= strcmp(argv[i], "--psm") == 0 && strcmp(argv[i + 1], "1") == 0;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        const char *said = turned ? readings[i].second : readings[i].first;
        if (strcmp(picture, readings[i].picture) != 0)
            continue;
        _exit(said && write(1, said, strlen(said)) == (ssize_t)strlen(said) ? 0 : 1);
    }
    _exit(2);
}

static unsigned files_left = -1u; /* how many more a process may be given */

int memfd_create(const char *name, unsigned flags)
{
    if (files_left == 0) {
        errno = EMFILE;
        return -1;
    }
    files_left--;
    return (int)syscall(SYS_memfd_create, name, flags);
}

static enum status read_picture(const char *picture, struct buffer *words, struct error *error)
{
    return ocr_read_page(SLICE("jpeg"), slice_of(picture), 1, words, error);
}

static void poor_pages_are_read_once_more(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
        struct buffer out = {0};
        struct arena arena = {0};
        struct pdf_pages pages = {0};
        struct error error;
        if (read_picture(readings[i].picture, &out, &error) != STATUS_OK)
            fail_msg("%s: %s", readings[i].picture, error.text);
        assert_int_equal(pdf_words_read(&arena, buffer_slice(&out), &pages, NULL), STATUS_OK);
        struct slice got = pages.items[0].count ? pages.items[0].words[0].text : SLICE("");
        if (!slice_equal(got, slice_of(readings[i].want)))
            fail_msg("%s: \"%.*s\"", readings[i].picture, SLICE_ARGS(got));
        buffer_release(&out);
        arena_release(&arena);
    }
}

/* Of a poor page the second reading waits for its turn: the first one alone may be a worse text. */
static void a_second_reading_that_has_to_wait_is_waited_for(void **state)
{
    (void)state;
    enum { OF_ONE_PROCESS = 2 }; /* what goes in, and what it complains */
    struct buffer out = {0};
    struct error error;
    for (unsigned processes = 0; processes < 2; processes++) {
        files_left = processes * OF_ONE_PROCESS;
        assert_int_equal(read_picture("on its head", &out, &error), STATUS_RETRY);
        assert_int_equal(out.len, 0);
        assert_non_null(strstr(error.text, "ulimit"));
    }
    files_left = -1u;
    assert_int_equal(read_picture("on its head", &out, &error), STATUS_OK);
    buffer_release(&out);
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
        cmocka_unit_test(poor_pages_are_read_once_more),
        cmocka_unit_test(a_second_reading_that_has_to_wait_is_waited_for),
        cmocka_unit_test(rules_go_and_strokes_stay),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
