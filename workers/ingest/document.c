/* document.c - takes a file's identity, finds out what kind of file it is and has it decoded.
 *
 * Any thread; no state. Fails (STATUS_BAD) with a reason that says what the file is instead of a
 * report, because the reader of a dead letter has only that line to act on.
 */
#include "workers/ingest/document.h"

#include "proto/digest.h"

static const struct document_format *const formats[] = {&html_format, &plain_format, NULL};

/* Files that are often sent in place of the text, by their first bytes. */
static const struct {
    struct slice magic;
    const char *what;
} foreign[] = {
    {{"\xFF\xD8\xFF", 3}, "a JPEG picture (a scan?); read the text off it first (OCR)"},
    {{"\x89PNG", 4}, "a PNG picture (a scan?); read the text off it first (OCR)"},
    {{"GIF8", 4}, "a GIF picture; read the text off it first (OCR)"},
    {{"II*\0", 4}, "a TIFF picture (a scan?); read the text off it first (OCR)"},
    {{"MM\0*", 4}, "a TIFF picture (a scan?); read the text off it first (OCR)"},
    {{"%PDF-", 5}, "a PDF; turn it into text first (pdftotext)"},
    {{"PK\3\4", 4},
     "a zip archive or a Word/WPS file (docx); save it as plain text, or give the "
     "archive a .zip name"},
    {{"\xD0\xCF\x11\xE0", 4}, "an old Word/WPS/Excel file (doc, wps, xls); save it as plain text"},
    {{"{\\rtf", 5}, "a rich text file (RTF); save it as plain text"},
    {{"Rar!", 4}, "a rar archive; unpack it first"},
    {{"7z\xBC\xAF", 4}, "a 7z archive; give it a .7z name or unpack it first"},
    {{"\x1F\x8B", 2}, "a gzip file; unpack it first"},
    {{"\x7F"
      "ELF",
      4},
     "a program"},
};

static const char *foreign_kind(struct slice raw)
{
    for (size_t i = 0; i < sizeof foreign / sizeof *foreign; i++)
        if (slice_starts(raw, foreign[i].magic))
            return foreign[i].what;
    return NULL;
}

static bool all_zero(struct slice raw)
{
    return raw.data[0] == '\0' && memcmp(raw.data, raw.data + 1, raw.len - 1) == 0;
}

enum status document_read(struct report *report, struct error *error)
{
    struct slice raw = report->raw;
    digest_sha256(raw, report->sha256);
    if (raw.len == 0)
        return fail(error, STATUS_BAD, "empty file (空文件): nothing in it; get the report again");
    if (raw.len > UINT32_MAX / 2)
        return fail(error, STATUS_BAD, "%zu bytes are too many for one report: split it", raw.len);
    if (all_zero(raw))
        return fail(error, STATUS_BAD,
                    "%zu zero bytes and nothing else (全是零字节): the copy failed; get the report "
                    "again",
                    raw.len);
    const char *kind = foreign_kind(raw);
    if (kind)
        return fail(error, STATUS_BAD, "not a text (不是文本): by its first bytes it is %s", kind);

    const struct document_format *const *format = formats;
    while (!(*format)->matches(raw))
        format++;
    return (*format)->decode(&report->arena, raw, &report->text, &report->encoding, error);
}
