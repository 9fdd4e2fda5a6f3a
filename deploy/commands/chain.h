/* chain.h - ingest, segment and extract in place, on one document, for commands without a pipeline.
 */
#ifndef XIANZHI_DEPLOY_CHAIN_H
#define XIANZHI_DEPLOY_CHAIN_H

#include "proto/report.h"
#include "proto/status.h"

/* Zero-initialise; one thread's. */
struct chain {
    const char *command; /* who speaks on stderr: "extract" */
    void *ingest, *segment, *extract;
};

/* `catalogue`: folder of the rules, NULL for the built-in one. On failure chain_close all the same.
 */
enum status chain_open(struct chain *chain, const char *command, const char *catalogue,
                       struct error *error);
void chain_close(struct chain *chain);

/* Reads report->raw (path and raw set by the caller, the rest reset). A report that could not be
 * filed (no region, no year) is read all the same, with the reason on stderr. */
enum status chain_read(struct chain *chain, struct report *report, struct error *error);
/* Only the first two stages, and only the last. */
enum status chain_segment(struct chain *chain, struct report *report, struct error *error);
enum status chain_extract(struct chain *chain, struct report *report, struct error *error);

#endif
