/* run_before.c - looks into the store before the pipeline opens it. The main thread. What can fail:
 * the store. One of an older program is brought up to date by it. */
#include "deploy/commands/run_before.h"

#include "proto/base/paths.h"
#include "workers/extract/rule/catalogue.h"
#include "workers/results/store.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

struct look {
    struct run_before *before;
    char catalogue[CATALOGUE_VERSION_DIGITS + 1];
};

static void add(struct digest_list *list, struct slice sha256)
{
    if (list->count == list->capacity) {
        list->capacity = list->capacity ? list->capacity * 2 : 1024;
        list->items = memory_resize(list->items, list->capacity * sizeof *list->items);
    }
    memcpy(list->items[list->count++], sha256.data, DIGEST_BYTES);
}

static void note(void *context, struct slice sha256, struct slice catalogue)
{
    struct look *look = context;
    bool same = slice_equal(catalogue, slice_of(look->catalogue));
    if (sha256.len == DIGEST_BYTES)
        add(same ? &look->before->read : &look->before->older, sha256);
}

/* The folder may be there without a store in it. */
static bool is_there(const char *store)
{
    char path[PATH_MAX];
    struct stat found;
    snprintf(path, sizeof path, "%s/CURRENT", store);
    return stat(path, &found) == 0;
}

static void add_again(struct run_before *before, const struct document_item *document)
{
    if (before->again_count == before->again_capacity) {
        before->again_capacity = before->again_capacity ? before->again_capacity * 2 : 256;
        before->again =
            memory_resize(before->again, before->again_capacity * sizeof *before->again);
    }
    struct run_again *again = &before->again[before->again_count++];
    snprintf(again->sha256, sizeof again->sha256, "%.*s", SLICE_ARGS(document->sha256));
    again->path = memory_alloc(document->path.len + 1);
    memcpy(again->path, document->path.data, document->path.len);
    again->path[document->path.len] = '\0';
}

static enum status list_older(struct run_before *before, struct store *store, const char *catalogue,
                              struct error *error)
{
    struct request request = {.list = LIST_DOCUMENTS};
    struct answer page = {.more = true};
    struct arena arena = {0};
    struct buffer after = {0};
    enum status status = STATUS_OK;
    while (!status && page.more) {
        arena_reset(&arena);
        request.after = buffer_slice(&after);
        status = store_read(store, &request, &arena, &page, error);
        const struct document_item *items = page.items;
        for (size_t i = 0; !status && i < page.item_count; i++)
            if (!slice_equal(items[i].catalogue, slice_of(catalogue)))
                add_again(before, &items[i]);
        buffer_clear(&after);
        buffer_add(&after, page.after);
    }
    arena_release(&arena);
    buffer_release(&after);
    return status;
}

enum status run_before_load(struct run_before *before, const char *folder, const char *catalogue,
                            bool again, struct error *error)
{
    const struct store_options options = {.read_only = true, .bring_up = true};
    struct look look = {.before = before};
    struct store *store = NULL;
    char built_in[PATH_MAX];
    *before = (struct run_before){0};
    if (!folder || !is_there(folder))
        return STATUS_OK;
    enum status status = STATUS_OK;
    if (!catalogue)
        status = data_path("workers/extract/catalogue", built_in, sizeof built_in, error);
    if (!status)
        status = catalogue_version(catalogue ? catalogue : built_in, look.catalogue, error);
    if (!status)
        status = store_open(&store, folder, &options, error);
    if (!status)
        status = store_documents(store, note, &look, error);
    if (!status && again)
        status = list_older(before, store, look.catalogue, error);
    if (!status && before->read.count + before->older.count > 0)
        before->version = store_version(store);
    store_close(&store);
    return status;
}

void run_before_release(struct run_before *before)
{
    free(before->read.items);
    free(before->older.items);
    for (size_t i = 0; i < before->again_count; i++)
        free(before->again[i].path);
    free(before->again);
    *before = (struct run_before){0};
}

static int compare(const void *a, const void *b)
{
    return memcmp(a, b, DIGEST_BYTES);
}

static bool has(const struct digest_list *list, const uint8_t *sha256)
{
    return list->count && bsearch(sha256, list->items, list->count, DIGEST_BYTES, compare);
}

bool run_before_has(const struct run_before *before, const uint8_t sha256[DIGEST_BYTES])
{
    return has(&before->read, sha256);
}

bool run_before_take(struct run_before *before, const uint8_t sha256[DIGEST_BYTES])
{
    bool known = has(&before->read, sha256);
    before->left_alone += known;
    before->brought_up += !known && has(&before->older, sha256);
    return known;
}
