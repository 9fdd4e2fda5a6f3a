/* strip.c - characters, segments and concepts of one text.
 *
 * One thread owns a strip. Happy path: copy the characters, close titles, then one walk over what
 * the automaton found: a mark ends a segment or an item, a word of a concept is dropped into the
 * segment at hand. Nothing can fail.
 */
#include "workers/extract/frame/strip.h"

#include <stdlib.h>

#define GROW(items, count, capacity)                                                               \
    do {                                                                                           \
        if ((count) == (capacity)) {                                                               \
            (capacity) = (capacity) ? (capacity)*2 : 64;                                           \
            (items) = memory_resize((items), (capacity) * sizeof *(items));                        \
        }                                                                                          \
    } while (0)

enum { TITLE_OPENS = 0x300A, TITLE_CLOSES = 0x300B, STOP = 0x3002, CLOSED = 2 };

static void copy_glyphs(struct strip *strip, const struct automaton_run *run)
{
    strip->glyph_count = run->characters;
    if (strip->glyph_capacity < strip->glyph_count) {
        strip->glyph_capacity = 2 * strip->glyph_count;
        strip->glyphs = memory_resize(strip->glyphs, strip->glyph_capacity * sizeof *strip->glyphs);
    }
    if (strip->glyph_count)
        memcpy(strip->glyphs, run->glyphs, strip->glyph_count * sizeof *strip->glyphs);
}

/* Inside of titles becomes CLOSED; one that is never closed stays as it is. */
static void close_titles(struct strip *strip)
{
    for (size_t i = 0; i < strip->glyph_count; i++) {
        size_t end = i;
        if (strip->glyphs[i] != TITLE_OPENS)
            continue;
        while (end < strip->glyph_count && strip->glyphs[end] != TITLE_CLOSES &&
               strip->glyphs[end] != STOP)
            end++;
        if (end == strip->glyph_count || strip->glyphs[end] == STOP)
            continue;
        for (i++; i <= end; i++)
            if (strip->glyphs[i] != STRIP_NUMBER)
                strip->glyphs[i] = CLOSED;
        i = end;
    }
}

size_t strip_segment_before(const struct strip *strip, uint32_t at)
{
    size_t low = 0, high = strip->segment_count - 1;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strip->segments[middle].end < at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Ends the segment at hand; the next begins behind the mark. */
static void end_segment(struct strip *strip, struct strip_segment *now, uint32_t end)
{
    now->end = end;
    now->mark = end < strip->glyph_count ? strip->glyphs[end] : 0;
    GROW(strip->segments, strip->segment_count, strip->segment_capacity);
    strip->segments[strip->segment_count++] = *now;
    *now = (struct strip_segment){.start = end + 1, .item = end + 1};
}

/* A glyph of the marks that part segments (view.h). */
static bool is_cut(uint32_t glyph)
{
    return glyph == STRIP_NUMBER || glyph == ',' || glyph == STOP || glyph == ';' || glyph == ':' ||
           glyph == '!' || glyph == '?' || glyph == '\t';
}

/* Marks in a closed title are none. Words of the item that a mark ends are not in the last one. */
static void add_mark(struct strip *strip, struct strip_segment *now,
                     const struct automaton_hit *hit)
{
    if (strip->glyphs[hit->end - 1] == CLOSED)
        return;
    if (hit->word < MARK_IS_LIST) {
        end_segment(strip, now, hit->end - 1);
    } else {
        now->item = hit->end;
        now->in_item = (struct concepts){{0}};
    }
}

static void add_concept(struct strip *strip, struct strip_segment *now,
                        const struct automaton_hit *hit, uint16_t concept)
{
    concepts_add(&now->concepts, concept);
    if (hit->start >= now->item)
        concepts_add(&now->in_item, concept);
    GROW(strip->words, strip->word_count, strip->word_capacity);
    strip->words[strip->word_count++] = (struct strip_word){hit->start, hit->end, concept};
}

/* Lays a word's concepts down, unless it stands in a title or across segments. */
static void add_word(struct strip *strip, const struct concept_index *index,
                     struct strip_segment *now, const struct automaton_hit *hit)
{
    uint32_t first = index->first[hit->word], end = index->first[hit->word + 1];
    if (first == end || hit->start < now->start || strip->glyphs[hit->start] == CLOSED ||
        is_cut(strip->glyphs[hit->end - 1]))
        return;
    for (uint32_t k = first; k < end; k++)
        add_concept(strip, now, hit, index->list[k]);
}

void strip_build(struct strip *strip, const struct concept_index *index,
                 const struct automaton_run *run)
{
    struct strip_segment now = {0};
    copy_glyphs(strip, run);
    close_titles(strip);
    strip->segment_count = strip->word_count = 0;
    strip->concepts = (struct concepts){{0}};
    for (size_t i = 0; i < run->hit_count; i++) {
        const struct automaton_hit *hit = &run->hits[i];
        add_word(strip, index, &now, hit);
        if (hit->word < MARK_COUNT)
            add_mark(strip, &now, hit);
    }
    end_segment(strip, &now, (uint32_t)strip->glyph_count);
    for (size_t i = 0; i < strip->segment_count; i++)
        concepts_join(&strip->concepts, &strip->segments[i].concepts);
}

void strip_release(struct strip *strip)
{
    free(strip->glyphs);
    free(strip->segments);
    free(strip->words);
    *strip = (struct strip){0};
}
