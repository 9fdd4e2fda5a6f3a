/* broker_private.h - the broker's state and what its files do for each other; nobody else includes
 * it. Everything belongs to the broker's thread.
 *
 *   broker.c   opening, the main loop, timers          submit.c   submissions, commit
 *   peers.c    who is there, greeting, heartbeats      work.c     deliveries and their ends
 *   outbox.c   answers that wait for a commit          readers.c  questions relayed to the store
 *   backup.c   copies while running
 *   metrics.c  the same for monitoring                http.c     serves it
 *   status.c   the operator's view                     dead.c     dead letters
 *   dispatch.c who gets which report next              rate.c     how many a second
 */
#ifndef XIANZHI_BROKER_BROKER_PRIVATE_H
#define XIANZHI_BROKER_BROKER_PRIVATE_H

#include "broker/access.h"
#include "broker/broker.h"
#include "broker/http.h"
#include "broker/journal.h"
#include "broker/queue.h"
#include "proto/log.h"

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
    MAX_FLOW_BYTES = 64,
    MAX_PATH_BYTES = 4096,
    TURN_MESSAGES = 1024,            /* received in one turn of the loop */
    TURN_DELIVERIES = 256,           /* and sent */
    WORKER_BYTES = 32 * 1024 * 1024, /* at one worker, unless it is one report */
    WORKER_READS = 64,               /* questions at the store's worker; more wait */
    RATE_SECONDS = 10,               /* what rates are averaged over */
    RETRY_MS = 1000,                 /* what a refused submitter is told to wait */
    RETRY_SOON_MS = 200,             /* where waiting helps at once or never */
    DISK_CHECK_MS = 200,
    UNREADABLE_MS = 1000,  /* between attempts to read a journal that can't be read */
    REOPEN_LEAST_MS = 100, /* first pause before a broken journal is opened again; doubles */
    REOPEN_MOST_MS = 5000,
    ORDER_MS = 10000, /* so long a submitter's refused report goes before his later ones */
};

struct peer {
    struct holder holder; /* first: a lease's holder is its peer */
    struct peer_id id;
    uint32_t minor;      /* of the protocol it speaks */
    enum peer_role role; /* ROLE_NONE: a stranger, hasn't said hello */
    char name[96], store[80];
    char user[WIRE_USER_BYTES]; /* whose key it greeted with; empty without keys */
    uint64_t heard_us, sent_us, told_us;

    /* workers */
    uint32_t stages, credit;
    bool isolated; /* set apart to try suspects, one at a time */
    bool full;     /* its pipe took no more in this turn */
    uint64_t done; /* reports */
    uint32_t reads;

    /* submitters: the first that was refused for now; later ones have to wait for it, or an older
     * version of a report could overtake a newer one */
    uint64_t refused_id, refused_us;

    struct peer *prev, *next; /* of broker->workers */
    UT_hash_handle hh;
};

/* A submitter that wants to hear how a report ended. */
struct watch {
    uint64_t seq, id;
    struct peer_id peer;
    UT_hash_handle hh;
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

struct rate {
    uint64_t total;
    uint64_t
        buckets[RATE_SECONDS]; /* of the last seconds; [second % RATE_SECONDS] is the current */
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

struct broker {
    struct broker_options options;
    struct access *access; /* NULL: anyone may do anything */
    struct http *http;     /* NULL: no metrics asked for */
    struct wire *wire;
    struct journal *journal;
    struct queue queues[STAGE_COUNT];
    struct leases leases;
    struct peer *peers, *workers;
    struct readers readers;
    uint64_t version; /* of the store, as last heard */

    uint64_t now_us, started_us;
    uint64_t scan_us, disk_us, reopen_us, publish_us; /* next time */
    uint32_t reopen_pause_ms;
    uint64_t second;     /* of the rates */
    bool stopping, busy; /* busy: there is more to do at once */

    struct jobs staged;  /* new reports of this turn's commit */
    struct jobs revived; /* dead letters that go back to the queue with it */
    bool sync;           /* somebody waits for the commit to be on disk */
    struct replies outbox, withheld;
    uint64_t sync_us;   /* the next sync isn't due before, see submit_commit_due */
    uint64_t staged_us; /* since when somebody waits for it */
    struct watch *watches;
    uint64_t warm_bytes; /* documents kept though they are on disk */
    struct buffer scratch;

