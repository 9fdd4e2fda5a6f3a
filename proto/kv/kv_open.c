/* kv_open.c - opens, creates and closes a store: all of RocksDB's settings, each with its reason.
 *
 * Happy path: look at the folder, check the write-ahead log, list the families, open them all. What
 * fails: another process holds it (STATUS_AGAIN), it is something else, newer or damaged
 * (STATUS_FATAL, by the file's name). The opening thread does everything here.
 */
#include "proto/kv/kv_private.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum {
    DEFAULT_MEMORY_BYTES = 64 << 20,
    LARGE_VALUE_BYTES = 2048,      /* from here on a value goes into a blob file */
    BLOB_FILE_BYTES = 32 << 20,    /* small: a file goes when the last of its documents is done */
    QUEUE_WINDOW = 4096,           /* a file in which half of as many rows in a row are deletions */
    QUEUE_DELETIONS = 2048,        /* is compacted at once */
    LOG_BYTES = 1 << 20,           /* RocksDB's own chatter, two files */
    SYNC_STRIDE_BYTES = 512 << 10, /* tables are written back as they grow: a sync of the log, for
                                      which somebody waits, queues behind no more than this */
    OPEN_FILES = 512,
    MANIFEST_BYTES = 64 << 10, /* set aside for it at a time */
    LEAST_MEMORY_BYTES = 4 << 20,
    DISK_SHARE = 16, /* RocksDB sets aside about as much disk for its log as memory for writes */
    LEAST_FREE_BYTES = 1 << 20, /* or nothing is opened for writing */
    SLOW_TABLES = 20, /* so many not yet merged slow writes down, and a flush waits for a merge */
    FEW_TABLES = SLOW_TABLES - 4, /* so few, and it surely doesn't */
};

/* The disk that the folder is on, or will be. */
static bool find_disk(const char *folder, struct statvfs *disk)
{
    char path[PATH_MAX];
    snprintf(path, sizeof path, "%s", folder);
    while (statvfs(path, disk) != 0) {
        char *slash = strrchr(path, '/');
        if (!slash || slash == path)
            return false;
        *slash = '\0';
    }
    return true;
}

/* The memory that is wanted, or what the disk can bear. */
static size_t fit_memory(const char *folder, size_t memory_bytes)
{
    struct statvfs disk;
    if (!find_disk(folder, &disk))
        return memory_bytes;
    uint64_t most = (uint64_t)disk.f_blocks * disk.f_frsize / DISK_SHARE;
    if (most < LEAST_MEMORY_BYTES)
        most = LEAST_MEMORY_BYTES;
    return memory_bytes < most ? memory_bytes : (size_t)most;
}

static void set_table(struct kv *kv, unsigned index, const struct kv_family_options *family)
{
    rocksdb_block_based_table_options_t *table = rocksdb_block_based_options_create();
    rocksdb_block_based_options_set_block_cache(table, kv->cache);
    /* Indexes and filters count against the budget instead of growing beside it. */
    rocksdb_block_based_options_set_cache_index_and_filter_blocks(table, 1);
    rocksdb_block_based_options_set_pin_l0_filter_and_index_blocks_in_cache(table, 1);
    rocksdb_block_based_options_set_format_version(table, 5);
    if (family && family->point_lookups) {
        rocksdb_block_based_options_set_filter_policy(table,
                                                      rocksdb_filterpolicy_create_bloom_full(10));
        rocksdb_block_based_options_set_whole_key_filtering(table, 1);
    }
    kv->tables[index] = table;
    rocksdb_options_set_block_based_table_factory(kv->family_options[index], table);
}

