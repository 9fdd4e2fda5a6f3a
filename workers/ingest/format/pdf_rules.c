/* pdf_rules.c - asks a child which pages have rows with gaps, has pdftoppm draw these, and looks
 * for lines in the pictures. Any thread; a page costs some 40 ms, so pages of prose are not drawn.
 * Nothing can fail: without lines tables are told by their gaps. A page that can't be drawn, or
 * takes too long, is the last that is tried: others of the file would cost as much.
 */
#include "workers/ingest/format/pdf_rules.h"

#include "proto/base/clock.h"
#include "proto/doors/process.h"
#include "workers/ingest/format/page_rows.h"
#include "workers/ingest/format/page_turn.h"
#include "workers/ingest/format/pdf_words.h"
#include "workers/ingest/format/picture_rules.h"

enum {
    DRAWN_PAGES = 100, /* of a document */
    LEAST_POINTS = 14, /* the height of a table's row at least */
    GAPPED_ROWS = 3,   /* of a page that may hold a table */
    DRAW_ALL_MS = 60000,
};

static const float gap = 0.35f; /* of a hanzi: between words of different cells at least */

/* ---- in the child ---- */

static bool has_gap(const struct page_rows *rows, const struct page_row *row)
{
    if (row->count > 1)
        return true;
    const struct page_word *words = rows->page->words;
    for (size_t i = row->pieces[0].first + 1; i < row->pieces[0].first + row->pieces[0].count; i++)
        if (words[i].box.x0 - words[i - 1].box.x1 > gap * rows->em)
            return true;
    return false;
}

static bool may_hold_table(struct arena *arena, struct page *page)
{
    page_turn(page);
    struct page_rows rows = page_rows_make(arena, page);
    unsigned gapped = 0;
    for (size_t i = 0; i < rows.count; i++)
        gapped += has_gap(&rows, &rows.items[i]);
    return gapped >= GAPPED_ROWS;
}

/* A byte a page, up to the last that is to be drawn. */
static int find_pages(const void *argument, struct slice boxes, struct buffer *marks)
{
    (void)argument;
    struct arena arena = {0};
    struct pdf_pages pages = {0};
    struct error error;
    unsigned drawn = 0;
    if (pdf_words_read(&arena, arena_copy(&arena, boxes), &pages, &error) != STATUS_OK)
        return 1;
    for (size_t i = 0; i < pages.count && drawn < DRAWN_PAGES; i++) {
        char mark = (char)may_hold_table(&arena, &pages.items[i]);
        buffer_append(marks, &mark, 1);
        drawn += (unsigned)mark;
    }
    return 0;
}

/* ---- in the caller ---- */

static bool draw(struct slice pdf, unsigned page, struct buffer *out)
{
    struct picture picture = {0};
    bool drawn = picture_of_lines(pdf, page, &picture, NULL) == STATUS_OK;
    if (drawn)
        picture_rules_print(&picture, LEAST_POINTS, 1, out);
    picture_release(&picture);
    return drawn;
}

static void add_rules(struct slice pdf, struct slice marks, struct buffer *boxes)
{
    struct buffer with = {0};
    struct slice rest = buffer_slice(boxes);
    uint64_t end_us = clock_monotonic_us() + DRAW_ALL_MS * 1000ull;
    bool goes_on = true;
    unsigned page = 0;
    for (size_t at = 0; at < rest.len;) {
        size_t end = slice_find(rest, SLICE("\n"), at);
        end = end == SIZE_MAX ? rest.len : end + 1;
        struct slice line = slice_range(rest, at, end);
        buffer_add(&with, line);
        if (slice_has(line, SLICE("<page ")) && page++ < marks.len && marks.data[page - 1])
            goes_on = goes_on && clock_monotonic_us() < end_us && draw(pdf, page, &with);
        at = end;
    }
    buffer_release(boxes);
    *boxes = with;
}

void pdf_rules_add(struct slice pdf, struct buffer *boxes)
{
    struct process_limits limits = {.output_bytes = MAX_PAGES, .time_ms = 10000};
    struct process_report end;
    struct buffer marks = {0};
    bool asked = process_program_exists("pdftoppm") &&
                 process_call(find_pages, NULL, buffer_slice(boxes), &limits, &marks, &end, NULL) ==
                     STATUS_OK;
    bool any = asked && end.end == PROCESS_DONE && end.exit_code == 0 && marks.len &&
               memchr(marks.data, 1, marks.len);
    if (any)
        add_rules(pdf, buffer_slice(&marks), boxes);
    buffer_release(&marks);
}
