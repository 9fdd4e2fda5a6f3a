/* lists.c - what all lists have in common: pages, and the walk over filings. Owned by the reader's
 * thread. What fails: the request, a damaged store. */
#include "workers/results/read/lists.h"

#include "proto/base/digest.h"
#include "workers/results/aside.h"

#include <stdio.h>

enum {
    MAX_LOOKED_AT = 20000, /* filings a page goes through: some 50 ms */
    MAX_DOUBTED = 200,     /* the same where every figure is weighed against its neighbours */
    LEAST_DIGITS = 12      /* of a document's hash, to name it by */
};

void *list_add(struct list_page *page)
{
    struct answer *answer = page->answer;
    size_t bytes = listing_kinds[page->request->list].item_bytes;
    answer->items =
        arena_grow(page->arena, answer->items, answer->item_count, &page->capacity, bytes);
    return (char *)answer->items + answer->item_count++ * bytes;
}

bool list_full(const struct list_page *page)
{
    size_t most = page->request->list == LIST_REVIEW ? MAX_DOUBTED : MAX_LOOKED_AT;
    return page->answer->item_count >= page->limit || page->looked_at >= most;
}

struct slice list_hex(struct arena *arena, struct slice bytes)
{
    char *text = arena_alloc(arena, bytes.len * 2 + 1);
    digest_hex(bytes, text);
    return (struct slice){text, bytes.len * 2};
}

struct filed_unit list_unit(const struct list_page *page, const struct unit_name *unit,
                            const struct filing *filing)
{
    struct slice name = region_name(page->reader->regions, unit->region);
    return (struct filed_unit){.region = unit->region,
                               .region_name =
                                   arena_copy(page->arena, name.len ? name : filing->region_name),
                               .level = filing->level,
                               .township = arena_copy(page->arena, unit->township),
                               .kind = unit->kind,
                               .issuer = arena_copy(page->arena, unit->issuer),
                               .year = unit->year};
}

/* ---- filings ---- */

static bool wants(const struct list_page *page, const struct unit_name *unit,
                  const struct filing *filing)
{
    const struct filter *filter = &page->request->filter;
    uint32_t next;
    return matcher_unit(&page->matcher, unit->region, unit->year, &next) == MATCH_YES &&
           filter_wants_kind(filter, unit->kind) &&
           (filter->level == LEVEL_UNKNOWN || filter->level == filing->level);
}

static enum status show(struct list_page *page, const struct unit_name *unit,
                        const struct filing *filing, struct slice sha256, list_visit *visit,
                        struct error *error)
{
    return (!sha256.data || slice_equal(sha256, filing->sha256)) && wants(page, unit, filing)
               ? visit(page, unit, filing, error)
               : STATUS_OK;
}

enum status list_seat(struct list_page *page, struct slice key, struct slice seat,
                      struct slice sha256, list_visit *visit, struct error *error)
{
    struct unit_name unit;
    struct seat_entry entry;
    struct filing filing;
    struct slice aside;
    bool bad = false;
    enum status status = seat_key_read(key, &unit, error);
    if (status == STATUS_OK)
        status = standings_read(page, key, &aside, error);
    for (size_t at = 0; status == STATUS_OK && seat_next(seat, &at, &entry, &bad);) {
        status = filing_read(entry.filing, &filing, error);
        unit.issuer = entry.issuer;
        if (status == STATUS_OK && standing_seated(page, aside, entry.issuer, filing.sha256))
            status = show(page, &unit, &filing, sha256, visit, error);
    }
    for (size_t at = 0; status == STATUS_OK &&
                        standing_next(page, aside, seat, &at, &entry.issuer, &entry.filing);) {
        status = filing_read(entry.filing, &filing, error);
        unit.issuer = entry.issuer;
        if (status == STATUS_OK)
            status = show(page, &unit, &filing, sha256, visit, error);
    }
    page->looked_at++;
    return status;
}

static void seek_region(struct kv_cursor *cursor, uint32_t region, struct buffer *seek)
{
    buffer_clear(seek);
    region_seek_put(seek, region);
    kv_cursor_seek(cursor, buffer_slice(seek));
}

static enum status walk(struct list_page *page, struct kv_cursor *cursor, list_visit *visit,
                        bool *more, struct buffer *last, struct error *error)
{
    enum status status = STATUS_OK;
    struct buffer seek = {0};
    while (status == STATUS_OK && kv_cursor_valid(cursor) && !*more) {
        struct slice key = kv_cursor_key(cursor);
        struct unit_name unit;
        uint32_t region = 0;
        status = seat_key_read(key, &unit, error);
        if (status != STATUS_OK)
            break;
        enum match match = matcher_unit(&page->matcher, unit.region, unit.year, &region);
        if (match == MATCH_SEEK) {
            seek_region(cursor, region, &seek);
            continue;
        }
        *more = list_full(page);
        if (*more)
            break;
        buffer_clear(last);
        buffer_add(last, key);
        if (match == MATCH_YES)
            status = list_seat(page, key, kv_cursor_value(cursor), (struct slice){NULL, 0}, visit,
                               error);
        kv_cursor_next(cursor);
    }
    buffer_release(&seek);
    return status == STATUS_OK && !kv_cursor_valid(cursor) ? kv_cursor_status(cursor, error)
                                                           : status;
}

