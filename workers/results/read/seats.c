/* seats.c - the seats read last, kept for the rows around them: the rows of one unit lie apart
 * (rows are ordered by indicator first), and a county's hundred rows read its filing once. Owned by
 * the reader's thread. */
#include "workers/results/read/read.h"

static unsigned slot_of(struct slice key)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ (uint8_t)key.data[i]) * 16777619u;
    return (hash ^ hash >> 16) % FILING_SLOTS;
}

enum status seat_read(struct results_reader *reader, struct slice key, struct slice *seat,
                      struct error *error)
{
    struct filing_slot *slot = &reader->slots[slot_of(key)];
    enum status status = STATUS_OK;
    if (!slice_equal(buffer_slice(&slot->seat_key), key)) {
        buffer_clear(&slot->seat_key);
        buffer_clear(&slot->seat);
        status = kv_get(reader->kv, FAMILY_REPORTS, key, &slot->seat, error);
        if (status == STATUS_OK)
            buffer_add(&slot->seat_key, key);
    }
    *seat = buffer_slice(&slot->seat);
    return status;
}

void seats_forget(struct results_reader *reader)
{
    for (unsigned i = 0; i < FILING_SLOTS; i++)
        buffer_clear(&reader->slots[i].seat_key);
}

void seats_release(struct results_reader *reader)
{
    for (unsigned i = 0; i < FILING_SLOTS; i++) {
        buffer_release(&reader->slots[i].seat_key);
        buffer_release(&reader->slots[i].seat);
    }
}
