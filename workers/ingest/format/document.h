/* document.h - the bytes of a submitted file into the text that the line reads. */
#ifndef XIANZHI_INGEST_FORMAT_DOCUMENT_H
#define XIANZHI_INGEST_FORMAT_DOCUMENT_H

#include "proto/base/status.h"
#include "proto/report.h"

/* What some pages of are pictures has report->scans set behind it: the rest of its text may be
 * wrong until those are read off and it is read a second time, with all of them done (scans.h).
 *
 * Fills in report->sha256, format, text, encoding and loci from report->raw. STATUS_BAD: empty, of
 * a format that holds no text or that this machine can't read, damaged, protected, in no known
 * encoding, or cut off; the reason names the byte where that helps, or the package that is missing.
 */
enum status document_read(struct report *report, struct error *error);

#endif
