/* content.c - text objects of an OFD page: each character to its place, characters to words; paths
 * to ruled lines.
 *
 * A text object has a boundary on the page, a matrix within it, and runs of text whose characters
 * stand at given distances. Characters that follow one another on a line without a gap make a word.
 * What fails is the XML, which its reader notes.
 */
#include "workers/ingest/format/ofd/content.h"

#include "workers/ingest/format/ofd/lines.h"
#include "workers/text/utf8.h"

#include <math.h>

enum { MAX_UNIT_NESTING = 4 };

/* A text object. */
struct object {
    struct ofd_content *content;
    struct ofd_matrix matrix;
    double size;        /* of its characters, before the matrix */
    double x, y;        /* where the run at hand begins; kept for the next one */
    double width_scale; /* HScale */
};

/* ---- words ---- */

struct word {
    struct buffer text;
    struct page_box box;
    double end_x, base_y, em; /* points, of its last character */
};

static void close_word(struct ofd_content *content, struct word *word)
{
    if (word->text.len && content->count < MAX_PAGE_WORDS)
        *ARENA_PUSH(content->arena, content->words, content->count, content->capacity) =
            (struct page_word){word->box, arena_copy(content->arena, buffer_slice(&word->text))};
    buffer_clear(&word->text);
}

static void add_character(struct object *object, struct word *word, struct slice character,
                          double x, double y, double advance)
{
    const struct ofd_matrix *m = &object->matrix;
    double left = (m->a * x + m->c * y + m->e) * OFD_POINTS;
    double base = (m->b * x + m->d * y + m->f) * OFD_POINTS;
    double right = left + fabs(m->a) * advance * OFD_POINTS;
    double em = fabs(m->d) * object->size * OFD_POINTS;
    bool follows = word->text.len && fabs(base - word->base_y) < em / 4 &&
                   left - word->end_x < em * 0.3 && left - word->end_x > -em * 0.6;
    if (!follows)
        close_word(object->content, word);
    struct page_box box = {(float)left, (float)(base - em * (1 - OFD_BELOW_BASE)), (float)right,
                           (float)(base + em * OFD_BELOW_BASE)};
    if (word->text.len == 0)
        word->box = box;
    word->box.x1 = box.x1 > word->box.x1 ? box.x1 : word->box.x1;
    word->box.y0 = box.y0 < word->box.y0 ? box.y0 : word->box.y0;
    word->box.y1 = box.y1 > word->box.y1 ? box.y1 : word->box.y1;
    word->end_x = right;
    word->base_y = base;
    word->em = em;
    buffer_add(&word->text, character);
}

static bool is_blank(struct slice character)
{
    return slice_equal(character, SLICE(" ")) || slice_equal(character, SLICE("\t")) ||
           slice_equal(character, SLICE("\n")) || slice_equal(character, SLICE("\r")) ||
           slice_equal(character, SLICE("\xC2\xA0")) || slice_equal(character, SLICE("　"));
}

static void place_run(struct object *object, struct slice text, struct slice delta_x,
                      struct slice delta_y)
{
    struct ofd_deltas across = {.text = delta_x}, down = {.text = delta_y};
    struct word word = {.em = 0};
    double x = object->x, y = object->y;
    for (size_t at = 0; at < text.len;) {
        size_t end = at + 1;
        while (end < text.len && ((unsigned char)text.data[end] & 0xC0) == 0x80)
            end++;
        struct slice character = slice_range(text, at, end);
        double width = object->size * object->width_scale * (character.len > 1 ? 1 : 0.5);
        double dx = width, dy = 0;
        bool known = ofd_deltas_next(&across, &dx);
        if (ofd_deltas_next(&down, &dy) && !known)
            dx = 0;
        if (is_blank(character))
            close_word(object->content, &word);
        else
            add_character(object, &word, character, x, y, dx > 0 && dx < width ? dx : width);
        x += dx;
        y += dy;
        at = end;
    }
    close_word(object->content, &word);
    buffer_release(&word.text);
}

/* ---- objects ---- */

static void read_run(struct object *object, struct xml *xml, unsigned depth)
{
    struct arena *arena = object->content->arena;
    struct slice delta_x = arena_copy(arena, xml_attribute(xml, "DeltaX"));
    struct slice delta_y = arena_copy(arena, xml_attribute(xml, "DeltaY"));
    ofd_numbers(xml_attribute(xml, "X"), &object->x, 1);
    ofd_numbers(xml_attribute(xml, "Y"), &object->y, 1);
    struct buffer text = {0};
    struct xml_node node;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            break;
        if (node.kind == XML_TEXT)
            buffer_add(&text, node.text);
    }
    place_run(object, buffer_slice(&text), delta_x, delta_y);
    buffer_release(&text);
}

