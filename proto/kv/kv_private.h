/* kv_private.h - what the kv_*.c files share; nobody else includes it. The one place that includes
 * rocksdb/c.h. */
#ifndef XIANZHI_PROTO_KV_KV_PRIVATE_H
#define XIANZHI_PROTO_KV_KV_PRIVATE_H

#include "proto/kv/kv.h"

#include <dirent.h>
#include <limits.h>
#include <rocksdb/c.h>

enum { MAX_FAMILIES = 16 };

struct kv {
    rocksdb_t *db;
    rocksdb_options_t *options; /* of the database and its default family */
    rocksdb_options_t *family_options[MAX_FAMILIES + 1]; /* [0] is the unused default family's */
    rocksdb_column_family_handle_t *handles[MAX_FAMILIES + 1];
    rocksdb_block_based_table_options_t *tables[MAX_FAMILIES + 1];
    unsigned count; /* handles, the default one included */
    rocksdb_cache_t *cache;
    rocksdb_readoptions_t *reading;
    rocksdb_readoptions_t *checking; /* whole-store reads that must not push out the cache */
    rocksdb_writeoptions_t *writing, *syncing;
    struct kv *whole;                   /* of a view: what it looks at, whose all else here is */
    const rocksdb_snapshot_t *snapshot; /* of a view */
    char *folder;
    bool read_only;
    int holder_fd; /* -1: not held */
    int mark_fd;   /* -1: none */
    enum status latched;
    struct error latch; /* the first write error; every later write repeats it */
};

static inline rocksdb_column_family_handle_t *kv_family(const struct kv *kv, unsigned family)
{
    return kv->handles[family + 1];
}

/* Turns RocksDB's message (freed here) into ours: names the folder and what to do. */
enum status kv_fail(struct error *error, const char *folder, const char *doing, char *message);

/* ---- kv_files.c: looking at a folder from the outside ---- */

enum kv_folder { FOLDER_ABSENT, FOLDER_EMPTY, FOLDER_STORE, FOLDER_OTHER };
enum kv_folder kv_folder_kind(const char *folder);
enum status kv_make_folder(const char *folder, struct error *error);
/* Takes the folder for this opener alone, until *holder_fd is closed. STATUS_AGAIN: who has it. */
enum status kv_hold(const char *folder, int *holder_fd, struct error *error);
uint64_t kv_folder_bytes(const char *folder);
/* Removes the plain files of a folder and the folder. */
void kv_remove_folder(const char *folder);

/* ---- kv_open.c ---- */

/* One try; with a writer at work a reader's may fail or miss something (kv_look.c). */
enum status kv_open_once(struct kv **kv, const char *folder, const struct kv_options *wanted,
                         struct error *error);

/* ---- kv_view.c ---- */

void kv_view_close(struct kv *view); /* what kv_close does of a view */

/* ---- kv_mark.c ---- */

/* The number of the last synced write that the folder knows of; 0: it knows none. */
uint64_t kv_mark_read(const char *folder);
void kv_mark_open(struct kv *kv);
void kv_mark_write(struct kv *kv); /* what was written until now is on disk */
/* STATUS_FATAL: the newest write that is there is older than the mark. `damaged`: a log with a
 * damaged end, or empty. */
enum status kv_mark_check(const char *folder, uint64_t mark, uint64_t newest, const char *damaged,
                          struct error *error);

/* ---- kv_wal.c ---- */

struct kv_wal {
    char damaged[PATH_MAX]; /* the first log with a damaged end, which may be a torn write */
    uint64_t newest;        /* number of the last sound write; 0: none is there */
};

/* Reads the write-ahead logs record by record: STATUS_FATAL when a damaged record is followed by
 * sound ones, which no torn write leaves behind. */
enum status kv_wal_check(const char *folder, struct kv_wal *wal, struct error *error);

int kv_is_log(const struct dirent *entry); /* for scandir */

#endif
