/* document.h - file formats: bytes of a submitted file in, UTF-8 text out.
 *
 * A format is one const struct in a file of its own (html.c, plain.c). To add one: write the
 * struct, list it in document.c in front of the plain text, which takes whatever is left.
 */
#ifndef XIANZHI_INGEST_DOCUMENT_H
#define XIANZHI_INGEST_DOCUMENT_H

#include "proto/report.h"
#include "proto/status.h"

struct document_format {
    const char *name; /* "plain text" */

    /* Whether the file is of this format; looks at the bytes only, never at the name. */
    bool (*matches)(struct slice raw);

    /* Text in the arena (or raw itself where it is UTF-8 already, so that offsets are the file's)
     * and the name of the encoding found. STATUS_BAD with a reason for the dead letters. */
    enum status (*decode)(struct arena *arena, struct slice raw, struct slice *text,
                          struct slice *encoding, struct error *error);
};

extern const struct document_format plain_format; /* plain.c */
extern const struct document_format html_format;  /* html.c */

/* Fills in report->sha256, text and encoding from report->raw. STATUS_BAD: empty, not a text, in no
 * known encoding, or cut off; the reason names the byte where that helps. */
enum status document_read(struct report *report, struct error *error);

#endif
