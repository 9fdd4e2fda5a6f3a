/* quantity_rules.c - loads the words that make a number a quantity.
 *
 * Happy path: both files become trees, every list becomes a wordset, every shape is parsed; the
 * trees stay, since all texts live in them. A mistake is reported with file, line and column.
 */
#include "workers/extract/quantity/quantity_rules.h"

#include "proto/base/memory.h"
#include "workers/extract/quantity/quantity.h"

#include <stdlib.h>

struct loader {
    struct quantity_rules *rules;
    struct yaml *file; /* the one being read */
    struct error *error;
};

static enum status want(struct loader *l, const struct yaml_node *map, const char *key,
                        enum yaml_kind kind, const struct yaml_node **out)
{
    *out = yaml_get(map, key);
    if (!*out)
        return yaml_fail(l->file, map, l->error, "\"%s\" is missing: add it", key);
    if ((*out)->kind != kind)
        return yaml_fail(l->file, *out, l->error, "\"%s\" must be a %s", key,
                         kind == YAML_LIST ? "list: [a, b]" : "map: {a: b}");
    return STATUS_OK;
}

static enum status check_word(struct loader *l, const struct yaml_node *node)
{
    if (node->kind != YAML_SCALAR || node->text.len == 0)
        return yaml_fail(l->file, node, l->error, "a word is expected here: write it out");
    return STATUS_OK;
}

static enum status add_words(struct loader *l, const struct yaml_node *list, struct wordset *set,
                             int value)
{
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        enum status status = check_word(l, n);
        if (status != STATUS_OK)
            return status;
        wordset_add(set, n->text, value);
    }
    return STATUS_OK;
}

static enum status load_words(struct loader *l, const struct yaml_node *map, const char *key,
                              struct wordset *set, int value)
{
    const struct yaml_node *list;
    enum status status = want(l, map, key, YAML_LIST, &list);
    return status == STATUS_OK ? add_words(l, list, set, value) : status;
}

/* ---- units ---- */

static size_t find_unit(const struct quantity_rules *rules, struct slice name)
{
    for (size_t i = 1; i < rules->unit_count; i++)
        if (slice_equal(rules->units[i].name, name))
            return i;
    return 0;
}

static size_t add_unit(struct quantity_rules *rules, struct slice name, enum unit_kind kind)
{
    if (rules->unit_count == rules->unit_capacity) {
        rules->unit_capacity = rules->unit_capacity ? rules->unit_capacity * 2 : 256;
        rules->units = memory_resize(rules->units, rules->unit_capacity * sizeof *rules->units);
    }
    rules->units[rules->unit_count] =
        (struct unit){name, kind, 0, kind == UNIT_NOUN || kind == UNIT_DURATION};
    return rules->unit_count++;
}

/* A word for a unit as it is listed, and with marks of full width: 元/吨 is also written 元／吨,
 * 台(套) 台（套）. */
static void add_word(struct loader *l, struct slice word, size_t unit)
{
    static const char *const wide[] = {['/'] = "／", ['('] = "（", [')'] = "）"};
    struct buffer twin = {0};
    bool differs = false;
    for (size_t i = 0; i < word.len; i++) {
        unsigned char c = (unsigned char)word.data[i];
        const char *other = c < sizeof wide / sizeof *wide ? wide[c] : NULL;
        differs = differs || other;
        buffer_add(&twin, other ? slice_of(other) : slice_range(word, i, i + 1));
    }
    wordset_add(&l->rules->unit_words, word, (int)unit);
    if (differs)
        wordset_add(&l->rules->unit_words, arena_copy(&l->file->arena, buffer_slice(&twin)),
                    (int)unit);
    buffer_release(&twin);
}

static enum status load_units(struct loader *l, const char *key, enum unit_kind kind)
{
    const struct yaml_node *list;
    enum status status = want(l, l->file->root, key, YAML_LIST, &list);
    if (status != STATUS_OK)
        return status;
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        status = check_word(l, n);
        if (status != STATUS_OK)
            return status;
        if (find_unit(l->rules, n->text))
            return yaml_fail(l->file, n, l->error, "unit %.*s is listed twice: delete one",
                             SLICE_ARGS(n->text));
        size_t unit = add_unit(l->rules, n->text, kind);
        add_word(l, n->text, unit);
    }
    return STATUS_OK;
}

