/* page_image.c - pdftoppm draws in a confined child, its answer is looked at before it is believed;
 * a page of an OFD is drawn by our own reader, in a child too. What can fail: pdftoppm is not
 * installed, the page is broken. */
#include "deploy/console/page_image.h"

#include "proto/doors/process.h"
#include "workers/ingest/format/format.h"
#include "workers/ingest/format/ofd/drawing.h"

#include <stdatomic.h>
#include <stdio.h>

#define PNG_MAGIC SLICE("\x89PNG\r\n\x1a\n")
#define JPEG_MAGIC SLICE("\xff\xd8\xff")

static atomic_int at_work;

static enum status draw(struct slice pdf, unsigned page, struct buffer *image, struct error *error)
{
    char number[16], resolution[16];
    snprintf(number, sizeof number, "%u", page);
    snprintf(resolution, sizeof resolution, "%d", PAGE_IMAGE_DPI);
    const char *const argv[] = {"pdftoppm", "-png", "-r",   resolution,        "-f",
                                number,     "-l",   number, "/proc/self/fd/0", NULL};
    const struct process_limits limits = {.output_bytes = 32 << 20};
    struct process_report report;
    enum status status = process_run(argv, NULL, pdf, &limits, image, &report, error);
    if (status)
        return status;
    if (report.end == PROCESS_MISSING)
        return fail(error, STATUS_BAD, "pages can't be drawn here: install poppler-utils");
    bool drawn = report.end == PROCESS_DONE && report.exit_code == 0 &&
                 slice_starts(buffer_slice(image), PNG_MAGIC);
    return drawn
               ? STATUS_OK
               : fail(error, STATUS_BAD, "page %u can't be drawn (%s)", page,
                      report.end == PROCESS_DONE ? report.complaint : process_end_text(report.end));
}

enum status page_image(struct slice document, unsigned page, const char **type,
                       struct buffer *image, struct error *error)
{
    bool png = slice_starts(document, PNG_MAGIC), jpeg = slice_starts(document, JPEG_MAGIC);
    *type = jpeg ? "image/jpeg" : "image/png";
    if ((png || jpeg) && page == 1) {
        buffer_add(image, document);
        return STATUS_OK;
    }
    bool ofd = format_of(document) == &ofd_format;
    if ((!slice_starts(document, SLICE("%PDF-")) && !ofd) || page == 0)
        return fail(error, STATUS_BAD, "this document has no page %u to be shown", page);
    *type = ofd ? "image/svg+xml" : *type;
    enum status status = STATUS_OK;
    if (atomic_fetch_add(&at_work, 1) >= PAGE_IMAGES_AT_ONCE)
        status = fail(error, STATUS_AGAIN, "other pages are being drawn: try again");
    if (!status)
        status = ofd ? ofd_draw(document, page, image, error) : draw(document, page, image, error);
    atomic_fetch_sub(&at_work, 1);
    return status;
}
