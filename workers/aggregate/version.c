/* version.c - the store's version and the extent of its change log. Owned by the store's thread.
 *
 * The log is bounded in versions and bytes; who asks for what was dropped begins anew with a
 * snapshot. The extent stands in meta and moves in the same batch as the rows.
 */
#include "workers/aggregate/private.h"

#include <inttypes.h>

static const struct slice extent_key = {"log", 3};

enum status store_log_load(struct store *store, struct error *error)
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

enum status store_log_read(struct store *store, uint64_t version, struct buffer *out,
                           struct error *error)
{
    char key[8];
    log_key_of(version, key);
    enum status status =
        kv_get(store->kv, FAMILY_CHANGES, (struct slice){key, sizeof key}, out, error);
    if (status == STATUS_AGAIN)
        return fail(error, STATUS_FATAL,
                    "the store's change log lacks version %" PRIu64
                    ": it is damaged; restore it from a backup",
                    version);
    return status;
}

static enum status drop_oldest(struct store *store, struct log_extent *next, struct error *error)
{
    char key[8];
    buffer_clear(&store->value);
    enum status status = store_log_read(store, next->first, &store->value, error);
    next->bytes -= store->value.len < next->bytes ? store->value.len : next->bytes;
    log_key_of(next->first++, key);
    kv_batch_delete(store->batch, FAMILY_CHANGES, (struct slice){key, sizeof key});
    return status;
}

enum status store_log_append(struct store *store, struct log_extent *next, struct error *error)
{
    char key[8];
    enum status status = STATUS_OK;
    *next = store->log;
    next->version++;
    next->bytes += store->changes.len;
    log_key_of(next->version, key);
    kv_batch_put(store->batch, FAMILY_CHANGES, (struct slice){key, sizeof key},
                 buffer_slice(&store->changes));
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
