/* file.h - a whole file into memory, for data files and settings. */
#ifndef XIANZHI_PROTO_BASE_FILE_H
#define XIANZHI_PROTO_BASE_FILE_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

/* Appends the bytes of a plain file of at most `limit_bytes`. What is no plain file (a pipe, a
 * device) is refused, not waited for. STATUS_BAD: names the file and says why. Any thread. */
enum status file_read(const char *path, size_t limit_bytes, struct buffer *out,
                      struct error *error);

#endif
