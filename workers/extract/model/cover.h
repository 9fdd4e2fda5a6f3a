/* cover.h - how much of a number's clause an indicator's frame explains.
 *
 * 罚款0.9万元 says all of "fines" and nothing else; in 对3家企业罚款0.9万元 or 食品类罚款0.9万元
 * something is left over, which may narrow the figure to a part, or make it another's. Glyphs are
 * bits, from the number outwards; a clause longer than that is known by its end.
 */
#ifndef XIANZHI_EXTRACT_COVER_H
#define XIANZHI_EXTRACT_COVER_H

#include "workers/extract/frame/strip.h"

enum { COVER_GLYPHS = 40, COVER_BEHIND = 16, COVER_WORDS = 48 };

struct cover_word {
    uint64_t glyphs;
    uint16_t concept;
};

/* Bits 0 to COVER_GLYPHS: in front of the number; from there on: behind it. */
struct cover {
    uint64_t front, behind; /* glyphs that say something */
    size_t count;
    struct cover_word words[COVER_WORDS];
};

/* Of the last item of the clause `own` up to `lead`, where the words begin that lead to the number,
 * and of `behind` (or NULL). Words of `fillers` say nothing. */
void cover_take(struct cover *cover, const struct strip *strip, const struct strip_segment *own,
                size_t lead, const struct strip_segment *behind, const struct concepts *fillers);

#endif
