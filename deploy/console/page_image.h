/* page_image.h - a page of a document as a picture, to be shown beside its text. */
#ifndef XIANZHI_CONSOLE_PAGE_IMAGE_H
#define XIANZHI_CONSOLE_PAGE_IMAGE_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

enum { PAGE_IMAGE_DPI = 110, PAGE_IMAGES_AT_ONCE = 2 };

/* *type: "image/png", "image/jpeg", "image/svg+xml" (as large as the page in points); a page of a
 * PDF or an OFD is drawn, a picture is its own only page.
 * STATUS_BAD: another format, no such page; STATUS_AGAIN: too many are being drawn. Any thread. */
enum status page_image(struct slice document, unsigned page, const char **type,
                       struct buffer *image, struct error *error);

#endif
