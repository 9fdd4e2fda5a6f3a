/* read.c - answers readers, a page at a time: rows in order, or what changed since a version.
 *
 * Happy path of a subscriber: changes since 0 gives snapshot pages, all under the version at which
 * the first was read; then changes since that version, which may bring rows again that a later page
 * already showed as they are now, but lose none. Owned by the store's thread.
 */
#include "workers/aggregate/cell.h"
#include "workers/aggregate/private.h"

#include <uthash.h>

enum {
    DEFAULT_PAGE_ROWS = 1000,
    MAX_PAGE_ROWS = 20000,
    MAX_PAGE_BYTES = 4 << 20,
    MAX_PAGE_KEYS = 200 * 1000, /* looked at: a page ends even if nothing matches, so that the one
                                   thread gets back to its writing */
};

struct page {
    struct store *store;
    const struct request *request;
    struct arena *arena;
    struct answer *answer;
    struct matcher matcher;
    size_t capacity, bytes, limit_rows, keys;
};

static bool page_full(const struct page *page)
{
    return page->answer->row_count >= page->limit_rows || page->bytes >= MAX_PAGE_BYTES ||
           page->keys >= MAX_PAGE_KEYS;
}

static struct row *add_row(struct page *page)
{
    return ARENA_PUSH(page->arena, page->answer->rows, page->answer->row_count, page->capacity);
}

static void set_key_fields(struct page *page, const struct row_key *key, struct row *row)
{
    row->indicator = key->indicator;
    row->region = key->unit.region;
    row->region_name = region_name(page->store->regions, key->unit.region);
    row->township = key->unit.township;
    row->kind = key->unit.kind;
    row->issuer = key->unit.issuer;
    row->year = key->unit.year;
    row->children_level = key->children_level;
}

/* A row as it stands; leaves the page as it was when the filter doesn't want its level. */
static enum status take_row(struct page *page, struct slice key_bytes, struct slice cell,
                            struct error *error)
{
    struct row row = {0};
    struct row_key key;
    enum status status = row_key_read(arena_copy(page->arena, key_bytes), &key, error);
    if (status == STATUS_OK)
        status = cell_read(arena_copy(page->arena, cell), &row, error);
    enum level level = page->request->filter.level;
    if (status != STATUS_OK || (level != LEVEL_UNKNOWN && row.level != level))
        return status;
    set_key_fields(page, &key, &row);
    page->bytes += sizeof row + key_bytes.len + cell.len;
    if (key.children_level == LEVEL_UNKNOWN)
        page->bytes += row_evidence(page->store, &key, page->arena, &row, &status, error);
    if (status == STATUS_OK)
        *add_row(page) = row;
    return status;
}

/* ---- rows in order ---- */

static enum status walk_rows(struct page *page, struct slice after, struct buffer *last,
                             struct error *error)
{
    struct buffer seek = {0};
    if (after.len) {
        buffer_add(&seek, after);
        buffer_append(&seek, "", 1); /* the first key behind it */
    }
    struct kv_cursor *cursor =
        kv_cursor_new(page->store->kv, FAMILY_VALUES, buffer_slice(&seek), (struct slice){0});
    enum status status = STATUS_OK;
    while (status == STATUS_OK && kv_cursor_valid(cursor)) {
        struct slice bytes = kv_cursor_key(cursor);
        struct row_key key;
        if (page_full(page)) {
            page->answer->more = true;
            break;
        }
        status = row_key_read(bytes, &key, error);
        if (status != STATUS_OK)
            break;
        page->keys++;
        buffer_clear(last);
        buffer_add(last, bytes);
        enum match match = matcher_match(&page->matcher, &key, &seek);
        if (match == MATCH_SEEK) {
            kv_cursor_seek(cursor, buffer_slice(&seek));
            continue;
        }
        if (match == MATCH_YES)
            status = take_row(page, bytes, kv_cursor_value(cursor), error);
        kv_cursor_next(cursor);
    }
    if (status == STATUS_OK)
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    buffer_release(&seek);
    return status;
}

