/* reader.c - a reader's beginning and end, and how it catches up with the store. Owned by its
 * thread, which may be another than the store's.
 *
 * Happy path: the store's count of commits has not moved, there is nothing to do; or it has: a new
 * view, the change log's extent and the indicators as they stand in it, and nothing that was kept
 * holds any longer. What fails: reading a damaged store.
 */
#include "workers/results/read/read.h"

#include <stdlib.h>

static void forget(struct results_reader *reader)
{
    seats_forget(reader);
    buffer_clear(&reader->window.question);
    cuts_forget(&reader->cuts);
}

static enum status load(struct results_reader *reader, struct error *error)
{
    enum status status = log_extent_load(reader->kv, &reader->log, error);
    if (status == STATUS_OK)
        status = dictionary_load(&reader->dictionary, reader->kv, FAMILY_META, error);
    return status;
}

/* The count first: a commit in between is seen, and seen again at the next question. */
enum status reader_renew(struct results_reader *reader, struct error *error)
{
    uint64_t commits = atomic_load(&reader->store->commits);
    if (commits == reader->commits)
        return STATUS_OK;
    forget(reader);
    kv_view_renew(reader->kv);
    enum status status = load(reader, error);
    if (status == STATUS_OK)
        reader->commits = commits;
    return status;
}

enum status reader_new(struct results_reader **out, struct store *store, struct error *error)
{
    struct results_reader *reader = memory_zero(sizeof *reader);
    reader->store = store;
    reader->regions = store->regions;
    reader->commits = atomic_load(&store->commits);
    reader->kv = kv_view(store->kv);
    reader->panel = panel_new(reader->kv, FAMILY_PANEL, store->regions, &reader->dictionary);
    enum status status = load(reader, error);
    if (status == STATUS_OK)
        *out = reader;
    else
        reader_free(&reader);
    return status;
}

void reader_free(struct results_reader **slot)
{
    struct results_reader *reader = *slot;
    if (!reader)
        return;
    *slot = NULL;
    seats_release(reader);
    buffer_release(&reader->seat_key);
    free(reader->leases);
    free(reader->window.list.items);
    buffer_release(&reader->window.question);
    cuts_release(&reader->cuts);
    panel_free(&reader->panel);
    dictionary_release(&reader->dictionary);
    kv_close(&reader->kv);
    free(reader);
}
