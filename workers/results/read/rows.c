/* rows.c - all rows in the public order: under each indicator the units that bear it, and between
 * them the roll-ups, worked out a window of indicators at a time. Owned by the reader's thread. */
#include "workers/results/read/read.h"

#include <stdlib.h>

enum { WINDOW_ROWS = 60000, LEAST_WINDOW = 8, TYPICAL_YEARS = 10 };

struct walk {
    struct row_page *page;
    struct kv_cursor *cursor; /* over units */
    uint32_t rank, number;    /* of the indicator at hand */
    struct slice indicator;
    bool has_unit; /* the cursor stands on a unit whose row is wanted */
    bool stopped;  /* the page's patience ended at `passed`, a unit that isn't wanted */
    struct buffer passed;
    bool rollups;       /* any can match at all */
    size_t next_rollup; /* in the window's list */
    struct buffer key;  /* row key of that roll-up */
    struct buffer seek;
    struct slice after;
    struct buffer *last; /* row key of the last row given or passed */
};

/* ---- the window of roll-ups ---- */

static bool has_rollups(const struct matcher *matcher)
{
    if (matcher->filter->level > LEVEL_PREFECTURE || !filter_wants_rollups(matcher->filter))
        return false;
    for (unsigned i = 0; i < matcher->prefix_count; i++)
        if (matcher->prefixes[i].first % 100 == 0)
            return true;
    return matcher->prefix_count == 0;
}

/* How many indicators to work out at once, so that the list stays within WINDOW_ROWS. */
static uint32_t window_width(const struct matcher *matcher)
{
    uint32_t parents = matcher->prefix_count ? 0 : 370;
    for (unsigned i = 0; i < matcher->prefix_count; i++) {
        uint32_t span = matcher->prefixes[i].last - matcher->prefixes[i].first;
        parents += span >= 99999 ? 370 : span >= 9999 ? 25 : 1;
    }
    uint32_t width =
        WINDOW_ROWS / (parents * (filter_only_year(matcher->filter) ? 1 : TYPICAL_YEARS));
    return width > LEAST_WINDOW ? width : LEAST_WINDOW;
}

static void ask(const struct walk *walk, struct buffer *question)
{
    struct request request = {.filter = walk->page->request->filter,
                              .since = walk->page->reader->log.version};
    request_encode(&request, question);
}

/* The panel goes through one year or all. */
static void drop_years(struct rollup_list *list, const struct filter *filter)
{
    size_t kept = 0;
    for (size_t i = 0; i < list->count; i++)
        if (filter_wants_year(filter, list->items[i].year))
            list->items[kept++] = list->items[i];
    list->count = kept;
}

static enum status open_window(struct walk *walk, uint32_t from, struct error *error)
{
    struct results_reader *reader = walk->page->reader;
    struct rollup_window *window = &reader->window;
    struct matcher *matcher = &walk->page->matcher;
    uint32_t count = dictionary_count(&reader->dictionary);
    bool *indicators = memory_zero(count * sizeof *indicators);
    bool any = false;
    window->from = from;
    window->to = from + window_width(matcher) < count ? from + window_width(matcher) : count;
    for (uint32_t rank = from; rank < window->to; rank++) {
        uint32_t number = reader->dictionary.by_rank[rank];
        indicators[number] =
            matcher_indicator(matcher, dictionary_indicator(&reader->dictionary, number));
        any = any || indicators[number];
    }
    struct rollup_wish wish = {.year = filter_only_year(matcher->filter),
                               .parent_level = matcher->filter->level,
                               .parents = matcher->prefixes,
                               .parent_count = matcher->prefix_count,
                               .indicators = indicators};
    window->list.count = 0;
    buffer_clear(&window->question);
    enum status status =
        any ? panel_rollups(reader->panel, &wish, &window->list, error) : STATUS_OK;
    drop_years(&window->list, matcher->filter);
    if (status == STATUS_OK)
        ask(walk, &window->question);
    free(indicators);
    return status;
}

static void write_rollup_key(struct walk *walk, size_t index)
{
    const struct rollup *rollup = &walk->page->reader->window.list.items[index];
    buffer_clear(&walk->key);
    rollup_key_put(&walk->key,
                   dictionary_indicator(&walk->page->reader->dictionary, rollup->indicator),
                   rollup->parent, rollup->year, rollup->children_level);
}

