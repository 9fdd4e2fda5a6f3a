/* page_rows.c - puts the words of a page into rows. One thread a page; nothing can fail.
 *
 * Words whose middles are at one height make a row, whatever order the file has them in. A row
 * falls into pieces at gaps of more than a character. Words that lie on their side (a stamp along
 * the margin) or are many times as large as the text (a watermark) are left out.
 */
#include "workers/ingest/format/page_rows.h"

#include "workers/ingest/format/page_turn.h"
#include "workers/ingest/format/raised.h"
#include "workers/text/utf8.h"

#include <stdlib.h>

static const float same_row = 0.35f;   /* of a line's height: middles closer than this */
static const float piece_gap = 1.15f;  /* of a hanzi's width */
static const float letter_gap = 0.15f; /* between words written with letters */
static const float rough_gap = 0.4f;   /* the same on a scan */
static const float watermark = 4.0f;   /* of a line's height */

bool page_is_wide(uint32_t c)
{
    return (c >= 0x2E80 && c <= 0xD7FF) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFE30 && c <= 0xFFEF) || c >= 0x20000 || c == 0x2014 || c == 0x2026 ||
           (c >= 0x2018 && c <= 0x201D);
}

struct page_box page_box_join(struct page_box a, struct page_box b)
{
    return (struct page_box){a.x0 < b.x0 ? a.x0 : b.x0, a.y0 < b.y0 ? a.y0 : b.y0,
                             a.x1 > b.x1 ? a.x1 : b.x1, a.y1 > b.y1 ? a.y1 : b.y1};
}

struct locus page_locus(const struct page *page, struct page_box box)
{
    box = page_turn_back(page, box);
    return (struct locus){
        .page = page->number, .box = {box.x0, box.y0, box.x1, box.y1}, .ocr = page->ocr};
}

/* ---- measures ---- */

static float middle(struct page_box box)
{
    return (box.y0 + box.y1) / 2;
}

static size_t characters(struct slice text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; at += utf8_length(text.data + at))
        count++;
    return count;
}

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

static float median(float *values, size_t count, float otherwise)
{
    if (count == 0)
        return otherwise;
    qsort(values, count, sizeof *values, compare_floats);
    return values[count / 2];
}

/* By characters, not by words: a heading in large type is few of them. On a scan a word's box holds
 * its ink only, which says less of its width than the line's height does. */
static void measure(struct arena *arena, const struct page *page, struct page_rows *rows)
{
    enum { PER_WORD = 8 };
    float *widths = arena_alloc(arena, (page->count * PER_WORD + 1) * sizeof *widths);
    float *heights = arena_alloc(arena, (page->count * PER_WORD + 1) * sizeof *heights);
    size_t width_count = 0, height_count = 0;
    for (size_t i = 0; i < page->count; i++) {
        const struct page_word *word = &page->words[i];
        size_t length = characters(word->text);
        for (size_t j = 0; j < length && j < PER_WORD; j++) {
            heights[height_count++] = word->box.y1 - word->box.y0;
            if (page_is_wide(utf8_at(word->text.data)))
                widths[width_count++] = (word->box.x1 - word->box.x0) / (float)length;
        }
    }
    rows->height = median(heights, height_count, 12);
    rows->em = page->ocr ? rows->height : median(widths, width_count, rows->height * 0.75f);
}

/* ---- rows ---- */

static bool is_ornament(const struct page_word *word, float line_height)
{
    float height = word->box.y1 - word->box.y0, width = word->box.x1 - word->box.x0;
    bool sideways = height > 2 * line_height && height > 2 * width && characters(word->text) > 1;
    return sideways || height > watermark * line_height;
}

static int by_height(const void *a, const void *b)
{
    float x = middle(((const struct page_word *)a)->box),
          y = middle(((const struct page_word *)b)->box);
    return (x > y) - (x < y);
}

static int by_place(const void *a, const void *b)
{
    float x = ((const struct page_word *)a)->box.x0, y = ((const struct page_word *)b)->box.x0;
    return (x > y) - (x < y);
}

