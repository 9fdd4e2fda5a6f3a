/* dead_paths.c - a hash of flow and path leads to the numbers of letters, rising. Nothing can fail.
 */
#include "broker/dead_paths.h"

#include "proto/base/memory.h"

#include <stdlib.h>
#include <uthash.h>
#include <utlist.h>

struct dead_number {
    uint64_t seq;
    struct dead_number *next;
};

struct dead_paths {
    uint64_t hash; /* of flow and path */
    struct dead_number *numbers;
    UT_hash_handle hh;
};

static uint64_t hash_of(struct slice flow, struct slice path)
{
    uint64_t hash = 0xcbf29ce484222325u; /* FNV-1a */
    for (size_t i = 0; i < flow.len; i++)
        hash = (hash ^ (unsigned char)flow.data[i]) * 0x100000001b3u;
    hash *= 0x100000001b3u; /* a NUL between them: no flow has one */
    for (size_t i = 0; i < path.len; i++)
        hash = (hash ^ (unsigned char)path.data[i]) * 0x100000001b3u;
    return hash;
}

static bool is_whole(struct slice path)
{
    return path.len && path.data[0] == '/';
}

static struct dead_paths *find(const struct dead_paths *paths, uint64_t hash)
{
    struct dead_paths *found;
    HASH_FIND(hh, paths, &hash, sizeof hash, found);
    return found;
}

static int by_seq(const struct dead_number *a, const struct dead_number *b)
{
    return (a->seq > b->seq) - (a->seq < b->seq);
}

void dead_paths_add(struct dead_paths **paths, const struct entry *letter)
{
    if (!is_whole(letter->path))
        return;
    uint64_t hash = hash_of(letter->flow, letter->path);
    struct dead_paths *found = find(*paths, hash);
    if (!found) {
        found = memory_zero(sizeof *found);
        found->hash = hash;
        HASH_ADD(hh, *paths, hash, sizeof found->hash, found);
    }
    struct dead_number *number = memory_zero(sizeof *number);
    number->seq = letter->seq;
    LL_INSERT_INORDER(found->numbers, number, by_seq);
}

void dead_paths_forget(struct dead_paths **paths, const struct entry *letter)
{
    struct dead_paths *found = find(*paths, hash_of(letter->flow, letter->path));
    struct dead_number *number = NULL;
    if (found)
        LL_SEARCH_SCALAR(found->numbers, number, seq, letter->seq);
    if (!number)
        return;
    LL_DELETE(found->numbers, number);
    free(number);
    if (found->numbers)
        return;
    HASH_DEL(*paths, found);
    free(found);
}

uint64_t dead_paths_find(const struct dead_paths *paths, struct slice flow, struct slice path,
                         uint64_t seq)
{
    struct dead_paths *found = is_whole(path) ? find(paths, hash_of(flow, path)) : NULL;
    return found && found->numbers->seq < seq ? found->numbers->seq : 0;
}

bool dead_paths_same(const struct entry *letter, struct slice flow, struct slice path)
{
    return slice_equal(letter->flow, flow) && slice_equal(letter->path, path);
}

void dead_paths_release(struct dead_paths **paths)
{
    struct dead_paths *found, *next;
    struct dead_number *number, *after;
    HASH_ITER(hh, *paths, found, next)
    {
        LL_FOREACH_SAFE(found->numbers, number, after)
        {
            LL_DELETE(found->numbers, number);
            free(number);
        }
        HASH_DEL(*paths, found);
        free(found);
    }
}
