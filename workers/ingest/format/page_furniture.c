/* page_furniture.c - page numbers by their look, running heads because they recur, footnotes by
 * their size and mark. One thread; nothing can fail.
 *
 * Only the outermost rows of a page in its top and bottom margins are looked at. A number alone is
 * a page's only in the middle or at an edge, and not larger than pages can be.
 */
#include "workers/ingest/format/page_furniture.h"

#include "workers/ingest/format/page_rows.h"
#include "workers/ingest/format/raised.h"
#include "workers/text/utf8.h"

#include <stdlib.h>

enum {
    ROWS_LOOKED_AT = 3, /* from either end of a page */
    FEW_PAGES = 3,      /* so few may have the same line by chance (a name): only the first, last */
    PAGE_NUMBER_MAX_BYTES = 48,
    PAGES_BEYOND = 400, /* a report may be a part of a longer volume */
    HEAD_SHARE = 3,     /* a running head is on one page of three at least, odd ones alone */
};

static const float margin_share = 0.12f; /* of the page's height, at both ends */

static bool in_margin(const struct page *page, const struct page_row *row)
{
    return row->box.y1 < margin_share * page->height ||
           row->box.y0 > (1 - margin_share) * page->height;
}

/* ---- page numbers ---- */

static struct slice without(struct slice text, size_t at, size_t len)
{
    return slice_range(text, at + len, text.len);
}

/* Bytes of a sign or word at the front that may stand around a page number. */
static size_t ornament_at(struct slice text)
{
    static const char *const ornaments[] = {"第", "页", "共", "—",  "–", "－", "-",  "~",    "～",
                                            "·",  "•",  "（", "）", "(", ")",  "[",  "]",    "【",
                                            "】", "/",  "／", "|",  " ", ",",  "，", "Page", "page",
                                            "of", "P.", "p.", "P",  "―", "─",  "…",  NULL};
    for (size_t i = 0; ornaments[i]; i++)
        if (slice_starts(text, slice_of(ornaments[i])))
            return strlen(ornaments[i]);
    return 0;
}

static size_t digit_at(struct slice text, unsigned *value)
{
    uint32_t c = utf8_at(text.data);
    if (c >= '0' && c <= '9')
        *value = c - '0';
    else if (c >= 0xFF10 && c <= 0xFF19)
        *value = c - 0xFF10;
    else
        return 0;
    return utf8_length(text.data);
}

static bool is_page_number(struct slice text, size_t pages, bool *bare)
{
    unsigned numbers = 0, value = 0, digit;
    bool inside = false;
    *bare = true;
    if (text.len > PAGE_NUMBER_MAX_BYTES)
        return false;
    while (text.len) {
        size_t len = digit_at(text, &digit);
        if (len) {
            value = inside ? value * 10 + digit : digit;
            numbers += !inside;
            inside = true;
            if (value > pages + PAGES_BEYOND)
                return false;
        } else {
            len = ornament_at(text);
            inside = false;
            *bare = false;
        }
        if (len == 0)
            return false;
        text = without(text, 0, len);
    }
    return numbers == 1 || numbers == 2;
}

static bool at_usual_place(const struct page *page, const struct page_row *row)
{
    float center = (row->box.x0 + row->box.x1) / 2, half = page->width / 2;
    float off = center > half ? center - half : half - center;
    return off < 0.06f * page->width || off > 0.28f * page->width;
}

/* ---- running heads ---- */

/* Where and what, without digits: page numbers within a head differ. */
struct head {
    float y;
    struct slice text;
    size_t page, row;
};

static struct slice without_digits(struct arena *arena, struct slice text)
{
    char *out = arena_alloc(arena, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++)
        if (!(text.data[i] >= '0' && text.data[i] <= '9') && text.data[i] != ' ')
            out[len++] = text.data[i];
    return (struct slice){out, len};
}

static int by_text(const void *a, const void *b)
{
    const struct head *x = a, *y = b;
    int order = slice_compare(x->text, y->text);
    return order ? order : (x->y > y->y) - (x->y < y->y);
}

static void mark_recurring(struct page_rows *pages, size_t count, struct head *heads,
                           size_t head_count)
{
    enum { SAME_HEIGHT_POINTS = 6 };
    qsort(heads, head_count, sizeof *heads, by_text);
    size_t least = count / HEAD_SHARE > 3 ? count / HEAD_SHARE : count < 3 ? 2 : 3;
    for (size_t first = 0, i = 1; i <= head_count; i++) {
        if (i < head_count && slice_equal(heads[i].text, heads[first].text) &&
            heads[i].y - heads[i - 1].y < SAME_HEIGHT_POINTS)
            continue;
        for (size_t j = first; i - first >= least && j < i; j++)
            pages[heads[j].page].items[heads[j].row].furniture = true;
        first = i;
    }
}

/* ---- footnotes ---- */

/* Rows in smaller type at the foot of the page, the first of which begins with a mark. */
static void mark_notes(struct arena *arena, struct page_rows *rows)
{
    size_t first = rows->count;
    while (first > 0) {
        const struct page_row *row = &rows->items[first - 1];
        float height = row->box.y1 - row->box.y0;
        if (!row->furniture && height > 0.88f * rows->height)
            break;
        first--;
    }
    while (first < rows->count && rows->items[first].furniture)
        first++;
    if (first == rows->count || first == 0 || rows->items[first].box.y0 < 0.5f * rows->page->height)
        return;
    struct slice text = page_row_text(rows, &rows->items[first], arena);
    const struct page_word *mark = &rows->page->words[rows->items[first].pieces[0].first];
    bool bracket = slice_starts(text, SLICE("[")) || slice_starts(text, SLICE("*")) ||
                   slice_starts(text, SLICE("①")) || slice_starts(text, SLICE("注"));
    if (!bracket && !(raised_is_note(mark->text) && mark->text.len <= 3))
        return;
    for (size_t i = first; i < rows->count; i++)
        rows->items[i].note = true;
}

/* ---- all ---- */

static void look_at_row(struct arena *arena, struct page_rows *pages, size_t count, size_t page,
                        size_t at, struct head *head)
{
    struct page_row *row = &pages[page].items[at];
    *head = (struct head){.page = page, .row = at};
    if (!in_margin(pages[page].page, row))
        return;
    struct slice text = page_row_text(&pages[page], row, arena);
    bool bare;
    if (is_page_number(text, count, &bare) && (!bare || at_usual_place(pages[page].page, row)))
        row->furniture = true;
    else
        *head = (struct head){row->box.y0, without_digits(arena, text), page, at};
}

void page_furniture_mark(struct arena *arena, struct page_rows *pages, size_t count)
{
    struct head *heads = arena_alloc(arena, (count * ROWS_LOOKED_AT * 2 + 1) * sizeof *heads);
    size_t head_count = 0;
    for (size_t page = 0; page < count; page++) {
        size_t rows = pages[page].count;
        for (size_t at = 0; at < rows; at++) {
            size_t looked_at = count > FEW_PAGES ? ROWS_LOOKED_AT : 1;
            if (at >= looked_at && at + looked_at < rows)
                continue;
            look_at_row(arena, pages, count, page, at, &heads[head_count]);
            head_count += heads[head_count].text.len > 0;
        }
    }
    mark_recurring(pages, count, heads, head_count);
    for (size_t page = 0; page < count; page++)
        mark_notes(arena, &pages[page]);
}
