/* upload_private.h - what uploads.c, upload_run.c, upload_record.c and dropped.c share. */
#ifndef XIANZHI_CONSOLE_UPLOAD_PRIVATE_H
#define XIANZHI_CONSOLE_UPLOAD_PRIVATE_H

#include "deploy/console/uploads.h"

#include "proto/submitter.h"

#include <uthash.h>

/* In its folder: all of it is on the broker's disk; it holds what became of it, as JSON. */
#define UPLOAD_MARK "/.submitted"

struct upload_document {
    char *path;        /* as the broker knows it */
    const char *state; /* waiting, accepted, filed, replaced, duplicate, stale, withdrawn, rival,
                          dead, refused; of what was dropped also young, told */
    char *text;        /* the reason, or NULL */
    char sha256[65];   /* of its bytes; empty: never read */
    uint64_t at_ms;    /* of what was dropped: when it was met; else 0 */
    UT_hash_handle hh;
};

struct upload {
    struct uploads *uploads;
    uint64_t id, at_ms;
    char by[64];
    char *folder;
    char *record; /* where it is kept; NULL: UPLOAD_MARK in its folder */
    bool running, ended;
    bool held;    /* its list has faults: nothing goes before somebody says what to do */
    bool no_list; /* it goes without */
    pthread_t thread;
    struct upload_document *documents; /* in order of reading */
    uint64_t count, done;
    struct buffer problem; /* lines */
    uint64_t told_us;
    struct upload *prev, *next;
};

struct uploads {
    const struct console *console;
    pthread_mutex_t lock;   /* guards the list and all that hangs on it */
    struct upload *list;    /* the newest first */
    struct upload *dropped; /* the drop folder; NULL: there is none */
    uint64_t dropped_kept_us;
    uint64_t next_id;
};

/* ---- upload_run.c ---- */

/* An upload's thread: hands its files in and waits for their outcomes. */
void *upload_run(void *upload);
const char *upload_state_of(const struct submission *submission);
/* With the lock. Those who follow hear of it: at once, or where they haven't just heard of it. */
void upload_tell(struct upload *upload, bool at_once);
/* Appends a line in which files go by their names in the upload: where they lie on this machine is
 * nobody's business. */
void upload_put_line(const struct upload *upload, const char *line, struct buffer *out);

/* ---- dropped.c ---- */

void dropped_open(struct uploads *uploads);
void dropped_close(struct uploads *uploads);

/* ---- upload_record.c ---- */

/* With the lock. Appends the upload as a JSON object. */
void upload_put(const struct upload *upload, struct buffer *out);
/* Puts the record into the upload's folder: it is done with. */
void upload_keep(const struct upload *upload);
/* Takes what an earlier console has put down about a folder. False: nothing, or nothing of use. */
bool upload_recall(struct upload *upload);
/* With the lock. The document of that path, made where it is new; NULL: there are too many. */
struct upload_document *upload_document(struct upload *upload, const char *path);
void upload_forget(struct upload *upload, struct upload_document *document);
void upload_free(struct upload *upload);

#endif
