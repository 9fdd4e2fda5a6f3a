/* legacy.c - doc, wps, rtf, xls, et, OpenDocument: LibreOffice makes docx and xlsx of them, for us.
 *
 * Detection in place; what is protected, empty or of another program is told before LibreOffice is
 * asked, because it opens nearly anything as something.
 */
#include "workers/ingest/format/legacy.h"

#include "proto/base/tr.h"
#include "proto/doors/office.h"
#include "workers/ingest/format/ole2.h"
#include "workers/ingest/format/package.h"

static const char doc_what[] = TR("an old Word or WPS document (doc, wps)");
static const char rtf_what[] = TR("a rich text document (rtf)");
static const char xls_what[] = TR("an old Excel or WPS workbook (xls, et)");
static const char works_what[] = TR("a Works document (wps)");
static const char odt_what[] = TR("an OpenDocument text (odt)");
static const char ods_what[] = TR("an OpenDocument sheet (ods)");
static const char word_xml_what[] = TR("a Word 2003 document (xml)");
static const char excel_xml_what[] = TR("an Excel 2003 workbook (xml)");

/* LibreOffice makes an empty document of what is left of it. */
static enum status refuse_damage(const char *what, struct error *error)
{
    return fail(error, STATUS_BAD, "%s that was cut off or is damaged (文件损坏): get it again",
                what);
}

static bool is_doc(struct slice raw)
{
    return ole2_has(raw, "WordDocument");
}

static bool is_xls(struct slice raw)
{
    return ole2_has(raw, "Workbook") || ole2_has(raw, "Book");
}

static bool is_works(struct slice raw)
{
    return ole2_has(raw, "MatOST") || ole2_has(raw, "MM") || ole2_has(raw, "CONTENTS");
}

static bool is_rtf(struct slice raw)
{
    return slice_starts(raw, SLICE("{\\rtf"));
}

static bool is_protected(struct slice raw)
{
    return ole2_has(raw, "EncryptedPackage");
}

/* MS-DOC 2.5.2: the file information block. */
static enum status convert_doc(struct slice raw, struct buffer *converted, struct error *error)
{
    enum { FLAGS_AT = 10, ENCRYPTED = 0x01 /* of the second byte */ };
    struct slice block = ole2_stream_start(raw, "WordDocument");
    if (block.len && (!slice_starts(block, SLICE("\xEC\xA5")) || block.len < FLAGS_AT + 2))
        return refuse_damage(doc_what, error);
    if (block.len && block.data[FLAGS_AT + 1] & ENCRYPTED)
        return package_protected(doc_what, error);
    return office_convert(raw, "doc", "docx", doc_what, converted, error);
}

/* MS-XLS 2.4: records of type, length, body; FILEPASS comes behind BOF. */
static enum status convert_xls(struct slice raw, struct buffer *converted, struct error *error)
{
    enum { BOF = 0x09, FILEPASS = 0x2F };
    struct slice stream = ole2_stream_start(raw, "Workbook");
    if (stream.len > 24) {
        const unsigned char *bytes = (const unsigned char *)stream.data;
        size_t next = 4 + ((size_t)bytes[2] | (size_t)bytes[3] << 8);
        if (bytes[0] != BOF)
            return refuse_damage(xls_what, error);
        if (next + 2 <= stream.len && bytes[next] == FILEPASS && bytes[next + 1] == 0)
            return package_protected(xls_what, error);
    }
    return office_convert(raw, "xls", "xlsx", xls_what, converted, error);
}

static enum status convert_works(struct slice raw, struct buffer *converted, struct error *error)
{
    return office_convert(raw, "wps", "docx", works_what, converted, error);
}

static enum status convert_rtf(struct slice raw, struct buffer *converted, struct error *error)
{
    return office_convert(raw, "rtf", "docx", rtf_what, converted, error);
}

/* ---- OpenDocument, and Office 2003's XML ---- */

/* The type that an OpenDocument file names itself with, in the first of its members. */
static bool is_open_document(struct slice raw, struct slice kind)
{
    enum { MIMETYPE_AT = 38, WITHIN = 200 };
    struct slice head = slice_range(raw, 0, raw.len < WITHIN ? raw.len : WITHIN);
    return slice_equal(package_first(raw), SLICE("mimetype")) &&
           slice_find(head, kind, MIMETYPE_AT) != SIZE_MAX;
}

