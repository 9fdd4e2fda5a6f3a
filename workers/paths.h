/* paths.h - where the data files are: gazetteer, catalogue and other readable lists.
 *
 * Looked for in this order: $XIANZHI_DATA, the source tree the program was built from, the source
 * tree the program stands in (it was moved or copied with it), /usr/share/xianzhi.
 */
#ifndef XIANZHI_WORKERS_PATHS_H
#define XIANZHI_WORKERS_PATHS_H

#include "proto/status.h"

#include <stddef.h>

/* Writes the path of `relative` ("workers/extract/catalogue"), a file or folder, into `out`.
 * STATUS_FATAL: it is in none of the places (the error names them), or $XIANZHI_DATA is set and has
 * no such entry (a wrong setting is never passed over), or `size` is too small. Any thread. */
enum status data_path(const char *relative, char *out, size_t size, struct error *error);

#endif