/* Goes to the first roll-up of the window behind `after`. */
static void find_rollup(struct walk *walk)
{
    size_t low = 0, high = walk->page->reader->window.list.count;
    while (low < high && walk->after.len) {
        size_t middle = low + (high - low) / 2;
        write_rollup_key(walk, middle);
        if (slice_compare(buffer_slice(&walk->key), walk->after) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    walk->next_rollup = low;
}

/* The rank of the indicator that `after` stands at, or of the first behind it. */
static uint32_t rank_after(const struct dictionary *dictionary, struct slice after)
{
    const char *end = after.len ? memchr(after.data, '\0', after.len) : NULL;
    struct slice indicator = {after.data, end ? (size_t)(end - after.data) : after.len};
    uint32_t low = 0, high = dictionary_count(dictionary);
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (slice_compare(dictionary_indicator(dictionary, dictionary->by_rank[middle]),
                          indicator) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static enum status first_window(struct walk *walk, struct error *error)
{
    struct results_reader *reader = walk->page->reader;
    struct rollup_window *window = &reader->window;
    struct buffer question = {0};
    uint32_t rank = rank_after(&reader->dictionary, walk->after);
    enum status status = STATUS_OK;
    ask(walk, &question);
    bool same = slice_equal(buffer_slice(&question), buffer_slice(&window->question));
    buffer_release(&question);
    if (!same || rank < window->from || rank >= window->to)
        status = open_window(walk, rank, error);
    if (status == STATUS_OK)
        find_rollup(walk);
    return status;
}

/* Whether the indicator at hand has a roll-up left; its row key is then in walk->key. */
static bool has_rollup(struct walk *walk)
{
    const struct rollup_list *list = &walk->page->reader->window.list;
    if (!walk->rollups || walk->next_rollup == list->count ||
        list->items[walk->next_rollup].indicator != walk->number)
        return false;
    write_rollup_key(walk, walk->next_rollup);
    return true;
}

/* ---- the units ---- */

static void set(struct buffer *buffer, struct slice bytes)
{
    buffer_clear(buffer);
    buffer_add(buffer, bytes);
}

static void set_last(struct walk *walk, struct slice unit_key)
{
    set(walk->last, walk->indicator);
    buffer_append(walk->last, "", 1);
    buffer_add(walk->last, unit_key);
    buffer_append(walk->last, "", 1);
}

static void seek_region(struct walk *walk, uint32_t region)
{
    buffer_clear(&walk->seek);
    region_seek_put(&walk->seek, region);
    kv_cursor_seek(walk->cursor, buffer_slice(&walk->seek));
}

static bool bears(const struct walk *walk, struct slice record)
{
    enum level wanted = walk->page->request->filter.level, level;
    return unit_bears(record, walk->number) &&
           (wanted == LEVEL_UNKNOWN || unit_read(record, &level, NULL) != STATUS_OK ||
            level == wanted);
}

/* Moves the cursor to a unit that is wanted, if there is one and the page's patience lasts. */
static enum status next_unit(struct walk *walk, struct error *error)
{
    struct row_page *page = walk->page;
    const struct filter *filter = page->matcher.filter;
    walk->has_unit = walk->stopped = false;
    while (!filter->rollups_only && kv_cursor_valid(walk->cursor)) {
        struct slice key = kv_cursor_key(walk->cursor);
        struct unit_name unit;
        uint32_t region;
        enum status status = unit_key_read(key, &unit, error);
        if (status != STATUS_OK)
            return status;
        enum match match = matcher_unit(&page->matcher, unit.region, unit.year, &region);
        walk->has_unit = match == MATCH_YES && filter_wants_kind(filter, unit.kind) &&
                         bears(walk, kv_cursor_value(walk->cursor));
        if (walk->has_unit)
            return STATUS_OK;
        page->looked_at++;
        walk->stopped = page_tired(page);
        if (walk->stopped) {
            set(&walk->passed, key);
            return STATUS_OK;
        }
        if (match == MATCH_SEEK)
            seek_region(walk, region);
        else
            kv_cursor_next(walk->cursor);
    }
    return kv_cursor_status(walk->cursor, error);
}

static enum status take_unit(struct walk *walk, struct error *error)
{
    enum level level;
    set_last(walk, kv_cursor_key(walk->cursor));
    enum status status = unit_read(kv_cursor_value(walk->cursor), &level, error);
    if (status == STATUS_OK)
        status = page_unit_row(walk->page, buffer_slice(walk->last), level, error);
    kv_cursor_next(walk->cursor);
    return status == STATUS_OK ? next_unit(walk, error) : status;
}

/* ---- both in order ---- */

/* The rows of the indicator at hand behind `place` (empty: all). */
static enum status walk_indicator(struct walk *walk, struct slice place, struct error *error)
{
    struct row_page *page = walk->page;
    uint32_t region = 0;
    if (place.len) {
        kv_cursor_seek(walk->cursor, place);
    } else {
        matcher_unit(&page->matcher, 0, 0, &region);
        seek_region(walk, region);
    }
    enum status status = next_unit(walk, error);
    while (status == STATUS_OK) {
        bool rollup = has_rollup(walk);
        page->answer->more = page_full(page);
        if (page->answer->more || (!rollup && !walk->has_unit && !walk->stopped))
            break;
        struct slice limit = walk->has_unit  ? kv_cursor_key(walk->cursor)
                             : walk->stopped ? buffer_slice(&walk->passed)
                                             : (struct slice){NULL, 0};
        if (rollup &&
            (!limit.data || slice_compare(row_key_place(buffer_slice(&walk->key)), limit) < 0)) {
            set(walk->last, buffer_slice(&walk->key));
            page_rollup_row(page, &page->reader->window.list.items[walk->next_rollup++]);
        } else if (walk->has_unit) {
            status = take_unit(walk, error);
        } else {
            set_last(walk, limit);
            page->answer->more = true;
            break;
        }
    }
    return status;
}

static enum status walk_all(struct walk *walk, struct error *error)
{
    struct results_reader *reader = walk->page->reader;
    const struct dictionary *dictionary = &reader->dictionary;
    struct slice place = row_key_place(walk->after);
    enum status status = STATUS_OK;
    if (walk->rollups)
        status = first_window(walk, error);
    walk->rank = rank_after(dictionary, walk->after);
    for (; status == STATUS_OK && walk->rank < dictionary_count(dictionary); walk->rank++) {
        walk->number = dictionary->by_rank[walk->rank];
        walk->indicator = dictionary_indicator(dictionary, walk->number);
        bool here = place.len && slice_starts(walk->after, walk->indicator) &&
                    walk->indicator.len + 1 + place.len == walk->after.len;
        if (!matcher_indicator(&walk->page->matcher, walk->indicator))
            continue;
        if (walk->rollups && walk->rank >= reader->window.to) {
            status = open_window(walk, walk->rank, error);
            walk->next_rollup = 0;
        }
        while (walk->rollups && walk->next_rollup < reader->window.list.count &&
               dictionary->ranks[reader->window.list.items[walk->next_rollup].indicator] <
                   walk->rank)
            walk->next_rollup++;
        if (status == STATUS_OK)
            status = walk_indicator(walk, here ? place : (struct slice){NULL, 0}, error);
        if (walk->page->answer->more)
            break;
    }
    return status;
}

enum status read_rows(struct row_page *page, struct slice after, struct buffer *last,
                      struct error *error)
{
    struct walk walk = {
        .page = page, .after = after, .last = last, .rollups = has_rollups(&page->matcher)};
    dictionary_rank(&page->reader->dictionary);
    if (after.len) {
        enum status status =
            cuts_advance(page, rank_after(&page->reader->dictionary, after), error);
        if (status != STATUS_OK)
            return status;
    }
    walk.cursor = kv_cursor_new(page->reader->kv, FAMILY_UNITS, (struct slice){NULL, 0},
                                (struct slice){NULL, 0});
    enum status status = walk_all(&walk, error);
    kv_cursor_free(&walk.cursor);
    buffer_release(&walk.passed);
    buffer_release(&walk.key);
    buffer_release(&walk.seek);
    return status;
}
