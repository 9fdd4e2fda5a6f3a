/* page_lattice.c - lines that meet make a lattice; where it has no line between two cells they are
 * one. One thread; nothing can fail: lines that make no sense make no lattice.
 *
 *   rules ─ less strokes of characters ─ those that touch ─▶ groups ─ clusters of x and y ─▶ grid
 */
#include "workers/ingest/format/page_lattice.h"

#include "workers/ingest/format/flow.h"
#include "workers/ingest/format/page_cells.h"
#include "workers/ingest/format/page_rows.h"

#include <stdlib.h>

enum { MAX_ROWS = 99 };

static const float touching = 3.0f; /* points: lines that meet may miss each other by so much */
static const float rough_touching = 5.0f; /* on a scan, where they may be askew */
static const float thick = 6.0f;          /* points: a filled area, whose two edges are lines */
static const float covered = 0.6f;        /* of a cell's side: a line along it parts it */

/* ---- lines ---- */

struct lines {
    struct page_box *items;
    size_t *group; /* by line: the first line of those it hangs together with */
    size_t count;
    float slack;
};

static bool is_level(struct page_box box)
{
    return box.x1 - box.x0 > box.y1 - box.y0;
}

static float shared(float a0, float a1, float b0, float b1)
{
    float from = a0 > b0 ? a0 : b0, to = a1 < b1 ? a1 : b1;
    return to > from ? to - from : 0;
}

static bool within(struct page_box inner, struct page_box outer)
{
    return inner.x0 >= outer.x0 - 1 && inner.x1 <= outer.x1 + 1 && inner.y0 >= outer.y0 - 1 &&
           inner.y1 <= outer.y1 + 1;
}

/* A stroke of a large character, or of several beside each other or, with a line between them, one
 * below the other: it stands within a word, or most of it runs through the middle of words (their
 * boxes may reach beyond the lines around them). */
static bool is_stroke(const struct page *page, struct page_box box)
{
    bool level = is_level(box);
    float through = 0, length = level ? box.x1 - box.x0 : box.y1 - box.y0;
    for (size_t i = 0; i < page->count; i++) {
        struct page_box word = page->words[i].box;
        float margin = (word.y1 - word.y0) / (level ? 4 : 16);
        if (within(box, word))
            return true;
        if (level && box.y0 > word.y0 + margin && box.y1 < word.y1 - margin)
            through += shared(box.x0, box.x1, word.x0, word.x1);
        if (!level && box.x0 > word.x0 + margin && box.x1 < word.x1 - margin)
            through += shared(box.y0, box.y1, word.y0, word.y1);
    }
    return through > length * 0.6f;
}

static bool touch(struct page_box a, struct page_box b, float slack)
{
    return a.x0 <= b.x1 + slack && b.x0 <= a.x1 + slack && a.y0 <= b.y1 + slack &&
           b.y0 <= a.y1 + slack;
}

static size_t first_of(const struct lines *lines, size_t line)
{
    while (lines->group[line] != line)
        line = lines->group[line] = lines->group[lines->group[line]];
    return line;
}

static void group(struct lines *lines)
{
    for (size_t i = 0; i < lines->count; i++)
        for (size_t j = 0; j < i; j++) {
            if (!touch(lines->items[i], lines->items[j], lines->slack))
                continue;
            size_t a = first_of(lines, i), b = first_of(lines, j);
            lines->group[a > b ? a : b] = a > b ? b : a;
        }
}

static struct lines find_lines(struct arena *arena, const struct page *page)
{
    struct lines lines = {.slack = page->ocr ? rough_touching : touching};
    lines.items = arena_alloc(arena, (page->rule_count + 1) * sizeof *lines.items);
    lines.group = arena_alloc(arena, (page->rule_count + 1) * sizeof *lines.group);
    for (size_t i = 0; i < page->rule_count; i++) {
        if (is_stroke(page, page->rules[i].box))
            continue;
        lines.group[lines.count] = lines.count;
        lines.items[lines.count++] = page->rules[i].box;
    }
    group(&lines);
    return lines;
}

/* ---- where they stand ---- */

