/* catalogue_fields.c - one key of a rule, indicator or scope: read, checked, or reported.
 *
 * Runs while loading, on one thread. A missing or wrong value is put to the problems with its place
 * and read as empty, so that the rest of the file is checked too.
 */
#include "workers/extract/rule/catalogue_private.h"

#include <stdio.h>

static void list_words(const char *const *words, char *out, size_t size)
{
    size_t len = 0;
    out[0] = '\0';
    for (; *words && len < size; words++)
        len += (size_t)snprintf(out + len, size - len, "%s%s", len ? ", " : "", *words);
}

static bool is_among(struct slice text, const char *const *words)
{
    for (; *words; words++)
        if (slice_equal(text, slice_of(*words)))
            return true;
    return false;
}

bool field_known(struct loading *loading, const struct yaml_node *map, const char *const *keys)
{
    if (map->kind != YAML_MAP) {
        problem_in(loading->problems, loading->yaml, map, 0,
                   "keys are expected here: write `key: value` lines");
        return false;
    }
    char known[256];
    list_words(keys, known, sizeof known);
    for (const struct yaml_node *key = map->first; key; key = key->next)
        if (!is_among(key->text, keys))
            problem_in(loading->problems, loading->yaml, key, 0, "unknown key \"%.*s\": use %s",
                       SLICE_ARGS(key->text), known);
    return true;
}

struct slice field_text(struct loading *loading, const struct yaml_node *map, const char *key,
                        bool required)
{
    const struct yaml_node *value = yaml_get(map, key);
    if (!value && !required)
        return (struct slice){0};
    if (!value)
        problem_in(loading->problems, loading->yaml, map, 0, "%s is missing: add `%s: …`", key,
                   key);
    else if (value->kind != YAML_SCALAR || value->text.len == 0)
        problem_in(loading->problems, loading->yaml, value, 0, "%s must be a text", key);
    else
        return arena_copy(&loading->catalogue->arena, value->text);
    return (struct slice){0};
}

struct slice field_word(struct loading *loading, const struct yaml_node *map, const char *key,
                        const char *const *words, bool required)
{
    struct slice text = field_text(loading, map, key, required);
    char known[256];
    if (text.len && !is_among(text, words)) {
        list_words(words, known, sizeof known);
        problem_in(loading->problems, loading->yaml, yaml_get(map, key), 0,
                   "%s \"%.*s\" is none: use one of %s", key, SLICE_ARGS(text), known);
    }
    return text;
}

/* Open addressing: every quantity asks once. */
static unsigned unit_slot(const struct catalogue *catalogue, struct slice unit)
{
    unsigned hash = (unsigned)unit.len;
    for (size_t i = 0; i < unit.len; i++)
        hash = hash * 31 + (unsigned char)unit.data[i];
    unsigned slot = hash % CATALOGUE_UNIT_SLOTS;
    while (catalogue->unit_slots[slot] &&
           !slice_equal(catalogue->units[catalogue->unit_slots[slot] - 1], unit))
        slot = (slot + 1) % CATALOGUE_UNIT_SLOTS;
    return slot;
}

uint64_t catalogue_unit(const struct catalogue *catalogue, struct slice unit)
{
    unsigned entry = catalogue->unit_slots[unit_slot(catalogue, unit)];
    return entry ? (uint64_t)1 << (entry - 1) : 0;
}

uint64_t field_unit(struct loading *loading, const struct yaml_node *node)
{
    struct catalogue *catalogue = loading->catalogue;
    uint64_t bit = catalogue_unit(catalogue, node->text);
    if (bit)
        return bit;
    if (catalogue->quantities && !quantity_unit_known(catalogue->quantities, node->text)) {
        problem_in(loading->problems, loading->yaml, node, 0,
                   "no number can carry the unit \"%.*s\": add it to units.yaml, or mend it",
                   SLICE_ARGS(node->text));
        return 0;
    }
    if (catalogue->unit_count == CATALOGUE_MAX_UNITS) {
        problem_in(loading->problems, loading->yaml, node, 0,
                   "more than %d units in all indicators: use one of those there are",
                   CATALOGUE_MAX_UNITS);
        return 0;
    }
    catalogue->unit_slots[unit_slot(catalogue, node->text)] = (uint8_t)(catalogue->unit_count + 1);
    catalogue->units[catalogue->unit_count] = arena_copy(&catalogue->arena, node->text);
    return (uint64_t)1 << catalogue->unit_count++;
}

uint64_t field_units(struct loading *loading, const struct yaml_node *map, bool required)
{
    const struct yaml_node *value = yaml_get(map, "units");
    uint64_t units = 0;
    if (!value && required)
        problem_in(loading->problems, loading->yaml, map, 0,
                   "units is missing: add `units: [件, 起]`");
    for (const struct yaml_node *node = first_of(value); node; node = next_of(value, node))
        if (node->kind == YAML_SCALAR)
            units |= field_unit(loading, node);
    return units;
}

