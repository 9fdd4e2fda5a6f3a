/* lexicon.h - the words the rules are made of: each once, in classes and in sets.
 *
 * A word is kept in its folded form (automaton.h). A set is what one element of a rule accepts: a
 * literal is a set of one, <accept> the set of its class, (a|b) their union; equal sets are one.
 * Built while the catalogue loads, then only read.
 */
#ifndef XIANZHI_EXTRACT_LEXICON_H
#define XIANZHI_EXTRACT_LEXICON_H

#include "proto/base/arena.h"

struct lexicon_entry; /* a hash table's, by folded text or by a set's members */

struct lexicon_word {
    struct slice text; /* folded */
    uint32_t *sets;    /* the sets it is in */
    size_t set_count, set_capacity;
};

struct lexicon_class {
    struct slice name;
    uint32_t *words; /* ids, rising, each once */
    size_t count;
    bool used;
};

/* Words of a set whose ids are block * 64 and the 63 behind it. */
struct lexicon_block {
    uint32_t block;
    uint64_t words;
};

struct lexicon_set {
    uint32_t *words; /* ids, rising, each once */
    size_t count;
    struct lexicon_block *blocks; /* the same words, for asking which of many occur */
    size_t block_count;
};

/* Zero-initialise. */
struct lexicon {
    struct arena arena;
    struct lexicon_word *words;
    size_t word_count, word_capacity;
    struct lexicon_class *classes;
    size_t class_count, class_capacity;
    struct lexicon_set *sets;
    size_t set_count, set_capacity;
    struct lexicon_entry *by_text, *by_members;
};

enum { LEXICON_NO_WORD = UINT32_MAX };

/* The id of a word, made if new. LEXICON_NO_WORD: it folds to nothing or is too long. */
uint32_t lexicon_word(struct lexicon *lexicon, struct slice text);
/* The id of the set of these words (any order, repeats allowed), made if new. */
uint32_t lexicon_set(struct lexicon *lexicon, const uint32_t *words, size_t count);
/* `words` as for lexicon_set; the name must be new. */
struct lexicon_class *lexicon_class_add(struct lexicon *lexicon, struct slice name,
                                        const uint32_t *words, size_t count);
struct lexicon_class *lexicon_class(struct lexicon *lexicon, struct slice name); /* or NULL */
/* The class whose name looks most like `name`, for a message; NULL if none is near. */
const struct lexicon_class *lexicon_class_like(const struct lexicon *lexicon, struct slice name);

void lexicon_release(struct lexicon *lexicon);

#endif
