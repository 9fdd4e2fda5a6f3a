/* strip.h - a text as the model sees it: its characters, cut into segments at clause marks and
 * numbers, with the concepts that stand in each.
 *
 * Characters are folded as the automaton folds them (automaton.h), a number is one STRIP_NUMBER and
 * positions are those of struct view. What stands between 《 and 》 is closed: a title's words are
 * no object and no action, and it is seen as one 《. Built again and again by one thread; nothing
 * is allocated once its arrays have grown.
 */
#ifndef XIANZHI_EXTRACT_STRIP_H
#define XIANZHI_EXTRACT_STRIP_H

#include "workers/extract/frame/concepts.h"
#include "workers/extract/rule/view.h"

enum { STRIP_NUMBER = 1 };

struct strip_segment {
    uint32_t start, end; /* glyphs, without the mark or number behind it */
    uint32_t item;       /* start of its last item: behind the last 、 or bracket */
    uint32_t mark;       /* the glyph behind it; 0 at the text's end */
    struct concepts concepts, in_item;
};

/* A concept's word. */
struct strip_word {
    uint32_t start, end;
    uint16_t concept;
};

/* Which concepts a word of the lexicon belongs to: list[first[word]] up to list[first[word + 1]].
 */
struct concept_index {
    uint32_t *first;
    uint16_t *list;
    struct slice *names; /* of each concept: "<contract>" */
    size_t count;        /* concepts */
};

struct strip {
    uint32_t *glyphs;
    size_t glyph_count, glyph_capacity;
    struct strip_segment *segments;
    size_t segment_count, segment_capacity;
    struct strip_word *words; /* rising by end */
    size_t word_count, word_capacity;
    struct concepts concepts; /* of all of it */
};

/* From what the automaton found in a text (view.h), with a STRIP_NUMBER for each number. */
void strip_build(struct strip *strip, const struct concept_index *index,
                 const struct automaton_run *run);
void strip_release(struct strip *strip);

/* The segment that ends at glyph `at` (a number or mark). */
size_t strip_segment_before(const struct strip *strip, uint32_t at);

#endif
