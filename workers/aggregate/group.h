/* group.h - the figures behind one roll-up, kept sorted in memory so that a change costs a
 * bisection and not a walk over all children.
 *
 * A group is (indicator, year, parent, level of the children). The cache is bounded: groups that
 * were not used lately go, and are read again from the store's children when asked for. While it
 * holds every group that the store has (a store that began empty, nothing dropped yet) a group that
 * isn't there is new, and nothing has to be read. One thread owns it.
 */
#ifndef XIANZHI_AGGREGATE_GROUP_H
#define XIANZHI_AGGREGATE_GROUP_H

#include "proto/memory.h"
#include "proto/report.h"
#include "workers/aggregate/names.h"

struct group_stats {
    uint32_t reporting; /* 0: no child reports, the rest is void */
    double sum, mean, min, median, max;
    struct slice unit; /* the commonest; on a tie the first in byte order */
};

struct group;

struct dirty_group {
    struct group *group;
    struct group_stats before; /* as of the first change since the last settling */
};

struct groups {
    struct group *table;
    const struct names *units; /* borrowed: what unit numbers stand for */
    size_t bytes, budget_bytes;
    bool complete;             /* see above */
    struct dirty_group *dirty; /* changed since the last groups_settle, in order of first change */
    size_t dirty_count, dirty_capacity;
};

struct group_id {
    uint32_t indicator; /* number in names */
    uint16_t year;
    uint32_t parent;
    enum level children;
};

/* NULL when it isn't cached. */
struct group *groups_find(struct groups *groups, const struct group_id *id);
struct group *groups_add(struct groups *groups, const struct group_id *id);
struct group_id group_id(const struct group *group);

/* While loading; does not make it dirty. */
void group_load(struct groups *groups, struct group *group, double value, uint32_t unit);

/* One child's figure comes or goes; the group is dirty from then on. A figure that goes was there
 * before: the caller has it from the filing it withdraws. False: it wasn't. */
void group_insert(struct groups *groups, struct group *group, double value, uint32_t unit);
bool group_remove(struct groups *groups, struct group *group, double value, uint32_t unit);

struct group_stats group_stats(const struct groups *groups, const struct group *group);
bool group_stats_equal(const struct group_stats *a, const struct group_stats *b);

/* After a commit: nothing is dirty any more, and what is over the budget goes. */
void groups_settle(struct groups *groups);
void groups_release(struct groups *groups);

#endif
