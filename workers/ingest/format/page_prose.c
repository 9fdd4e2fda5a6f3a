/* page_prose.c - which line carries on the paragraph of the one before. One thread; can't fail.
 *
 * A line does if the one before reached the right margin, or would have with what it begins with
 * and can't be parted, it is not indented itself, it is as large and not far below. That holds over
 * the end of a column or page, too, where nothing but a full stop can end a paragraph that fills
 * its last line. In doubt a paragraph ends: two pieces cost less than two paragraphs in one.
 */
#include "workers/ingest/format/page_prose.h"

#include "workers/ingest/format/page_rows.h"
#include "workers/text/utf8.h"

static const float indent = 1.2f;   /* of a hanzi's width: less is none */
static const float slack = 3.2f;    /* of it: 1234人次 is never parted, 。never begins a line */
static const float line_gap = 1.3f; /* of a line's height, between two lines of a paragraph */

static size_t digits_of(struct slice text, size_t at)
{
    size_t start = at;
    while (at < text.len && text.data[at] >= '0' && text.data[at] <= '9')
        at++;
    return at - start <= 2 ? at - start : 0;
}

/* 一、 （一） 1. 1、 (1) ① */
static bool begins_outline(struct slice text)
{
    static const char numerals[] = "一二三四五六七八九十", circled[] = "①②③④⑤⑥⑦⑧⑨⑩";
    bool wide = slice_starts(text, SLICE("（")), narrow = slice_starts(text, SLICE("("));
    size_t start = wide ? 3 : narrow ? 1 : 0, at = start;
    while (at + 3 <= text.len && slice_has(SLICE(numerals), slice_range(text, at, at + 3)))
        at += 3;
    bool arabic = at == start;
    at += arabic ? digits_of(text, at) : 0;
    if (at == start)
        return text.len >= 3 && slice_has(SLICE(circled), slice_range(text, 0, 3));
    struct slice rest = slice_range(text, at, text.len);
    if (wide || narrow)
        return slice_starts(rest, SLICE("）")) || slice_starts(rest, SLICE(")"));
    return slice_starts(rest, SLICE("、")) ||
           (arabic && (slice_starts(rest, SLICE(".")) || slice_starts(rest, SLICE("．"))));
}

static bool ends_sentence(struct slice text)
{
    static const char *const ends[] = {"。", "！", "？", "：", "；", "”", NULL};
    for (size_t i = 0; ends[i]; i++)
        if (slice_ends(text, slice_of(ends[i])))
            return true;
    return false;
}

/* How wide what the row begins with is, up to where a line may end: 98.9%， */
static float first_width(const struct page_rows *rows, const struct page_row *row)
{
    static const char closing[] = "，。、；：？！）》”";
    const struct page_piece *piece = &row->pieces[0];
    const struct page_word *words = &rows->page->words[piece->first];
    size_t at = 0;
    while (at < words->text.len && !page_is_wide(utf8_at(words->text.data + at)))
        at += utf8_length(words->text.data + at);
    bool whole = at == words->text.len;
    float width = whole ? words->box.x1 - words->box.x0 : (float)at * rows->em / 2;
    struct slice behind =
        whole && piece->count > 1 ? words[1].text : slice_range(words->text, at, words->text.len);
    bool closed = behind.len >= 3 && slice_has(slice_of(closing), slice_range(behind, 0, 3));
    return at ? width + (closed ? rows->em : 0) : 0;
}

static bool carries_on(const struct page_prose *prose, const struct page_rows *rows,
                       const struct page_region *region, const struct page_row *row,
                       struct slice text)
{
    float height = row->box.y1 - row->box.y0;
    float rough = rows->page->ocr ? 0.7f : 0.8f; /* line boxes of a scan follow its characters */
    bool as_large = height > rough * prose->height && height * rough < prose->height;
    if (!prose->open || !as_large || row->box.x0 > region->left + indent * rows->em)
        return false;
    struct slice before = blocks_current(prose->blocks);
    if (prose->room >= slack * rows->em &&
        (ends_sentence(before) || prose->room >= first_width(rows, row)))
        return false;
    if (begins_outline(text) && ends_sentence(before))
        return false;
    bool below = prose->page == rows->page && row->box.y0 > prose->last.y0;
    if (below)
        return row->box.y0 - prose->last.y1 < line_gap * rows->height;
    return !slice_ends(before, SLICE("。")) || row->box.x0 < region->left + 0.5f * rows->em;
}

void page_prose_line(struct page_prose *prose, const struct page_rows *rows,
                     const struct page_region *region, const struct page_row *row)
{
    struct locus where = page_locus(rows->page, row->box);
    struct slice text = page_row_text(rows, row, prose->blocks->arena);
    if (carries_on(prose, rows, region, row, text)) {
        struct slice before = blocks_current(prose->blocks);
        bool letters = before.len && (before.data[before.len - 1] | 0x20) >= 'a' &&
                       (before.data[before.len - 1] | 0x20) <= 'z';
        if (letters && !page_is_wide(utf8_at(text.data)))
            blocks_add(prose->blocks, SLICE(" "));
        blocks_move(prose->blocks, &where);
    } else {
        blocks_begin(prose->blocks, BLOCK_PARAGRAPH, &where);
    }
    for (size_t i = 0; i < row->count; i++) {
        if (i > 0)
            blocks_add(prose->blocks, SLICE(" "));
        page_piece_add(rows, row, &row->pieces[i], prose->blocks);
    }
    prose->open = true;
    prose->room = region->right - row->box.x1;
    prose->page = rows->page;
    prose->last = row->box;
    prose->height = row->box.y1 - row->box.y0;
}

void page_prose_end(struct page_prose *prose)
{
    blocks_end(prose->blocks);
    prose->open = false;
}
