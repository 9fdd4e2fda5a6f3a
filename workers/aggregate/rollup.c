/* rollup.c - keeps roll-ups true: a government's figures come and go, the groups above follow.
 *
 * Happy path: rollup_move for every seat of a batch, rollup_write once at its end, so that a
 * roll-up that many reports touch is written once. What fails: a group has to be read from the
 * store and can't be. Owned by the store's thread.
 */
#include "workers/aggregate/cell.h"
#include "workers/aggregate/private.h"

/* ---- reading a group ---- */

static bool has_row(struct store *store, const struct group_id *id, enum status *status,
                    struct error *error)
{
    buffer_clear(&store->key);
    buffer_clear(&store->value);
    rollup_key_put(&store->key, names_text(&store->indicators, id->indicator), id->parent, id->year,
                   id->children);
    *status = kv_get(store->kv, FAMILY_VALUES, buffer_slice(&store->key), &store->value, error);
    bool found = *status == STATUS_OK;
    if (*status == STATUS_AGAIN)
        *status = STATUS_OK;
    return found;
}

/* Prefix of the children's keys: codes below a province share two digits, below a prefecture four.
 */
static void children_prefix(struct store *store, const struct group_id *id)
{
    static const unsigned unshared[] = {
        [LEVEL_NATION] = 6, [LEVEL_PROVINCE] = 4, [LEVEL_PREFECTURE] = 2};
    buffer_clear(&store->key);
    child_key_put(&store->key, names_text(&store->indicators, id->indicator), id->year,
                  id->children, id->parent);
    store->key.len -= unshared[level_of_code(id->parent)];
}

static enum status read_group(struct store *store, struct group *group, struct error *error)
{
    struct group_id id = group_id(group);
    enum status status;
    if (!has_row(store, &id, &status, error))
        return status;
    if (!store->children)
        store->children =
            kv_cursor_new(store->kv, FAMILY_CHILDREN, (struct slice){0}, (struct slice){0});
    children_prefix(store, &id);
    struct slice prefix = buffer_slice(&store->key);
    for (kv_cursor_seek(store->children, prefix); kv_cursor_valid(store->children);
         kv_cursor_next(store->children)) {
        if (!slice_starts(kv_cursor_key(store->children), prefix))
            break;
        struct coded in = coded_of(kv_cursor_value(store->children));
        double value = coded_double(&in);
        struct slice unit = coded_text(&in);
        if (in.bad)
            return fail(error, STATUS_FATAL,
                        "the store holds a child's figure that makes no sense: it is damaged; "
                        "restore it from a backup");
        group_load(&store->groups, group, value, names_number(&store->units, unit));
    }
    return kv_cursor_status(store->children, error);
}

static enum status get_group(struct store *store, const struct group_id *id, struct group **out,
                             struct error *error)
{
    struct group *group = groups_find(&store->groups, id);
    enum status status = STATUS_OK;
    if (!group) {
        group = groups_add(&store->groups, id);
        if (!store->groups.complete)
            status = read_group(store, group, error);
    }
    *out = group;
    return status;
}

/* ---- moving figures ---- */

struct move {
    const struct unit_name *unit;
    enum level level;
    uint32_t parents[MAX_PARENTS];
    unsigned parent_count;
};

static enum status move_figure(struct store *store, const struct move *move,
                               const struct filed_row *before, const struct filed_row *after,
                               struct error *error)
{
    struct slice indicator = before ? before->indicator : after->indicator;
    struct group_id id = {.indicator = names_number(&store->indicators, indicator),
                          .year = move->unit->year,
                          .children = move->level};
    for (unsigned i = 0; i < move->parent_count; i++) {
        struct group *group;
        id.parent = move->parents[i];
        enum status status = get_group(store, &id, &group, error);
        if (status != STATUS_OK)
            return status;
        if (before && !group_remove(&store->groups, group, before->value,
                                    names_number(&store->units, before->unit)))
            return fail(
                error, STATUS_FATAL,
                "a figure to be withdrawn from a roll-up isn't in it: the store is damaged; "
                "restore it from a backup");
        if (after)
            group_insert(&store->groups, group, after->value,
                         names_number(&store->units, after->unit));
    }
    buffer_clear(&store->key);
    child_key_put(&store->key, indicator, move->unit->year, move->level, move->unit->region);
    if (!after) {
        kv_batch_delete(store->batch, FAMILY_CHILDREN, buffer_slice(&store->key));
        return STATUS_OK;
    }
    buffer_clear(&store->value);
    code_double(&store->value, after->value);
    code_text(&store->value, after->unit);
    kv_batch_put(store->batch, FAMILY_CHILDREN, buffer_slice(&store->key),
                 buffer_slice(&store->value));
    return STATUS_OK;
}

