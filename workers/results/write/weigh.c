/* weigh.c - keeps the index of what a person should look at (doubts.h). Owned by the store's
 * thread.
 *
 * Happy path: every seat that the batch has changed is weighed when all of them are known, against
 * the same unit's years around it and against its peers; its entries and the sums by province and
 * year go into the same batch, so that the queue never disagrees with the reports. A neighbour that
 * the batch has left alone is weighed again only where a value of its own is or was far from one
 * that changed. What fails: a damaged store.
 */
#include "workers/results/write/write.h"

#include "workers/results/doubts.h"
#include "workers/results/peers.h"

#include <stdlib.h>

/* A seat of the batch, offsets into weigh->bytes. */
struct weigh_item {
    size_t key, key_len, before, before_len, after, after_len;
    bool as_it_was; /* it does not change, and has no bytes here */
};

struct weigh_total {
    char letter;
    uint32_t province;
    uint16_t year;
    int64_t first, any; /* what is added */
};

static struct slice bytes_at(const struct weigh *weigh, size_t start, size_t len)
{
    return (struct slice){weigh->bytes.data + start, len};
}

static size_t keep(struct weigh *weigh, struct slice bytes)
{
    size_t at = weigh->bytes.len;
    buffer_add(&weigh->bytes, bytes);
    return at;
}

void weigh_seat(struct weigh *weigh, struct slice key, struct slice before, struct slice after)
{
    struct weigh_item item = {.key_len = key.len,
                              .before_len = before.len,
                              .after_len = after.len,
                              .key = keep(weigh, key),
                              .before = keep(weigh, before),
                              .after = keep(weigh, after)};
    buffer_append(&weigh->items, &item, sizeof item);
}

/* One that is weighed again does not change; it is not weighed twice in a batch. */
static void note_weighed(struct weigh *weigh, struct slice key)
{
    struct weigh_item item = {.key_len = key.len, .key = keep(weigh, key), .as_it_was = true};
    buffer_append(&weigh->items, &item, sizeof item);
}

void weigh_clear(struct weigh *weigh)
{
    buffer_clear(&weigh->bytes);
    buffer_clear(&weigh->items);
    buffer_clear(&weigh->totals);
    buffer_clear(&weigh->peers);
    weigh->record_year = 0;
}

void weigh_release(struct weigh *weigh)
{
    struct buffer *buffers[] = {&weigh->bytes,    &weigh->items,    &weigh->totals, &weigh->peers,
                                &weigh->years[0], &weigh->years[1], &weigh->record, &weigh->seat,
                                &weigh->key,      &weigh->value};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_release(buffers[i]);
}

/* ---- what a seat is weighed against ---- */

static const struct weigh_item *find_item(const struct weigh *weigh, struct slice key)
{
    const struct weigh_item *items = (const void *)weigh->items.data;
    for (size_t i = 0; i < weigh->items.len / sizeof *items; i++)
        if (slice_equal(bytes_at(weigh, items[i].key, items[i].key_len), key))
            return &items[i];
    return NULL;
}

/* The seat as it will be when the batch is committed; empty: there is none. */
static enum status read_seat(struct change *change, struct slice key, struct buffer *seat,
                             struct error *error)
{
    const struct weigh_item *item = find_item(&change->weigh, key);
    buffer_clear(seat);
    if (item && !item->as_it_was) {
        buffer_add(seat, bytes_at(&change->weigh, item->after, item->after_len));
        return STATUS_OK;
    }
    enum status status = kv_get(change->kv, FAMILY_REPORTS, key, seat, error);
    return status == STATUS_AGAIN ? STATUS_OK : status;
}

static const int year_steps[] = {-1, 1}; /* of weigh->years */

static void year_key(struct weigh *weigh, struct unit_name unit, int step)
{
    unit.year = (uint16_t)(unit.year + step);
    buffer_clear(&weigh->key);
    seat_key_put(&weigh->key, &unit);
}

