/* lexicon.c - words and sets by hash, classes in a list (there are a few hundred, looked up only
 * while loading). One thread builds it; nothing can fail but a word that is none. */
#include "workers/extract/rule/lexicon.h"

#include "proto/base/memory.h"
#include "workers/text/automaton.h"

#include <stdlib.h>

#define uthash_fatal(message) abort()
#include <uthash.h>

struct lexicon_entry {
    uint32_t id;
    UT_hash_handle hh;
};

static uint32_t find(struct lexicon_entry *table, const void *key, size_t len)
{
    struct lexicon_entry *entry;
    HASH_FIND(hh, table, key, len, entry);
    return entry ? entry->id : LEXICON_NO_WORD;
}

static void remember(struct lexicon *lexicon, struct lexicon_entry **table, const void *key,
                     size_t len, uint32_t id)
{
    struct lexicon_entry *entry = arena_alloc(&lexicon->arena, sizeof *entry);
    struct lexicon_entry *head = *table;
    entry->id = id;
    HASH_ADD_KEYPTR(hh, head, key, len, entry);
    *table = head;
}

static size_t character_count(struct slice text)
{
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++)
        count += ((unsigned char)text.data[i] & 0xC0) != 0x80;
    return count;
}

uint32_t lexicon_word(struct lexicon *lexicon, struct slice text)
{
    char *folded = memory_alloc(text.len * 3 + 1);
    struct slice word = {folded, automaton_fold(text, folded)};
    uint32_t id = LEXICON_NO_WORD;
    if (word.len && character_count(word) <= AUTOMATON_MAX_WORD) {
        id = find(lexicon->by_text, word.data, word.len);
        if (id == LEXICON_NO_WORD) {
            id = (uint32_t)lexicon->word_count;
            struct lexicon_word *made = ARENA_PUSH(&lexicon->arena, lexicon->words,
                                                   lexicon->word_count, lexicon->word_capacity);
            *made = (struct lexicon_word){.text = arena_copy(&lexicon->arena, word)};
            remember(lexicon, &lexicon->by_text, made->text.data, made->text.len, id);
        }
    }
    free(folded);
    return id;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

/* A sorted copy without repeats. */
static uint32_t *members(struct lexicon *lexicon, const uint32_t *words, size_t *count)
{
    uint32_t *sorted = arena_alloc(&lexicon->arena, (*count + 1) * sizeof *sorted);
    if (*count)
        memcpy(sorted, words, *count * sizeof *sorted);
    qsort(sorted, *count, sizeof *sorted, by_number);
    size_t kept = 0;
    for (size_t i = 0; i < *count; i++)
        if (kept == 0 || sorted[kept - 1] != sorted[i])
            sorted[kept++] = sorted[i];
    *count = kept;
    return sorted;
}

static void make_blocks(struct lexicon *lexicon, struct lexicon_set *set)
{
    struct lexicon_block *last = NULL;
    set->blocks = arena_alloc(&lexicon->arena, (set->count + 1) * sizeof *set->blocks);
    for (size_t i = 0; i < set->count; i++) {
        uint32_t block = set->words[i] / 64;
        if (!last || last->block != block) {
            last = &set->blocks[set->block_count++];
            *last = (struct lexicon_block){.block = block};
        }
        last->words |= (uint64_t)1 << set->words[i] % 64;
    }
}

uint32_t lexicon_set(struct lexicon *lexicon, const uint32_t *words, size_t count)
{
    uint32_t *sorted = members(lexicon, words, &count);
    uint32_t id = find(lexicon->by_members, sorted, count * sizeof *sorted);
    if (id != LEXICON_NO_WORD)
        return id;
    id = (uint32_t)lexicon->set_count;
    struct lexicon_set *set =
        ARENA_PUSH(&lexicon->arena, lexicon->sets, lexicon->set_count, lexicon->set_capacity);
    *set = (struct lexicon_set){.words = sorted, .count = count};
    make_blocks(lexicon, set);
    remember(lexicon, &lexicon->by_members, sorted, count * sizeof *sorted, id);
    for (size_t i = 0; i < count; i++) {
        struct lexicon_word *word = &lexicon->words[sorted[i]];
        *ARENA_PUSH(&lexicon->arena, word->sets, word->set_count, word->set_capacity) = id;
    }
    return id;
}

struct lexicon_class *lexicon_class_add(struct lexicon *lexicon, struct slice name,
                                        const uint32_t *words, size_t count)
{
    uint32_t *sorted = members(lexicon, words, &count);
    struct lexicon_class *made = ARENA_PUSH(&lexicon->arena, lexicon->classes, lexicon->class_count,
                                            lexicon->class_capacity);
    *made = (struct lexicon_class){
        .name = arena_copy(&lexicon->arena, name), .words = sorted, .count = count};
    return made;
}

struct lexicon_class *lexicon_class(struct lexicon *lexicon, struct slice name)
{
    for (size_t i = 0; i < lexicon->class_count; i++)
        if (slice_equal(lexicon->classes[i].name, name))
            return &lexicon->classes[i];
    return NULL;
}

/* How many bytes the two share at their starts and ends: enough to guess at a slip of the pen. */
static size_t likeness(struct slice a, struct slice b)
{
    size_t shorter = a.len < b.len ? a.len : b.len, start = 0, end = 0;
    while (start < shorter && a.data[start] == b.data[start])
        start++;
    while (end < shorter - start && a.data[a.len - 1 - end] == b.data[b.len - 1 - end])
        end++;
    return start + end;
}

const struct lexicon_class *lexicon_class_like(const struct lexicon *lexicon, struct slice name)
{
    const struct lexicon_class *best = NULL;
    size_t most = name.len / 2;
    for (size_t i = 0; i < lexicon->class_count; i++) {
        size_t alike = likeness(lexicon->classes[i].name, name);
        if (alike > most) {
            most = alike;
            best = &lexicon->classes[i];
        }
    }
    return best;
}

void lexicon_release(struct lexicon *lexicon)
{
    struct lexicon_entry *by_text = lexicon->by_text, *by_members = lexicon->by_members;
    HASH_CLEAR(hh, by_text);
    HASH_CLEAR(hh, by_members);
    arena_release(&lexicon->arena);
    *lexicon = (struct lexicon){0};
}