    struct backup backup;
    uint64_t backed_up_ms; /* unix, last copy of the journal; 0: none yet */
    bool disk_low;
    uint64_t tail_pause_us; /* reading the journal failed: not again before */
    struct rate accepted, done[STAGE_COUNT];
    uint64_t redelivered, unreadable, duplicates, refused_submits, keys_refused;
    uint64_t dead_by_cause[CAUSE_COUNT], dead_count;
};

/* ---- peers.c ---- */
struct peer *peer_find(struct broker *broker, const struct peer_id *id);
void peer_hello(struct broker *broker, struct peer *peer, const struct message *message);
void peer_goodbye(struct broker *broker, struct peer *peer, const struct message *message);
/* Hears of a peer, perhaps for the first time. */
struct peer *peer_heard(struct broker *broker, const struct peer_id *id);
/* Somebody without a session said something else than hello. */
void peer_stranger(struct broker *broker, struct peer *peer, const struct message *message);
/* The message just received comes from whom the session was made with: a connection may have taken
 * over the identity of another that is gone. */
bool peer_is_itself(const struct broker *broker, const struct peer *peer);
/* Takes it out of the books. What it held fails with `cause`, or is released for CAUSE_NONE. */
void peer_gone(struct broker *broker, struct peer *peer, enum cause cause);
/* Silent ones go, others get a heartbeat when nothing else was said. */
void peers_scan(struct broker *broker);
void peers_farewell(struct broker *broker);
void peers_release(struct broker *broker);
/* Sends at once. STATUS_AGAIN: its pipe is full; STATUS_BAD: it is no longer there. `payload` (may
 * be NULL) is taken on success. */
enum status peer_try(struct broker *broker, struct peer *peer, const struct message *message,
                     struct buffer *payload);
/* The same, and takes a peer that is no longer there out of the books: `peer` is void then. */
enum status peer_send(struct broker *broker, struct peer *peer, const struct message *message,
                      struct buffer *payload);

/* ---- outbox.c ---- */
struct reply *outbox_add(struct broker *broker, const struct peer_id *to, enum message_type type,
                         uint64_t id);
__attribute__((format(printf, 6, 7))) void outbox_refuse(struct broker *broker,
                                                         const struct peer_id *to, uint64_t id,
                                                         enum status status, uint32_t retry_ms,
                                                         const char *format, ...);
/* The commit failed: whoever was to be told that something is on disk is refused. */
void outbox_revoke(struct broker *broker, uint32_t retry_ms, const char *why);
/* An ACCEPTED that is being withheld must not come after the report's OUTCOME. */
void outbox_accept_first(struct broker *broker, const struct peer_id *to, uint64_t id);
/* Those that say "on disk" only when everything is. */
void outbox_send(struct broker *broker, bool committed);
void outbox_release(struct broker *broker);

/* ---- submit.c ---- */
void submit_take(struct broker *broker, struct peer *peer, const struct message *message);
/* Whether what is staged goes to disk in this turn; false: it is worth waiting for more. */
bool submit_commit_due(const struct broker *broker);
void submit_commit(struct broker *broker);
/* Somebody waits for the commit to be on disk. */
void submit_want_sync(struct broker *broker);
void submit_outcome(struct broker *broker, const struct job *job, enum outcome outcome,
                    struct slice reason);
/* A submission was refused for now: what the peer sent behind it waits. */
void submit_hold(struct broker *broker, struct peer *peer, uint64_t id);
/* Documents in memory that the journal has too may be dropped. */
void submit_drop_document(struct broker *broker, struct job *job);
void submit_check_disk(struct broker *broker);

void jobs_push(struct jobs *jobs, struct job *job);

/* ---- work.c ---- */
void work_ready(struct broker *broker, struct peer *peer, const struct message *message);
void work_done(struct broker *broker, struct peer *peer, const struct message *message);
void work_reject(struct broker *broker, struct peer *peer, const struct message *message);
void work_renew(struct broker *broker, struct peer *peer, const struct message *message);
void work_release(struct broker *broker, struct peer *peer, const struct message *message);
void work_dispatch(struct broker *broker); /* dispatch.c */
void work_timers(struct broker *broker);
/* A leased job's delivery ended badly: queued again, pausing or buried. Takes the job. */
void work_fail(struct broker *broker, struct job *job, enum cause cause, const char *worker,
               struct slice reason);
/* A job in state DEAD: into the journal's dead letters; tells whoever watches; frees it. */
void work_bury(struct broker *broker, struct job **job, const char *worker, struct slice reason);
/* Bytes of intermediate records held, and of documents at work. */
uint64_t work_bytes(const struct broker *broker);
enum status work_load_tail(void *context, struct queue *queue, unsigned lane, struct flow *flow);

/* ---- readers.c ---- */
void readers_ask(struct broker *broker, struct peer *peer, const struct message *message);
void readers_answer(struct broker *broker, struct peer *peer, const struct message *message);
/* The store is at least at this version. */
void readers_version(struct broker *broker, uint64_t version);
/* A worker brings a store, perhaps another or an older copy: everybody asks it anew. */
void readers_new_store(struct broker *broker);
void readers_peer_gone(struct broker *broker, struct peer *peer);
void readers_dispatch(struct broker *broker);
void readers_release(struct broker *broker);

/* ---- backup.c ---- */
void backup_take(struct broker *broker, struct peer *peer, const struct message *message);
void backup_poll(struct broker *broker); /* answers when the copy is made */
/* Waits for the end of a copy: before the journal is closed or opened again. */
void backup_wait(struct broker *broker);

/* ---- status.c, metrics.c, dead.c, rate.c ---- */
void status_answer(struct broker *broker, struct peer *peer, const struct message *message);
void metrics_publish(struct broker *broker); /* once a second, where they are served */
void dead_count(struct broker *broker);      /* anew, from the journal */
void dead_answer(struct broker *broker, struct peer *peer, const struct message *message);
void rate_count(struct rate *rate, uint64_t second);
double rate_per_s(const struct rate *rate, uint64_t now_us, uint64_t started_us);
/* Forgets the buckets of seconds in which nothing happened. */
void rates_turn(struct broker *broker);

#endif
