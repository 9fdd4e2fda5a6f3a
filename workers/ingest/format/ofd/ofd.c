/* ofd.c - the national format for documents as printed (GB/T 33190): pages of words into blocks.
 *
 * In a child. Happy path: OFD.xml names the documents, each document its pages, templates and
 * resources; every page becomes words with boxes (content.c), and page.h makes text of them. What
 * can fail: a part that is damaged, or pages without any words: outlines in place of characters, or
 * pictures.
 */
#include "workers/ingest/format/ofd/ofd.h"
#include "proto/base/tr.h"
#include "workers/ingest/format/format.h"
#include "workers/ingest/format/package_pictures.h"

static const char what[] = TR("an OFD document (ofd)");

struct named_part {
    struct slice id, part;
};

struct part_list {
    struct named_part *items;
    size_t count, capacity;
};

struct ofd {
    struct arena *arena;
    struct package package;
    struct part_list pages, templates;
    struct ofd_resources resources;
    double width, height; /* of a page that doesn't say, millimetres */
    struct page *done;
    size_t done_count, done_capacity;
    size_t words, outlines, pictures;
    unsigned number; /* of the page at hand, from 1 over all documents */
    unsigned wanted; /* the one page that is to be drawn; 0: all are read */
    struct ofd_page *drawn;
    struct slice part; /* at hand, to name it when it is damaged */
};

static bool matches(struct slice raw)
{
    return package_has(raw, SLICE("OFD.xml"));
}

static void add_part(struct ofd *ofd, struct part_list *list, struct xml *xml, const char *id)
{
    *ARENA_PUSH(ofd->arena, list->items, list->count, list->capacity) =
        (struct named_part){arena_copy(ofd->arena, xml_attribute(xml, id)),
                            package_resolve(ofd->arena, ofd->part, xml_attribute(xml, "BaseLoc"))};
}

/* The text of the element just opened, trimmed. */
static struct slice element_text(struct ofd *ofd, struct xml *xml, unsigned depth)
{
    struct xml_node node;
    struct slice text = {0};
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            break;
        if (node.kind == XML_TEXT && !text.data)
            text = arena_copy(ofd->arena, node.text);
    }
    while (text.len && strchr(" \t\r\n", text.data[0]))
        text = slice_range(text, 1, text.len);
    while (text.len && strchr(" \t\r\n", text.data[text.len - 1]))
        text.len--;
    return text;
}

/* "0 0 210 297" */
static void read_box(struct ofd *ofd, struct xml *xml, unsigned depth, double *width,
                     double *height)
{
    double box[4];
    if (ofd_numbers(element_text(ofd, xml, depth), box, 4) == 4 && box[2] > 0 && box[3] > 0) {
        *width = box[2];
        *height = box[3];
    }
}

/* ---- pages ---- */

static void draw_template(struct ofd *ofd, struct ofd_content *content, struct slice id)
{
    for (size_t i = 0; i < ofd->templates.count; i++) {
        if (!slice_equal(ofd->templates.items[i].id, id))
            continue;
        struct xml *xml =
            xml_open(package_part(&ofd->package, ofd->templates.items[i].part), MAX_NESTING);
        struct xml_node node;
        while (xml_next(xml, &node) != XML_END)
            if (xml_opens(&node, "Content"))
                ofd_content_read(content, xml, node.depth, ofd_matrix_move(0, 0));
        xml_close(&xml, NULL);
        return;
    }
}

/* ---- pictures ---- */