static enum status read_years(struct change *change, const struct unit_name *unit,
                              struct error *error)
{
    struct weigh *weigh = &change->weigh;
    enum status status = STATUS_OK;
    for (unsigned i = 0; status == STATUS_OK && i < 2; i++) {
        year_key(weigh, *unit, year_steps[i]);
        status = read_seat(change, buffer_slice(&weigh->key), &weigh->years[i], error);
    }
    return status;
}

/* Kept for the next seat, which is nearly always of the same level and year. */
static enum status read_peers(struct change *change, const struct unit_name *unit,
                              struct slice *record, struct error *error)
{
    struct weigh *weigh = &change->weigh;
    enum level level = region_level(change->regions, unit->region);
    *record = (struct slice){NULL, 0};
    if (!unit_has_peers(change->regions, unit))
        return STATUS_OK;
    if (weigh->record_year != unit->year || weigh->record_level != level) {
        buffer_clear(&weigh->record);
        buffer_clear(&weigh->key);
        queue_peers_key(&weigh->key, QUEUE_PEERS, unit->year, level);
        enum status status =
            kv_get(change->kv, FAMILY_QUEUE, buffer_slice(&weigh->key), &weigh->record, error);
        if (status != STATUS_OK && status != STATUS_AGAIN)
            return status;
        weigh->record_year = unit->year;
        weigh->record_level = level;
    }
    *record = buffer_slice(&weigh->record);
    return STATUS_OK;
}

static enum status lay_yardstick(struct change *change, struct slice issuer,
                                 struct yardstick *yardstick, struct error *error)
{
    bool bad = false;
    enum status status = STATUS_OK;
    yardstick->year_count = 0;
    for (unsigned i = 0; status == STATUS_OK && i < 2; i++) {
        struct slice filed = seat_filing(buffer_slice(&change->weigh.years[i]), issuer, &bad);
        if (filed.data)
            status = filing_read(filed, &yardstick->years[yardstick->year_count++], error);
    }
    return status;
}

/* ---- one seat ---- */

static void add_total(struct weigh *weigh, char letter, const struct unit_name *unit,
                      struct doubt_count before, struct doubt_count after)
{
    struct weigh_total *totals = (void *)weigh->totals.data;
    size_t count = weigh->totals.len / sizeof *totals;
    struct weigh_total add = {letter, unit->region / 10000, unit->year,
                              (int64_t)after.first - before.first, (int64_t)after.any - before.any};
    if (add.first == 0 && add.any == 0)
        return;
    for (size_t i = 0; i < count; i++) {
        if (totals[i].letter == letter && totals[i].province == add.province &&
            totals[i].year == add.year) {
            totals[i].first += add.first;
            totals[i].any += add.any;
            return;
        }
    }
    buffer_append(&weigh->totals, &add, sizeof add);
}

static enum status read_counts(struct change *change, struct slice seat_key,
                               struct doubt_count counts[DOUBT_COUNT], struct error *error)
{
    struct weigh *weigh = &change->weigh;
    char letter = QUEUE_SEAT;
    buffer_clear(&weigh->key);
    buffer_append(&weigh->key, &letter, 1);
    buffer_add(&weigh->key, seat_key);
    buffer_clear(&weigh->value);
    enum status status =
        kv_get(change->kv, FAMILY_QUEUE, buffer_slice(&weigh->key), &weigh->value, error);
    if (status != STATUS_OK)
        return status == STATUS_AGAIN ? STATUS_OK : status;
    struct coded in = coded_of(buffer_slice(&weigh->value));
    for (enum doubt doubt = 0; doubt < DOUBT_COUNT; doubt++)
        counts[doubt] = doubt_count_read(&in);
    return in.bad ? fail(error, STATUS_FATAL,
                         "the store's queue of figures to be reviewed is "
                         "damaged; restore it from a backup")
                  : STATUS_OK;
}

