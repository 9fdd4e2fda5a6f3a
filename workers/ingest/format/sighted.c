/* sighted.c - files that are often sent in place of a report, by their first bytes. No state. */
#include "workers/ingest/format/sighted.h"

#include "proto/base/tr.h"
#include "workers/ingest/format/package.h"

#define BY_FIRST_BYTES(name, bytes)                                                                \
    static bool is_##name(struct slice raw)                                                        \
    {                                                                                              \
        return slice_starts(raw, SLICE(bytes));                                                    \
    }

BY_FIRST_BYTES(ole2, "\xD0\xCF\x11\xE0")
BY_FIRST_BYTES(elf, "\x7F"
                    "ELF")

/* An office file by how it begins, but without the part that none can do without. */
static bool is_broken_office(struct slice raw)
{
    struct slice first = package_first(raw);
    return package_has(raw, SLICE("[Content_Types].xml")) ||
           slice_equal(first, SLICE("[Content_Types].xml")) ||
           slice_equal(first, SLICE("_rels/.rels")) || slice_equal(first, SLICE("mimetype")) ||
           slice_starts(first, SLICE("docProps/")) || slice_starts(first, SLICE("word/")) ||
           slice_equal(first, SLICE("OFD.xml"));
}

const struct format ole2_format = {.name = "ole2",
                                   .what = TR("a file of an old Office program that is no document "
                                              "or workbook, or a damaged one"),
                                   .matches = is_ole2,
                                   .remedy =
                                       TR("open it in its program and save it as docx or xlsx")};
const struct format elf_format = {.name = "elf",
                                  .what = TR("a program"),
                                  .matches = is_elf,
                                  .remedy = TR("send the report's text")};
const struct format office_format = {
    .name = "office",
    .what = TR("an office file, damaged or of a kind that holds no report (presentations, "
               "drawings)"),
    .matches = is_broken_office,
    .remedy = TR("get it again, or open it in its program and save it anew")};
