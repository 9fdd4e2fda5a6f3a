/* ingest.h - the first stage: bytes to text to clean text to metadata. */
#ifndef XIANZHI_INGEST_INGEST_H
#define XIANZHI_INGEST_INGEST_H

#include "workers/stage.h"

/* State of one thread: the data files. STATUS_FATAL: one is missing or wrong. */
enum status ingest_init(void **state, const struct stage_config *config, struct error *error);
void ingest_release(void **state);

/* Reads report->raw into text, clean text and metadata, whatever of it can be told; nothing behind
 * the text where pages of it are pictures (report->scans): once those are read off, call it again.
 * STATUS_BAD: not readable as a text at all. `doubt` (may be NULL) says why a region that is named
 * stays unknown.
 */
enum status ingest_read(void *state, struct report *report, struct error *doubt,
                        struct error *error);

/* Whether the results of this report could be filed under a region and a year. STATUS_BAD with what
 * is missing and what to do, and report->unplaced where a person can say it; ingest_read has to
 * come first. */
enum status ingest_fileable(struct report *report, const struct error *doubt, struct error *error);

#endif
