/* reading.c - questions and answers as MessagePack. A row is a map with the keys of
 * `query --format jsonl` (rows/row_pack.c), so that a client in any language prints it as it comes.
 */
#include "proto/reading.h"

#include "proto/pack.h"
#include "proto/rows/row_pack.h"

enum { MAX_ANSWER_DEPTH = 8, MAX_ANSWER_NODES = 4 * 1024 * 1024, MAX_REQUEST_NODES = 128 };

/* ---- request ---- */

static void pack_texts(struct buffer *out, const struct slice *texts, uint32_t count)
{
    pack_array(out, count);
    for (uint32_t i = 0; i < count; i++)
        pack_text(out, texts[i]);
}

static void pack_years(struct buffer *out, const struct filter *filter)
{
    pack_array(out, filter->year_count);
    for (uint32_t i = 0; i < filter->year_count; i++)
        pack_uint(out, filter->years[i]);
}

void request_encode(const struct request *request, struct buffer *out)
{
    const struct filter *filter = &request->filter;
    pack_map(out, 21);
    PACK_KEY(out, "changes"), pack_bool(out, request->changes);
    PACK_KEY(out, "since"), pack_uint(out, request->since);
    PACK_KEY(out, "after"), pack_bytes(out, request->after);
    PACK_KEY(out, "store"), pack_text(out, request->store);
    PACK_KEY(out, "limit_rows"), pack_uint(out, request->limit_rows);
    PACK_KEY(out, "audits"), pack_bool(out, request->audits);
    PACK_KEY(out, "list"), pack_text(out, slice_of(listing_kinds[request->list].name));
    PACK_KEY(out, "lease"), pack_text(out, request->lease);
    PACK_KEY(out, "release"), pack_bool(out, request->release);
    PACK_KEY(out, "indicator"), pack_text(out, filter->indicator);
    PACK_KEY(out, "indicators"), pack_texts(out, filter->indicators, filter->indicator_count);
    PACK_KEY(out, "regions"), pack_texts(out, filter->regions, filter->region_count);
    PACK_KEY(out, "year"), pack_uint(out, filter->year);
    PACK_KEY(out, "level"), pack_uint(out, filter->level);
    PACK_KEY(out, "years"), pack_years(out, filter);
    PACK_KEY(out, "kinds"), pack_uint(out, filter->kinds);
    PACK_KEY(out, "units_only"), pack_bool(out, filter->units_only);
    PACK_KEY(out, "rollups_only"), pack_bool(out, filter->rollups_only);
    PACK_KEY(out, "document"), pack_text(out, filter->document);
    PACK_KEY(out, "figure"), pack_text(out, filter->figure);
    PACK_KEY(out, "reason"), pack_text(out, filter->reason);
}

static bool read_texts(const struct packed *list, struct slice *texts, uint32_t max,
                       uint32_t *count)
{
    *count = packed_count(list);
    for (uint32_t i = 0; i < *count && i < max; i++)
        texts[i] = packed_text(packed_at(list, i));
    return *count <= max;
}

/* What came with 1.3. */
static bool read_more(const struct packed *root, struct request *request)
{
    struct filter *filter = &request->filter;
    const struct packed *years = packed_get(root, "years");
    struct slice list = packed_text(packed_get(root, "list"));
    filter->year_count = packed_count(years);
    for (uint32_t i = 0; i < filter->year_count && i < 16; i++)
        filter->years[i] = (uint16_t)packed_uint(packed_at(years, i), 0);
    filter->kinds = (uint32_t)packed_uint(packed_get(root, "kinds"), 0);
    filter->units_only = packed_bool(packed_get(root, "units_only"), false);
    filter->rollups_only = packed_bool(packed_get(root, "rollups_only"), false);
    filter->document = packed_text(packed_get(root, "document"));
    filter->figure = packed_text(packed_get(root, "figure"));
    filter->reason = packed_text(packed_get(root, "reason"));
    request->list = list.len ? list_by_name(list) : LIST_ROWS;
    request->lease = packed_text(packed_get(root, "lease"));
    request->release = packed_bool(packed_get(root, "release"), false);
    return request->list < LIST_COUNT && filter->year_count <= 16;
}

