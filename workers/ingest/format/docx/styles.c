/* styles.c - reads styles.xml and resolves what styles inherit. One thread. */
#include "workers/ingest/format/docx/styles.h"

#include "proto/doors/xml.h"
#include "workers/ingest/format/blocks.h"

#include <strings.h>

enum { MAX_INHERITANCE = 20 /* Word itself follows no longer chain */ };

struct styles {
    struct arena *arena;
    struct style *items;
    size_t count, capacity;
    struct slice standard; /* the default paragraph style */
};

static const struct style nothing = {.num = -1, .level = -1, .outline = -1, .hidden = -1};

static bool is_off(struct slice value)
{
    return slice_equal(value, SLICE("0")) || slice_equal(value, SLICE("false")) ||
           slice_equal(value, SLICE("off"));
}

static void read_part(struct styles *styles, struct xml *xml, const struct xml_node *node,
                      struct style *style)
{
    if (xml_is(node, "basedOn")) {
        style->based_on = arena_copy(styles->arena, xml_attribute(xml, "val"));
    } else if (xml_is(node, "numId")) {
        style->num = xml_number(xml, "val", -1);
    } else if (xml_is(node, "ilvl")) {
        style->level = xml_number(xml, "val", -1);
    } else if (xml_is(node, "outlineLvl")) {
        style->outline = xml_number(xml, "val", -1);
    } else if (xml_is(node, "vanish")) {
        style->hidden = !is_off(xml_attribute(xml, "val"));
    } else if (xml_is(node, "name")) {
        struct slice name = xml_attribute(xml, "val");
        style->contents = name.len >= 4 && strncasecmp(name.data, "toc ", 4) == 0 &&
                          name.data[4] >= '1' && name.data[4] <= '9';
    }
}

static void read_style(struct styles *styles, struct xml *xml, const struct xml_node *open)
{
    struct style *style = ARENA_PUSH(styles->arena, styles->items, styles->count, styles->capacity);
    *style = nothing;
    style->id = arena_copy(styles->arena, xml_attribute(xml, "styleId"));
    struct slice standard = xml_attribute(xml, "default");
    if (standard.len && !is_off(standard) &&
        slice_equal(xml_attribute(xml, "type"), SLICE("paragraph")))
        styles->standard = style->id;
    struct xml_node node;
    unsigned depth = open->depth;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        if (xml_opens(&node, "pPrChange") || xml_opens(&node, "rPrChange") ||
            xml_opens(&node, "tblStylePr"))
            xml_skip(xml, &node);
        else if (node.kind == XML_OPEN)
            read_part(styles, xml, &node, style);
    }
}

enum status styles_read(struct styles **styles, struct arena *arena, struct slice xml,
                        struct error *error)
{
    struct styles *new = arena_alloc(arena, sizeof *new);
    new->arena = arena;
    *styles = new;
    if (!xml.data)
        return STATUS_OK;
    struct xml *reader = xml_open(xml, MAX_NESTING);
    struct xml_node node;
    while (xml_next(reader, &node) != XML_END)
        if (xml_opens(&node, "style"))
            read_style(new, reader, &node);
    return xml_close(&reader, error);
}

static const struct style *style_by_id(const struct styles *styles, struct slice id)
{
    for (size_t i = 0; id.len && i < styles->count; i++)
        if (slice_equal(styles->items[i].id, id))
            return &styles->items[i];
    return NULL;
}

struct style styles_find(const struct styles *styles, struct slice id, struct slice *numbered)
{
    struct style found = nothing;
    *numbered = (struct slice){0};
    found.id = id;
    const struct style *style = style_by_id(styles, id);
    for (int i = 0; style && i < MAX_INHERITANCE; i++) {
        if (found.num < 0 && style->num >= 0) {
            found.num = style->num;
            *numbered = style->id;
        }
        found.level = found.level < 0 ? style->level : found.level;
        found.outline = found.outline < 0 ? style->outline : found.outline;
        found.hidden = found.hidden < 0 ? style->hidden : found.hidden;
        found.contents |= style->contents;
        style = style_by_id(styles, style->based_on);
    }
    return found;
}

struct slice styles_default(const struct styles *styles)
{
    return styles->standard;
}
