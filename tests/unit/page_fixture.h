/* page_fixture.h - a page of words with boxes, and the text that is read of it; shared by the tests
 * of pages. A hanzi is 10 wide, a digit 5, a line 12 high. */
#ifndef XIANZHI_TESTS_PAGE_FIXTURE_H
#define XIANZHI_TESTS_PAGE_FIXTURE_H

#include "tests/unit/test.h"
#include "workers/ingest/format/page.h"
#include "workers/text/utf8.h"

enum { EM = 10, LINE = 12, PITCH = 16, WIDTH = 600, HEIGHT = 800, LEFT = 50, RIGHT = 550 };

static struct arena arena;
static struct blocks blocks;
static struct page pages[8];
static size_t page_count, capacity, rule_capacity;

static inline int begin(void **state)
{
    (void)state;
    blocks_release(&blocks);
    arena_reset(&arena);
    blocks = (struct blocks){.arena = &arena};
    page_count = 0;
    return 0;
}

static inline void new_page(void)
{
    pages[page_count] =
        (struct page){.number = (unsigned)page_count + 1, .width = WIDTH, .height = HEIGHT};
    page_count++;
    capacity = rule_capacity = 0;
}

static inline float width_of(const char *text)
{
    float width = 0;
    for (; *text; text += utf8_length(text))
        width += (unsigned char)*text < 0x80 ? EM / 2 : EM;
    return width;
}

static inline void put_sized(float x, float y, float height, const char *text)
{
    struct page *page = &pages[page_count - 1];
    *ARENA_PUSH(&arena, page->words, page->count, capacity) =
        (struct page_word){{x, y, x + width_of(text) * height / LINE, y + height}, slice_of(text)};
}

static inline void put(float x, float y, const char *text)
{
    put_sized(x, y, LINE, text);
}

/* A line of hanzi from `x` to the right margin. */
static inline void put_full(float x, float right, float y, const char *last)
{
    struct buffer line = {0};
    for (float at = x; at + width_of(last) + EM <= right; at += EM)
        buffer_append(&line, "文", 3);
    buffer_format(&line, "%s%c", last, 0);
    put(x, y, arena_copy(&arena, slice_of(line.data)).data);
    buffer_release(&line);
}

static inline void read_all(void)
{
    struct error error = {{0}};
    pages_read(&blocks, pages, page_count);
    if (blocks_finish(&blocks, &error) != STATUS_OK)
        fail_msg("%s", error.text);
}

/* `want`: runs of 文 stand as one. */
static inline void expect(const char *want)
{
    struct buffer got = {0};
    read_all();
    struct slice text = buffer_slice(&blocks.text);
    for (size_t at = 0; at < text.len; at++) {
        struct slice rest = slice_range(text, at, text.len);
        if (slice_starts(rest, SLICE("文文")))
            at += 2;
        else
            buffer_append(&got, text.data + at, 1);
    }
    if (!slice_equal(buffer_slice(&got), slice_of(want)))
        fail_msg("got \"%.*s\"\nnot \"%s\"", SLICE_ARGS(buffer_slice(&got)), want);
    buffer_release(&got);
}

static inline int stop(void **state)
{
    (void)state;
    blocks_release(&blocks);
    arena_release(&arena);
    return 0;
}

#endif
