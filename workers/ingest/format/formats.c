/* formats.c - the list of formats, and a decoder's run in a child of its own. Any thread. */
#include "workers/ingest/format/format.h"

#include "proto/base/log.h"
#include "proto/doors/mail.h"
#include "proto/doors/process.h"
#include "workers/ingest/format/legacy.h"
#include "workers/ingest/format/scans.h"
#include "workers/ingest/format/sighted.h"

#include <iconv.h>
#include <pthread.h>

/* clang-format off */
const struct format *const formats[] = {
    &docx_format, &workbook_format, &ofd_format, &odt_format, &ods_format,
    &word_xml_format, &excel_xml_format,
    &html_format, &mail_format,
    &jpeg_format, &png_format, &gif_format, &tiff_format,
    &pdf_format,
    &protected_format, &doc_format, &xls_format, &works_format, &rtf_format, &ole2_format,
    &elf_format,
    &office_format, &container_format, /* behind those that are archives of their own parts */
    &csv_format,
    &plain_format,
    NULL,
};
/* clang-format on */

const struct format *format_of(struct slice raw)
{
    const struct format *const *format = formats;
    while (format[1] && !(*format)->matches(raw))
        format++;
    return *format;
}

/* A confined child can't load what iconv needs for an encoding; what is open here it has. */
static const char *const encodings[] = {"GB18030", "GBK", "GB2312", "UTF-16LE", "UTF-16BE", "BIG5"};
static iconv_t loaded[sizeof encodings / sizeof *encodings];

static void load_encodings(void)
{
    for (size_t i = 0; i < sizeof encodings / sizeof *encodings; i++)
        loaded[i] = iconv_open("UTF-8", encodings[i]);
}

static void prepare(void)
{
    load_encodings();
    mail_prepare();
    process_start(NULL); /* a failure shows, with its reason, when the first document is decoded */
}

void formats_prepare(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, prepare);
}

/* ---- in the child ---- */

enum { CHILD_READ, CHILD_REFUSED };

static int decode_in_child(const void *argument, struct slice input, struct buffer *output)
{
    const struct format *format = argument;
    struct arena arena = {0};
    struct blocks blocks = {.arena = &arena};
    struct error error = {{0}};
    enum status status = format->decode(input, &blocks, &error);
    if (!status)
        status = blocks_finish(&blocks, &error);
    if (status) {
        buffer_append(output, error.text, strlen(error.text));
        return CHILD_REFUSED;
    }
    blocks_pack(&blocks, output);
    return CHILD_READ;
}

/* ---- in the caller ---- */

static enum status explain_end(const struct format *format, const struct process_report *report,
                               struct error *error)
{
    return fail(error, STATUS_BAD,
                "%s: reading it %s: the file is damaged or made to do harm; open it, save it anew "
                "or as plain text, and submit that",
                format->what, process_end_text(report->end));
}

static enum status decode_apart(const struct format *format, struct slice bytes,
                                struct report *report, struct error *error)
{
    struct process_limits limits = {.memory_bytes = FORMAT_MEMORY_BYTES,
                                    .output_bytes = MAX_TEXT_BYTES * 2,
                                    .time_ms = format->time_ms ? format->time_ms : FORMAT_TIME_MS};
    struct process_report end;
    struct buffer output = {0};
    formats_prepare();
    enum status status =
        process_call(decode_in_child, format, bytes, &limits, &output, &end, error);
    struct slice message = arena_copy(&report->arena, buffer_slice(&output));
    buffer_release(&output);
    if (status)
        return status;
    log_event(LOG_DEBUG, "ingest.decoded", "format=%s bytes=%zu ms=%u peak_kb=%llu", format->name,
              bytes.len, end.elapsed_ms, (unsigned long long)end.peak_kb);
    if (end.end != PROCESS_DONE)
        return explain_end(format, &end, error);
    if (end.exit_code == CHILD_READ)
        return blocks_unpack(&report->arena, message, report, error);
    return fail(error, STATUS_BAD, "%.*s", SLICE_ARGS(message));
}

static enum status decode_here(const struct format *format, struct slice bytes,
                               struct report *report, struct error *error)
{
    struct blocks blocks = {.arena = &report->arena};
    enum status status = format->decode(bytes, &blocks, error);
    if (!status)
        status = blocks_finish(&blocks, error);
    if (!status)
        blocks_give(&blocks, report);
    blocks_release(&blocks);
    return status;
}

enum status format_decode(const struct format *format, struct slice bytes, struct report *report,
                          struct error *error)
{
    return format->in_process ? decode_here(format, bytes, report, error)
                              : decode_apart(format, bytes, report, error);
}
