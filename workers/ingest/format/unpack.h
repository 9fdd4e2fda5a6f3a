/* unpack.h - the documents within a file: an archive's members, archives in archives, attachments.
 *
 * All of it happens in a child (proto/doors/process.h), which names each document by its path
 * inside
 * ("list.zip/甲县/报告.docx") and hands it out; nothing is ever written to disk. Office files,
 * which are archives too, are one document each.
 */
#ifndef XIANZHI_INGEST_FORMAT_UNPACK_H
#define XIANZHI_INGEST_FORMAT_UNPACK_H

#include "workers/ingest/format/unpacking.h"

struct unpacked {
    enum unpacked_kind kind;
    struct slice path;       /* UTF-8, "list.zip/甲县/报告.docx" */
    struct slice reason;     /* empty for a document */
    struct buffer *document; /* the taker may take it */
};

/* Not OK ends the unpacking. */
typedef enum status unpacked_take(void *context, const struct unpacked *unpacked,
                                  struct error *error);

/* Whether these bytes hold documents: all of a file, or, for one too large to be a document, its
 * first few hundred. */
bool unpack_holds_documents(struct slice bytes);

/* Gives each document in the file behind `fd`, read from its beginning, to `take`; `path` is its
 * name. `max_document_bytes`: larger members are UNPACKED_UNREADABLE. Returns what `take` returned
 * first that isn't OK. */
enum status unpack_file(int fd, uint64_t bytes, const char *path, uint64_t max_document_bytes,
                        unpacked_take *take, void *context, struct error *error);

#endif
