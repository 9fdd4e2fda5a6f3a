/* sighted.h - formats that are known by sight only: they hold no text, or not one document's. */
#ifndef XIANZHI_INGEST_FORMAT_SIGHTED_H
#define XIANZHI_INGEST_FORMAT_SIGHTED_H

#include "workers/ingest/format/format.h"

extern const struct format ole2_format, elf_format, office_format;

#endif
