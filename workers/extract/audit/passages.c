/* passages.c - bottom-8 MinHash over character 5-shingles, in one pass.
 *
 * In the extract stage's thread. A shingle's hash is a polynomial of its five characters, mixed so
 * that "smallest" means "random".
 */
#include "workers/extract/audit/passages.h"

enum { SHINGLE = 5, SKETCH = 8, MIN_CHARACTERS = 40 };

static const uint64_t base = 0x9E3779B97F4A7C15ull;

/* The finaliser of splitmix64 (public domain, Vigna 2015). */
static uint64_t mix(uint64_t h)
{
    h = (h ^ h >> 30) * 0xBF58476D1CE4E5B9ull;
    h = (h ^ h >> 27) * 0x94D049BB133111EBull;
    return h ^ h >> 31;
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

/* The next hanzi's code at or behind *at, which moves past it; 0 at the end. */
static uint32_t next_hanzi(const unsigned char *text, size_t len, size_t *at)
{
    while (*at + 3 <= len) {
        unsigned char lead = text[*at];
        if (lead < 0x80) {
            ++*at;
        } else if (lead >= 0xE4 && lead <= 0xE9) { /* U+4E00 to U+9FFF, nearly */
            uint32_t code =
                (lead & 0x0Fu) << 12 | (text[*at + 1] & 0x3Fu) << 6 | (text[*at + 2] & 0x3Fu);
            *at += 3;
            return code;
        } else {
            *at += lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
        }
    }
    return 0;
}

/* Returns whether the text has hanzi enough to be told from others. A shingle's hash is c0·b⁴ +
 * c1·b³ + c2·b² + c3·b + c4; the sums begun for the four next shingles are carried along, so that
 * no step waits for the one before. */
static bool sketch_of(struct slice text, uint64_t sketch[SKETCH])
{
    const uint64_t b = base, b2 = b * b, b3 = b2 * b, b4 = b3 * b;
    uint64_t four = 0, three = 0, two = 0, one = 0; /* characters of it so far */
    size_t at = 0, count = 0;
    for (size_t i = 0; i < SKETCH; i++)
        sketch[i] = UINT64_MAX;
    for (uint64_t code;
         (code = next_hanzi((const unsigned char *)text.data, text.len, &at)) != 0;) {
        uint64_t hash = four + code;
        four = three + code * b;
        three = two + code * b2;
        two = one + code * b3;
        one = code * b4;
        if (++count >= SHINGLE)
            keep(sketch, mix(hash));
    }
    return count >= MIN_CHARACTERS;
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
