/* target.h - where results are published to: one const struct a kind of place.
 *
 *   resume ──▶ begin_snapshot ──▶ put… ──▶ commit     everything anew, seen by readers at once
 *      ▲  └──▶ put ──▶ commit                         a page of changes
 *      └── drop, whatever failed
 *
 * A target keeps the watermark beside the rows, so that the two can't disagree: rows up to it are
 * there, later ones may be. What is put twice is there once. One thread owns a target.
 */
#ifndef XIANZHI_PUBLISH_TARGET_H
#define XIANZHI_PUBLISH_TARGET_H

#include "proto/base/status.h"
#include "proto/rows/row.h"

enum { WATERMARK_STORE_BYTES = 64 };

/* How far a store's changes were followed. Versions of two stores have nothing to do with each
 * other. */
struct watermark {
    char store[WATERMARK_STORE_BYTES + 1]; /* its identity; empty: not known */
    uint64_t version;                      /* 0: nothing yet, begin with a snapshot */
};

struct publish_options {
    const char *place;           /* DSN, brokers */
    const char *name;            /* schema, topic */
    const char *const *settings; /* kafka: "key=value" */
    unsigned setting_count;
    int stop_fd; /* ends any wait: STATUS_AGAIN, "stopped" */
};

struct publish_target {
    const char *name; /* "pg" */
    /* Nobody needs to be there. STATUS_BAD: not such a place. */
    enum status (*open)(void **state, const struct publish_options *options, struct error *error);
    void (*close)(void **state); /* accepts NULL inside */

    /* The rest: STATUS_RETRY: drop it and resume later; STATUS_FATAL: in vain until a person has
     * done what the error says. */

    /* Connects where it isn't, makes what isn't there, reads the watermark. */
    enum status (*resume)(void *state, struct watermark *mark, struct error *error);
    enum status (*begin_snapshot)(void *state, const struct watermark *mark, struct error *error);
    enum status (*put)(void *state, const struct row *rows, size_t count, struct error *error);
    /* What was put and the mark are there for good. */
    enum status (*commit)(void *state, const struct watermark *mark, struct error *error);
    void (*drop)(void *state); /* the connection, and what was not committed */
};

extern const struct publish_target postgres_target, kafka_target;

#endif
