/* number.h - a sheet's numbers as they are shown: 98.6%, 1200, 2023年1月9日, 36件. */
#ifndef XIANZHI_INGEST_FORMAT_XLSX_NUMBER_H
#define XIANZHI_INGEST_FORMAT_XLSX_NUMBER_H

#include "proto/base/memory.h"

/* The format code of a built-in number format (ECMA-376 18.8.30), "General" for one that has none.
 */
const char *number_builtin_format(long id);

/* Appends `value` as `format` shows it: percent, decimals, division by trailing commas, literals
 * ("件"), dates and times (a date as 2023年1月9日 whatever its order in the format). Thousands are
 * not parted. A format that isn't understood gives the number itself. `from_1904`: the workbook
 * counts days from 1904. */
void number_put(struct buffer *out, double value, struct slice format, bool from_1904);

#endif
