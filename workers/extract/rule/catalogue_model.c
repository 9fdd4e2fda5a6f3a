/* catalogue_model.c - what the model needs of the catalogue: concepts of words, frames of
 * indicators, indicators of units, and the settings in model.yaml.
 *
 * Runs while loading. What can fail: unknown keys and names, told with line and column.
 */
#include "workers/extract/rule/catalogue_private.h"

#include "proto/base/memory.h"
#include "workers/extract/model/frames.h"
#include "workers/extract/model/weights.h"

#include <stdlib.h>

static const char *const model_keys[] = {"same_units",     "assert_margin", "piece_margin",
                                         "propose_margin", "most_proposed", "most_questions",
                                         "aspects",        "fillers",       NULL};
static const char *const slot_keys[SLOT_COUNT] = {"object", "action", "about", "against"};

/* ---- sets of concepts ---- */

/* The number of a class among the concepts: its place among the lexicon's classes. */
static size_t concept_of(struct loading *loading, const struct yaml_node *node)
{
    struct lexicon *lexicon = &loading->catalogue->lexicon;
    struct slice name = node->text;
    if (name.len > 2 && name.data[0] == '<' && name.data[name.len - 1] == '>')
        name = slice_range(name, 1, name.len - 1);
    struct lexicon_class *found = lexicon_class(lexicon, name);
    if (!found) {
        const struct lexicon_class *like = lexicon_class_like(lexicon, name);
        problem_in(loading->problems, loading->yaml, node, 0,
                   "no concept %.*s in words.yaml or concepts.yaml%s%.*s%s", SLICE_ARGS(name),
                   like ? ": did you mean " : "", like ? (int)like->name.len : 0,
                   like ? like->name.data : "", like ? "?" : ": add it there");
        return CONCEPTS_MAX;
    }
    found->used = true;
    return (size_t)(found - lexicon->classes);
}

static void load_concepts(struct loading *loading, const struct yaml_node *list,
                          struct concepts *set)
{
    for (const struct yaml_node *node = first_of(list); node; node = next_of(list, node)) {
        size_t concept = concept_of(loading, node);
        if (concept < CONCEPTS_MAX)
            concepts_add(set, concept);
    }
}

/* ---- model.yaml ---- */

enum { MARGIN_MOST = 100000, QUESTIONS_MOST = 100000 };

static int setting(struct loading *loading, const struct yaml_node *root, const char *key,
                   int least, int most, const char *of_what)
{
    const struct yaml_node *node = yaml_get(root, key);
    double number = 0;
    if (node && yaml_number(node, &number) && number >= least && number <= most)
        return (int)number;
    problem_in(loading->problems, loading->yaml, node ? node : root, 0,
               "%s must be a number from %d to %d (%s)", key, least, most, of_what);
    return 0;
}

static int margin(struct loading *loading, const struct yaml_node *root, const char *key)
{
    return setting(loading, root, key, -MARGIN_MOST, MARGIN_MOST, "hundredths of a log-odds");
}

static void load_same_units(struct loading *loading, const struct yaml_node *groups)
{
    struct catalogue *catalogue = loading->catalogue;
    for (const struct yaml_node *group = first_of(groups); group; group = next_of(groups, group)) {
        uint64_t units = 0;
        if (catalogue->unit_group_count == CATALOGUE_MAX_GROUPS) {
            problem_in(loading->problems, loading->yaml, group, 0, "more than %d groups",
                       CATALOGUE_MAX_GROUPS);
            return;
        }
        for (const struct yaml_node *node = first_of(group); node; node = next_of(group, node))
            units |= field_unit(loading, node);
        catalogue->unit_groups[catalogue->unit_group_count++] = units;
    }
}

void catalogue_load_model(struct loading *loading, const struct yaml_node *root)
{
    struct catalogue *catalogue = loading->catalogue;
    if (!field_known(loading, root, model_keys))
        return;
    catalogue->cuts = (struct cuts){
        .assert_margin = margin(loading, root, "assert_margin"),
        .piece_margin = margin(loading, root, "piece_margin"),
        .propose_margin = margin(loading, root, "propose_margin"),
        .most_proposed = setting(loading, root, "most_proposed", 0, MAX_CANDIDATES,
                                 "indicators of one number that a person chooses from"),
        .most_questions =
            setting(loading, root, "most_questions", 0, QUESTIONS_MOST, "numbers of one report"),
    };
    load_same_units(loading, yaml_get(root, "same_units"));
    load_concepts(loading, yaml_get(root, "aspects"), &catalogue->aspects);
    load_concepts(loading, yaml_get(root, "fillers"), &catalogue->fillers);
}

