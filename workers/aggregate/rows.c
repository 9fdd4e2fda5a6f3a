/* rows.c - all rows in the public order: the values of units as they stand in the store, and
 * between them the roll-ups, worked out a window of indicators at a time. Owned by the store's
 * thread. */
#include "workers/aggregate/private.h"

#include <stdlib.h>

enum { WINDOW_ROWS = 60000, LEAST_WINDOW = 8, TYPICAL_YEARS = 10 };

struct walk {
    struct page *page;
    struct kv_cursor *cursor;
    bool has_unit;        /* the cursor stands on a row that matches */
    struct buffer passed; /* the last row looked at that doesn't */
    bool rollups;         /* any can match at all */
    size_t next_rollup;   /* in the window's list */
    struct buffer key;    /* of that roll-up */
    struct buffer seek;
    struct slice after;
};

/* ---- the window of roll-ups ---- */

static bool has_rollups(const struct matcher *matcher)
{
    if (matcher->filter->level > LEVEL_PREFECTURE)
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
    uint32_t width = WINDOW_ROWS / (parents * (matcher->filter->year ? 1 : TYPICAL_YEARS));
    return width > LEAST_WINDOW ? width : LEAST_WINDOW;
}

static void ask(const struct walk *walk, struct buffer *question)
{
    struct request request = {.filter = walk->page->request->filter,
                              .since = store_version(walk->page->store)};
    request_encode(&request, question);
}

static enum status open_window(struct walk *walk, uint32_t from, struct error *error)
{
    struct store *store = walk->page->store;
    struct rollup_window *window = &store->window;
    struct matcher *matcher = &walk->page->matcher;
    uint32_t count = dictionary_count(&store->dictionary);
    bool *indicators = memory_zero(count * sizeof *indicators);
    bool any = false;
    window->from = from;
    window->to = from + window_width(matcher) < count ? from + window_width(matcher) : count;
    for (uint32_t rank = from; rank < window->to; rank++) {
        uint32_t number = store->dictionary.by_rank[rank];
        indicators[number] =
            matcher_indicator(matcher, dictionary_indicator(&store->dictionary, number));
        any = any || indicators[number];
    }
    struct rollup_wish wish = {.year = matcher->filter->year,
                               .parent_level = matcher->filter->level,
                               .parents = matcher->prefixes,
                               .parent_count = matcher->prefix_count,
                               .indicators = indicators};
    window->list.count = 0;
    buffer_clear(&window->question);
    enum status status = any ? panel_rollups(store->panel, &wish, &window->list, error) : STATUS_OK;
    if (status == STATUS_OK)
        ask(walk, &window->question);
    free(indicators);
    return status;
}

static void write_rollup_key(struct walk *walk, size_t index)
{
    const struct rollup *rollup = &walk->page->store->window.list.items[index];
    buffer_clear(&walk->key);
    rollup_key_put(&walk->key,
                   dictionary_indicator(&walk->page->store->dictionary, rollup->indicator),
                   rollup->parent, rollup->year, rollup->children_level);
}

