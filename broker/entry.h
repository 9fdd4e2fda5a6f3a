/* entry.h - what is said of one report beside its bytes: in the journal while it waits or is dead,
 * and in answers to the operator. One MessagePack map; absent keys are zero, unknown ones skipped.
 */
#ifndef XIANZHI_BROKER_ENTRY_H
#define XIANZHI_BROKER_ENTRY_H

#include "broker/lease.h"
#include "proto/base/status.h"

struct entry {
    uint64_t seq;
    struct slice path, flow;
    bool urgent, suspect;
    bool decision; /* of a person, no report */
    bool document; /* its bytes are there */
    uint64_t document_bytes;
    uint64_t submitted_ms;
    struct lineage lineage;
    uint32_t attempts;
    uint64_t first_ms, last_ms; /* of failed attempts */
    enum cause cause;
    enum stage_id stage; /* where it died */
    struct slice reason; /* a line for a person */
    struct slice worker; /* that held it last */
};

struct entry entry_of_job(const struct job *job);
/* A job in state DEAD, to be replayed or shown; the document is not loaded. */
struct job *entry_to_job(const struct entry *entry);

void entry_encode(const struct entry *entry, struct buffer *out);
/* Texts point into `bytes`. STATUS_BAD: no entry. */
enum status entry_decode(struct slice bytes, struct entry *entry, struct error *error);

#endif
