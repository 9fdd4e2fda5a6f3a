/* automaton.h - finds every word of a list in a text in one pass (Aho-Corasick over characters).
 *
 * Characters are folded on the way: half- and full-width punctuation are the same character, all
 * quotation marks and blanks are passed over as if they weren't there, so that “法律明白人”培训 is
 * found by 法律明白人培训. Positions count the characters that remain.
 */
#ifndef XIANZHI_TEXT_AUTOMATON_H
#define XIANZHI_TEXT_AUTOMATON_H

#include "proto/base/slice.h"

struct automaton; /* immutable: any number of threads may run it */

/* A word that occurs: characters [start, end) of the text fed so far. */
struct automaton_hit {
    uint32_t start, end;
    uint32_t word; /* its index in the list */
};

/* One pass, fed piece by piece. Zero-initialise; automaton_run_start before each text keeps the
 * storage. Hits rise by end; at one end the longer word comes first. */
struct automaton_run {
    struct automaton_hit *hits;
    size_t hit_count, hit_capacity;
    uint32_t *glyphs; /* the characters, folded as in automaton_fold */
    size_t glyph_capacity;
    uint32_t characters; /* seen so far, without those passed over */
    uint32_t state;
};

enum { AUTOMATON_MAX_WORD = 64 }; /* characters of one word */

/* `words` are distinct and valid UTF-8; empty ones are left out. A word that folds to nothing (only
 * blanks and quotes), is longer than AUTOMATON_MAX_WORD or folds to the same as another is refused:
 * NULL, and *culprit (may be NULL) is its index. */
struct automaton *automaton_new(const struct slice *words, size_t count, size_t *culprit);
void automaton_free(struct automaton **automaton);

void automaton_run_start(struct automaton_run *run);
void automaton_feed(const struct automaton *automaton, struct automaton_run *run,
                    struct slice text);
void automaton_run_release(struct automaton_run *run);

/* The folded form of a word, as UTF-8 into `out` (at most text.len * 3 bytes): equal for words that
 * the automaton can't tell apart. Returns its length. */
size_t automaton_fold(struct slice text, char *out);

#endif
