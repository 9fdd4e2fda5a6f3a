/* pdf_words.h - what `pdftotext -bbox-layout` prints, as pages of words; the OCR stage says it so,
 * too. */
#ifndef XIANZHI_INGEST_FORMAT_PDF_WORDS_H
#define XIANZHI_INGEST_FORMAT_PDF_WORDS_H

#include "workers/ingest/format/page.h"

struct pdf_pages {
    struct page *items;
    size_t count, capacity;
};

/* Pages that were read off a picture have ocr="1" in their tag: the OCR stage writes the same.
 * Within a page <rule xMin=… yMin=… xMax=… yMax=…/> is a ruled line, as pictures show them.
 * Reads `boxes`, which is changed in place (entities resolved) and must live as long as the pages.
 * STATUS_BAD: too many pages or words, or not what pdftotext prints. */
enum status pdf_words_read(struct arena *arena, struct slice boxes, struct pdf_pages *pages,
                           struct error *error);

/* Whether the words of a page are its text: enough of them, and not signs without a meaning (a font
 * that does not say which characters its shapes are). Else it has to be read as a picture. */
bool pdf_page_has_text(const struct page *page);

#endif
