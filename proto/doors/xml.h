/* xml.h - the one door to libxml2's reader: an XML file as a row of nodes, one at a time.
 *
 * The file is never a tree in memory. A document type declaration is refused (entities that grow,
 * files that are fetched: office formats have none), nothing is loaded from anywhere, elements nest
 * to a limit. Names come without prefix: the formats read here give the same names to the same
 * things whatever namespace edition they are written in.
 *
 *     while (xml_next(xml, &node) != XML_END)
 *         if (node.kind == XML_OPEN && xml_is(&node, "p")) …
 *     status = xml_close(&xml, error);
 */
#ifndef XIANZHI_PROTO_DOORS_XML_H
#define XIANZHI_PROTO_DOORS_XML_H

#include "proto/base/slice.h"
#include "proto/base/status.h"

struct xml;

enum xml_kind { XML_END, XML_OPEN, XML_CLOSE, XML_TEXT };

/* Slices are valid until the next xml_next. */
struct xml_node {
    enum xml_kind kind;
    struct slice name; /* OPEN, CLOSE: without prefix */
    struct slice text; /* TEXT: UTF-8 */
    unsigned depth;    /* OPEN, CLOSE: of the element, the root's is 0 */
};

/* `bytes` must outlive the reader. `nesting`: elements within elements, at most. Never fails: what
 * is wrong shows at the end. */
struct xml *xml_open(struct slice bytes, unsigned nesting);

/* The next node; every element is opened and closed, an empty one too. XML_END at the end and after
 * the first error. */
enum xml_kind xml_next(struct xml *xml, struct xml_node *node);

/* Passes over the rest of the element that `node` has opened, up to and with its end. */
void xml_skip(struct xml *xml, const struct xml_node *node);

/* An attribute of the element just opened, by its name without prefix: the first of that name;
 * empty if there is none. `number`: the fallback where it is missing or no whole number. */
struct slice xml_attribute(struct xml *xml, const char *name);
long xml_number(struct xml *xml, const char *name, long fallback);

/* STATUS_BAD: it was no XML, or not what we take, with the line; "" in the error never. Frees. */
enum status xml_close(struct xml **xml, struct error *error);

static inline bool xml_is(const struct xml_node *node, const char *name)
{
    return slice_equal(node->name, slice_of(name));
}

/* Whether this opens (or closes) an element of that name. */
static inline bool xml_opens(const struct xml_node *node, const char *name)
{
    return node->kind == XML_OPEN && xml_is(node, name);
}

static inline bool xml_closes(const struct xml_node *node, const char *name)
{
    return node->kind == XML_CLOSE && xml_is(node, name);
}

#endif
