/* hand.h - one thread of a worker: its connection, the jobs it holds and the stages it runs.
 *
 * Private to the runtime. The life of a job in a hand:
 *
 *   received → queued → in batch ─ stages ─ commit ─▶ DONE | REJECT      (session lost: forgotten,
 *                 └── stop, or a stage can't go on ─▶ RELEASE             the broker sends it
 * again)
 */
#ifndef XIANZHI_WORKERS_HAND_H
#define XIANZHI_WORKERS_HAND_H

#include "proto/session.h"
#include "workers/runtime.h"

#include <pthread.h>
#include <stdatomic.h>

enum {
    HAND_WINDOW = 32,        /* jobs a hand may hold: enough to never wait for the broker */
    HAND_WINDOW_BATCH = 512, /* where the last stage commits in batches: two batches */
    HAND_BATCH = 256,        /* reports a commit */
    HAND_LUMP = 8, /* reports answered together where nothing is committed: fewer wakes for all */
    HAND_BATCH_BYTES = 4 << 20,
};

struct job {
    uint64_t token, seq;
    enum stage_id stage;
    uint64_t leased_us;    /* when received or last renewed */
    struct buffer record;  /* what the report's slices point into */
    struct report *report; /* while in a batch; borrowed from the hand */
    enum status verdict;
    struct error reason;
};

struct hand {
    const struct worker_options *options;
    int stop_fd;
    char name[96];
    char store[72]; /* identity of the store; no longer than the broker keeps; or empty */

    const struct stage *line[STAGE_COUNT]; /* hosted, in order */
    void *states[STAGE_COUNT];
    unsigned line_len;
    bool batches;   /* one of them commits */
    unsigned batch; /* jobs worked on before they are answered, where so many are queued */
    bool held;      /* the last batch has to be tried again */
    uint64_t store_bytes, sized_us; /* of the last stage's store, as of then */

    /* Held by the hand's thread whenever it isn't inside a stage; the pulse takes it then, to speak
     * in its place. Guards session and jobs. */
    pthread_mutex_t lock;
    struct session session;
    struct job *jobs; /* ring of `window` */
    unsigned window, first, count;
    unsigned owed; /* jobs done with, whose credit has not been given back */

    struct report *reports; /* `batch` of them */
    size_t record_bytes;    /* of a usual record that leaves: what to reserve */
    unsigned reloads_seen;

    pthread_t thread;
    enum status status; /* how it ended */
    struct error error;
};

void hand_init(struct hand *hand, const struct worker_options *options, int stop_fd,
               unsigned number);
/* Sets up the stages, works until stop_fd is readable or something fails, hands back. */
enum status hand_run(struct hand *hand, struct error *error);
void hand_release(struct hand *hand);

/* The pulse's turn: renews leases that are a third gone, beats. Does nothing while the hand speaks
 * for itself. */
void hand_pulse(struct hand *hand);

/* Private to hand*.c: works on up to one batch of queued jobs and answers for each. STATUS_FATAL: a
 * stage can't go on; STATUS_AGAIN: not now. In both cases the jobs are still queued. */
enum status hand_work_batch(struct hand *hand, struct error *error);

extern atomic_uint worker_reloads; /* times worker_reload was called */

#endif
