/* submitter.h - hands documents to the broker and keeps count of what became of each.
 *
 * At most WELCOME.credit submissions are unacknowledged at a time, and at most credit_bytes of them
 * (or one, however large), which the broker shares out among its submitters; what was not
 * acknowledged when a session is lost is sent again in the next one. The same bytes twice are
 * harmless: the broker and the aggregate stage know them.
 *
 * Where nobody answers for long a call returns STATUS_AGAIN. Whoever calls again all the same waits
 * twice as long for the next one, at most two minutes longer: a loop around it doesn't spin.
 */
#ifndef XIANZHI_PROTO_SUBMITTER_H
#define XIANZHI_PROTO_SUBMITTER_H

#include "proto/client.h"

enum submission_news {
    SUBMISSION_ACCEPTED, /* on disk as `seq`; known_seq: the same bytes came before as that one */
    SUBMISSION_DONE,     /* watched: aggregated, see `outcome` */
    SUBMISSION_DEAD,     /* watched: a dead letter, `text` says why */
    SUBMISSION_REFUSED,  /* the broker won't take it, `text` says why; not journalled. retry_ms:
                            with no_wait, later it might */
    SUBMISSION_SLOWED,   /* the broker asks to wait: `text`; it is sent again by itself */
};

struct submission {
    enum submission_news news;
    const char *path;
    uint64_t mark; /* as submitter_put_as was given it; else 0 */
    uint64_t seq, known_seq;
    enum outcome outcome;
    uint32_t retry_ms;
    struct slice text;     /* valid during the call, as is … */
    struct slice document; /* … this, of a refused one */
    uint64_t sent;         /* its lineage's */
};

struct submitter_options {
    struct client_options client; /* role is set here */
    const char *flow;             /* NULL: the broker's default */
    uint32_t priority;            /* 1: before all normal ones */
    struct lineage lineage;       /* of each */
    bool decisions;               /* what is put are decisions (decision.h), in the role review */
    bool admin;                   /* decisions: in the role admin instead, which may overrule */
    bool watch;                   /* wait for the outcome too */
    uint32_t watch_most;          /* of so many at a time, of the others not; 0: of all */
    bool no_wait;                 /* what the broker can't take now is given back, not kept */
    void (*tell)(void *context, const struct submission *submission);
    void *context;
};

struct submitter;

enum status submitter_open(struct submitter **submitter, const struct submitter_options *options,
                           struct error *error);
void submitter_close(struct submitter **submitter); /* accepts NULL inside */

/* Takes `document` (emptied on success) and returns once there is room in the window. `unreadable`
 * set: a document that could not be read, with the reason: it becomes a dead letter. Calls `tell`
 * for whatever else has arrived. STATUS_AGAIN: stopped or nobody answers; the document is kept by
 * the caller then. */
enum status submitter_put(struct submitter *submitter, const char *path, struct buffer *document,
                          const char *unreadable, struct error *error);

/* What is said of one document alone; its texts are copied. */
struct submission_head {
    const char *path, *flow, *unreadable; /* flow, unreadable: may be NULL */
    uint32_t priority;
    struct lineage lineage;
    const char *sha256; /* of an unreadable one's bytes, 64 hex digits; NULL: nobody knows them */
    uint64_t mark;      /* the caller's, handed back in what is told */
};

/* The same, with all of this in the place of the options'. */
enum status submitter_put_as(struct submitter *submitter, const struct submission_head *head,
                             struct buffer *document, struct error *error);

/* Watches a document that somebody else hands in, by the hash of its bytes as they are handed in
 * (64 hex digits) and when that was (lineage.sent; 0: whenever): it is told when it is done or
 * dead, and that the broker asks to wait when it hasn't come for ten seconds. Doesn't wait. */
void submitter_watch(struct submitter *submitter, const char *path, const char sha256[65],
                     uint64_t sent);

/* Whether submitter_put would take so many bytes without waiting. */
bool submitter_has_room(const struct submitter *submitter, size_t bytes);

/* Waits until everything put so far is accepted, and with `watch` done or dead. */
enum status submitter_finish(struct submitter *submitter, struct error *error);

/* Waits until something has arrived (and tells it), `wakeup_fd` (-1: none) is readable or
 * `timeout_ms`
 * (-1: no end) has passed. */
enum status submitter_poll(struct submitter *submitter, int wakeup_fd, int timeout_ms,
                           struct error *error);

uint64_t submitter_unfinished(const struct submitter *submitter); /* submissions */
uint64_t submitter_unaccepted(const struct submitter *submitter); /* of these */

#endif
