/* store.h - the results store: values of units, roll-ups of their parents, and what changed when.
 *
 *   meta       "format", "id", "log" (version and extent of the change log), "name" 0 indicator
 *   reports    seat -> filing(s): the report in force with all its mentions (filing.h)
 *   units      unit key -> level, indicators: the public order of units under any indicator; what
 *              their rows say is in the filing
 *   panel      year, level, region -> a government's figures: what roll-ups are made of
 *   passages   hashes of a paragraph, seat -> nothing: where text of several reports is found
 *   changes    version -> which rows of which units changed; the oldest are dropped
 *
 * Roll-ups are not stored: they are worked out from the panel when somebody reads them, a few
 * milliseconds for a province, so that filing a report costs the same however many there are and a
 * roll-up can never disagree with the values below it.
 *
 * One thread owns a store. A store that is written to is held by one process; any number may look
 * on (read_only), each at the moment of opening.
 */
#ifndef XIANZHI_AGGREGATE_STORE_H
#define XIANZHI_AGGREGATE_STORE_H

#include "proto/kv.h"
#include "proto/reading.h"

enum { STORE_FORMAT = 2, STORE_ID_CHARS = 32 };

struct store;

struct store_options {
    bool read_only;
    const char *gazetteer; /* NULL: the built-in one */
    size_t memory_bytes;   /* of the database; 0: its default */
    uint64_t log_versions; /* change log: how many versions, 0: 100,000 */
    uint64_t log_bytes;    /* and bytes, 0: 256 MiB, whichever is reached first */
};

/* STATUS_AGAIN: open in another process; STATUS_RETRY: the disk is full; STATUS_FATAL: not a store,
 * newer, damaged. */
enum status store_open(struct store **store, const char *folder,
                       const struct store_options *options, struct error *error);
void store_close(struct store **store); /* accepts NULL inside */

uint64_t store_version(const struct store *store); /* from 1; rises with every change of rows */
uint64_t store_disk_bytes(const struct store *store);
const char *store_id(const struct store *store); /* random, 32 hex digits, made with the store */

/* Files the reports in one atomic, durable batch and fills in outcome and replaced of each. A later
 * one of the batch sees the effects of an earlier one. STATUS_FATAL: nothing was changed on disk,
 * or nobody knows, and the store takes no more; STATUS_RETRY: the same, since the disk is full. */
enum status store_apply(struct store *store, struct report **reports, size_t count,
                        struct error *error);

/* One page (proto/reading.h). Rows and texts live in the arena. STATUS_BAD: the request. */
enum status store_read(struct store *store, const struct request *request, struct arena *arena,
                       struct answer *answer, struct error *error);

/* What of the report's text stands nearly word for word in another unit's report in the store or in
 * an earlier one of its own; the report itself need not be there. Everything in its arena. */
enum status store_duplicates(struct store *store, struct report *report, struct audit **audits,
                             size_t *count, struct error *error);

/* Every block of every file, and every row against its filing. */
enum status store_verify(struct store *store, struct error *error);

#endif
