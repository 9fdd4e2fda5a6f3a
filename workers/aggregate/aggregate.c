/* aggregate.c - the last stage: files each report under its unit and year in the results store.
 *
 * One thread owns the state: the store is held by one process, written by one thread. process only
 * looks whether a report can be filed at all; commit files a whole batch at once, which is what
 * makes fsync and roll-ups cheap. When the disk is full the store is opened anew for each try,
 * since RocksDB takes no more writes from then on; meanwhile everything waits.
 */
#include "workers/stages.h"

#include "proto/pack.h"
#include "workers/aggregate/backup.h"

#include <stdlib.h>

enum { MAX_NAME_BYTES = 512, MAX_INDICATOR_BYTES = 128 };

struct aggregate {
    struct store *store; /* NULL: the disk was full, it is to be opened again */
    const char *folder;
    uint64_t version;
};

/* A full disk is waited for; anything else ends the worker. */
static enum status open_store(struct aggregate *aggregate, struct error *error)
{
    struct store_options options = {.read_only = false};
    if (aggregate->store)
        return STATUS_OK;
    enum status status = store_open(&aggregate->store, aggregate->folder, &options, error);
    if (status != STATUS_OK)
        aggregate->store = NULL;
    return status == STATUS_RETRY ? STATUS_AGAIN : status;
}

static enum status init(void **state, const struct stage_config *config, struct error *error)
{
    if (!config->store)
        return fail(error, STATUS_BAD, "aggregate needs a store: name its folder with --store DIR");
    struct aggregate *aggregate = memory_zero(sizeof *aggregate);
    aggregate->folder = config->store;
    enum status status = open_store(aggregate, error);
    if (status == STATUS_OK)
        *state = aggregate;
    else
        free(aggregate);
    return status;
}

/* Keys part their texts by NUL bytes, so a text must not bring one. */
static bool is_name(struct slice text, size_t most)
{
    return text.len <= most && (text.len == 0 || !memchr(text.data, '\0', text.len));
}

static enum status process(void *state, struct report *report, struct error *error)
{
    (void)state;
    const struct metadata *meta = &report->meta;
    if (meta->region == 0 || meta->region > 999999)
        return fail(error, STATUS_BAD,
                    "no region: the report doesn't say which county, prefecture or province it is "
                    "from; put the full name into its title");
    if (meta->year == 0 || meta->year > 9999)
        return fail(
            error, STATUS_BAD,
            "no year: the report doesn't say which year it is about; put it into its title");
    if (!is_name(meta->township, MAX_NAME_BYTES) || !is_name(meta->issuer, MAX_NAME_BYTES))
        return fail(error, STATUS_BAD, "the issuer's or township's name is longer than %d bytes",
                    MAX_NAME_BYTES);
    for (size_t i = 0; i < report->fact_count; i++)
        if (report->facts[i].indicator.len == 0 ||
            !is_name(report->facts[i].indicator, MAX_INDICATOR_BYTES))
            return fail(error, STATUS_BAD, "indicator %zu has no id of 1 to %d bytes", i + 1,
                        MAX_INDICATOR_BYTES);
    return STATUS_OK;
}

static enum status commit(void *state, struct report **reports, size_t count, struct error *error)
{
    struct aggregate *aggregate = state;
    enum status status = open_store(aggregate, error);
    if (status != STATUS_OK)
        return status;
    status = store_apply(aggregate->store, reports, count, error);
    aggregate->version = store_version(aggregate->store);
    if (status != STATUS_RETRY)
        return status;
    store_close(&aggregate->store);
    return STATUS_AGAIN;
}

static enum status answer(void *state, struct slice request, struct buffer *out,
                          struct error *error)
{
    struct aggregate *aggregate = state;
    struct arena arena = {0};
    struct request question;
    struct answer page;
    enum status status = request_decode(&arena, request, &question, error);
    if (status == STATUS_OK)
        status = open_store(aggregate, error);
    if (status == STATUS_OK)
        status = store_read(aggregate->store, &question, &arena, &page, error);
    if (status == STATUS_OK)
        answer_encode(&page, out);
    arena_release(&arena);
    return status;
}

static enum status backup(void *state, const char *folder, struct buffer *out, struct error *error)
{
    struct aggregate *aggregate = state;
    uint64_t bytes = 0;
    enum status status = open_store(aggregate, error);
    if (status == STATUS_OK)
        status = store_backup(aggregate->store, folder, &bytes, error);
    if (status != STATUS_OK)
        return status;
    pack_map(out, 2);
    PACK_KEY(out, "bytes"), pack_uint(out, bytes);
    PACK_KEY(out, "version"), pack_uint(out, store_version(aggregate->store));
    return STATUS_OK;
}

static uint64_t version(void *state)
{
    struct aggregate *aggregate = state;
    if (aggregate->store)
        aggregate->version = store_version(aggregate->store);
    return aggregate->version;
}

static uint64_t disk_bytes(void *state)
{
    struct aggregate *aggregate = state;
    return aggregate->store ? store_disk_bytes(aggregate->store) : 0;
}

static void release(void **state)
{
    struct aggregate *aggregate = *state;
    if (!aggregate)
        return;
    store_close(&aggregate->store);
    free(aggregate);
    *state = NULL;
}

const struct stage aggregate_stage = {
    .name = "aggregate",
    .id = STAGE_AGGREGATE,
    .help = "files figures under their unit and year, keeps roll-ups, answers readers",
    .max_threads = 1,
    .init = init,
    .process = process,
    .commit = commit,
    .answer = answer,
    .backup = backup,
    .version = version,
    .disk_bytes = disk_bytes,
    .release = release,
};
