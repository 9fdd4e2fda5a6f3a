/* page_turn.c - a table printed across, a sheet that was scanned sideways, a page upside down.
 *
 * Words of two characters and more are longer than high where they stand upright. Which of two ways
 * a page is turned only the order of its words tells, which both pdftotext and tesseract give as it
 * is read. What is turned otherwise than most of the page stays as it is. In place, can't fail.
 */
#include "workers/ingest/format/page_turn.h"

#include "workers/text/utf8.h"

static const float long_shape = 1.3f; /* one side of a word's box to the other */

static float width_of(struct page_box box)
{
    return box.x1 - box.x0;
}

static float height_of(struct page_box box)
{
    return box.y1 - box.y0;
}

static size_t characters_of(struct slice text)
{
    size_t count = 0;
    for (size_t at = 0; at < text.len; at += utf8_length(text.data + at))
        count++;
    return count;
}

/* Whether two spans lie beside each other for the greater part of the smaller one. */
static bool overlap(float a0, float a1, float b0, float b1)
{
    float common = (a1 < b1 ? a1 : b1) - (a0 > b0 ? a0 : b0);
    float smaller = a1 - a0 < b1 - b0 ? a1 - a0 : b1 - b0;
    return common > smaller / 2;
}

/* Whether `b`, read behind `a`, stands where it would on an upright page: to its right on the same
 * line, or on a line below. */
static bool goes_on(struct page_box a, struct page_box b)
{
    return overlap(a.y0, a.y1, b.y0, b.y1) ? b.x0 > a.x0 : b.y0 > a.y0;
}

static struct page_box turned(struct page_box box, enum page_turn turn, float width, float height)
{
    switch (turn) {
    case PAGE_READ_UPWARD:
        return (struct page_box){height - box.y1, box.x0, height - box.y0, box.x1};
    case PAGE_READ_DOWNWARD:
        return (struct page_box){box.y0, width - box.x1, box.y1, width - box.x0};
    case PAGE_UPSIDE_DOWN:
        return (struct page_box){width - box.x1, height - box.y1, width - box.x0, height - box.y0};
    default:
        return box;
    }
}

/* How many words go on as on an upright page once it is turned so. */
static size_t fits(const struct page *page, enum page_turn turn)
{
    size_t count = 0;
    for (size_t i = 1; i < page->count; i++)
        count += goes_on(turned(page->words[i - 1].box, turn, page->width, page->height),
                         turned(page->words[i].box, turn, page->width, page->height));
    return count;
}

/* Most of the words that have a shape stand on end, and they are no mere labels of a table. */
static bool is_sideways(const struct page *page)
{
    enum { LEAST_WORDS = 3, LEAST_SHARE = 3 /* one of so many characters */ };
    size_t level = 0, upright = 0, all = 0, words = 0;
    for (size_t i = 0; i < page->count; i++) {
        struct page_box box = page->words[i].box;
        size_t count = characters_of(page->words[i].text);
        bool on_end = count > 1 && height_of(box) > width_of(box) * long_shape;
        bool lies = count > 1 && width_of(box) > height_of(box) * long_shape;
        words += on_end;
        upright += on_end ? count : 0;
        level += lies ? count : 0;
        all += count;
    }
    return upright > level && words >= LEAST_WORDS && upright * LEAST_SHARE >= all;
}

static enum page_turn find_turn(const struct page *page)
{
    enum {
        CERTAIN = 2, /* times as many: columns and tables go up again now and then */
        LEAST_WORDS = 5
    };
    size_t upright = fits(page, PAGE_UPRIGHT);
    if (is_sideways(page)) {
        size_t upward = fits(page, PAGE_READ_UPWARD), downward = fits(page, PAGE_READ_DOWNWARD);
        if (upward >= upright || downward >= upright)
            return upward >= downward ? PAGE_READ_UPWARD : PAGE_READ_DOWNWARD;
    }
    bool on_its_head =
        page->count >= LEAST_WORDS && fits(page, PAGE_UPSIDE_DOWN) > CERTAIN * upright;
    return on_its_head ? PAGE_UPSIDE_DOWN : PAGE_UPRIGHT;
}

void page_turn(struct page *page)
{
    float width = page->width, height = page->height;
    page->turn = page->in_order ? find_turn(page) : PAGE_UPRIGHT;
    for (size_t i = 0; i < page->count; i++)
        page->words[i].box = turned(page->words[i].box, page->turn, width, height);
    for (size_t i = 0; i < page->rule_count; i++)
        page->rules[i].box = turned(page->rules[i].box, page->turn, width, height);
    if (page->turn == PAGE_READ_UPWARD || page->turn == PAGE_READ_DOWNWARD) {
        page->width = height;
        page->height = width;
    }
}

struct page_box page_turn_back(const struct page *page, struct page_box box)
{
    static const enum page_turn back[] = {[PAGE_UPRIGHT] = PAGE_UPRIGHT,
                                          [PAGE_READ_UPWARD] = PAGE_READ_DOWNWARD,
                                          [PAGE_READ_DOWNWARD] = PAGE_READ_UPWARD,
                                          [PAGE_UPSIDE_DOWN] = PAGE_UPSIDE_DOWN};
    return turned(box, back[page->turn], page->width, page->height);
}
