/* source.c - rows from a folder or through a broker, the same to whoever reads them. The thread of
 * the command. What can fail: no store there, nobody answers, a filter that makes no sense. */
#include "deploy/commands/source.h"

enum { PAGE_ROWS = 2000 };

enum status source_open(struct source *source, const char *store, const char *broker,
                        struct keys_option *keys, struct error *error)
{
    if (store) {
        struct store_options options = {.read_only = true};
        return store_open(&source->store, store, &options, error);
    }
    struct client_options options = {.endpoint = broker, .role = ROLE_READ, .stop_fd = -1};
    enum status status = keys_option_load(keys, &options.keys, error);
    return status ? status : client_open(&source->client, &options, error);
}

void source_close(struct source *source)
{
    store_close(&source->store);
    client_close(&source->client);
}

enum status source_page(struct source *source, const struct request *request, struct arena *arena,
                        struct answer *answer, struct error *error)
{
    return source->store ? store_read(source->store, request, arena, answer, error)
                         : client_read(source->client, request, arena, answer, error);
}

enum status source_read(struct source *source, const struct filter *filter, bool audits,
                        source_take *take, void *context, struct error *error)
{
    struct request request = {.limit_rows = PAGE_ROWS, .audits = audits, .filter = *filter};
    struct arena arena = {0};
    struct buffer after = {0}, store = {0};
    struct answer answer = {.more = true};
    enum status status = STATUS_OK;
    while (status == STATUS_OK && answer.more && !stop_requested()) {
        arena_reset(&arena);
        status = source_page(source, &request, &arena, &answer, error);
        for (size_t i = 0; status == STATUS_OK && i < answer.row_count; i++)
            status = take(context, &answer.rows[i], error);
        buffer_clear(&after);
        if (status == STATUS_OK)
            buffer_add(&after, answer.after);
        request.after = buffer_slice(&after);
        if (!store.len && status == STATUS_OK)
            buffer_add(&store, answer.store);
        request.store = buffer_slice(&store);
    }
    buffer_release(&after);
    buffer_release(&store);
    arena_release(&arena);
    return status;
}
