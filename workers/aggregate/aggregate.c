/* aggregate.c - the last stage: files each report under its unit and year in the results store.
 *
 * The stage's thread files: process only looks whether a report can be filed at all; commit files a
 * whole batch at once, which is what makes fsync and roll-ups cheap. Questions are answered in
 * another thread, by a reader that never waits for filing. When the disk is full the store is
 * closed and opened anew for each try, since RocksDB takes no more writes from then on; meanwhile
 * everything waits.
 */
#include "workers/stages.h"

#include "proto/decision.h"
#include "proto/pack.h"
#include "workers/results/backup.h"
#include "workers/results/read/reader.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { MAX_NAME_BYTES = 512, MAX_INDICATOR_BYTES = 128 };

struct aggregate {
    const char *folder;
    atomic_ullong version;
    char identity[STORE_ID_CHARS + 1]; /* of the store; set before anybody asks */

    pthread_mutex_t
        opening;         /* guards `store`: either thread may open it, only the stage's closes */
    struct store *store; /* NULL: the disk was full, it is to be opened again */
    pthread_mutex_t reading;       /* guards `reader`; taken before `opening` */
    struct results_reader *reader; /* of the thread that answers; NULL: no question yet */
};

/* A full disk is waited for; anything else ends the worker. What it gives is the caller's to use
 * until the stage's thread closes it. */
static enum status open_store(struct aggregate *aggregate, struct store **store,
                              struct error *error)
{
    struct store_options options = {.read_only = false};
    enum status status = STATUS_OK;
    pthread_mutex_lock(&aggregate->opening);
    if (!aggregate->store) {
        status = store_open(&aggregate->store, aggregate->folder, &options, error);
        if (status != STATUS_OK)
            aggregate->store = NULL;
        else /* from then on the stage's thread says it: while it commits nobody else may look */
            atomic_store(&aggregate->version, store_version(aggregate->store));
    }
    *store = aggregate->store;
    pthread_mutex_unlock(&aggregate->opening);
    return status == STATUS_RETRY ? STATUS_AGAIN : status;
}

static void close_store(struct aggregate *aggregate)
{
    pthread_mutex_lock(&aggregate->reading);
    pthread_mutex_lock(&aggregate->opening);
    reader_free(&aggregate->reader);
    store_close(&aggregate->store);
    pthread_mutex_unlock(&aggregate->opening);
    pthread_mutex_unlock(&aggregate->reading);
}

static void release(void **state)
{
    struct aggregate *aggregate = *state;
    if (!aggregate)
        return;
    close_store(aggregate);
    pthread_mutex_destroy(&aggregate->opening);
    pthread_mutex_destroy(&aggregate->reading);
    free(aggregate);
    *state = NULL;
}

static enum status init(void **state, const struct stage_config *config, struct error *error)
{
    struct store *store;
    if (!config->store)
        return fail(error, STATUS_BAD, "aggregate needs a store: name its folder with --store DIR");
    struct aggregate *aggregate = memory_zero(sizeof *aggregate);
    aggregate->folder = config->store;
    pthread_mutex_init(&aggregate->opening, NULL);
    pthread_mutex_init(&aggregate->reading, NULL);
    *state = aggregate;
    enum status status = open_store(aggregate, &store, error);
    if (status == STATUS_OK)
        strcpy(aggregate->identity, store_id(store));
    else
        release(state);
    return status;
}

/* Keys part their texts by NUL bytes, so a text must not bring one. */
static bool is_name(struct slice text, size_t most)
{
    return text.len <= most && (text.len == 0 || !memchr(text.data, '\0', text.len));
}

static enum status check_decision(const struct decision *decision, struct error *error)
{
    if (verdict_states(decision->verdict) &&
        !is_name(decision->holds.indicator, MAX_INDICATOR_BYTES))
        return fail(error, STATUS_BAD, "decision: an indicator's id has at most %d bytes",
                    MAX_INDICATOR_BYTES);
    return STATUS_OK;
}

static enum status process(void *state, struct report *report, struct error *error)
{
    (void)state;
    const struct metadata *meta = &report->meta;
    if (report->decision)
        return check_decision(report->decision, error);
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
        if ((report->facts[i].state == STATE_ASSERTED && report->facts[i].indicator.len == 0) ||
            !is_name(report->facts[i].indicator, MAX_INDICATOR_BYTES))
            return fail(error, STATUS_BAD, "indicator %zu has no id of 1 to %d bytes", i + 1,
                        MAX_INDICATOR_BYTES);
    return STATUS_OK;
}

static enum status commit(void *state, struct report **reports, size_t count, struct error *error)
{
    struct aggregate *aggregate = state;
    struct store *store;
    enum status status = open_store(aggregate, &store, error);
    if (status != STATUS_OK)
        return status;
    status = store_apply(store, reports, count, error);
    atomic_store(&aggregate->version, store_version(store));
    if (status != STATUS_RETRY)
        return status;
    close_store(aggregate);
    return STATUS_AGAIN;
}

/* With `reading` held. */
static enum status read_page(struct aggregate *aggregate, const struct request *question,
                             struct arena *arena, struct answer *page, struct error *error)
{
    struct store *store;
    enum status status = open_store(aggregate, &store, error);
    if (status == STATUS_OK && !aggregate->reader)
        status = reader_new(&aggregate->reader, store, error);
    return status ? status : reader_read(aggregate->reader, question, arena, page, error);
}

static enum status answer(void *state, struct slice request, struct buffer *out,
                          struct error *error)
{
    struct aggregate *aggregate = state;
    struct arena arena = {0};
    struct request question;
    struct answer page;
    enum status status = request_decode(&arena, request, &question, error);
    if (status == STATUS_OK) {
        pthread_mutex_lock(&aggregate->reading);
        status = read_page(aggregate, &question, &arena, &page, error);
        pthread_mutex_unlock(&aggregate->reading);
    }
    if (status == STATUS_OK)
        answer_encode(&page, out);
    arena_release(&arena);
    return status;
}

static enum status backup(void *state, const char *folder, struct buffer *out, struct error *error)
{
    struct aggregate *aggregate = state;
    struct store *store;
    uint64_t bytes = 0;
    enum status status = open_store(aggregate, &store, error);
    if (status == STATUS_OK)
        status = store_backup(store, folder, &bytes, error);
    if (status != STATUS_OK)
        return status;
    pack_map(out, 2);
    PACK_KEY(out, "bytes"), pack_uint(out, bytes);
    PACK_KEY(out, "version"), pack_uint(out, store_version(store));
    return STATUS_OK;
}

static uint64_t version(void *state)
{
    struct aggregate *aggregate = state;
    return atomic_load(&aggregate->version);
}

static const char *identity(void *state)
{
    return ((struct aggregate *)state)->identity;
}

static uint64_t disk_bytes(void *state)
{
    struct aggregate *aggregate = state;
    pthread_mutex_lock(&aggregate->opening);
    struct store *store = aggregate->store;
    pthread_mutex_unlock(&aggregate->opening);
    return store ? store_disk_bytes(store) : 0;
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
    .identity = identity,
    .disk_bytes = disk_bytes,
    .release = release,
};
