/* catalogue_rules.c - scopes.yaml and the files of indicators/: their keys, rules and examples.
 *
 * Runs while loading. Every key is checked; what is wrong is reported and the rest read on.
 */
#include "workers/extract/rule/catalogue_private.h"

static const char *const scope_keys[] = {"label", "parts",    "kinds",           "levels",
                                         "rules", "examples", "counterexamples", NULL};
static const char *const indicator_keys[] = {
    "label", "units",   "kind",  "rollup",   "definition",      "object", "action",
    "about", "against", "rules", "examples", "counterexamples", NULL};
static const char *const rule_keys[] = {"say",    "topic", "under", "unless", "units",
                                        "weight", "allow", "needs", NULL};
static const char *const unless_keys[] = {"say", "needs", NULL};
static const char *const example_keys[] = {"text",   "heading", "context", "year",
                                           "issuer", "level",   NULL};
static const char *const kinds[] = {"count", "people", "money", "rate", NULL};
static const char *const rollups[] = {"sum", "latest", "mean", NULL};

/* ---- rules ---- */

static bool parse_pattern(struct loading *loading, const struct yaml_node *node,
                          enum rule_number number, struct rule_pattern *pattern)
{
    struct error error = {{0}};
    size_t at = 0;
    if (node->kind != YAML_SCALAR) {
        problem_in(loading->problems, loading->yaml, node, 0, "a pattern must be a text in quotes");
        return false;
    }
    if (rule_parse(pattern, node->text, number, &loading->catalogue->lexicon, &at, &error) == 0)
        return true;
    problem_in(loading->problems, loading->yaml, node, at, "%s", error.text);
    return false;
}

/* A /…/ expression's `needs`, beside it in `map`; NULL: the pattern stands alone. */
static void load_needs(struct loading *loading, const struct yaml_node *map,
                       struct rule_pattern *pattern)
{
    const struct yaml_node *needs = map ? yaml_get(map, "needs") : NULL;
    struct error error = {{0}};
    size_t at = 0;
    if (!needs)
        return;
    if (!pattern->expression)
        problem_in(loading->problems, loading->yaml, needs, 0,
                   "needs is for a /…/ expression: these words say themselves what they need");
    else if (needs->kind != YAML_SCALAR)
        problem_in(loading->problems, loading->yaml, needs, 0,
                   "a pattern must be a text in quotes");
    else if (rule_parse_needs(pattern, needs->text, &loading->catalogue->lexicon, &at, &error))
        problem_in(loading->problems, loading->yaml, needs, at, "%s", error.text);
}

/* Each a pattern, or {say: /…/, needs: pattern}. */
static void load_unless(struct loading *loading, const struct yaml_node *value,
                        struct catalogue_rule *rule)
{
    size_t capacity = 0;
    for (const struct yaml_node *node = first_of(value); node; node = next_of(value, node)) {
        bool alone = node->kind != YAML_MAP;
        if (!alone && !field_known(loading, node, unless_keys))
            continue;
        const struct yaml_node *say = alone ? node : yaml_get(node, "say");
        struct rule_pattern *pattern =
            ARENA_PUSH(&loading->catalogue->arena, rule->unless, rule->unless_count, capacity);
        if (!say)
            problem_in(loading->problems, loading->yaml, node, 0, "say is missing");
        if (say && parse_pattern(loading, say, NUMBER_OPTIONAL, pattern))
            load_needs(loading, alone ? NULL : node, pattern);
        else
            rule->unless_count--;
    }
}

static void load_say(struct loading *loading, const struct yaml_node *map,
                     struct catalogue_rule *rule)
{
    const struct yaml_node *say = yaml_get(map, "say");
    if (!say) {
        problem_in(loading->problems, loading->yaml, map, 0, "say is missing: add `say: \"…N\"`");
        return;
    }
    if (!parse_pattern(loading, say, NUMBER_REQUIRED, &rule->say))
        return;
    load_needs(loading, map, &rule->say);
    if (rule->say.expression && !yaml_get(map, "needs"))
        problem_in(loading->problems, loading->yaml, map, 0,
                   "a /…/ rule needs `needs: \"… N\"`, words that stand wherever it matches");
}

