/* version.c - the store's version and the extent of its change log, as they stand in the kv. No
 * state, any thread.
 *
 * The log is bounded in versions and bytes; who asks for what was dropped begins anew with a
 * snapshot. The extent stands in meta and moves in the same batch as the rows.
 */
#include "workers/results/private.h"

#include <inttypes.h>

static const struct slice extent_key = {"log", 3};

enum status log_extent_load(struct kv *kv, struct log_extent *extent, struct error *error)
{
    struct buffer value = {0};
    enum status status = kv_get(kv, FAMILY_META, extent_key, &value, error);
    if (status == STATUS_AGAIN) {
        *extent = (struct log_extent){.version = 1, .first = 2};
        status = STATUS_OK;
    } else if (status == STATUS_OK) {
        struct coded in = coded_of(buffer_slice(&value));
        extent->version = coded_number(&in);
        extent->first = coded_number(&in);
        extent->bytes = coded_number(&in);
        if (in.bad || extent->version == 0)
            status = fail(error, STATUS_FATAL,
                          "the store's version cannot be read: it is damaged; restore it from a "
                          "backup");
    }
    buffer_release(&value);
    return status;
}

void log_extent_put(struct kv_batch *batch, const struct log_extent *extent)
{
    struct buffer value = {0};
    code_number(&value, extent->version);
    code_number(&value, extent->first);
    code_number(&value, extent->bytes);
    kv_batch_put(batch, FAMILY_META, extent_key, buffer_slice(&value));
    buffer_release(&value);
}

enum status log_read(struct kv *kv, uint64_t version, struct buffer *out, struct error *error)
{
    char key[8];
    log_key_of(version, key);
    enum status status = kv_get(kv, FAMILY_CHANGES, (struct slice){key, sizeof key}, out, error);
    if (status == STATUS_AGAIN)
        return fail(error, STATUS_FATAL,
                    "the store's change log lacks version %" PRIu64
                    ": it is damaged; restore it from a backup",
                    version);
    return status;
}
