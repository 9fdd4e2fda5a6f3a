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
#include "workers/results/write/write.h"

#include <stdlib.h>

enum { PAIR_BYTES = 4, SORT_BITS = 12 };

/* An entry to put or delete. */
struct passage_change {
    uint32_t pair;
    bool put;
    size_t seat; /* offset of its seat's key in passages.seats */
    uint32_t seat_len;
};

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

enum status passages_change(struct change *change, struct error *error)
{
    struct passage_changes *passages = &change->passages;
    struct slice seat_key = change->seat.key;
    struct buffer *old = &passages->before, *new = &passages->after;
    enum status status = list_pairs(buffer_slice(&change->seat.before), old, error);
    if (status == STATUS_OK)
        status = list_pairs(buffer_slice(&change->seat.after), new, error);
    if (status != STATUS_OK || slice_equal(buffer_slice(old), buffer_slice(new)))
        return status;
    /* What stands in both is deleted and put again: in a batch the later one holds. */
    size_t seat = passages->seats.len;
    buffer_add(&passages->seats, seat_key);
    for (struct buffer *pairs = old; pairs; pairs = pairs == old ? new : NULL)
        for (size_t at = 0; at < pairs->len; at += PAIR_BYTES) {
            struct passage_change entry = {
                .put = pairs == new, .seat = seat, .seat_len = (uint32_t)seat_key.len};
            memcpy(&entry.pair, pairs->data + at, PAIR_BYTES);
            buffer_append(&passages->entries, &entry, sizeof entry);
        }
    return STATUS_OK;
}

static void write_entry(struct change *change, const struct passage_change *entry)
{
    struct slice seat = slice_range(buffer_slice(&change->passages.seats), entry->seat,
                                    entry->seat + entry->seat_len);
    buffer_clear(&change->key);
    passage_key_begin(&change->key, entry->pair);
    buffer_add(&change->key, seat);
    if (entry->put)
        kv_batch_put(change->batch, FAMILY_PASSAGES, buffer_slice(&change->key),
                     (struct slice){"", 0});
    else
        kv_batch_delete(change->batch, FAMILY_PASSAGES, buffer_slice(&change->key));
}

/* Counts first, then each to its place: changes of one key stay in their order. */
void passages_write(struct change *change)
{
    enum { SLOTS = 1 << SORT_BITS };
    struct passage_changes *passages = &change->passages;
    const struct passage_change *entries = (const void *)passages->entries.data;
    size_t count = passages->entries.len / sizeof *entries;
    uint32_t *places = memory_zero((SLOTS + 1 + count) * sizeof *places);
    uint32_t *sorted = places + SLOTS + 1;
    for (size_t i = 0; i < count; i++)
        places[(entries[i].pair >> (32 - SORT_BITS)) + 1]++;
    for (size_t slot = 0; slot < SLOTS; slot++)
        places[slot + 1] += places[slot];
    for (size_t i = 0; i < count; i++)
        sorted[places[entries[i].pair >> (32 - SORT_BITS)]++] = (uint32_t)i;
    for (size_t i = 0; i < count; i++)
        write_entry(change, &entries[sorted[i]]);
    free(places);
    buffer_clear(&passages->entries);
    buffer_clear(&passages->seats);
}
