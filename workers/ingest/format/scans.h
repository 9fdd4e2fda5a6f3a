/* scans.h - documents whose pages are pictures, in part or all: photographs, scanned PDFs.
 *
 * Decoding tells which pages have to be read off (report->scans) and leaves them to the OCR stage,
 * which fills in the words of each, in the form that pdf_words.h reads. When all are there the
 * document is decoded once more, with them in their places.
 */
#ifndef XIANZHI_INGEST_FORMAT_SCANS_H
#define XIANZHI_INGEST_FORMAT_SCANS_H

#include "workers/ingest/format/format.h"

/* What brings the program that reads them, and its Chinese. */
#define SCAN_PACKAGES "tesseract-ocr tesseract-ocr-chi-sim"

enum { MAX_SCANS = 500 }; /* pages to read off, of one document */

/* Whether some pages are still to be read. */
static inline bool scans_wait(const struct report *report)
{
    for (size_t i = 0; i < report->scan_count; i++)
        if (!report->scans[i].done)
            return true;
    return false;
}

/* STATUS_BAD: which page is a picture, and what this machine lacks to read it. */
enum status scans_refuse(const struct report *report, struct error *error);

/* Puts the words that were read off into `boxes`, in the places of their pages; where the format
 * gives none (a photograph) they are all there is. */
void scans_merge(const struct report *report, struct buffer *boxes);

/* Takes out pages that are white; only asked where they are few. */
void scans_drop_blank(const struct format *format, struct report *report);

extern const struct format jpeg_format, png_format, gif_format, tiff_format;

#endif
