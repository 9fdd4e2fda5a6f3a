/* read_page.c - a page of a PDF is drawn (pdftoppm), its ruled lines are taken out, tesseract reads
 * it; a photograph goes to tesseract as it is, also one within a docx or ofd. Each program is
 * confined by proto/doors/process.h and uses one core: more of them in one program take longer than
 * one after the other. Any thread.
 */
#include "workers/ocr/read_page.h"

#include "proto/doors/process.h"
#include "workers/ingest/format/package_pictures.h"
#include "workers/ingest/format/pdf_words.h"
#include "workers/ingest/format/picture_rules.h"
#include "workers/ocr/rules.h"
#include "workers/ocr/words.h"

#include <pthread.h>
#include <stdio.h>

enum {
    READ_TIME_MS = 120000, /* a page full of small print takes ten seconds */
    POINTS_PER_INCH = 72,
    RULE_POINTS = 20, /* a row's height; strokes of headings are as long, but stand in words */
    LANGUAGES_BYTES = 64 * 1024,
    CONFIDENT = 60, /* words_confidence of a page that stands as it is read */
};

/* ---- is it there? ---- */

static pthread_once_t asked = PTHREAD_ONCE_INIT;
static bool available;

static void ask(void)
{
    static const char *const argv[] = {"tesseract", "--list-langs", NULL};
    struct process_limits limits = {.output_bytes = LANGUAGES_BYTES};
    struct process_report end;
    struct buffer languages = {0};
    available =
        process_program_exists("tesseract") &&
        process_run(argv, NULL, (struct slice){0}, &limits, &languages, &end, NULL) == STATUS_OK &&
        end.end == PROCESS_DONE && slice_has(buffer_slice(&languages), SLICE("chi_sim"));
    buffer_release(&languages);
}

bool ocr_available(void)
{
    pthread_once(&asked, ask);
    return available;
}

/* ---- reading ---- */

/* `mode`: tesseract's; `in_file`: which page of the picture's file, from 1; `page`: which of the
 * report, for people. */
static enum status recognise_as(const char *mode, struct slice picture, unsigned in_file,
                                unsigned dpi, unsigned page, struct buffer *tsv,
                                struct error *error)
{
    char resolution[16], number[48];
    snprintf(resolution, sizeof resolution, "%u", dpi);
    snprintf(number, sizeof number, "tessedit_page_number=%u", in_file - 1);
    const char *const argv[] = {"tesseract", "stdin",    "stdout", "-l",   "chi_sim", "--psm", mode,
                                "--dpi",     resolution, "-c",     number, "tsv",     NULL};
    struct process_limits limits = {.time_ms = READ_TIME_MS, .memory_bytes = 1024u << 20};
    struct process_report end;
    enum status status = process_run(argv, NULL, picture, &limits, tsv, &end, error);
    if (status)
        return status;
    if (end.end != PROCESS_DONE)
        return fail(error, STATUS_BAD,
                    "page %u: reading it off %s: scan it anew, smaller or cleaner, and submit that",
                    page, process_end_text(end.end));
    if (end.exit_code != 0)
        return fail(error, STATUS_BAD,
                    "page %u can't be read off (图片损坏): tesseract says \"%s\"; scan it anew",
                    page, end.complaint);
    return STATUS_OK;
}

/* A page that hardly reads is tried once more with a look at which way it stands, which takes a
 * third longer; where it stands then, tesseract says of the picture as it is. Where no word was
 * seen there is none on any side, and where the second reading fails the first one stands. */
static enum status recognise(struct slice picture, unsigned in_file, unsigned dpi, unsigned page,
                             struct buffer *tsv, struct error *error)
{
    static const char as_it_stands[] = "3", turned[] = "1";
    enum status status = recognise_as(as_it_stands, picture, in_file, dpi, page, tsv, error);
    double confidence = status ? 0 : words_confidence(buffer_slice(tsv));
    if (status || confidence < 0 || confidence >= CONFIDENT)
        return status;
    struct buffer again = {0};
    status = recognise_as(turned, picture, in_file, dpi, page, &again, error);
    if (!status && words_confidence(buffer_slice(&again)) > confidence) {
        struct buffer first = *tsv;
        *tsv = again;
        again = first;
    }
    buffer_release(&again);
    return status == STATUS_BAD ? STATUS_OK : status;
}