static void set_family(struct kv *kv, unsigned index, const struct kv_family_options *family,
                       size_t memory_bytes)
{
    rocksdb_options_t *options = rocksdb_options_create();
    kv->family_options[index] = options;
    rocksdb_options_set_write_buffer_size(options, memory_bytes / 4);
    rocksdb_options_set_level0_slowdown_writes_trigger(options, SLOW_TABLES);
    rocksdb_options_set_level_compaction_dynamic_level_bytes(options, 1);
    /* On every level: zstd at the bottom saves a tenth of the disk and costs readers of filings a
     * third of their time. */
    rocksdb_options_set_compression(options, rocksdb_lz4_compression);
    set_table(kv, index, family);
    if (family && family->large_values) {
        rocksdb_options_set_enable_blob_files(options, 1);
        rocksdb_options_set_min_blob_size(options, LARGE_VALUE_BYTES);
        rocksdb_options_set_blob_file_size(options, BLOB_FILE_BYTES);
        rocksdb_options_set_blob_compression_type(options, rocksdb_lz4_compression);
        rocksdb_options_set_enable_blob_gc(options, 1);
        rocksdb_options_set_blob_gc_age_cutoff(options, 0.5);
    }
    if (family && family->queue)
        rocksdb_options_add_compact_on_deletion_collector_factory(options, QUEUE_WINDOW,
                                                                  QUEUE_DELETIONS);
}

static void set_database(struct kv *kv, const struct kv_options *wanted, size_t memory_bytes)
{
    rocksdb_options_t *options = rocksdb_options_create();
    kv->options = options;
    rocksdb_options_set_create_if_missing(options, !wanted->read_only);
    rocksdb_options_set_create_missing_column_families(options, !wanted->read_only);
    rocksdb_options_set_paranoid_checks(options, 1);
    /* The default mode would drop acknowledged writes behind a damaged record. This one rules out
     * recycled logs: RocksDB sets recycle_log_file_num to 0 with it, whatever is asked for. */
    rocksdb_options_set_wal_recovery_mode(options,
                                          rocksdb_tolerate_corrupted_tail_records_recovery);
    /* All families reach the disk together, so that a reader of the tables sees whole batches. */
    rocksdb_options_set_atomic_flush(options, 1);
    rocksdb_options_set_db_write_buffer_size(options, memory_bytes / 2);
    rocksdb_options_set_max_total_wal_size(options, memory_bytes); /* bounds the replay at open */
    rocksdb_options_set_max_background_jobs(options, 2);
    rocksdb_options_set_allow_concurrent_memtable_write(options, 0); /* one writer */
    rocksdb_options_set_bytes_per_sync(options, SYNC_STRIDE_BYTES);
    rocksdb_options_set_writable_file_max_buffer_size(options, SYNC_STRIDE_BYTES);
    rocksdb_options_set_manifest_preallocation_size(options, MANIFEST_BYTES);
    rocksdb_options_set_skip_stats_update_on_db_open(options, 1);
    rocksdb_options_set_max_open_files(options, wanted->read_only ? -1 : OPEN_FILES);
    /* Headers only: a log line that could not be written (a full disk) makes this build of RocksDB
     * abort at the next one, in rocksdb_close. Errors reach us through every call anyway. */
    rocksdb_options_set_info_log_level(options, 5);
    rocksdb_options_set_keep_log_file_num(options, 2);
    rocksdb_options_set_max_log_file_size(options, LOG_BYTES);
}

static struct kv *kv_new(const char *folder, const struct kv_options *wanted)
{
    size_t memory_bytes = wanted->memory_bytes ? wanted->memory_bytes : DEFAULT_MEMORY_BYTES;
    memory_bytes = fit_memory(folder, memory_bytes);
    struct kv *kv = memory_zero(sizeof *kv);
    kv->folder = memory_copy_text(folder);
    kv->holder_fd = kv->mark_fd = -1;
    kv->read_only = wanted->read_only;
    kv->cache = rocksdb_cache_create_lru(memory_bytes / 2);
    kv->count = wanted->family_count + 1;
    set_database(kv, wanted, memory_bytes);
    for (unsigned i = 0; i < kv->count; i++)
        set_family(kv, i, i ? &wanted->families[i - 1] : NULL, memory_bytes);
    kv->reading = rocksdb_readoptions_create();
    kv->checking = rocksdb_readoptions_create();
    rocksdb_readoptions_set_fill_cache(kv->checking, 0);
    rocksdb_readoptions_set_verify_checksums(kv->checking, 1);
    kv->writing = rocksdb_writeoptions_create();
    kv->syncing = rocksdb_writeoptions_create();
    rocksdb_writeoptions_set_sync(kv->syncing, 1);
    return kv;
}

