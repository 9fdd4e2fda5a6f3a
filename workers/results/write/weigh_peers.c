/* weigh_peers.c - keeps the medians that the queue weighs values against (peers.h), by level and
 * year. Owned by the store's thread.
 *
 * They are made anew behind the batch in which their figures have grown by a quarter, in a batch of
 * their own; then the reports whose standing among them is another are weighed again. If the
 * process ends in between, the next batch does it. What fails: a damaged store.
 */
#include "workers/results/write/write.h"

#include "workers/results/doubts.h"
#include "workers/results/peers.h"

enum { GROWTH = 4 }; /* one in four */

struct weigh_peers {
    uint16_t year;
    enum level level;
    uint64_t since; /* figures' records changed */
};

void weigh_figures(struct weigh *weigh, uint16_t year, enum level level)
{
    struct weigh_peers *peers = (void *)weigh->peers.data;
    size_t count = weigh->peers.len / sizeof *peers;
    for (size_t i = 0; i < count; i++) {
        if (peers[i].year == year && peers[i].level == level) {
            peers[i].since++;
            return;
        }
    }
    struct weigh_peers first = {year, level, 1};
    buffer_append(&weigh->peers, &first, sizeof first);
}

/* How many records have changed since the medians were made, and on how many these rest. */
static enum status read_since(struct change *change, const struct weigh_peers *peers,
                              uint64_t *since, uint64_t *made_of, struct error *error)
{
    struct weigh *weigh = &change->weigh;
    buffer_clear(&weigh->key);
    queue_peers_key(&weigh->key, QUEUE_SINCE, peers->year, peers->level);
    buffer_clear(&weigh->value);
    enum status status =
        kv_get(change->kv, FAMILY_QUEUE, buffer_slice(&weigh->key), &weigh->value, error);
    struct coded in = coded_of(buffer_slice(&weigh->value));
    *since = status == STATUS_OK ? coded_number(&in) : 0;
    *made_of = status == STATUS_OK ? coded_number(&in) : 0;
    return status == STATUS_AGAIN ? STATUS_OK : status;
}

static void put_since(struct change *change, const struct weigh_peers *peers, uint64_t since,
                      uint64_t made_of)
{
    struct weigh *weigh = &change->weigh;
    buffer_clear(&weigh->key);
    queue_peers_key(&weigh->key, QUEUE_SINCE, peers->year, peers->level);
    buffer_clear(&weigh->value);
    code_number(&weigh->value, since);
    code_number(&weigh->value, made_of);
    kv_batch_put(change->batch, FAMILY_QUEUE, buffer_slice(&weigh->key),
                 buffer_slice(&weigh->value));
}

static enum status put_growth(struct change *change, struct error *error)
{
    const struct weigh_peers *peers = (const void *)change->weigh.peers.data;
    enum status status = STATUS_OK;
    for (size_t i = 0; status == STATUS_OK && i < change->weigh.peers.len / sizeof *peers; i++) {
        uint64_t since, made_of;
        status = read_since(change, &peers[i], &since, &made_of, error);
        put_since(change, &peers[i], since + peers[i].since, made_of);
    }
    return status;
}

enum status weigh_all(struct change *change, struct error *error)
{
    enum status status = weigh_noted(change, error);
    return status == STATUS_OK ? put_growth(change, error) : status;
}

/* Whether one of the record's figures is far out by the one median and not by the other. */
static bool standing_moves(struct slice figures, struct slice old, struct slice new)
{
    struct coded in = coded_of(figures);
    while (in.at < in.end && !in.bad) {
        uint32_t indicator = (uint32_t)coded_number(&in);
        double value = coded_double(&in);
        coded_text(&in);
        if (peers_far(old, indicator, value) != peers_far(new, indicator, value))
            return true;
    }
    return false;
}

static enum status weigh_moved(struct change *change, const struct weigh_peers *peers,
                               struct slice old, struct slice new, struct error *error)
{
    struct buffer from = {0}, to = {0};
    enum status status = STATUS_OK;
    panel_key_put(&from, peers->year, peers->level, 0);
    panel_key_put(&to, peers->year, peers->level + 1, 0);
    struct kv_cursor *cursor =
        kv_cursor_new(change->kv, FAMILY_PANEL, buffer_slice(&from), buffer_slice(&to));
    for (; status == STATUS_OK && kv_cursor_valid(cursor); kv_cursor_next(cursor)) {
        struct unit_name unit = {.kind = KIND_GOVERNMENT};
        enum level level;
        if (panel_key_read(kv_cursor_key(cursor), &unit.year, &level, &unit.region) &&
            standing_moves(kv_cursor_value(cursor), old, new))
            status = weigh_again(change, &unit, error);
    }
    if (status == STATUS_OK)
        status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    buffer_release(&from);
    buffer_release(&to);
    return status;
}

static enum status renew_peers(struct change *change, const struct weigh_peers *peers,
                               struct error *error)
{
    struct weigh *weigh = &change->weigh;
    struct buffer old = {0}, new = {0};
    size_t reports;
    buffer_clear(&weigh->key);
    queue_peers_key(&weigh->key, QUEUE_PEERS, peers->year, peers->level);
    enum status status = kv_get(change->kv, FAMILY_QUEUE, buffer_slice(&weigh->key), &old, error);
    if (status == STATUS_OK || status == STATUS_AGAIN)
        status =
            peers_make(change->kv, FAMILY_PANEL, peers->year, peers->level, &new, &reports, error);
    if (status == STATUS_OK) {
        kv_batch_put(change->batch, FAMILY_QUEUE, buffer_slice(&weigh->key), buffer_slice(&new));
        put_since(change, peers, 0, reports);
        buffer_clear(&weigh->record); /* those that are weighed again see the new ones */
        buffer_add(&weigh->record, buffer_slice(&new));
        weigh->record_year = peers->year;
        weigh->record_level = peers->level;
        status = weigh_moved(change, peers, buffer_slice(&old), buffer_slice(&new), error);
    }
    buffer_release(&old);
    buffer_release(&new);
    return status;
}

enum status weigh_renew(struct change *change, struct error *error)
{
    struct weigh *weigh = &change->weigh;
    const struct weigh_peers *peers = (const void *)weigh->peers.data;
    size_t count = weigh->peers.len / sizeof *peers;
    enum status status = STATUS_OK;
    buffer_clear(&weigh->items); /* they are committed */
    buffer_clear(&weigh->bytes);
    kv_batch_clear(change->batch);
    for (size_t i = 0; status == STATUS_OK && i < count; i++) {
        uint64_t since, made_of;
        status = read_since(change, &peers[i], &since, &made_of, error);
        if (status == STATUS_OK && since + made_of >= LEAST_PEERS && since * GROWTH > made_of)
            status = renew_peers(change, &peers[i], error);
    }
    if (status == STATUS_OK)
        status = weigh_totals(change, error);
    if (status == STATUS_OK && kv_batch_count(change->batch))
        status = kv_commit(change->kv, change->batch, false, error);
    return status;
}
