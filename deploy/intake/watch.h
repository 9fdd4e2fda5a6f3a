/* watch.h - keeps a drop folder: submits each file once it is complete, moves and changes nothing.
 *
 * What was accepted is noted in `.xianzhi-submitted` in the folder (size, modification time, path),
 * so a restart goes on where it left off; a file that changes is submitted again and replaces its
 * earlier version. A collector's list that is new, or another, places the files beside it that were
 * taken before, as a person's word. Losing that file costs nothing but work: the same bytes change
 * nothing.
 */
#ifndef XIANZHI_DEPLOY_WATCH_H
#define XIANZHI_DEPLOY_WATCH_H

#include "deploy/intake/inputs.h"
#include "proto/submitter.h"

/* What is told of a file, or of a document in one. */
enum watch_news {
    WATCH_YOUNG,  /* somebody may still be writing to it */
    WATCH_PUT,    /* a document: it goes to the submitter, which tells what follows */
    WATCH_FAILED, /* something of the file couldn't be read: what and why was told in lines */
    WATCH_PAST    /* the file doesn't wait any more: it was read, or is gone */
};

/* Called in the watching thread. `sha256`: of a document's bytes as hex; empty where nobody has
 * read them, and with all other news. */
typedef void watch_hear(void *context, enum watch_news news, const char *path, const char *sha256);

struct watch_listener {
    watch_hear *hear; /* NULL: nobody listens */
    void *context;
};

/* Until stop_fd is readable (STATUS_OK). Other paths than folders are submitted once. `inputs` is
 * empty but for its settings. STATUS_FATAL: a folder can't be watched, or the broker won't have us.
 */
enum status watch_folders(struct submitter *submitter, struct inputs *inputs, char **paths,
                          int path_count, int stop_fd, struct watch_listener listener,
                          struct error *error);

#endif
