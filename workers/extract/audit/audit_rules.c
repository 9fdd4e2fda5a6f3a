/* audit_rules.c - reads audits.yaml; once for the process, mistakes are reported where they stand.
 */
#include "workers/extract/audit/audit_rules.h"

static enum status read_words(struct yaml *yaml, const struct yaml_node *map, const char *key,
                              bool required, struct audit_words *words, struct error *error)
{
    const struct yaml_node *list = yaml_get(map, key);
    if (!list)
        return required ? yaml_fail(yaml, map, error, "no \"%s\": add a list of words", key)
                        : STATUS_OK;
    if (list->kind != YAML_LIST || list->count == 0)
        return yaml_fail(yaml, list, error, "\"%s\" has to be a list of words", key);
    for (const struct yaml_node *item = list->first; item; item = item->next) {
        if (item->kind != YAML_SCALAR || item->text.len == 0)
            return yaml_fail(yaml, item, error, "\"%s\": a word is expected here", key);
        wordset_add(&words->set, item->text, (int)item->line);
    }
    wordset_build(&words->set);
    return STATUS_OK;
}

static enum status read_rate(struct yaml *yaml, const struct yaml_node *map, struct rate_rule *rate,
                             struct error *error)
{
    const struct {
        const char *key;
        bool required;
        struct audit_words *words;
    } fields[] = {{"name", true, &rate->name},     {"part", true, &rate->part},
                  {"not", false, &rate->not_part}, {"rest", false, &rate->rest},
                  {"whole", true, &rate->whole},   {"unless", false, &rate->unless}};
    enum { FIELDS = sizeof fields / sizeof *fields };
    if (map->kind != YAML_MAP)
        return yaml_fail(yaml, map, error, "a rate is a map with name, part and whole");
    for (const struct yaml_node *key = map->first; key; key = key->next) {
        size_t i = 0;
        while (i < FIELDS && !slice_equal(key->text, slice_of(fields[i].key)))
            i++;
        if (i == FIELDS)
            return yaml_fail(yaml, key, error,
                             "\"%.*s\" is none of name, part, not, rest, whole, unless",
                             SLICE_ARGS(key->text));
    }
    enum status status = STATUS_OK;
    for (size_t i = 0; i < FIELDS && status == STATUS_OK; i++)
        status = read_words(yaml, map, fields[i].key, fields[i].required, fields[i].words, error);
    return status;
}

static enum status read_rates(struct audit_rules *rules, struct error *error)
{
    const struct yaml_node *list = yaml_get(rules->yaml.root, "rates");
    if (!list || list->kind != YAML_LIST)
        return yaml_fail(&rules->yaml, list ? list : rules->yaml.root, error,
                         "\"rates\" has to be a list of rates");
    rules->rates = arena_alloc(&rules->yaml.arena, list->count * sizeof *rules->rates);
    enum status status = STATUS_OK;
    for (const struct yaml_node *item = list->first; item && status == STATUS_OK; item = item->next)
        status = read_rate(&rules->yaml, item, &rules->rates[rules->rate_count++], error);
    return status;
}

static enum status read_group(struct audit_rules *rules, const struct yaml_node *list,
                              struct word_group *group, struct error *error)
{
    if (list->kind != YAML_LIST || list->count < 2)
        return yaml_fail(&rules->yaml, list, error, "a list of two words or more is expected here");
    group->words = arena_alloc(&rules->yaml.arena, list->count * sizeof *group->words);
    for (const struct yaml_node *item = list->first; item; item = item->next) {
        if (item->kind != YAML_SCALAR || item->text.len == 0)
            return yaml_fail(&rules->yaml, item, error, "a word is expected here");
        group->words[group->count++] = item->text;
    }
    return STATUS_OK;
}

static enum status read_groups(struct audit_rules *rules, const char *key,
                               struct word_groups *groups, struct error *error)
{
    const struct yaml_node *list = yaml_get(rules->yaml.root, key);
    if (!list || list->kind != YAML_LIST)
        return yaml_fail(&rules->yaml, list ? list : rules->yaml.root, error,
                         "\"%s\" has to be a list of lists of words", key);
    groups->groups = arena_alloc(&rules->yaml.arena, list->count * sizeof *groups->groups);
    enum status status = STATUS_OK;
    for (const struct yaml_node *item = list->first; item && status == STATUS_OK;
         item = item->next) {
        struct word_group *group = &groups->groups[groups->count++];
        *group = (struct word_group){0};
        status = read_group(rules, item, group, error);
    }
    return status;
}