static void part_row(struct arena *arena, struct page_rows *rows, size_t first, size_t end)
{
    struct page_word *words = rows->page->words;
    qsort(words + first, end - first, sizeof *words, by_place);
    struct page_row *row = &rows->items[rows->count++];
    size_t capacity = 0;
    *row = (struct page_row){.box = words[first].box};
    for (size_t i = first; i < end; i++) {
        struct page_piece *last = row->count ? &row->pieces[row->count - 1] : NULL;
        if (!last || words[i].box.x0 - last->box.x1 > piece_gap * rows->em) {
            last = ARENA_PUSH(arena, row->pieces, row->count, capacity);
            *last = (struct page_piece){.box = words[i].box, .first = i};
        }
        last->count++;
        last->box = page_box_join(last->box, words[i].box);
        row->box = page_box_join(row->box, words[i].box);
    }
}

struct page_rows page_rows_make(struct arena *arena, struct page *page)
{
    struct page_rows rows = {.page = page};
    measure(arena, page, &rows);
    size_t kept = 0;
    for (size_t i = 0; i < page->count; i++)
        if (!is_ornament(&page->words[i], rows.height))
            page->words[kept++] = page->words[i];
    page->count = kept;
    if (page->count > 1)
        qsort(page->words, page->count, sizeof *page->words, by_height);
    rows.items = arena_alloc(arena, (page->count + 1) * sizeof *rows.items);
    for (size_t first = 0, i = 1; i <= page->count; i++) {
        if (i < page->count &&
            middle(page->words[i].box) - middle(page->words[first].box) <= same_row * rows.height)
            continue;
        part_row(arena, &rows, first, i);
        first = i;
    }
    return rows;
}

/* ---- text ---- */

static bool is_raised(const struct page_row *row, const struct page_word *word)
{
    float height = row->box.y1 - row->box.y0;
    return word->box.y1 - word->box.y0 < 0.85f * height &&
           row->box.y1 - word->box.y1 > 0.2f * height;
}

static uint32_t last_of(struct slice text)
{
    return text.len ? utf8_at(utf8_before(text.data, text.data + text.len)) : 0;
}

static void add_blank(const struct page_rows *rows, const struct page_word *before,
                      const struct page_word *word, struct blocks *blocks)
{
    bool wide = page_is_wide(last_of(before->text)) || page_is_wide(utf8_at(word->text.data));
    float gap = word->box.x0 - before->box.x1;
    float least = wide ? piece_gap : rows->page->ocr ? rough_gap : letter_gap;
    if (gap > least * rows->em)
        blocks_add(blocks, SLICE(" "));
}

void page_piece_add(const struct page_rows *rows, const struct page_row *row,
                    const struct page_piece *piece, struct blocks *blocks)
{
    const struct page_word *words = rows->page->words;
    for (size_t i = piece->first; i < piece->first + piece->count; i++) {
        char bytes[RAISED_BYTES];
        struct slice exponent, text = words[i].text;
        if (!rows->page->ocr && is_raised(row, &words[i])) {
            if (raised_is_exponent(blocks_current(blocks), text, bytes, &exponent))
                text = exponent;
            else if (raised_is_note(text))
                continue;
        }
        if (i > piece->first)
            add_blank(rows, &words[i - 1], &words[i], blocks);
        blocks_add(blocks, text);
    }
}

struct slice page_row_text(const struct page_rows *rows, const struct page_row *row,
                           struct arena *arena)
{
    size_t room = row->count, len = 0;
    const struct page_word *words = rows->page->words;
    for (size_t i = 0; i < row->count; i++)
        for (size_t j = 0; j < row->pieces[i].count; j++)
            room += words[row->pieces[i].first + j].text.len;
    char *text = arena_alloc(arena, room);
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0)
            text[len++] = ' ';
        for (size_t j = 0; j < row->pieces[i].count; j++) {
            struct slice word = words[row->pieces[i].first + j].text;
            memcpy(text + len, word.data, word.len);
            len += word.len;
        }
    }
    return (struct slice){text, len};
}
