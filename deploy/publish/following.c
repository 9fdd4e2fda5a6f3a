/* following.c - one face for changes of a pipeline and for a folder. What can fail: whatever those
 * say.
 */
#include "deploy/publish/following.h"

#include "workers/results/store.h"

#include <stdio.h>
#include <stdlib.h>

struct following {
    struct changes *changes; /* of a pipeline */

    struct store *store; /* of a folder */
    struct request request;
    struct buffer after;
    struct arena arena;

    struct watermark mark;
};

static void know_store(struct watermark *mark, struct slice id)
{
    snprintf(mark->store, sizeof mark->store, "%.*s", SLICE_ARGS(id));
}

static enum status open_folder(struct following *following, const char *folder, struct error *error)
{
    const struct store_options options = {.read_only = true};
    enum status status = store_open(&following->store, folder, &options, error);
    if (status)
        return status;
    bool is_it = slice_equal(slice_of(following->mark.store), slice_of(store_id(following->store)));
    following->request =
        (struct request){.changes = true, .since = is_it ? following->mark.version : 0};
    know_store(&following->mark, slice_of(store_id(following->store)));
    return STATUS_OK;
}

enum status following_open(struct following **out, const struct following_from *from,
                           const struct watermark *mark, struct error *error)
{
    static const struct filter all;
    struct following *following = memory_zero(sizeof *following);
    following->mark = *mark;
    *out = following;
    enum status status =
        from->store ? open_folder(following, from->store, error)
                    : changes_open(&following->changes, &from->client, &all, mark->version, error);
    if (!status && following->changes)
        changes_set_store(following->changes, slice_of(mark->store));
    if (status)
        following_close(out);
    return status;
}

void following_close(struct following **following)
{
    if (!*following)
        return;
    changes_close(&(*following)->changes);
    store_close(&(*following)->store);
    arena_release(&(*following)->arena);
    buffer_release(&(*following)->after);
    free(*following);
    *following = NULL;
}

static enum status next_of_folder(struct following *following, struct answer *page,
                                  struct error *error)
{
    arena_reset(&following->arena);
    enum status status =
        store_read(following->store, &following->request, &following->arena, page, error);
    if (status)
        return status;
    buffer_clear(&following->after);
    buffer_add(&following->after, page->after);
    following->request.after = buffer_slice(&following->after);
    following->mark.version = page->version;
    return STATUS_OK;
}

enum status following_next(struct following *following, struct answer *page, struct watermark *mark,
                           struct error *error)
{
    enum status status = following->store ? next_of_folder(following, page, error)
                                          : changes_next(following->changes, page, error);
    if (!status && following->changes) {
        following->mark.version = changes_version(following->changes);
        know_store(&following->mark, changes_store(following->changes));
    }
    *mark = following->mark;
    return status;
}
