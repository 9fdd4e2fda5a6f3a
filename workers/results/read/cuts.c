/* cuts.c - what a reader of everything would otherwise fetch again for each indicator. Owned by the
 * reader's thread.
 *
 * Rows come by indicator, filings lie by unit: a reader of all rows asks for every filing once for
 * each of its fifty figures, and fetching it costs ten times what the row does. So, once a question
 * has brought enough rows, all its filings are gone through in order, some at each page, and what
 * the next indicators need of them (filing_cut) is kept, of as many indicators as there is room
 * for. row_join looks here first; what isn't here is fetched as ever. Whatever changes the store
 * ends it, and the next try waits for twice as many rows, so that it costs little where much is
 * written.
 */
#include "workers/results/read/read.h"

#include <stdlib.h>

enum {
    CUT_BYTES = 48 << 20,        /* in a worker, which has its writing to do with its memory */
    CUT_ALONE_BYTES = 256 << 20, /* in a process that only reads */
    CUT_STEP = 8192,             /* filings a page goes through: some 50 ms */
    CUT_LEAST_ROWS = 20000,      /* that were asked for before it is worth the while */
    CUT_FIRST_WIDTH = 8,         /* indicators at first; then what fits */
    CUT_LEAST_WIDTH = 5,         /* fewer: going through all filings costs more than it saves */
    CUT_STRANGERS = 32,          /* pages of other questions until the last one's is given up */
};

static const size_t CUT_NEVER = SIZE_MAX;

/* A kept seat: its key and bytes follow each other. */
struct cut_head {
    uint32_t key_len, seat_len;
};

static uint32_t hash_of(struct slice key)
{
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < key.len; i++)
        hash = (hash ^ (uint8_t)key.data[i]) * 16777619u;
    return hash ^ hash >> 15;
}

static struct slice cut_at(const struct filing_cuts *cuts, size_t offset, struct slice *key)
{
    struct cut_head head;
    const char *at = cuts->bytes.data + offset;
    memcpy(&head, at, sizeof head);
    *key = (struct slice){at + sizeof head, head.key_len};
    return (struct slice){at + sizeof head + head.key_len, head.seat_len};
}

/* The slot of the key, or the empty one where it belongs. */
static uint32_t *slot_of(const struct filing_cuts *cuts, struct slice wanted)
{
    uint32_t slot = hash_of(wanted) & (cuts->slot_count - 1);
    struct slice key;
    while (cuts->slots[slot]) {
        cut_at(cuts, cuts->slots[slot] - 1, &key);
        if (slice_equal(key, wanted))
            break;
        slot = (slot + 1) & (cuts->slot_count - 1);
    }
    return &cuts->slots[slot];
}

static void grow_slots(struct filing_cuts *cuts)
{
    if (cuts->slot_count && cuts->count * 2 < cuts->slot_count)
        return;
    uint32_t *old = cuts->slots, old_count = cuts->slot_count;
    struct slice key;
    cuts->slot_count = old_count ? old_count * 2 : 1 << 14;
    cuts->slots = memory_zero(cuts->slot_count * sizeof *cuts->slots);
    for (uint32_t i = 0; i < old_count; i++) {
        if (!old[i])
            continue;
        cut_at(cuts, old[i] - 1, &key);
        *slot_of(cuts, key) = old[i];
    }
    free(old);
}

static void empty(struct filing_cuts *cuts)
{
    cuts->state = CUTS_NONE;
    cuts->rows = 0;
    cuts->count = 0;
    buffer_clear(&cuts->bytes);
    if (cuts->slot_count)
        memset(cuts->slots, 0, cuts->slot_count * sizeof *cuts->slots);
}

void cuts_forget(struct filing_cuts *cuts)
{
    if (cuts->state != CUTS_NONE && cuts->wait_rows < CUT_NEVER / 2)
        cuts->wait_rows *= 2;
    if (cuts->state != CUTS_NONE || cuts->rows)
        empty(cuts);
}

void cuts_release(struct filing_cuts *cuts)
{
    struct buffer *buffers[] = {&cuts->question, &cuts->bytes, &cuts->next,  &cuts->first,
                                &cuts->last,     &cuts->seat,  &cuts->filing};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_release(buffers[i]);
    free(cuts->slots);
    filing_scratch_release(&cuts->scratch);
    *cuts = (struct filing_cuts){0};
}

/* ---- making them ---- */

/* The seat with its filings cut; empty if none has a row that is wanted. */
static void cut_seat(struct results_reader *reader, struct slice seat)
{
    struct filing_cuts *cuts = &reader->cuts;
    struct seat_entry entry;
    struct filing filing;
    bool bad = false;
    buffer_clear(&cuts->seat);
    for (size_t at = 0; seat_next(seat, &at, &entry, &bad);) {
        buffer_clear(&cuts->filing);
        if (filing_read(entry.filing, &filing, NULL) != STATUS_OK ||
            !filing_cut(&filing, buffer_slice(&cuts->first), buffer_slice(&cuts->last),
                        &cuts->scratch, &cuts->filing))
            continue;
        code_text(&cuts->seat, entry.issuer);
        code_text(&cuts->seat, buffer_slice(&cuts->filing));
    }
}

static void keep_seat(struct results_reader *reader, struct slice key, struct slice seat)
{
    struct filing_cuts *cuts = &reader->cuts;
    cut_seat(reader, seat);
    if (cuts->seat.len == 0)
        return;
    grow_slots(cuts);
    uint32_t *slot = slot_of(cuts, key);
    struct cut_head head = {(uint32_t)key.len, (uint32_t)cuts->seat.len};
    *slot = (uint32_t)cuts->bytes.len + 1;
    cuts->count++;
    buffer_append(&cuts->bytes, &head, sizeof head);
    buffer_add(&cuts->bytes, key);
    buffer_add(&cuts->bytes, buffer_slice(&cuts->seat));
}

