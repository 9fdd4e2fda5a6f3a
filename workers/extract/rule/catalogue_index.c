/* catalogue_index.c - which rules are worth a look where a word occurs.
 *
 * Each variant is filed under one of its sets, the one whose words are rarest: near the number if
 * it has one there, so that the words between two numbers lead straight to the few variants that
 * can match. Runs once, at the end of loading; nothing can fail.
 */
#include "workers/extract/rule/catalogue_private.h"

#include <stdlib.h>

struct filing {
    enum catalogue_place place;
    uint32_t set;
};

/* How often words of the set may be expected: short ones are everywhere. */
static double frequency(const struct lexicon *lexicon, uint32_t set)
{
    static const double by_bytes[] = {1, 1, 1, 1, 0.1, 0.1, 0.1, 0.03, 0.03, 0.03};
    double sum = 0;
    for (size_t i = 0; i < lexicon->sets[set].count; i++) {
        size_t len = lexicon->words[lexicon->sets[set].words[i]].text.len;
        sum += len < 10 ? by_bytes[len] : 0.01;
    }
    return sum;
}

static void consider(const struct lexicon *lexicon, const struct rule_element *elements,
                     unsigned count, enum catalogue_place near, struct filing *best, double *least)
{
    bool is_near = true;
    for (unsigned i = 0; i < count; i++) {
        is_near =
            is_near && elements[i].link != LINK_SENTENCE && elements[i].set != RULE_OTHER_NUMBER;
        if (elements[i].set == RULE_OTHER_NUMBER)
            continue;
        /* A set anywhere in the sentence is met far oftener than one next to the number. */
        double often = frequency(lexicon, elements[i].set) + (is_near ? 0 : 100);
        if (often < *least) {
            *least = often;
            *best = (struct filing){is_near ? near : FILE_FAR, elements[i].set};
        }
    }
}

static struct filing file_variant(const struct catalogue *catalogue,
                                  const struct rule_variant *variant)
{
    struct filing best = {0};
    double least = 1e9;
    consider(&catalogue->lexicon, variant->left, variant->left_count, FILE_LEFT, &best, &least);
    consider(&catalogue->lexicon, variant->right, variant->right_count, FILE_RIGHT, &best, &least);
    return best;
}

/* Puts a set among the key's two rarest. */
static void offer_need(const struct lexicon *lexicon, struct catalogue_key *key, uint32_t set)
{
    if (set == RULE_OTHER_NUMBER || set == key->needs[0] || set == key->needs[1])
        return;
    for (size_t i = 0; i < 2; i++)
        if (key->needs[i] == CATALOGUE_NO_SET ||
            frequency(lexicon, set) < frequency(lexicon, key->needs[i])) {
            if (i == 0)
                key->needs[1] = key->needs[0];
            key->needs[i] = set;
            return;
        }
}

static void add_needs(const struct lexicon *lexicon, struct catalogue_key *key,
                      const struct rule_variant *variant, uint32_t filed_under)
{
    key->needs[0] = key->needs[1] = CATALOGUE_NO_SET;
    for (unsigned i = 0; i < variant->left_count; i++)
        if (variant->left[i].set != filed_under)
            offer_need(lexicon, key, variant->left[i].set);
    for (unsigned i = 0; i < variant->right_count; i++)
        if (variant->right[i].set != filed_under)
            offer_need(lexicon, key, variant->right[i].set);
}

/* Each variant of each rule of the index: counted, or filed once there is room. */
static void file_rules(const struct catalogue *catalogue, struct catalogue_index *index,
                       bool scopes, uint32_t *const *next, bool count)
{
    for (size_t r = 0; r < catalogue->rule_count; r++) {
        const struct catalogue_rule *rule = &catalogue->rules[r];
        const struct rule_pattern *say = &rule->say;
        if ((rule->scope >= 0) != scopes)
            continue;
        for (size_t v = 0; v < say->variant_count; v++) {
            struct filing filing = file_variant(catalogue, &say->variants[v]);
            uint32_t at = next[filing.place][filing.set]++;
            if (count)
                continue;
            struct catalogue_key *key = &index->files[filing.place].keys[at];
            *key = (struct catalogue_key){.units = rule->units ? rule->units : ~(uint64_t)0,
                                          .rule = (uint32_t)r,
                                          .variant = (uint32_t)v};
            add_needs(&catalogue->lexicon, key, &say->variants[v], filing.set);
        }
    }
}

