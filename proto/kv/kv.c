/* kv.c - reading, writing and looking after an open store (kv_open.c opens it).
 *
 * Happy path: kv_batch_put …, kv_commit(sync), kv_get. Reads from any thread; batches and commits
 * from the one that writes. What fails: a write or sync error is latched, because RocksDB 7.8 may
 * accept later writes although earlier ones did not reach the disk.
 */
#include "proto/base/tr.h"
#include "proto/kv/kv_private.h"

#include <stdlib.h>

struct kv_batch {
    struct kv *kv; /* borrowed: for the family handles */
    rocksdb_writebatch_t *batch;
};

enum status kv_fail(struct error *error, const char *folder, const char *doing, char *message)
{
    const char *advice = TR("look at the disk and its free space, then start again");
    enum status status = STATUS_FATAL;
    if (strstr(message, "Corruption")) {
        advice = TR("a file is damaged; restore this folder from a backup");
    } else if (strstr(message, "No space left")) {
        advice = TR("the disk is full: free some space");
        status = STATUS_RETRY;
    }
    fail(error, status, "%s: %s: %s: %s", folder, doing, message, advice);
    rocksdb_free(message);
    return status;
}

enum status kv_get(struct kv *kv, unsigned family, struct slice key, struct buffer *value,
                   struct error *error)
{
    char *message = NULL;
    rocksdb_pinnableslice_t *found = rocksdb_get_pinned_cf(
        kv->db, kv->reading, kv_family(kv, family), key.data ? key.data : "", key.len, &message);
    if (message)
        return kv_fail(error, kv->folder, "reading", message);
    if (!found)
        return fail(error, STATUS_AGAIN, "%s: no such key", kv->folder);
    size_t len;
    const char *bytes = rocksdb_pinnableslice_value(found, &len);
    buffer_append(value, bytes, len);
    rocksdb_pinnableslice_destroy(found);
    return STATUS_OK;
}

struct kv_batch *kv_batch_new(struct kv *kv)
{
    struct kv_batch *batch = memory_alloc(sizeof *batch);
    *batch = (struct kv_batch){.kv = kv, .batch = rocksdb_writebatch_create()};
    return batch;
}

void kv_batch_put(struct kv_batch *batch, unsigned family, struct slice key, struct slice value)
{
    rocksdb_writebatch_put_cf(batch->batch, kv_family(batch->kv, family), key.data ? key.data : "",
                              key.len, value.data ? value.data : "", value.len);
}

void kv_batch_delete(struct kv_batch *batch, unsigned family, struct slice key)
{
    rocksdb_writebatch_delete_cf(batch->batch, kv_family(batch->kv, family),
                                 key.data ? key.data : "", key.len);
}

size_t kv_batch_count(const struct kv_batch *batch)
{
    return (size_t)rocksdb_writebatch_count(batch->batch);
}

void kv_batch_clear(struct kv_batch *batch)
{
    rocksdb_writebatch_clear(batch->batch);
}

void kv_batch_free(struct kv_batch **batch)
{
    if (!*batch)
        return;
    rocksdb_writebatch_destroy((*batch)->batch);
    free(*batch);
    *batch = NULL;
}

enum status kv_commit(struct kv *kv, struct kv_batch *batch, bool sync, struct error *error)
{
    if (kv->read_only)
        return fail(error, STATUS_FATAL, "%s: opened for reading only", kv->folder);
    if (kv->latched != STATUS_OK)
        return fail(error, kv->latched, "%s", kv->latch.text);
    char *message = NULL;
    /* Of this thread: counting every key that is compared costs as much as comparing it. */
    rocksdb_set_perf_level(rocksdb_disable);
    rocksdb_write(kv->db, sync ? kv->syncing : kv->writing, batch->batch, &message);
    if (!message) {
        if (sync)
            kv_mark_write(kv);
        return STATUS_OK;
    }
    kv->latched = kv_fail(&kv->latch, kv->folder, "writing", message);
    return fail(error, kv->latched, "%s", kv->latch.text);
}

enum status kv_checkpoint(struct kv *kv, const char *folder, struct error *error)
{
    char *message = NULL;
    rocksdb_checkpoint_t *checkpoint = rocksdb_checkpoint_object_create(kv->db, &message);
    if (message)
        return kv_fail(error, kv->folder, "copying", message);
    rocksdb_checkpoint_create(checkpoint, folder, 0, &message);
    rocksdb_checkpoint_object_destroy(checkpoint);
    return message ? kv_fail(error, folder, "copying", message) : STATUS_OK;
}

uint64_t kv_disk_bytes(struct kv *kv)
{
    return kv_folder_bytes(kv->folder);
}

/* Blob values are read (and their checksums checked) only when a value is asked for. */
static enum status verify_family(struct kv *kv, unsigned index, struct error *error)
{
    rocksdb_iterator_t *walk = rocksdb_create_iterator_cf(kv->db, kv->checking, kv->handles[index]);
    for (rocksdb_iter_seek_to_first(walk); rocksdb_iter_valid(walk); rocksdb_iter_next(walk)) {
        size_t len;
        rocksdb_iter_value(walk, &len);
    }
    char *message = NULL;
    rocksdb_iter_get_error(walk, &message);
    rocksdb_iter_destroy(walk);
    return message ? kv_fail(error, kv->folder, "verifying", message) : STATUS_OK;
}

enum status kv_verify(struct kv *kv, struct error *error)
{
    for (unsigned i = 0; i < kv->count; i++) {
        enum status status = verify_family(kv, i, error);
        if (status != STATUS_OK)
            return status;
    }
    return STATUS_OK;
}
