/* cover.c - glyphs as bits. Any thread; nothing can fail. */
#include "workers/extract/model/cover.h"

/* Bits of glyphs [start, end) of a stretch whose first counted glyph is `from`. */
static uint64_t bits_of(size_t start, size_t end, size_t from, size_t to)
{
    start = start < from ? from : start;
    end = end > to ? to : end;
    if (start >= end)
        return 0;
    return (((uint64_t)1 << (end - start)) - 1) << (start - from);
}

/* Marks, blanks and what is closed say nothing. */
static bool says_something(uint32_t glyph)
{
    return glyph >= 0x3400 || (glyph >= '0' && glyph <= '9') || (glyph >= 'a' && glyph <= 'z') ||
           (glyph >= 'A' && glyph <= 'Z');
}

static uint64_t speaking(const struct strip *strip, size_t from, size_t to)
{
    uint64_t bits = 0;
    for (size_t i = from; i < to; i++)
        if (says_something(strip->glyphs[i]))
            bits |= (uint64_t)1 << (i - from);
    return bits;
}

/* The first word that ends behind `at`. */
static size_t word_behind(const struct strip *strip, size_t at)
{
    size_t low = 0, high = strip->word_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (strip->words[middle].end <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Words of glyphs [from, to), laid down from bit `shift` on. Returns what is left to say. */
static uint64_t take_words(struct cover *cover, const struct strip *strip, size_t from, size_t to,
                           unsigned shift, const struct concepts *fillers)
{
    uint64_t left = speaking(strip, from, to);
    for (size_t i = word_behind(strip, from); i < strip->word_count; i++) {
        const struct strip_word *word = &strip->words[i];
        uint64_t bits = bits_of(word->start, word->end, from, to);
        if (word->start >= to && word->end > to + COVER_GLYPHS)
            break;
        if (concepts_hold(fillers, word->concept))
            left &= ~bits;
        else if (bits && cover->count < COVER_WORDS)
            cover->words[cover->count++] = (struct cover_word){bits << shift, word->concept};
    }
    return left << shift;
}

void cover_take(struct cover *cover, const struct strip *strip, const struct strip_segment *own,
                size_t lead, const struct strip_segment *behind, const struct concepts *fillers)
{
    size_t first = own->item < lead ? own->item : own->start;
    size_t from = lead > first + COVER_GLYPHS ? lead - COVER_GLYPHS : first;
    cover->behind = 0; /* field by field: most of its room is not used */
    cover->count = 0;
    cover->front = take_words(cover, strip, from, lead, 0, fillers);
    if (!behind)
        return;
    size_t to =
        behind->end > behind->start + COVER_BEHIND ? behind->start + COVER_BEHIND : behind->end;
    cover->behind = take_words(cover, strip, behind->start, to, COVER_GLYPHS, fillers);
}
