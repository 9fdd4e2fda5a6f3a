/* document.c - takes a file's identity, finds out what kind of file it is and has it decoded.
 *
 * Any thread; no state. Fails (STATUS_BAD) with a reason that says what the file is instead of a
 * report, because the reader of a dead letter has only that line to act on.
 */
#include "workers/ingest/format/document.h"

#include "proto/base/digest.h"
#include "workers/ingest/format/scans.h"

static bool all_zero(struct slice raw)
{
    return raw.data[0] == '\0' && memcmp(raw.data, raw.data + 1, raw.len - 1) == 0;
}

static enum status refuse_nothing(struct slice raw, struct error *error)
{
    if (raw.len == 0)
        return fail(error, STATUS_BAD, "empty file (空文件): nothing in it; get the report again");
    if (raw.len > UINT32_MAX / 2)
        return fail(error, STATUS_BAD, "%zu bytes are too many for one report: split it", raw.len);
    if (all_zero(raw))
        return fail(error, STATUS_BAD,
                    "%zu zero bytes and nothing else (全是零字节): the copy failed; get the report "
                    "again",
                    raw.len);
    return STATUS_OK;
}

static bool only_blanks(struct slice text)
{
    size_t i = 0;
    while (i < text.len && strchr(" \t\r\n", text.data[i]) && text.data[i])
        i++;
    return i == text.len;
}

/* First without, then with the words that were read off its pages. */
static enum status decode(const struct format *format, struct report *report, struct error *error)
{
    struct buffer converted = {0};
    struct slice bytes = report->raw;
    enum status status = STATUS_OK;
    if (format->convert)
        status = format->convert(bytes, &converted, error);
    if (!status && report->scan_count)
        scans_merge(report, &converted);
    if (format->convert || report->scan_count)
        bytes = arena_copy(&report->arena, buffer_slice(&converted));
    buffer_release(&converted);
    if (!status)
        status = format_decode(format, bytes, report, error);
    if (!status)
        scans_drop_blank(format, report);
    if (!status && format != &plain_format && !report->scan_count && only_blanks(report->text))
        status = fail(error, STATUS_BAD,
                      "%s without any text in it (没有文字): it is empty or shows nothing but "
                      "pictures: get the report's text, or print what is seen to a PDF",
                      format->what);
    return status;
}

enum status document_read(struct report *report, struct error *error)
{
    digest_sha256(report->raw, report->sha256);
    enum status status = refuse_nothing(report->raw, error);
    if (status)
        return status;
    const struct format *format = format_of(report->raw);
    report->format = slice_of(format->name);
    if (!format->decode)
        return fail(error, STATUS_BAD, "not a text (不是文本): by its first bytes it is %s; %s",
                    format->what, format->remedy);
    if (format->available && !format->available())
        return fail(error, STATUS_BAD,
                    "%s, and this machine can't read those yet (缺少软件包): install %s, then "
                    "replay it",
                    format->what, format->package);
    return decode(format, report, error);
}