static bool has_few_tables(const struct kv *kv, unsigned index)
{
    char *count =
        rocksdb_property_value_cf(kv->db, kv->handles[index], "rocksdb.num-files-at-level0");
    bool few = count && atoi(count) < FEW_TABLES;
    rocksdb_free(count);
    return few;
}

/* Leaves an empty log behind, so that the next opening replays nothing and a log that isn't empty
 * tells of a crash. Should it fail, the log still has everything. Not where it would wait for a
 * merge: one that fails for want of space RocksDB tries again forever, and a full disk would keep
 * the process from ending. */
static void flush_families(struct kv *kv)
{
    for (unsigned i = 0; i < kv->count; i++)
        if (!has_few_tables(kv, i))
            return;
    rocksdb_flushoptions_t *options = rocksdb_flushoptions_create();
    for (unsigned i = 0; i < kv->count; i++) {
        char *message = NULL;
        rocksdb_flush_cf(kv->db, options, kv->handles[i], &message);
        if (message)
            rocksdb_free(message);
    }
    rocksdb_flushoptions_destroy(options);
}

void kv_close(struct kv **kv_slot)
{
    struct kv *kv = *kv_slot;
    if (!kv)
        return;
    *kv_slot = NULL;
    if (kv->whole) {
        kv_view_close(kv);
        return;
    }
    if (kv->db && !kv->read_only && kv->latched == STATUS_OK)
        flush_families(kv);
    for (unsigned i = 0; i < kv->count; i++)
        if (kv->handles[i])
            rocksdb_column_family_handle_destroy(kv->handles[i]);
    if (kv->db)
        rocksdb_close(kv->db);
    for (unsigned i = 0; i < kv->count; i++) {
        rocksdb_options_destroy(kv->family_options[i]);
        rocksdb_block_based_options_destroy(kv->tables[i]);
    }
    rocksdb_options_destroy(kv->options);
    rocksdb_readoptions_destroy(kv->reading);
    rocksdb_readoptions_destroy(kv->checking);
    rocksdb_writeoptions_destroy(kv->writing);
    rocksdb_writeoptions_destroy(kv->syncing);
    rocksdb_cache_destroy(kv->cache);
    if (kv->mark_fd >= 0)
        close(kv->mark_fd);
    if (kv->holder_fd >= 0)
        close(kv->holder_fd);
    free(kv->folder);
    free(kv);
}

/* RocksDB's reason for not opening, in our classes and with the damaged file's name. */
static enum status explain_open(const char *folder, char *message, struct error *error)
{
    enum status status;
    struct kv_wal wal;
    if (strstr(message, "While lock file")) {
        status = fail(
            error, STATUS_AGAIN,
            "%s: is open in another process: wait for it, stop it, or name another folder", folder);
    } else if (strstr(message, "Corruption") && !strstr(message, ".sst") &&
               !strstr(message, "MANIFEST") && !strstr(message, "CURRENT")) {
        kv_wal_check(folder, &wal, NULL);
        status = fail(error, STATUS_FATAL,
                      "%s: damaged (%s): nothing was opened; restore this folder from a backup",
                      wal.damaged[0] ? wal.damaged : folder, message);
    } else {
        return kv_fail(error, folder, "opening", message);
    }
    rocksdb_free(message);
    return status;
}

static bool is_known(const struct kv_options *wanted, const char *name)
{
    if (strcmp(name, "default") == 0)
        return true;
    for (unsigned i = 0; i < wanted->family_count; i++)
        if (strcmp(wanted->families[i].name, name) == 0)
            return true;
    return false;
}

/* A family that we don't know was written by a newer program, or the folder is another kind of kv.
 */
static enum status check_families(struct kv *kv, const struct kv_options *wanted,
                                  struct error *error)
{
    char *message = NULL;
    size_t count = 0;
    char **names = rocksdb_list_column_families(kv->options, kv->folder, &count, &message);
    if (message)
        return explain_open(kv->folder, message, error);
    enum status status = STATUS_OK;
    for (size_t i = 0; i < count && status == STATUS_OK; i++)
        if (!is_known(wanted, names[i]))
            status =
                fail(error, STATUS_FATAL,
                     "%s: holds \"%s\", which is unknown here: the folder belongs to something "
                     "else (a broker's journal, a results store) or to a newer program",
                     kv->folder, names[i]);
    rocksdb_list_column_families_destroy(names, count);
    return status;
}

