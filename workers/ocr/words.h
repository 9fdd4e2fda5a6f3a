/* words.h - what tesseract prints of a page (its tsv) as pdf_words.h reads it. */
#ifndef XIANZHI_OCR_WORDS_H
#define XIANZHI_OCR_WORDS_H

#include "proto/base/memory.h"

/* Appends page `width` by `height` points with the words of `tsv`; `scale`: points a pixel. Lines
 * of another form are passed over. `rules`: the page's ruled lines, as picture_rules_print says
 * them; may be empty. */
void words_of_tsv(struct slice tsv, struct slice rules, float width, float height, float scale,
                  struct buffer *out);

/* Of the page's words on average, 0 to 100: 90 and more of a clean page, 15 of one that stands on
 * its head; -1 of one without a word. */
double words_confidence(struct slice tsv);

/* The size in pixels that tesseract says the page has; false: it says none. */
bool words_page_size(struct slice tsv, float *width, float *height);

#endif
