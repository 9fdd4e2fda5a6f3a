/* changes.c - the rows that changed since a version, as they stand now. Owned by the reader's
 * thread.
 *
 * Happy path: version by version, the log's records become row keys (a government's figure stands
 * for the roll-ups above it, too), sorted, each looked up. A row that changed in several versions
 * of one page comes once; one that changed again in a later page comes again.
 */
#include "workers/results/read/read.h"

#include <stdlib.h>
#include <uthash.h>

struct change {
    size_t offset; /* of the key in bytes */
    uint32_t len;
    bool is_rollup;
    struct rollup rollup; /* which one, without figures; of a unit's row only the indicator */
};

/* The roll-ups of one parent, year and level of children, worked out once a page. */
struct worked_out {
    struct rollup key;
    struct rollup_list list;
};

struct seen_key {
    UT_hash_handle hh;
    struct slice key; /* in the arena */
};

struct collection {
    struct row_page *page;
    struct buffer bytes;
    struct change *changes; /* of one version */
    size_t count, capacity;
    struct worked_out *known;
    size_t known_count;
    struct seen_key *seen;
    struct buffer value; /* of the unit at hand */
};

struct slice read_mark(struct arena *arena, char type, uint64_t version, struct slice key)
{
    char *bytes = arena_alloc(arena, 1 + 8 + key.len);
    bytes[0] = type;
    log_key_of(version, bytes + 1);
    if (key.len)
        memcpy(bytes + 9, key.data, key.len);
    return (struct slice){bytes, 9 + key.len};
}

/* ---- from the log to keys ---- */

static struct slice key_of(const struct collection *all, const struct change *change)
{
    return (struct slice){all->bytes.data + change->offset, change->len};
}

static struct change *add(struct collection *all, size_t start)
{
    if (all->count == all->capacity) {
        all->capacity = all->capacity ? all->capacity * 2 : 1024;
        all->changes = memory_resize(all->changes, all->capacity * sizeof *all->changes);
    }
    struct change *change = &all->changes[all->count++];
    *change = (struct change){.offset = start, .len = (uint32_t)(all->bytes.len - start)};
    return change;
}

static bool wanted(struct collection *all, uint32_t region, uint16_t year)
{
    uint32_t next;
    return matcher_unit(&all->page->matcher, region, year, &next) == MATCH_YES;
}

static void add_row(struct collection *all, const struct log_record *record, uint32_t number,
                    struct slice indicator)
{
    size_t start = all->bytes.len;
    const struct filter *filter = &all->page->request->filter;
    if (!wanted(all, record->unit.region, record->unit.year) || filter->rollups_only ||
        !filter_wants_kind(filter, record->unit.kind))
        return;
    row_key_put(&all->bytes, indicator, &record->unit);
    add(all, start)->rollup.indicator = number;
}

static void add_rollups(struct collection *all, const struct log_record *record, uint32_t number,
                        struct slice indicator)
{
    uint32_t parents[MAX_PARENTS];
    unsigned count = region_parents(all->page->reader->regions, record->unit.region, parents);
    enum level level = all->page->request->filter.level;
    if (!filter_wants_rollups(&all->page->request->filter))
        return;
    for (unsigned i = 0; i < count; i++) {
        uint16_t year = record->unit.year;
        size_t start = all->bytes.len;
        if ((level && level != level_of_code(parents[i])) || !wanted(all, parents[i], year))
            continue;
        rollup_key_put(&all->bytes, indicator, parents[i], year, record->level);
        struct change *change = add(all, start);
        change->is_rollup = true;
        change->rollup = (struct rollup){.indicator = number,
                                         .parent = parents[i],
                                         .year = year,
                                         .children_level = record->level};
    }
}

static int by_key(const void *left, const void *right, void *context)
{
    const struct collection *all = context;
    return slice_compare(key_of(all, left), key_of(all, right));
}

static enum status collect(struct collection *all, uint64_t version, struct error *error)
{
    struct results_reader *reader = all->page->reader;
    struct buffer log = {0};
    enum status status = log_read(reader->kv, version, &log, error);
    struct coded in = coded_of(buffer_slice(&log));
    struct log_record record;
    uint32_t number;
    buffer_clear(&all->bytes);
    all->count = 0;
    while (status == STATUS_OK && log_next(&in, &record)) {
        while (log_number(&record, &number)) {
            struct slice indicator = dictionary_indicator(&reader->dictionary, number);
            in.bad = in.bad || indicator.len == 0;
            if (!matcher_indicator(&all->page->matcher, indicator))
                continue;
            if (record.type == LOG_ROWS)
                add_row(all, &record, number, indicator);
            else
                add_rollups(all, &record, number, indicator);
        }
    }
    if (status == STATUS_OK && in.bad)
        status = fail(error, STATUS_FATAL,
                      "the store's change log is damaged at version %llu; restore it from a backup",
                      (unsigned long long)version);
    buffer_release(&log);
    if (all->count)
        qsort_r(all->changes, all->count, sizeof *all->changes, by_key, all);
    return status;
}

