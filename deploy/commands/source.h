/* source.h - results to read: a store's folder, which may be written to meanwhile, or a running
 * pipeline. */
#ifndef XIANZHI_DEPLOY_SOURCE_H
#define XIANZHI_DEPLOY_SOURCE_H

#include "deploy/commands/keys_option.h"
#include "proto/client.h"
#include "workers/results/store.h"

/* Zero-initialise. */
struct source {
    struct store *store; /* one of the two */
    struct client *client;
};

/* Just one of `store` and `broker` is given. On failure source_close all the same. */
enum status source_open(struct source *source, const char *store, const char *broker,
                        struct keys_option *keys, struct error *error);
void source_close(struct source *source);

/* One page of whatever the request asks for, into the arena (reset by the caller). */
enum status source_page(struct source *source, const struct request *request, struct arena *arena,
                        struct answer *answer, struct error *error);

/* A row, valid during the call. Not OK ends the reading. */
typedef enum status source_take(void *context, const struct row *row, struct error *error);

/* All rows that the filter wants, page by page, until somebody asks the process to stop. A folder's
 * are those of the moment it was opened; through a broker each page is of its own moment. */
enum status source_read(struct source *source, const struct filter *filter, bool audits,
                        source_take *take, void *context, struct error *error);

#endif
