/* listed.h - what somebody says of a report beside its text: the collector's list, or a person at
 * the desk of dead letters; and the envelope in which it travels with the document.
 *
 * An envelope is a document's bytes with a short head in front. It is made where the list is known
 * (run, submit) or where a person's word is kept (the broker) and opened by ingest: journal, replay
 * and dead letters carry it like any document. Envelopes may lie in each other: the outermost goes
 * first, a person's word before a list's.
 */
#ifndef XIANZHI_PROTO_LISTED_H
#define XIANZHI_PROTO_LISTED_H

#include "proto/base/memory.h"
#include "proto/base/status.h"
#include "proto/report.h"

/* Zeros and empty slices: nothing said of it. */
struct listed {
    bool by_person; /* decides against what the text says; a list has to agree with it */
    uint32_t region;
    struct slice township, issuer;
    enum issuer_kind kind;
    uint16_t year;
    struct date published;
    struct slice title, url;
};

bool listed_is_empty(const struct listed *listed);

/* Appends the head of an envelope: put the document's bytes behind it. */
void listed_encode(const struct listed *listed, struct buffer *out);

/* Puts the document into an envelope. */
void listed_wrap(const struct listed *listed, struct buffer *document);

/* Whether `bytes` are an envelope; then *listed (its texts point into `bytes`) and what is inside.
 * A head that is broken makes it none. */
bool listed_open(struct slice bytes, struct listed *listed, struct slice *inside);

/* The document without any envelope around it. */
struct slice listed_document(struct slice bytes);

#endif