void catalogue_load_frame(struct loading *loading, const struct yaml_node *map,
                          struct frame_list frame[SLOT_COUNT])
{
    for (size_t slot = 0; slot < SLOT_COUNT; slot++) {
        const struct yaml_node *list = yaml_get(map, slot_keys[slot]);
        for (const struct yaml_node *node = first_of(list); node; node = next_of(list, node)) {
            size_t concept = concept_of(loading, node);
            if (frame[slot].count == FRAME_MOST)
                problem_in(loading->problems, loading->yaml, node, 0,
                           "more than %d concepts: make one of them in concepts.yaml", FRAME_MOST);
            else if (concept < CONCEPTS_MAX)
            frame[slot].concepts[frame[slot].count++] = (uint16_t) concept;
        }
    }
}

/* ---- once all is read ---- */

static bool is_of_concept(const struct lexicon_class *class, uint32_t word)
{
    return view_is_word(word) && !slice_equal(class->name, SLICE("lead"));
}

static void index_concepts(struct catalogue *catalogue)
{
    const struct lexicon *lexicon = &catalogue->lexicon;
    struct concept_index *index = &catalogue->concepts;
    size_t total = 0;
    index->count = lexicon->class_count < CONCEPTS_MAX ? lexicon->class_count : CONCEPTS_MAX;
    index->first = arena_alloc(&catalogue->arena, (lexicon->word_count + 1) * sizeof *index->first);
    index->names = arena_alloc(&catalogue->arena, (index->count + 1) * sizeof *index->names);
    for (size_t c = 0; c < index->count; c++) {
        index->names[c] =
            arena_format(&catalogue->arena, "<%.*s>", SLICE_ARGS(lexicon->classes[c].name));
        for (size_t i = 0; i < lexicon->classes[c].count; i++)
            if (is_of_concept(&lexicon->classes[c], lexicon->classes[c].words[i])) {
                index->first[lexicon->classes[c].words[i]]++;
                total++;
            }
    }
    index->list = arena_alloc(&catalogue->arena, (total + 1) * sizeof *index->list);
    uint32_t end = 0;
    for (size_t w = 0; w <= lexicon->word_count; w++) { /* each becomes the end of its own run */
        end += w < lexicon->word_count ? index->first[w] : 0;
        index->first[w] = end;
    }
    for (size_t c = index->count; c-- > 0;) /* filled from the back: `first` ends as the start */
        for (size_t i = 0; i < lexicon->classes[c].count; i++)
            if (is_of_concept(&lexicon->classes[c], lexicon->classes[c].words[i]))
                index->list[--index->first[lexicon->classes[c].words[i]]] = (uint16_t)c;
}

/* The units themselves and what counts the same things. */
static uint64_t widened(const struct catalogue *catalogue, uint64_t units)
{
    uint64_t wide = units;
    for (size_t i = 0; i < catalogue->unit_group_count; i++)
        if (catalogue->unit_groups[i] & units)
            wide |= catalogue->unit_groups[i];
    return wide;
}

static void index_unit(struct catalogue *catalogue, size_t unit)
{
    struct unit_candidates *of = &catalogue->of_units[unit];
    of->idle = arena_alloc(&catalogue->arena, EVIDENCE_CANDIDATES * sizeof *of->idle);
    of->places = arena_alloc(&catalogue->arena, catalogue->indicator_count + 1);
    of->idle[of->count++].label = LABEL_NONE;
    for (size_t i = 0; i < catalogue->indicator_count && of->count < EVIDENCE_CANDIDATES; i++)
        if (widened(catalogue, catalogue->indicators[i].units) >> unit & 1) {
            frames_idle(catalogue, (uint16_t)i, &of->idle[of->count]);
            of->strengths[of->idle[of->count].strength]++;
            of->places[i] = (uint8_t)of->count++;
        }
}

/* Slot `i` of a unit's candidates, of which the first has none. */
static const struct frame_list *slot_at(const struct catalogue *catalogue,
                                        const struct unit_candidates *of, size_t i)
{
    return &catalogue->indicators[of->idle[i / SLOT_COUNT].label].frame[i % SLOT_COUNT];
}

