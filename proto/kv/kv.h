/* kv.h - the one door to RocksDB, for the broker's journal and the results store.
 *
 * A kv is a folder with named families. Reads from any thread; one thread writes. A write or sync
 * error is latched: from then on every write returns STATUS_FATAL (STATUS_RETRY: the disk was full)
 * with the first cause, until the folder is opened again. WAL recovery tolerates a torn tail only;
 * anything else is refused at open with the file's name and what to do.
 */
#ifndef XIANZHI_PROTO_KV_KV_H
#define XIANZHI_PROTO_KV_KV_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

struct kv;
struct kv_batch;
struct kv_cursor;

struct kv_family_options {
    const char *name;
    bool large_values; /* documents: blob files of their own; never in a folder that lookers-on
                          read: RocksDB 7.8 loses the name of the database there and crashes */
    bool queue; /* rows are deleted in key order soon after being written: compacts on deletion */
    bool point_lookups; /* whole-key bloom filter */
};

struct kv_options {
    const struct kv_family_options *families; /* opened or created; index = `family` below */
    unsigned family_count;
    size_t memory_bytes; /* write buffers and block cache together; 0: 64 MiB */
    bool read_only;      /* looks at this moment, while another process may write */
};

/* STATUS_AGAIN: another process holds it (error names it: "… is open in another process"; the text
 * ends with what to do). STATUS_RETRY: the disk is full. STATUS_FATAL: not a store, newer
 * format, corrupt (names the file). */
enum status kv_open(struct kv **kv, const char *folder, const struct kv_options *options,
                    struct error *error);
void kv_close(struct kv **kv); /* accepts NULL inside */

/* The same folder as it stands now, to be read by one other thread while this one writes:
 * everything below but writing works on it. kv_view_renew: as it stands now again; no cursor may be
 * open. Close it before the kv it is a view of. */
struct kv *kv_view(struct kv *kv);
void kv_view_renew(struct kv *view);

/* The value is appended to `value`. STATUS_AGAIN: no such key. */
enum status kv_get(struct kv *kv, unsigned family, struct slice key, struct buffer *value,
                   struct error *error);

struct kv_batch *kv_batch_new(struct kv *kv);
void kv_batch_put(struct kv_batch *batch, unsigned family, struct slice key, struct slice value);
void kv_batch_delete(struct kv_batch *batch, unsigned family, struct slice key);
size_t kv_batch_count(const struct kv_batch *batch); /* puts and deletes */
void kv_batch_clear(struct kv_batch *batch);
void kv_batch_free(struct kv_batch **batch);

/* All or nothing; with `sync` on disk when it returns. Does not clear the batch. */
enum status kv_commit(struct kv *kv, struct kv_batch *batch, bool sync, struct error *error);

/* A consistent view from the moment of creation, rising keys, within [from, to) (empty `to`: to the
 * end). Slices are valid until the cursor moves. */
struct kv_cursor *kv_cursor_new(struct kv *kv, unsigned family, struct slice from, struct slice to);
bool kv_cursor_valid(const struct kv_cursor *cursor);
void kv_cursor_next(struct kv_cursor *cursor);
void kv_cursor_seek(struct kv_cursor *cursor, struct slice key);
struct slice kv_cursor_key(const struct kv_cursor *cursor);
struct slice kv_cursor_value(const struct kv_cursor *cursor);
/* Why it is no longer valid: STATUS_OK at the end of the range, else the read error. */
enum status kv_cursor_status(const struct kv_cursor *cursor, struct error *error);
void kv_cursor_free(struct kv_cursor **cursor);

/* A consistent copy in a new folder on the same file system, while running. */
enum status kv_checkpoint(struct kv *kv, const char *folder, struct error *error);

/* Bytes on disk, files and all. */
uint64_t kv_disk_bytes(struct kv *kv);

/* Reads every block and checks its checksum; STATUS_FATAL names the first bad file. */
enum status kv_verify(struct kv *kv, struct error *error);

#endif
