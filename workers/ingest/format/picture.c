/* picture.c - pdftoppm draws, what it prints is checked before it is believed. Any thread. */
#include "workers/ingest/format/picture.h"

#include "proto/doors/process.h"

#include <stdio.h>

enum {
    DRAW_TIME_MS = 30000,
    PAPER = 235, /* grey values below are ink; scanned paper is seldom pure white */
    BLANK_PER_MILLION = 200,
};

/* "P5 1654 2339 255" and one blank, then the pixels. */
static bool read_header(struct picture *picture)
{
    struct buffer *bytes = &picture->bytes;
    char front[64] = "";
    int len = 0;
    size_t taken = bytes->len < sizeof front - 1 ? bytes->len : sizeof front - 1;
    memcpy(front, bytes->data, taken);
    if (sscanf(front, "P5 %zu %zu 255%n", &picture->width, &picture->height, &len) != 2 || len == 0)
        return false;
    size_t at = (size_t)len + 1;
    bool sound = picture->width > 0 && picture->width <= PICTURE_MAX_PIXELS + 1 &&
                 picture->height > 0 && picture->height <= PICTURE_MAX_PIXELS + 1;
    picture->pixels = (uint8_t *)bytes->data + at;
    return sound && bytes->len >= at && bytes->len - at >= picture->width * picture->height;
}

enum { POINTS_PER_INCH = 72 };

static enum status draw(struct slice pdf, unsigned page, bool smooth, struct picture *picture,
                        struct error *error)
{
    char resolution[16], number[16];
    snprintf(resolution, sizeof resolution, "%u", picture->dpi);
    snprintf(number, sizeof number, "%u", page);
    const char *const argv[] = {"pdftoppm",
                                "-r",
                                resolution,
                                "-gray",
                                "-f",
                                number,
                                "-l",
                                number,
                                "-aaVector",
                                smooth ? "yes" : "no",
                                "-thinlinemode",
                                smooth ? "none" : "solid",
                                "/proc/self/fd/0",
                                NULL};
    struct process_limits limits = {.time_ms = DRAW_TIME_MS};
    struct process_report end;
    enum status status = process_run(argv, NULL, pdf, &limits, &picture->bytes, &end, error);
    if (status)
        return status;
    if (end.end != PROCESS_DONE)
        return fail(error, STATUS_BAD, "page %u: drawing it %s: print the PDF anew and submit that",
                    page, process_end_text(end.end));
    if (end.exit_code != 0 || !read_header(picture))
        return fail(error, STATUS_BAD,
                    "page %u can't be drawn (页面损坏): pdftoppm says \"%s\"; print the PDF anew "
                    "and submit that",
                    page, end.complaint);
    return STATUS_OK;
}

enum status picture_of_pdf(struct slice pdf, unsigned page, float longer_side, unsigned dpi,
                           struct picture *picture, struct error *error)
{
    float most = longer_side > 0 ? PICTURE_MAX_PIXELS * (float)POINTS_PER_INCH / longer_side : dpi;
    picture->dpi = most < (float)dpi ? (unsigned)most : dpi;
    picture->dpi = picture->dpi ? picture->dpi : 1;
    return draw(pdf, page, true, picture, error);
}

enum status picture_of_lines(struct slice pdf, unsigned page, struct picture *picture,
                             struct error *error)
{
    picture->dpi = POINTS_PER_INCH;
    return draw(pdf, page, false, picture, error);
}

void picture_release(struct picture *picture)
{
    buffer_release(&picture->bytes);
    *picture = (struct picture){0};
}

bool picture_is_blank(const struct picture *picture)
{
    size_t ink = 0, all = picture->width * picture->height;
    for (size_t i = 0; i < all; i++)
        ink += picture->pixels[i] < PAPER;
    return ink * 1000000 < all * BLANK_PER_MILLION;
}
