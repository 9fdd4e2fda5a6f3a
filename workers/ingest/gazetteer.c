/* gazetteer.c - loads gazetteer/regions.tsv and finds names by their first two characters.
 *
 * Names are sorted by those six bytes, then the longer first, so that one look into a hash table of
 * runs gives the few names to compare. Fails only on loading: a missing file, a row that makes no
 * sense (named by line).
 */
#include "workers/ingest/gazetteer.h"

#include "proto/memory.h"
#include "workers/ingest/table.h"

#include <stdio.h>
#include <stdlib.h>

enum { KEY_BYTES = 6, BUCKETS = 16384 };

struct gazetteer {
    struct table table;
    struct arena arena;     /* names that are put together */
    struct region *regions; /* sorted by code */
    size_t region_count;
    struct region_name *names;
    size_t name_count, name_capacity;
    uint32_t runs[BUCKETS]; /* index + 1 of the first name of a run; 0: empty. Open addressing. */
};

unsigned code_digits(uint32_t code)
{
    return code % 100 ? 6 : code % 10000 ? 4 : 2;
}

bool code_within(uint32_t code, uint32_t above)
{
    unsigned digits = code_digits(above);
    uint32_t scale = digits == 6 ? 1 : digits == 4 ? 100 : 10000;
    return code / scale == above / scale;
}

static uint32_t hash_key(const char *key)
{
    uint32_t hash = 2166136261u;
    for (int i = 0; i < KEY_BYTES; i++)
        hash = (hash ^ (unsigned char)key[i]) * 16777619u;
    return (hash ^ hash >> 15) % BUCKETS;
}

static bool same_key(struct slice a, const char *key)
{
    return memcmp(a.data, key, KEY_BYTES) == 0;
}

static int compare_names(const void *left, const void *right)
{
    const struct region_name *a = left, *b = right;
    int order = memcmp(a->text.data, b->text.data, KEY_BYTES);
    if (order == 0 && a->text.len != b->text.len)
        order = a->text.len > b->text.len ? -1 : 1;
    if (order == 0)
        order = slice_compare(a->text, b->text);
    if (order == 0)
        order = (int)a->kind - (int)b->kind;
    return order ? order
                 : (a->region->code > b->region->code) - (a->region->code < b->region->code);
}

static void add_name(struct gazetteer *gazetteer, struct slice text, enum name_kind kind,
                     const struct region *region)
{
    if (text.len < KEY_BYTES)
        return;
    if (gazetteer->name_count == gazetteer->name_capacity) {
        gazetteer->name_capacity = gazetteer->name_capacity ? gazetteer->name_capacity * 2 : 8192;
        gazetteer->names =
            memory_resize(gazetteer->names, gazetteer->name_capacity * sizeof *gazetteer->names);
    }
    gazetteer->names[gazetteer->name_count++] = (struct region_name){text, kind, region};
}

/* "蓟县|120225": names and codes that the region had before; the codes are of no use here. */
static void add_former(struct gazetteer *gazetteer, struct slice former,
                       const struct region *region)
{
    for (size_t at = 0; at < former.len;) {
        size_t bar = slice_find(former, SLICE("|"), at);
        size_t end = bar == SIZE_MAX ? former.len : bar;
        if (end > at && (unsigned char)former.data[at] >= 0x80)
            add_name(gazetteer, slice_range(former, at, end), NAME_FORMER, region);
        at = end + 1;
    }
}

/* 楚雄州 for 楚雄彝族自治州: its short name with what it is, as people write it. */
static void add_short_names(struct gazetteer *gazetteer, struct arena *arena,
                            const struct region *region)
{
    struct slice name = region->name, brief = region->brief;
    struct slice ending = slice_range(name, name.len - 3, name.len);
    bool autonomous = slice_has(name, SLICE("自治")) && region->level > LEVEL_PROVINCE;
    if (slice_equal(name, brief))
        return;
    add_name(gazetteer, brief, slice_ends(brief, ending) ? NAME_ALIAS : NAME_BRIEF, region);
    if (autonomous && !slice_ends(brief, ending))
        add_name(gazetteer, arena_format(arena, "%.*s%.*s", SLICE_ARGS(brief), SLICE_ARGS(ending)),
                 NAME_ALIAS, region);
}

