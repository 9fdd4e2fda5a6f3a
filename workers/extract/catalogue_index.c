/* catalogue_index.c - which rules are worth a look where a word occurs.
 *
 * Each variant is filed under one of its sets, the one whose words are rarest: near the number if
 * it has one there, so that the words between two numbers lead straight to the few variants that
 * can match. Runs once, at the end of loading; nothing can fail.
 */
#include "workers/extract/catalogue_private.h"

#include <stdlib.h>

enum place_kind { PLACE_LEFT, PLACE_RIGHT, PLACE_FAR, PLACE_COUNT };

struct filing {
    enum place_kind place;
    uint32_t set;
};

/* How often words of the set may be expected: short ones are everywhere. */
static double frequency(const struct lexicon *lexicon, uint32_t set)
{
    static const double by_bytes[] = {1, 1, 1, 1, 0.1, 0.1, 0.1, 0.03, 0.03, 0.03, 0.02};
    double sum = 0;
    for (size_t i = 0; i < lexicon->sets[set].count; i++) {
        size_t len = lexicon->words[lexicon->sets[set].words[i]].text.len;
        sum += len < 10 ? by_bytes[len] : 0.01;
    }
    return sum;
}

static void consider(const struct lexicon *lexicon, const struct rule_element *elements,
                     unsigned count, enum place_kind near, struct filing *best, double *least)
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
            *best = (struct filing){is_near ? near : PLACE_FAR, elements[i].set};
        }
    }
}

static struct filing file_variant(const struct catalogue *catalogue,
                                  const struct rule_variant *variant)
{
    struct filing best = {0};
    double least = 1e9;
    consider(&catalogue->lexicon, variant->left, variant->left_count, PLACE_LEFT, &best, &least);
    consider(&catalogue->lexicon, variant->right, variant->right_count, PLACE_RIGHT, &best, &least);
    return best;
}

/* Calls for each variant of each rule: counts when `keys[]->all` is NULL, else files. */
static void file_all(struct catalogue *catalogue, struct catalogue_keys *const *keys,
                     uint32_t *const *next)
{
    for (size_t r = 0; r < catalogue->rule_count; r++) {
        const struct rule_pattern *say = &catalogue->rules[r].say;
        size_t count = say->expression ? 1 : say->variant_count;
        for (size_t v = 0; v < count; v++) {
            struct filing filing = say->expression
                                       ? (struct filing){PLACE_FAR, catalogue->rules[r].needs}
                                       : file_variant(catalogue, &say->variants[v]);
            uint32_t at = next[filing.place][filing.set]++;
            if (keys[filing.place]->all)
                keys[filing.place]->all[at] = (struct catalogue_key){(uint32_t)r, (uint32_t)v};
        }
    }
}

void catalogue_index(struct catalogue *catalogue)
{
    struct catalogue_keys *keys[PLACE_COUNT] = {&catalogue->left, &catalogue->right,
                                                &catalogue->far};
    size_t sets = catalogue->lexicon.set_count;
    uint32_t *next[PLACE_COUNT];
    for (size_t p = 0; p < PLACE_COUNT; p++)
        next[p] = memory_zero((sets + 1) * sizeof *next[p]);
    file_all(catalogue, keys, next);
    for (size_t p = 0; p < PLACE_COUNT; p++) {
        uint32_t sum = 0;
        keys[p]->first = memory_alloc((sets + 1) * sizeof *keys[p]->first);
        for (size_t s = 0; s <= sets; s++) {
            keys[p]->first[s] = sum;
            sum += next[p][s];
            next[p][s] = keys[p]->first[s];
        }
        keys[p]->all = memory_alloc((sum + 1) * sizeof *keys[p]->all);
    }
    file_all(catalogue, keys, next);
    for (size_t p = 0; p < PLACE_COUNT; p++)
        free(next[p]);
}

void catalogue_index_release(struct catalogue *catalogue)
{
    struct catalogue_keys *keys[PLACE_COUNT] = {&catalogue->left, &catalogue->right,
                                                &catalogue->far};
    for (size_t p = 0; p < PLACE_COUNT; p++) {
        free(keys[p]->all);
        free(keys[p]->first);
    }
}
