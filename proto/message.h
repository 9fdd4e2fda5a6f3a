/* message.h - what is said over the one socket: one flat record of control fields, then a payload.
 *
 * A ZeroMQ message has two frames: the control record (a MessagePack map, absent keys are zero) and
 * the payload (may be empty). proto/PROTOCOL.md documents both for clients in other languages.
 */
#ifndef XIANZHI_PROTO_MESSAGE_H
#define XIANZHI_PROTO_MESSAGE_H

#include "proto/base/memory.h"
#include "proto/base/status.h"
#include "proto/report.h"

/* A newer major is refused by name; a newer minor only adds keys and message types. */
enum { PROTOCOL_MAJOR = 1, PROTOCOL_MINOR = 5, OCR_SINCE_MINOR = 4 };

/* Numbers stay below 2^53, so that JSON readers keep them whole: those of the results' versions,
 * and of an origin's. */
#define MAX_STORE_VERSION ((1ull << 53) - 1)
#define MAX_ORDER MAX_STORE_VERSION

enum { /* of a document's keys, in bytes */
       MAX_PATH_BYTES = 4096,
       MAX_FLOW_BYTES = 64,
       MAX_ORIGIN_BYTES = 1024,
};

/* The minor of the report records that somebody reads who speaks this minor of the protocol. */
static inline unsigned protocol_record_minor(uint32_t minor)
{
    return minor >= 3 ? 2 : minor >= 2;
}

enum message_type {
    MESSAGE_NONE,
    /* any peer <-> broker */
    MESSAGE_HELLO,     /* first word of a peer: role, name, version_* */
    MESSAGE_WELCOME,   /* broker's answer: heartbeat_ms, lease_ms, max_document_bytes, credit */
    MESSAGE_HEARTBEAT, /* each way when nothing else was said for heartbeat_ms */
    MESSAGE_GOODBYE,   /* leaving on purpose: everything leased goes back at once */
    MESSAGE_REFUSED,   /* id, status, text; retry_ms when asking again later makes sense */
    /* submitter */
    MESSAGE_SUBMIT,   /* id, path, priority, flow, watch; payload: the document's bytes. With text
                         set: a document the client could not read; goes to the dead letters */
    MESSAGE_ACCEPTED, /* id, seq: on disk. known_seq: the same bytes came before as that number */
    MESSAGE_OUTCOME,  /* id, seq, outcome or status bad + text (a dead letter); for watch only */
    /* worker */
    MESSAGE_READY, /* stages (bit set), credit: how many more jobs may be sent; version */
    MESSAGE_JOB,   /* token, seq, stage, attempt, path; payload: report record for that stage */
    MESSAGE_DONE, /* token, stage (last one run), outcome, version; payload: the record behind it */
    MESSAGE_REJECT, /* token, stage, status (bad, or retry to have it again), text; verb "unplaced":
                       nothing is wrong with it, a person has to say whose report it is */
    MESSAGE_RENEW,  /* token: still at work, the lease starts anew */
    MESSAGE_RELEASE, /* token: handed back untouched */
    /* reader */
    MESSAGE_READ,   /* id, since; payload: request (reading.h). Parked while since >= version */
    MESSAGE_ANSWER, /* id, version; payload: one page */
    /* operator */
    MESSAGE_STATUS, /* id -> MESSAGE_ANSWER, payload: the status record */
    MESSAGE_DEAD,   /* id, verb "list|show|replay|drop|place"; payload: filter -> MESSAGE_ANSWER */
    MESSAGE_BACKUP, /* id, verb "journal|store", path: a folder -> MESSAGE_ANSWER; since 1.1 */
    MESSAGE_TYPE_COUNT
};

enum peer_role {
    ROLE_NONE,
    ROLE_SUBMIT,
    ROLE_WORK,
    ROLE_READ,
    ROLE_ADMIN,
    ROLE_REVIEW, /* reads, and decides of figures */
    ROLE_COUNT
};
const char *role_name(enum peer_role role); /* "submit"; "read" for subscribers */

struct message {
    enum message_type type;
    uint64_t id;           /* chosen by the asking side, echoed in the answer */
    uint64_t seq;          /* number of a report in the journal */
    uint64_t known_seq;    /* earlier number of the same bytes; 0: none */
    uint64_t token;        /* fencing token of a delivery; never used twice */
    uint64_t version;      /* of the store */
    uint64_t since;        /* reader: the version it has seen */
    uint32_t attempt;      /* from 1 */
    uint32_t credit;       /* messages */
    uint64_t credit_bytes; /* of documents that a submitter may have unanswered; since 1.2 */
    uint32_t stages;       /* bit 1 << enum stage_id */
    uint32_t stage;        /* enum stage_id */
    uint32_t heartbeat_ms, lease_ms, retry_ms;
    uint32_t version_major, version_minor;
    uint32_t role;     /* enum peer_role */
    uint32_t priority; /* 0 normal, 1 before all normal ones */
    uint32_t status;   /* enum status */
    uint32_t outcome;  /* enum outcome */
    uint64_t max_document_bytes;
    uint64_t coming_bytes; /* HEARTBEAT: of the payload that comes next, which may take long */
    uint64_t store_bytes;  /* worker of aggregate: its store's size on disk; since 1.2 */
    bool watch;            /* submitter wants a MESSAGE_OUTCOME */
    bool decision;         /* the payload is a decision's record, no document; since 1.3 */
    bool no_wait;          /* submitter would rather be refused than slowed down; since 1.2 */
    struct slice path;     /* of the document, as the submitter names it */
    struct slice flow;     /* whose turn it is: submitters of one flow share one */
    struct slice name;     /* of a peer, for people: "host/pid/thread" */
    struct slice store;    /* worker of aggregate: identity of the store it holds */
    struct slice verb;     /* operator */
    struct slice text;     /* a line for a person */
    struct slice sha256;   /* SUBMIT without a document: of the payload that is asked after, or that
                              nobody could hand in; hex; since 1.5 */
    struct lineage lineage; /* SUBMIT, JOB: which version of what; since 1.5 */
    struct slice payload;   /* second frame; not part of the control record */
};

/* Appends the control record of `message` to `out`. */
void message_encode(const struct message *message, struct buffer *out);

/* Reads a control record; slices of `message` point into `frame`, which the caller keeps.
 * STATUS_BAD with what is wrong: not MessagePack, too deep, too many nodes, a wrong type, a newer
 * major ("speaks protocol 2, this is 1: upgrade the broker first"). Unknown keys are skipped. */
enum status message_decode(struct slice frame, struct message *message, struct error *error);

const char *message_name(enum message_type type);

#endif
