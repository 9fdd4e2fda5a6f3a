/* passages.c - the index of paragraphs: under the least two hashes of each, whose report it is.
 *
 *   key     pair of hashes, mixed(4) seat key      value   none: the paragraph is in the filing
 *
 * A reader asks for every pair among the eight of its own paragraph, so that of two paragraphs that
 * share nine tenths of their text nine in ten find each other, and equal ones always do; one hash
 * alone is cheap to match and found too much, two are rare unless the whole paragraph is common.
 * Written with the filings, in the same batch: the index never leads to a report that is no longer
 * in force. Owned by the store's thread.
 *
 * A batch's entries go into it in order of their hashes, roughly: RocksDB then walks a way down its
 * list that the entry before has just warmed, where scattered ones miss the cache at every step.
 */
#include "workers/aggregate/private.h"

#include <stdlib.h>

enum { PAIR_BYTES = 4, SORT_BITS = 12 };

/* An entry to put or delete. */
struct passage_change {
    uint32_t pair;
    bool put;
    size_t seat; /* offset of its seat's key in passage_seats */
    uint32_t seat_len;
};

uint32_t passage_pair(uint32_t first, uint32_t second)
{
    uint64_t both = (uint64_t)first << 32 | second;
    return (uint32_t)((both * 0x9E3779B97F4A7C15u) >> 32);
}

void passage_key_begin(struct buffer *out, uint32_t pair)
{
    char bytes[PAIR_BYTES] = {(char)(pair >> 24), (char)(pair >> 16), (char)(pair >> 8),
                              (char)pair};
    buffer_append(out, bytes, sizeof bytes);
}

struct slice passage_key_seat(struct slice key)
{
    return slice_range(key, key.len < PAIR_BYTES ? key.len : PAIR_BYTES, key.len);
}

/* The pairs of all paragraphs of a seat, one after another. */
static enum status list_pairs(struct slice seat, struct buffer *pairs, struct error *error)
{
    struct seat_entry entry;
    struct filing filing;
    struct filed_passage passage;
    bool bad = false;
    buffer_clear(pairs);
    for (size_t at = 0; seat_next(seat, &at, &entry, &bad);) {
        enum status status = filing_read(entry.filing, &filing, error);
        if (status != STATUS_OK)
            return status;
        for (size_t i = 0; filing_passage(&filing, i, &passage); i++) {
            uint32_t pair = passage_pair(passage.marks[0], passage.marks[1]);
            buffer_append(pairs, &pair, sizeof pair);
        }
    }
    return STATUS_OK;
}

enum status passages_change(struct store *store, struct slice seat_key, struct slice old_seat,
                            struct slice new_seat, struct error *error)
{
    struct buffer *old = &store->old_pairs, *new = &store->new_pairs;
    enum status status = list_pairs(old_seat, old, error);
    if (status == STATUS_OK)
        status = list_pairs(new_seat, new, error);
    if (status != STATUS_OK || slice_equal(buffer_slice(old), buffer_slice(new)))
        return status;
    /* What stands in both is deleted and put again: in a batch the later one holds. */
    size_t seat = store->passage_seats.len;
    buffer_add(&store->passage_seats, seat_key);
    for (struct buffer *pairs = old; pairs; pairs = pairs == old ? new : NULL)
        for (size_t at = 0; at < pairs->len; at += PAIR_BYTES) {
            struct passage_change change = {
                .put = pairs == new, .seat = seat, .seat_len = (uint32_t)seat_key.len};
            memcpy(&change.pair, pairs->data + at, PAIR_BYTES);
            buffer_append(&store->passage_changes, &change, sizeof change);
        }
    return STATUS_OK;
}

static void write_change(struct store *store, const struct passage_change *change)
{
    struct slice seat = slice_range(buffer_slice(&store->passage_seats), change->seat,
                                    change->seat + change->seat_len);
    buffer_clear(&store->row_key);
    passage_key_begin(&store->row_key, change->pair);
    buffer_add(&store->row_key, seat);
    if (change->put)
        kv_batch_put(store->batch, FAMILY_PASSAGES, buffer_slice(&store->row_key),
                     (struct slice){"", 0});
    else
        kv_batch_delete(store->batch, FAMILY_PASSAGES, buffer_slice(&store->row_key));
}

/* Counts first, then each to its place: changes of one key stay in their order. */
void passages_write(struct store *store)
{
    enum { SLOTS = 1 << SORT_BITS };
    const struct passage_change *changes = (const void *)store->passage_changes.data;
    size_t count = store->passage_changes.len / sizeof *changes;
    uint32_t *places = memory_zero((SLOTS + 1 + count) * sizeof *places);
    uint32_t *sorted = places + SLOTS + 1;
    for (size_t i = 0; i < count; i++)
        places[(changes[i].pair >> (32 - SORT_BITS)) + 1]++;
    for (size_t slot = 0; slot < SLOTS; slot++)
        places[slot + 1] += places[slot];
    for (size_t i = 0; i < count; i++)
        sorted[places[changes[i].pair >> (32 - SORT_BITS)]++] = (uint32_t)i;
    for (size_t i = 0; i < count; i++)
        write_change(store, &changes[sorted[i]]);
    free(places);
    buffer_clear(&store->passage_changes);
    buffer_clear(&store->passage_seats);
}
