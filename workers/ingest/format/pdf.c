/* pdf.c - a PDF: poppler's pdftotext says where its words stand, page.h makes text of them.
 *
 * poppler is another program, confined by proto/doors/process.h (it is under the GPL: never
 * linked); where lines are ruled on pages with tables its pdftoppm shows. Pages that are pictures
 * have no words; what is to be read off them is the scan stage's work. Fails (STATUS_BAD): locked
 * by a password, damaged, too large; a page without words is no failure.
 */
#include "proto/base/tr.h"
#include "proto/doors/process.h"
#include "workers/ingest/format/format.h"
#include "workers/ingest/format/pdf_rules.h"
#include "workers/ingest/format/pdf_words.h"
#include "workers/ingest/format/scans.h"

enum {
    HEADER_WITHIN = 1024, /* bytes in front of %PDF- that readers put up with */
    BOXES_MAX_BYTES = 128 * 1024 * 1024,
    PDF_TIME_MS = 30000,
};

static bool matches_pdf(struct slice raw)
{
    struct slice front = slice_range(raw, 0, raw.len < HEADER_WITHIN ? raw.len : HEADER_WITHIN);
    return slice_has(front, SLICE("%PDF-")) && !slice_starts(raw, SLICE("<"));
}

/* What pdftotext's own words mean for whoever sent the file. */
static enum status refusal(const struct process_report *end, struct error *error)
{
    struct slice complaint = slice_of(end->complaint);
    if (end->end != PROCESS_DONE)
        return fail(error, STATUS_BAD,
                    "a PDF: reading it %s: it is damaged or made to do harm; print it to a new PDF "
                    "and submit that",
                    process_end_text(end->end));
    if (slice_has(complaint, SLICE("assword")))
        return fail(error, STATUS_BAD,
                    "a PDF locked by a password (有密码): save it without one and submit that");
    return fail(
        error, STATUS_BAD,
        "a damaged PDF (文件损坏): pdftotext says \"%s\"; get it again, or print it to a new "
        "PDF",
        end->complaint[0] ? end->complaint : "nothing");
}

static enum status convert_pdf(struct slice raw, struct buffer *converted, struct error *error)
{
    static const char *const argv[] = {
        "pdftotext", "-bbox-layout", "-enc", "UTF-8", "/proc/self/fd/0", "-", NULL};
    struct process_limits limits = {.output_bytes = BOXES_MAX_BYTES, .time_ms = PDF_TIME_MS};
    struct process_report end;
    enum status status = process_run(argv, NULL, raw, &limits, converted, &end, error);
    if (status)
        return status;
    if (end.end != PROCESS_DONE || end.exit_code != 0)
        return refusal(&end, error);
    pdf_rules_add(raw, converted);
    return STATUS_OK;
}

static enum status decode_pdf(struct slice bytes, struct blocks *blocks, struct error *error)
{
    struct pdf_pages pages = {0};
    enum status status =
        pdf_words_read(blocks->arena, arena_copy(blocks->arena, bytes), &pages, error);
    if (status)
        return status;
    for (size_t i = 0; i < pages.count; i++)
        if (!pages.items[i].ocr && !pdf_page_has_text(&pages.items[i]))
            blocks_scan(blocks, pages.items[i].number);
    if (blocks->scan_count > MAX_SCANS)
        return fail(error, STATUS_BAD,
                    "%zu scanned pages (扫描页过多), more than the %d of any report: split it",
                    blocks->scan_count, MAX_SCANS);
    pages_read(blocks, pages.items, pages.count);
    return STATUS_OK;
}

static bool has_pdftotext(void)
{
    return process_program_exists("pdftotext");
}

const struct format pdf_format = {
    .name = "pdf",
    .what = TR("a PDF"),
    .matches = matches_pdf,
    .convert = convert_pdf,
    .decode = decode_pdf,
    .package = "poppler-utils",
    .available = has_pdftotext,
};