/* Goes to the first roll-up of the window behind `after`. */
static void find_rollup(struct walk *walk)
{
    size_t low = 0, high = walk->page->store->window.list.count;
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
    struct store *store = walk->page->store;
    struct rollup_window *window = &store->window;
    struct buffer question = {0};
    uint32_t rank = rank_after(&store->dictionary, walk->after);
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

/* True: the key of the next roll-up is in walk->key. */
static bool next_rollup(struct walk *walk, enum status *status, struct error *error)
{
    struct rollup_window *window = &walk->page->store->window;
    while (walk->rollups && *status == STATUS_OK) {
        if (walk->next_rollup < window->list.count) {
            write_rollup_key(walk, walk->next_rollup);
            return true;
        }
        if (window->to >= dictionary_count(&walk->page->store->dictionary))
            return false;
        *status = open_window(walk, window->to, error);
        walk->next_rollup = 0;
    }
    return false;
}

/* ---- the values of units ---- */

/* Moves the cursor to a row that matches, if there is one and the page's patience lasts. */
static enum status next_unit(struct walk *walk, struct error *error)
{
    struct page *page = walk->page;
    walk->has_unit = false;
    while (kv_cursor_valid(walk->cursor) && !page_full(page)) {
        struct slice bytes = kv_cursor_key(walk->cursor);
        struct row_key key;
        enum status status = row_key_read(bytes, &key, error);
        if (status != STATUS_OK)
            return status;
        page->looked_at++;
        enum match match = matcher_match(&page->matcher, &key, &walk->seek);
        walk->has_unit = match == MATCH_YES;
        if (walk->has_unit)
            return STATUS_OK;
        buffer_clear(&walk->passed);
        buffer_add(&walk->passed, bytes);
        if (match == MATCH_SEEK)
            kv_cursor_seek(walk->cursor, buffer_slice(&walk->seek));
        else
            kv_cursor_next(walk->cursor);
    }
    return kv_cursor_valid(walk->cursor) ? STATUS_OK : kv_cursor_status(walk->cursor, error);
}

static enum status take_unit(struct walk *walk, struct error *error)
{
    struct slice value = kv_cursor_value(walk->cursor);
    unsigned level = value.len == 1 ? (uint8_t)value.data[0] : LEVEL_TOWNSHIP + 1;
    if (level > LEVEL_TOWNSHIP)
        return fail(error, STATUS_FATAL,
                    "the store holds a row that makes no sense: it is damaged; restore it from a "
                    "backup");
    enum status status =
        page_unit_row(walk->page, kv_cursor_key(walk->cursor), (enum level)level, error);
    kv_cursor_next(walk->cursor);
    return status == STATUS_OK ? next_unit(walk, error) : status;
}

/* ---- both in order ---- */

static void set(struct buffer *buffer, struct slice bytes)
{
    buffer_clear(buffer);
    buffer_add(buffer, bytes);
}

static enum status merge(struct walk *walk, struct buffer *last, struct error *error)
{
    struct page *page = walk->page;
    enum status status = next_unit(walk, error);
    while (status == STATUS_OK) {
        bool unit = walk->has_unit, rollup = next_rollup(walk, &status, error);
        bool unfinished = !unit && kv_cursor_valid(walk->cursor); /* patience ended */
        page->answer->more = unit || rollup || unfinished;
        if (!page->answer->more || page->answer->row_count >= page->limit_rows)
            break;
        if (unfinished && slice_compare(buffer_slice(&walk->passed), buffer_slice(last)) <= 0)
            break; /* full right behind the last row */
        struct slice limit = unit         ? kv_cursor_key(walk->cursor)
                             : unfinished ? buffer_slice(&walk->passed)
                                          : (struct slice){NULL, 0};
        if (rollup && (!limit.data || slice_compare(buffer_slice(&walk->key), limit) < 0)) {
            set(last, buffer_slice(&walk->key));
            page_rollup_row(page, &page->store->window.list.items[walk->next_rollup++]);
        } else if (unit && !page_full(page)) {
            set(last, kv_cursor_key(walk->cursor));
            status = take_unit(walk, error);
        } else {
            if (unfinished)
                set(last, buffer_slice(&walk->passed));
            break;
        }
    }
    return status;
}

enum status read_rows(struct page *page, struct slice after, struct buffer *last,
                      struct error *error)
{
    struct walk walk = {.page = page, .after = after, .rollups = has_rollups(&page->matcher)};
    enum status status = STATUS_OK;
    dictionary_rank(&page->store->dictionary);
    if (after.len) {
        buffer_add(&walk.seek, after);
        buffer_append(&walk.seek, "", 1); /* the first key behind it */
    }
    walk.cursor = kv_cursor_new(page->store->kv, FAMILY_VALUES, buffer_slice(&walk.seek),
                                (struct slice){NULL, 0});
    if (walk.rollups)
        status = first_window(&walk, error);
    if (status == STATUS_OK)
        status = merge(&walk, last, error);
    kv_cursor_free(&walk.cursor);
    buffer_release(&walk.passed);
    buffer_release(&walk.key);
    buffer_release(&walk.seek);
    return status;
}
