/* uploads.h - what was brought in through the browser: kept as files, handed to the broker, and
 * what became of each document.
 *
 * An upload is a folder of its own under the uploads' folder; its files are the originals that the
 * report page shows later. A file `.submitted` in it says that all of it is on the broker's disk,
 * and what became of it: a folder without it, left by a console that ended meanwhile, is handed in
 * again at the start.
 *
 * Where a list came with the files and has faults, nothing of the upload goes to the broker: it is
 * held until a mended list comes, or somebody says that it goes without.
 */
#ifndef XIANZHI_CONSOLE_UPLOADS_H
#define XIANZHI_CONSOLE_UPLOADS_H

#include "deploy/console/console_private.h"

enum {
    MAX_UPLOADS_KEPT = 40, /* in the list; the files stay */
    MAX_UPLOADS_HELD = 20, /* with so many nothing more is taken until somebody has seen to one */
    MAX_UPLOADS_AT_ONCE = 8,
    MAX_DOCUMENTS_TOLD = 2000, /* of one upload, each by itself */
};

enum status uploads_open(struct uploads **uploads, const struct console *console,
                         struct error *error);
/* Ends what is being handed in; the next start goes on. */
void uploads_close(struct uploads **uploads); /* accepts NULL inside */

/* Takes the form's files: names them, keeps them, begins to hand them in. STATUS_AGAIN: too many at
 * once; STATUS_BAD: no file in it, a name that can't be one, too many are held; STATUS_RETRY: the
 * disk. */
enum status uploads_take(struct uploads *uploads, const struct http_part *parts, size_t count,
                         const char *by, uint64_t *id, struct error *error);

/* One that is held goes on: with the mended list, or without any (NULL). STATUS_BAD: it isn't held.
 */
enum status uploads_go_on(struct uploads *uploads, uint64_t id, const struct http_part *list,
                          struct error *error);

/* Appends all of them as JSON, the newest first, and the drop folder. */
void uploads_put(struct uploads *uploads, struct buffer *out);

#endif
