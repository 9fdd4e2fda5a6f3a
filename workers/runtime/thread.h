/* thread.h - one thread of a worker: its connection, the jobs it holds and the stages it runs.
 *
 * Private to the runtime. The life of a job (a delivery) in a thread:
 *
 *   received → queued → in batch ─ stages ─ commit ─▶ DONE | REJECT
 *                 │         └ stopped, and long in one document: RELEASE, the thread is left behind
 *                 └── stop, or a stage can't go on ─▶ RELEASE
 *
 * When the session is lost all of them are forgotten: the broker sends them again.
 */
#ifndef XIANZHI_RUNTIME_THREAD_H
#define XIANZHI_RUNTIME_THREAD_H

#include "proto/session.h"
#include "workers/runtime/answers.h"
#include "workers/runtime/runtime.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    THREAD_WINDOW = 32, /* jobs a thread may hold: enough to never wait for the broker */
    THREAD_WINDOW_SLOW = 2,
    THREAD_WINDOW_BATCH = 512, /* where the last stage commits in batches: two batches */
    THREAD_BATCH = 256,        /* reports a commit */
    THREAD_LUMP = 8, /* reports answered together where nothing is committed: fewer wakes for all */
    THREAD_BATCH_BYTES = 4 << 20,
};

struct delivery {
    uint64_t token, seq;
    enum stage_id stage;
    uint64_t leased_us;   /* when received or last renewed */
    struct buffer record; /* what the report's slices point into */
    struct buffer origin; /* what lineage.origin points into */
    struct lineage lineage;
    struct report *report; /* while in a batch; borrowed from the thread */
    enum stage_id next; /* once processed: the stage that is to go on with it; STAGE_COUNT: none */
    enum status verdict;
    struct error reason;
};

enum thread_phase { THREAD_SPEAKS, THREAD_PROCESSES, THREAD_COMMITS };

struct worker_thread {
    const struct worker_options *options; /* the pool's */
    uint32_t stages;                      /* bits 1 << enum stage_id */
    int stop_fd;                          /* readable: the worker is to end */
    int wake_fd;                          /* eventfd: raised to reload while nothing else happens */
    int wait_fd;                          /* epoll over both */
    char name[96];
    char store[72]; /* identity of the store; no longer than the broker keeps; or empty */

    const struct stage *line[STAGE_COUNT]; /* hosted, in order */
    void *states[STAGE_COUNT];
    unsigned line_len;
    bool batches;           /* one of them commits */
    unsigned batch;         /* jobs worked on before they are answered, where so many are queued */
    bool held;              /* the last batch has to be tried again */
    struct answers answers; /* of the last stage, once the broker is known to want it */
    uint64_t store_bytes, sized_us; /* of the last stage's store, as of then */

    /* Held by the thread whenever it isn't inside a stage (phase THREAD_SPEAKS); the pool's
     * heartbeat takes it then, to speak in its place. Guards session, jobs and what stands here. */
    pthread_mutex_t lock;
    struct session session;
    struct delivery *jobs; /* ring of `window` */
    unsigned window, first, count;
    unsigned owed; /* jobs done with, whose credit has not been given back */
    enum thread_phase phase;
    bool left; /* handed back in its place: whatever it still comes to is dropped */

    pthread_mutex_t data_lock; /* guards the next two, which the pool asks for at any time */
    unsigned reloads;          /* calls of worker_reload that have been followed here */
    char catalogue[128];       /* version of the data files in force; empty: none has one */

    struct report *reports; /* `batch` of them */
    size_t record_bytes;    /* of a usual record that leaves: what to reserve */

    pthread_t id;
    bool started;
    enum status status; /* how it ended */
    struct error error;
};

/* `stages_hosted`: those of this thread, which need not be options->stages. STATUS_FATAL: no more
 * descriptors; thread_release all the same. */
enum status thread_init(struct worker_thread *thread, const struct worker_options *options,
                        uint32_t stages_hosted, int stop_fd, unsigned number, struct error *error);
/* Sets up the stages, works until stop_fd is readable or something fails, hands back. */
enum status thread_run(struct worker_thread *thread, struct error *error);
void thread_release(struct worker_thread *thread);

/* ---- for the pool's heartbeat ---- */

/* Renews leases that are a third gone, beats. Does nothing while the thread speaks for itself. */
void thread_heartbeat(struct worker_thread *thread);
/* Has it read its data files again, as soon as it isn't at work. */
void thread_wake(struct worker_thread *thread);
/* Whether it has followed `reloads` calls of worker_reload, and what version is in force then. */
bool thread_reloaded(struct worker_thread *thread, unsigned reloads, char *catalogue, size_t size);
/* Hands back what it holds and says goodbye in its place, where it is deep in a document. Does
 * nothing, and returns false, while it speaks for itself or commits. */
bool thread_leave(struct worker_thread *thread);

/* ---- private to thread*.c ---- */

/* Works on up to one batch of queued jobs and answers for each. STATUS_FATAL: a stage can't go on;
 * STATUS_AGAIN: not now. In both cases the jobs are still queued. */
enum status thread_work_batch(struct worker_thread *thread, struct error *error);

/* Everything that has arrived and can be held. STATUS_FATAL: the broker won't have this worker. */
enum status thread_receive(struct worker_thread *thread, struct error *error);
/* Asks for as many jobs as were done with, in lumps; `first`: for as many as it can hold. */
void thread_give_credit(struct worker_thread *thread, bool first);
void thread_renew_leases(struct worker_thread *thread);
/* Releases what is queued, and what was on its way. */
void thread_give_back(struct worker_thread *thread);

extern atomic_uint worker_reloads; /* times worker_reload was called; thread.c's */

#endif