static enum status read_self(struct audit_rules *rules, struct error *error)
{
    static const char *const names[] = {"township", "county", "district", "city"};
    const struct yaml_node *map = yaml_get(rules->yaml.root, "self");
    if (!map || map->kind != YAML_MAP)
        return yaml_fail(&rules->yaml, map ? map : rules->yaml.root, error,
                         "\"self\" has to be a map of self-references to levels");
    rules->self = arena_alloc(&rules->yaml.arena, map->count * sizeof *rules->self);
    for (const struct yaml_node *key = map->first; key; key = key->next) {
        unsigned level = 0;
        while (level < 4 && !slice_equal(key->value->text, slice_of(names[level])))
            level++;
        if (level == 4)
            return yaml_fail(&rules->yaml, key->value, error,
                             "a level is township, county, district or city");
        rules->self[rules->self_count++] = (struct self_word){key->text, level};
    }
    return STATUS_OK;
}

static enum status read_rules(struct audit_rules *rules, struct error *error)
{
    const struct {
        const char *key;
        struct audit_words *words;
    } fields[] = {{"changes", &rules->changes},
                  {"bases", &rules->bases},
                  {"overlaps", &rules->overlaps},
                  {"incomplete", &rules->incomplete},
                  {"carried", &rules->carried},
                  {"change_verbs", &rules->change_verbs},
                  {"change_links", &rules->change_links},
                  {"other_rates", &rules->other_rates},
                  {"partial", &rules->partial},
                  {"closing", &rules->closing},
                  {"each", &rules->each},
                  {"unclear", &rules->unclear},
                  {"statement_leads", &rules->statement_leads},
                  {"yearly", &rules->yearly},
                  {"yearly_unless", &rules->yearly_unless},
                  {"counted", &rules->counted},
                  {"compares", &rules->compares},
                  {"plan_words", &rules->plan_words},
                  {"self_not", &rules->self_not},
                  {"street", &rules->street},
                  {"town", &rules->town}};
    enum status status = read_rates(rules, error);
    if (status == STATUS_OK)
        status = read_self(rules, error);
    if (status == STATUS_OK)
        status = read_groups(rules, "complements", &rules->complements, error);
    if (status == STATUS_OK)
        status = read_groups(rules, "kinds", &rules->kinds, error);
    for (size_t i = 0; i < sizeof fields / sizeof *fields && status == STATUS_OK; i++)
        status =
            read_words(&rules->yaml, rules->yaml.root, fields[i].key, true, fields[i].words, error);
    if (status != STATUS_OK)
        audit_rules_release(rules);
    return status;
}

enum status audit_rules_load(struct audit_rules *rules, const char *path, struct error *error)
{
    *rules = (struct audit_rules){0};
    enum status status = yaml_load(&rules->yaml, path, error);
    return status == STATUS_OK ? read_rules(rules, error) : status;
}

enum status audit_rules_parse(struct audit_rules *rules, const char *name, struct slice text,
                              struct error *error)
{
    *rules = (struct audit_rules){0};
    enum status status = yaml_parse(&rules->yaml, name, text, error);
    return status == STATUS_OK ? read_rules(rules, error) : status;
}

void audit_rules_release(struct audit_rules *rules)
{
    struct audit_words *lists[] = {
        &rules->changes,        &rules->bases,        &rules->overlaps,      &rules->incomplete,
        &rules->carried,        &rules->yearly,       &rules->yearly_unless, &rules->counted,
        &rules->compares,       &rules->plan_words,   &rules->self_not,      &rules->street,
        &rules->town,           &rules->change_verbs, &rules->change_links,  &rules->other_rates,
        &rules->partial,        &rules->closing,      &rules->each,          &rules->unclear,
        &rules->statement_leads};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        wordset_release(&lists[i]->set);
    for (size_t i = 0; i < rules->rate_count; i++) {
        struct rate_rule *rate = &rules->rates[i];
        wordset_release(&rate->name.set);
        wordset_release(&rate->part.set);
        wordset_release(&rate->not_part.set);
        wordset_release(&rate->rest.set);
        wordset_release(&rate->whole.set);
        wordset_release(&rate->unless.set);
    }
    yaml_release(&rules->yaml);
    *rules = (struct audit_rules){0};
}

/* One probe a character, however many words there are. */
size_t audit_find(const struct audit_words *words, struct slice text, size_t from, size_t *length)
{
    return wordset_next(&words->set, text, from, length);
}

bool audit_says(const struct audit_words *words, struct slice text)
{
    size_t length;
    return audit_find(words, text, 0, &length) != SIZE_MAX;
}

bool audit_starts(const struct audit_words *words, struct slice text)
{
    size_t length;
    return wordset_ahead(&words->set, text, 0, &length) >= 0;
}

size_t audit_ending(const struct audit_words *words, struct slice text)
{
    size_t longest = 0;
    for (size_t i = 0; i < words->set.count; i++)
        if (words->set.words[i].text.len > longest && slice_ends(text, words->set.words[i].text))
            longest = words->set.words[i].text.len;
    return longest;
}
