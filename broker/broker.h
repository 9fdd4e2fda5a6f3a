/* broker.h - the one that everybody talks to: takes reports in, hands them to workers, loses none.
 *
 * One thread runs a broker, from open to close.
 */
#ifndef XIANZHI_BROKER_BROKER_H
#define XIANZHI_BROKER_BROKER_H

#include "proto/base/status.h"
#include "proto/wire.h"

#include <stdint.h>

struct broker;

/* Zero means the default in brackets. */
struct broker_options {
    const char *data; /* the journal's folder; NULL: in memory, for a pipeline whose files are the
                         durable copy */
    const char *bind; /* endpoint */
    const char *http; /* place for metrics (monitor.h); NULL: none */
    const char *keys; /* folder of keys (access.h); NULL: no encryption, anyone may do anything */
    uint64_t memory_bytes;       /* of bodies and intermediate records held [256 MiB] */
    uint64_t disk_low_bytes;     /* with less free space new reports are refused [256 MiB, or an
                                    eighth of a small disk] */
    uint64_t disk_high_bytes;    /* with this much they are taken again [twice the low mark] */
    uint64_t max_document_bytes; /* [MAX_DOCUMENT_BYTES] */
    uint64_t commit_bytes;       /* a group commit's largest size [4 MiB] */
    uint32_t commit_ms;          /* its longest wait for more [5] */
    uint32_t lease_ms;           /* [60000] */
    uint32_t heartbeat_ms;       /* three of them in silence and a peer is gone [2000] */
    uint32_t attempts;           /* then a report is dead [5] */
    uint32_t backoff_ms;         /* first pause of a postponed report, doubles [100] */
    uint32_t submit_credit;      /* unanswered submissions of one submitter [256] */
    uint32_t read_wait_ms;       /* longest wait of a reader for a store to be there [5000] */
    uint32_t stop_ms;            /* longest wait for the others to say goodbye [1000] */
    void (*alive)(void);         /* called about once a second while the loop turns; NULL: nobody */
};

/* Opens the journal and listens. STATUS_BAD: the endpoint, the keys, the place; STATUS_AGAIN:
 * another broker has the journal; STATUS_FATAL: the endpoint is in use, the journal damaged. */
enum status broker_open(struct broker **broker, const struct broker_options *options,
                        struct error *error);

/* As bound: tcp://127.0.0.1:* has its real port. Valid until broker_close; any thread. */
const char *broker_endpoint(const struct broker *broker);

const char *broker_http(const struct broker *broker); /* place as bound; NULL: none */

/* Works until `stop_fd` (-1: never) is readable; then takes nothing new, lets the others hand in
 * what they have, says goodbye and returns OK. A journal that can't be written doesn't end it: it
 * refuses new reports, loudly, until it can. STATUS_FATAL: the socket failed. */
enum status broker_run(struct broker *broker, int stop_fd, struct error *error);

void broker_close(struct broker **broker); /* accepts NULL inside */

#endif