/* Where an object stands: its boundary moves it, its own matrix turns and scales it within. */
static struct ofd_matrix object_matrix(struct xml *xml, struct ofd_matrix outer)
{
    double boundary[4] = {0};
    ofd_numbers(xml_attribute(xml, "Boundary"), boundary, 4);
    struct ofd_matrix own = ofd_matrix_read(xml_attribute(xml, "CTM"));
    return ofd_matrix_join(outer, ofd_matrix_join(ofd_matrix_move(boundary[0], boundary[1]), own));
}

static bool is_visible(struct xml *xml)
{
    return !slice_equal(xml_attribute(xml, "Visible"), SLICE("false")) &&
           !slice_equal(xml_attribute(xml, "Alpha"), SLICE("0"));
}

/* A clip of nothing hides what it is laid over: codes that are meant for machines. */
static bool shows_nothing(struct xml *xml)
{
    double boundary[4] = {0};
    return ofd_numbers(xml_attribute(xml, "Boundary"), boundary, 4) == 4 &&
           (boundary[2] <= 0 || boundary[3] <= 0);
}

/* By more than a quarter of an hour on the clock's face: no line of the text. */
static bool is_turned(const struct ofd_matrix *matrix)
{
    return fabs(matrix->b) > fabs(matrix->a) / 8 || matrix->a < 0;
}

static void read_text(struct ofd_content *content, struct xml *xml, const struct xml_node *open,
                      struct ofd_matrix outer)
{
    struct object object = {
        .content = content, .matrix = object_matrix(xml, outer), .size = 0, .width_scale = 1};
    ofd_numbers(xml_attribute(xml, "Size"), &object.size, 1);
    ofd_numbers(xml_attribute(xml, "HScale"), &object.width_scale, 1);
    unsigned depth = open->depth;
    struct xml_node node;
    if (!is_visible(xml) || object.size <= 0 || is_turned(&object.matrix)) {
        xml_skip(xml, open);
        return;
    }
    bool clipped = false;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        clipped |= xml_opens(&node, "Path") && shows_nothing(xml);
        if (xml_opens(&node, "TextCode") && !clipped)
            read_run(&object, xml, node.depth);
    }
}

static void read_path(struct ofd_content *content, struct xml *xml, const struct xml_node *open,
                      struct ofd_matrix outer)
{
    struct ofd_matrix matrix = object_matrix(xml, outer);
    unsigned depth = open->depth;
    struct xml_node node;
    struct buffer data = {0};
    bool within = false, visible = is_visible(xml);
    content->outlines++;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            break;
        if (node.kind == XML_OPEN)
            within = xml_is(&node, "AbbreviatedData");
        else if (node.kind == XML_TEXT && within)
            buffer_add(&data, node.text);
    }
    if (visible)
        ofd_lines_add(content, buffer_slice(&data), matrix);
    buffer_release(&data);
}

/* A graphic unit of the resources, drawn here. */
static void draw_unit(struct ofd_content *content, struct slice part, struct slice id,
                      struct ofd_matrix matrix)
{
    struct xml *xml = xml_open(package_part(content->package, part), MAX_NESTING);
    struct xml_node node;
    while (xml_next(xml, &node) != XML_END)
        if (xml_opens(&node, "CompositeGraphicUnit") && slice_equal(xml_attribute(xml, "ID"), id))
            ofd_content_read(content, xml, node.depth, matrix);
    xml_close(&xml, NULL);
}

static void read_composite(struct ofd_content *content, struct xml *xml,
                           const struct xml_node *open, struct ofd_matrix outer)
{
    struct ofd_matrix matrix = object_matrix(xml, outer);
    struct slice id = arena_copy(content->arena, xml_attribute(xml, "ResourceID"));
    bool drawn = is_visible(xml) && content->depth < MAX_UNIT_NESTING;
    xml_skip(xml, open);
    content->depth++;
    for (size_t i = 0; drawn && i < content->resources->count; i++)
        draw_unit(content, content->resources->parts[i], id, matrix);
    content->depth--;
}

static void note_picture(struct ofd_content *content, struct xml *xml, struct ofd_matrix outer)
{
    content->pictures++;
    if (!is_visible(xml) || content->shown_count >= OFD_MAX_PICTURES)
        return;
    *ARENA_PUSH(content->arena, content->shown, content->shown_count, content->shown_capacity) =
        (struct ofd_picture){.id = arena_copy(content->arena, xml_attribute(xml, "ResourceID")),
                             .matrix = object_matrix(xml, outer)};
}

void ofd_content_read(struct ofd_content *content, struct xml *xml, unsigned depth,
                      struct ofd_matrix matrix)
{
    struct xml_node node;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        if (xml_opens(&node, "TextObject")) {
            read_text(content, xml, &node, matrix);
        } else if (xml_opens(&node, "CompositeObject")) {
            read_composite(content, xml, &node, matrix);
        } else if (xml_opens(&node, "PathObject")) {
            read_path(content, xml, &node, matrix);
        } else if (xml_opens(&node, "ImageObject")) {
            note_picture(content, xml, matrix);
        } /* layers and blocks are descended into */
    }
}
