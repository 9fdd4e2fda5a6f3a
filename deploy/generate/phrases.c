/* phrases.c - reads phrases.yaml and parses its slots. A wrong slot is reported with its line. */
#include "deploy/generate/phrases.h"

#include "proto/base/paths.h"
#include "proto/base/yaml.h"

#include <stdio.h>
#include <stdlib.h>

struct loader {
    struct yaml yaml;
    struct arena *arena;
    struct error *error;
};

static enum status wrong(struct loader *loader, const struct yaml_node *node, const char *what)
{
    return yaml_fail(&loader->yaml, node, loader->error, "%s", what);
}

/* "20-400", "60%-100%" (a share). */
static bool parse_range(struct slice word, struct slot *slot)
{
    char *end;
    slot->low = strtod(word.data, &end);
    bool share = *end == '%';
    end += share;
    if (*end != '-')
        return false;
    slot->high = strtod(end + 1, &end);
    if (share)
        slot->low /= 100, slot->high /= 100;
    return slot->high >= slot->low;
}

static bool parse_flag(struct loader *loader, struct slice word, struct slot *slot)
{
    if (slice_equal(word, SLICE("total")))
        return slot->total = true;
    if (slice_equal(word, SLICE("exact")))
        return slot->exact = true;
    if (slice_starts(word, SLICE("of:"))) {
        slot->share_of = arena_copy(loader->arena, slice_range(word, 3, word.len));
        return true;
    }
    if (word.len == 2 && word.data[0] == '.') {
        slot->decimals = (unsigned)(word.data[1] - '0');
        return slot->decimals < 4;
    }
    return false;
}

/* "{reconsideration.accepted 件 20-400 total}", "{year}", "{= reconsideration.accepted}" */
static bool parse_slot(struct loader *loader, struct slice inside, struct slot *slot)
{
    struct slice words[8];
    size_t count = 0;
    for (size_t at = 0; at < inside.len && count < 8;) {
        size_t end = slice_find(inside, SLICE(" "), at);
        end = end == SIZE_MAX ? inside.len : end;
        words[count++] = arena_copy(loader->arena, slice_range(inside, at, end));
        at = end + 1;
    }
    if (count == 1) {
        *slot = (struct slot){.kind = SLOT_WORD, .text = words[0]};
        return true;
    }
    if (slice_equal(words[0], SLICE("="))) {
        *slot = (struct slot){.kind = SLOT_AGAIN, .indicator = words[1]};
        return true;
    }
    *slot = (struct slot){.kind = SLOT_NUMBER, .unit = words[1]};
    if (!slice_equal(words[0], SLICE("-")))
        slot->indicator = words[0];
    if (count < 3 || !parse_range(words[2], slot))
        return false;
    for (size_t i = 3; i < count; i++)
        if (!parse_flag(loader, words[i], slot))
            return false;
    return true;
}

static enum status parse_shape(struct loader *loader, const struct yaml_node *node,
                               struct phrase_shape *shape)
{
    struct slice text = arena_copy(loader->arena, node->text);
    size_t capacity = 0;
    for (size_t at = 0; at < text.len;) {
        size_t open = slice_find(text, SLICE("{"), at);
        size_t close = slice_find(text, SLICE("}"), open == SIZE_MAX ? at : open);
        size_t end = open == SIZE_MAX ? text.len : open;
        if (end > at)
            *ARENA_PUSH(loader->arena, shape->slots, shape->slot_count, capacity) =
                (struct slot){.kind = SLOT_TEXT, .text = slice_range(text, at, end)};
        if (open == SIZE_MAX)
            break;
        if (close == SIZE_MAX)
            return wrong(loader, node, "a { without its }");
        struct slot *slot = ARENA_PUSH(loader->arena, shape->slots, shape->slot_count, capacity);
        if (!parse_slot(loader, slice_range(text, open + 1, close), slot))
            return wrong(loader, node, "a slot is {ID UNIT LOW-HIGH [total] [exact] [.N] [of:ID]}");
        at = close + 1;
    }
    return STATUS_OK;
}