static void load_rule(struct loading *loading, const struct yaml_node *map, struct slice name,
                      size_t number, int32_t indicator, int32_t scope)
{
    struct catalogue *catalogue = loading->catalogue;
    struct catalogue_rule rule = {.indicator = indicator, .scope = scope};
    if (!field_known(loading, map, rule_keys))
        return;
    const struct yaml_node *under = yaml_get(map, "under");
    load_say(loading, map, &rule);
    load_unless(loading, yaml_get(map, "unless"), &rule);
    if (under)
        parse_pattern(loading, under, NUMBER_FORBIDDEN, &rule.under);
    rule.name = arena_format(&catalogue->arena, "%.*s#%zu", SLICE_ARGS(name), number);
    rule.topics = field_topics(loading, map);
    rule.units = field_units(loading, map, false);
    rule.allow = field_scopes(loading, map);
    rule.weight = field_weight(loading, map);
    if (rule.units == 0 && indicator >= 0)
        rule.units = catalogue->indicators[indicator].units;
    *ARENA_PUSH(&catalogue->arena, catalogue->rules, catalogue->rule_count,
                catalogue->rule_capacity) = rule;
}

size_t catalogue_load_rules(struct loading *loading, const struct yaml_node *owner,
                            struct slice name, int32_t indicator, int32_t scope)
{
    const struct yaml_node *rules = yaml_get(owner, "rules");
    size_t count = 0;
    if (rules && rules->kind != YAML_LIST) {
        problem_in(loading->problems, loading->yaml, rules, 0, "rules must be a list: `- say: …`");
        return 0;
    }
    for (const struct yaml_node *map = first_of(rules); map; map = next_of(rules, map))
        load_rule(loading, map, name, ++count, indicator, scope);
    return count;
}

/* ---- examples ---- */

static void load_example(struct loading *loading, const struct yaml_node *node, bool counter,
                         int32_t indicator, int32_t scope)
{
    struct catalogue *catalogue = loading->catalogue;
    static const char *const issuers[] = {"unknown", "government", "department", "committee", NULL};
    static const char *const levels[] = {"unknown", "nation",   "province", "prefecture",
                                         "county",  "township", NULL};
    struct catalogue_example example = {.indicator = indicator,
                                        .scope = scope,
                                        .counter = counter,
                                        .year = 2023,
                                        .kind = KIND_GOVERNMENT,
                                        .level = LEVEL_COUNTY,
                                        .path = loading->path,
                                        .line = node->line,
                                        .column = node->column};
    if (node->kind == YAML_SCALAR) {
        example.text = arena_copy(&catalogue->arena, node->text);
    } else if (field_known(loading, node, example_keys)) {
        const struct yaml_node *year = yaml_get(node, "year");
        double number = 2023;
        example.text = field_text(loading, node, "text", true);
        example.heading = field_text(loading, node, "heading", false);
        example.context = field_text(loading, node, "context", false);
        if (year && !yaml_number(year, &number))
            problem_in(loading->problems, loading->yaml, year, 0, "year must be a number");
        example.year = (unsigned)number;
        struct slice issuer = field_word(loading, node, "issuer", issuers, false);
        if (issuer.len)
            example.kind = kind_by_name(issuer);
        struct slice level = field_word(loading, node, "level", levels, false);
        if (level.len)
            example.level = level_by_name(level);
    }
    if (!slice_has(example.text, SLICE("{")) || !slice_has(example.text, SLICE("}")))
        problem_in(loading->problems, loading->yaml, node, 0,
                   "no {quantity} is marked: put braces around the one that is meant");
    if (!loading->options.examples)
        return;
    *ARENA_PUSH(&catalogue->arena, catalogue->examples, catalogue->example_count,
                catalogue->example_capacity) = example;
}

void catalogue_load_examples(struct loading *loading, const struct yaml_node *owner,
                             int32_t indicator, int32_t scope, size_t *examples,
                             size_t *counterexamples)
{
    const struct yaml_node *good = yaml_get(owner, "examples");
    const struct yaml_node *bad = yaml_get(owner, "counterexamples");
    for (const struct yaml_node *node = first_of(good); node;
         node = next_of(good, node), ++*examples)
        load_example(loading, node, false, indicator, scope);
    for (const struct yaml_node *node = first_of(bad); node;
         node = next_of(bad, node), ++*counterexamples)
        load_example(loading, node, true, indicator, scope);
}

/* ---- scopes ---- */

static bool is_map(struct loading *loading, const struct yaml_node *root, const char *shape)
{
    if (root->kind != YAML_MAP)
        problem_in(loading->problems, loading->yaml, root, 0, "write `%s:` with keys below it",
                   shape);
    return root->kind == YAML_MAP;
}

