/* list_figures.c - the figures of documents, and all decisions. Owned by the reader's thread. */
#include "workers/results/read/lists.h"

#include "proto/base/clock.h"

/* ---- figures ---- */

bool figure_wanted(struct list_page *page, const struct figure_item *item)
{
    const struct filter *filter = &page->request->filter;
    if (filter->figure.len)
        return slice_equal(filter->figure, item->id);
    if (filter->indicator.len == 0 && filter->indicator_count == 0)
        return true;
    bool any =
        item->holds.indicator.len && matcher_indicator(&page->matcher, item->holds.indicator);
    for (uint32_t i = 0; !any && i < item->candidates.count; i++)
        any = matcher_indicator(&page->matcher, item->candidates.items[i]);
    return any;
}

void figure_add(struct list_page *page, const struct figure_item *item)
{
    struct figure_lease *lease = figure_lease_find(page->reader, item->id, clock_unix_ms());
    struct figure_item *added = list_add(page);
    *added = *item;
    if (lease) {
        added->lease_by = arena_copy(page->arena, slice_of(lease->by));
        added->lease_until_ms = lease->until_ms;
    }
}

static enum status take_figures(struct list_page *page, const struct unit_name *unit,
                                const struct filing *filing, struct error *error)
{
    struct figure_list list = {0};
    enum status status = figures_of(page, unit, filing, true, &list, error);
    for (size_t i = 0; status == STATUS_OK && i < list.count; i++)
        if (figure_wanted(page, &list.items[i]))
            figure_add(page, &list.items[i]);
    return status;
}

enum status list_figures(struct list_page *page, struct error *error)
{
    struct buffer last = {0};
    struct request request = *page->request;
    if (request.filter.figure.len && !request.filter.document.len) {
        size_t colon = slice_find(request.filter.figure, SLICE(":"), 0);
        request.filter.document =
            slice_range(request.filter.figure, 0, colon == SIZE_MAX ? 0 : colon);
        if (!request.filter.document.len)
            return fail(error, STATUS_BAD, "figure \"%.*s\": an id reads 3f2a0c9d4e11:1200-1206",
                        SLICE_ARGS(request.filter.figure));
        page->request = &request;
    }
    enum status status =
        list_filings(page, request.after, take_figures, &page->answer->more, &last, error);
    if (page->answer->more)
        page->answer->after = arena_copy(page->arena, buffer_slice(&last));
    buffer_release(&last);
    return status;
}

/* ---- decisions ---- */

static enum status take_decision(struct list_page *page, struct slice record, struct error *error)
{
    struct decision decision;
    enum status status =
        decision_decode(page->arena, arena_copy(page->arena, record), &decision, error);
    struct slice hex = list_hex(page->arena, (struct slice){(char *)decision.sha256, DIGEST_BYTES});
    if (status == STATUS_OK && slice_starts(hex, page->request->filter.document))
        *(struct decision *)list_add(page) = decision;
    return status;
}

/* All, or one document's, which lie together under its hash. The page's place is the last key. */
enum status list_decisions(struct list_page *page, struct error *error)
{
    struct slice after = page->request->after, last = after, prefix = {NULL, 0};
    uint8_t bytes[DIGEST_BYTES];
    enum status status = STATUS_OK;
    if (page->request->filter.document.len)
        status = list_document(page, bytes, &prefix, error);
    if (status)
        return status;
    struct kv_cursor *cursor =
        kv_cursor_new(page->reader->kv, FAMILY_DECISIONS, prefix, (struct slice){NULL, 0});
    if (after.len)
        kv_cursor_seek(cursor, after);
    for (; status == STATUS_OK && kv_cursor_valid(cursor); kv_cursor_next(cursor)) {
        struct slice key = kv_cursor_key(cursor);
        if (after.len && slice_compare(key, after) <= 0)
            continue;
        if (!slice_starts(key, prefix))
            break;
        page->answer->more = list_full(page);
        if (page->answer->more)
            break;
        last = arena_copy(page->arena, key);
        page->looked_at++;
        status = take_decision(page, kv_cursor_value(cursor), error);
    }
    if (page->answer->more)
        page->answer->after = last;
    if (status == STATUS_OK && !kv_cursor_valid(cursor))
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    return status;
}
