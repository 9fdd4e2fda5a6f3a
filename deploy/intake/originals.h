/* originals.h - the bytes of a document as it was submitted: kept by the store, or found where it
 * lay. */
#ifndef XIANZHI_INTAKE_ORIGINALS_H
#define XIANZHI_INTAKE_ORIGINALS_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

/* `kept`: folder of kept ones (proto/kept.h), may be NULL. `path` as the document was submitted
 * under: a file, or a member of an archive
 * ("uploads/list.zip/甲县/报告.docx"). Only bytes with that SHA-256 (64 hex digits) are given, so
 * nothing can be read this way that whoever names the hash doesn't know already. STATUS_BAD: it is
 * no longer there, or another file is. Any thread. */
enum status original_read(const char *kept, const char *path, struct slice sha256,
                          struct buffer *bytes, struct error *error);

#endif
