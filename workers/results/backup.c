/* backup.c - copies of the results store. Owned by the store's thread.
 *
 * Versions: readers may have seen higher ones than the copy has, and ask for what came since. A
 * restored store leaps over all that can have been given meanwhile and begins its change log anew,
 * so that each of them gets a snapshot instead of wrong changes.
 */
#include "workers/results/backup.h"

#include "proto/kv/kv_backup.h"
#include "workers/results/private.h"

#include <limits.h>
#include <stdio.h>

#define VERSION_LEAP (1ull << 32)

static enum status name_copy(const char *folder, char path[PATH_MAX], struct error *error)
{
    if (snprintf(path, PATH_MAX, "%s/%s", folder, STORE_BACKUP_NAME) >= PATH_MAX)
        return fail(error, STATUS_BAD, "%.200s…: path too long", folder);
    return STATUS_OK;
}

enum status store_backup(struct store *store, const char *folder, uint64_t *bytes,
                         struct error *error)
{
    return kv_backup(store->kv, folder, STORE_BACKUP_NAME, bytes, error);
}

static enum status leap(struct store *store, struct error *error)
{
    char key[8];
    struct log_extent next = {.version = store->log.version + VERSION_LEAP};
    next.first = next.version + 1;
    struct kv_batch *batch = kv_batch_new(store->kv);
    for (uint64_t version = store->log.first; version <= store->log.version; version++) {
        log_key_of(version, key);
        kv_batch_delete(batch, FAMILY_CHANGES, (struct slice){key, sizeof key});
    }
    log_extent_put(batch, &next);
    enum status status = kv_commit(store->kv, batch, true, error);
    kv_batch_free(&batch);
    if (status == STATUS_OK)
        store->log = next;
    return status;
}

enum status store_restore(const char *backup, const char *to, uint64_t *version,
                          struct error *error)
{
    char from[PATH_MAX];
    struct store *store = NULL;
    struct store_options options = {.read_only = false};
    enum status status = name_copy(backup, from, error);
    if (status == STATUS_OK)
        status = kv_restore(from, to, error);
    if (status != STATUS_OK)
        return status;
    status = store_open(&store, to, &options, error);
    if (status == STATUS_OK)
        status = store_verify(store, error);
    if (status == STATUS_OK)
        status = leap(store, error);
    if (status == STATUS_OK)
        *version = store_version(store);
    store_close(&store);
    if (status != STATUS_OK)
        kv_unrestore(to);
    return status;
}