static bool same_figure(const struct filed_row *a, const struct filed_row *b)
{
    return a->value == b->value && slice_equal(a->unit, b->unit);
}

/* Both filings list their rows in order of indicator. An empty one has none. */
static enum status move_figures(struct store *store, const struct move *move,
                                const struct filing *old_filing, const struct filing *new_filing,
                                struct error *error)
{
    struct filed_row before, after;
    size_t i = 0, j = 0;
    enum status status = STATUS_OK;
    while (status == STATUS_OK) {
        bool has_before = filing_row(old_filing, i, &before);
        bool has_after = filing_row(new_filing, j, &after);
        if (!has_before && !has_after)
            break;
        int order = !has_before  ? 1
                    : !has_after ? -1
                                 : slice_compare(before.indicator, after.indicator);
        if (order != 0 || !same_figure(&before, &after))
            status = move_figure(store, move, order <= 0 ? &before : NULL,
                                 order >= 0 ? &after : NULL, error);
        i += order <= 0;
        j += order >= 0;
    }
    return status;
}

/* Its figures count only where the report's own level is that of its region: a township whose name
 * wasn't found must not speak for its county. */
static enum status principal_filing(struct slice seat, enum level level, struct filing *filing,
                                    struct error *error)
{
    struct seat_entry entry;
    *filing = (struct filing){0};
    if (!seat_principal(seat, &entry))
        return STATUS_OK;
    enum status status = filing_read(entry.filing, filing, error);
    if (status == STATUS_OK && filing->level != level)
        *filing = (struct filing){0};
    return status;
}

enum status rollup_move(struct store *store, const struct unit_name *unit, struct slice old_seat,
                        struct slice new_seat, struct error *error)
{
    struct move move = {.unit = unit, .level = region_level(store->regions, unit->region)};
    if (unit->kind != KIND_GOVERNMENT || unit->township.len)
        return STATUS_OK;
    move.parent_count = region_parents(store->regions, unit->region, move.parents);
    if (move.parent_count == 0)
        return STATUS_OK;
    struct filing before, after;
    enum status status = principal_filing(old_seat, move.level, &before, error);
    if (status == STATUS_OK)
        status = principal_filing(new_seat, move.level, &after, error);
    if (status == STATUS_OK)
        status = move_figures(store, &move, &before, &after, error);
    return status;
}

/* ---- writing ---- */

static void write_group(struct store *store, const struct group_id *id,
                        const struct group_stats *stats)
{
    buffer_clear(&store->row_key);
    rollup_key_put(&store->row_key, names_text(&store->indicators, id->indicator), id->parent,
                   id->year, id->children);
    log_note(&store->changed, buffer_slice(&store->row_key));
    if (stats->reporting == 0) {
        kv_batch_delete(store->batch, FAMILY_VALUES, buffer_slice(&store->row_key));
        return;
    }
    struct row row = {.level = level_of_code(id->parent),
                      .children = region_children(store->regions, id->parent, id->children),
                      .reporting = stats->reporting,
                      .sum = stats->sum,
                      .mean = stats->mean,
                      .min = stats->min,
                      .median = stats->median,
                      .max = stats->max,
                      .unit = stats->unit,
                      .label = label_of(store, id->indicator)};
    buffer_clear(&store->value);
    cell_write_rollup(&row, &store->value);
    kv_batch_put(store->batch, FAMILY_VALUES, buffer_slice(&store->row_key),
                 buffer_slice(&store->value));
}

void rollup_write(struct store *store)
{
    for (size_t i = 0; i < store->groups.dirty_count; i++) {
        const struct dirty_group *dirty = &store->groups.dirty[i];
        struct group_stats stats = group_stats(&store->groups, dirty->group);
        struct group_id id = group_id(dirty->group);
        if (!group_stats_equal(&stats, &dirty->before))
            write_group(store, &id, &stats);
    }
}
