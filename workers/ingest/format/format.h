/* format.h - one file format is one const struct, in a file of its own.
 *
 * To add one: write the struct, declare it below, list it in formats.c in front of the plain text,
 * which takes whatever is left. Detection looks at the bytes only; a file's name never decides.
 *
 * Two steps, either of which may be missing. `convert` has a helper program turn the bytes into
 * others that we read (proto/doors/process.h runs it, confined). `decode` reads bytes into blocks.
 * It runs in a child process of its own with limits of memory, time and system calls: it may crash
 * or loop without harm. Only a decoder that is fuzzed, allocates in proportion to its input and
 * calls no library beyond libc may say in_process, for speed, and says why.
 */
#ifndef XIANZHI_INGEST_FORMAT_FORMAT_H
#define XIANZHI_INGEST_FORMAT_FORMAT_H

#include "workers/ingest/format/blocks.h"

struct unpacking;

struct format {
    const char *name; /* "docx": in `inspect` and `formats` */
    const char *what; /* "a Word document (docx)": in lines to people */

    /* Whether the bytes are of this format. Never fails, reads nothing outside of them. */
    bool (*matches)(struct slice raw);

    /* Optional: `converted` is what decode reads then. STATUS_BAD: the document's fault, with a
     * reason a person can act on; STATUS_RETRY: the helper's. */
    enum status (*convert)(struct slice raw, struct buffer *converted, struct error *error);

    /* STATUS_BAD with a reason for the dead letters. NULL: the format is known by sight only, and
     * `remedy` says what to do with such a file. */
    enum status (*decode)(struct slice bytes, struct blocks *blocks, struct error *error);
    bool in_process;
    unsigned time_ms; /* that a decoder may take; 0: FORMAT_TIME_MS */

    /* Optional packages: which one brings the helper, and whether it is there (asked once). */
    const char *package; /* Debian's name for it */
    bool (*available)(void);

    bool picture; /* it has no text of its own: what the OCR stage reads off it is its text */

    const char *remedy; /* decode NULL: "read the text off it first (OCR)" */

    /* Optional: the documents that the file holds, each given to unpack_member (unpacking.h), in a
     * child. A format that has `decode` too is a document itself besides: a mail with attachments.
     */
    void (*unpack)(struct slice bytes, struct unpacking *unpacking);
};

enum {
    FORMAT_TIME_MS = 20000,
    FORMAT_MEMORY_BYTES = 512 * 1024 * 1024,
};

extern const struct format plain_format, csv_format, html_format, mail_format, pdf_format,
    docx_format, workbook_format, ofd_format, container_format;

/* NULL-terminated, in the order in which they are tried; the last takes everything. */
extern const struct format *const formats[];

/* The format of these bytes; never NULL. */
const struct format *format_of(struct slice raw);

/* Before threads: starts the process that decoders run in. Called again it does nothing. */
void formats_prepare(void);

/* A decoder in a child of its own, as document_read calls it: fills in report->text, encoding and
 * loci. STATUS_BAD also for one that crashed, hung or took too much, with what to do. */
enum status format_decode(const struct format *format, struct slice bytes, struct report *report,
                          struct error *error);

/* Plain text of whatever encoding as UTF-8, for formats that hold such text (html, csv, mail). In
 * the arena, or `raw` itself where it is UTF-8 already. STATUS_BAD with the byte that is wrong. */
enum status plain_decode(struct arena *arena, struct slice raw, struct slice *text,
                         struct slice *encoding, struct error *error);

#endif