/* The size of a PDF's page in points; A4 where it doesn't say. */
static struct page size_of_page(struct slice pdf, unsigned page)
{
    char number[16];
    snprintf(number, sizeof number, "%u", page);
    const char *const argv[] = {"pdftotext", "-bbox",           "-f", number, "-l",
                                number,      "/proc/self/fd/0", "-",  NULL};
    struct page size = {.width = 595, .height = 842};
    struct process_report end;
    struct buffer boxes = {0};
    struct arena arena = {0};
    struct pdf_pages pages = {0};
    if (process_run(argv, NULL, pdf, &(struct process_limits){0}, &boxes, &end, NULL) ==
            STATUS_OK &&
        end.end == PROCESS_DONE &&
        pdf_words_read(&arena, buffer_slice(&boxes), &pages, NULL) == STATUS_OK)
        size = (struct page){.width = pages.items[0].width, .height = pages.items[0].height};
    arena_release(&arena);
    buffer_release(&boxes);
    return size;
}

static enum status read_pdf_page(struct slice pdf, unsigned page, struct buffer *words,
                                 struct error *error)
{
    struct page size = size_of_page(pdf, page);
    struct picture picture = {0};
    struct buffer tsv = {0}, rules = {0};
    float longer = size.width > size.height ? size.width : size.height;
    enum status status = picture_of_pdf(pdf, page, longer, PICTURE_DPI, &picture, error);
    float scale = (float)POINTS_PER_INCH / (float)(picture.dpi ? picture.dpi : 1);
    if (!status) {
        picture_rules_print(&picture, picture.dpi * RULE_POINTS / POINTS_PER_INCH, scale, &rules);
        rules_erase(&picture);
        status = recognise(buffer_slice(&picture.bytes), 1, picture.dpi, page, &tsv, error);
    }
    if (!status)
        words_of_tsv(buffer_slice(&tsv), buffer_slice(&rules), size.width, size.height, scale,
                     words);
    picture_release(&picture);
    buffer_release(&rules);
    buffer_release(&tsv);
    return status;
}

/* A photograph's points are its pixels. */
static enum status read_photograph(struct slice raw, unsigned in_file, unsigned page,
                                   struct buffer *words, struct error *error)
{
    struct buffer tsv = {0};
    float width = 0, height = 0;
    enum status status = recognise(raw, in_file, PICTURE_DPI, page, &tsv, error);
    if (!status && !words_page_size(buffer_slice(&tsv), &width, &height))
        status =
            fail(error, STATUS_BAD, "page %u can't be read off (图片损坏): scan it anew", page);
    if (!status)
        words_of_tsv(buffer_slice(&tsv), SLICE(""), width, height, 1, words);
    buffer_release(&tsv);
    return status;
}

/* A picture within a docx or ofd. */
static enum status read_inner(struct slice package, unsigned page, struct buffer *words,
                              struct error *error)
{
    struct buffer picture = {0};
    enum status status = package_pictures_read(package, page, &picture, error);
    if (!status)
        status = read_photograph(buffer_slice(&picture), 1, page, words, error);
    buffer_release(&picture);
    return status;
}

enum status ocr_read_page(struct slice format, struct slice document, unsigned page,
                          struct buffer *words, struct error *error)
{
    if (slice_equal(format, SLICE("pdf")))
        return read_pdf_page(document, page, words, error);
    if (slice_equal(format, SLICE("docx")) || slice_equal(format, SLICE("ofd")))
        return read_inner(document, page, words, error);
    return read_photograph(document, page, page, words, error);
}
