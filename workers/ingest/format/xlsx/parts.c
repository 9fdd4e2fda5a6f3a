/* parts.c - shared strings and number formats of a workbook. One thread. */
#include "proto/doors/xml.h"
#include "workers/ingest/format/xlsx/number.h"
#include "workers/ingest/format/xlsx/sheet.h"

#include "workers/ingest/format/xlsx/text.h"

void text_read(struct xml *xml, unsigned depth, struct buffer *out)
{
    struct xml_node node;
    bool text = false;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        if (xml_opens(&node, "rPh") || xml_opens(&node, "phoneticPr"))
            xml_skip(xml, &node); /* how it is pronounced */
        else if (node.kind != XML_TEXT)
            text = xml_opens(&node, "t");
        else if (text)
            buffer_add(out, node.text);
    }
}

enum status texts_read(struct workbook *workbook, struct slice xml, struct error *error)
{
    if (!xml.data)
        return STATUS_OK;
    struct xml *reader = xml_open(xml, MAX_NESTING);
    struct xml_node node;
    struct buffer text = {0};
    while (xml_next(reader, &node) != XML_END) {
        if (!xml_opens(&node, "si"))
            continue;
        buffer_clear(&text);
        text_read(reader, node.depth, &text);
        *ARENA_PUSH(workbook->arena, workbook->texts, workbook->text_count,
                    workbook->text_capacity) = arena_copy(workbook->arena, buffer_slice(&text));
    }
    buffer_release(&text);
    return xml_close(&reader, error);
}

struct custom {
    long id;
    struct slice code;
};

struct customs {
    struct custom *items;
    size_t count, capacity;
};

static struct slice code_of(const struct customs *customs, long id)
{
    for (size_t i = 0; i < customs->count; i++)
        if (customs->items[i].id == id)
            return customs->items[i].code;
    return slice_of(number_builtin_format(id));
}

enum status formats_read(struct workbook *workbook, struct slice xml, struct error *error)
{
    if (!xml.data)
        return STATUS_OK;
    struct arena *arena = workbook->arena;
    struct customs customs = {0};
    struct xml *reader = xml_open(xml, MAX_NESTING);
    struct xml_node node;
    bool cells = false;
    while (xml_next(reader, &node) != XML_END) {
        if (xml_opens(&node, "numFmt"))
            *ARENA_PUSH(arena, customs.items, customs.count, customs.capacity) =
                (struct custom){xml_number(reader, "numFmtId", -1),
                                arena_copy(arena, xml_attribute(reader, "formatCode"))};
        else if (xml_is(&node, "cellXfs"))
            cells = node.kind == XML_OPEN;
        else if (cells && xml_opens(&node, "xf"))
            *ARENA_PUSH(arena, workbook->formats, workbook->format_count,
                        workbook->format_capacity) =
                code_of(&customs, xml_number(reader, "numFmtId", 0));
    }
    return xml_close(&reader, error);
}
