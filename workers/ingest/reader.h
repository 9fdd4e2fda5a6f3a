/* reader.h - the data files that reading a document needs, loaded once and shared by all of it. */
#ifndef XIANZHI_INGEST_READER_H
#define XIANZHI_INGEST_READER_H

#include "workers/ingest/clean.h"
#include "workers/ingest/gazetteer.h"
#include "workers/ingest/issuer.h"
#include "workers/ingest/traditional.h"
#include "workers/ingest/words.h"

/* Read-only once made; one a thread or one for all. */
struct reader {
    struct cleaner *cleaner;
    struct gazetteer *gazetteer;
    struct words *words;
    struct traditional *traditional;
    const char *originals; /* folder to keep documents in (proto/kept.h); NULL: none is */
    bool scans; /* pages that are pictures are read by the OCR stage; else they are refused */
};

enum status reader_init(struct reader *reader, struct error *error);
void reader_release(struct reader *reader); /* accepts the zeroed state */

#endif
