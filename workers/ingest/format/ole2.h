/* ole2.h - compound files (MS-CFB), which old office formats are: what is in one, by its directory.
 */
#ifndef XIANZHI_INGEST_FORMAT_OLE2_H
#define XIANZHI_INGEST_FORMAT_OLE2_H

#include "proto/base/slice.h"

bool ole2_matches(struct slice raw);

/* Whether it has an entry of that name (ASCII, 31 characters at most). Any bytes. */
bool ole2_has(struct slice raw, const char *name);

/* The first bytes of the stream of that name, as far as they stand together; empty if there is
 * none, or it is so short that it is stored elsewhere. */
struct slice ole2_stream_start(struct slice raw, const char *name);

#endif