static int compare_floats(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* Places closer together than `slack` are one line; a wide run of them is a filled area. */
static size_t cluster(float *places, size_t count, float slack)
{
    size_t kept = 0;
    qsort(places, count, sizeof *places, compare_floats);
    for (size_t first = 0, i = 1; i <= count; i++) {
        if (i < count && places[i] - places[i - 1] <= slack)
            continue;
        float from = places[first], to = places[i - 1];
        if (to - from > thick && to - from > 2 * slack) {
            places[kept++] = from;
            places[kept++] = to;
        } else {
            places[kept++] = (from + to) / 2;
        }
        first = i;
    }
    return kept;
}

/* The places of one group's lines, level or upright, and the ends of the others: a table may be
 * open at its sides. */
static float *places_of(struct arena *arena, const struct lines *lines, size_t group_of, bool level,
                        size_t *count)
{
    float *places = arena_alloc(arena, (lines->count * 2 + 2) * sizeof *places);
    float least = 1e9f, most = -1e9f;
    *count = 0;
    for (size_t i = 0; i < lines->count; i++) {
        struct page_box box = lines->items[i];
        if (first_of(lines, i) != group_of)
            continue;
        if (is_level(box) == level) {
            places[(*count)++] = level ? (box.y0 + box.y1) / 2 : (box.x0 + box.x1) / 2;
        } else {
            float from = level ? box.y0 : box.x0, to = level ? box.y1 : box.x1;
            least = from < least ? from : least;
            most = to > most ? to : most;
        }
    }
    if (*count == 0)
        return places;
    *count = cluster(places, *count, lines->slack);
    float slack = 2 * lines->slack, first = places[0], last = places[*count - 1];
    if (least < first - slack)
        places[(*count)++] = least;
    if (most > last + slack)
        places[(*count)++] = most;
    qsort(places, *count, sizeof *places, compare_floats);
    return places;
}

/* How much of [from, to] lines of the group at `place` cover. */
static float cover(const struct lines *lines, size_t group_of, bool level, float place, float from,
                   float to)
{
    float most = 0;
    for (size_t i = 0; i < lines->count; i++) {
        struct page_box box = lines->items[i];
        float at = level ? (box.y0 + box.y1) / 2 : (box.x0 + box.x1) / 2;
        if (is_level(box) != level || first_of(lines, i) != group_of || at - place > thick ||
            place - at > thick)
            continue;
        float start = level ? box.x0 : box.y0, end = level ? box.x1 : box.y1;
        start = start > from ? start : from;
        end = end < to ? end : to;
        most = end - start > most ? end - start : most;
    }
    return most;
}

static void find_walls(struct page_lattice *lattice, struct arena *arena, const struct lines *lines,
                       size_t group_of)
{
    size_t cells = lattice->rows * lattice->columns;
    lattice->right = arena_alloc(arena, cells * sizeof *lattice->right);
    lattice->below = arena_alloc(arena, cells * sizeof *lattice->below);
    for (size_t i = 0; i < cells; i++) {
        size_t row = i / lattice->columns, column = i % lattice->columns;
        float x0 = lattice->xs[column], x1 = lattice->xs[column + 1];
        float y0 = lattice->ys[row], y1 = lattice->ys[row + 1];
        lattice->right[i] = column + 1 == lattice->columns ||
                            cover(lines, group_of, false, x1, y0, y1) >= covered * (y1 - y0);
        lattice->below[i] = row + 1 == lattice->rows ||
                            cover(lines, group_of, true, y1, x0, x1) >= covered * (x1 - x0);
    }
}

static bool make_lattice(struct page_lattice *lattice, struct arena *arena,
                         const struct lines *lines, size_t group_of)
{
    size_t across, down;
    *lattice = (struct page_lattice){.xs = places_of(arena, lines, group_of, false, &across),
                                     .ys = places_of(arena, lines, group_of, true, &down)};
    if (across < 3 || down < 3 || across - 1 > LAYOUT_MAX_COLUMNS || down - 1 > MAX_ROWS)
        return false;
    lattice->columns = across - 1;
    lattice->rows = down - 1;
    lattice->box = (struct page_box){lattice->xs[0], lattice->ys[0], lattice->xs[across - 1],
                                     lattice->ys[down - 1]};
    find_walls(lattice, arena, lines, group_of);
    return true;
}

/* ---- all of a page ---- */

static bool holds(struct page_box box, const struct page_word *word)
{
    float x = (word->box.x0 + word->box.x1) / 2, y = (word->box.y0 + word->box.y1) / 2;
    return x > box.x0 && x < box.x1 && y > box.y0 && y < box.y1;
}

static void take_words(struct page_lattice *lattice, struct arena *arena, const struct page *page)
{
    for (size_t i = 0; i < page->count; i++)
        if (holds(lattice->box, &page->words[i]))
            *ARENA_PUSH(arena, lattice->words, lattice->word_count, lattice->word_capacity) =
                page->words[i];
}

static void drop_words(struct page *page, struct page_box box)
{
    size_t kept = 0;
    for (size_t i = 0; i < page->count; i++)
        if (!holds(box, &page->words[i]))
            page->words[kept++] = page->words[i];
    page->count = kept;
}

static int by_top(const void *a, const void *b)
{
    float x = ((const struct page_lattice *)a)->box.y0,
          y = ((const struct page_lattice *)b)->box.y0;
    return (x > y) - (x < y);
}

struct page_lattices page_lattices_take(struct arena *arena, struct page *page)
{
    struct page_lattices lattices = {0};
    struct lines lines = find_lines(arena, page);
    for (size_t i = 0; i < lines.count; i++) {
        struct page_lattice lattice;
        if (first_of(&lines, i) != i || !make_lattice(&lattice, arena, &lines, i))
            continue;
        take_words(&lattice, arena, page);
        if (!page_cells_are_table(&lattice, page, arena))
            continue;
        drop_words(page, lattice.box);
        *ARENA_PUSH(arena, lattices.items, lattices.count, lattices.capacity) = lattice;
    }
    if (lattices.count > 1)
        qsort(lattices.items, lattices.count, sizeof *lattices.items, by_top);
    return lattices;
}
