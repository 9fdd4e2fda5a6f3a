/* yardsticks.c - what a filing is weighed against when the queue is read: the same as when it was
 * filed (write/weigh.c). Owned by the reader's thread. What fails: a damaged store. */
#include "workers/results/read/lists.h"

/* The filing of the year beside, as the page keeps it. */
static enum status lay_year(struct list_page *page, struct unit_name unit, unsigned side,
                            struct yardstick *yardstick, struct error *error)
{
    struct buffer *kept = &page->seats[1 + side], key = {0};
    struct slice seat;
    struct seat_entry entry;
    bool bad = false;
    unit.year = (uint16_t)(unit.year + (side ? 1 : -1));
    seat_key_put(&key, &unit);
    enum status status = seat_read(page->reader, buffer_slice(&key), &seat, error);
    buffer_release(&key);
    if (status != STATUS_OK)
        return status == STATUS_AGAIN ? STATUS_OK : status;
    buffer_clear(kept); /* the reader's own may go with the next one read */
    buffer_add(kept, seat);
    for (size_t at = 0; status == STATUS_OK && seat_next(buffer_slice(kept), &at, &entry, &bad);)
        if (slice_equal(entry.issuer, unit.issuer))
            status = filing_read(entry.filing, &yardstick->years[yardstick->year_count++], error);
    return status;
}

static enum status lay_peers(struct list_page *page, const struct unit_name *unit,
                             struct yardstick *yardstick, struct error *error)
{
    enum level level = region_level(page->reader->regions, unit->region);
    if (!unit_has_peers(page->reader->regions, unit))
        return STATUS_OK;
    if (page->peers_year != unit->year || page->peers_level != level) {
        struct buffer key = {0};
        queue_peers_key(&key, QUEUE_PEERS, unit->year, level);
        buffer_clear(&page->peers);
        enum status status =
            kv_get(page->reader->kv, FAMILY_QUEUE, buffer_slice(&key), &page->peers, error);
        buffer_release(&key);
        if (status != STATUS_OK && status != STATUS_AGAIN)
            return status;
        page->peers_year = unit->year;
        page->peers_level = level;
    }
    yardstick->peers = buffer_slice(&page->peers);
    return STATUS_OK;
}

enum status yardstick_lay(struct list_page *page, const struct unit_name *unit,
                          struct yardstick *yardstick, struct error *error)
{
    *yardstick = (struct yardstick){.dictionary = &page->reader->dictionary};
    enum status status = lay_peers(page, unit, yardstick, error);
    for (unsigned side = 0; status == STATUS_OK && side < 2; side++)
        status = lay_year(page, *unit, side, yardstick, error);
    return status;
}
