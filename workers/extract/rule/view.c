/* view.c - feeds a sentence to the automaton and sorts what it finds.
 *
 * One thread owns a view. Happy path: feed (years made relative, quantities one mark each), then
 * one walk over the hits in order of their ends: marks move the counters, words become tokens, a
 * number takes the words leading to it along. Nothing can fail.
 */
#include "workers/extract/rule/view.h"

#include <stdlib.h>

#define GROW(items, count, capacity)                                                               \
    do {                                                                                           \
        if ((count) == (capacity)) {                                                               \
            (capacity) = (capacity) ? (capacity)*2 : 64;                                           \
            (items) = memory_resize((items), (capacity) * sizeof *(items));                        \
        }                                                                                          \
    } while (0)

void view_marks_enter(struct lexicon *lexicon)
{
    static const char *const marks[MARK_COUNT] = {"\x01", ":", ",",  "\t", "。", ";",
                                                  "!",    "?", "、", "(",  ")"};
    for (size_t i = 0; i < MARK_COUNT; i++)
        lexicon_word(lexicon, slice_of(marks[i]));
}

/* ---- feeding ---- */

/* Where the text goes: to the automaton, or as folded text into a buffer. */
struct sink {
    const struct automaton *automaton;
    struct automaton_run *run;
    struct buffer *folded;
};

