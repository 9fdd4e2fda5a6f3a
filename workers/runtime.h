/* runtime.h - runs stages for a broker: receives, times, acknowledges, hands back, for all alike.
 *
 * A worker is some threads that each host the same consecutive stages with a connection of its own.
 * A report goes from stage to stage in memory; only what leaves the last hosted stage is encoded.
 */
#ifndef XIANZHI_WORKERS_RUNTIME_H
#define XIANZHI_WORKERS_RUNTIME_H

#include "proto/wire.h"
#include "workers/stage.h"

struct worker_options {
    const char *endpoint;
    const struct wire_keys *keys;    /* NULL: no encryption */
    uint32_t stages;                 /* bits 1 << enum stage_id, consecutive */
    unsigned threads;                /* 0: 1; never more than a stage's max_threads */
    struct stage_config config;      /* passed on to each stage's init */
    const char *name;                /* for people; NULL: host and pid */
    const struct stage *const *line; /* NULL: `stages`; tests bring their own */
};

/* Works until `stop_fd` is readable (then finishes the report in hand, releases the rest, says
 * goodbye and returns OK) or something fails for good. STATUS_BAD: the endpoint or the choice of
 * stages; STATUS_AGAIN: a resource is held elsewhere and config.wait_for_store isn't set;
 * STATUS_FATAL: a stage can't go on or the broker won't have this worker. Whatever was held then
 * goes back to the broker. */
enum status worker_run(const struct worker_options *options, int stop_fd, struct error *error);

/* "ingest,segment" as a bit set. STATUS_BAD: names the stages there are, or says that those given
 * are not consecutive. */
enum status worker_stages_parse(const char *names, uint32_t *stages, struct error *error);

/* All workers of this process read their data files again, soon. Async-signal-safe. */
void worker_reload(void);

#endif
