/* panel.c - one pass over the panel per question: the children of a province or prefecture stand
 * together, so three tallies (nation, province, prefecture) are open at a time and each is closed
 * when its region has been passed. Owned by the store's thread.
 */
#include "workers/results/panel.h"

#include "workers/results/coding.h"
#include "workers/results/keys.h"
#include "workers/results/tally.h"

#include <stdlib.h>

enum { NATION_SLOT, PROVINCE_SLOT, PREFECTURE_SLOT, SLOTS };

static const uint32_t widths[SLOTS] = {1000000, 10000, 100};

struct open_tally {
    struct tally tally;
    bool open, wanted;
    uint32_t parent;
};

struct panel {
    struct kv *kv;
    unsigned family;
    const struct regions *regions;
    const struct dictionary *dictionary;
    struct names units;
    uint32_t *unit_of; /* by indicator: the unit seen last, nearly always the next one's too */
    uint32_t unit_capacity;
    struct open_tally slots[SLOTS];
};

struct panel *panel_new(struct kv *kv, unsigned family, const struct regions *regions,
                        const struct dictionary *dictionary)
{
    struct panel *panel = memory_zero(sizeof *panel);
    panel->kv = kv;
    panel->family = family;
    panel->regions = regions;
    panel->dictionary = dictionary;
    return panel;
}

void panel_free(struct panel **panel)
{
    if (!*panel)
        return;
    names_release(&(*panel)->units);
    free((*panel)->unit_of);
    for (unsigned i = 0; i < SLOTS; i++)
        tally_release(&(*panel)->slots[i].tally);
    free(*panel);
    *panel = NULL;
}

void panel_write(const struct filing *filing, struct dictionary *dictionary, struct kv_batch *batch,
                 unsigned meta_family, struct buffer *out)
{
    struct filed_row row;
    for (size_t i = 0; filing_row(filing, i, &row); i++) {
        code_number(out, dictionary_note(dictionary, row.indicator, row.label, row.rollup, batch,
                                         meta_family));
        code_double(out, row.value);
        code_text(out, row.unit);
    }
}

/* ---- one pass ---- */

struct pass {
    struct panel *panel;
    const struct rollup_wish *wish;
    const struct code_range *parents; /* of this pass: only their children are passed; NULL: all */
    struct rollup_list *out;
    uint16_t year;
    enum level level; /* of the children */
    bool bad;
};

static bool wants_parent(const struct pass *pass, uint32_t parent)
{
    const struct rollup_wish *wish = pass->wish;
    if (region_level(pass->panel->regions, parent) == LEVEL_UNKNOWN ||
        (wish->parent_level && wish->parent_level != level_of_code(parent)))
        return false;
    return !pass->parents || (parent >= pass->parents->first && parent <= pass->parents->last);
}

static void close_slot(struct pass *pass, struct open_tally *slot)
{
    struct rollup pattern = {
        .parent = slot->parent, .year = pass->year, .children_level = pass->level};
    if (slot->open && slot->wanted)
        tally_close(&slot->tally, &pattern, &pass->panel->units, pass->out);
    slot->open = false;
}

static void close_slots(struct pass *pass)
{
    for (unsigned i = 0; i < SLOTS; i++)
        close_slot(pass, &pass->panel->slots[i]);
}

/* Opens the tallies of the region's parents, closing those of regions passed. */
static bool enter_region(struct pass *pass, uint32_t region)
{
    bool any = false;
    for (unsigned i = 0; i < SLOTS; i++) {
        struct open_tally *slot = &pass->panel->slots[i];
        uint32_t parent = region / widths[i] * widths[i];
        if (!slot->open || slot->parent != parent) {
            close_slot(pass, slot);
            slot->open = true;
            slot->parent = parent;
            /* A province is no child of itself, nor 141000 one of 141000. */
            slot->wanted = level_of_code(parent) == (enum level)(LEVEL_NATION + i) &&
                           wants_parent(pass, parent);
        }
        any = any || (slot->wanted && parent != region);
    }
    return any;
}

static uint32_t unit_number(struct panel *panel, uint32_t indicator, struct slice unit)
{
    if (indicator >= panel->unit_capacity) {
        uint32_t capacity = indicator + 256;
        panel->unit_of = memory_resize(panel->unit_of, capacity * sizeof *panel->unit_of);
        memset(panel->unit_of + panel->unit_capacity, 0,
               (capacity - panel->unit_capacity) * sizeof *panel->unit_of);
        panel->unit_capacity = capacity;
    }
    uint32_t *last = &panel->unit_of[indicator];
    if (!slice_equal(names_text(&panel->units, *last), unit) || panel->units.count == 0)
        *last = names_number(&panel->units, unit);
    return *last;
}

