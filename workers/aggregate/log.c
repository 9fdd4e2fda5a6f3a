/* log.c - which rows changed in which version. Owned by the store's thread.
 *
 * A version's record lists its row keys in order, each as the length it shares with the one before
 * and the rest. The log is bounded in versions and bytes; who asks for what was dropped begins anew
 * with a snapshot. The extent stands in meta and moves in the same batch as the rows.
 */
#include "workers/aggregate/private.h"

#include <stdlib.h>

static const struct slice extent_key = {"log", 3};

void log_key(uint64_t version, char key[8])
{
    for (int i = 7; i >= 0; i--, version >>= 8)
        key[i] = (char)(version & 0xFF);
}

enum status log_load(struct store *store, struct error *error)
{
    struct buffer value = {0};
    enum status status = kv_get(store->kv, FAMILY_META, extent_key, &value, error);
    if (status == STATUS_AGAIN) {
        store->log = (struct log_extent){.version = 1, .first = 2};
        status = STATUS_OK;
    } else if (status == STATUS_OK) {
        struct coded in = coded_of(buffer_slice(&value));
        store->log.version = coded_number(&in);
        store->log.first = coded_number(&in);
        store->log.bytes = coded_number(&in);
        if (in.bad || store->log.version == 0)
            status = fail(error, STATUS_FATAL,
                          "the store's version cannot be read: it is damaged; restore it from a "
                          "backup");
    }
    buffer_release(&value);
    return status;
}

void log_note(struct key_list *list, struct slice key)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 4096;
        list->keys = memory_resize(list->keys, list->capacity * sizeof *list->keys);
    }
    list->keys[list->count++] = (struct changed_key){list->bytes.len, (uint32_t)key.len};
    buffer_add(&list->bytes, key);
}

static int by_bytes(const void *left, const void *right, void *context)
{
    const struct changed_key *a = left, *b = right;
    const char *bytes = context;
    return slice_compare((struct slice){bytes + a->offset, a->len},
                         (struct slice){bytes + b->offset, b->len});
}

static void encode(struct key_list *list, struct buffer *out)
{
    struct slice before = {"", 0};
    qsort_r(list->keys, list->count, sizeof *list->keys, by_bytes, list->bytes.data);
    for (size_t i = 0; i < list->count; i++) {
        struct slice key = {list->bytes.data + list->keys[i].offset, list->keys[i].len};
        size_t shared = 0, most = key.len < before.len ? key.len : before.len;
        while (shared < most && key.data[shared] == before.data[shared])
            shared++;
        code_number(out, shared);
        code_text(out, slice_range(key, shared, key.len));
        before = key;
    }
}

bool log_next(struct coded *record, struct buffer *key)
{
    if (record->bad || record->at >= record->end)
        return false;
    uint64_t shared = coded_number(record);
    struct slice rest = coded_text(record);
    record->bad = record->bad || shared > key->len;
    if (record->bad)
        return false;
    key->len = (size_t)shared;
    buffer_add(key, rest);
    return true;
}

static enum status drop_oldest(struct store *store, struct log_extent *next, struct error *error)
{
    char key[8];
    log_key(next->first, key);
    buffer_clear(&store->value);
    enum status status =
        kv_get(store->kv, FAMILY_CHANGES, (struct slice){key, 8}, &store->value, error);
    if (status == STATUS_AGAIN)
        return fail(error, STATUS_FATAL,
                    "the store's change log lacks version %llu: it is damaged; restore it from a "
                    "backup",
                    (unsigned long long)next->first);
    next->bytes -= store->value.len < next->bytes ? store->value.len : next->bytes;
    next->first++;
    kv_batch_delete(store->batch, FAMILY_CHANGES, (struct slice){key, 8});
    return status;
}

enum status log_append(struct store *store, struct log_extent *next, struct error *error)
{
    char key[8];
    enum status status = STATUS_OK;
    *next = store->log;
    next->version++;
    buffer_clear(&store->value);
    encode(&store->changed, &store->value);
    log_key(next->version, key);
    kv_batch_put(store->batch, FAMILY_CHANGES, (struct slice){key, 8}, buffer_slice(&store->value));
    next->bytes += store->value.len;
    while (status == STATUS_OK && next->first < next->version &&
           (next->version - next->first >= store->options.log_versions ||
            next->bytes > store->options.log_bytes))
        status = drop_oldest(store, next, error);
    buffer_clear(&store->value);
    code_number(&store->value, next->version);
    code_number(&store->value, next->first);
    code_number(&store->value, next->bytes);
    kv_batch_put(store->batch, FAMILY_META, extent_key, buffer_slice(&store->value));
    return status;
}