static enum status parse_list(struct loader *loader, const struct yaml_node *map, const char *key,
                              struct shape_list *list)
{
    const struct yaml_node *node = yaml_get(map, key);
    if (!node || node->kind != YAML_LIST || node->count == 0)
        return yaml_fail(&loader->yaml, node ? node : map, loader->error, "needs a list \"%s\"",
                         key);
    list->items = arena_alloc(loader->arena, node->count * sizeof *list->items);
    enum status status = STATUS_OK;
    for (const struct yaml_node *item = node->first; item && !status; item = item->next)
        status = parse_shape(loader, item, &list->items[list->count++]);
    return status;
}

static enum status parse_fields(struct loader *loader, struct phrases *phrases)
{
    const struct yaml_node *map = yaml_get(loader->yaml.root, "fields");
    if (!map || map->kind != YAML_MAP)
        return wrong(loader, loader->yaml.root, "needs a map \"fields\"");
    phrases->fields = arena_alloc(loader->arena, map->count * sizeof *phrases->fields);
    enum status status = STATUS_OK;
    for (const struct yaml_node *key = map->first; key && !status; key = key->next) {
        struct field_phrases *field = &phrases->fields[phrases->field_count++];
        field->name = arena_copy(loader->arena, key->text);
        status = parse_list(loader, key->value, "headings", &field->headings);
        if (!status)
            status = parse_list(loader, key->value, "shapes", &field->shapes);
    }
    return status;
}

static size_t copy_words(struct loader *loader, const char *key, struct slice **items)
{
    const struct yaml_node *list = yaml_get(loader->yaml.root, key);
    size_t count = 0;
    *items = arena_alloc(loader->arena, (list ? list->count : 0) * sizeof **items);
    for (const struct yaml_node *item = list ? list->first : NULL; item; item = item->next)
        (*items)[count++] = arena_copy(loader->arena, item->text);
    return count;
}

static enum status parse_all(struct loader *loader, struct phrases *phrases)
{
    struct {
        const char *key;
        struct shape_list *list;
    } lists[] = {{"titles", &phrases->titles},
                 {"openings", &phrases->openings},
                 {"shortcomings", &phrases->shortcomings},
                 {"duty", &phrases->duty},
                 {"plan", &phrases->plan},
                 {"again", &phrases->again},
                 {"part_measures", &phrases->part_measures},
                 {"part_shortcomings", &phrases->part_shortcomings},
                 {"part_duty", &phrases->part_duty},
                 {"part_plan", &phrases->part_plan}};
    enum status status = STATUS_OK;
    for (size_t i = 0; i < sizeof lists / sizeof *lists && !status; i++)
        status = parse_list(loader, loader->yaml.root, lists[i].key, lists[i].list);
    if (!status)
        status = parse_fields(loader, phrases);
    phrases->policy_count = copy_words(loader, "policies", &phrases->policies);
    phrases->action_count = copy_words(loader, "actions", &phrases->actions);
    phrases->effect_count = copy_words(loader, "effects", &phrases->effects);
    if (!status && !(phrases->policy_count && phrases->action_count && phrases->effect_count))
        status = wrong(loader, loader->yaml.root, "needs the lists policies, actions and effects");
    return status;
}

enum status phrases_load(struct phrases *phrases, struct error *error)
{
    char path[4096];
    struct loader loader = {.arena = &phrases->arena, .error = error};
    enum status status = data_path("deploy/generate/phrases.yaml", path, sizeof path, error);
    if (!status)
        status = yaml_load(&loader.yaml, path, error);
    if (!status)
        status = parse_all(&loader, phrases);
    yaml_release(&loader.yaml);
    return status;
}

void phrases_release(struct phrases *phrases)
{
    arena_release(&phrases->arena);
    *phrases = (struct phrases){0};
}