static void add_figures(struct pass *pass, uint32_t region, struct slice record)
{
    struct panel *panel = pass->panel;
    struct coded in = coded_of(record);
    while (in.at < in.end && !in.bad) {
        uint64_t indicator = coded_number(&in);
        double value = coded_double(&in);
        struct slice unit = coded_text(&in);
        if (in.bad || indicator >= dictionary_count(panel->dictionary)) {
            pass->bad = true;
            return;
        }
        if (pass->wish->indicators && !pass->wish->indicators[indicator])
            continue;
        uint32_t number = unit_number(panel, (uint32_t)indicator, unit);
        for (unsigned i = 0; i < SLOTS; i++)
            if (panel->slots[i].wanted && panel->slots[i].parent != region)
                tally_add(&panel->slots[i].tally, (uint32_t)indicator, value, number);
    }
    pass->bad = pass->bad || in.bad;
}

/* Regions in whose range children of wished parents stand: 14 -> all of 14xxxx, 1410 -> 1410xx;
 * a county code has no children: an empty range. */
static struct code_range children_of(struct code_range parents)
{
    uint32_t first = parents.first, last = parents.last;
    if (first == NATION)
        return (struct code_range){0, 999999};
    if (first % 10000 == 0)
        return (struct code_range){first, last / 10000 * 10000 + 9999};
    if (first % 100 == 0)
        return (struct code_range){first, last / 100 * 100 + 99};
    return (struct code_range){1, 0};
}

/* All years and levels, of each the regions of the range. Seeks over what isn't wished. */
static enum status pass_range(struct panel *panel, const struct rollup_wish *wish,
                              const struct code_range *parents, struct rollup_list *out,
                              struct error *error)
{
    struct pass pass = {.panel = panel, .wish = wish, .parents = parents, .out = out};
    struct code_range range = parents ? children_of(*parents) : (struct code_range){0, 999999};
    if (range.first > range.last)
        return STATUS_OK;
    struct buffer seek = {0};
    struct kv_cursor *cursor =
        kv_cursor_new(panel->kv, panel->family, (struct slice){0}, (struct slice){0});
    panel_key_put(&seek, wish->year, 0, 0);
    kv_cursor_seek(cursor, buffer_slice(&seek));
    while (kv_cursor_valid(cursor) && !pass.bad) {
        uint16_t year;
        enum level level;
        uint32_t region;
        if (!panel_key_read(kv_cursor_key(cursor), &year, &level, &region)) {
            pass.bad = true;
            break;
        }
        if (year != pass.year || level != pass.level) {
            close_slots(&pass);
            pass.year = year;
            pass.level = level;
        }
        if (wish->year && year != wish->year)
            break;
        bool level_wanted = !wish->children_level || level == wish->children_level;
        buffer_clear(&seek);
        if (!level_wanted || region > range.last)
            panel_key_put(&seek, year, level + 1, 0);
        else if (region < range.first)
            panel_key_put(&seek, year, level, range.first);
        if (seek.len) {
            kv_cursor_seek(cursor, buffer_slice(&seek));
            continue;
        }
        if (enter_region(&pass, region))
            add_figures(&pass, region, kv_cursor_value(cursor));
        kv_cursor_next(cursor);
    }
    close_slots(&pass);
    enum status status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    buffer_release(&seek);
    if (status == STATUS_OK && pass.bad)
        status =
            fail(error, STATUS_FATAL,
                 "the store holds figures that make no sense: it is damaged; restore it from a "
                 "backup");
    return status;
}

/* ---- in order ---- */

int rollup_compare(const struct dictionary *dictionary, const struct rollup *a,
                   const struct rollup *b)
{
    uint32_t left = dictionary->ranks[a->indicator], right = dictionary->ranks[b->indicator];
    if (left != right)
        return left < right ? -1 : 1;
    if (a->parent != b->parent)
        return a->parent < b->parent ? -1 : 1;
    if (a->year != b->year)
        return a->year < b->year ? -1 : 1;
    /* by the level's word: county, prefecture, province */
    return (b->children_level > a->children_level) - (b->children_level < a->children_level);
}

static int in_public_order(const void *left, const void *right, void *context)
{
    return rollup_compare(context, left, right);
}

/* Prefixes that overlap bring some twice. */
static void drop_doubles(const struct dictionary *dictionary, struct rollup_list *list,
                         size_t start)
{
    size_t kept = start;
    for (size_t i = start; i < list->count; i++)
        if (kept == start ||
            rollup_compare(dictionary, &list->items[kept - 1], &list->items[i]) != 0)
            list->items[kept++] = list->items[i];
    list->count = kept;
}

enum status panel_rollups(struct panel *panel, const struct rollup_wish *wish,
                          struct rollup_list *out, struct error *error)
{
    size_t start = out->count;
    enum status status = STATUS_OK;
    for (unsigned i = 0; status == STATUS_OK && i < wish->parent_count; i++)
        status = pass_range(panel, wish, &wish->parents[i], out, error);
    if (wish->parent_count == 0)
        status = pass_range(panel, wish, NULL, out, error);
    if (status == STATUS_OK && out->count > start) {
        qsort_r(out->items + start, out->count - start, sizeof *out->items, in_public_order,
                (void *)panel->dictionary);
        drop_doubles(panel->dictionary, out, start);
    }
    return status;
}
