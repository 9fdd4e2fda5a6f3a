/* stage.h - one stage of the pipeline is one const struct.
 *
 * A stage sees reports in and reports out, and nothing of sockets, leases or retries: the runtime
 * (workers/runtime/runtime.c) receives, times, acknowledges and hands back for all of them alike. A
 * stage reads the fields that earlier stages filled in and fills in its own (proto/report.h says
 * whose is which). To add a stage: write the struct, list it in workers/stages.c.
 */
#ifndef XIANZHI_WORKERS_STAGE_H
#define XIANZHI_WORKERS_STAGE_H

#include "proto/base/status.h"
#include "proto/message.h"
#include "proto/report.h"

struct stage_config {
    const char
        *catalogue;    /* folder of the indicator rules; NULL = the built-in place (see paths.h) */
    const char *store; /* aggregate: folder of the store */
    bool scans;        /* ingest: what is a picture goes to the OCR stage, else it is refused */
    bool explain;      /* extract: fill in quantity->terms */
    const char *originals; /* ingest: folder to keep documents in (proto/kept.h); NULL: none is */
    bool wait_for_store;   /* aggregate: stand by while another process holds the store */
};

struct stage {
    const char *name;     /* "ingest" */
    enum stage_id id;     /* place in the line; a job goes through them in rising order */
    const char *help;     /* one line for `xianzhi worker --help` */
    unsigned max_threads; /* 0: any number; 1: owns a resource that only one may hold */

    /* A report may take seconds: a thread takes them one by one and has few in hand. */
    bool slow;

    /* Optional. Whether this report needs the stage; others pass it by. One that still does when it
     * has been processed comes again: it was worked on for a while, so that its lease and its
     * neighbours need not wait for the rest. */
    bool (*wants)(const struct report *report);

    /* Makes the state of one thread. STATUS_AGAIN: the resource is held elsewhere, ask again. */
    enum status (*init)(void **state, const struct stage_config *config, struct error *error);

    /* Works on one report. STATUS_BAD rejects it for good (dead letter), with a reason that names
     * what is wrong with the document; STATUS_RETRY hands it back; STATUS_FATAL stops the worker.
     * Everything it adds to the report lives in report->arena. */
    enum status (*process)(void *state, struct report *report, struct error *error);

    /* Optional. Ends a batch of processed reports: makes their effects durable, in their order, and
     * fills in each report's outcome. The runtime acknowledges only after it has returned OK.
     * STATUS_AGAIN: not now (the disk is full); the same reports come again, nothing is lost, and
     * what the first of them have done by then is not done twice. */
    enum status (*commit)(void *state, struct report **reports, size_t count, struct error *error);

    /* Optional. Answers a reader (proto/reading.h): one request in, one page of answer out. Called
     * from a thread of its own, one question at a time, while the others of the stage run. */
    enum status (*answer)(void *state, struct slice request, struct buffer *answer,
                          struct error *error);

    /* Optional. Copies what it keeps into a new folder within `folder` while it goes on working;
     * appends a MessagePack map that says what it has copied. */
    enum status (*backup)(void *state, const char *folder, struct buffer *answer,
                          struct error *error);

    /* Optional. The watermark that subscribers wait on: rises with every commit that changed rows.
     * Asked by the thread that answers, too. */
    uint64_t (*version)(void *state);

    /* Optional. Identity of what it keeps, of which versions are; always the same. */
    const char *(*identity)(void *state);

    /* Optional. Bytes on disk of what it keeps; looks at the file system. */
    uint64_t (*disk_bytes)(void *state);

    /* Optional. Reads its data files again; on failure the old ones stay in force. */
    enum status (*reload)(void *state, struct error *error);

    /* Optional. Version of the data files in force, for people; valid until the next reload. */
    const char *(*data_version)(void *state);

    void (*release)(void **state); /* accepts a NULL state */
};

/* NULL-terminated, in order of the line. */
extern const struct stage *const stages[];

#endif
