/* candidates.c - from the words around a number through the catalogue's index to a few variants.
 *
 * One thread owns it; nothing can fail. Each set leads to its keys once for a number, however many
 * of its words stand there: stamps tell.
 */
#include "workers/extract/rule/candidates.h"

#include <stdlib.h>

void candidates_init(struct candidates *candidates, const struct catalogue *catalogue)
{
    *candidates = (struct candidates){.catalogue = catalogue};
    candidates->stamps =
        memory_zero((catalogue->lexicon.set_count + 1) * sizeof *candidates->stamps);
}

void candidates_release(struct candidates *candidates)
{
    free(candidates->stamps);
    free(candidates->keys.all);
    for (size_t i = 0; i < INDEX_COUNT; i++)
        free(candidates->far[i].all);
    *candidates = (struct candidates){0};
}

void candidates_start(struct candidates *candidates)
{
    memset(candidates->far_known, 0, sizeof candidates->far_known);
}

static void push_key(struct keys *keys, const struct catalogue_key *key)
{
    if (keys->count == keys->capacity) {
        keys->capacity = 2 * keys->capacity + 256;
        keys->all = memory_resize(keys->all, keys->capacity * sizeof *keys->all);
    }
    keys->all[keys->count++] = key;
}

static bool needs_met(const struct candidates *candidates, const struct catalogue_key *key,
                      const struct view *view)
{
    const struct lexicon_set *sets = candidates->catalogue->lexicon.sets;
    for (size_t i = 0; i < 2 && key->needs[i] != CATALOGUE_NO_SET; i++)
        if (!view_has(view, &sets[key->needs[i]]))
            return false;
    return true;
}

/* The keys of the sets that a word is in, of the quantity's unit, each set once a stamp. */
static void collect_hints(struct candidates *candidates, struct keys *keys,
                          const struct catalogue_file *file, const struct view *view, uint32_t word,
                          uint64_t unit)
{
    for (uint32_t h = file->first_hint[word]; h < file->first_hint[word + 1]; h++) {
        const struct catalogue_hint *hint = &file->hints[h];
        if (!(hint->units & unit) || candidates->stamps[hint->set] == candidates->stamp)
            continue;
        candidates->stamps[hint->set] = candidates->stamp;
        for (uint32_t k = hint->first_key; k < hint->end_key; k++)
            if (file->keys[k].units & unit && needs_met(candidates, &file->keys[k], view))
                push_key(keys, &file->keys[k]);
    }
}

/* Most words have no key filed under them. */
static inline void collect(struct candidates *candidates, struct keys *keys,
                           const struct catalogue_index *index, enum catalogue_place place,
                           const struct view *view, const struct view_token *token, uint64_t unit)
{
    if (token->calls >> (index->first_call + place) & 1)
        collect_hints(candidates, keys, &index->files[place], view, token->word, unit);
}

static const struct catalogue_index *index_of(const struct candidates *candidates,
                                              enum candidates_of which)
{
    return which == OF_SCOPES ? &candidates->catalogue->scope_index
                              : &candidates->catalogue->indicator_index;
}

/* Once a sentence: of the keys that ask for a word anywhere in it, those whose needs are met. */
static const struct keys *far_keys(struct candidates *candidates, enum candidates_of which,
                                   const struct view *view)
{
    struct keys *far = &candidates->far[which];
    const struct catalogue_index *index = index_of(candidates, which);
    if (candidates->far_known[which])
        return far;
    candidates->far_known[which] = true;
    candidates->stamp++;
    far->count = 0;
    for (size_t i = 0; i < view->token_count; i++)
        collect(candidates, far, index, FILE_FAR, view, &view->tokens[i], ~(uint64_t)0);
    return far;
}

const struct keys *candidates_for(struct candidates *candidates, enum candidates_of which,
                                  const struct view *view, const struct view_token *number,
                                  uint64_t unit)
{
    const struct catalogue_index *index = index_of(candidates, which);
    candidates->keys.count = 0;
    if (!unit)
        return &candidates->keys;
    const struct keys *far = far_keys(candidates, which, view);
    candidates->stamp++;
    for (size_t i = number->index; i-- > 0;) {
        const struct view_token *token = &view->tokens[i];
        if (token->end <= number->start && token->to.clause != number->from.clause)
            break;
        collect(candidates, &candidates->keys, index, FILE_LEFT, view, token, unit);
    }
    candidates->stamp++;
    for (size_t i = number->index; i < view->token_count; i++) {
        const struct view_token *token = &view->tokens[i];
        if (token->from.clause != number->to.clause)
            break;
        collect(candidates, &candidates->keys, index, FILE_RIGHT, view, token, unit);
    }
    for (size_t i = 0; i < far->count; i++)
        if (far->all[i]->units & unit)
            push_key(&candidates->keys, far->all[i]);
    return &candidates->keys;
}
