/* store.h - the results store: values of units, roll-ups of their parents, and what changed when.
 *
 *   meta       "format", "id", "log" (version and extent of the change log), "name" 0 indicator,
 *              "aside" 0 seat -> documents beside those in force and versions that they have
 *              replaced (aside.h), "former" 0 SHA-256 -> as documents below, of such a version
 *   reports    seat -> filing(s): the report in force with all its mentions (filing.h)
 *   units      unit key -> level, indicators: the public order of units under any indicator; what
 *              their rows say is in the filing
 *   panel      year, level, region -> a government's figures: what roll-ups are made of
 *   passages   hashes of a paragraph, seat -> nothing: where text of several reports is found
 *   documents  SHA-256 -> catalogue, unit key: where a document is filed that is in force, or
 *              beside one that is
 *   decisions  SHA-256, number -> what a person decided of a figure or a document: all that were
 *              ever applied
 *   queue      doubt, seat -> how many figures a person should look at for that doubt (doubts.h)
 *   changes    version -> which rows of which units changed; the oldest are dropped
 *
 * Roll-ups are not stored: they are worked out from the panel when somebody reads them, a few
 * milliseconds for a province, so that filing a report costs the same however many there are and a
 * roll-up can never disagree with the values below it.
 *
 * One thread owns a store and files into it; others read it by readers of their own. A store that
 * is written to is held by one process; others may look on (read_only), each at the moment of
 * opening.
 */
#ifndef XIANZHI_RESULTS_STORE_H
#define XIANZHI_RESULTS_STORE_H

#include "proto/kv/kv.h"
#include "proto/reading.h"

enum { STORE_FORMAT = 7, STORE_ID_CHARS = 32 };

struct store;

struct store_options {
    bool read_only;
    bool bring_up; /* with read_only: a store of an older program is written to first, once */
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

/* Files the reports, and applies the decisions among them, durably, and fills in outcome and
 * replaced of each. A later one sees the effects of an earlier one. All go to disk in one atomic
 * batch, or in several in their order where two are about one document (write/apply.c).
 * STATUS_FATAL: of what was not yet on disk nothing was changed there, or nobody knows, and the
 * store takes no more; STATUS_RETRY: the same, since the disk is full. Handed in again, what is on
 * disk changes nothing. */
enum status store_apply(struct store *store, struct report **reports, size_t count,
                        struct error *error);

/* Every document that is filed, in force or beside another (aside.h), in order of its hash (32
 * bytes), with the catalogue that read it; slices are valid during the call. */
typedef void store_document_visit(void *context, struct slice sha256, struct slice catalogue);
enum status store_documents(struct store *store, store_document_visit *visit, void *context,
                            struct error *error);

/* By a reader of the store's own, for its own thread: see read/reader.h, which is for others. */
enum status store_read(struct store *store, const struct request *request, struct arena *arena,
                       struct answer *answer, struct error *error);
enum status store_duplicates(struct store *store, struct report *report, struct audit **audits,
                             size_t *count, struct error *error);
enum status store_verify(struct store *store, struct error *error);

#endif
