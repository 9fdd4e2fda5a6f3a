/* rule_rows.c - unions and products of rows; all memory is the given arena's; nothing can fail. */
#include "workers/extract/rule/rule_rows.h"

struct rows rows_empty(struct arena *arena)
{
    return (struct rows){arena_alloc(arena, sizeof(struct rule_row)), 1};
}

struct rows rows_one(struct arena *arena, const struct row_element *element)
{
    struct rows rows = rows_empty(arena);
    rows.items->elements = arena_alloc(arena, sizeof *element);
    rows.items->elements[0] = *element;
    rows.items->count = 1;
    return rows;
}

/* A row that is nothing but one set of words. */
static struct row_element *only_words(const struct rule_row *row)
{
    bool plain = row->count == 1 && row->elements->kind == ROW_WORDS && !row->elements->opens &&
                 row->tail == LINK_DIRECT && !row->tail_opens;
    return plain ? row->elements : NULL;
}

/* (a|b|<c>) is one element that accepts more words, not three rows. */
static bool absorb(struct arena *arena, struct rows *rows, const struct rule_row *row)
{
    struct row_element *more = only_words(row);
    for (size_t i = 0; more && i < rows->count; i++) {
        struct row_element *element = only_words(&rows->items[i]);
        if (!element)
            continue;
        uint32_t *words =
            arena_alloc(arena, (element->word_count + more->word_count) * sizeof *words);
        memcpy(words, element->words, element->word_count * sizeof *words);
        memcpy(words + element->word_count, more->words, more->word_count * sizeof *words);
        element->words = words;
        element->word_count += more->word_count;
        return true;
    }
    return false;
}

struct rows rows_either(struct arena *arena, struct rows a, struct rows b)
{
    struct rows both = {arena_alloc(arena, (a.count + b.count) * sizeof(struct rule_row)), a.count};
    if (a.count)
        memcpy(both.items, a.items, a.count * sizeof *a.items);
    for (size_t i = 0; i < b.count; i++)
        if (!absorb(arena, &both, &b.items[i]))
            both.items[both.count++] = b.items[i];
    return both;
}

static enum rule_link looser(enum rule_link a, enum rule_link b)
{
    return a > b ? a : b;
}

/* Two literals that touch are one longer word. */
static bool merge_literals(struct arena *arena, struct lexicon *lexicon, struct row_element *last,
                           const struct row_element *next)
{
    if (last->kind != ROW_WORDS || next->kind != ROW_WORDS || next->opens ||
        last->word_count != 1 || next->word_count != 1)
        return false;
    struct slice a = lexicon->words[last->words[0]].text, b = lexicon->words[next->words[0]].text;
    struct slice text = arena_format(arena, "%.*s%.*s", SLICE_ARGS(a), SLICE_ARGS(b));
    uint32_t word = lexicon_word(lexicon, text);
    if (word == LEXICON_NO_WORD)
        return false;
    last->words = arena_alloc(arena, sizeof *last->words);
    last->words[0] = word;
    return true;
}

static struct rule_row joined(struct arena *arena, const struct rule_row *a, enum rule_link link,
                              bool opens, const struct rule_row *b, struct lexicon *lexicon)
{
    struct rule_row row = {arena_alloc(arena, (a->count + b->count + 1) * sizeof *row.elements),
                           a->count, b->tail, b->tail_opens};
    if (a->count)
        memcpy(row.elements, a->elements, a->count * sizeof *row.elements);
    link = looser(link, a->tail);
    opens |= a->tail_opens;
    if (b->count == 0) {
        row.tail = looser(link, b->tail);
        row.tail_opens = opens || b->tail_opens;
        return row;
    }
    for (size_t i = 0; i < b->count; i++) {
        struct row_element element = b->elements[i];
        if (i == 0) {
            element.link = link;
            element.opens |= opens;
        }
        if (!(row.count && element.link == LINK_DIRECT &&
              merge_literals(arena, lexicon, &row.elements[row.count - 1], &element)))
            row.elements[row.count++] = element;
    }
    return row;
}

struct rows rows_then(struct arena *arena, struct rows a, enum rule_link link, bool opens,
                      struct rows b, struct lexicon *lexicon)
{
    struct rows rows = {arena_alloc(arena, (a.count * b.count + 1) * sizeof(struct rule_row)), 0};
    for (size_t i = 0; i < a.count; i++)
        for (size_t k = 0; k < b.count; k++)
            rows.items[rows.count++] =
                joined(arena, &a.items[i], link, opens, &b.items[k], lexicon);
    return rows;
}
