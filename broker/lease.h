/* lease.h - one report's life in the broker, and who may work on it until when.
 *
 * A delivery is a lease: it has a token that is never used again (fencing), a holder and an end.
 * Whoever comes with another token, or with one that isn't his, is refused and counted.
 *
 *            stored          grant               done (aggregate)
 *   STAGED ─────────▶ READY ───────▶ LEASED ────────────────────▶ FINISHED
 *      │               ▲  ▲ ▲          │││ done (an earlier stage), release, failed
 *      │    rested     │  └─┼──────────┘││
 *      │      WAITING ─┘    │           ││ postponed
 *      │         ▲──────────┼───────────┘│
 *      │ unreadable         │ replayed   │ rejected, attempts used up
 *      └──────────────────▶ DEAD ◀───────┘
 *
 * Owned by the broker's thread. Times are clock_monotonic_us unless named _ms, which are unix.
 */
#ifndef XIANZHI_BROKER_LEASE_H
#define XIANZHI_BROKER_LEASE_H

#include "proto/base/memory.h"
#include "proto/report.h"

#include <uthash.h>

enum job_state {
    JOB_STAGED,
    JOB_READY,
    JOB_LEASED,
    JOB_WAITING,
    JOB_FINISHED,
    JOB_DEAD,
    JOB_STATES
};

enum job_event {
    JOB_EVENT_STORED,     /* its submission is on disk */
    JOB_EVENT_UNREADABLE, /* the submitter could not read the document */
    JOB_EVENT_GRANT,
    JOB_EVENT_ADVANCE, /* done up to a stage before the last */
    JOB_EVENT_FINISH,  /* aggregated */
    JOB_EVENT_RELEASE, /* handed back untouched */
    JOB_EVENT_FAIL,    /* its lease ended badly, attempts are left */
    JOB_EVENT_POSTPONE,
    JOB_EVENT_REST,
    JOB_EVENT_BURY,
    JOB_EVENT_REPLAY,
    JOB_EVENTS
};

/* Why a delivery failed, or a report died. */
enum cause {
    CAUSE_NONE,
    CAUSE_REJECTED,   /* a stage says the document is wrong */
    CAUSE_UNREADABLE, /* it never came: the submitter could not read it */
    CAUSE_CRASHED,    /* its worker vanished while it held it */
    CAUSE_LAPSED,     /* its worker did not answer within the lease */
    CAUSE_POSTPONED,  /* a stage asked again and again to have it later */
    CAUSE_UNPLACED,   /* nothing is wrong with it: a person has to say whose report it is */
    CAUSE_LOST,       /* the journal can no longer read its bytes */
    CAUSE_COUNT
};

struct job;

/* Whoever can hold leases; the broker's peers embed one. */
struct holder {
    struct job *held; /* list by held_next */
    uint32_t held_count;
    uint64_t held_bytes;
};

struct job {
    uint64_t seq;
    enum job_state state;
    enum stage_id stage; /* the next to run; of a dead one: where it died */
    bool urgent;         /* priority lane */
    bool decision;       /* of a person on a figure, no report: its document is the record */
    bool suspect;        /* a worker died holding it: from now on it is tried alone */
    bool pages;          /* the journal keeps what was read off its pages so far */
    char *flow, *path;   /* owned */

    uint32_t attempts;          /* deliveries that ended badly */
    uint64_t first_ms, last_ms; /* of those; 0: none */
    enum cause cause;           /* of the last one */
    uint64_t submitted_ms;
    struct lineage lineage; /* its text is owned: job_set_lineage */
    uint64_t ready_us;      /* since when it waits for its stage */
    uint64_t document_bytes;
    struct buffer document; /* may be empty while the journal has it on disk */
    struct buffer record;   /* what `stage` reads; empty for STAGE_INGEST */

    uint64_t token; /* of the delivery; 0: none */
    struct holder *holder;
    uint64_t until_us; /* LEASED: end of the lease; WAITING: end of the pause */

    struct job *prev, *next; /* of the one list its state puts it in */
    struct job *held_prev, *held_next;
    UT_hash_handle hh; /* by token */
};

struct leases {
    struct job *by_token;
    struct job *running; /* LEASED, the lease that ends first is the head */
    struct job *waiting; /* WAITING, unordered */
    uint64_t next_token, random;
    uint64_t lease_us;
    uint32_t attempts;                /* the most */
    uint32_t backoff_ms;              /* first pause; doubles */
    uint64_t lapsed, failed, refused; /* counts */
    uint64_t running_count, waiting_count;
    uint64_t running_bytes, waiting_bytes;
};

enum { MAX_BACKOFF_MS = 30000 };

/* Checked move along the diagram; a move that isn't in it ends the process: it is a mistake here.
 */
void job_move(struct job *job, enum job_event event);
/* JOB_STATES: no such move. */
enum job_state job_next_state(enum job_state state, enum job_event event);
const char *job_state_name(enum job_state state);
const char *cause_name(enum cause cause);
enum cause cause_by_name(struct slice name); /* CAUSE_COUNT: unknown */

struct job *job_new(uint64_t seq, struct slice path, struct slice flow, bool urgent);
void job_free(struct job **job); /* accepts NULL inside */

void job_set_lineage(struct job *job, struct lineage lineage); /* copies it, once */

/* Replaces the bytes in `place` (a job's document or record) by a copy of exactly their size. */
void job_set(struct buffer *place, struct slice bytes);

/* Payload bytes a delivery of it moves. */
uint64_t job_bytes(const struct job *job);

void leases_init(struct leases *leases, uint32_t lease_ms, uint32_t attempts, uint32_t backoff_ms,
                 uint64_t unix_ms);
void leases_release(struct leases *leases); /* frees the jobs in it */

/* READY -> LEASED. Returns the token. */
uint64_t lease_grant(struct leases *leases, struct job *job, struct holder *holder,
                     uint64_t now_us);

/* The job that `holder` holds under `token`; NULL (and counted) when it doesn't or no longer does.
 */
struct job *lease_find(struct leases *leases, uint64_t token, const struct holder *holder);

/* All running ones end so much later. */
void leases_extend(struct leases *leases, uint64_t us);
void lease_renew(struct leases *leases, struct job *job, uint64_t now_us);

/* The five ends of a lease; each takes it out of the books and moves its state. */
void lease_advance(struct leases *leases, struct job *job, enum stage_id next, uint64_t now_us);
void lease_finish(struct leases *leases, struct job *job);
void lease_release(struct leases *leases, struct job *job, uint64_t now_us);
void lease_reject(struct leases *leases, struct job *job, enum cause cause);
/* Counts an attempt. The new state is READY (crashed, lapsed), WAITING (postponed) or DEAD. */
enum job_state lease_fail(struct leases *leases, struct job *job, enum cause cause,
                          uint64_t now_us);

/* One at a time until NULL: leases whose time is up (still LEASED: lease_fail them), and jobs whose
 * pause is over (now READY and out of the books). */
struct job *lease_next_lapsed(struct leases *leases, uint64_t now_us);
struct job *lease_next_rested(struct leases *leases, uint64_t now_us);

/* Microseconds until either list has something again; UINT64_MAX: never. */
uint64_t lease_idle_us(const struct leases *leases, uint64_t now_us);

#endif
