/* runtime.h - runs stages for a broker: receives, times, acknowledges, hands back, for all alike.
 *
 * A worker is some threads that each host the same consecutive stages with a connection of its own
 * (the optional ones may be left out), and perhaps one more beside them for a slow stage.
 * A report goes from stage to stage in memory; only what leaves the last hosted stage is encoded.
 */
#ifndef XIANZHI_RUNTIME_RUNTIME_H
#define XIANZHI_RUNTIME_RUNTIME_H

#include "proto/wire.h"
#include "workers/stage.h"

struct worker_options {
    const char *endpoint;
    const struct wire_keys *keys;    /* NULL: no encryption */
    uint32_t stages;                 /* bits 1 << enum stage_id, consecutive */
    uint32_t beside;                 /* of one more thread: a stage that is slow; 0: none */
    unsigned threads;                /* 0: 1; never more than a stage's max_threads */
    struct stage_config config;      /* passed on to each stage's init */
    const char *name;                /* for people; NULL: host and pid */
    const struct stage *const *line; /* NULL: `stages`; tests bring their own */
    bool leaves; /* once stopped, a thread that stays in its document for a second is left behind
                  * there, its jobs handed back: for processes that end then (worker_left) */
};

/* Works until `stop_fd` is readable (then finishes the report that it is at, releases the rest,
 * says goodbye and returns OK) or something fails for good. STATUS_BAD: the endpoint or the choice
 * of stages; STATUS_AGAIN: a resource is held elsewhere and config.wait_for_store isn't set;
 * STATUS_FATAL: a stage can't go on or the broker won't have this worker. Whatever was held then
 * goes back to the broker. */
enum status worker_run(const struct worker_options *options, int stop_fd, struct error *error);

/* "ingest,segment" as a bit set. STATUS_BAD: names the stages there are, or says that those given
 * are not consecutive. */
enum status worker_stages_parse(const char *names, uint32_t *stages, struct error *error);

/* Whether worker_run has left a thread behind: end the process with _exit, since the thread still
 * uses what exit() would take down. Any thread. */
bool worker_left(void);

/* All workers of this process read their data files again, soon, idle ones too; each says so in its
 * log, with the version of the catalogue, when its last thread has them. Async-signal-safe. */
void worker_reload(void);

#endif
