/* legacy.h - formats that LibreOffice reads for us. */
#ifndef XIANZHI_INGEST_FORMAT_LEGACY_H
#define XIANZHI_INGEST_FORMAT_LEGACY_H

#include "workers/ingest/format/format.h"

extern const struct format doc_format, rtf_format, works_format, xls_format, odt_format, ods_format,
    word_xml_format, excel_xml_format, protected_format;

/* docx/docx.c and xlsx/xlsx.c: what they make of the converted bytes. */
enum status docx_decode(struct slice bytes, struct blocks *blocks, struct error *error);
enum status xlsx_decode(struct slice bytes, struct blocks *blocks, struct error *error);

#endif
