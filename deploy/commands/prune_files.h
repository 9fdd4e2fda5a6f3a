/* prune_files.h - originals that are older than they are kept: which of them may go.
 *
 * A file stays, however old, when a person has decided on a figure of a document in it (the
 * decision is read against its text), and when it is a dead letter's: nobody has read it yet. A
 * dead letter's copy in a store may go: the letter has the document, and a replay keeps it again.
 */
#ifndef XIANZHI_DEPLOY_PRUNE_FILES_H
#define XIANZHI_DEPLOY_PRUNE_FILES_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

struct prune_kept; /* what has to stay */

struct prune_kept *prune_kept_new(void);
void prune_kept_free(struct prune_kept **kept);
void prune_keep_document(struct prune_kept *kept, const uint8_t sha256[32]);
/* A dead letter's path: a file, or what is inside of one. Nothing where it lies elsewhere. */
void prune_keep_path(struct prune_kept *kept, struct slice path);

struct prune_files {
    const struct prune_kept *kept;
    uint64_t before_ms; /* unix: files that were put there earlier */
    bool dry_run;       /* only say so */

    /* found */
    uint64_t removed, removed_bytes, decided, unread, young, failed;
};

/* Walks a folder and removes what may go; folders that become empty go too, the folder itself
 * stays. Never leaves the folder through a link. Each removed file is a line on stdout, each
 * failure one on stderr, and counted. STATUS_BAD: no such folder. */
enum status prune_folder(struct prune_files *prune, const char *folder, struct error *error);

#endif