static enum status read_region(struct region *region, const struct table *table,
                               const struct table_row *row, struct error *error)
{
    const struct slice *columns = row->columns;
    region->code = (uint32_t)strtoul(columns[0].data, NULL, 10);
    region->level = level_by_name(columns[1]);
    region->name = columns[2];
    region->brief = columns[3];
    if (columns[0].len != 6 || region->code < 110000 || region->level > LEVEL_COUNTY ||
        columns[2].len < KEY_BYTES)
        return fail(error, STATUS_FATAL, "%s:%u: not a region: six digits, level, name, short name",
                    table->path, row->line);
    if (row > table->rows && region->code <= region[-1].code)
        return fail(error, STATUS_FATAL, "%s:%u: %u is out of order or twice there", table->path,
                    row->line, region->code);
    return STATUS_OK;
}

static void index_names(struct gazetteer *gazetteer)
{
    qsort(gazetteer->names, gazetteer->name_count, sizeof *gazetteer->names, compare_names);
    for (size_t i = 0; i < gazetteer->name_count; i++) {
        const char *key = gazetteer->names[i].text.data;
        if (i > 0 && same_key(gazetteer->names[i - 1].text, key))
            continue;
        uint32_t bucket = hash_key(key);
        while (gazetteer->runs[bucket])
            bucket = (bucket + 1) % BUCKETS;
        gazetteer->runs[bucket] = (uint32_t)i + 1;
    }
}

enum status gazetteer_new(struct gazetteer **gazetteer, struct error *error)
{
    struct gazetteer *made = memory_zero(sizeof *made);
    *gazetteer = made;
    enum status status = table_load(&made->table, "workers/ingest/gazetteer/regions.tsv", 4, error);
    made->regions = memory_zero((made->table.count + 1) * sizeof *made->regions);
    for (size_t i = 0; status == STATUS_OK && i < made->table.count; i++) {
        struct region *region = &made->regions[made->region_count++];
        status = read_region(region, &made->table, &made->table.rows[i], error);
        add_name(made, region->name, NAME_FULL, region);
        if (status == STATUS_OK)
            add_short_names(made, &made->arena, region);
        add_former(made, made->table.rows[i].columns[4], region);
    }
    if (status != STATUS_OK) {
        gazetteer_free(gazetteer);
        return status;
    }
    index_names(made);
    return STATUS_OK;
}

void gazetteer_free(struct gazetteer **gazetteer)
{
    if (!*gazetteer)
        return;
    table_release(&(*gazetteer)->table);
    arena_release(&(*gazetteer)->arena);
    free((*gazetteer)->regions);
    free((*gazetteer)->names);
    free(*gazetteer);
    *gazetteer = NULL;
}

const struct region *gazetteer_region(const struct gazetteer *gazetteer, uint32_t code)
{
    size_t low = 0, high = gazetteer->region_count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (gazetteer->regions[middle].code == code)
            return &gazetteer->regions[middle];
        if (gazetteer->regions[middle].code < code)
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

const struct region *gazetteer_parent(const struct gazetteer *gazetteer,
                                      const struct region *region)
{
    unsigned digits = code_digits(region->code);
    const struct region *above = NULL;
    if (digits == 6)
        above = gazetteer_region(gazetteer, region->code / 100 * 100);
    if (!above && digits >= 4)
        above = gazetteer_region(gazetteer, region->code / 10000 * 10000);
    return above;
}

bool gazetteer_match(const struct gazetteer *gazetteer, struct slice text, size_t at,
                     struct place *place)
{
    if (at + KEY_BYTES > text.len || (unsigned char)text.data[at] < 0xE3)
        return false;
    const char *key = text.data + at;
    uint32_t bucket = hash_key(key);
    while (gazetteer->runs[bucket] &&
           !same_key(gazetteer->names[gazetteer->runs[bucket] - 1].text, key))
        bucket = (bucket + 1) % BUCKETS;
    if (!gazetteer->runs[bucket])
        return false;
    const struct region_name *end = gazetteer->names + gazetteer->name_count;
    const struct region_name *name = gazetteer->names + gazetteer->runs[bucket] - 1;
    struct slice rest = slice_range(text, at, text.len);
    while (name < end && same_key(name->text, key) && !slice_starts(rest, name->text))
        name++;
    if (name == end || !same_key(name->text, key))
        return false;
    *place = (struct place){name->text, name, 0};
    while (name < end && slice_equal(name->text, place->text)) {
        place->count++;
        name++;
    }
    return true;
}

void gazetteer_path(const struct gazetteer *gazetteer, const struct region *region, char *out,
                    size_t size)
{
    const struct region *above = gazetteer_parent(gazetteer, region);
    const struct region *top = above ? gazetteer_parent(gazetteer, above) : NULL;
    snprintf(out, size, "%.*s%.*s%.*s", SLICE_ARGS(top ? top->name : SLICE("")),
             SLICE_ARGS(above ? above->name : SLICE("")), SLICE_ARGS(region->name));
}
