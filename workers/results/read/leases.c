/* leases.c - who is looking at which figure. Whoever takes one has it for five minutes, so that two
 * people don't look at the same; a lease is in memory: at worst two do after a restart, and the
 * second decision is refused. Owned by the reader's thread. */
#include "workers/results/read/lists.h"

#include <stdio.h>

enum { LEASE_MS = 5 * 60 * 1000, MAX_LEASES = 1024 };

struct figure_lease *figure_lease_find(struct results_reader *reader, struct slice id,
                                       uint64_t now_ms)
{
    for (unsigned i = 0; i < reader->lease_count; i++)
        if (reader->leases[i].until_ms > now_ms && slice_equal(slice_of(reader->leases[i].id), id))
            return &reader->leases[i];
    return NULL;
}

void figure_leases_end(struct results_reader *reader, struct slice by, uint64_t now_ms)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < reader->lease_count; i++)
        if (reader->leases[i].until_ms > now_ms && !slice_equal(slice_of(reader->leases[i].by), by))
            reader->leases[kept++] = reader->leases[i];
    reader->lease_count = kept;
}

uint64_t figure_lease_take(struct results_reader *reader, struct slice id, struct slice by,
                           uint64_t now_ms)
{
    if (!reader->leases)
        reader->leases = memory_zero(MAX_LEASES * sizeof *reader->leases);
    if (reader->lease_count == MAX_LEASES)
        reader->lease_count = 0; /* a thousand people at once: nobody waits for the older ones */
    struct figure_lease *lease = &reader->leases[reader->lease_count++];
    lease->until_ms = now_ms + LEASE_MS;
    snprintf(lease->id, sizeof lease->id, "%.*s", SLICE_ARGS(id));
    snprintf(lease->by, sizeof lease->by, "%.*s", SLICE_ARGS(by));
    return lease->until_ms;
}