/* ---- from keys to rows ---- */

static bool seen_before(struct collection *all, struct slice key)
{
    struct seen_key *entry;
    HASH_FIND(hh, all->seen, key.data, key.len, entry);
    if (entry)
        return true;
    entry = arena_alloc(all->page->arena, sizeof *entry);
    entry->key = arena_copy(all->page->arena, key);
    HASH_ADD_KEYPTR(hh, all->seen, entry->key.data, entry->key.len, entry);
    return false;
}

static enum status work_out(struct collection *all, const struct rollup *which,
                            struct rollup_list **list, struct error *error)
{
    for (size_t i = 0; i < all->known_count; i++) {
        const struct rollup *key = &all->known[i].key;
        if (key->parent == which->parent && key->year == which->year &&
            key->children_level == which->children_level) {
            *list = &all->known[i].list;
            return STATUS_OK;
        }
    }
    all->known = memory_resize(all->known, (all->known_count + 1) * sizeof *all->known);
    struct worked_out *new = &all->known[all->known_count++];
    *new = (struct worked_out){.key = *which};
    *list = &new->list;
    struct code_range parent = {which->parent, which->parent};
    struct rollup_wish wish = {.year = which->year,
                               .parent_level = level_of_code(which->parent),
                               .children_level = which->children_level,
                               .parents = &parent,
                               .parent_count = 1};
    return panel_rollups(all->page->reader->panel, &wish, &new->list, error);
}

static enum status take_rollup(struct collection *all, const struct change *change,
                               struct error *error)
{
    struct rollup_list *list;
    const struct dictionary *dictionary = &all->page->reader->dictionary;
    enum status status = work_out(all, &change->rollup, &list, error);
    if (status != STATUS_OK)
        return status;
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = rollup_compare(dictionary, &list->items[middle], &change->rollup);
        if (order == 0) {
            page_rollup_row(all->page, &list->items[middle]);
            return STATUS_OK;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return page_gone_row(all->page, key_of(all, change), error);
}

static enum status take(struct collection *all, const struct change *change, struct error *error)
{
    struct results_reader *reader = all->page->reader;
    struct slice key = key_of(all, change);
    if (change->is_rollup)
        return take_rollup(all, change, error);
    struct slice place = row_key_place(key);
    buffer_clear(&all->value);
    enum level level;
    enum status status =
        kv_get(reader->kv, FAMILY_UNITS, slice_range(place, 0, place.len - 1), &all->value, error);
    if (status == STATUS_AGAIN ||
        (status == STATUS_OK && !unit_bears(buffer_slice(&all->value), change->rollup.indicator)))
        return page_gone_row(all->page, key, error);
    if (status == STATUS_OK)
        status = unit_read(buffer_slice(&all->value), &level, error);
    return status == STATUS_OK ? page_unit_row(all->page, key, level, error) : status;
}

/* Those of one version behind `after` (empty: all). */
static enum status read_version(struct collection *all, uint64_t version, struct slice after,
                                struct error *error)
{
    struct row_page *page = all->page;
    struct slice last = after;
    enum status status = collect(all, version, error);
    for (size_t i = 0; status == STATUS_OK && i < all->count; i++) {
        struct slice key = key_of(all, &all->changes[i]);
        if (after.len && slice_compare(key, after) <= 0)
            continue;
        if (page_full(page) || page_tired(page)) {
            page->answer->more = true;
            page->answer->after = read_mark(page->arena, 'C', version, last);
            break;
        }
        page->looked_at++;
        last = key;
        if (!seen_before(all, key))
            status = take(all, &all->changes[i], error);
    }
    return status;
}

enum status read_changes(struct row_page *page, uint64_t from, struct slice after,
                         struct error *error)
{
    struct collection all = {.page = page};
    enum status status = STATUS_OK;
    uint64_t version = from;
    dictionary_rank(&page->reader->dictionary);
    for (; status == STATUS_OK && version <= page->reader->log.version; version++) {
        if (version > from)
            after = (struct slice){NULL, 0};
        status = read_version(&all, version, after, error);
        if (page->answer->more)
            break;
    }
    page->answer->version = version - 1; /* given completely */
    HASH_CLEAR(hh, all.seen);
    for (size_t i = 0; i < all.known_count; i++)
        free(all.known[i].list.items);
    free(all.known);
    free(all.changes);
    buffer_release(&all.bytes);
    buffer_release(&all.value);
    return status;
}
