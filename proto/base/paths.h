/* paths.h - where the data files are: gazetteer, catalogue and other readable lists.
 *
 * Looked for in this order: $XIANZHI_DATA, the source tree or the share/xianzhi that the program
 * stands beside (build/xianzhi, bin/xianzhi), the source tree it was built from.
 */
#ifndef XIANZHI_PROTO_BASE_PATHS_H
#define XIANZHI_PROTO_BASE_PATHS_H

#include "proto/base/status.h"

#include <stddef.h>

/* Writes the path of `relative` ("workers/extract/catalogue"), a file or folder, into `out`.
 * STATUS_FATAL: it is in none of the places (the error names them), or $XIANZHI_DATA is set and has
 * no such entry (a wrong setting is never passed over), or `size` is too small. Any thread. */
enum status data_path(const char *relative, char *out, size_t size, struct error *error);

#endif
