/* inputs_archive.h - the members of an archive as documents. */
#ifndef XIANZHI_DEPLOY_INPUTS_ARCHIVE_H
#define XIANZHI_DEPLOY_INPUTS_ARCHIVE_H

#include "deploy/commands/inputs.h"

/* A document: takes `document` (may leave it; it is reused then). `unreadable`, a line of text,
 * means that it is too large to be read and belongs among the dead letters. Not OK ends the
 * reading. */
typedef enum status input_take(void *context, const char *path, struct buffer *document,
                               const char *unreadable, struct error *error);

/* By its ending: zip, tar, tar.gz, tar.bz2, tar.xz, tar.zst, 7z. */
bool archive_by_name(const char *path);

/* Gives each to `take`; what can't be unpacked is told and counted. What `take` returned. */
enum status archive_read_members(struct inputs *inputs, const char *path, input_take *take,
                                 void *context, struct error *error);

#endif
