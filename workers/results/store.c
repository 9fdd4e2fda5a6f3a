/* store.c - opens and closes the results store. Owned by one thread.
 *
 * Happy path: open the database, read format, id, log and labels. What fails: it is held, newer,
 * damaged, or no results store at all; each by name.
 */
#include "workers/results/read/reader.h"
#include "workers/results/write/write.h"

#include "proto/base/digest.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    DEFAULT_MEMORY_BYTES = 96 << 20,
    DEFAULT_LOG_VERSIONS = 100 * 1000,
    DEFAULT_LOG_BYTES = 256 << 20,
    FORMAT_WITHOUT_QUEUE = 4, /* else the same: it is brought up to date; later ones by their number
                                 alone */
};

static const struct kv_family_options families[] = {
    [FAMILY_META] = {.name = "meta"},
    /* No blob files: RocksDB 7.8 crashed when a reader beside the writer met one. */
    [FAMILY_REPORTS] = {.name = "reports", .point_lookups = true},
    [FAMILY_UNITS] = {.name = "units", .point_lookups = true},
    [FAMILY_PANEL] = {.name = "panel"},
    [FAMILY_CHANGES] = {.name = "changes", .queue = true},
    [FAMILY_PASSAGES] = {.name = "passages"},
    [FAMILY_DOCUMENTS] = {.name = "documents", .point_lookups = true},
    [FAMILY_DECISIONS] = {.name = "decisions"},
    [FAMILY_QUEUE] = {.name = "queue"},
};

static void set_options(struct store *store, const struct store_options *options)
{
    store->options = *options;
    if (!store->options.memory_bytes)
        store->options.memory_bytes = DEFAULT_MEMORY_BYTES;
    if (!store->options.log_versions)
        store->options.log_versions = DEFAULT_LOG_VERSIONS;
    if (!store->options.log_bytes)
        store->options.log_bytes = DEFAULT_LOG_BYTES;
}

/* Format and id stand there before anything else does. */
static enum status found(struct store *store, struct error *error)
{
    uint8_t random[STORE_ID_CHARS / 2];
    struct buffer format = {0};
    if (getentropy(random, sizeof random))
        return fail(error, STATUS_FATAL, "no source of random numbers");
    digest_hex((struct slice){(const char *)random, sizeof random}, store->id);
    code_number(&format, STORE_FORMAT);
    struct kv_batch *batch = kv_batch_new(store->kv);
    kv_batch_put(batch, FAMILY_META, SLICE("format"), buffer_slice(&format));
    kv_batch_put(batch, FAMILY_META, SLICE("id"), (struct slice){store->id, STORE_ID_CHARS});
    enum status status = kv_commit(store->kv, batch, true, error);
    buffer_release(&format);
    kv_batch_free(&batch);
    return status;
}

static enum status check_format(struct store *store, const char *folder, struct error *error)
{
    struct buffer value = {0};
    enum status status = kv_get(store->kv, FAMILY_META, SLICE("format"), &value, error);
    if (status == STATUS_AGAIN && !store->options.read_only) {
        status = found(store, error);
    } else if (status == STATUS_AGAIN) {
        status = fail(error, STATUS_FATAL, "%s: the store is just being made: ask again", folder);
    } else if (status == STATUS_OK) {
        struct coded in = coded_of(buffer_slice(&value));
        uint64_t format = coded_number(&in);
        if (!in.bad && format == FORMAT_WITHOUT_QUEUE)
            status =
                store->options.read_only && !store->options.bring_up
                    ? fail(error, STATUS_FATAL,
                           "%s: was made by an older program: give it to `xianzhi run --store` "
                           "or `xianzhi serve` once, which bring it up to date",
                           folder)
                    : STATUS_OK;
        else if (!in.bad && format < FORMAT_WITHOUT_QUEUE)
            status = fail(error, STATUS_FATAL,
                          "%s: has format %llu, made by an older program, this one reads %d: name "
                          "another folder and submit the reports again",
                          folder, (unsigned long long)format, STORE_FORMAT);
        else if (in.bad || format > STORE_FORMAT)
            status = fail(error, STATUS_FATAL,
                          "%s: has format %llu, this program reads %d: use the newer program, or "
                          "name another folder",
                          folder, (unsigned long long)format, STORE_FORMAT);
        store->old = format < STORE_FORMAT;
        store->queueless = format == FORMAT_WITHOUT_QUEUE;
        buffer_clear(&value);
        if (status == STATUS_OK)
            status = kv_get(store->kv, FAMILY_META, SLICE("id"), &value, error);
        if (status == STATUS_OK && value.len == STORE_ID_CHARS)
            memcpy(store->id, value.data, STORE_ID_CHARS);
    }
    buffer_release(&value);
    return status == STATUS_AGAIN ? STATUS_FATAL : status;
}