static enum status read_rows(struct page *page, struct error *error)
{
    struct buffer last = {0};
    page->answer->version = store_version(page->store);
    buffer_add(&last, page->request->after); /* a page may match nothing */
    enum status status = walk_rows(page, page->request->after, &last, error);
    if (page->answer->more)
        page->answer->after = arena_copy(page->arena, buffer_slice(&last));
    buffer_release(&last);
    return status;
}

/* ---- places to go on from: a letter, a version, a row key ---- */

enum { MARK_BYTES = 9 };

static struct slice mark(struct arena *arena, char type, uint64_t version, struct slice key)
{
    char *bytes = arena_alloc(arena, MARK_BYTES + key.len);
    bytes[0] = type;
    log_key(version, bytes + 1);
    if (key.len)
        memcpy(bytes + MARK_BYTES, key.data, key.len);
    return (struct slice){bytes, MARK_BYTES + key.len};
}

static uint64_t mark_version(struct slice mark)
{
    uint64_t version = 0;
    for (size_t i = 1; i < MARK_BYTES; i++)
        version = version << 8 | (uint8_t)mark.data[i];
    return version;
}

static bool is_mark(struct slice mark, char type)
{
    return mark.len >= MARK_BYTES && mark.data[0] == type;
}

/* ---- everything, as the beginning of changes ---- */

static enum status read_snapshot(struct page *page, struct slice from, struct error *error)
{
    struct buffer last = {0};
    struct slice after = {NULL, 0};
    page->answer->version = store_version(page->store);
    page->answer->snapshot = from.len == 0;
    if (from.len) {
        page->answer->version = mark_version(from);
        after = slice_range(from, MARK_BYTES, from.len);
        buffer_add(&last, after);
    }
    enum status status = walk_rows(page, after, &last, error);
    if (page->answer->more)
        page->answer->after = mark(page->arena, 'S', page->answer->version, buffer_slice(&last));
    buffer_release(&last);
    return status;
}

/* ---- changes ---- */

struct seen_key {
    UT_hash_handle hh;
    struct slice key; /* in the arena */
};

static bool seen_before(struct page *page, struct seen_key **seen, struct slice key)
{
    struct seen_key *entry;
    HASH_FIND(hh, *seen, key.data, key.len, entry);
    if (entry)
        return true;
    entry = arena_alloc(page->arena, sizeof *entry);
    entry->key = arena_copy(page->arena, key);
    HASH_ADD_KEYPTR(hh, *seen, entry->key.data, entry->key.len, entry);
    return false;
}

static enum level level_of_key(const struct row_key *key)
{
    return key->unit.township.len ? LEVEL_TOWNSHIP : level_of_code(key->unit.region);
}

static enum status take_gone(struct page *page, struct slice bytes, struct error *error)
{
    struct row row = {.gone = true};
    struct row_key key;
    enum status status = row_key_read(arena_copy(page->arena, bytes), &key, error);
    if (status != STATUS_OK)
        return status;
    row.level = level_of_key(&key);
    if (page->request->filter.level != LEVEL_UNKNOWN && page->request->filter.level != row.level)
        return STATUS_OK;
    set_key_fields(page, &key, &row);
    row.label = arena_copy(
        page->arena, label_of(page->store, names_number(&page->store->indicators, key.indicator)));
    page->bytes += sizeof row + bytes.len;
    *add_row(page) = row;
    return STATUS_OK;
}

/* One changed row, as it stands now. */
static enum status take_change(struct page *page, struct seen_key **seen, struct slice bytes,
                               struct error *error)
{
    struct row_key key;
    struct buffer *scratch = &page->store->row_key;
    enum status status = row_key_read(bytes, &key, error);
    if (status != STATUS_OK || matcher_match(&page->matcher, &key, scratch) != MATCH_YES ||
        seen_before(page, seen, bytes))
        return status;
    struct buffer *cell = &page->store->value;
    buffer_clear(cell);
    status = kv_get(page->store->kv, FAMILY_VALUES, bytes, cell, error);
    if (status == STATUS_AGAIN)
        return take_gone(page, bytes, error);
    return status == STATUS_OK ? take_row(page, bytes, buffer_slice(cell), error) : status;
}

