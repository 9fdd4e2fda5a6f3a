/* labels.c - the indicators' labels, for roll-ups: a roll-up may change because a report no longer
 * bears an indicator, and then nobody at hand knows what it is called. Owned by the store's thread.
 */
#include "workers/aggregate/private.h"

static const struct slice prefix = {"label\0", 6};

static struct buffer *slot(struct store *store, uint32_t indicator)
{
    if (indicator >= store->label_count) {
        uint32_t count = indicator + 256;
        store->labels = memory_resize(store->labels, count * sizeof *store->labels);
        memset(store->labels + store->label_count, 0,
               (count - store->label_count) * sizeof *store->labels);
        store->label_count = count;
    }
    return &store->labels[indicator];
}

static void set(struct buffer *label, struct slice text)
{
    buffer_clear(label);
    buffer_add(label, text);
}

enum status labels_load(struct store *store, struct error *error)
{
    struct kv_cursor *cursor = kv_cursor_new(store->kv, FAMILY_META, prefix, SLICE("label\1"));
    for (; kv_cursor_valid(cursor); kv_cursor_next(cursor)) {
        struct slice key = kv_cursor_key(cursor);
        uint32_t indicator =
            names_number(&store->indicators, slice_range(key, prefix.len, key.len));
        set(slot(store, indicator), kv_cursor_value(cursor));
    }
    enum status status = kv_cursor_status(cursor, error);
    kv_cursor_free(&cursor);
    return status;
}

void label_note(struct store *store, uint32_t indicator, struct slice label)
{
    struct buffer *known = slot(store, indicator);
    if (slice_equal(buffer_slice(known), label))
        return;
    set(known, label);
    struct buffer *key = &store->key;
    buffer_clear(key);
    buffer_add(key, prefix);
    buffer_add(key, names_text(&store->indicators, indicator));
    kv_batch_put(store->batch, FAMILY_META, buffer_slice(key), label);
}

struct slice label_of(const struct store *store, uint32_t indicator)
{
    if (indicator >= store->label_count)
        return (struct slice){"", 0};
    return buffer_slice(&store->labels[indicator]);
}
