/* kv_view.c - a kv as it stood at a moment: RocksDB's snapshots, and options of its own to read by.
 * A view belongs to one thread; the kv behind it may be written to by another meanwhile. Nothing
 * here fails. */
#include "proto/kv/kv_private.h"

#include <stdlib.h>

struct kv *kv_view(struct kv *kv)
{
    struct kv *view = memory_alloc(sizeof *view);
    *view = *kv;
    view->whole = kv;
    view->read_only = true;
    view->holder_fd = view->mark_fd = -1;
    view->reading = rocksdb_readoptions_create();
    view->snapshot = NULL;
    kv_view_renew(view);
    return view;
}

/* A folder opened for reading only never changes and has no snapshots. */
void kv_view_renew(struct kv *view)
{
    if (view->whole->read_only)
        return;
    if (view->snapshot)
        rocksdb_release_snapshot(view->db, view->snapshot);
    view->snapshot = rocksdb_create_snapshot(view->db);
    rocksdb_readoptions_set_snapshot(view->reading, view->snapshot);
}

void kv_view_close(struct kv *view)
{
    if (view->snapshot)
        rocksdb_release_snapshot(view->db, view->snapshot);
    rocksdb_readoptions_destroy(view->reading);
    free(view);
}
