/* metadata.h - who reports, on which year, when published and signed. */
#ifndef XIANZHI_INGEST_METADATA_H
#define XIANZHI_INGEST_METADATA_H

#include "workers/ingest/reader.h"

/* Fills in report->meta from report->clean and, where the text says nothing, from report->path.
 * Never fails: what can't be told stays empty. `error` gets a line, without being a failure, when
 * the region is one of several like-named ones and nothing decides. */
void metadata_read(const struct reader *reader, struct report *report, struct error *doubt);

#endif
