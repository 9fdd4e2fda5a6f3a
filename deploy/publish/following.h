/* following.h - the results as pages to publish: of a running pipeline without end, or of a store's
 * folder once. One thread owns them. */
#ifndef XIANZHI_PUBLISH_FOLLOWING_H
#define XIANZHI_PUBLISH_FOLLOWING_H

#include "deploy/publish/target.h"
#include "proto/client.h"

struct following_from {
    const char *store; /* a folder; NULL: `client` says where */
    struct client_options client;
};

struct following;

/* Changes since `mark`, or a snapshot. STATUS_BAD: no such place. */
enum status following_open(struct following **following, const struct following_from *from,
                           const struct watermark *mark, struct error *error);
void following_close(struct following **following); /* accepts NULL inside */

/* The next page, valid until the next call; of a pipeline it is waited for. *mark: once this page
 * is there, everything up to it is. A folder's pages are those of the moment it was opened, the
 * last has no `more`. STATUS_AGAIN: stopped, or nobody answers. */
enum status following_next(struct following *following, struct answer *page, struct watermark *mark,
                           struct error *error);

#endif