/* The rows of one version behind `after` (empty: all). The page's end is in answer->after. */
static enum status read_version(struct page *page, struct seen_key **seen, uint64_t version,
                                struct slice after, struct error *error)
{
    char log[8];
    struct buffer record = {0}, key = {0};
    log_key(version, log);
    enum status status =
        kv_get(page->store->kv, FAMILY_CHANGES, (struct slice){log, 8}, &record, error);
    if (status == STATUS_AGAIN)
        status = fail(error, STATUS_FATAL, "the store's change log lacks version %llu",
                      (unsigned long long)version);
    struct coded in = coded_of(buffer_slice(&record));
    struct slice last = arena_copy(page->arena, after);
    while (status == STATUS_OK && log_next(&in, &key)) {
        if (after.len && slice_compare(buffer_slice(&key), after) <= 0)
            continue;
        if (page_full(page)) {
            page->answer->more = true;
            page->answer->after = mark(page->arena, 'C', version, last);
            break;
        }
        page->keys++;
        status = take_change(page, seen, buffer_slice(&key), error);
        last = arena_copy(page->arena, buffer_slice(&key));
    }
    if (status == STATUS_OK && in.bad)
        status = fail(error, STATUS_FATAL, "the store's change log is damaged at version %llu",
                      (unsigned long long)version);
    buffer_release(&record);
    buffer_release(&key);
    return status;
}

static enum status read_changes(struct page *page, uint64_t from, struct slice after,
                                struct error *error)
{
    struct seen_key *seen = NULL;
    enum status status = STATUS_OK;
    uint64_t version = from;
    for (; status == STATUS_OK && version <= store_version(page->store); version++) {
        if (version > from)
            after = (struct slice){NULL, 0};
        status = read_version(page, &seen, version, after, error);
        if (page->answer->more)
            break;
    }
    page->answer->version = version - 1; /* given completely */
    HASH_CLEAR(hh, seen);
    return status;
}

static enum status read_since(struct page *page, struct error *error)
{
    const struct request *request = page->request;
    const struct log_extent *log = &page->store->log;
    if (is_mark(request->after, 'S'))
        return read_snapshot(page, request->after, error);
    uint64_t from = request->since + 1;
    struct slice after = {NULL, 0};
    if (is_mark(request->after, 'C')) {
        from = mark_version(request->after);
        after = slice_range(request->after, MARK_BYTES, request->after.len);
    }
    if (request->since == 0 || request->since > log->version || from < log->first)
        return read_snapshot(page, (struct slice){NULL, 0}, error);
    return read_changes(page, from, after, error);
}

enum status store_read(struct store *store, const struct request *request, struct arena *arena,
                       struct answer *answer, struct error *error)
{
    struct page page = {.store = store, .request = request, .arena = arena, .answer = answer};
    page.limit_rows = request->limit_rows ? request->limit_rows : DEFAULT_PAGE_ROWS;
    if (page.limit_rows > MAX_PAGE_ROWS)
        page.limit_rows = MAX_PAGE_ROWS;
    *answer = (struct answer){0};
    enum status status = matcher_init(&page.matcher, &request->filter, error);
    if (status == STATUS_OK)
        status = request->changes ? read_since(&page, error) : read_rows(&page, error);
    matcher_release(&page.matcher);
    return status;
}

enum status store_verify(struct store *store, struct error *error)
{
    struct arena arena = {0};
    struct request request = {.limit_rows = MAX_PAGE_ROWS};
    struct answer answer = {.more = true};
    struct buffer after = {0};
    enum status status = kv_verify(store->kv, error);
    while (status == STATUS_OK && answer.more) {
        arena_reset(&arena);
        status = store_read(store, &request, &arena, &answer, error);
        buffer_clear(&after);
        buffer_add(&after, answer.after);
        request.after = buffer_slice(&after);
    }
    buffer_release(&after);
    arena_release(&arena);
    return status;
}