/* The file of a resource of that id, in one part of resources. */
static struct slice media_in(struct ofd *ofd, struct slice part, struct slice id)
{
    struct xml *xml = xml_open(package_part(&ofd->package, part), MAX_NESTING);
    struct xml_node node;
    struct slice base = {0}, file = {0};
    bool within = false;
    while (!file.data && xml_next(xml, &node) != XML_END) {
        if (xml_opens(&node, "Res"))
            base = arena_copy(ofd->arena, xml_attribute(xml, "BaseLoc"));
        else if (xml_opens(&node, "MultiMedia"))
            within = slice_equal(xml_attribute(xml, "ID"), id);
        else if (within && xml_opens(&node, "MediaFile"))
            file = element_text(ofd, xml, node.depth);
    }
    xml_close(&xml, NULL);
    if (!file.len)
        return (struct slice){0};
    struct buffer target = {0};
    if (base.len && !slice_starts(file, SLICE("/")))
        buffer_format(&target, "%.*s/", SLICE_ARGS(base));
    buffer_add(&target, file);
    struct slice found = package_resolve(ofd->arena, part, buffer_slice(&target));
    buffer_release(&target);
    return found;
}

static void keep_drawn(struct ofd *ofd, const struct ofd_content *content)
{
    struct ofd_page *drawn = ofd->drawn;
    *drawn =
        (struct ofd_page){ofd->done[ofd->done_count - 1], content->shown, content->shown_count};
    for (size_t i = 0; i < drawn->picture_count; i++)
        for (size_t r = 0; r < ofd->resources.count && !drawn->pictures[i].part.len; r++)
            drawn->pictures[i].part = media_in(ofd, ofd->resources.parts[r], drawn->pictures[i].id);
}

static enum status read_page(struct ofd *ofd, struct error *error)
{
    struct ofd_content content = {
        .arena = ofd->arena, .package = &ofd->package, .resources = &ofd->resources};
    double width = ofd->width, height = ofd->height;
    struct xml *xml = xml_open(package_part(&ofd->package, ofd->part), MAX_NESTING);
    struct xml_node node;
    while (xml_next(xml, &node) != XML_END) {
        if (xml_opens(&node, "PhysicalBox"))
            read_box(ofd, xml, node.depth, &width, &height);
        else if (xml_opens(&node, "Template"))
            draw_template(ofd, &content, arena_copy(ofd->arena, xml_attribute(xml, "TemplateID")));
        else if (xml_opens(&node, "Content"))
            ofd_content_read(&content, xml, node.depth, ofd_matrix_move(0, 0));
    }
    struct page *page = ARENA_PUSH(ofd->arena, ofd->done, ofd->done_count, ofd->done_capacity);
    *page = (struct page){.number = ofd->number,
                          .width = (float)(width * OFD_POINTS),
                          .height = (float)(height * OFD_POINTS),
                          .words = content.words,
                          .count = content.count,
                          .rules = content.rules,
                          .rule_count = content.rule_count};
    ofd->words += content.count;
    ofd->outlines += content.outlines;
    ofd->pictures += content.pictures;
    if (ofd->wanted)
        keep_drawn(ofd, &content);
    return xml_close(&xml, error);
}

/* ---- documents ---- */

static void add_resource(struct ofd *ofd, struct slice part)
{
    *ARENA_PUSH(ofd->arena, ofd->resources.parts, ofd->resources.count, ofd->resources.capacity) =
        package_resolve(ofd->arena, ofd->part, part);
}

static enum status read_list(struct ofd *ofd, struct error *error)
{
    struct xml *xml = xml_open(package_part(&ofd->package, ofd->part), MAX_NESTING);
    struct xml_node node;
    while (xml_next(xml, &node) != XML_END) {
        if (xml_opens(&node, "PhysicalBox"))
            read_box(ofd, xml, node.depth, &ofd->width, &ofd->height);
        else if (xml_opens(&node, "PublicRes") || xml_opens(&node, "DocumentRes"))
            add_resource(ofd, element_text(ofd, xml, node.depth));
        else if (xml_opens(&node, "TemplatePage"))
            add_part(ofd, &ofd->templates, xml, "ID");
        else if (xml_opens(&node, "Page"))
            add_part(ofd, &ofd->pages, xml, "ID");
    }
    return xml_close(&xml, error);
}

static bool is_found(const struct ofd *ofd)
{
    return ofd->wanted && ofd->number >= ofd->wanted;
}

