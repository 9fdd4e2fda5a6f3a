/* pipeline.h - broker and workers as threads of this process, for `run` and `serve`.
 *
 * They speak to each other, and others to them, exactly as processes do. One thread opens and
 * closes a pipeline.
 */
#ifndef XIANZHI_PIPELINE_PIPELINE_H
#define XIANZHI_PIPELINE_PIPELINE_H

#include "proto/base/status.h"

#include <stdbool.h>

struct pipeline;

struct pipeline_options {
    const char *endpoint;  /* inproc://run, ipc://… */
    const char *journal;   /* its folder; NULL: in memory, where the files are the durable copy */
    const char *store;     /* folder of the results */
    const char *catalogue; /* NULL: the built-in one */
    bool keep_originals;   /* documents are kept in the store's folder (proto/kept.h) */
    unsigned readers;      /* threads that read (ingest, segment, extract) */
    void (*alive)(void);   /* called by the broker now and then; NULL: nobody wants to know */
};

/* On failure pipeline_close all the same: parts may be running. */
enum status pipeline_open(struct pipeline **pipeline, const struct pipeline_options *options,
                          struct error *error);

/* Readable once a part has ended in an error. */
int pipeline_failed_fd(const struct pipeline *pipeline);

/* Workers first: what they hand back, the broker takes (then see worker_left). Returns `status` and
 * leaves `error` alone unless a part had failed: its error goes first, what others noticed follows
 * from it. Accepts NULL inside. */
enum status pipeline_close(struct pipeline **pipeline, enum status status, struct error *error);

#endif
