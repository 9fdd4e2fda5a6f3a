/* page_columns.c - finds the gutter of a page set in two columns and parts it into regions.
 *
 * A gutter is an upright line near the middle that hardly any line crosses, with lines that fill
 * their half on either side of it. What crosses it (a title, a table) parts the page: what stands
 * above is read first, the left column before the right. One thread; nothing can fail.
 */
#include "workers/ingest/format/page_columns.h"

#include "workers/ingest/format/page_rows.h"

#include <stdlib.h>

enum {
    COLUMN_MIN_LINES = 6,
    GUTTER_STEP_POINTS = 2,
};

static const float full_share = 0.6f; /* of a column's width: a line of prose fills it */

/* ---- margins ---- */

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Left: the smallest start that a tenth of the rows go below; right: likewise. A few rows that hang
 * out do not move a margin. */
static void measure_margins(struct arena *arena, struct page_region *region)
{
    float *lefts = arena_alloc(arena, (region->count + 1) * sizeof *lefts);
    float *rights = arena_alloc(arena, (region->count + 1) * sizeof *rights);
    for (size_t i = 0; i < region->count; i++) {
        lefts[i] = region->rows[i].box.x0;
        rights[i] = region->rows[i].box.x1;
    }
    qsort(lefts, region->count, sizeof *lefts, compare_floats);
    qsort(rights, region->count, sizeof *rights, compare_floats);
    size_t skipped = region->count / 12;
    region->left = region->count ? lefts[skipped] : 0;
    region->right = region->count ? rights[region->count - 1 - skipped] : 0;
}

/* ---- the gutter ---- */

struct gutter {
    size_t crossing, left, right; /* pieces */
};

static struct gutter look_at(const struct page_rows *rows, float x, struct page_box text)
{
    struct gutter found = {0};
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->items[i].furniture || rows->items[i].note)
            continue;
        for (size_t j = 0; j < rows->items[i].count; j++) {
            struct page_box box = rows->items[i].pieces[j].box;
            float width = box.x1 - box.x0;
            if (box.x0 < x && box.x1 > x)
                found.crossing++;
            else if (box.x1 <= x)
                found.left += width > full_share * (x - text.x0);
            else
                found.right += width > full_share * (text.x1 - x);
        }
    }
    return found;
}

static bool is_gutter(struct gutter found)
{
    size_t fewer = found.left < found.right ? found.left : found.right;
    return fewer >= COLUMN_MIN_LINES && found.crossing * 3 <= found.left + found.right;
}

/* 0: the page has none. */
static float find_gutter(const struct page_rows *rows)
{
    struct page_box text = {0};
    bool any = false;
    for (size_t i = 0; i < rows->count; i++) {
        if (rows->items[i].furniture)
            continue;
        text = any ? page_box_join(text, rows->items[i].box) : rows->items[i].box;
        any = true;
    }
    float width = text.x1 - text.x0, first = 0, last = 0;
    struct gutter best = {.crossing = SIZE_MAX};
    for (float x = text.x0 + 0.35f * width; x < text.x0 + 0.65f * width; x += GUTTER_STEP_POINTS) {
        struct gutter found = look_at(rows, x, text);
        if (!is_gutter(found) || found.crossing > best.crossing)
            continue;
        if (found.crossing < best.crossing)
            first = x;
        best = found;
        last = x;
    }
    return best.crossing == SIZE_MAX ? 0 : (first + last) / 2;
}

/* ---- regions ---- */

static void add_row(struct arena *arena, struct page_region *region, const struct page_row *row,
                    size_t first, size_t end)
{
    if (first == end)
        return;
    struct page_row part = {.pieces = row->pieces + first, .count = end - first};
    part.box = part.pieces[0].box;
    for (size_t i = 1; i < part.count; i++)
        part.box = page_box_join(part.box, part.pieces[i].box);
    *ARENA_PUSH(arena, region->rows, region->count, region->capacity) = part;
}

static void add_region(struct arena *arena, struct page_regions *regions,
                       struct page_region *region)
{
    if (region->count == 0)
        return;
    measure_margins(arena, region);
    *ARENA_PUSH(arena, regions->items, regions->count, regions->capacity) = *region;
    *region = (struct page_region){0};
}

static bool crosses(const struct page_row *row, float gutter)
{
    for (size_t i = 0; i < row->count; i++)
        if (row->pieces[i].box.x0 < gutter && row->pieces[i].box.x1 > gutter)
            return true;
    return false;
}

struct page_regions page_columns_part(struct arena *arena, const struct page_rows *rows)
{
    struct page_regions regions = {0};
    struct page_region across = {0}, left = {0}, right = {0};
    float gutter = find_gutter(rows);
    for (size_t i = 0; i < rows->count; i++) {
        const struct page_row *row = &rows->items[i];
        if (row->furniture || row->note)
            continue;
        if (gutter == 0 || crosses(row, gutter)) {
            add_region(arena, &regions, &left);
            add_region(arena, &regions, &right);
            add_row(arena, &across, row, 0, row->count);
            continue;
        }
        add_region(arena, &regions, &across);
        size_t half = 0;
        while (half < row->count && row->pieces[half].box.x1 <= gutter)
            half++;
        add_row(arena, &left, row, 0, half);
        add_row(arena, &right, row, half, row->count);
    }
    add_region(arena, &regions, &across);
    add_region(arena, &regions, &left);
    add_region(arena, &regions, &right);
    return regions;
}
