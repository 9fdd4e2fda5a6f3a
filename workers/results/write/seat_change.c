/* seat_change.c - looks into the seat at hand and puts filings into it. Owned by the store's
 * thread. */
#include "workers/results/write/write.h"

struct slice seat_filing(struct slice seat, struct slice issuer, bool *bad)
{
    struct seat_entry entry;
    for (size_t at = 0; seat_next(seat, &at, &entry, bad);)
        if (slice_equal(entry.issuer, issuer))
            return entry.filing;
    return (struct slice){NULL, 0};
}

void seat_put(struct change *change, const struct filing_source *source)
{
    buffer_clear(&change->filing);
    filing_write(source, &change->scratch, &change->filing);
    buffer_clear(&change->next_seat);
    seat_replace(buffer_slice(&change->seat.after), source->report->meta.issuer,
                 buffer_slice(&change->filing), &change->next_seat);
    struct buffer swap = change->seat.after;
    change->seat.after = change->next_seat;
    change->next_seat = swap;
}
