/* record.h - reports as MessagePack records: what crosses a process boundary between two stages.
 *
 * A decision of a person (decision.h) goes down the same line: every stage reads its record, and
 * all but the last pass it on.
 *
 * One record type per place in the line; each carries only what the later stages need. All start
 * with "v" ([major, minor]) and "kind". proto/PROTOCOL.md lists every key; tests/data/golden
 * freezes the bytes.
 */
#ifndef XIANZHI_PROTO_RECORD_H
#define XIANZHI_PROTO_RECORD_H

#include "proto/base/memory.h"
#include "proto/base/status.h"
#include "proto/report.h"

/* 1.1: text and outline may have `edits` in the place of `clean`.
 * 1.2: facts say their state and origin, and proposed ones are among them. */
enum {
    RECORD_MAJOR = 1,
    RECORD_MINOR = 2,
    EDITS_SINCE_MINOR = 1,
    STATES_SINCE_MINOR = 2,
    PLACES_SINCE_MINOR = 2
};

/* Named limits, each tested at the limit and one past it. */
enum {
    MAX_DOCUMENT_BYTES = 64 * 1024 * 1024, /* of a submitted document */
    MAX_RECORD_BYTES = 80 * 1024 * 1024,
    MAX_RECORD_DEPTH = 8,
    MAX_RECORD_NODES = 4 * 1024 * 1024,
};

/* "document", "scan", "text", "outline", "facts": the "kind" of the record that stage `next` reads.
 */
const char *record_kind(enum stage_id next);

/* Appends the record that stage `next` reads: the document for STAGE_INGEST (path, raw), the same
 * with the pages to read off it for STAGE_OCR (without raw, the broker adds it), the text
 * for STAGE_SEGMENT, text + outline for STAGE_EXTRACT, facts for STAGE_AGGREGATE (metadata, facts,
 * audits, passages; no longer the text, outline and quantities).
 */
void record_encode(const struct report *report, enum stage_id next, struct buffer *out);

/* The same for readers that know `minor` only. */
void record_encode_for(const struct report *report, enum stage_id next, unsigned minor,
                       struct buffer *out);

/* Appends a record as a reader of `minor` wants it. STATUS_BAD: it is none. */
enum status record_convert(struct slice bytes, enum stage_id next, unsigned minor,
                           struct buffer *out, struct error *error);

/* Whether a reader will take a record of one's own: not more bytes, nor more values, than the
 * limits say. STATUS_BAD: how many there are. */
enum status record_fits(struct slice bytes, struct error *error);

/* Fills `report` (reset by the caller) from a record for stage `next`. Slices point into `bytes`,
 * which must outlive the report. STATUS_BAD: what is wrong, at which byte; a newer major by name;
 * every span, index and enum is checked, so that a stage may rely on them. */
enum status record_decode(struct slice bytes, enum stage_id next, struct report *report,
                          struct error *error);

#endif