static void put_counts(struct change *change, struct slice seat_key,
                       const struct doubt_count before[DOUBT_COUNT],
                       const struct doubt_count after[DOUBT_COUNT])
{
    struct weigh *weigh = &change->weigh;
    bool any = false;
    for (enum doubt doubt = 0; doubt <= DOUBT_COUNT; doubt++) {
        bool all = doubt == DOUBT_COUNT; /* the seat's own record, last */
        char letter = all ? QUEUE_SEAT : queue_letter(doubt);
        buffer_clear(&weigh->key);
        buffer_append(&weigh->key, &letter, 1);
        buffer_add(&weigh->key, seat_key);
        buffer_clear(&weigh->value);
        for (enum doubt i = all ? 0 : doubt; i < DOUBT_COUNT && (all || i == doubt); i++)
            doubt_count_write(after[i], &weigh->value);
        any = any || (!all && after[doubt].any);
        if (all ? any : after[doubt].any > 0)
            kv_batch_put(change->batch, FAMILY_QUEUE, buffer_slice(&weigh->key),
                         buffer_slice(&weigh->value));
        else if (all || before[doubt].any)
            kv_batch_delete(change->batch, FAMILY_QUEUE, buffer_slice(&weigh->key));
    }
}

static enum status weigh_one(struct change *change, struct slice key, struct slice seat,
                             struct error *error)
{
    struct doubt_count before[DOUBT_COUNT] = {{0}}, after[DOUBT_COUNT] = {{0}};
    struct yardstick yardstick = {.dictionary = change->dictionary};
    struct unit_name unit;
    struct seat_entry entry;
    bool bad = false;
    enum status status = seat_key_read(key, &unit, error);
    if (status == STATUS_OK)
        status = read_years(change, &unit, error);
    if (status == STATUS_OK)
        status = read_peers(change, &unit, &yardstick.peers, error);
    for (size_t at = 0; status == STATUS_OK && seat_next(seat, &at, &entry, &bad);) {
        struct filing filing;
        status = filing_read(entry.filing, &filing, error);
        if (status == STATUS_OK)
            status = lay_yardstick(change, entry.issuer, &yardstick, error);
        if (status == STATUS_OK)
            doubts_count(&filing, &yardstick, after);
    }
    if (status == STATUS_OK)
        status = read_counts(change, key, before, error);
    if (status != STATUS_OK || memcmp(before, after, sizeof before) == 0)
        return status;
    for (enum doubt doubt = 0; doubt < DOUBT_COUNT; doubt++)
        add_total(&change->weigh, queue_letter(doubt), &unit, before[doubt], after[doubt]);
    put_counts(change, key, before, after);
    return STATUS_OK;
}

enum status weigh_again(struct change *change, const struct unit_name *unit, struct error *error)
{
    struct buffer key = {0};
    seat_key_put(&key, unit);
    enum status status = STATUS_OK;
    if (!find_item(&change->weigh, buffer_slice(&key)))
        status = read_seat(change, buffer_slice(&key), &change->weigh.seat, error);
    else
        buffer_clear(&change->weigh.seat);
    if (status == STATUS_OK && change->weigh.seat.len) {
        status = weigh_one(change, buffer_slice(&key), buffer_slice(&change->weigh.seat), error);
        note_weighed(&change->weigh, buffer_slice(&key));
    }
    buffer_release(&key);
    return status;
}

/* ---- its neighbours ---- */

static bool row_far(const struct filing *filing, const struct filed_row *row)
{
    struct filed_row other;
    return filing && filing_find(filing, row->indicator, &other) &&
           slice_equal(other.unit, row->unit) && values_far(other.value, row->value);
}

