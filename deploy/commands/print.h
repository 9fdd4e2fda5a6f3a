/* print.h - rows of results as a table for a person, as CSV, or as JSON lines (contract: the keys
 * and their order never change). Used by query, run and subscribe.
 *
 * One thread owns a printer. Nothing here fails but the stream: check ferror() at the end.
 */
#ifndef XIANZHI_DEPLOY_PRINT_H
#define XIANZHI_DEPLOY_PRINT_H

#include "proto/reading.h"

#include <stdio.h>

/* TABLE: columns, rows as they come. BY_UNIT: the same rows as one small table a unit (地区, 单位,
 * year), in order of region; keeps all rows until the end. */
enum row_format { ROWS_TABLE, ROWS_BY_UNIT, ROWS_CSV, ROWS_JSONL };

struct row_printer;

/* "table", "csv" or "jsonl"; options_parse has checked it. */
enum row_format row_format_by_name(const char *name);

/* `bom`: CSV begins with the mark by which Excel knows UTF-8. */
struct row_printer *row_printer_new(FILE *out, enum row_format format, bool bom);
/* Copies what it keeps. CSV and JSON lines are written at once, a table by the page. */
void row_print(struct row_printer *printer, const struct row *row);
void row_printer_end(
    struct row_printer **printer); /* prints the rest; frees; accepts NULL inside */

#endif
