/* xlsx_private.h - a workbook in the making, as row_xlsx.c and grid_xlsx.c share it: sheets whose
 * cells go from top to bottom and from left to right. The caller's thread. */
#ifndef XIANZHI_PROTO_ROWS_XLSX_PRIVATE_H
#define XIANZHI_PROTO_ROWS_XLSX_PRIVATE_H

#include "proto/base/memory.h"
#include "proto/base/status.h"
#include "proto/rows/row_file.h"

enum { SHEET_ROWS = 1048576 }; /* Excel's limit */

enum xlsx_style {
    XLSX_HEAD,
    XLSX_TEXT,
    XLSX_WRAP, /* a text of several lines */
    XLSX_NUMBER,
    XLSX_RATE,
    XLSX_YEAR, /* a number without marks between its digits */
    XLSX_LINK,
    XLSX_STYLE_COUNT
};

struct xlsx_book;

/* Zero-initialise but for the name. */
struct xlsx_sheet {
    const char *name;
    void *sheet;     /* NULL: none is begun */
    unsigned number; /* of the sheets by this name */
    uint32_t next;   /* row to write; the head's is 0 */
    unsigned columns;
};

/* STATUS_FATAL: can't be made; *book is to be closed all the same. */
enum status xlsx_open(struct xlsx_book **book, const char *path, struct error *error);
/* Frees it whatever happens. `keep` false: its file is thrown away. STATUS_FATAL: the disk. */
enum status xlsx_close(struct xlsx_book **book, bool keep, struct error *error);

void xlsx_begin(struct xlsx_book *book, struct xlsx_sheet *sheet, const char *const *heads,
                const double *widths, unsigned columns);
void xlsx_end(struct xlsx_sheet *sheet);
/* Cells of row sheet->next. */
void xlsx_text(struct xlsx_book *book, struct xlsx_sheet *sheet, unsigned column, struct slice text,
               enum xlsx_style style);
void xlsx_number(struct xlsx_book *book, struct xlsx_sheet *sheet, unsigned column, double value,
                 enum xlsx_style style);
/* `shown`: by who doesn't calculate. */
void xlsx_formula(struct xlsx_book *book, struct xlsx_sheet *sheet, unsigned column,
                  const char *formula, const char *shown, enum xlsx_style style);

/* 说明, a sheet of its own: when, from where, by which program and catalogues. */
void xlsx_colophon(struct xlsx_book *book, const struct row_source *source,
                   struct slice catalogues);

#endif