/* This build of RocksDB aborts the process when it can't write the head of its LOG: whether the
 * disk takes anything at all is tried with a file of our own first. */
static enum status check_disk(const char *folder, struct error *error)
{
    struct statvfs disk;
    if (find_disk(folder, &disk) && (uint64_t)disk.f_bavail * disk.f_frsize < LEAST_FREE_BYTES)
        return fail(error, STATUS_RETRY, "%s: the disk is full: free some space", folder);
    char path[PATH_MAX], page[4096] = "";
    snprintf(path, sizeof path, "%s/PROBE", folder);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    bool written = fd >= 0 && write(fd, page, sizeof page) > 0 && fdatasync(fd) == 0;
    enum status status = errno == ENOSPC ? STATUS_RETRY : STATUS_FATAL;
    if (!written)
        fail(error, status, "%s: the disk takes no writes: %s", path, strerror(errno));
    if (fd >= 0)
        close(fd);
    unlink(path);
    return written ? STATUS_OK : status;
}

/* Before RocksDB looks at it and changes it. `wal`: what its logs have. */
static enum status check_folder(struct kv *kv, const struct kv_options *wanted, uint64_t mark,
                                struct kv_wal *wal, struct error *error)
{
    enum kv_folder kind = kv_folder_kind(kv->folder);
    if (kind == FOLDER_OTHER)
        return fail(error, STATUS_FATAL,
                    "%s: is not one of ours (a file, or a folder with other things in it): name an "
                    "empty or a new folder",
                    kv->folder);
    bool there = kind == FOLDER_STORE;
    if (!there && wanted->read_only)
        return fail(error, STATUS_FATAL, "%s: nothing there to read: is the folder right?",
                    kv->folder);
    enum status status = there ? STATUS_OK : kv_make_folder(kv->folder, error);
    if (status == STATUS_OK && !wanted->read_only)
        status = kv_hold(kv->folder, &kv->holder_fd, error);
    if (status == STATUS_OK && !wanted->read_only)
        status = check_disk(kv->folder, error);
    if (status == STATUS_OK && there)
        status = check_families(kv, wanted, error);
    if (status == STATUS_OK && there)
        status = kv_wal_check(kv->folder, wal, error);
    if (status == STATUS_OK && wal->damaged[0] && wal->newest)
        status = kv_mark_check(kv->folder, mark, wal->newest, wal->damaged, error);
    return status;
}

static char *open_database(struct kv *kv, const struct kv_options *wanted)
{
    const char *names[MAX_FAMILIES + 1] = {"default"};
    for (unsigned i = 0; i < wanted->family_count; i++)
        names[i + 1] = wanted->families[i].name;
    const rocksdb_options_t *const *options = (const rocksdb_options_t *const *)kv->family_options;
    char *message = NULL;
    if (kv->read_only)
        kv->db = rocksdb_open_for_read_only_column_families(
            kv->options, kv->folder, (int)kv->count, names, options, kv->handles, 0, &message);
    else
        kv->db = rocksdb_open_column_families(kv->options, kv->folder, (int)kv->count, names,
                                              options, kv->handles, &message);
    if (message)
        kv->db = NULL;
    return message;
}

enum status kv_open_once(struct kv **out, const char *folder, const struct kv_options *wanted,
                         struct error *error)
{
    struct kv *kv = kv_new(folder, wanted);
    struct kv_wal wal = {.newest = 0};
    uint64_t mark = kv_mark_read(folder);
    enum status status = check_folder(kv, wanted, mark, &wal, error);
    char *message = status == STATUS_OK ? open_database(kv, wanted) : NULL;
    if (message)
        status = explain_open(folder, message, error);
    if (status == STATUS_OK)
        status = kv_mark_check(folder, mark, rocksdb_get_latest_sequence_number(kv->db),
                               wal.damaged, error);
    if (status == STATUS_OK && !kv->read_only)
        kv_mark_open(kv);
    if (status != STATUS_OK)
        kv_close(&kv);
    else
        *out = kv;
    return status;
}