static enum status read_document(struct ofd *ofd, struct slice root, struct error *error)
{
    ofd->part = root;
    ofd->pages.count = ofd->templates.count = ofd->resources.count = 0;
    ofd->width = 210, ofd->height = 297; /* A4, where nothing is said */
    enum status status = read_list(ofd, error);
    for (size_t i = 0; i < ofd->pages.count && !status && !is_found(ofd); i++) {
        ofd->part = ofd->pages.items[i].part;
        if (ofd->number >= MAX_PAGES || ofd->words > MAX_DOCUMENT_WORDS)
            return fail(error, STATUS_BAD, "more than %d pages", MAX_PAGES);
        if (!package_part(&ofd->package, ofd->part).data)
            continue;
        ofd->number++;
        if (!ofd->wanted || is_found(ofd))
            status = read_page(ofd, error);
    }
    return status;
}

static enum status read_documents(struct ofd *ofd, struct error *error)
{
    ofd->part = SLICE("OFD.xml");
    struct xml *xml = xml_open(package_part(&ofd->package, ofd->part), MAX_NESTING);
    struct xml_node node;
    struct part_list roots = {0};
    while (xml_next(xml, &node) != XML_END)
        if (xml_opens(&node, "DocRoot"))
            *ARENA_PUSH(ofd->arena, roots.items, roots.count, roots.capacity) = (struct named_part){
                {0}, package_resolve(ofd->arena, SLICE(""), element_text(ofd, xml, node.depth))};
    enum status status = xml_close(&xml, error);
    for (size_t i = 0; i < roots.count && !status && !is_found(ofd); i++)
        status = read_document(ofd, roots.items[i].part, error);
    return status;
}

/* No words: what is there instead? */
static enum status refuse_wordless(const struct ofd *ofd, struct error *error)
{
    if (ofd->done_count == 0)
        return fail(error, STATUS_BAD, "%s without pages (没有页面): get it again", what);
    if (ofd->outlines > ofd->pictures)
        return fail(
            error, STATUS_BAD,
            "%s whose characters are drawn as outlines (文字已转为轮廓): ask for the file it "
            "was made from, or read it off first (OCR)",
            what);
    return fail(
        error, STATUS_BAD,
        "%s whose pages are pictures or empty (没有文字): ask for the file it was made from, "
        "or read it off first (OCR)",
        what);
}

static enum status read_package(struct ofd *ofd, struct slice bytes, struct blocks *blocks,
                                struct error *error)
{
    struct error cause;
    if (read_documents(ofd, &cause) != STATUS_OK)
        return package_damaged(what, ofd->part, &cause, error);
    if (ofd->words == 0) {
        if (package_pictures_scan(bytes, blocks, error) != STATUS_OK)
            return STATUS_BAD;
        return blocks->scan_count ? STATUS_OK : refuse_wordless(ofd, error);
    }
    pages_read(blocks, ofd->done, ofd->done_count);
    return STATUS_OK;
}

static enum status decode(struct slice bytes, struct blocks *blocks, struct error *error)
{
    if (slice_starts(bytes, SLICE("<page "))) /* what was read off its pictures */
        return pdf_format.decode(bytes, blocks, error);
    struct ofd ofd = {.arena = blocks->arena};
    enum status status = package_open(&ofd.package, blocks->arena, bytes, what, error);
    if (!status)
        status = read_package(&ofd, bytes, blocks, error);
    package_close(&ofd.package);
    return status;
}

enum status ofd_page_read(struct arena *arena, struct slice bytes, unsigned number,
                          struct ofd_page *page, struct error *error)
{
    struct ofd ofd = {.arena = arena, .wanted = number, .drawn = page};
    enum status status = package_open(&ofd.package, arena, bytes, what, error);
    if (!status && number)
        status = read_documents(&ofd, error);
    package_close(&ofd.package);
    return !status && ofd.done_count == 0
               ? fail(error, STATUS_BAD, "this document has no page %u to be shown", number)
               : status;
}

const struct format ofd_format = {
    .name = "ofd", .what = what, .matches = matches, .decode = decode};