/* Whether a value of the neighbour is far from one before and not behind, or the other way. */
static bool neighbour_moves(struct slice neighbour, struct slice before, struct slice after)
{
    struct seat_entry entry;
    struct filing near, old, new;
    struct filed_row row;
    bool bad = false;
    for (size_t at = 0; seat_next(neighbour, &at, &entry, &bad);) {
        struct slice was = seat_filing(before, entry.issuer, &bad);
        struct slice is = seat_filing(after, entry.issuer, &bad);
        bool had = was.data && filing_read(was, &old, NULL) == STATUS_OK;
        bool has = is.data && filing_read(is, &new, NULL) == STATUS_OK;
        if ((!had && !has) || filing_read(entry.filing, &near, NULL) != STATUS_OK)
            continue;
        for (size_t i = 0; filing_row(&near, i, &row); i++)
            if (row_far(had ? &old : NULL, &row) != row_far(has ? &new : NULL, &row))
                return true;
    }
    return false;
}

/* Behind weigh_one of the item: its years are at hand. */
static enum status weigh_neighbours(struct change *change, const struct weigh_item *item,
                                    struct error *error)
{
    struct weigh *weigh = &change->weigh;
    struct unit_name unit;
    bool moves[2] = {false, false};
    enum status status = seat_key_read(bytes_at(weigh, item->key, item->key_len), &unit, error);
    for (unsigned i = 0; status == STATUS_OK && i < 2; i++) {
        struct slice neighbour = buffer_slice(&weigh->years[i]);
        year_key(weigh, unit, year_steps[i]);
        moves[i] = neighbour.len && !find_item(weigh, buffer_slice(&weigh->key)) &&
                   neighbour_moves(neighbour, bytes_at(weigh, item->before, item->before_len),
                                   bytes_at(weigh, item->after, item->after_len));
    }
    for (unsigned i = 0; status == STATUS_OK && i < 2; i++) {
        struct unit_name neighbour = unit;
        neighbour.year = (uint16_t)(unit.year + year_steps[i]);
        if (moves[i]) /* others are weighed anyway, or stay as they are */
            status = weigh_again(change, &neighbour, error);
    }
    return status;
}

/* ---- sums ---- */

enum status weigh_totals(struct change *change, struct error *error)
{
    struct weigh *weigh = &change->weigh;
    const struct weigh_total *totals = (const void *)weigh->totals.data;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < weigh->totals.len / sizeof *totals; i++) {
        buffer_clear(&weigh->key);
        queue_total_key(&weigh->key, (enum doubt)(totals[i].letter - 'a'), totals[i].province,
                        totals[i].year);
        buffer_clear(&weigh->value);
        status = kv_get(change->kv, FAMILY_QUEUE, buffer_slice(&weigh->key), &weigh->value, error);
        struct coded in = coded_of(buffer_slice(&weigh->value));
        struct doubt_count sum = {0};
        if (status == STATUS_OK)
            sum = doubt_count_read(&in);
        status = status == STATUS_AGAIN ? STATUS_OK : status;
        sum.first += (uint32_t)totals[i].first;
        sum.any += (uint32_t)totals[i].any;
        buffer_clear(&weigh->value);
        doubt_count_write(sum, &weigh->value);
        kv_batch_put(change->batch, FAMILY_QUEUE, buffer_slice(&weigh->key),
                     buffer_slice(&weigh->value));
    }
    buffer_clear(&weigh->totals);
    return status;
}

enum status weigh_noted(struct change *change, struct error *error)
{
    struct weigh *weigh = &change->weigh;
    enum status status = STATUS_OK;
    size_t count = weigh->items.len / sizeof(struct weigh_item);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        struct weigh_item item; /* neighbours are added behind: the array moves */
        memcpy(&item, weigh->items.data + i * sizeof item, sizeof item);
        status = weigh_one(change, bytes_at(weigh, item.key, item.key_len),
                           bytes_at(weigh, item.after, item.after_len), error);
        if (status == STATUS_OK)
            status = weigh_neighbours(change, &item, error);
    }
    return status == STATUS_OK ? weigh_totals(change, error) : status;
}