/* Turns the frames round: a number is near few concepts, and most frames ask for others. */
static void index_frames(struct catalogue *catalogue, struct unit_candidates *of)
{
    size_t concepts = catalogue->concepts.count, end = of->count * SLOT_COUNT, total = 0;
    of->first_slot = arena_alloc(&catalogue->arena, (concepts + 1) * sizeof *of->first_slot);
    for (size_t i = SLOT_COUNT; i < end; i++)
        for (size_t k = 0; k < slot_at(catalogue, of, i)->count; k++, total++)
            of->first_slot[slot_at(catalogue, of, i)->concepts[k]]++;
    of->slots = arena_alloc(&catalogue->arena, (total + 1) * sizeof *of->slots);
    total = 0;
    for (size_t c = 0; c <= concepts; c++) { /* each becomes the end of its own run */
        total += of->first_slot[c];
        of->first_slot[c] = (uint16_t)total;
    }
    for (size_t i = end; i-- > SLOT_COUNT;) /* filled from the back: each ends as its run's start */
        for (size_t k = 0; k < slot_at(catalogue, of, i)->count; k++) {
            size_t concept = slot_at(catalogue, of, i)->concepts[k];
            of->slots[--of->first_slot[concept]] = (uint16_t)i;
            concepts_add(&of->framed, concept);
        }
}

/* ---- the order of the weights' columns ---- */

struct column {
    uint64_t units; /* the most frequent in the highest bit */
    uint16_t label;
};

static int by_units(const void *a, const void *b)
{
    const struct column *x = a, *y = b;
    if (x->units != y->units)
        return x->units > y->units ? -1 : 1;
    return (x->label > y->label) - (x->label < y->label);
}

/* Units by how many indicators they may state, those of most first. */
static void rank_units(const struct catalogue *catalogue, unsigned rank[CATALOGUE_MAX_UNITS])
{
    for (size_t u = 0; u < catalogue->unit_count; u++) {
        rank[u] = 0;
        for (size_t v = 0; v < catalogue->unit_count; v++)
            rank[u] += catalogue->of_units[v].count > catalogue->of_units[u].count ||
                       (catalogue->of_units[v].count == catalogue->of_units[u].count && v < u);
    }
}

/* Indicators that come in the same units stand side by side, so that the candidates of one number
 * have few steps of columns. */
static void arrange_weights(struct catalogue *catalogue)
{
    unsigned rank[CATALOGUE_MAX_UNITS];
    struct column columns[CATALOGUE_MAX_INDICATORS] = {{0}};
    uint16_t labels[CATALOGUE_MAX_INDICATORS];
    rank_units(catalogue, rank);
    for (size_t i = 0; i < catalogue->indicator_count; i++)
        columns[i].label = (uint16_t)i;
    for (size_t u = 0; u < catalogue->unit_count; u++)
        for (size_t i = 1; i < catalogue->of_units[u].count; i++)
            columns[catalogue->of_units[u].idle[i].label].units |=
                (uint64_t)1 << (CATALOGUE_MAX_UNITS - rank[u]);
    qsort(columns, catalogue->indicator_count, sizeof *columns, by_units);
    for (size_t i = 0; i < catalogue->indicator_count; i++)
        labels[i] = columns[i].label;
    weights_arrange(catalogue->weights, labels, catalogue->indicator_count);
    for (size_t u = 0; u < catalogue->unit_count; u++)
        for (size_t i = 0; i < catalogue->of_units[u].count; i++)
            catalogue->of_units[u].steps |=
                weights_step(catalogue->weights, catalogue->of_units[u].idle[i].label);
}

/* reconsideration.accepted and reconsideration.upheld are of one group: the first of them. */
static void index_groups(struct catalogue *catalogue)
{
    for (size_t i = 0; i < catalogue->indicator_count; i++) {
        struct slice id = catalogue->indicators[i].id;
        struct slice name = slice_range(
            id, 0,
            slice_find(id, SLICE("."), 0) == SIZE_MAX ? id.len : slice_find(id, SLICE("."), 0) + 1);
        size_t first = 0;
        while (!slice_starts(catalogue->indicators[first].id, name))
            first++;
        catalogue->indicators[i].group = (uint16_t)first;
    }
}

void catalogue_index_model(struct catalogue *catalogue)
{
    index_groups(catalogue);
    index_concepts(catalogue);
    for (size_t u = 0; u < catalogue->unit_count; u++) {
        index_unit(catalogue, u);
        index_frames(catalogue, &catalogue->of_units[u]);
    }
    if (catalogue->weights)
        arrange_weights(catalogue);
    known_find(&catalogue->known, catalogue);
}
