/* office.h - the one door to LibreOffice: documents of formats that only it reads, into ones we do.
 *
 * LibreOffice is an optional package, found when it is first asked for. It runs in a child that
 * stays (it takes 700 ms to begin and 40 for a document), confined to a folder of its own, and is
 * begun anew every OFFICE_DOCUMENTS documents, for it grows. Any thread; one document at a time.
 */
#ifndef XIANZHI_PROTO_DOORS_OFFICE_H
#define XIANZHI_PROTO_DOORS_OFFICE_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

enum {
    OFFICE_DOCUMENTS = 100,
    OFFICE_TIME_MS = 60000, /* of one document, its beginning included */
};

/* Whether it is installed, with what reads text documents or sheets. */
bool office_reads_text(void);
bool office_reads_sheets(void);

/* Appends `bytes`, a document that usually has the ending `from` ("doc"), as `to` ("docx", "xlsx").
 * `what` names it in the reason. STATUS_BAD: it can't be read; STATUS_RETRY: no process left. */
enum status office_convert(struct slice bytes, const char *from, const char *to, const char *what,
                           struct buffer *out, struct error *error);

#endif
