/* places.c - draws authors in about the nation's proportions: of 130,000 reports a year a few are
 * from provinces and prefectures, one in six from a county, a third from townships, the rest from
 * departments. One thread. */
#include "deploy/generate/places.h"

#include "proto/base/paths.h"
#include "proto/base/yaml.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIRST_YEAR = 2015, LAST_YEAR = 2024, PATH_BYTES = 4096 };

static uint32_t parent_code(uint32_t code, enum level level)
{
    if (level == LEVEL_PROVINCE)
        return 0;
    return level == LEVEL_PREFECTURE ? code / 10000 * 10000 : code / 100 * 100;
}

const struct office_place *places_find(const struct places *places, uint32_t code)
{
    size_t low = 0, high = places->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (places->items[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    bool hit = low < places->count && places->items[low].code == code;
    return hit ? &places->items[low] : NULL;
}

/* Counties of municipalities and those ruled by the province hang below the province directly. */
static const struct office_place *parent_of(const struct places *places,
                                            const struct office_place *place)
{
    const struct office_place *parent = places_find(places, parent_code(place->code, place->level));
    if (!parent && place->level == LEVEL_COUNTY)
        parent = places_find(places, place->code / 10000 * 10000);
    return parent;
}

static void add_line(struct places *places, char *line)
{
    char *columns[4] = {0};
    for (unsigned i = 0; i < 4 && line; i++)
        columns[i] = strsep(&line, "\t\n");
    if (!columns[3] || columns[0][0] == '#')
        return;
    struct office_place *place =
        ARENA_PUSH(&places->arena, places->items, places->count, places->capacity);
    *place = (struct office_place){.code = (uint32_t)strtoul(columns[0], NULL, 10),
                                   .level = level_by_name(slice_of(columns[1])),
                                   .name = arena_copy(&places->arena, slice_of(columns[2])),
                                   .short_name = arena_copy(&places->arena, slice_of(columns[3]))};
}

static enum status load_regions(struct places *places, struct error *error)
{
    char path[PATH_BYTES], *line = NULL;
    size_t size = 0;
    enum status status =
        data_path("workers/ingest/gazetteer/regions.tsv", path, sizeof path, error);
    FILE *file = status ? NULL : fopen(path, "r");
    if (!file)
        return status ? status : fail(error, STATUS_FATAL, "%s can't be read", path);
    while (getline(&line, &size, file) > 0)
        add_line(places, line);
    free(line);
    fclose(file);
    return places->count ? STATUS_OK : fail(error, STATUS_FATAL, "%s holds no region", path);
}

/* A unit that took over from one that is gone has its code, and often its name, only since then. */
static void note_successors(struct places *places, uint16_t until, char *successors)
{
    for (char *code; (code = strsep(&successors, " \n"));) {
        struct office_place *place =
            (struct office_place *)places_find(places, (uint32_t)strtoul(code, NULL, 10));
        if (place && place->since < until)
            place->since = until;
    }
}

static enum status load_changes(struct places *places, struct error *error)
{
    char path[PATH_BYTES], *line = NULL;
    size_t size = 0;
    enum status status =
        data_path("workers/ingest/gazetteer/changes.tsv", path, sizeof path, error);
    FILE *file = status ? NULL : fopen(path, "r");
    if (!file)
        return status ? status : fail(error, STATUS_FATAL, "%s can't be read", path);
    while (getline(&line, &size, file) > 0) {
        char *rest = line, *columns[5] = {0};
        for (unsigned i = 0; i < 5 && rest; i++)
            columns[i] = strsep(&rest, "\t");
        if (columns[4] && *line != '#')
            note_successors(places, (uint16_t)strtoul(columns[3], NULL, 10), columns[4]);
    }
    free(line);
    fclose(file);
    return STATUS_OK;
}

static void index_levels(struct places *places)
{
    for (enum level level = LEVEL_PROVINCE; level < LEVEL_TOWNSHIP; level++)
        places->by_level[level] = arena_alloc(&places->arena, places->count * sizeof(size_t));
    for (size_t i = 0; i < places->count; i++) {
        struct office_place *place = &places->items[i];
        places->by_level[place->level][places->level_count[place->level]++] = i;
        struct office_place *parent = (struct office_place *)parent_of(places, place);
        if (parent)
            parent->children[place->level]++;
        struct office_place *province =
            (struct office_place *)places_find(places, place->code / 10000 * 10000);
        if (province && province != parent && province != place)
            province->children[place->level]++;
    }
}

static size_t copy_list(struct arena *arena, const struct yaml_node *list, struct slice **items)
{
    size_t count = 0;
    *items = arena_alloc(arena, (list ? list->count : 0) * sizeof **items);
    for (const struct yaml_node *item = list ? list->first : NULL; item; item = item->next)
        (*items)[count++] = arena_copy(arena, item->text);
    return count;
}

static enum status load_names(struct places *places, struct error *error)
{
    char path[PATH_BYTES];
    struct yaml yaml = {0};
    enum status status = data_path("deploy/generate/names.yaml", path, sizeof path, error);
    if (!status)
        status = yaml_load(&yaml, path, error);
    if (status)
        return status;
    places->town_count = copy_list(&places->arena, yaml_get(yaml.root, "towns"), &places->towns);
    places->department_count =
        copy_list(&places->arena, yaml_get(yaml.root, "departments"), &places->departments);
    if (!places->town_count || !places->department_count)
        status = yaml_fail(&yaml, yaml.root, error, "needs the lists towns and departments");
    yaml_release(&yaml);
    return status;
}

enum status places_load(struct places *places, struct error *error)
{
    enum status status = load_regions(places, error);
    if (!status)
        status = load_changes(places, error);
    if (!status)
        status = load_names(places, error);
    if (!status)
        index_levels(places);
    return status;
}

void places_release(struct places *places)
{
    arena_release(&places->arena);
    *places = (struct places){0};
}

/* The last character of 安化县 is what the text calls itself: 我县, 全县. Leagues, banners and
 * autonomous units too: 自治州 is 州, 自治县 is 县, 旗 is 旗. */
static struct slice last_character(struct slice name)
{
    return slice_range(name, name.len - 3, name.len);
}

static void make_township(const struct places *places, struct random *random, struct arena *arena,
                          struct author *author)
{
    static const char *const kinds[] = {"镇", "镇", "乡", "街道"};
    struct slice stem = places->towns[random_between(random, 0, places->town_count - 1)];
    struct slice kind = slice_of(kinds[random_between(random, 0, 3)]);
    bool street = kind.len == 6;
    author->level = LEVEL_TOWNSHIP;
    author->township = arena_format(arena, "%.*s%.*s", SLICE_ARGS(stem), SLICE_ARGS(kind));
    author->issuer = arena_format(arena, "%.*s%.*s%s", SLICE_ARGS(author->place->name),
                                  SLICE_ARGS(author->township), street ? "办事处" : "人民政府");
    author->noun = street ? SLICE("街道") : kind;
}

static void make_department(const struct places *places, struct random *random, struct arena *arena,
                            struct author *author)
{
    struct slice name =
        places->departments[random_between(random, 0, places->department_count - 1)];
    author->kind = KIND_DEPARTMENT;
    author->issuer =
        arena_format(arena, "%.*s%.*s", SLICE_ARGS(author->place->name), SLICE_ARGS(name));
}

struct author places_draw(const struct places *places, struct random *random, struct arena *arena)
{
    unsigned dice = (unsigned)random_between(random, 0, 999);
    enum level level = dice < 3 ? LEVEL_PROVINCE : dice < 30 ? LEVEL_PREFECTURE : LEVEL_COUNTY;
    if (dice >= 600 && random_chance(random, 4))
        level = LEVEL_PREFECTURE; /* a prefecture's department */
    size_t chosen = random_between(random, 0, places->level_count[level] - 1);
    const struct office_place *place = &places->items[places->by_level[level][chosen]];
    uint16_t first = place->since < FIRST_YEAR  ? FIRST_YEAR
                     : place->since > LAST_YEAR ? LAST_YEAR
                                                : place->since;
    struct author author = {.place = place,
                            .parent = parent_of(places, place),
                            .province = places_find(places, place->code / 10000 * 10000),
                            .level = level,
                            .kind = KIND_GOVERNMENT,
                            .noun = last_character(place->name),
                            .year = (uint16_t)random_between(random, first, LAST_YEAR)};
    if (level == LEVEL_PROVINCE && place->name.len > 9)
        author.noun = SLICE("区"); /* 自治区; a municipality's 市 is right as it is */
    author.issuer = arena_format(arena, "%.*s人民政府", SLICE_ARGS(place->name));
    if (dice >= 200 && dice < 600)
        make_township(places, random, arena, &author);
    else if (dice >= 600)
        make_department(places, random, arena, &author);
    return author;
}
