/* reader.h - reads a store, in a thread of its own while another files into it.
 *
 * A reader sees the store as it stood at a moment, whole batches only; each question brings it up
 * to the newest commit first, which costs some microseconds. So questions never wait for filing,
 * nor filing for questions. A reader belongs to one thread and ends before its store.
 */
#ifndef XIANZHI_RESULTS_READER_H
#define XIANZHI_RESULTS_READER_H

#include "proto/reading.h"
#include "workers/results/store.h"

struct results_reader;

/* STATUS_FATAL: the store is damaged. */
enum status reader_new(struct results_reader **reader, struct store *store, struct error *error);
void reader_free(struct results_reader **reader); /* accepts NULL inside */

/* Brings it up to the newest commit. */
enum status reader_renew(struct results_reader *reader, struct error *error);

/* One page (proto/reading.h), of the newest commit. Rows and texts live in the arena. STATUS_BAD:
 * the request. */
enum status reader_read(struct results_reader *reader, const struct request *request,
                        struct arena *arena, struct answer *answer, struct error *error);

/* What of the report's text stands nearly word for word in another unit's report in the store or in
 * an earlier one of its own; the report itself need not be there. Everything in its arena. */
enum status reader_duplicates(struct results_reader *reader, struct report *report,
                              struct audit **audits, size_t *count, struct error *error);

/* Every block of every file, and every row against its filing. */
enum status reader_verify(struct results_reader *reader, struct error *error);

#endif
