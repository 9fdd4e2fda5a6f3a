/* state.h - the broker's books: what it knows, and nothing that it does. Everything belongs to the
 * broker's thread; while it commits, peers and wire belong to its heartbeat's.
 *
 * The files that work on them call each other one way, downwards:
 *
 *   broker.c      the loop: opening, timers, which message goes where
 *   sessions.c    greeting, goodbye           submit.c    reports come in
 *   work.c        workers' answers            dispatch.c  who gets what next
 *   dead.c        dead letters                backup.c    copies while it runs
 *   status.c      the operator's view         metrics.c   the same for monitoring
 *   commit.c      what is staged goes to disk
 *   beat.c        heartbeats meanwhile
 *   readers.c     questions to the store
 *   inquiry.c     questions how reports ended
 *   outcome.c     how a report ends, and who hears of it
 *   outbox.c      answers that wait for a commit
 *   peers.c       who is there                room.c      room in memory, on the disk
 *   journal, queue, lease, entry, rate, access, monitor: know nothing of the broker
 *
 * What has to go upwards is left in the books for the loop to fetch: a peer that a message could
 * not be sent to is put on the list of the lost, and the loop has its work given to others.
 */
#ifndef XIANZHI_BROKER_STATE_H
#define XIANZHI_BROKER_STATE_H

#include "broker/access.h"
#include "broker/broker.h"
#include "broker/journal.h"
#include "broker/monitor.h"
#include "broker/queue.h"
#include "broker/rate.h"
#include "proto/base/digest.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>

struct peer {
    struct holder holder; /* first: a lease's holder is its peer */
    struct peer_id id;
    uint32_t minor;      /* of the protocol it speaks */
    enum peer_role role; /* ROLE_NONE: a stranger, hasn't said hello */
    char name[96], store[80];
    char user[WIRE_USER_BYTES]; /* whose key it greeted with; empty without keys */
    uint64_t heard_us, sent_us, told_us;
    uint64_t coming_us;    /* what it has announced may take so long; 0: nothing is */
    bool lost;             /* on broker->lost, in no other book */
    enum cause lost_cause; /* what its leases fail with; CAUSE_NONE: it said goodbye */

    /* workers */
    uint32_t stages, credit;
    bool isolated; /* set apart to try suspects, one at a time */
    bool full;     /* its pipe took no more in this turn */
    uint64_t done; /* reports */
    uint32_t reads;

    /* readers */
    unsigned questions;         /* not answered yet */
    struct wire_unread *unread; /* answers that it doesn't fetch */

    /* submitters: the first that was refused for now; later ones have to wait for it, or an older
     * version of a report could overtake a newer one */
    uint64_t refused_id, refused_us;
    uint64_t credit_bytes; /* as it was told last */

    struct peer *prev, *next; /* of broker->workers or broker->lost */
    UT_hash_handle hh;
};

/* Submitters that want to hear how a report ended. */
struct watch {
    uint64_t seq;
    struct watcher {
        struct peer_id peer;
        uint64_t id;
    } * watchers; /* in the order in which they asked */
    size_t count;
    UT_hash_handle hh;
};

/* How a report ended that the asker didn't hand in here, or in an earlier session. */
struct inquiries {
    struct inquiry {
        struct peer_id from;
        uint64_t id, seq; /* seq 0: by hash */
        uint8_t sha256[DIGEST_BYTES];
        bool is_hash; /* or what came as one is none */
        uint64_t sent;
    } * items;
    size_t count, capacity;
};

enum read_state { READ_PARKED, READ_WAITING, READ_ASKED };

struct read {
    uint64_t id;            /* the broker's, towards the worker */
    enum message_type type; /* READ, or BACKUP: the request is a path then */
    enum read_state state;
    struct peer_id reader;
    uint64_t reader_id, since;
    uint64_t asked_us;
    struct buffer request;
    struct peer *worker; /* ASKED */
    struct read *prev, *next;
    UT_hash_handle hh;
};

struct readers {
    struct read *parked, *waiting; /* lists */
    struct read *by_id;            /* asked */
    uint64_t next_id;
    uint64_t parked_count, waiting_count, answered;
};

/* An answer that goes out after the commit. Its message's slices are set when it is sent. */
struct reply {
    struct peer_id to;
    struct message message;
    struct buffer text, payload;
    bool durable;  /* says "on disk": waits for the commit, becomes a refusal when that fails */
    bool released; /* was withheld long enough */
};

struct replies {
    struct reply *items;
    size_t count, capacity;
};

/* Jobs that wait for the commit. */
struct jobs {
    struct job **items;
    size_t count, capacity;
};

/* A copy of the journal in the making; its thread touches nothing else of the broker. */
struct backup {
    pthread_t thread;
    bool running;
    atomic_bool ended;
    struct journal *journal;
    char *folder;
    struct peer_id to;
    uint64_t id;
    uint64_t started_us, last_seq;
    uint64_t bytes;
    enum status status;
    struct error error;
};

/* The thread that speaks while a commit holds up the broker's own; see beat.c. */
struct beat {
    pthread_t thread;
    pthread_mutex_t lock; /* of peers and wire */
    int rest_fd;          /* eventfd: it may rest */
    bool running;
};

struct broker {
    struct broker_options options;
    struct access *access;   /* NULL: anyone may do anything */
    struct monitor *monitor; /* NULL: no metrics asked for */
    struct wire *wire;
    struct journal *journal;
    struct queue queues[STAGE_COUNT];
    struct leases leases;
    struct peer *peers, *workers;
    unsigned submitters; /* with a session */
    struct peer *lost;   /* gone, and what they held isn't given to others yet */
    struct readers readers;
    uint64_t version, store_bytes; /* of the store, as last heard */
    char store_id[80];             /* as it was said in an answer; empty: not yet */

    uint64_t now_us, started_us;
    uint64_t scan_us, disk_us, reopen_us, publish_us; /* next time */
    uint32_t reopen_pause_ms;
    uint64_t second;     /* of the rates */
    bool stopping, busy; /* busy: there is more to do at once */

    struct jobs staged;  /* new reports of this turn's commit */
    struct jobs revived; /* dead letters that go back to the queue with it */
    bool sync;           /* somebody waits for the commit to be on disk */
    struct replies outbox, withheld;
    struct inquiries inquiries; /* for after the commit */
    uint64_t sync_us;           /* the next sync isn't due before, see commit_due */
    uint64_t staged_us;         /* since when somebody waits for it */
    struct watch *watches;
    uint64_t warm_bytes; /* documents kept though they are on disk */
    struct buffer scratch;

    struct beat beat;
    struct backup backup;
    uint64_t backed_up_ms; /* unix, last copy of the journal; 0: none yet */
    bool disk_low;
    uint64_t tail_pause_us; /* reading the journal failed: not again before */
    struct rate accepted, done[STAGE_COUNT];
    uint64_t redelivered, unreadable, duplicates, refused_submits, keys_refused;
    uint64_t dead_by_cause[CAUSE_COUNT], dead_count;
    struct dead_paths *dead_paths; /* of which files */
};

#endif
