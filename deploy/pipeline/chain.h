/* chain.h - ingest, segment and extract in place, on one document, for commands without a pipeline.
 */
#ifndef XIANZHI_PIPELINE_CHAIN_H
#define XIANZHI_PIPELINE_CHAIN_H

#include "proto/base/status.h"
#include "proto/report.h"

/* Zero-initialise; one thread's. */
struct chain {
    const char *command; /* who speaks on stderr: "extract"; NULL: nobody */
    bool explain;        /* set before chain_open: the sums behind each state are written out */
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
/* Reads the pages of a decoded document that are pictures (report->scans), so that it can be
 * decoded once more with them; tells a terminal how far it is. STATUS_BAD: one can't be read, or
 * this machine reads none. */
enum status chain_scans(struct report *report, struct error *error);
/* Only the first two stages, and only the last. */
enum status chain_segment(struct chain *chain, struct report *report, struct error *error);
enum status chain_extract(struct chain *chain, struct report *report, struct error *error);

#endif
