/* body.c - the levels of a docx above the paragraph: bodies, content controls, tables, notes.
 *
 * Happy path: descend, one function a kind of element; a paragraph or table adds itself to the
 * flow. Tracked changes are read in their final state. Nesting is limited by the XML door, and so
 * is the depth of calls here. What fails is the XML.
 */
#include "workers/ingest/format/docx/body_private.h"

static void read_story(struct body *body, struct xml *xml, unsigned depth, struct flow *flow);
static void read_table(struct body *body, struct xml *xml, unsigned depth, struct flow *flow);

/* A w:sdt that Word keeps itself, such as a table of contents, is none of the text. */
static bool is_contents(struct xml *xml, unsigned depth)
{
    struct xml_node node;
    bool contents = false;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            break;
        if (xml_opens(&node, "docPartGallery"))
            contents |= slice_equal(xml_attribute(xml, "val"), SLICE("Table of Contents"));
    }
    return contents;
}

static void read_control(struct body *body, struct xml *xml, unsigned depth, struct flow *flow)
{
    struct xml_node node;
    bool contents = false;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        if (xml_opens(&node, "sdtPr"))
            contents = is_contents(xml, node.depth);
        else if (xml_opens(&node, "sdtContent") && !contents)
            read_story(body, xml, node.depth, flow);
        else if (node.kind == XML_OPEN)
            xml_skip(xml, &node);
    }
}

static void read_story(struct body *body, struct xml *xml, unsigned depth, struct flow *flow)
{
    struct xml_node node;
    struct buffer carried = {0};
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            break;
        if (xml_opens(&node, "p"))
            read_paragraph(body, xml, node.depth, flow, &carried);
        else if (xml_opens(&node, "tbl"))
            read_table(body, xml, node.depth, flow);
        else if (xml_opens(&node, "sdt"))
            read_control(body, xml, node.depth, flow);
        else if (is_passed_over(&node))
            xml_skip(xml, &node); /* all else is descended into: w:ins, w:customXml, mc:Choice */
    }
    if (carried.len) /* the last paragraph's end was deleted, and none followed */
        flow_add(flow, body->arena, BLOCK_PARAGRAPH,
                 arena_copy(body->arena, buffer_slice(&carried)));
    buffer_release(&carried);
}

/* ---- tables ---- */

static void read_cell_properties(struct xml *xml, unsigned depth, struct layout_cell *cell)
{
    struct xml_node node;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        if (xml_opens(&node, "gridSpan")) {
            long columns = xml_number(xml, "val", 1);
            cell->columns = columns < 1                    ? 1
                            : columns > LAYOUT_MAX_COLUMNS ? LAYOUT_MAX_COLUMNS
                                                           : (unsigned)columns;
        } else if (xml_opens(&node, "vMerge") || xml_opens(&node, "hMerge")) {
            cell->continues = !slice_equal(xml_attribute(xml, "val"), SLICE("restart")) &&
                              xml_is(&node, "vMerge");
        } else if (is_passed_over(&node)) {
            xml_skip(xml, &node);
        }
    }
}

static void read_cell(struct body *body, struct xml *xml, unsigned depth,
                      struct layout_table *table)
{
    struct xml_node node;
    struct layout_cell cell = {.columns = 1, .rows = 1};
    struct buffer carried = {0};
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            break;
        if (xml_opens(&node, "tcPr"))
            read_cell_properties(xml, node.depth, &cell);
        else if (xml_opens(&node, "p"))
            read_paragraph(body, xml, node.depth, &cell.flow, &carried);
        else if (xml_opens(&node, "tbl"))
            read_table(body, xml, node.depth, &cell.flow);
        else if (xml_opens(&node, "sdt"))
            read_control(body, xml, node.depth, &cell.flow);
        else if (is_passed_over(&node))
            xml_skip(xml, &node);
    }
    if (carried.len)
        flow_add(&cell.flow, body->arena, BLOCK_PARAGRAPH,
                 arena_copy(body->arena, buffer_slice(&carried)));
    buffer_release(&carried);
    *layout_cell(table, body->arena) = cell;
}

/* Columns that the row leaves out at its left, and whether the row was deleted. */
static bool read_row_properties(struct body *body, struct xml *xml, unsigned depth,
                                struct layout_table *table)
{
    struct xml_node node;
    bool deleted = false;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            break;
        if (xml_opens(&node, "gridBefore")) {
            long columns = xml_number(xml, "val", 0);
            if (columns > 0 && columns < LAYOUT_MAX_COLUMNS)
                layout_cell(table, body->arena)->columns = (unsigned)columns;
        }
        deleted |= xml_opens(&node, "del");
        if (is_passed_over(&node))
            xml_skip(xml, &node);
    }
    return deleted;
}

static void read_row(struct body *body, struct xml *xml, unsigned depth, struct layout_table *table)
{
    struct xml_node node;
    bool deleted = false;
    layout_row(table, body->arena);
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            break;
        if (xml_opens(&node, "trPr"))
            deleted |= read_row_properties(body, xml, node.depth, table);
        else if (xml_opens(&node, "tc"))
            read_cell(body, xml, node.depth, table);
        else if (is_passed_over(&node) || xml_opens(&node, "tblPrEx"))
            xml_skip(xml, &node);
    }
    if (deleted)
        table->count--;
}

static void read_table(struct body *body, struct xml *xml, unsigned depth, struct flow *flow)
{
    struct xml_node node;
    struct layout_table table = {0};
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            break;
        if (xml_opens(&node, "tr"))
            read_row(body, xml, node.depth, &table);
        else if (is_passed_over(&node))
            xml_skip(xml, &node);
    }
    layout_close(&table, body->arena, flow);
}

/* ---- parts ---- */

enum status body_read(struct body *body, struct slice xml, struct flow *flow, struct error *error)
{
    struct xml *reader = xml_open(xml, MAX_NESTING);
    struct xml_node node;
    body->read_box = read_story;
    while (xml_next(reader, &node) != XML_END)
        if (xml_opens(&node, "body"))
            read_story(body, reader, node.depth, flow);
    return xml_close(&reader, error);
}

static bool wants(const struct note_list *list, struct slice id)
{
    for (size_t i = 0; i < list->count; i++)
        if (slice_equal(list->ids[i], id))
            return true;
    return false;
}

enum status notes_read(struct body *body, struct slice xml, const struct note_list *wanted,
                       struct flow *flow, struct error *error)
{
    if (!xml.data || wanted->count == 0)
        return STATUS_OK;
    struct xml *reader = xml_open(xml, MAX_NESTING);
    struct xml_node node;
    body->read_box = read_story;
    while (xml_next(reader, &node) != XML_END) {
        if (!xml_opens(&node, "footnote") && !xml_opens(&node, "endnote"))
            continue;
        struct flow note = {0};
        bool wanted_one = wants(wanted, xml_attribute(reader, "id"));
        read_story(body, reader, node.depth, &note);
        for (size_t i = 0; wanted_one && i < note.count; i++)
            flow_add(flow, body->arena, BLOCK_NOTE, note.items[i].text);
    }
    return xml_close(&reader, error);
}