enum status request_decode(struct arena *arena, struct slice bytes, struct request *request,
                           struct error *error)
{
    *request = (struct request){0};
    const struct packed *root;
    struct pack_limits limits = {.depth = 4, .nodes = MAX_REQUEST_NODES};
    enum status status = packed_read(arena, bytes, limits, &root, error);
    if (status)
        return status;
    struct filter *filter = &request->filter;
    request->changes = packed_bool(packed_get(root, "changes"), false);
    request->since = packed_uint(packed_get(root, "since"), 0);
    request->after = packed_text(packed_get(root, "after"));
    request->store = packed_text(packed_get(root, "store"));
    request->limit_rows = (uint32_t)packed_uint(packed_get(root, "limit_rows"), 0);
    request->audits = packed_bool(packed_get(root, "audits"), false);
    filter->indicator = packed_text(packed_get(root, "indicator"));
    filter->year = (uint16_t)packed_uint(packed_get(root, "year"), 0);
    uint64_t level = packed_uint(packed_get(root, "level"), 0);
    if (level > LEVEL_TOWNSHIP)
        return fail(error, STATUS_BAD, "request: there is no level %u", (unsigned)level);
    filter->level = (enum level)level;
    if (!read_more(root, request))
        return fail(error, STATUS_BAD, "request: an unknown list, or more than 16 years");
    if (!read_texts(packed_get(root, "regions"), filter->regions, 16, &filter->region_count) ||
        !read_texts(packed_get(root, "indicators"), filter->indicators, 16,
                    &filter->indicator_count))
        return fail(error, STATUS_BAD, "request: at most 16 regions and 16 indicators");
    return STATUS_OK;
}

/* ---- answer ---- */

static void pack_items(const struct answer *answer, struct buffer *out)
{
    const struct listing_kind *kind = &listing_kinds[answer->list];
    PACK_KEY(out, "list"), pack_text(out, slice_of(kind->name));
    PACK_KEY(out, "left"), pack_uint(out, answer->left);
    PACK_KEY(out, "items"), pack_array(out, (uint32_t)answer->item_count);
    for (size_t i = 0; i < answer->item_count; i++)
        fields_pack(&kind->fields, (const char *)answer->items + i * kind->item_bytes, out);
}

void answer_encode(const struct answer *answer, struct buffer *out)
{
    pack_map(out, answer->list ? 9 : 6);
    PACK_KEY(out, "version"), pack_uint(out, answer->version);
    PACK_KEY(out, "snapshot"), pack_bool(out, answer->snapshot);
    PACK_KEY(out, "more"), pack_bool(out, answer->more);
    PACK_KEY(out, "store"), pack_text(out, answer->store);
    PACK_KEY(out, "after"), pack_bytes(out, answer->after);
    PACK_KEY(out, "rows"), pack_array(out, (uint32_t)answer->row_count);
    for (size_t i = 0; i < answer->row_count; i++)
        row_pack(&answer->rows[i], out);
    if (answer->list)
        pack_items(answer, out);
}

/* An item with a word that only a newer writer knows is given without it. */
static enum status read_items(struct arena *arena, const struct packed *root, struct answer *answer,
                              struct error *error)
{
    const struct packed *items = packed_get(root, "items");
    struct slice name = packed_text(packed_get(root, "list"));
    if (name.len == 0)
        return STATUS_OK;
    answer->list = list_by_name(name);
    if (answer->list == LIST_COUNT)
        return fail(error, STATUS_BAD, "answer: there is no list %.*s", SLICE_ARGS(name));
    const struct listing_kind *kind = &listing_kinds[answer->list];
    answer->left = packed_uint(packed_get(root, "left"), 0);
    answer->item_count = packed_count(items);
    answer->items = arena_alloc(arena, answer->item_count * kind->item_bytes);
    for (uint32_t i = 0; i < answer->item_count; i++)
        fields_unpack(arena, &kind->fields, packed_at(items, i),
                      (char *)answer->items + i * kind->item_bytes);
    return STATUS_OK;
}

enum status answer_decode(struct arena *arena, struct slice bytes, struct answer *answer,
                          struct error *error)
{
    *answer = (struct answer){0};
    const struct packed *root;
    struct pack_limits limits = {.depth = MAX_ANSWER_DEPTH, .nodes = MAX_ANSWER_NODES};
    enum status status = packed_read(arena, bytes, limits, &root, error);
    if (status)
        return status;
    const struct packed *rows = packed_get(root, "rows");
    answer->version = packed_uint(packed_get(root, "version"), 0);
    answer->snapshot = packed_bool(packed_get(root, "snapshot"), false);
    answer->more = packed_bool(packed_get(root, "more"), false);
    answer->after = packed_text(packed_get(root, "after"));
    answer->store = packed_text(packed_get(root, "store"));
    answer->row_count = packed_count(rows);
    answer->rows = arena_alloc(arena, answer->row_count * sizeof *answer->rows);
    status = read_items(arena, root, answer, error);
    for (uint32_t i = 0; !status && i < answer->row_count; i++)
        status = row_unpack(arena, packed_at(rows, i), &answer->rows[i], error);
    return status;
}
