/* counting.h - numbers as a document prints them: 1, 一, 壹, 甲, ①, Ⅳ, d. */
#ifndef XIANZHI_INGEST_FORMAT_DOCX_COUNTING_H
#define XIANZHI_INGEST_FORMAT_DOCX_COUNTING_H

#include "proto/base/memory.h"

/* Appends `number` in the number format of that name as OOXML writes it (ECMA-376 17.18.59
 * ST_NumberFormat: "chineseCountingThousand", "decimal"). Appends nothing for "none" and "bullet";
 * a format that isn't known, or a number beyond what it can write, is decimal. */
void counting_put(struct buffer *out, struct slice format, unsigned number);

#endif