static enum status load_arabic_only(struct loader *l)
{
    const struct yaml_node *list;
    enum status status = want(l, l->file->root, "arabic_only", YAML_LIST, &list);
    for (const struct yaml_node *n = status == STATUS_OK ? list->first : NULL; n; n = n->next) {
        size_t unit = n->kind == YAML_SCALAR ? find_unit(l->rules, n->text) : 0;
        if (!unit)
            return yaml_fail(l->file, n, l->error, "not a unit listed above: name one, or list it");
        l->rules->units[unit].arabic_only = true;
    }
    return status;
}

static enum status load_same(struct loader *l)
{
    const struct yaml_node *map;
    enum status status = want(l, l->file->root, "same", YAML_MAP, &map);
    if (status != STATUS_OK)
        return status;
    for (const struct yaml_node *k = map->first; k; k = k->next) {
        size_t unit = k->value->kind == YAML_SCALAR ? find_unit(l->rules, k->value->text) : 0;
        if (!unit)
            return yaml_fail(l->file, k->value, l->error,
                             "not a unit listed above: name one, or list it");
        add_word(l, k->text, unit);
    }
    return STATUS_OK;
}

static enum status load_factors(struct loader *l)
{
    const struct yaml_node *map;
    enum status status = want(l, l->file->root, "factors", YAML_MAP, &map);
    if (status != STATUS_OK)
        return status;
    for (const struct yaml_node *k = map->first; k; k = k->next) {
        double factor;
        if (!yaml_number(k->value, &factor) || factor < 1 || factor > 1e9 || factor != (int)factor)
            return yaml_fail(l->file, k->value, l->error,
                             "a factor is a whole number from 1 to 1000000000");
        wordset_add(&l->rules->factors, k->text, (int)factor);
    }
    return STATUS_OK;
}

/* A map from bound names to word lists. */
static enum status load_bounds(struct loader *l, const char *key, struct wordset *set)
{
    const struct yaml_node *map;
    enum status status = want(l, l->file->root, key, YAML_MAP, &map);
    for (const struct yaml_node *k = status == STATUS_OK ? map->first : NULL;
         k && status == STATUS_OK; k = k->next) {
        int bound = BOUND_EXACT;
        while (bound <= BOUND_ABOUT && !slice_equal(slice_of(bound_name(bound)), k->text))
            bound++;
        if (bound > BOUND_ABOUT || k->value->kind != YAML_LIST)
            return yaml_fail(l->file, k, l->error,
                             "expected exact, over, at_least, at_most or about, each with a list");
        status = add_words(l, k->value, set, bound);
    }
    return status;
}

static enum status load_implied(struct loader *l, const char *name, struct wordset *set)
{
    const struct yaml_node *map;
    enum status status = want(l, l->file->root, name, YAML_MAP, &map);
    for (const struct yaml_node *k = status == STATUS_OK ? map->first : NULL;
         k && status == STATUS_OK; k = k->next) {
        size_t unit = find_unit(l->rules, k->text);
        if (!unit || k->value->kind != YAML_LIST)
            return yaml_fail(l->file, k, l->error, "expected a listed unit with a list of words");
        status = add_words(l, k->value, set, (int)unit);
    }
    return status;
}

#define TRY(call)                                                                                  \
    do {                                                                                           \
        enum status try_status = (call);                                                           \
        if (try_status != STATUS_OK)                                                               \
            return try_status;                                                                     \
    } while (0)

