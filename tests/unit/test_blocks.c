/* test_blocks.c - blocks into text and places; the message that brings them out of a child. */
#include "tests/unit/test.h"

#include "workers/ingest/format/blocks.h"

static struct arena arena;
static struct blocks blocks;
static struct report report;

static int begin(void **state)
{
    (void)state;
    blocks_release(&blocks);
    arena_reset(&arena);
    blocks = (struct blocks){.arena = &arena};
    report_reset(&report);
    return 0;
}

static void add(enum block_kind kind, const char *text)
{
    blocks_begin(&blocks, kind, NULL);
    blocks_add(&blocks, slice_of(text));
    blocks_end(&blocks);
}

static void finish(void)
{
    struct error error = {{0}};
    if (blocks_finish(&blocks, &error))
        fail_msg("%s", error.text);
    struct buffer message = {0};
    blocks_pack(&blocks, &message);
    struct slice kept = arena_copy(&report.arena, buffer_slice(&message));
    buffer_release(&message);
    if (blocks_unpack(&report.arena, kept, &report, &error))
        fail_msg("%s", error.text);
}

static void expect_text(const char *want)
{
    finish();
    if (!slice_equal(report.text, slice_of(want)))
        fail_msg("got \"%.*s\", not \"%s\"", SLICE_ARGS(report.text), want);
}

static void paragraphs_are_lines_and_cells_parted_by_tabs(void **state)
{
    (void)state;
    add(BLOCK_HEADING, "一、成效");
    blocks_begin(&blocks, BLOCK_ROW, NULL);
    blocks_cell(&blocks, NULL);
    blocks_add(&blocks, SLICE("复议\n案件"));
    blocks_cell(&blocks, NULL);
    blocks_cell(&blocks, NULL);
    blocks_add(&blocks, SLICE("9\t件"));
    blocks_end(&blocks);
    blocks_add(&blocks, SLICE("没有开始的段"));
    expect_text("一、成效\n复议 案件\t\t9 件\n没有开始的段\n");
}

static void furniture_is_left_out_and_notes_stand_behind(void **state)
{
    (void)state;
    add(BLOCK_FURNITURE, "第 3 页");
    add(BLOCK_NOTE, "注：9件");
    add(BLOCK_PARAGRAPH, "正文");
    assert_int_equal(blocks.furniture, 1);
    expect_text("正文\n注：9件\n");
    assert_int_equal(report.locus_count, 2);
    assert_int_equal(report.loci[0].paragraph, 3);
    assert_int_equal(report.loci[1].text, strlen("正文\n"));
    assert_int_equal(report.loci[1].paragraph, 2);
}

static void places_are_found_again(void **state)
{
    (void)state;
    blocks_begin(&blocks, BLOCK_PARAGRAPH, &(struct locus){.page = 2, .box = {1, 2, 3, 4}});
    blocks_add(&blocks, SLICE("abc"));
    blocks_move(&blocks, &(struct locus){.page = 3, .ocr = true});
    blocks_add(&blocks, SLICE("def"));
    expect_text("abcdef\n");
    assert_int_equal(report_locus(&report, 0)->page, 2);
    assert_true(report_locus(&report, 2)->box[3] == 4);
    assert_false(report_locus(&report, 2)->ocr);
    assert_int_equal(report_locus(&report, 3)->page, 3);
    assert_true(report_locus(&report, 6)->ocr);
}

static void bad_characters_are_replaced(void **state)
{
    (void)state;
    add(BLOCK_PARAGRAPH, "a\xFF\xE5\x8E"
                         "b");
    expect_text("a\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD"
                "b\n");
}

static void there_are_limits(void **state)
{
    struct error error = {{0}};
    for (int i = 0; i < MAX_BLOCKS; i++)
        add(BLOCK_PARAGRAPH, "x");
    assert_int_equal(blocks_finish(&blocks, &error), STATUS_OK);
    add(BLOCK_PARAGRAPH, "x");
    assert_int_equal(blocks_finish(&blocks, &error), STATUS_BAD);
    assert_non_null(strstr(error.text, "more than 20000"));
    begin(state);
    struct buffer half = {0};
    buffer_reserve(&half, MAX_TEXT_BYTES / 2);
    memset(half.data, 'x', MAX_TEXT_BYTES / 2);
    half.len = MAX_TEXT_BYTES / 2;
    blocks_add(&blocks, buffer_slice(&half));
    blocks_add(&blocks, buffer_slice(&half));
    assert_int_equal(blocks_finish(&blocks, &error), STATUS_OK);
    blocks_add(&blocks, SLICE("x"));
    assert_int_equal(blocks_finish(&blocks, &error), STATUS_BAD);
    buffer_release(&half);
}

static void a_message_is_not_believed(void **state)
{
    (void)state;
    struct error error;
    struct buffer message = {0};
    add(BLOCK_PARAGRAPH, "县人民政府");
    blocks_finish(&blocks, &error);
    blocks.loci[0].text = 1000;
    blocks_pack(&blocks, &message);
    assert_int_equal(blocks_unpack(&arena, buffer_slice(&message), &report, &error), STATUS_BAD);
    blocks.loci[0].text = 0;
    blocks.text.data[1] = '\xFF';
    buffer_clear(&message);
    blocks_pack(&blocks, &message);
    assert_int_equal(blocks_unpack(&arena, buffer_slice(&message), &report, &error), STATUS_BAD);
    for (size_t cut = 0; cut < message.len; cut++)
        assert_int_equal(
            blocks_unpack(&arena, slice_range(buffer_slice(&message), 0, cut), &report, &error),
            STATUS_BAD);
    buffer_release(&message);
}

static int stop(void **state)
{
    (void)state;
    blocks_release(&blocks);
    arena_release(&arena);
    report_release(&report);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(paragraphs_are_lines_and_cells_parted_by_tabs, begin),
        cmocka_unit_test_setup(furniture_is_left_out_and_notes_stand_behind, begin),
        cmocka_unit_test_setup(places_are_found_again, begin),
        cmocka_unit_test_setup(bad_characters_are_replaced, begin),
        cmocka_unit_test_setup(there_are_limits, begin),
        cmocka_unit_test_setup(a_message_is_not_believed, begin),
    };
    return cmocka_run_group_tests(tests, NULL, stop);
}
