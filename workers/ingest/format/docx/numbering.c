/* numbering.c - the lists of numbering.xml, and counting in them.
 *
 * One thread. Reading fails only where the file is no XML; a list that is not there numbers
 * nothing.
 */
#include "workers/ingest/format/docx/numbering.h"

#include "proto/doors/xml.h"
#include "workers/ingest/format/blocks.h"
#include "workers/ingest/format/docx/counting.h"

enum { MAX_COUNT = 1000000 };

struct list_level {
    bool known;
    struct slice format; /* "chineseCounting"; empty: decimal */
    struct slice text;   /* "（%1）" */
    struct slice style;  /* paragraphs of this style stand on this level */
    long start;
    long restart; /* behind a number of which level (1 to 9) counting begins again; 0: never; -1:
                     behind any higher one */
    bool legal;   /* all numbers in the label are 1, 2, 3 */
    enum { SUFFIX_TAB, SUFFIX_SPACE, SUFFIX_NOTHING } suffix;
};

/* An abstract list, its counters with it. */
struct list {
    long id;
    struct slice style_link, num_style_link; /* lists are shared through numbering styles */
    struct list_level levels[NUMBER_LEVELS];
    long counters[NUMBER_LEVELS];
    bool used[NUMBER_LEVELS];
};

/* A w:num: a list in use, perhaps with levels of its own. */
struct number {
    long id, list_id;
    struct list *list;
    struct list_level own[NUMBER_LEVELS]; /* known: in place of the list's */
    long start[NUMBER_LEVELS];            /* -1: not overridden */
    bool begun[NUMBER_LEVELS];
};

struct numbering {
    struct arena *arena;
    struct list *lists;
    size_t list_count, list_capacity;
    struct number *numbers;
    size_t number_count, number_capacity;
};

/* ---- reading ---- */

static void read_level_part(struct numbering *numbering, struct xml *xml,
                            const struct xml_node *node, struct list_level *level)
{
    struct slice value = xml_attribute(xml, "val");
    if (xml_is(node, "start"))
        level->start = xml_number(xml, "val", 1);
    else if (xml_is(node, "numFmt") && !slice_equal(value, SLICE("custom")))
        level->format = arena_copy(numbering->arena, value);
    else if (xml_is(node, "lvlText"))
        level->text = arena_copy(numbering->arena, value);
    else if (xml_is(node, "pStyle"))
        level->style = arena_copy(numbering->arena, value);
    else if (xml_is(node, "lvlRestart"))
        level->restart = xml_number(xml, "val", -1);
    else if (xml_is(node, "isLgl"))
        level->legal = !slice_equal(value, SLICE("0")) && !slice_equal(value, SLICE("false"));
    else if (xml_is(node, "suff"))
        level->suffix = slice_equal(value, SLICE("space"))     ? SUFFIX_SPACE
                        : slice_equal(value, SLICE("nothing")) ? SUFFIX_NOTHING
                                                               : SUFFIX_TAB;
}

static void read_level(struct numbering *numbering, struct xml *xml, const struct xml_node *open,
                       struct list_level *level)
{
    struct xml_node node;
    unsigned depth = open->depth;
    *level = (struct list_level){.known = true, .start = 0, .restart = -1};
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        if (xml_opens(&node, "pPr") || xml_opens(&node, "rPr"))
            xml_skip(xml, &node);
        else if (node.kind == XML_OPEN)
            read_level_part(numbering, xml, &node, level);
    }
}

static struct list_level *level_at(struct xml *xml, struct list_level *levels)
{
    long at = xml_number(xml, "ilvl", -1);
    return at >= 0 && at < NUMBER_LEVELS ? &levels[at] : NULL;
}

static void read_list(struct numbering *numbering, struct xml *xml, const struct xml_node *open)
{
    struct list *list = ARENA_PUSH(numbering->arena, numbering->lists, numbering->list_count,
                                   numbering->list_capacity);
    *list = (struct list){.id = xml_number(xml, "abstractNumId", -1)};
    struct xml_node node;
    unsigned depth = open->depth;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        struct list_level *level = xml_opens(&node, "lvl") ? level_at(xml, list->levels) : NULL;
        if (level)
            read_level(numbering, xml, &node, level);
        else if (xml_opens(&node, "styleLink"))
            list->style_link = arena_copy(numbering->arena, xml_attribute(xml, "val"));
        else if (xml_opens(&node, "numStyleLink"))
            list->num_style_link = arena_copy(numbering->arena, xml_attribute(xml, "val"));
    }
}

static void read_override(struct numbering *numbering, struct xml *xml, const struct xml_node *open,
                          struct number *number)
{
    long at = xml_number(xml, "ilvl", -1);
    bool valid = at >= 0 && at < NUMBER_LEVELS;
    struct xml_node node;
    unsigned depth = open->depth;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        if (valid && xml_opens(&node, "startOverride"))
            number->start[at] = xml_number(xml, "val", -1);
        else if (valid && xml_opens(&node, "lvl"))
            read_level(numbering, xml, &node, &number->own[at]);
    }
}

