/* group.c - sorted figures per roll-up and the second-chance order in which groups are dropped.
 *
 * Happy path: find or add, insert and remove children's figures, read the statistics of the dirty
 * ones, settle. The sum runs over the sorted figures, so it doesn't depend on the order of arrival.
 */
#include "workers/aggregate/group.h"

#include <stdlib.h>
#include <uthash.h>

struct unit_count {
    uint32_t unit, count;
};

struct group {
    uint64_t key;
    UT_hash_handle hh; /* order of the table: the oldest first */
    double *values;    /* rising */
    struct unit_count *units;
    uint32_t count, capacity;
    uint32_t unit_count;
    bool dirty, used; /* used: asked for since the hand of the clock passed */
};

static uint64_t key_of(const struct group_id *id)
{
    return (uint64_t)id->indicator << 40 | (uint64_t)id->year << 24 | (uint64_t)id->parent << 3 |
           (uint64_t)id->children;
}

struct group_id group_id(const struct group *group)
{
    return (struct group_id){.indicator = (uint32_t)(group->key >> 40),
                             .year = (uint16_t)(group->key >> 24 & 0xFFFF),
                             .parent = (uint32_t)(group->key >> 3 & 0x1FFFFF),
                             .children = (enum level)(group->key & 7)};
}

struct group *groups_find(struct groups *groups, const struct group_id *id)
{
    uint64_t key = key_of(id);
    struct group *group;
    HASH_FIND(hh, groups->table, &key, sizeof key, group);
    if (group)
        group->used = true;
    return group;
}

struct group *groups_add(struct groups *groups, const struct group_id *id)
{
    struct group *group = memory_zero(sizeof *group);
    group->key = key_of(id);
    HASH_ADD(hh, groups->table, key, sizeof group->key, group);
    groups->bytes += sizeof *group;
    return group;
}

/* Index of the first value not below `value`. */
static uint32_t find_value(const struct group *group, double value)
{
    uint32_t low = 0, high = group->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (group->values[middle] < value)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void count_unit(struct groups *groups, struct group *group, uint32_t unit, int change)
{
    for (uint32_t i = 0; i < group->unit_count; i++) {
        if (group->units[i].unit == unit) {
            group->units[i].count += (uint32_t)change;
            return;
        }
    }
    group->units = memory_resize(group->units, (group->unit_count + 1) * sizeof *group->units);
    group->units[group->unit_count++] = (struct unit_count){unit, (uint32_t)change};
    groups->bytes += sizeof *group->units;
}

void group_load(struct groups *groups, struct group *group, double value, uint32_t unit)
{
    if (group->count == group->capacity) {
        uint32_t capacity = group->capacity ? group->capacity * 2 : 2;
        group->values = memory_resize(group->values, capacity * sizeof *group->values);
        groups->bytes += (capacity - group->capacity) * sizeof *group->values;
        group->capacity = capacity;
    }
    uint32_t at = find_value(group, value);
    memmove(group->values + at + 1, group->values + at,
            (group->count - at) * sizeof *group->values);
    group->values[at] = value;
    group->count++;
    count_unit(groups, group, unit, 1);
}

static void touch(struct groups *groups, struct group *group)
{
    if (group->dirty)
        return;
    group->dirty = true;
    if (groups->dirty_count == groups->dirty_capacity) {
        groups->dirty_capacity = groups->dirty_capacity ? groups->dirty_capacity * 2 : 1024;
        groups->dirty =
            memory_resize(groups->dirty, groups->dirty_capacity * sizeof *groups->dirty);
    }
    groups->dirty[groups->dirty_count++] = (struct dirty_group){group, group_stats(groups, group)};
}

void group_insert(struct groups *groups, struct group *group, double value, uint32_t unit)
{
    touch(groups, group);
    group_load(groups, group, value, unit);
}

bool group_remove(struct groups *groups, struct group *group, double value, uint32_t unit)
{
    uint32_t at = find_value(group, value);
    if (at == group->count || group->values[at] != value)
        return false;
    touch(groups, group);
    group->count--;
    memmove(group->values + at, group->values + at + 1,
            (group->count - at) * sizeof *group->values);
    count_unit(groups, group, unit, -1);
    return true;
}

static struct slice commonest_unit(const struct groups *groups, const struct group *group)
{
    struct slice best = {"", 0};
    uint32_t most = 0;
    for (uint32_t i = 0; i < group->unit_count; i++) {
        const struct unit_count *candidate = &group->units[i];
        struct slice text = names_text(groups->units, candidate->unit);
        if (candidate->count > most ||
            (candidate->count == most && most > 0 && slice_compare(text, best) < 0)) {
            most = candidate->count;
            best = text;
        }
    }
    return best;
}

struct group_stats group_stats(const struct groups *groups, const struct group *group)
{
    uint32_t count = group->count;
    if (count == 0)
        return (struct group_stats){0};
    long double sum = 0; /* so that 0.1 + 0.2 is 0.3 in fifteen digits */
    for (uint32_t i = 0; i < count; i++)
        sum += (long double)group->values[i];
    const double *values = group->values;
    double median = count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
    return (struct group_stats){.reporting = count,
                                .sum = (double)sum,
                                .mean = (double)(sum / count),
                                .min = values[0],
                                .median = median,
                                .max = values[count - 1],
                                .unit = commonest_unit(groups, group)};
}

bool group_stats_equal(const struct group_stats *a, const struct group_stats *b)
{
    return a->reporting == b->reporting && a->sum == b->sum && a->mean == b->mean &&
           a->min == b->min && a->median == b->median && a->max == b->max &&
           slice_equal(a->unit, b->unit);
}

static void drop(struct groups *groups, struct group *group)
{
    HASH_DEL(groups->table, group);
    groups->bytes -= sizeof *group + group->capacity * sizeof *group->values +
                     group->unit_count * sizeof *group->units;
    free(group->values);
    free(group->units);
    free(group);
}

void groups_settle(struct groups *groups)
{
    for (size_t i = 0; i < groups->dirty_count; i++)
        groups->dirty[i].group->dirty = false;
    groups->dirty_count = 0;
    while (groups->bytes > groups->budget_bytes && groups->table) {
        struct group *oldest = groups->table;
        if (oldest->used) { /* a second chance, at the end of the line */
            oldest->used = false;
            HASH_DEL(groups->table, oldest);
            HASH_ADD(hh, groups->table, key, sizeof oldest->key, oldest);
            continue;
        }
        drop(groups, oldest);
        groups->complete = false;
    }
}

void groups_release(struct groups *groups)
{
    while (groups->table)
        drop(groups, groups->table);
    free(groups->dirty);
    *groups = (struct groups){0};
}
