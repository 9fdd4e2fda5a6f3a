/* settle.h - files that appear under their name only when they are whole. */
#ifndef XIANZHI_PROTO_BASE_SETTLE_H
#define XIANZHI_PROTO_BASE_SETTLE_H

#include "proto/base/status.h"

/* Syncs `temporary` and renames it: after a crash the old file is there or the new one.
 * STATUS_RETRY: the disk is full; STATUS_FATAL: the disk, or no such place; the temporary file is
 * left. */
enum status file_settle(const char *temporary, const char *path, struct error *error);

#endif