static enum status load_units_file(struct loader *l)
{
    struct quantity_rules *r = l->rules;
    const struct yaml_node *root = l->file->root;
    add_unit(r, (struct slice){0}, UNIT_NONE);
    TRY(load_units(l, "classifiers", UNIT_CLASSIFIER));
    TRY(load_units(l, "measures", UNIT_MEASURE));
    TRY(load_units(l, "durations", UNIT_DURATION));
    TRY(load_units(l, "nouns", UNIT_NOUN));
    TRY(load_arabic_only(l));
    TRY(load_same(l));
    TRY(load_words(l, root, "not_units", &r->unit_words, 0));
    TRY(load_implied(l, "still_units", &r->still_units));
    TRY(load_factors(l));
    TRY(load_bounds(l, "before", &r->before));
    TRY(load_bounds(l, "distant", &r->distant));
    TRY(load_words(l, root, "fillers", &r->fillers, 1));
    TRY(load_bounds(l, "behind", &r->behind));
    TRY(load_words(l, root, "totals", &r->totals, 1));
    TRY(load_words(l, root, "not_totals", &r->totals, 0));
    TRY(load_implied(l, "implied", &r->implied));
    TRY(load_implied(l, "headed", &r->headed));
    TRY(load_words(l, root, "label_heads", &r->label_heads, 1));
    TRY(load_words(l, root, "remark_heads", &r->remark_heads, 1));
    TRY(load_words(l, root, "unit_heads", &r->unit_heads, 1));
    TRY(load_words(l, root, "unit_leads", &r->unit_leads, 1));
    return load_words(l, root, "implied_fillers", &r->implied_fillers, 1);
}

/* ---- terms and shapes ---- */

static enum status load_terms(struct loader *l)
{
    const struct yaml_node *list;
    TRY(want(l, l->file->root, "terms", YAML_LIST, &list));
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        TRY(check_word(l, n));
        if (!numeral_starts(n->text, 0))
            return yaml_fail(l->file, n, l->error,
                             "a term must begin with its number: write a shape instead");
        wordset_add(&l->rules->terms, n->text, 1);
    }
    return STATUS_OK;
}

static enum status load_shapes(struct loader *l)
{
    const struct yaml_node *list;
    TRY(want(l, l->file->root, "shapes", YAML_LIST, &list));
    l->rules->shapes = memory_zero((list->count + 1) * sizeof *l->rules->shapes);
    if (list->count > MAX_SHAPES)
        return yaml_fail(l->file, list, l->error, "more than %d shapes: merge some", MAX_SHAPES);
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        const struct yaml_node *say = yaml_get(n, "say");
        if (!say || say->kind != YAML_SCALAR)
            return yaml_fail(l->file, n, l->error, "a shape needs \"say\": write its pattern");
        struct shape *shape = &l->rules->shapes[l->rules->shape_count++];
        const char *wrong = shape_parse(shape, say->text, &l->file->arena);
        const struct yaml_node *counts = yaml_get(n, "counts");
        if (counts && !yaml_flag(counts, &shape->counts))
            return yaml_fail(l->file, counts, l->error,
                             "\"counts\" must be true or false: write one of them, unquoted");
        if (wrong)
            return yaml_fail(l->file, say, l->error, "%.*s: %s", SLICE_ARGS(say->text), wrong);
    }
    return STATUS_OK;
}

static enum status load_one_units(struct loader *l, const struct yaml_node *one, const char *key,
                                  unsigned kind)
{
    const struct yaml_node *list;
    TRY(want(l, one, key, YAML_LIST, &list));
    for (const struct yaml_node *n = list->first; n; n = n->next) {
        size_t unit = n->kind == YAML_SCALAR ? find_unit(l->rules, n->text) : 0;
        if (!unit)
            return yaml_fail(l->file, n, l->error, "not a unit of units.yaml: list it there");
        l->rules->units[unit].one |= kind;
    }
    return STATUS_OK;
}

static enum status load_terms_file(struct loader *l)
{
    struct quantity_rules *r = l->rules;
    const struct yaml_node *one;
    TRY(load_terms(l));
    TRY(load_words(l, l->file->root, "endings", &r->endings, 1));
    TRY(load_shapes(l));
    TRY(want(l, l->file->root, "one", YAML_MAP, &one));
    TRY(load_one_units(l, one, "ends", ONE_ENDS));
    TRY(load_one_units(l, one, "after_verb", ONE_AFTER_VERB));
    TRY(load_one_units(l, one, "always", ONE_ALWAYS));
    TRY(load_words(l, one, "verbs", &r->verbs, 1));
    TRY(load_words(l, one, "between", &r->between, 1));
    TRY(load_words(l, one, "negations", &r->negations, 1));
    return load_words(l, one, "cases", &r->cases, 1);
}

