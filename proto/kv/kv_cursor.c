/* kv_cursor.c - ordered reading of one family within bounds. A cursor belongs to one thread; any
 * number may be open at a time. Read errors end the walk and stay to be asked for. */
#include "proto/kv/kv_private.h"

#include <stdlib.h>

struct kv_cursor {
    rocksdb_iterator_t *iterator;
    rocksdb_readoptions_t *options; /* own: holds the bounds */
    char *folder;
    size_t from_len, to_len;
    char bounds[]; /* from, then to: RocksDB keeps pointers to them */
};

struct kv_cursor *kv_cursor_new(struct kv *kv, unsigned family, struct slice from, struct slice to)
{
    struct kv_cursor *cursor = memory_alloc(sizeof *cursor + from.len + to.len);
    cursor->from_len = from.len;
    cursor->to_len = to.len;
    cursor->folder = kv->folder;
    if (from.len)
        memcpy(cursor->bounds, from.data, from.len);
    if (to.len)
        memcpy(cursor->bounds + from.len, to.data, to.len);
    cursor->options = rocksdb_readoptions_create();
    if (kv->snapshot)
        rocksdb_readoptions_set_snapshot(cursor->options, kv->snapshot);
    if (from.len)
        rocksdb_readoptions_set_iterate_lower_bound(cursor->options, cursor->bounds, from.len);
    if (to.len)
        rocksdb_readoptions_set_iterate_upper_bound(cursor->options, cursor->bounds + from.len,
                                                    to.len);
    cursor->iterator = rocksdb_create_iterator_cf(kv->db, cursor->options, kv_family(kv, family));
    if (from.len)
        rocksdb_iter_seek(cursor->iterator, cursor->bounds, from.len);
    else
        rocksdb_iter_seek_to_first(cursor->iterator);
    return cursor;
}

bool kv_cursor_valid(const struct kv_cursor *cursor)
{
    return rocksdb_iter_valid(cursor->iterator);
}

void kv_cursor_next(struct kv_cursor *cursor)
{
    rocksdb_iter_next(cursor->iterator);
}

void kv_cursor_seek(struct kv_cursor *cursor, struct slice key)
{
    rocksdb_iter_seek(cursor->iterator, key.data ? key.data : "", key.len);
}

struct slice kv_cursor_key(const struct kv_cursor *cursor)
{
    struct slice key;
    key.data = rocksdb_iter_key(cursor->iterator, &key.len);
    return key;
}

struct slice kv_cursor_value(const struct kv_cursor *cursor)
{
    struct slice value;
    value.data = rocksdb_iter_value(cursor->iterator, &value.len);
    return value;
}

enum status kv_cursor_status(const struct kv_cursor *cursor, struct error *error)
{
    char *message = NULL;
    rocksdb_iter_get_error(cursor->iterator, &message);
    return message ? kv_fail(error, cursor->folder, "reading", message) : STATUS_OK;
}

void kv_cursor_free(struct kv_cursor **cursor)
{
    if (!*cursor)
        return;
    rocksdb_iter_destroy((*cursor)->iterator);
    rocksdb_readoptions_destroy((*cursor)->options);
    free(*cursor);
    *cursor = NULL;
}
