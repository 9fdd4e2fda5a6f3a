/* ocr.h - the optional stage behind ingest, for reports of which pages are pictures. */
#ifndef XIANZHI_OCR_OCR_H
#define XIANZHI_OCR_OCR_H

#include "workers/stage.h"

/* Reads some of the pages that report->scans still waits for; for as long as a turn may be.
 * STATUS_BAD: a page can't be read. */
enum status ocr_turn(struct report *report, struct error *error);

#endif
