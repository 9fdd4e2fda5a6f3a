/* docx.c - Word documents (OOXML): which part is which, and all of it into blocks.
 *
 * In a child. Happy path: unpack the XML parts, read styles and lists, then the body; notes follow
 * behind it; headers and footers are never read. What can fail: a part that is damaged (its name
 * and line in the reason), or no main part at all.
 */
#include "proto/base/tr.h"
#include "proto/doors/xml.h"
#include "workers/ingest/format/docx/body.h"
#include "workers/ingest/format/format.h"
#include "workers/ingest/format/legacy.h"
#include "workers/ingest/format/package.h"
#include "workers/ingest/format/package_pictures.h"

static const char what[] = TR("a Word document (docx)");

struct parts {
    struct slice main, styles, numbering, footnotes, endnotes;
};

static bool matches(struct slice raw)
{
    return package_has(raw, SLICE("word/document.xml")) ||
           (package_has(raw, SLICE("[Content_Types].xml")) &&
            package_has(raw, SLICE("word/document2.xml")));
}

/* The target of the first relation of that type ("…/relationships/styles"); empty if none. */
static struct slice related(const struct package *package, struct arena *arena, struct slice from,
                            const char *type)
{
    size_t folder = from.len;
    while (folder > 0 && from.data[folder - 1] != '/')
        folder--;
    struct slice name = arena_format(arena, "%.*s_rels/%.*s.rels", (int)folder, from.data,
                                     (int)(from.len - folder), from.data + folder);
    struct slice found = {0};
    struct xml *xml = xml_open(package_part(package, name), MAX_NESTING);
    struct xml_node node;
    while (!found.data && xml_next(xml, &node) != XML_END)
        if (xml_opens(&node, "Relationship") &&
            slice_ends(xml_attribute(xml, "Type"), slice_of(type)))
            found = package_resolve(arena, from, xml_attribute(xml, "Target"));
    xml_close(&xml, NULL);
    return found;
}

static struct slice part_or(const struct package *package, struct arena *arena, struct slice main,
                            const char *type, const char *usual)
{
    struct slice name = related(package, arena, main, type);
    return name.len && package_part(package, name).data ? name : arena_copy(arena, slice_of(usual));
}

static void find_parts(const struct package *package, struct arena *arena, struct parts *parts)
{
    parts->main = part_or(package, arena, SLICE(""), "/officeDocument", "word/document.xml");
    parts->styles = part_or(package, arena, parts->main, "/styles", "word/styles.xml");
    parts->numbering = part_or(package, arena, parts->main, "/numbering", "word/numbering.xml");
    parts->footnotes = part_or(package, arena, parts->main, "/footnotes", "word/footnotes.xml");
    parts->endnotes = part_or(package, arena, parts->main, "/endnotes", "word/endnotes.xml");
}

/* `part` is the name to blame. */
static enum status read_parts(const struct package *package, const struct parts *parts,
                              struct body *body, struct flow *flow, struct slice *part,
                              struct error *error)
{
    struct styles *styles;
    *part = parts->styles;
    enum status status = styles_read(&styles, body->arena, package_part(package, *part), error);
    body->styles = styles;
    if (!status) {
        *part = parts->numbering;
        status = numbering_read(&body->numbering, body->arena, package_part(package, *part), error);
    }
    if (!status) {
        *part = parts->main;
        status = body_read(body, package_part(package, *part), flow, error);
    }
    if (!status) {
        *part = parts->footnotes;
        status = notes_read(body, package_part(package, *part), &body->footnotes, flow, error);
    }
    if (!status) {
        *part = parts->endnotes;
        status = notes_read(body, package_part(package, *part), &body->endnotes, flow, error);
    }
    return status;
}

static enum status read_package(const struct package *package, struct blocks *blocks,
                                struct error *error)
{
    struct parts parts;
    struct flow flow = {0};
    struct body body = {.arena = blocks->arena};
    struct error cause;
    struct slice part;
    find_parts(package, blocks->arena, &parts);
    if (!package_part(package, parts.main).data)
        return fail(error, STATUS_BAD,
                    "%s without its main part (缺少正文): it is damaged; get it again", what);
    if (read_parts(package, &parts, &body, &flow, &part, &cause) != STATUS_OK)
        return package_damaged(what, part, &cause, error);
    flow_emit(&flow, blocks);
    return STATUS_OK;
}

enum status docx_decode(struct slice bytes, struct blocks *blocks, struct error *error)
{
    struct package package;
    enum status status = package_open(&package, blocks->arena, bytes, what, error);
    if (!status)
        status = read_package(&package, blocks, error);
    package_close(&package);
    return status;
}

/* Words, pictures of pages, or the words that were read off those. */
static enum status decode(struct slice bytes, struct blocks *blocks, struct error *error)
{
    if (slice_starts(bytes, SLICE("<page ")))
        return pdf_format.decode(bytes, blocks, error);
    enum status status = docx_decode(bytes, blocks, error);
    return status ? status : package_pictures_scan(bytes, blocks, error);
}

const struct format docx_format = {
    .name = "docx", .what = what, .matches = matches, .decode = decode};
