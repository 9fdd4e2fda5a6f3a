/* paragraph.c - one paragraph of a docx: its label, the text of its runs, the text boxes hung to
 * it.
 *
 * A text box, wherever it floats, is read behind the paragraph that it is anchored in. A paragraph
 * whose end was deleted goes on in the next one, as Word shows it. Text that is hidden or struck
 * out is not what a reader of the report sees.
 */
#include "workers/ingest/format/docx/body_private.h"
#include "workers/ingest/format/raised.h"

struct paragraph {
    struct body *body;
    struct paragraph_properties properties;
    struct buffer text;
    struct flow boxes; /* what floats beside it */
    bool hidden;       /* by its style */
    bool contents;     /* a line of a table of contents: it refers to pages */
};

/* ---- properties ---- */

static void read_mark_properties(struct xml *xml, unsigned depth,
                                 struct paragraph_properties *properties)
{
    struct xml_node node;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        properties->mark_deleted |= xml_opens(&node, "del") || xml_opens(&node, "moveFrom");
        if (is_passed_over(&node))
            xml_skip(xml, &node);
    }
}

static void read_properties(struct paragraph *paragraph, struct xml *xml, unsigned depth)
{
    struct paragraph_properties *properties = &paragraph->properties;
    struct xml_node node;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        if (xml_opens(&node, "pStyle"))
            properties->style = arena_copy(paragraph->body->arena, xml_attribute(xml, "val"));
        else if (xml_opens(&node, "numId"))
            properties->num = xml_number(xml, "val", -1);
        else if (xml_opens(&node, "ilvl"))
            properties->level = xml_number(xml, "val", -1);
        else if (xml_opens(&node, "outlineLvl"))
            properties->outline = xml_number(xml, "val", -1);
        else if (xml_opens(&node, "rPr"))
            read_mark_properties(xml, node.depth, properties);
        else if (is_passed_over(&node))
            xml_skip(xml, &node);
    }
}

/* ---- runs ---- */

struct run {
    bool vanished, struck;
    bool raised; /* superscript */
};

static bool is_seen(const struct paragraph *paragraph, const struct run *run)
{
    return !paragraph->hidden && !run->vanished && !run->struck;
}

static void read_run_properties(struct body *body, struct xml *xml, unsigned depth, struct run *run)
{
    struct xml_node node;
    struct slice numbered;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        if (xml_opens(&node, "vanish"))
            run->vanished = is_on(xml);
        else if (xml_opens(&node, "strike") || xml_opens(&node, "dstrike"))
            run->struck |= is_on(xml);
        else if (xml_opens(&node, "rStyle"))
            run->vanished |=
                styles_find(body->styles, xml_attribute(xml, "val"), &numbered).hidden == 1;
        else if (xml_opens(&node, "vertAlign"))
            run->raised = slice_equal(xml_attribute(xml, "val"), SLICE("superscript"));
        else if (is_passed_over(&node))
            xml_skip(xml, &node);
    }
}

/* A footnote's mark is no part of the figure in front of it; an exponent is. */
static void add_raised(struct paragraph *paragraph, struct slice text)
{
    char bytes[RAISED_BYTES];
    struct slice exponent;
    if (raised_is_exponent(buffer_slice(&paragraph->text), text, bytes, &exponent))
        buffer_add(&paragraph->text, exponent);
    else if (!raised_is_note(text))
        buffer_add(&paragraph->text, text);
}

static struct slice trimmed(struct slice text)
{
    while (text.len && strchr(" \t\r\n", text.data[0]))
        text = slice_range(text, 1, text.len);
    while (text.len && strchr(" \t\r\n", text.data[text.len - 1]))
        text.len--;
    return text;
}

static void read_text(struct paragraph *paragraph, struct xml *xml, unsigned depth,
                      const struct run *run)
{
    bool keep = slice_equal(xml_attribute(xml, "space"), SLICE("preserve"));
    struct xml_node node;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        if (node.kind != XML_TEXT || !is_seen(paragraph, run))
            continue;
        struct slice text = keep ? node.text : trimmed(node.text);
        if (run->raised && text.len < RAISED_BYTES)
            add_raised(paragraph, text);
        else
            for (size_t i = 0; i < text.len; i++) /* a line end in the XML is a blank */
                buffer_append(&paragraph->text,
                              strchr("\r\n\t", text.data[i]) ? " " : &text.data[i], 1);
    }
}

static void note_reference(struct body *body, struct note_list *list, struct xml *xml)
{
    *ARENA_PUSH(body->arena, list->ids, list->count, list->capacity) =
        arena_copy(body->arena, xml_attribute(xml, "id"));
}

static void put_break(struct paragraph *paragraph, struct xml *xml)
{
    struct slice type = xml_attribute(xml, "type");
    if (type.len == 0 || slice_equal(type, SLICE("textWrapping")))
        buffer_append(&paragraph->text, "\n", 1);
}