/* ---- one document ---- */

static bool read_digits(struct slice digits, uint8_t bytes[DIGEST_BYTES], size_t *len)
{
    *len = 0;
    if (digits.len < LEAST_DIGITS || digits.len > 64)
        return false;
    for (size_t i = 0; i + 1 < digits.len; i += 2) {
        char pair[3] = {digits.data[i], digits.data[i + 1], 0};
        unsigned byte;
        if (!strchr("0123456789abcdef", pair[0]) || !strchr("0123456789abcdef", pair[1]) ||
            sscanf(pair, "%x", &byte) != 1)
            return false;
        bytes[(*len)++] = (uint8_t)byte;
    }
    return true;
}

enum status list_document(struct list_page *page, uint8_t bytes[DIGEST_BYTES],
                          struct slice *prefix, struct error *error)
{
    struct slice digits = page->request->filter.document;
    size_t len;
    if (!read_digits(digits, bytes, &len))
        return fail(error, STATUS_BAD,
                    "document \"%.*s\": not a SHA-256 in hex, or at least its first %d digits",
                    SLICE_ARGS(digits), LEAST_DIGITS);
    *prefix = (struct slice){(const char *)bytes, len};
    return STATUS_OK;
}

/* The first entry under the prefix, in the arena: the document's hash and whose it is.
 * STATUS_AGAIN: none. */
static enum status find_document(struct list_page *page, enum store_family family,
                                 struct slice prefix, struct slice *sha256,
                                 struct filed_document *document, struct error *error)
{
    struct kv_cursor *cursor =
        kv_cursor_new(page->reader->kv, family, prefix, (struct slice){NULL, 0});
    enum status status = kv_cursor_status(cursor, error);
    bool found = status == STATUS_OK && kv_cursor_valid(cursor) &&
                 slice_starts(kv_cursor_key(cursor), prefix);
    if (found) {
        struct slice key = arena_copy(page->arena, kv_cursor_key(cursor));
        *sha256 = slice_range(key, key.len - DIGEST_BYTES, key.len);
        status =
            filed_document_read(arena_copy(page->arena, kv_cursor_value(cursor)), document, error);
    }
    kv_cursor_free(&cursor);
    return status == STATUS_OK && !found ? STATUS_AGAIN : status;
}

/* In force or beside one that is; else, in the list of documents, a version that was replaced. */
static enum status visit_document(struct list_page *page, list_visit *visit, struct error *error)
{
    struct slice prefix, sha256, seat;
    uint8_t bytes[DIGEST_BYTES];
    struct filed_document document;
    struct buffer key = {0};
    enum status status = list_document(page, bytes, &prefix, error);
    if (status)
        return status;
    status = find_document(page, FAMILY_DOCUMENTS, prefix, &sha256, &document, error);
    if (status == STATUS_AGAIN && page->request->list == LIST_DOCUMENTS) {
        former_key_put(&key, prefix);
        status = find_document(page, FAMILY_META, buffer_slice(&key), &sha256, &document, error);
        page->formers = true;
        buffer_clear(&key);
    }
    if (status == STATUS_OK) {
        seat_key_put(&key, &document.unit);
        status = seat_read(page->reader, buffer_slice(&key), &seat, error);
    }
    if (status == STATUS_OK)
        status = list_seat(page, buffer_slice(&key), arena_copy(page->arena, seat), sha256, visit,
                           error);
    buffer_release(&key);
    return status == STATUS_AGAIN ? STATUS_OK : status;
}

enum status list_filings(struct list_page *page, struct slice after, list_visit *visit, bool *more,
                         struct buffer *last, struct error *error)
{
    const struct slice all = {NULL, 0};
    *more = false;
    if (page->request->filter.document.len)
        return visit_document(page, visit, error);
    struct kv_cursor *cursor = kv_cursor_new(page->reader->kv, FAMILY_REPORTS, all, all);
    if (after.len) {
        kv_cursor_seek(cursor, after);
        if (kv_cursor_valid(cursor) && slice_equal(kv_cursor_key(cursor), after))
            kv_cursor_next(cursor);
    }
    enum status status = walk(page, cursor, visit, more, last, error);
    kv_cursor_free(&cursor);
    return status;
}
