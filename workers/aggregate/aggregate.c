/* aggregate.c - the last stage: files each report under its unit and year in the results store.
 *
 * One thread owns the state: the store is held by one process, written by one thread. process only
 * looks whether a report can be filed at all; commit files a whole batch at once, which is what
 * makes fsync and roll-ups cheap.
 */
#include "workers/stages.h"

#include "proto/pack.h"
#include "workers/aggregate/backup.h"

enum { MAX_NAME_BYTES = 512, MAX_INDICATOR_BYTES = 128 };

static enum status init(void **state, const struct stage_config *config, struct error *error)
{
    struct store_options options = {.read_only = false};
    struct store *store = NULL;
    if (!config->store)
        return fail(error, STATUS_BAD, "aggregate needs a store: name its folder with --store DIR");
    enum status status = store_open(&store, config->store, &options, error);
    if (status == STATUS_OK)
        *state = store;
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
    return store_apply(state, reports, count, error);
}

static enum status answer(void *state, struct slice request, struct buffer *out,
                          struct error *error)
{
    struct arena arena = {0};
    struct request question;
    struct answer page;
    enum status status = request_decode(&arena, request, &question, error);
    if (status == STATUS_OK)
        status = store_read(state, &question, &arena, &page, error);
    if (status == STATUS_OK)
        answer_encode(&page, out);
    arena_release(&arena);
    return status;
}

static enum status backup(void *state, const char *folder, struct buffer *out, struct error *error)
{
    uint64_t bytes = 0;
    enum status status = store_backup(state, folder, &bytes, error);
    if (status != STATUS_OK)
        return status;
    pack_map(out, 2);
    PACK_KEY(out, "bytes"), pack_uint(out, bytes);
    PACK_KEY(out, "version"), pack_uint(out, store_version(state));
    return STATUS_OK;
}

static uint64_t version(void *state)
{
    return store_version(state);
}

static void release(void **state)
{
    struct store *store = *state;
    store_close(&store);
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
    .release = release,
};
