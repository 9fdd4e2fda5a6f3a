/* inputs_read.h - the documents in the files that were collected. */
#ifndef XIANZHI_DEPLOY_INPUTS_READ_H
#define XIANZHI_DEPLOY_INPUTS_READ_H

#include "deploy/intake/inputs.h"

/* A document: takes `document` (may leave it; it is reused then). `unreadable`, a line of text,
 * means that it is there but can't be read (too large, protected), and belongs among the dead
 * letters. Not OK ends the reading. */
typedef enum status input_take(void *context, const char *path, struct buffer *document,
                               const char *unreadable, struct error *error);

/* Gives the documents of files[index] to `take`: one, or what an archive or a mail holds, each
 * named by its path inside, "archive.zip/inner.txt". The bytes tell what it is, not its name. What
 * `take` returned. */
enum status inputs_read(struct inputs *inputs, size_t index, input_take *take, void *context,
                        struct error *error);

#endif