static void put(struct sink *sink, struct slice text)
{
    if (text.len == 0)
        return;
    if (sink->run) {
        automaton_feed(sink->automaton, sink->run, text);
        return;
    }
    buffer_reserve(sink->folded, text.len * 3);
    sink->folded->len += automaton_fold(text, sink->folded->data + sink->folded->len);
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The year whose 年 stands behind the four digits at `at`, unless it ends a span of years
 * (2021—2025年); 0: none. */
static unsigned year_at(struct slice text, size_t from, size_t at)
{
    if (at + 7 > text.len || memcmp(text.data + at + 4, "年", 3) != 0)
        return 0;
    unsigned year = 0;
    for (size_t i = at; i < at + 4; i++) {
        if (!is_digit(text.data[i]))
            return 0;
        year = year * 10 + (unsigned)(text.data[i] - '0');
    }
    struct slice before = slice_range(text, from, at);
    bool spans =
        before.len && (is_digit(before.data[before.len - 1]) ||
                       before.data[before.len - 1] == '-' || slice_ends(before, SLICE("—")) ||
                       slice_ends(before, SLICE("–")) || slice_ends(before, SLICE("至")));
    return spans || year > 2100 ? 0 : year;
}

static struct slice relative_year(unsigned year, unsigned report_year)
{
    if (year == report_year)
        return SLICE("今年");
    if (year + 1 == report_year)
        return SLICE("去年");
    return year < report_year ? SLICE("往年") : SLICE("明年");
}

/* Years before 2000 stay as they are written: nothing is compared with them. */
static void put_text(struct sink *sink, struct slice text, unsigned report_year)
{
    size_t from = 0;
    const char *two = report_year && text.len ? memchr(text.data, '2', text.len) : NULL;
    while (two) {
        size_t at = (size_t)(two - text.data);
        unsigned year = year_at(text, from, at);
        if (year) {
            put(sink, slice_range(text, from, at));
            put(sink, relative_year(year, report_year));
            from = at + 7;
        }
        size_t next = year ? from : at + 1;
        two = next < text.len ? memchr(text.data + next, '2', text.len - next) : NULL;
    }
    put(sink, slice_range(text, from, text.len));
}

static void put_sentence(struct sink *sink, struct slice text, const struct quantity *quantities,
                         size_t count, uint32_t origin, unsigned year, size_t *at)
{
    size_t from = 0;
    for (size_t i = 0; i < count; i++) {
        size_t start = quantities[i].clean.start - origin, end = quantities[i].clean.end - origin;
        put_text(sink, slice_range(text, from, start), year);
        if (at)
            at[i] = sink->folded->len;
        put(sink, SLICE("\x01"));
        from = end;
    }
    put_text(sink, slice_range(text, from, text.len), year);
}

void view_masked(struct buffer *out, struct slice text, const struct quantity *quantities,
                 size_t count, uint32_t origin, unsigned year, size_t *at)
{
    struct sink sink = {.folded = out};
    buffer_clear(out);
    put_sentence(&sink, text, quantities, count, origin, year, at);
}

/* ---- sorting what was found ---- */

static struct view_place place_now(const struct view *view)
{
    return view->stop_count ? view->stops[view->stop_count - 1].place : (struct view_place){0};
}

/* The last stop at or in front of `position`, or NULL; nearly always the newest or the one before.
 */
static const struct view_stop *stop_before(const struct view *view, uint16_t position)
{
    for (size_t i = view->stop_count; i-- > 0;)
        if (view->stops[i].end <= position)
            return &view->stops[i];
    return NULL;
}

static void set_start(const struct view *view, struct view_token *token, uint16_t start)
{
    const struct view_stop *stop = stop_before(view, start);
    token->start = start;
    token->from = stop ? stop->place : (struct view_place){0};
    token->opens = start == 0 || (stop && stop->end == start);
}

static void add_stop(struct view *view, const struct automaton_hit *hit)
{
    struct view_place place = place_now(view);
    place.item++;
    place.clause += hit->word < MARK_IS_LIST;
    place.comma += hit->word < MARK_IS_LIST && hit->word != MARK_IS_NUMBER;
    place.sentence += hit->word >= MARK_IS_STOP && hit->word < MARK_IS_LIST;
    GROW(view->stops, view->stop_count, view->stop_capacity);
    view->stops[view->stop_count++] =
        (struct view_stop){(uint16_t)hit->end, place, (uint8_t)hit->word};
}

static void add_topic(struct view *view, const struct view_token *token, uint64_t topics)
{
    while (view->topic_count && view->topics[view->topic_count - 1].start >= token->start)
        view->topic_count--; /* inside this longer word */
    if (view->topic_count && view->topics[view->topic_count - 1].end >= token->end)
        return;
    GROW(view->topics, view->topic_count, view->topic_capacity);
    view->topics[view->topic_count++] =
        (struct view_topic){token->start, token->end, token->from, topics};
}

static void add_token(struct view *view, const struct view_words *words,
                      const struct automaton_hit *hit)
{
    GROW(view->tokens, view->token_count, view->token_capacity);
    struct view_token *token = &view->tokens[view->token_count];
    *token = (struct view_token){.end = (uint16_t)hit->end,
                                 .bare = (uint16_t)hit->start,
                                 .calls = words->calls[hit->word],
                                 .word = hit->word,
                                 .index = (uint32_t)view->token_count,
                                 .next = view->heads[hit->word],
                                 .to = place_now(view)};
    view->heads[hit->word] = (int32_t)view->token_count++;
    view->seen[hit->word / 64] |= (uint64_t)1 << hit->word % 64;
    set_start(view, token, (uint16_t)hit->start);
    if (words->topics[hit->word])
        add_topic(view, token, words->topics[hit->word]);
}

/* Where the longest word leading to a number starts that ends at `end`; `end` if there's none. */
static uint16_t lead_before(const struct view *view, const struct view_words *words, uint16_t end)
{
    uint16_t start = end;
    for (size_t i = view->token_count; i-- > 0 && view->tokens[i].end >= end;)
        if (view->tokens[i].end == end && words->leads[view->tokens[i].word] &&
            view->tokens[i].start < start)
            start = view->tokens[i].start;
    const struct view_stop *stop = start == end ? stop_before(view, end) : NULL;
    if (stop && stop->end == end && stop->mark == MARK_IS_COLON)
        start--;
    return start;
}

static void add_number(struct view *view, const struct view_words *words,
                       const struct automaton_hit *hit)
{
    uint16_t start = (uint16_t)hit->start;
    for (uint16_t lead; (lead = lead_before(view, words, start)) < start;)
        start = lead;
    GROW(view->numbers, view->number_count, view->number_capacity);
    struct view_token *number = &view->numbers[view->number_count++];
    *number = (struct view_token){.end = (uint16_t)hit->end,
                                  .bare = (uint16_t)hit->start,
                                  .word = MARK_IS_NUMBER,
                                  .index = (uint32_t)view->token_count};
    set_start(view, number, start);
    add_stop(view, hit);
    number->to = place_now(view);
}

/* ---- the tokens of a set ---- */

/* Adds the tokens of a word to the set's, which stay in order: few, and nearly in order. */
static void find_word(struct view *view, uint32_t word, struct view_set *known)
{
    for (int32_t at = view->heads[word]; at >= 0; at = view->tokens[at].next) {
        GROW(view->found, view->found_count, view->found_capacity);
        size_t to = view->found_count++;
        for (; to > known->first && view->found[to - 1] < (uint32_t)at; to--)
            view->found[to] = view->found[to - 1];
        view->found[to] = (uint32_t)at;
        known->count++;
    }
}

void view_find(struct view *view, const struct lexicon_set *set, struct view_set *known)
{
    *known = (struct view_set){view->stamp, (uint32_t)view->found_count, 0};
    for (size_t i = 0; i < set->block_count; i++) {
        const struct lexicon_block *block = &set->blocks[i];
        for (uint64_t seen = block->words & view->seen[block->block]; seen; seen &= seen - 1)
            find_word(view, block->block * 64 + (uint32_t)__builtin_ctzll(seen), known);
    }
}

/* ---- building ---- */

static void make_room(struct view *view, const struct lexicon *lexicon)
{
    if (view->head_count < lexicon->word_count) {
        size_t blocks = lexicon->word_count / 64 + 1;
        view->seen = memory_resize(view->seen, blocks * sizeof *view->seen);
        memset(view->seen, 0, blocks * sizeof *view->seen);
        view->heads = memory_resize(view->heads, lexicon->word_count * sizeof *view->heads);
        for (size_t i = view->head_count; i < lexicon->word_count; i++)
            view->heads[i] = -1;
        view->head_count = lexicon->word_count;
    }
    if (view->set_count < lexicon->set_count) {
        view->sets = memory_resize(view->sets, lexicon->set_count * sizeof *view->sets);
        memset(view->sets + view->set_count, 0,
               (lexicon->set_count - view->set_count) * sizeof *view->sets);
        view->set_count = lexicon->set_count;
    }
}

static void forget(struct view *view, const struct view_words *words)
{
    for (size_t i = 0; i < view->token_count; i++) {
        view->heads[view->tokens[i].word] = -1;
        view->seen[view->tokens[i].word / 64] = 0;
    }
    make_room(view, words->lexicon);
    view->topic_count = view->token_count = view->number_count = view->stop_count = 0;
    view->found_count = 0;
    if (++view->stamp == 0) { /* all the old stamps could be met again */
        memset(view->sets, 0, view->set_count * sizeof *view->sets);
        view->stamp = 1;
    }
    automaton_run_start(&view->run);
}

static void add_hit(struct view *view, const struct view_words *words,
                    const struct automaton_hit *hit)
{
    if (view_is_word(hit->word))
        add_token(view, words, hit);
    if (hit->word < MARK_COUNT)
        add_stop(view, hit);
}

void view_feed(struct automaton_run *run, const struct view_words *words, struct slice text,
               unsigned year)
{
    struct sink sink = {.automaton = words->automaton, .run = run};
    automaton_run_start(run);
    put_text(&sink, text, year);
}

void view_build(struct view *view, const struct view_words *words, struct slice text,
                const struct quantity *quantities, size_t count, uint32_t origin, unsigned year)
{
    struct sink sink = {.automaton = words->automaton, .run = &view->run};
    forget(view, words);
    put_sentence(&sink, text, quantities, count, origin, year, NULL);
    for (size_t i = 0; i < view->run.hit_count; i++) {
        const struct automaton_hit *hit = &view->run.hits[i];
        if (hit->word == MARK_IS_NUMBER)
            add_number(view, words, hit);
        else
            add_hit(view, words, hit);
    }
}

uint64_t view_topics_of(struct view *view, const struct view_words *words, struct slice text,
                        bool all)
{
    uint64_t topics = 0;
    forget(view, words);
    automaton_feed(words->automaton, &view->run, text);
    for (size_t i = 0; i < view->run.hit_count; i++)
        if (words->topics[view->run.hits[i].word])
            add_token(view, words, &view->run.hits[i]);
    for (size_t i = 0; i < view->topic_count; i++)
        topics = (all ? topics : 0) | view->topics[i].topics;
    return topics;
}

void view_release(struct view *view)
{
    automaton_run_release(&view->run);
    free(view->tokens);
    free(view->numbers);
    free(view->stops);
    free(view->topics);
    free(view->heads);
    free(view->seen);
    free(view->sets);
    free(view->found);
    *view = (struct view){0};
}
