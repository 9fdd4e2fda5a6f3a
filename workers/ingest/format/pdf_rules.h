/* pdf_rules.h - the ruled lines of a PDF's tables, which pdftotext does not tell of. */
#ifndef XIANZHI_INGEST_FORMAT_PDF_RULES_H
#define XIANZHI_INGEST_FORMAT_PDF_RULES_H

#include "proto/base/memory.h"

/* Draws those pages of the PDF that may hold tables and puts their lines into `boxes`, which is
 * what pdftotext prints of it (pdf_words.h). What can't be drawn stays without. */
void pdf_rules_add(struct slice pdf, struct buffer *boxes);

#endif