static void read_number(struct numbering *numbering, struct xml *xml, const struct xml_node *open)
{
    struct number *number = ARENA_PUSH(numbering->arena, numbering->numbers,
                                       numbering->number_count, numbering->number_capacity);
    *number = (struct number){.id = xml_number(xml, "numId", -1), .list_id = -1};
    for (unsigned i = 0; i < NUMBER_LEVELS; i++)
        number->start[i] = -1;
    struct xml_node node;
    unsigned depth = open->depth;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        if (xml_opens(&node, "abstractNumId"))
            number->list_id = xml_number(xml, "val", -1);
        else if (xml_opens(&node, "lvlOverride"))
            read_override(numbering, xml, &node, number);
    }
}

static struct list *list_by_id(struct numbering *numbering, long id)
{
    for (size_t i = 0; i < numbering->list_count; i++)
        if (numbering->lists[i].id == id)
            return &numbering->lists[i];
    return NULL;
}

/* A list that only refers to a numbering style is the list that carries that style. */
static struct list *list_behind(struct numbering *numbering, struct list *list)
{
    if (!list || list->num_style_link.len == 0)
        return list;
    for (size_t i = 0; i < numbering->list_count; i++)
        if (slice_equal(numbering->lists[i].style_link, list->num_style_link))
            return &numbering->lists[i];
    return list;
}

enum status numbering_read(struct numbering **numbering, struct arena *arena, struct slice xml,
                           struct error *error)
{
    struct numbering *new = arena_alloc(arena, sizeof *new);
    new->arena = arena;
    *numbering = new;
    if (!xml.data)
        return STATUS_OK;
    struct xml *reader = xml_open(xml, MAX_NESTING);
    struct xml_node node;
    while (xml_next(reader, &node) != XML_END) {
        if (xml_opens(&node, "abstractNum"))
            read_list(new, reader, &node);
        else if (xml_opens(&node, "num"))
            read_number(new, reader, &node);
    }
    for (size_t i = 0; i < new->number_count; i++)
        new->numbers[i].list = list_behind(new, list_by_id(new, new->numbers[i].list_id));
    return xml_close(&reader, error);
}

/* ---- counting ---- */

static struct number *number_by_id(const struct numbering *numbering, long id)
{
    for (size_t i = 0; i < numbering->number_count; i++)
        if (numbering->numbers[i].id == id && numbering->numbers[i].list)
            return &numbering->numbers[i];
    return NULL;
}

static const struct list_level *level_of(const struct number *number, int at)
{
    return number->own[at].known ? &number->own[at] : &number->list->levels[at];
}

int numbering_level_of_style(const struct numbering *numbering, long num, struct slice style)
{
    const struct number *number = number_by_id(numbering, num);
    for (int i = 0; number && style.len && i < NUMBER_LEVELS; i++)
        if (slice_equal(level_of(number, i)->style, style))
            return i;
    return NUMBER_NONE;
}

static void restart_below(struct number *number, int at)
{
    for (int i = at + 1; i < NUMBER_LEVELS; i++) {
        long restart = level_of(number, i)->restart;
        if (restart == -1 || (restart > 0 && at < restart))
            number->list->used[i] = false;
    }
}

static void count(struct number *number, int at)
{
    struct list *list = number->list;
    if (number->start[at] >= 0 && !number->begun[at])
        list->used[at] = false; /* this w:num begins anew, once */
    number->begun[at] = true;
    long start = number->start[at] >= 0 ? number->start[at] : level_of(number, at)->start;
    long next = list->used[at] ? list->counters[at] + 1 : start;
    list->counters[at] = next < 0 ? 0 : next > MAX_COUNT ? MAX_COUNT : next;
    list->used[at] = true;
    for (int i = 0; i < at; i++) { /* a level above that was passed over counts as begun */
        if (list->used[i])
            continue;
        list->counters[i] = level_of(number, i)->start;
        list->used[i] = true;
    }
    restart_below(number, at);
}

static void put_part(const struct number *number, int at, bool legal, struct buffer *label)
{
    struct slice format = level_of(number, at)->format;
    bool plain = legal || format.len == 0;
    counting_put(label, plain ? SLICE("decimal") : format, (unsigned)number->list->counters[at]);
}

void numbering_next(struct numbering *numbering, long num, int at, struct buffer *label)
{
    struct number *number = number_by_id(numbering, num);
    if (!number || at < 0 || at >= NUMBER_LEVELS)
        return;
    const struct list_level *level = level_of(number, at);
    count(number, at);
    if (slice_equal(level->format, SLICE("bullet")) || level->text.len == 0)
        return;
    for (size_t i = 0; i < level->text.len; i++) {
        char c = level->text.data[i];
        int part = i + 1 < level->text.len ? level->text.data[i + 1] - '1' : -1;
        if (c == '%' && part >= 0 && part < NUMBER_LEVELS) {
            put_part(number, part, level->legal, label);
            i++;
        } else {
            buffer_append(label, &c, 1);
        }
    }
    if (level->suffix != SUFFIX_NOTHING)
        buffer_append(label, " ", 1);
}
