/* row_csv.h - rows as CSV (RFC 4180), safe to open in a spreadsheet. Nothing here fails. */
#ifndef XIANZHI_PROTO_ROWS_ROW_CSV_H
#define XIANZHI_PROTO_ROWS_ROW_CSV_H

#include "proto/base/memory.h"
#include "proto/rows/fields.h"

/* Append a line. `bom`: begins with the mark by which Excel knows UTF-8. */
void row_csv_head(bool bom, struct buffer *out);
void row_csv(const struct row *row, struct buffer *out);

/* The same of any record by its table of fields. */
void fields_csv_head(const struct row_field_list *fields, bool bom, struct buffer *out);
void fields_csv(const struct row_field_list *fields, const void *record, struct buffer *out);

/* Appends one text as a cell: quoted where it has to be, and behind a ' where a spreadsheet would
 * take it for a formula (it begins with = + - @ or a tab); control characters but line feeds and
 * tabs are shown (<U+001B>). */
void csv_text(struct slice text, struct buffer *out);

#endif