/* What the head of an XML file says about who wrote it. */
static bool is_office_xml(struct slice raw, struct slice mark)
{
    enum { WITHIN = 4000 };
    struct slice head = slice_range(raw, 0, raw.len < WITHIN ? raw.len : WITHIN);
    return slice_has(head, SLICE("<?xml")) && slice_has(head, mark);
}

static bool is_odt(struct slice raw)
{
    return is_open_document(raw, SLICE("application/vnd.oasis.opendocument.text")) ||
           is_office_xml(raw, SLICE("mimetype=\"application/vnd.oasis.opendocument.text\""));
}

static bool is_ods(struct slice raw)
{
    return is_open_document(raw, SLICE("application/vnd.oasis.opendocument.spreadsheet")) ||
           is_office_xml(raw, SLICE("mimetype=\"application/vnd.oasis.opendocument.spreadsheet\""));
}

static bool is_word_xml(struct slice raw)
{
    return is_office_xml(raw, SLICE("progid=\"Word.Document\""));
}

static bool is_excel_xml(struct slice raw)
{
    return is_office_xml(raw, SLICE("progid=\"Excel.Sheet\""));
}

static enum status convert_odt(struct slice raw, struct buffer *converted, struct error *error)
{
    bool flat = slice_starts(raw, SLICE("<")); /* all of it in one XML file */
    if (!flat && !package_has(raw, SLICE("content.xml")))
        return refuse_damage(odt_what, error);
    return office_convert(raw, flat ? "fodt" : "odt", "docx", odt_what, converted, error);
}

static enum status convert_ods(struct slice raw, struct buffer *converted, struct error *error)
{
    bool flat = slice_starts(raw, SLICE("<"));
    if (!flat && !package_has(raw, SLICE("content.xml")))
        return refuse_damage(ods_what, error);
    return office_convert(raw, flat ? "fods" : "ods", "xlsx", ods_what, converted, error);
}

static enum status convert_word_xml(struct slice raw, struct buffer *converted, struct error *error)
{
    return office_convert(raw, "xml", "docx", word_xml_what, converted, error);
}

static enum status convert_excel_xml(struct slice raw, struct buffer *converted,
                                     struct error *error)
{
    return office_convert(raw, "xml", "xlsx", excel_xml_what, converted, error);
}

#define TEXT_FORMAT(tag, text, look, turn)                                                         \
    {                                                                                              \
        .name = (tag), .what = (text), .matches = (look), .convert = (turn),                       \
        .decode = docx_decode, .package = "libreoffice-writer", .available = office_reads_text     \
    }
#define SHEET_FORMAT(tag, text, look, turn)                                                        \
    {                                                                                              \
        .name = (tag), .what = (text), .matches = (look), .convert = (turn),                       \
        .decode = xlsx_decode, .package = "libreoffice-calc", .available = office_reads_sheets     \
    }

const struct format odt_format = TEXT_FORMAT("odt", odt_what, is_odt, convert_odt);
const struct format word_xml_format =
    TEXT_FORMAT("word-xml", word_xml_what, is_word_xml, convert_word_xml);
const struct format ods_format = SHEET_FORMAT("ods", ods_what, is_ods, convert_ods);
const struct format excel_xml_format =
    SHEET_FORMAT("excel-xml", excel_xml_what, is_excel_xml, convert_excel_xml);

const struct format doc_format = TEXT_FORMAT("doc", doc_what, is_doc, convert_doc);
const struct format rtf_format = TEXT_FORMAT("rtf", rtf_what, is_rtf, convert_rtf);
const struct format works_format = TEXT_FORMAT("wps", works_what, is_works, convert_works);
const struct format xls_format = SHEET_FORMAT("xls", xls_what, is_xls, convert_xls);

const struct format protected_format = {
    .name = "protected",
    .what = TR("an office document (docx, xlsx) protected by a password (有密码)"),
    .matches = is_protected,
    .remedy = TR("take the password off, then submit it"),
};
