/* picture.h - pages as grey pictures, a byte a pixel. */
#ifndef XIANZHI_INGEST_FORMAT_PICTURE_H
#define XIANZHI_INGEST_FORMAT_PICTURE_H

#include "proto/base/memory.h"
#include "proto/base/status.h"

enum {
    PICTURE_DPI = 200,         /* more is read no better */
    PICTURE_MAX_PIXELS = 5000, /* along the longer side: A3 at 200 dpi has 3,300 */
};

/* Zero-initialise; rows follow one another in `bytes`. */
struct picture {
    struct buffer bytes;
    uint8_t *pixels; /* in it, behind the header of the PGM that it is as a whole */
    size_t width, height;
    unsigned dpi;
};

/* A page of a PDF, drawn by pdftoppm in a child; `longer_side`: of the page, in points, 0: A4's.
 * STATUS_BAD: the page can't be drawn; STATUS_RETRY: no process can be made now. */
enum status picture_of_pdf(struct slice pdf, unsigned page, float longer_side, unsigned dpi,
                           struct picture *picture, struct error *error);
/* The same at a pixel a point, its thin lines a pixel thick and nothing grey for smoothness: to
 * look for ruled lines. */
enum status picture_of_lines(struct slice pdf, unsigned page, struct picture *picture,
                             struct error *error);
void picture_release(struct picture *picture);

/* Whether there is nothing on it but white. */
bool picture_is_blank(const struct picture *picture);

#endif
