/* upgrade.c - makes the queue for a store that was filled before there was one: every seat is
 * weighed once, as if it had just been filed. Owned by the store's thread.
 *
 * The format is written last: broken off, it begins again, and what was weighed stays right. What
 * fails: a damaged store, a full disk.
 */
#include "workers/results/write/write.h"

#include "workers/results/coding.h"

enum { SEATS_AT_ONCE = 256 };

static enum status commit(struct change *change, struct error *error)
{
    enum status status = weigh_all(change, error);
    if (status == STATUS_OK)
        status = kv_commit(change->kv, change->batch, false, error);
    kv_batch_clear(change->batch);
    weigh_clear(&change->weigh);
    return status;
}

static enum status weigh_seats(struct change *change, struct error *error)
{
    const struct slice all = {NULL, 0};
    enum status status = STATUS_OK;
    struct kv_cursor *cursor = kv_cursor_new(change->kv, FAMILY_REPORTS, all, all);
    for (unsigned count = 1; status == STATUS_OK && kv_cursor_valid(cursor);
         kv_cursor_next(cursor), count++) {
        weigh_seat(&change->weigh, kv_cursor_key(cursor), all, kv_cursor_value(cursor));
        if (count % SEATS_AT_ONCE == 0)
            status = commit(change, error);
    }
    if (status == STATUS_OK)
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    return status == STATUS_OK ? commit(change, error) : status;
}

static enum status weigh_panel(struct change *change, struct error *error)
{
    const struct slice all = {NULL, 0};
    struct kv_cursor *cursor = kv_cursor_new(change->kv, FAMILY_PANEL, all, all);
    for (; kv_cursor_valid(cursor); kv_cursor_next(cursor)) {
        uint16_t year;
        enum level level;
        uint32_t region;
        if (panel_key_read(kv_cursor_key(cursor), &year, &level, &region))
            weigh_figures(&change->weigh, year, level);
    }
    enum status status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    if (status == STATUS_OK)
        status = weigh_all(change, error); /* how many there are of each */
    if (status == STATUS_OK)
        status = kv_commit(change->kv, change->batch, false, error);
    return status == STATUS_OK ? weigh_renew(change, error) : status;
}

enum status store_upgrade(struct store *store, struct error *error)
{
    struct change *change = store->change;
    struct buffer format = {0};
    enum status status = store->queueless ? weigh_seats(change, error) : STATUS_OK;
    if (status == STATUS_OK && store->queueless)
        status = weigh_panel(change, error);
    if (status == STATUS_OK) {
        code_number(&format, STORE_FORMAT);
        kv_batch_clear(change->batch);
        kv_batch_put(change->batch, FAMILY_META, SLICE("format"), buffer_slice(&format));
        status = kv_commit(change->kv, change->batch, true, error);
        buffer_release(&format);
    }
    kv_batch_clear(change->batch);
    weigh_clear(&change->weigh);
    return status;
}
