/* pipeline.c - three threads: the broker, a worker that reads (ingest, segment, extract; threads of
 * its own), a worker that aggregates. What can fail: a store or journal that is held elsewhere, a
 * broken catalogue: the part's line ends the whole. */
#include "deploy/pipeline/pipeline.h"

#include "broker/broker.h"
#include "proto/base/memory.h"
#include "proto/kept.h"
#include "workers/ocr/read_page.h"
#include "workers/results/store.h"
#include "workers/runtime/runtime.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

enum { PART_BROKER, PART_READING, PART_AGGREGATING, PARTS };

struct pipeline {
    struct broker *broker;
    char *originals; /* NULL: none are kept */
    struct worker_options reading, aggregating;
    int broker_stop_fd, workers_stop_fd, failed_fd;
    struct pipeline_part {
        pthread_t thread;
        bool started;
        enum status status;
        struct error error;
    } parts[PARTS];
};

static void raise_fd(int fd)
{
    uint64_t one = 1;
    ssize_t written = write(fd, &one, sizeof one);
    (void)written;
}

/* ---- parts ---- */

static void end_part(struct pipeline *pipeline, struct pipeline_part *part, enum status status)
{
    part->status = status;
    if (status)
        raise_fd(pipeline->failed_fd);
}

static void *run_broker(void *context)
{
    struct pipeline *pipeline = context;
    struct pipeline_part *part = &pipeline->parts[PART_BROKER];
    end_part(pipeline, part, broker_run(pipeline->broker, pipeline->broker_stop_fd, &part->error));
    return NULL;
}

static void *run_reading(void *context)
{
    struct pipeline *pipeline = context;
    struct pipeline_part *part = &pipeline->parts[PART_READING];
    end_part(pipeline, part,
             worker_run(&pipeline->reading, pipeline->workers_stop_fd, &part->error));
    return NULL;
}

static void *run_aggregating(void *context)
{
    struct pipeline *pipeline = context;
    struct pipeline_part *part = &pipeline->parts[PART_AGGREGATING];
    end_part(pipeline, part,
             worker_run(&pipeline->aggregating, pipeline->workers_stop_fd, &part->error));
    return NULL;
}

static enum status start_part(struct pipeline *pipeline, unsigned i, struct error *error)
{
    static void *(*const bodies[PARTS])(void *) = {run_broker, run_reading, run_aggregating};
    static const char *const names[PARTS] = {"broker", "reading", "aggregating"};
    struct pipeline_part *part = &pipeline->parts[i];
    part->started = pthread_create(&part->thread, NULL, bodies[i], pipeline) == 0;
    if (!part->started)
        return fail(error, STATUS_FATAL, "no more threads: end something else first");
    pthread_setname_np(part->thread, names[i]);
    return STATUS_OK;
}

/* ---- opening, closing ---- */

static enum status open_fds(struct pipeline *pipeline, struct error *error)
{
    pipeline->broker_stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pipeline->workers_stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pipeline->failed_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (pipeline->broker_stop_fd < 0 || pipeline->workers_stop_fd < 0 || pipeline->failed_fd < 0)
        return fail(error, STATUS_FATAL, "no more file descriptors (%s): raise `ulimit -n`",
                    strerror(errno));
    return STATUS_OK;
}

/* The store first: a folder with other things in it is nothing that it would be made in. */
static enum status lay_out_originals(struct pipeline *pipeline,
                                     const struct pipeline_options *options, struct error *error)
{
    struct store *store = NULL;
    struct buffer path = {0};
    if (!options->keep_originals)
        return STATUS_OK;
    buffer_format(&path, "%s/%s", options->store, KEPT_FOLDER);
    pipeline->originals = path.data;
    enum status status =
        store_open(&store, options->store, &(struct store_options){.read_only = false}, error);
    store_close(&store);
    return status;
}

enum status pipeline_open(struct pipeline **out, const struct pipeline_options *options,
                          struct error *error)
{
    struct pipeline *pipeline = memory_zero(sizeof *pipeline);
    pipeline->broker_stop_fd = pipeline->workers_stop_fd = pipeline->failed_fd = -1;
    *out = pipeline;
    enum status status = lay_out_originals(pipeline, options, error);
    if (status)
        return status;
    const struct broker_options broker = {
        .data = options->journal, .bind = options->endpoint, .alive = options->alive};
    const struct stage_config config = {.catalogue = options->catalogue,
                                        .store = options->store,
                                        .originals = pipeline->originals,
                                        .scans = ocr_available()};
    const unsigned before_last = (1u << STAGE_AGGREGATE) - 1, beside = 1u << STAGE_OCR;
    pipeline->reading = (struct worker_options){.endpoint = options->endpoint,
                                                .beside = config.scans ? beside : 0,
                                                .stages = before_last & ~beside,
                                                .threads = options->readers,
                                                .config = config,
                                                .leaves = true,
                                                .name = "read"};
    pipeline->aggregating = (struct worker_options){.endpoint = options->endpoint,
                                                    .stages = 1u << STAGE_AGGREGATE,
                                                    .config = config,
                                                    .leaves = true,
                                                    .name = "aggregate"};
    status = open_fds(pipeline, error);
    if (!status)
        status = broker_open(&pipeline->broker, &broker, error);
    for (unsigned i = 0; i < PARTS && !status; i++)
        status = start_part(pipeline, i, error);
    return status;
}

int pipeline_failed_fd(const struct pipeline *pipeline)
{
    return pipeline->failed_fd;
}

static void join_part(struct pipeline *pipeline, unsigned i)
{
    if (pipeline->parts[i].started)
        pthread_join(pipeline->parts[i].thread, NULL);
    pipeline->parts[i].started = false;
}

enum status pipeline_close(struct pipeline **slot, enum status status, struct error *error)
{
    struct pipeline *pipeline = *slot;
    if (!pipeline)
        return status;
    *slot = NULL;
    raise_fd(pipeline->workers_stop_fd);
    join_part(pipeline, PART_READING);
    join_part(pipeline, PART_AGGREGATING);
    raise_fd(pipeline->broker_stop_fd);
    join_part(pipeline, PART_BROKER);
    broker_close(&pipeline->broker);
    for (unsigned i = 0; i < PARTS; i++) {
        if (!pipeline->parts[i].status)
            continue;
        *error = pipeline->parts[i].error;
        status = pipeline->parts[i].status;
        break;
    }
    const int fds[] = {pipeline->broker_stop_fd, pipeline->workers_stop_fd, pipeline->failed_fd};
    for (unsigned i = 0; i < sizeof fds / sizeof *fds; i++)
        if (fds[i] >= 0)
            close(fds[i]);
    free(pipeline->originals);
    free(pipeline);
    return status;
}