/* Names first, so that a rule may allow a scope that is written further down. */
static void name_scopes(struct loading *loading, const struct yaml_node *root)
{
    struct catalogue *catalogue = loading->catalogue;
    for (const struct yaml_node *key = root->first; key; key = key->next) {
        if (catalogue->scope_count == CATALOGUE_MAX_SCOPES) {
            problem_in(loading->problems, loading->yaml, key, 0, "more than %d scopes: merge some",
                       CATALOGUE_MAX_SCOPES);
            return;
        }
        struct catalogue_scope *scope =
            ARENA_PUSH(&catalogue->arena, catalogue->scopes, catalogue->scope_count,
                       catalogue->scope_capacity);
        *scope = (struct catalogue_scope){.name = arena_copy(&catalogue->arena, key->text)};
    }
}

void catalogue_load_scopes(struct loading *loading, const struct yaml_node *root)
{
    if (!is_map(loading, root, "scope"))
        return;
    name_scopes(loading, root);
    const struct yaml_node *key = root->first;
    for (size_t i = 0; i < loading->catalogue->scope_count; i++, key = key->next) {
        struct catalogue_scope *scope = &loading->catalogue->scopes[i];
        if (!field_known(loading, key->value, scope_keys))
            continue;
        scope->label = field_text(loading, key->value, "label", true);
        scope->parts = field_parts(loading, key->value);
        scope->kinds = field_kinds(loading, key->value);
        scope->levels = field_levels(loading, key->value);
        scope->rule_count = catalogue_load_rules(loading, key->value, scope->name, -1, (int32_t)i);
        catalogue_load_examples(loading, key->value, -1, (int32_t)i, &scope->example_count,
                                &scope->counterexample_count);
        if (scope->rule_count == 0 && scope->parts == 0)
            problem_in(loading->problems, loading->yaml, key, 0,
                       "scope %.*s has neither rules nor parts: it does nothing",
                       SLICE_ARGS(scope->name));
    }
}

/* ---- indicators ---- */

static const struct catalogue_indicator *indicator_named(const struct catalogue *catalogue,
                                                         struct slice id)
{
    for (size_t i = 0; i < catalogue->indicator_count; i++)
        if (slice_equal(catalogue->indicators[i].id, id))
            return &catalogue->indicators[i];
    return NULL;
}

static void load_indicator(struct loading *loading, const struct yaml_node *key)
{
    struct catalogue *catalogue = loading->catalogue;
    const struct catalogue_indicator *same = indicator_named(catalogue, key->text);
    if (same) {
        problem_in(loading->problems, loading->yaml, key, 0,
                   "%.*s is already in %s, line %u: keep one of them", SLICE_ARGS(key->text),
                   same->path, same->line);
        return;
    }
    if (!field_known(loading, key->value, indicator_keys))
        return;
    size_t index = catalogue->indicator_count;
    if (index == CATALOGUE_MAX_INDICATORS) {
        problem_in(loading->problems, loading->yaml, key, 0, "more than %d indicators",
                   CATALOGUE_MAX_INDICATORS);
        return;
    }
    struct catalogue_indicator *indicator =
        ARENA_PUSH(&catalogue->arena, catalogue->indicators, catalogue->indicator_count,
                   catalogue->indicator_capacity);
    *indicator = (struct catalogue_indicator){
        .id = arena_copy(&catalogue->arena, key->text),
        .label = field_text(loading, key->value, "label", true),
        .kind = field_word(loading, key->value, "kind", kinds, true),
        .rollup = field_word(loading, key->value, "rollup", rollups, true),
        .definition = field_text(loading, key->value, "definition", true),
        .units = field_units(loading, key->value, true),
        .path = loading->path,
        .line = key->line,
        .column = key->column,
    };
    indicator->rollup_number = slice_equal(indicator->rollup, SLICE("latest")) ? 1
                               : slice_equal(indicator->rollup, SLICE("mean")) ? 2
                                                                               : 0;
    catalogue_load_frame(loading, key->value, indicator->frame);
    indicator->rule_count =
        catalogue_load_rules(loading, key->value, indicator->id, (int32_t)index, -1);
    catalogue_load_examples(loading, key->value, (int32_t)index, -1, &indicator->example_count,
                            &indicator->counterexample_count);
    if (indicator->rule_count == 0 && indicator->frame[SLOT_OBJECT].count == 0)
        problem_in(loading->problems, loading->yaml, key, 0,
                   "%.*s has neither rules nor an object: add `rules:` or `object:`",
                   SLICE_ARGS(indicator->id));
}

void catalogue_load_indicators(struct loading *loading, const struct yaml_node *root)
{
    if (!is_map(loading, root, "group.indicator"))
        return;
    for (const struct yaml_node *key = root->first; key; key = key->next)
        load_indicator(loading, key);
}
