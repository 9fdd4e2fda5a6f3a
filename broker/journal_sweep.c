/* journal_sweep.c - lets go of what the journal knows of documents long past.
 *
 * A row for each document that came, two for one that came through a queue, would be all that grows
 * for ever. They only make a message say "came before", tell who asks by hash, and join the letters
 * of one document: those of a letter that is still there stay, and those of a document that still
 * waits. Owned by the broker's thread. What can't be read stays.
 *
 * Rows are counted into ages; numbers of reports alone don't tell how many came, since they leap
 * when a journal is opened again or restored. What is older than the age before this one is past,
 * unless it is handed in again: then its row says so, once an age.
 * The rows lie in the order of hashes, so each sweep goes a little way on from where the last one
 * ended, and the first one begins anywhere.
 */
#include "broker/journal_private.h"

#include <stdlib.h>

enum {
    DEFAULT_MEMORY_BYTES = 64 << 20,
    BYTES_A_ROW = 64,  /* an age has as many rows as the cache can hold: each report looks one up */
    SWEPT_EACH = 1024, /* rows between sweeps */
    ROWS = 4 * SWEPT_EACH,
    ROWS_A_BODY = 64, /* reading a document costs as much: where a long backlog waits, the sweep
                         is slow, not the broker */
    AGE_NUMBERS = 3,
};

static uint64_t age_rows(const struct journal *journal)
{
    size_t bytes = journal->memory_bytes ? journal->memory_bytes : DEFAULT_MEMORY_BYTES;
    return bytes / BYTES_A_ROW;
}

void journal_read_ages(struct journal *journal)
{
    struct journal_ages *ages = &journal->ages;
    struct buffer row = {0};
    kv_get(journal->kv, FAMILY_META, SLICE("ages"), &row, NULL);
    if (row.len == AGE_NUMBERS * 8)
        *ages = (struct journal_ages){.before_seq = number_read(row.data),
                                      .from_seq = number_read(row.data + 8),
                                      .rows = number_read(row.data + 16)};
    buffer_release(&row);
}

void journal_stage_ages(struct journal *journal)
{
    struct journal_ages *ages = &journal->ages;
    char row[AGE_NUMBERS * 8];
    if (!ages->counted)
        return;
    if (ages->rows >= age_rows(journal) || !ages->from_seq) {
        ages->before_seq = ages->from_seq;
        ages->from_seq = journal->last_seq;
        ages->rows = 0;
    }
    number_write(row, ages->before_seq);
    number_write(row + 8, ages->from_seq);
    number_write(row + 16, ages->rows);
    journal_stage_put(journal, FAMILY_META, SLICE("ages"), (struct slice){row, sizeof row});
}

void journal_count_known(struct journal *journal)
{
    journal->ages.rows++;
    journal->ages.counted++;
}

static bool is_gone(struct journal *journal, unsigned family, uint64_t seq)
{
    char number[8];
    number_write(number, seq);
    buffer_clear(&journal->row);
    return kv_get(journal->kv, family, (struct slice){number, 8}, &journal->row, NULL) ==
           STATUS_AGAIN;
}

bool journal_fades(struct journal *journal, uint64_t seq)
{
    return seq < journal->ages.from_seq && is_gone(journal, FAMILY_DEAD, seq);
}

static bool is_past(struct journal *journal, uint64_t seq, int *rows)
{
    if (seq >= journal->ages.before_seq || !is_gone(journal, FAMILY_DEAD, seq))
        return false;
    bool gone = is_gone(journal, FAMILY_BODY, seq);
    *rows -= gone ? 0 : ROWS_A_BODY;
    return gone;
}

static void sweep_from(struct journal *journal, struct slice from, struct slice to, int *rows)
{
    struct kv_cursor *cursor = kv_cursor_new(journal->kv, FAMILY_KNOWN, from, to);
    for (; kv_cursor_valid(cursor) && *rows > 0; kv_cursor_next(cursor), --*rows) {
        struct slice key = kv_cursor_key(cursor), value = kv_cursor_value(cursor);
        if (value.len == 8 && is_past(journal, number_read(value.data), rows))
            journal_stage_delete(journal, FAMILY_KNOWN, key);
        if (key.len == FINGERPRINT_BYTES)
            memcpy(journal->ages.swept, key.data, FINGERPRINT_BYTES);
    }
    kv_cursor_free(&cursor);
}

void journal_sweep(struct journal *journal)
{
    struct journal_ages *ages = &journal->ages;
    if (!ages->before_seq || (ages->is_sweeping && ages->counted < SWEPT_EACH))
        return;
    if (!ages->is_sweeping)
        arc4random_buf(ages->swept, sizeof ages->swept);
    ages->is_sweeping = true;
    ages->counted = 0;
    char began[FINGERPRINT_BYTES];
    int rows = ROWS;
    memcpy(began, ages->swept, sizeof began);
    sweep_from(journal, (struct slice){began, sizeof began}, (struct slice){0}, &rows);
    sweep_from(journal, (struct slice){0}, (struct slice){began, sizeof began}, &rows);
}