/* Counts become starts; returns their sum. */
static uint32_t starts_of(uint32_t *counts, size_t count, uint32_t *starts)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        starts[i] = sum;
        sum += counts[i];
        counts[i] = starts[i];
    }
    starts[count] = sum;
    return sum;
}

static void file_keys(const struct catalogue *catalogue, struct catalogue_index *index, bool scopes)
{
    size_t sets = catalogue->lexicon.set_count;
    uint32_t *next[FILE_PLACES];
    for (size_t p = 0; p < FILE_PLACES; p++)
        next[p] = memory_zero((sets + 1) * sizeof *next[p]);
    file_rules(catalogue, index, scopes, next, true);
    for (size_t p = 0; p < FILE_PLACES; p++) {
        struct catalogue_file *file = &index->files[p];
        file->first_key = memory_alloc((sets + 1) * sizeof *file->first_key);
        uint32_t sum = starts_of(next[p], sets, file->first_key);
        file->keys = memory_alloc((sum + 1) * sizeof *file->keys);
    }
    file_rules(catalogue, index, scopes, next, false);
    for (size_t p = 0; p < FILE_PLACES; p++)
        free(next[p]);
}

static uint64_t units_of(const struct catalogue_file *file, uint32_t set)
{
    uint64_t units = 0;
    for (uint32_t i = file->first_key[set]; i < file->first_key[set + 1]; i++)
        units |= file->keys[i].units;
    return units;
}

static void hint_words(const struct catalogue *catalogue, struct catalogue_file *file)
{
    const struct lexicon *lexicon = &catalogue->lexicon;
    uint32_t count = 0;
    file->first_hint = memory_alloc((lexicon->word_count + 1) * sizeof *file->first_hint);
    for (size_t w = 0; w < lexicon->word_count; w++) {
        file->first_hint[w] = count;
        for (size_t i = 0; i < lexicon->words[w].set_count; i++)
            count += units_of(file, lexicon->words[w].sets[i]) != 0;
    }
    file->first_hint[lexicon->word_count] = count;
    file->hints = memory_alloc((count + 1) * sizeof *file->hints);
    count = 0;
    for (size_t w = 0; w < lexicon->word_count; w++)
        for (size_t i = 0; i < lexicon->words[w].set_count; i++) {
            uint32_t set = lexicon->words[w].sets[i];
            uint64_t units = units_of(file, set);
            if (units)
                file->hints[count++] = (struct catalogue_hint){units, set, file->first_key[set],
                                                               file->first_key[set + 1]};
        }
}

static void mark_calls(const struct catalogue *catalogue, const struct catalogue_index *index,
                       uint8_t *calls)
{
    for (size_t p = 0; p < FILE_PLACES; p++)
        for (size_t w = 0; w < catalogue->lexicon.word_count; w++)
            if (index->files[p].first_hint[w] < index->files[p].first_hint[w + 1])
                calls[w] |= (uint8_t)(1 << (index->first_call + p));
}

void catalogue_index(struct catalogue *catalogue)
{
    uint8_t *calls = arena_alloc(&catalogue->arena, catalogue->lexicon.word_count + 1);
    file_keys(catalogue, &catalogue->indicator_index, false);
    file_keys(catalogue, &catalogue->scope_index, true);
    catalogue->scope_index.first_call = FILE_PLACES;
    for (size_t p = 0; p < FILE_PLACES; p++) {
        hint_words(catalogue, &catalogue->indicator_index.files[p]);
        hint_words(catalogue, &catalogue->scope_index.files[p]);
    }
    mark_calls(catalogue, &catalogue->indicator_index, calls);
    mark_calls(catalogue, &catalogue->scope_index, calls);
    catalogue->words.calls = calls;
    for (size_t i = 0; i < catalogue->scope_count; i++)
        for (size_t part = 0; part < PART_COUNT; part++)
            catalogue->part_scopes[part] |= (uint64_t)(catalogue->scopes[i].parts >> part & 1) << i;
}

void catalogue_index_release(struct catalogue *catalogue)
{
    struct catalogue_index *indexes[] = {&catalogue->indicator_index, &catalogue->scope_index};
    for (size_t i = 0; i < 2; i++)
        for (size_t p = 0; p < FILE_PLACES; p++) {
            free(indexes[i]->files[p].keys);
            free(indexes[i]->files[p].first_key);
            free(indexes[i]->files[p].hints);
            free(indexes[i]->files[p].first_hint);
        }
}
