/* view.h - one sentence as the rules see it: the words found in it, its numbers, and where clauses
 * and list items end.
 *
 * Positions are characters of the folded sentence (automaton.h), each quantity being one character.
 * A year is read relative to the report's: 2022年 in a report on 2023 is 去年, 2023年 今年, earlier
 * ones 往年, later ones 明年, so that rules need no calendar. Built again and again by one thread;
 * nothing is allocated once its arrays have grown.
 */
#ifndef XIANZHI_EXTRACT_VIEW_H
#define XIANZHI_EXTRACT_VIEW_H

#include "proto/base/memory.h"
#include "proto/report.h"
#include "workers/extract/rule/lexicon.h"
#include "workers/text/automaton.h"

/* Words that every lexicon holds first: they make the structure of a sentence. */
enum view_mark {
    MARK_IS_NUMBER, /* \x01 */
    MARK_IS_COLON,
    MARK_IS_COMMA,
    MARK_IS_TAB, /* end a clause */
    MARK_IS_STOP,
    MARK_IS_SEMICOLON,
    MARK_IS_EXCLAMATION,
    MARK_IS_QUESTION, /* and a sentence */
    MARK_IS_LIST,
    MARK_IS_OPEN,
    MARK_IS_CLOSE, /* end a list's item */
    MARK_COUNT
};

/* Enters the marks into an empty lexicon, so that their word ids are the enum's. */
void view_marks_enter(struct lexicon *lexicon);

/* The colon and the brackets may be asked for like words; the other marks only part. */
static inline bool view_is_word(uint32_t word)
{
    return word >= MARK_IS_OPEN || word == MARK_IS_COLON;
}

/* What the view must know of the words; borrowed. */
struct view_words {
    const struct lexicon *lexicon;
    const struct automaton *automaton;
    const uint64_t *topics; /* of each word: bit set */
    const bool *leads;      /* of each word: leads to a number (共, 达, …) */
    const uint8_t *calls;   /* of each word: catalogue_index.files that have hints for it, bits */
};

/* How many ends lie in front of a position: two positions with the same count of a kind have none
 * of that kind between them. Numbers count as ends of items and clauses, not of sentences. */
struct view_place {
    uint16_t item, clause, sentence, comma; /* comma: as clause, but without the numbers */
};

struct view_token {
    uint16_t start, end; /* characters; a number's start is that of the words leading to it */
    uint16_t bare;       /* a number: its own character; a word: as start */
    bool opens;          /* a clause or list item begins with it */
    uint8_t calls;       /* its word's */
    uint32_t word;
    uint32_t index; /* a number: how many tokens stand in front of it; a word: its own index */
    int32_t next;   /* a word: its token before this one, -1: none */
    struct view_place from, to; /* at start and at end */
};

struct view_topic {
    uint16_t start, end;
    struct view_place from;
    uint64_t topics;
};

struct view_stop {
    uint16_t end; /* behind a mark or number */
    struct view_place place;
    uint8_t mark;
};

/* Where the tokens of a set's words stand in view->found, once they were asked for. */
struct view_set {
    uint32_t stamp; /* of the view they were looked up in */
    uint32_t first, count;
};

struct view {
    struct automaton_run run;
    struct view_token *tokens;
    size_t token_count, token_capacity;
    struct view_token *numbers;
    size_t number_count, number_capacity;
    struct view_stop *stops;
    size_t stop_count, stop_capacity;
    struct view_topic *topics; /* words that open a topic; none inside a longer one */
    size_t topic_count, topic_capacity;
    int32_t *heads; /* per word: its last token, -1 none; view_token.next leads on */
    size_t head_count;
    uint64_t *seen;        /* a bit per word: it occurs */
    struct view_set *sets; /* per set of the lexicon */
    size_t set_count;
    uint32_t *found; /* tokens of the sets asked for */
    size_t found_count, found_capacity;
    uint32_t stamp; /* of this sentence */
};

/* `text` with its `count` quantities (spans relative to `origin`, rising, not overlapping). `year`:
 * the report's, 0 if unknown. */
void view_build(struct view *view, const struct view_words *words, struct slice text,
                const struct quantity *quantities, size_t count, uint32_t origin, unsigned year);
/* The words and characters of a text without numbers, and nothing else of a view. */
void view_feed(struct automaton_run *run, const struct view_words *words, struct slice text,
               unsigned year);
/* Only the last topic of a text without looking at anything else; 0 if none. `all`: of all words.
 */
uint64_t view_topics_of(struct view *view, const struct view_words *words, struct slice text,
                        bool all);
void view_release(struct view *view);

/* Does a word of the set occur? */
static inline bool view_has(const struct view *view, const struct lexicon_set *set)
{
    for (size_t i = 0; i < set->block_count; i++)
        if (set->blocks[i].words & view->seen[set->blocks[i].block])
            return true;
    return false;
}

/* The tokens of all words of a set, last first: found[first] and on. Looked up once a sentence. The
 * answer is the view's, and good until the next view_build. */
void view_find(struct view *view, const struct lexicon_set *set, struct view_set *known);
static inline struct view_set view_set(struct view *view, const struct lexicon_set *sets,
                                       uint32_t set)
{
    struct view_set *known = &view->sets[set];
    if (known->stamp != view->stamp)
        view_find(view, &sets[set], known);
    return *known;
}

/* The folded text with a mark for each quantity, as /…/ rules want it; at[i] becomes the byte of
 * the i-th mark. */
void view_masked(struct buffer *out, struct slice text, const struct quantity *quantities,
                 size_t count, uint32_t origin, unsigned year, size_t *at);

#endif