/* ---- the whole ---- */

/* Where the scan has to stop: at every character that a numeral, a quotation or a title begins
 * with. */
static void build_marks(struct quantity_rules *r)
{
    static const uint32_t quotes[] = {U'“', U'‘', U'「', U'『', U'《', '"'};
    for (size_t i = 0; i < sizeof quotes / sizeof *quotes; i++)
        r->marks[quotes[i] / 64] |= (uint64_t)1 << quotes[i] % 64;
    for (uint32_t c = 0; c < 0x10000; c++)
        if (numeral_begins_with(c))
            r->marks[c / 64] |= (uint64_t)1 << c % 64;
}

enum { SET_COUNT = 21 };

static void all_sets(struct quantity_rules *r, struct wordset *sets[SET_COUNT])
{
    struct wordset *all[SET_COUNT] = {
        &r->unit_words,  &r->factors, &r->before,          &r->distant,      &r->fillers,
        &r->behind,      &r->totals,  &r->implied,         &r->terms,        &r->verbs,
        &r->between,     &r->cases,   &r->implied_fillers, &r->negations,    &r->headed,
        &r->still_units, &r->endings, &r->label_heads,     &r->remark_heads, &r->unit_heads,
        &r->unit_leads};
    memcpy(sets, all, sizeof all);
}

static void build_sets(struct quantity_rules *r)
{
    struct wordset *sets[SET_COUNT];
    all_sets(r, sets);
    for (size_t i = 0; i < SET_COUNT; i++)
        wordset_build(sets[i]);
}

static enum status load_file(struct loader *l, struct yaml *file, const char *folder,
                             const char *name, enum status (*load)(struct loader *))
{
    struct buffer path = {0};
    buffer_format(&path, "%s/%s", folder, name);
    buffer_append(&path, "", 1);
    enum status status = yaml_load(file, path.data, l->error);
    buffer_release(&path);
    l->file = file;
    return status == STATUS_OK ? load(l) : status;
}

enum status quantity_rules_load(struct quantity_rules **rules, const char *catalogue_folder,
                                struct error *error)
{
    struct quantity_rules *r = memory_zero(sizeof *r);
    r->before.backward = r->distant.backward = r->fillers.backward = true;
    r->implied.backward = r->implied_fillers.backward = r->headed.backward = true;
    r->verbs.backward = r->between.backward = r->negations.backward = true;
    r->endings.backward = true;
    struct loader l = {.rules = r, .error = error};
    enum status status =
        load_file(&l, &r->units_file, catalogue_folder, "units.yaml", load_units_file);
    if (status == STATUS_OK)
        status =
            load_file(&l, &r->terms_file, catalogue_folder, "nonquantities.yaml", load_terms_file);
    if (status != STATUS_OK) {
        quantity_rules_free(&r);
        return status;
    }
    build_sets(r);
    build_marks(r);
    shape_index_build(&r->shape_index, r->shapes, r->shape_count);
    *rules = r;
    return STATUS_OK;
}

void quantity_rules_free(struct quantity_rules **rules)
{
    struct quantity_rules *r = *rules;
    if (!r)
        return;
    shape_index_release(&r->shape_index);
    struct wordset *sets[SET_COUNT];
    all_sets(r, sets);
    for (size_t i = 0; i < SET_COUNT; i++)
        wordset_release(sets[i]);
    yaml_release(&r->units_file);
    yaml_release(&r->terms_file);
    free(r->units);
    free(r->shapes);
    free(r);
    *rules = NULL;
}

bool quantity_unit_known(const struct quantity_rules *rules, struct slice unit)
{
    return find_unit(rules, unit) != 0;
}

double unit_factor(const struct quantity_rules *rules, struct slice text, size_t *length)
{
    int factor = wordset_ahead(&rules->factors, text, 0, length);
    return factor > 0 ? factor : 1;
}
