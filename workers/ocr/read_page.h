/* read_page.h - the words of one page that is a picture, by tesseract in a child. */
#ifndef XIANZHI_OCR_READ_PAGE_H
#define XIANZHI_OCR_READ_PAGE_H

#include "proto/base/memory.h"
#include "proto/base/slice.h"
#include "proto/base/status.h"

/* Whether this machine has the program and its Chinese; asked once. Any thread. */
bool ocr_available(void);

/* Appends the words of page `page` of `document`, as pdf_words.h reads them. `format`: its name;
 * `document`: without an envelope. STATUS_BAD: it can't be drawn or read; STATUS_RETRY: no process
 * can be made now. */
enum status ocr_read_page(struct slice format, struct slice document, unsigned page,
                          struct buffer *words, struct error *error);

#endif