static enum status open_store(struct store **out, const char *folder,
                              const struct store_options *options, struct error *error)
{
    struct store *store = memory_zero(sizeof *store);
    set_options(store, options);
    struct kv_options kv_options = {.families = families,
                                    .family_count = sizeof families / sizeof *families,
                                    .memory_bytes = store->options.memory_bytes,
                                    .read_only = options->read_only};
    enum status status = regions_load(&store->regions, options->gazetteer, error);
    if (status == STATUS_OK)
        status = kv_open(&store->kv, folder, &kv_options, error);
    if (status == STATUS_OK)
        status = check_format(store, folder, error);
    if (status == STATUS_OK)
        status = log_extent_load(store->kv, &store->log, error);
    if (status == STATUS_OK)
        status = dictionary_load(&store->dictionary, store->kv, FAMILY_META, error);
    if (status == STATUS_OK && !options->read_only) {
        store->change = memory_zero(sizeof *store->change);
        change_init(store->change, store);
        status = store->old ? store_upgrade(store, error) : STATUS_OK;
    }
    if (status != STATUS_OK)
        store_close(&store);
    else
        *out = store;
    return status;
}

/* Closes it for a moment: who reads only holds nothing that could be written to. */
static enum status bring_up(struct store **store, const char *folder,
                            const struct store_options *options, struct error *error)
{
    struct store_options once = *options;
    once.read_only = once.bring_up = false;
    store_close(store);
    enum status status = open_store(store, folder, &once, error);
    store_close(store);
    once.read_only = true;
    return status == STATUS_OK ? open_store(store, folder, &once, error) : status;
}

enum status store_open(struct store **store, const char *folder,
                       const struct store_options *options, struct error *error)
{
    enum status status = open_store(store, folder, options, error);
    if (status == STATUS_OK && options->read_only && (*store)->queueless)
        status = bring_up(store, folder, options, error);
    return status;
}

void store_close(struct store **store_slot)
{
    struct store *store = *store_slot;
    if (!store)
        return;
    *store_slot = NULL;
    reader_free(&store->reader);
    if (store->change)
        change_release(store->change);
    free(store->change);
    kv_close(&store->kv);
    regions_free(&store->regions);
    dictionary_release(&store->dictionary);
    free(store);
}

uint64_t store_version(const struct store *store)
{
    return store->log.version;
}

uint64_t store_disk_bytes(const struct store *store)
{
    return kv_disk_bytes(store->kv);
}

const char *store_id(const struct store *store)
{
    return store->id;
}

/* ---- its own reader ---- */

static enum status own_reader(struct store *store, struct error *error)
{
    return store->reader ? STATUS_OK : reader_new(&store->reader, store, error);
}

enum status store_read(struct store *store, const struct request *request, struct arena *arena,
                       struct answer *answer, struct error *error)
{
    enum status status = own_reader(store, error);
    return status ? status : reader_read(store->reader, request, arena, answer, error);
}

enum status store_duplicates(struct store *store, struct report *report, struct audit **audits,
                             size_t *count, struct error *error)
{
    enum status status = own_reader(store, error);
    return status ? status : reader_duplicates(store->reader, report, audits, count, error);
}

enum status store_verify(struct store *store, struct error *error)
{
    enum status status = own_reader(store, error);
    return status ? status : reader_verify(store->reader, error);
}