uint64_t field_topics(struct loading *loading, const struct yaml_node *map)
{
    const struct yaml_node *value = yaml_get(map, "topic");
    struct catalogue *catalogue = loading->catalogue;
    uint64_t topics = 0;
    for (const struct yaml_node *node = first_of(value); node; node = next_of(value, node)) {
        size_t i = 0;
        while (i < catalogue->topic_count && !slice_equal(catalogue->topics[i], node->text))
            i++;
        if (i < catalogue->topic_count)
            topics |= (uint64_t)1 << i;
        else
            problem_in(loading->problems, loading->yaml, node, 0,
                       "no topic \"%.*s\": add it to topics.yaml, or mend it",
                       SLICE_ARGS(node->text));
    }
    return topics;
}

uint64_t field_scopes(struct loading *loading, const struct yaml_node *map)
{
    const struct yaml_node *value = yaml_get(map, "allow");
    struct catalogue *catalogue = loading->catalogue;
    uint64_t scopes = 0;
    for (const struct yaml_node *node = first_of(value); node; node = next_of(value, node)) {
        size_t i = 0;
        while (i < catalogue->scope_count && !slice_equal(catalogue->scopes[i].name, node->text))
            i++;
        if (i < catalogue->scope_count)
            scopes |= (uint64_t)1 << i;
        else
            problem_in(loading->problems, loading->yaml, node, 0,
                       "no scope \"%.*s\": add it to scopes.yaml, or mend it",
                       SLICE_ARGS(node->text));
    }
    return scopes;
}

int field_weight(struct loading *loading, const struct yaml_node *map)
{
    const struct yaml_node *value = yaml_get(map, "weight");
    double weight = 0;
    if (value &&
        (!yaml_number(value, &weight) || weight != (int)weight || weight < -100 || weight > 100))
        problem_in(loading->problems, loading->yaml, value, 0,
                   "weight must be a whole number from -100 to 100");
    return (int)weight;
}

/* The names of a list as bits; `number_of` gives each its number, `end` or more if there is none.
 */
static uint32_t field_bits(struct loading *loading, const struct yaml_node *map, const char *key,
                           unsigned (*number_of)(struct slice name), unsigned end,
                           const char *wrong)
{
    const struct yaml_node *value = yaml_get(map, key);
    uint32_t bits = 0;
    for (const struct yaml_node *node = first_of(value); node; node = next_of(value, node)) {
        unsigned number = number_of(node->text);
        if (number >= end)
            problem_in(loading->problems, loading->yaml, node, 0, "%s", wrong);
        else
            bits |= 1u << number;
    }
    return bits;
}

static unsigned kind_number(struct slice name)
{
    return kind_by_name(name);
}

static unsigned level_number(struct slice name)
{
    return level_by_name(name);
}

static unsigned part_number(struct slice name)
{
    unsigned part = PART_MEASURES;
    while (part < PART_COUNT && !slice_equal(slice_of(part_name(part)), name))
        part++;
    return part;
}

uint32_t field_kinds(struct loading *loading, const struct yaml_node *map)
{
    return field_bits(loading, map, "kinds", kind_number, KIND_COUNT,
                      "no kind of issuer: use unknown, government, department, committee, zone, "
                      "institution");
}

uint32_t field_levels(struct loading *loading, const struct yaml_node *map)
{
    return field_bits(loading, map, "levels", level_number, LEVEL_TOWNSHIP + 1,
                      "no level: use unknown, nation, province, prefecture, county, township");
}

uint32_t field_parts(struct loading *loading, const struct yaml_node *map)
{
    return field_bits(loading, map, "parts", part_number, PART_COUNT,
                      "no part of a report: use measures, shortcomings, leaders_duty, plan");
}

static size_t class_words(struct loading *loading, const struct yaml_node *node,
                          const uint32_t **words)
{
    struct slice name = slice_range(node->text, 1, node->text.len - 1);
    struct lexicon_class *class = lexicon_class(&loading->catalogue->lexicon, name);
    if (!class) {
        problem_in(loading->problems, loading->yaml, node, 0,
                   "no word class <%.*s> above this line: define it first", SLICE_ARGS(name));
        return 0;
    }
    class->used = true;
    *words = class->words;
    return class->count;
}

size_t field_words(struct loading *loading, const struct yaml_node *list, uint32_t **ids)
{
    struct arena *arena = &loading->catalogue->arena;
    size_t count = 0, capacity = 0;
    *ids = NULL;
    for (const struct yaml_node *node = first_of(list); node; node = next_of(list, node)) {
        if (node->kind == YAML_SCALAR && node->text.len > 2 && node->text.data[0] == '<') {
            const uint32_t *words = NULL;
            size_t more = class_words(loading, node, &words);
            for (size_t i = 0; i < more; i++)
                *ARENA_PUSH(arena, *ids, count, capacity) = words[i];
            continue;
        }
        uint32_t word = node->kind == YAML_SCALAR
                            ? lexicon_word(&loading->catalogue->lexicon, node->text)
                            : LEXICON_NO_WORD;
        if (word == LEXICON_NO_WORD) {
            problem_in(loading->problems, loading->yaml, node, 0,
                       "not a word: write 1 to %d characters that aren't blanks or quotes",
                       AUTOMATON_MAX_WORD);
            continue;
        }
        *ARENA_PUSH(arena, *ids, count, capacity) = word;
    }
    return count;
}
