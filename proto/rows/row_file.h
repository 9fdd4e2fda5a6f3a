/* row_file.h - rows into a file of their own: xlsx, sqlite, dta.
 *
 * A file appears under its name only when it is whole: it is written beside it and renamed. Every
 * row carries the evidence of the value shown and where it comes from, and every file says what it
 * was made from. A format is one const struct in a file of its own (row_xlsx.c …); to add one,
 * write it and list it in row_file.c.
 */
#ifndef XIANZHI_PROTO_ROWS_ROW_FILE_H
#define XIANZHI_PROTO_ROWS_ROW_FILE_H

#include "proto/base/status.h"
#include "proto/rows/row.h"

/* What the file says of itself; borrowed while it is open. */
struct row_source {
    const char *program; /* "xianzhi 0.9.0" */
    const char *from;    /* the store's folder, the broker's endpoint */
    const char *asked;   /* the question in words: "--indicator litigation.* --region 14" */
};

struct row_file;

struct row_file_format {
    const char *name, *ending; /* "xlsx", ".xlsx" */
    /* `path` is the temporary one. STATUS_FATAL: can't be made. */
    enum status (*open)(void **state, const char *path, const struct row_source *source,
                        struct error *error);
    enum status (*put)(void *state, const struct row *row, struct error *error);
    /* Ends the file, and frees the state whatever happens. `keep` false: it is thrown away. */
    enum status (*close)(void **state, bool keep, struct error *error);
};

/* NULL: no such format. */
const struct row_file_format *row_file_format(const char *name);

/* STATUS_BAD: a folder, no place for a file. */
enum status row_file_open(struct row_file **file, const struct row_file_format *format,
                          const char *path, const struct row_source *source, struct error *error);
enum status row_file_put(struct row_file *file, const struct row *row, struct error *error);
/* Gives the file its name, if `keep` and all went well; else nothing is left of it. Accepts NULL
 * inside. */
enum status row_file_close(struct row_file **file, bool keep, struct error *error);

extern const struct row_file_format xlsx_format, sqlite_format, dta_format;

#endif
