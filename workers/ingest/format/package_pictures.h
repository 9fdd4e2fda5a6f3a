/* package_pictures.h - scanned pages put into an office file as pictures (docx, ofd).
 *
 * A document without words of its own but with pictures of a page's size has these as its pages:
 * decoding lists them (blocks_scan), the OCR stage asks for one after the other. All of it happens
 * in a child.
 */
#ifndef XIANZHI_INGEST_FORMAT_PACKAGE_PICTURES_H
#define XIANZHI_INGEST_FORMAT_PACKAGE_PICTURES_H

#include "workers/ingest/format/blocks.h"

/* In the decoder's child: where `blocks` have hardly a character, each such picture of the package
 * `bytes` is one more page to read off; what few there are, a title or a page number, is left out
 * then. STATUS_BAD: more than any report has. */
enum status package_pictures_scan(struct slice bytes, struct blocks *blocks, struct error *error);

/* Picture `page` (from 1) appended to `picture`. STATUS_BAD: it isn't there; STATUS_RETRY: no
 * process can be made now. */
enum status package_pictures_read(struct slice bytes, unsigned page, struct buffer *picture,
                                  struct error *error);

#endif
