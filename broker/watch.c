/* watch.c - who waits to hear how a report ends. Owned by the broker's thread; nothing here fails.
 */
#include "broker/watch.h"

#include "broker/peers.h"

#include <stdlib.h>

enum { MOST_WATCHERS = 256 }; /* of a report */

struct watch *watch_find(struct broker *broker, uint64_t seq)
{
    struct watch *watch = NULL;
    HASH_FIND(hh, broker->watches, &seq, sizeof seq, watch);
    return watch;
}

static void watch_free(struct broker *broker, struct watch *watch)
{
    HASH_DELETE(hh, broker->watches, watch);
    free(watch->watchers);
    free(watch);
}

static void drop_gone(struct broker *broker, struct watch *watch)
{
    size_t kept = 0;
    for (size_t i = 0; i < watch->count; i++) {
        const struct peer *peer = peer_find(broker, &watch->watchers[i].peer);
        if (peer && peer->role != ROLE_NONE)
            watch->watchers[kept++] = watch->watchers[i];
    }
    watch->count = kept;
}

bool watch_begin(struct broker *broker, uint64_t seq, const struct peer *peer, uint64_t id)
{
    struct watch *watch = watch_find(broker, seq);
    if (!watch) {
        watch = memory_zero(sizeof *watch);
        watch->seq = seq;
        HASH_ADD(hh, broker->watches, seq, sizeof watch->seq, watch);
    }
    if (watch->count == MOST_WATCHERS)
        drop_gone(broker, watch);
    if (watch->count == MOST_WATCHERS)
        return false;
    watch->watchers = memory_resize(watch->watchers, (watch->count + 1) * sizeof *watch->watchers);
    watch->watchers[watch->count++] = (struct watcher){peer->id, id};
    return true;
}

void watch_end(struct broker *broker, uint64_t seq)
{
    struct watch *watch = watch_find(broker, seq);
    if (watch)
        watch_free(broker, watch);
}

void watch_release(struct broker *broker)
{
    struct watch *watch, *next;
    HASH_ITER(hh, broker->watches, watch, next)
    watch_free(broker, watch);
}
