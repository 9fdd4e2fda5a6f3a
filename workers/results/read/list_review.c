/* list_review.c - what waits for a person. Owned by the reader's thread.
 *
 * The index of the queue (queue.c) is gone through once for each doubt, the dearest first; a figure
 * stands under its first doubt only. Whoever takes an item has it for five minutes (leases.c).
 */
#include "workers/results/read/lists.h"

#include "proto/base/clock.h"

enum { DEFAULT_QUEUE = 100 };

/* Figures whose first doubt is the page's; where only one is asked for, all that have it. */
static enum status take_doubted(struct list_page *page, const struct unit_name *unit,
                                const struct filing *filing, struct error *error)
{
    struct figure_list list = {0};
    const struct request *request = page->request;
    bool only = request->filter.reason.len > 0;
    uint64_t now_ms = clock_unix_ms();
    enum status status = figures_of(page, unit, filing, true, &list, error);
    for (size_t i = 0; status == STATUS_OK && i < list.count; i++) {
        struct figure_item *item = &list.items[i];
        bool here = false;
        for (uint32_t j = 0; !here && j < item->reasons.count && (only || j == 0); j++)
            here = doubt_by_name(item->reasons.items[j]) == page->doubt;
        struct figure_lease *lease = figure_lease_find(page->reader, item->id, now_ms);
        bool others = lease && !slice_equal(slice_of(lease->by), request->lease);
        if (here && figure_wanted(page, item) && !(request->lease.len && others))
            figure_add(page, item);
    }
    return status;
}

/* The page's place: a letter for the doubt, then the key of the last seat. */
static enum status walk_queue(struct list_page *page, enum doubt from, enum doubt to,
                              struct slice after, struct error *error)
{
    enum status status = STATUS_OK;
    struct buffer last = {0};
    for (enum doubt doubt = from; status == STATUS_OK && doubt <= to; doubt++) {
        bool more = false;
        buffer_clear(&last);
        page->doubt = doubt;
        status = queue_filings(page, after, take_doubted, &more, &last, error);
        after = (struct slice){NULL, 0};
        page->answer->more = more || (list_full(page) && doubt < to);
        if (page->answer->more) {
            char letter = (char)('a' + (more ? doubt : doubt + 1));
            page->answer->after = arena_format(page->arena, "%c", letter);
            if (more)
                page->answer->after = read_mark(page->arena, letter, 0, buffer_slice(&last));
            break;
        }
    }
    buffer_release(&last);
    return status;
}

static enum status lease_first(struct list_page *page)
{
    struct answer *answer = page->answer;
    struct figure_item *items = answer->items;
    if (!answer->item_count)
        return STATUS_OK;
    items[0].lease_by = page->request->lease;
    items[0].lease_until_ms =
        figure_lease_take(page->reader, items[0].id, page->request->lease, clock_unix_ms());
    answer->item_count = 1;
    return STATUS_OK;
}

enum status list_review(struct list_page *page, struct error *error)
{
    enum { MARK = 9 };
    const struct request *request = page->request;
    struct slice after = request->after, reason = request->filter.reason;
    enum doubt from = 0, to = DOUBT_COUNT - 1;
    if (request->lease.len)
        figure_leases_end(page->reader, request->lease, clock_unix_ms());
    if (request->release)
        return STATUS_OK;
    if (reason.len) {
        from = to = doubt_by_name(reason);
        if (from == DOUBT_COUNT)
            return fail(error, STATUS_BAD,
                        "reason \"%.*s\": they are stale, conflict, audit, outlier, ocr, proposed",
                        SLICE_ARGS(reason));
    }
    if (!request->limit_rows)
        page->limit = request->lease.len ? 1 : DEFAULT_QUEUE;
    if (after.len) {
        if (after.data[0] < 'a' || after.data[0] >= 'a' + DOUBT_COUNT)
            return fail(error, STATUS_BAD, "request: a place that this list doesn't have");
        from = (enum doubt)(after.data[0] - 'a');
        after = after.len > MARK ? slice_range(after, MARK, after.len) : (struct slice){NULL, 0};
    }
    enum status status = STATUS_OK;
    if (request->lease.len || !request->after.len)
        status = queue_count(page, reason.len ? from : 0, to, &page->answer->left, error);
    if (status == STATUS_OK)
        status = walk_queue(page, from, to, after, error);
    return status == STATUS_OK && request->lease.len ? lease_first(page) : status;
}
