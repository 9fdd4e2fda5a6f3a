/* gazetteer.c - loads gazetteer/regions.tsv and changes.tsv and finds names by their first two
 * characters.
 *
 * Names are sorted by those six bytes, then the longer first, so that one look into a hash table of
 * runs gives the few names to compare. Townships and zones are ten times as many and asked for
 * rarely: roll.c looks them up in their sorted files. One gazetteer a process, counted under a
 * mutex. Fails only on loading: a missing file, a row that makes no sense (named by line).
 */
#include "workers/ingest/gazetteer.h"

#include "proto/base/memory.h"
#include "proto/base/tsv.h"
#include "workers/ingest/corps.h"
#include "workers/ingest/roll.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_BYTES = 6, BUCKETS = 16384 };

struct gazetteer {
    struct table table, changes, corps_table;
    struct roll townships, zones;
    struct corps corps;
    struct arena arena;     /* names that are put together */
    struct region *regions; /* those of today sorted by code, then those that are gone, too */
    size_t region_count, gone_count;
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

/* "蓟县|120225|=巴州": names and codes that the region had before, and what else it is called; the
 * codes are of no use here. */
static void add_former(struct gazetteer *gazetteer, struct slice former,
                       const struct region *region)
{
    for (size_t at = 0; at < former.len;) {
        size_t bar = slice_find(former, SLICE("|"), at);
        size_t end = bar == SIZE_MAX ? former.len : bar;
        if (end > at + 1 && former.data[at] == '=')
            add_name(gazetteer, slice_range(former, at + 1, end), NAME_ALIAS, region);
        else if (end > at && (unsigned char)former.data[at] >= 0x80)
            add_name(gazetteer, slice_range(former, at, end), NAME_FORMER, region);
        at = end + 1;
    }
}

/* 楚雄州 and 楚雄自治州 for 楚雄彝族自治州: its short name with what it is, as people write it. */
static void add_short_names(struct gazetteer *gazetteer, struct arena *arena,
                            const struct region *region)
{
    struct slice name = region->name, brief = region->brief;
    struct slice ending = slice_range(name, name.len - 3, name.len);
    bool autonomous = slice_has(name, SLICE("自治")) && region->level > LEVEL_PROVINCE;
    if (slice_equal(name, brief))
        return;
    add_name(gazetteer, brief, slice_ends(brief, ending) ? NAME_ALIAS : NAME_BRIEF, region);
    if (!autonomous || slice_ends(brief, ending))
        return;
    static const char *const forms[] = {"%.*s%.*s", "%.*s自治%.*s"};
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        add_name(gazetteer, arena_format(arena, forms[i], SLICE_ARGS(brief), SLICE_ARGS(ending)),
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

/* ---- loading ---- */

static enum status read_regions(struct gazetteer *made, struct error *error)
{
    for (size_t i = 0; i < made->table.count; i++) {
        struct region *region = &made->regions[made->region_count++];
        enum status status = read_region(region, &made->table, &made->table.rows[i], error);
        if (status != STATUS_OK)
            return status;
        add_name(made, region->name, NAME_FULL, region);
        add_short_names(made, &made->arena, region);
        add_former(made, made->table.rows[i].columns[4], region);
    }
    return STATUS_OK;
}

uint32_t codes_next(struct slice *codes)
{
    uint32_t code = 0;
    size_t at = 0;
    while (at < codes->len && codes->data[at] == ' ')
        at++;
    for (; at < codes->len && codes->data[at] >= '0' && codes->data[at] <= '9' && at < 16; at++)
        code = code * 10 + (uint32_t)(codes->data[at] - '0');
    *codes = slice_range(*codes, at, codes->len);
    return code;
}

/* A successor of the same name under a new code: it did not stand before. */
static void begin_successors(struct gazetteer *made, const struct region *gone)
{
    struct slice codes = gone->successors;
    for (uint32_t code; (code = codes_next(&codes)) != 0;)
        for (size_t i = 0; i < made->region_count + made->gone_count; i++) {
            struct region *next = &made->regions[i];
            if (next->code == code && next != gone && slice_equal(next->name, gone->name))
                next->since = gone->until;
        }
}

static enum status read_changes(struct gazetteer *made, struct error *error)
{
    for (size_t i = 0; i < made->changes.count; i++) {
        const struct table_row *row = &made->changes.rows[i];
        struct region *region = &made->regions[made->region_count + made->gone_count++];
        *region = (struct region){
            .code = (uint32_t)strtoul(row->columns[0].data, NULL, 10),
            .level = level_by_name(row->columns[1]),
            .name = row->columns[2],
            .brief = row->columns[2],
            .until = (uint16_t)strtoul(row->columns[3].data, NULL, 10),
            .successors = row->columns[4],
        };
        if (region->code < 110000 || region->code > 659999 || region->level > LEVEL_COUNTY ||
            region->level < LEVEL_PROVINCE || region->name.len < KEY_BYTES ||
            region->until < 1990 || region->until > 2100)
            return fail(error, STATUS_FATAL,
                        "%s:%u: not a unit that is gone: code, level, name, year, successors",
                        made->changes.path, row->line);
        add_name(made, region->name, NAME_FULL, region);
    }
    for (size_t i = 0; i < made->gone_count; i++)
        begin_successors(made, &made->regions[made->region_count + i]);
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

static enum status load(struct gazetteer *made, struct error *error)
{
    enum status status = table_load(&made->table, "workers/ingest/gazetteer/regions.tsv", 4, error);
    if (status == STATUS_OK)
        status = table_load(&made->changes, "workers/ingest/gazetteer/changes.tsv", 5, error);
    if (status != STATUS_OK)
        return status;
    made->regions =
        memory_zero((made->table.count + made->changes.count + 1) * sizeof *made->regions);
    status = read_regions(made, error);
    if (status == STATUS_OK)
        status = read_changes(made, error);
    if (status == STATUS_OK)
        status = roll_load(&made->townships, "workers/ingest/gazetteer/townships.tsv", error);
    if (status == STATUS_OK)
        status = roll_load(&made->zones, "workers/ingest/gazetteer/zones.tsv", error);
    if (status == STATUS_OK)
        status = table_load(&made->corps_table, "workers/ingest/gazetteer/corps.tsv", 2, error);
    if (status == STATUS_OK)
        status = corps_load(&made->corps, &made->corps_table, error);
    if (status == STATUS_OK)
        index_names(made);
    return status;
}

static void release(struct gazetteer **gazetteer)
{
    table_release(&(*gazetteer)->table);
    table_release(&(*gazetteer)->changes);
    roll_release(&(*gazetteer)->townships);
    roll_release(&(*gazetteer)->zones);
    corps_release(&(*gazetteer)->corps);
    table_release(&(*gazetteer)->corps_table);
    arena_release(&(*gazetteer)->arena);
    free((*gazetteer)->regions);
    free((*gazetteer)->names);
    free(*gazetteer);
    *gazetteer = NULL;
}

static struct {
    pthread_mutex_t lock;
    struct gazetteer *gazetteer;
    unsigned users;
} shared = {.lock = PTHREAD_MUTEX_INITIALIZER};

enum status gazetteer_new(struct gazetteer **gazetteer, struct error *error)
{
    enum status status = STATUS_OK;
    pthread_mutex_lock(&shared.lock);
    if (shared.users == 0) {
        shared.gazetteer = memory_zero(sizeof *shared.gazetteer);
        status = load(shared.gazetteer, error);
        if (status != STATUS_OK)
            release(&shared.gazetteer);
    }
    if (status == STATUS_OK)
        shared.users++;
    *gazetteer = shared.gazetteer;
    pthread_mutex_unlock(&shared.lock);
    return status;
}

void gazetteer_free(struct gazetteer **gazetteer)
{
    if (!*gazetteer)
        return;
    pthread_mutex_lock(&shared.lock);
    if (--shared.users == 0)
        release(&shared.gazetteer);
    pthread_mutex_unlock(&shared.lock);
    *gazetteer = NULL;
}

/* ---- asking ---- */

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
    for (size_t i = 0; i < gazetteer->gone_count; i++)
        if (gazetteer->regions[gazetteer->region_count + i].code == code)
            return &gazetteer->regions[gazetteer->region_count + i];
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

bool gazetteer_township(const struct gazetteer *gazetteer, struct slice text, size_t at,
                        struct named_codes *found)
{
    return roll_match(&gazetteer->townships, text, at, found);
}

bool gazetteer_zone(const struct gazetteer *gazetteer, struct slice text, size_t at,
                    struct named_codes *found)
{
    return roll_match(&gazetteer->zones, text, at, found);
}

const struct corps *gazetteer_corps(const struct gazetteer *gazetteer)
{
    return &gazetteer->corps;
}

void gazetteer_path(const struct gazetteer *gazetteer, const struct region *region, char *out,
                    size_t size)
{
    const struct region *above = gazetteer_parent(gazetteer, region);
    const struct region *top = above ? gazetteer_parent(gazetteer, above) : NULL;
    snprintf(out, size, "%.*s%.*s%.*s", SLICE_ARGS(top ? top->name : SLICE("")),
             SLICE_ARGS(above ? above->name : SLICE("")), SLICE_ARGS(region->name));
}
