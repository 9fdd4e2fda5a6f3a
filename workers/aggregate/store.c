/* store.c - opens and closes the results store. Owned by one thread.
 *
 * Happy path: open the database, read format, id, log and labels. What fails: it is held, newer,
 * damaged, or no results store at all; each by name.
 */
#include "workers/aggregate/private.h"

#include "proto/digest.h"

#include <stdlib.h>
#include <unistd.h>

enum {
    DEFAULT_MEMORY_BYTES = 96 << 20,
    DEFAULT_LOG_VERSIONS = 100 * 1000,
    DEFAULT_LOG_BYTES = 256 << 20,
};

static const struct kv_family_options families[] = {
    [FAMILY_META] = {.name = "meta"},
    /* No blob files: RocksDB 7.8 crashed when a reader beside the writer met one. */
    [FAMILY_REPORTS] = {.name = "reports", .point_lookups = true},
    [FAMILY_UNITS] = {.name = "units", .point_lookups = true},
    [FAMILY_PANEL] = {.name = "panel"},
    [FAMILY_CHANGES] = {.name = "changes", .queue = true},
    [FAMILY_PASSAGES] = {.name = "passages"},
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
    kv_batch_clear(store->batch);
    kv_batch_put(store->batch, FAMILY_META, SLICE("format"), buffer_slice(&format));
    kv_batch_put(store->batch, FAMILY_META, SLICE("id"), (struct slice){store->id, STORE_ID_CHARS});
    buffer_release(&format);
    return kv_commit(store->kv, store->batch, true, error);
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
        if (!in.bad && format < STORE_FORMAT)
            status = fail(error, STATUS_FATAL,
                          "%s: has format %llu, made by an older program, this one reads %d: name "
                          "another folder and submit the reports again",
                          folder, (unsigned long long)format, STORE_FORMAT);
        else if (in.bad || format != STORE_FORMAT)
            status = fail(error, STATUS_FATAL,
                          "%s: has format %llu, this program reads %d: use the newer program, or "
                          "name another folder",
                          folder, (unsigned long long)format, STORE_FORMAT);
        buffer_clear(&value);
        if (status == STATUS_OK)
            status = kv_get(store->kv, FAMILY_META, SLICE("id"), &value, error);
        if (status == STATUS_OK && value.len == STORE_ID_CHARS)
            memcpy(store->id, value.data, STORE_ID_CHARS);
    }
    buffer_release(&value);
    return status == STATUS_AGAIN ? STATUS_FATAL : status;
}

enum status store_open(struct store **out, const char *folder, const struct store_options *options,
                       struct error *error)
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
    if (status == STATUS_OK) {
        store->batch = kv_batch_new(store->kv);
        store->panel = panel_new(store->kv, FAMILY_PANEL, store->regions, &store->dictionary);
        status = check_format(store, folder, error);
    }
    if (status == STATUS_OK)
        status = store_log_load(store, error);
    if (status == STATUS_OK)
        status = dictionary_load(&store->dictionary, store->kv, FAMILY_META, error);
    if (status != STATUS_OK)
        store_close(&store);
    else
        *out = store;
    return status;
}

static void release_scratch(struct store *store)
{
    struct buffer *buffers[] = {&store->key,          &store->row_key,   &store->value,
                                &store->old_seat,     &store->seat,      &store->next_seat,
                                &store->filing,       &store->seat_keys, &store->changes,
                                &store->old_pairs,    &store->new_pairs, &store->passage_changes,
                                &store->passage_seats};
    for (size_t i = 0; i < sizeof buffers / sizeof *buffers; i++)
        buffer_release(buffers[i]);
    free(store->numbers);
    free(store->window.list.items);
    buffer_release(&store->window.question);
    cuts_release(&store->cuts);
    filing_scratch_release(&store->scratch);
    for (unsigned i = 0; i < FILING_SLOTS; i++) {
        buffer_release(&store->slots[i].seat_key);
        buffer_release(&store->slots[i].seat);
    }
}

void store_close(struct store **store_slot)
{
    struct store *store = *store_slot;
    if (!store)
        return;
    *store_slot = NULL;
    kv_batch_free(&store->batch);
    kv_close(&store->kv);
    regions_free(&store->regions);
    panel_free(&store->panel);
    dictionary_release(&store->dictionary);
    release_scratch(store);
    free(store);
}

void store_forget(struct store *store)
{
    for (unsigned i = 0; i < FILING_SLOTS; i++)
        buffer_clear(&store->slots[i].seat_key);
    buffer_clear(&store->window.question);
    cuts_forget(&store->cuts);
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