static void begin(struct results_reader *reader, uint32_t rank)
{
    struct filing_cuts *cuts = &reader->cuts;
    const struct dictionary *dictionary = &reader->dictionary;
    uint32_t count = dictionary_count(dictionary);
    empty(cuts);
    cuts->state = CUTS_MAKING;
    cuts->from = rank;
    cuts->to = rank + cuts->width < count ? rank + cuts->width : count;
    cuts->passed = 0;
    buffer_clear(&cuts->next);
    buffer_clear(&cuts->first);
    buffer_clear(&cuts->last);
    buffer_add(&cuts->first, dictionary_indicator(dictionary, dictionary->by_rank[rank]));
    buffer_add(&cuts->last, dictionary_indicator(dictionary, dictionary->by_rank[cuts->to - 1]));
}

static size_t room(const struct results_reader *reader)
{
    return reader->store->options.read_only ? CUT_ALONE_BYTES : CUT_BYTES;
}

/* Where too few indicators fit, what there is is used, and nothing more made for this question. */
static void end(struct results_reader *reader)
{
    struct filing_cuts *cuts = &reader->cuts;
    size_t fits = cuts->bytes.len ? (size_t)cuts->width * (room(reader) / 4 * 3) / cuts->bytes.len
                                  : cuts->width * 2;
    cuts->state = CUTS_MADE;
    cuts->width = fits < 1 ? 1 : fits > MAX_INDICATORS ? MAX_INDICATORS : (uint32_t)fits;
    cuts->wait_rows = cuts->passed / 2 > CUT_LEAST_ROWS ? cuts->passed / 2 : CUT_LEAST_ROWS;
    if (fits < CUT_LEAST_WIDTH)
        cuts->wait_rows = CUT_NEVER;
}

/* Goes on for CUT_STEP filings. A damaged one is left to whoever reads it. */
static enum status step(struct row_page *page, struct error *error)
{
    struct results_reader *reader = page->reader;
    struct filing_cuts *cuts = &reader->cuts;
    const struct slice all = {NULL, 0};
    struct kv_cursor *cursor = kv_cursor_new(reader->kv, FAMILY_REPORTS, all, all);
    if (cuts->next.len)
        kv_cursor_seek(cursor, buffer_slice(&cuts->next));
    for (unsigned i = 0; i < CUT_STEP && kv_cursor_valid(cursor); i++, cuts->passed++) {
        struct slice key = kv_cursor_key(cursor);
        struct unit_name unit;
        uint32_t region = 0;
        if (cuts->bytes.len >= room(reader))
            break;
        enum match match = MATCH_NO;
        if (seat_key_read(key, &unit, NULL) == STATUS_OK)
            match = matcher_unit(&page->matcher, unit.region, unit.year, &region);
        if (match == MATCH_YES)
            keep_seat(reader, key, kv_cursor_value(cursor));
        if (match == MATCH_SEEK) {
            buffer_clear(&cuts->next);
            region_seek_put(&cuts->next, region);
            kv_cursor_seek(cursor, buffer_slice(&cuts->next));
        } else {
            kv_cursor_next(cursor);
        }
    }
    enum status status = kv_cursor_status(cursor, error);
    buffer_clear(&cuts->next);
    if (kv_cursor_valid(cursor))
        buffer_add(&cuts->next, kv_cursor_key(cursor));
    if (status == STATUS_OK && (!kv_cursor_valid(cursor) || cuts->bytes.len >= room(reader)))
        end(reader);
    kv_cursor_free(&cursor);
    return status;
}

/* Whether the page's question is the one that is served. */
static bool take_question(struct row_page *page)
{
    struct filing_cuts *cuts = &page->reader->cuts;
    struct request request = {.filter = page->request->filter};
    struct buffer question = {0};
    request_encode(&request, &question);
    bool same = slice_equal(buffer_slice(&question), buffer_slice(&cuts->question));
    if (same) {
        cuts->strangers = 0;
    } else if (cuts->question.len == 0 || ++cuts->strangers > CUT_STRANGERS) {
        empty(cuts);
        cuts->strangers = 0;
        cuts->width = CUT_FIRST_WIDTH;
        cuts->wait_rows = CUT_LEAST_ROWS;
        buffer_clear(&cuts->question);
        buffer_add(&cuts->question, buffer_slice(&question));
        same = true;
    }
    buffer_release(&question);
    return same;
}

enum status cuts_advance(struct row_page *page, uint32_t rank, struct error *error)
{
    struct results_reader *reader = page->reader;
    struct filing_cuts *cuts = &reader->cuts;
    if (rank >= dictionary_count(&reader->dictionary) || !take_question(page))
        return STATUS_OK;
    cuts->rows += page->limit_rows;
    bool past = rank < cuts->from || rank >= cuts->to;
    if (cuts->rows >= cuts->wait_rows && (cuts->state == CUTS_NONE || past))
        begin(reader, rank);
    return cuts->state == CUTS_MAKING ? step(page, error) : STATUS_OK;
}

bool cuts_find(const struct filing_cuts *cuts, struct slice key, struct slice indicator,
               struct slice *seat)
{
    if (cuts->count == 0 || slice_compare(indicator, buffer_slice(&cuts->first)) < 0 ||
        slice_compare(indicator, buffer_slice(&cuts->last)) > 0)
        return false;
    uint32_t slot = *slot_of(cuts, key);
    if (slot)
        *seat = cut_at(cuts, slot - 1, &key);
    return slot != 0;
}
