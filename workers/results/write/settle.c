/* settle.c - which of an issuer's documents is counted, and the seat as it is then. Owned by the
 * store's thread. What fails: a damaged store.
 *
 * One is counted if it is alone or if whoever chose it goes before all who chose others (a review
 * before a placing before a list); else none is, and the seat holds the first of them without its
 * figures, so that whoever reads rows sees none. What was read off pictures stands behind every
 * text unless a review has chosen it. All of it depends on the editions and on nothing else: in
 * whatever order they came.
 */
#include "workers/results/write/write.h"

/* A list or a placing says whose report a scan is, not that it goes before the text. */
static unsigned rank_of(const struct edition *edition)
{
    if (edition->chosen == CHOSEN_BY_REVIEW)
        return 2 * CHOSEN_BY_REVIEW;
    return edition->scanned ? edition->chosen : CHOSEN_BY_REVIEW + edition->chosen;
}

/* NULL: none, until somebody chooses. */
static struct edition *winner(const struct editions *editions)
{
    struct edition *best = NULL;
    bool tie = false;
    for (size_t i = 0; i < editions->count; i++) {
        struct edition *edition = &editions->items[i];
        if (!best || rank_of(edition) > rank_of(best)) {
            best = edition;
            tie = false;
        } else if (rank_of(edition) == rank_of(best)) {
            tie = true;
        }
    }
    return tie ? NULL : best;
}

static struct edition *first_edition(const struct editions *editions)
{
    struct edition *first = &editions->items[0];
    for (size_t i = 1; i < editions->count; i++)
        if (editions->items[i].filing.path_seq < first->filing.path_seq)
            first = &editions->items[i];
    return first;
}

static void seat_bytes(struct change *change, struct slice issuer, struct slice filing)
{
    buffer_clear(&change->next_seat);
    seat_replace(buffer_slice(&change->seat.after), issuer, filing, &change->next_seat);
    struct buffer swap = change->seat.after;
    change->seat.after = change->next_seat;
    change->next_seat = swap;
}

/* Says which document stands there, and nothing of what is in it. */
static enum status seat_empty(struct change *change, struct slice issuer,
                              const struct edition *edition, struct error *error)
{
    struct report told = {.meta = {.issuer = issuer}};
    enum status status =
        filing_restore(&edition->filing, &told) ? STATUS_OK : editions_damaged(error);
    told.fact_count = told.audit_count = told.passage_count = 0;
    struct filing_source source = {.report = &told,
                                   .seq = edition->filing.seq,
                                   .path_seq = edition->filing.path_seq,
                                   .path = edition->filing.path,
                                   .filed_ms = edition->filing.filed_ms,
                                   .lineage = edition->filing.lineage};
    if (status == STATUS_OK)
        seat_put(change, &source);
    report_release(&told);
    return status;
}

static void leave_seat(struct change *change, struct slice issuer)
{
    buffer_clear(&change->next_seat);
    seat_remove(buffer_slice(&change->seat.after), issuer, &change->next_seat);
    struct buffer swap = change->seat.after;
    change->seat.after = change->next_seat;
    change->next_seat = swap;
}

enum status editions_settle(struct change *change, const struct editions *editions,
                            struct error *error)
{
    const struct edition *counted = winner(editions);
    enum status status = STATUS_OK;
    if (!editions->count)
        leave_seat(change, editions->issuer);
    else if (counted && !counted->seated)
        seat_bytes(change, editions->issuer, counted->bytes);
    else if (!counted)
        status = seat_empty(change, editions->issuer, first_edition(editions), error);
    editions_remember(change, editions, counted);
    return status;
}
