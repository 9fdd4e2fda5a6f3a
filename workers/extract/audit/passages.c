/* passages.c - bottom-8 MinHash over character 5-shingles, in one pass.
 *
 * In the extract stage's thread. A shingle is one number of five times twelve bits (two hanzi may
 * share theirs: a likeness is guessed a little too high then), mixed so that "smallest" means
 * "random".
 */
#include "workers/extract/audit/passages.h"

enum { SHINGLE = 5, SKETCH = 8, MIN_CHARACTERS = 40, CHARACTER_BITS = 12 };

static const uint64_t SHINGLE_MASK = ((uint64_t)1 << SHINGLE * CHARACTER_BITS) - 1;

/* Multiplication carries every bit upward, the shift brings the upper half down again. */
static inline uint64_t mix(uint64_t shingle)
{
    uint64_t h = shingle * 0x9E3779B97F4A7C15ull;
    return (h ^ h >> 32) * 0xBF58476D1CE4E5B9ull;
}

/* Keeps the SKETCH smallest distinct hashes, rising. */
static inline void keep(uint64_t sketch[SKETCH], uint64_t hash)
{
    if (hash >= sketch[SKETCH - 1])
        return;
    size_t at = SKETCH - 1;
    while (at > 0 && sketch[at - 1] > hash)
        at--;
    if (at > 0 && sketch[at - 1] == hash)
        return;
    memmove(&sketch[at + 1], &sketch[at], (SKETCH - 1 - at) * sizeof *sketch);
    sketch[at] = hash;
}

/* Of hashes below `bound`; what is missing of SKETCH of them is `bound` itself. Returns the hanzi.
 */
static size_t sketch_below(struct slice text, uint64_t bound, uint64_t sketch[SKETCH])
{
    const unsigned char *at = (const unsigned char *)text.data, *end = at + text.len;
    uint64_t shingle = 0;
    size_t count = 0;
    for (size_t i = 0; i < SKETCH; i++)
        sketch[i] = bound;
    while (end - at >= 3) {
        unsigned lead = at[0];
        if (lead - 0xE4u > 0xE9u - 0xE4u) { /* not of U+4E00 to U+9FFF, nearly */
            at += lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
            continue;
        }
        shingle = shingle << CHARACTER_BITS | (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu);
        at += 3;
        if (++count >= SHINGLE)
            keep(sketch, mix(shingle & SHINGLE_MASK));
    }
    return count;
}

/* Returns whether the text has hanzi enough to be told from others. The smallest few of many random
 * numbers are nearly surely below a bound that three times as many are: most need not be looked at.
 */
static bool sketch_of(struct slice text, uint64_t sketch[SKETCH])
{
    enum { ENOUGH = 3 * SKETCH };
    _Static_assert(PASSAGE_MIN_BYTES / 3 > (int)ENOUGH, "the bound lies below the largest hash");
    uint64_t bound = UINT64_MAX / (text.len / 3) * ENOUGH;
    if (sketch_below(text, bound, sketch) < MIN_CHARACTERS)
        return false;
    if (sketch[SKETCH - 1] == bound)
        sketch_below(text, UINT64_MAX, sketch);
    return true;
}

void passages_sketch(struct report *report)
{
    size_t capacity = 0;
    report->passages = NULL;
    report->passage_count = 0;
    for (size_t first = 0, next; first < report->sentence_count; first = next) {
        uint32_t paragraph = report->sentences[first].paragraph;
        next = first + 1;
        while (next < report->sentence_count && report->sentences[next].paragraph == paragraph)
            next++;
        struct span clean = {report->sentences[first].clean.start,
                             report->sentences[next - 1].clean.end};
        uint64_t sketch[SKETCH];
        if (clean.end - clean.start < PASSAGE_MIN_BYTES ||
            !sketch_of(slice_range(report->clean, clean.start, clean.end), sketch))
            continue;
        struct passage *passage =
            ARENA_PUSH(&report->arena, report->passages, report->passage_count, capacity);
        passage->text = span_to_text(report, clean);
        memcpy(passage->sketch, sketch, sizeof sketch);
    }
}