/* The pieces of a run that show something without being text. */
static void take_mark(struct paragraph *paragraph, struct xml *xml, const struct xml_node *node,
                      const struct run *run)
{
    struct body *body = paragraph->body;
    if (xml_is(node, "footnoteReference"))
        note_reference(body, &body->footnotes, xml);
    else if (xml_is(node, "endnoteReference"))
        note_reference(body, &body->endnotes, xml);
    if (!is_seen(paragraph, run))
        return;
    if (xml_is(node, "tab") || xml_is(node, "ptab"))
        buffer_append(&paragraph->text, "  ", 2); /* a tab would part cells */
    else if (xml_is(node, "br"))
        put_break(paragraph, xml);
    else if (xml_is(node, "cr"))
        buffer_append(&paragraph->text, "\n", 1);
    else if (xml_is(node, "noBreakHyphen"))
        buffer_append(&paragraph->text, "-", 1);
    else if (xml_is(node, "den")) /* of a fraction in a formula: 7 over 84 is no 784 */
        buffer_append(&paragraph->text, "/", 1);
    else if (xml_is(node, "sup"))
        buffer_append(&paragraph->text, "^", 1);
    else if (xml_is(node, "sub"))
        buffer_append(&paragraph->text, "_", 1);
    else if (xml_is(node, "sym"))
        put_symbol(&paragraph->text, xml_attribute(xml, "font"), xml_attribute(xml, "char"));
}

/* What a field computes: page references make up tables of contents. */
static void read_instruction(struct paragraph *paragraph, struct xml *xml, unsigned depth)
{
    struct xml_node node;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        paragraph->contents |= node.kind == XML_TEXT && slice_has(node.text, SLICE("PAGEREF"));
    }
}

/* Runs, and whatever holds them: links, insertions, content controls, drawings with text boxes. */
static void read_inline(struct paragraph *paragraph, struct xml *xml, unsigned depth)
{
    struct body *body = paragraph->body;
    struct xml_node node;
    struct run run = {0};
    unsigned run_depth = 0;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        if (node.kind != XML_OPEN)
            continue;
        if (xml_is(&node, "instrText")) {
            read_instruction(paragraph, xml, node.depth);
        } else if (is_passed_over(&node)) {
            xml_skip(xml, &node);
        } else if (xml_is(&node, "pPr") && node.depth == depth + 1) {
            read_properties(paragraph, xml, node.depth);
            struct slice numbered;
            paragraph->hidden =
                styles_find(body->styles, paragraph->properties.style, &numbered).hidden == 1;
        } else if (xml_is(&node, "r")) {
            run = (struct run){0};
            run_depth = node.depth;
        } else if (xml_is(&node, "rPr") && node.depth == run_depth + 1) {
            read_run_properties(body, xml, node.depth, &run);
        } else if (xml_is(&node, "t")) {
            read_text(paragraph, xml, node.depth, &run);
        } else if (xml_is(&node, "txbxContent")) {
            body->read_box(body, xml, node.depth, &paragraph->boxes);
        } else {
            take_mark(paragraph, xml, &node, &run);
        }
    }
}

/* ---- the whole ---- */

/* Its automatic number in front of the text. False: it has none. */
static bool put_label(struct paragraph *paragraph, const struct style *style, struct slice numbered,
                      struct buffer *out)
{
    const struct paragraph_properties *properties = &paragraph->properties;
    struct numbering *numbering = paragraph->body->numbering;
    long num = properties->num >= 0 ? properties->num : style->num;
    long level = properties->level;
    if (num <= 0)
        return false;
    if (level < 0) {
        level = properties->num >= 0 ? style->level
                                     : numbering_level_of_style(numbering, num, numbered);
        level = level < 0 ? style->level : level;
    }
    size_t before = out->len;
    numbering_next(numbering, num, level < 0 ? 0 : (int)(level < NUMBER_LEVELS ? level : 8), out);
    return out->len > before;
}

static bool only_blanks(struct slice text)
{
    size_t i = 0;
    while (i < text.len && strchr(" \n", text.data[i]))
        i++;
    return i == text.len;
}

static void close_paragraph(struct paragraph *paragraph, struct flow *flow, struct buffer *carried)
{
    struct body *body = paragraph->body;
    struct slice numbered, style_id = paragraph->properties.style;
    if (style_id.len == 0)
        style_id = styles_default(body->styles);
    struct style style = styles_find(body->styles, style_id, &numbered);
    struct buffer line = {0};
    struct slice text = buffer_slice(&paragraph->text);
    bool said = carried->len || !only_blanks(text);
    bool labelled = put_label(paragraph, &style, numbered, &line);
    buffer_add(&line, buffer_slice(carried));
    buffer_add(&line, text);
    buffer_clear(carried);
    long outline =
        paragraph->properties.outline >= 0 ? paragraph->properties.outline : style.outline;
    bool contents = style.contents || (paragraph->contents && !slice_has(text, SLICE("。")));
    enum block_kind kind = contents                       ? BLOCK_FURNITURE
                           : outline >= 0 && outline <= 8 ? BLOCK_HEADING
                           : labelled                     ? BLOCK_LIST_ITEM
                                                          : BLOCK_PARAGRAPH;
    if (said || labelled || line.len == 0)
        flow_add(flow, body->arena, kind, arena_copy(body->arena, buffer_slice(&line)));
    buffer_release(&line);
}

void read_paragraph(struct body *body, struct xml *xml, unsigned depth, struct flow *flow,
                    struct buffer *carried)
{
    struct paragraph paragraph = {.body = body,
                                  .properties = {.num = -1, .level = -1, .outline = -1}};
    read_inline(&paragraph, xml, depth);
    if (paragraph.properties.mark_deleted)
        buffer_add(carried, buffer_slice(&paragraph.text));
    else
        close_paragraph(&paragraph, flow, carried);
    flow_append(flow, body->arena, &paragraph.boxes);
    buffer_release(&paragraph.text);
}
