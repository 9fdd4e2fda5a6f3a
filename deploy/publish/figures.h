/* figures.h - what a publisher tells monitoring, at /metrics and /readyz.
 *
 * The publisher's thread counts, the server's thread answers: each figure is one atomic. */
#ifndef XIANZHI_PUBLISH_FIGURES_H
#define XIANZHI_PUBLISH_FIGURES_H

#include "proto/base/status.h"

#include <stdatomic.h>
#include <stdint.h>

struct publish_figures {
    const char *target;       /* "pg" */
    atomic_ullong version;    /* published */
    atomic_ullong known;      /* the newest that was heard of: with a page that none follows, and from
                                 the broker before each further page and each further try; while it
                                 doesn't answer, and from a folder, nothing is heard between */
    atomic_ullong behind_us;  /* monotonic: since when something is unpublished, or the target away;
                                 0: not */
    atomic_ullong rows, gone; /* put, taken away */
    atomic_ullong commits, snapshots, retries;
};

void figures_wait(struct publish_figures *figures); /* something is to be published */
void figures_done(struct publish_figures *figures); /* all that is known is */

struct figures_server;
/* STATUS_BAD: not such a place; STATUS_FATAL: in use. */
enum status figures_serve(struct figures_server **server, const char *place,
                          struct publish_figures *figures, struct error *error);
const char *figures_place(const struct figures_server *server);
void figures_end(struct figures_server **server); /* accepts NULL inside */

#endif
