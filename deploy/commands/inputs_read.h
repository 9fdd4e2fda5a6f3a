/* inputs_read.h - the documents in the files that were collected. */
#ifndef XIANZHI_DEPLOY_INPUTS_READ_H
#define XIANZHI_DEPLOY_INPUTS_READ_H

#include "deploy/commands/inputs_archive.h"

/* Gives the documents of files[index] to `take`: one, or an archive's members as
 * "archive.zip/inner.txt" (zip, tar, tar.gz, tar.xz, 7z, by name). What `take` returned. */
enum status inputs_read(struct inputs *inputs, size_t index, input_take *take, void *context,
                        struct error *error);

#endif
