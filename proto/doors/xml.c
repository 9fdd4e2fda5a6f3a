/* xml.c - libxml2's text reader behind xml.h. One thread a reader.
 *
 * Happy path: read, hand out; an empty element is given a second node of its own. What can fail:
 * the XML (noted with its line, told at the end).
 */
#include "proto/doors/xml.h"

#include "proto/base/arena.h"
#include "proto/base/memory.h"
#include "proto/base/tr.h"

#include <libxml/xmlreader.h>
#include <stdio.h>
#include <stdlib.h>

struct xml {
    xmlTextReaderPtr reader;
    unsigned nesting;
    bool ended;
    bool empty; /* the element just opened has to be closed */
    struct arena values;
    struct slice empty_name;
    unsigned empty_depth;
    struct error error; /* empty text: none */
};

static void note_error(void *context, xmlErrorPtr found)
{
    struct xml *xml = context;
    if (xml->error.text[0] || found->level < XML_ERR_ERROR)
        return;
    fail(&xml->error, STATUS_BAD, "line %d: %s", found->line,
         found->message ? found->message : "no XML");
    xml->error.text[strcspn(xml->error.text, "\n")] = '\0';
    size_t len = strlen(xml->error.text);
    while (len > 0 && xml->error.text[len - 1] == ' ')
        xml->error.text[--len] = '\0';
}

struct xml *xml_open(struct slice bytes, unsigned nesting)
{
    struct xml *xml = memory_zero(sizeof *xml);
    xml->nesting = nesting;
    if (bytes.len > 0 && bytes.len <= INT32_MAX)
        xml->reader = xmlReaderForMemory(bytes.data, (int)bytes.len, NULL, NULL,
                                         XML_PARSE_NONET | XML_PARSE_NOCDATA | XML_PARSE_NOERROR |
                                             XML_PARSE_NOWARNING);
    if (!xml->reader) {
        fail(&xml->error, STATUS_BAD, "empty or too large");
        xml->ended = true;
    } else {
        xmlTextReaderSetStructuredErrorHandler(xml->reader, note_error, xml);
    }
    return xml;
}

static enum xml_kind end(struct xml *xml, struct xml_node *node)
{
    xml->ended = true;
    *node = (struct xml_node){.kind = XML_END};
    return XML_END;
}

static enum xml_kind refuse(struct xml *xml, struct xml_node *node, const char *why)
{
    if (!xml->error.text[0])
        fail(&xml->error, STATUS_BAD, "line %d: %s", xmlTextReaderGetParserLineNumber(xml->reader),
             why);
    return end(xml, node);
}

static struct slice text_of(const xmlChar *text)
{
    return slice_of((const char *)text);
}

static enum xml_kind open_element(struct xml *xml, struct xml_node *node)
{
    node->kind = XML_OPEN;
    node->name = text_of(xmlTextReaderConstLocalName(xml->reader));
    node->depth = (unsigned)xmlTextReaderDepth(xml->reader);
    if (node->depth >= xml->nesting)
        return refuse(xml, node, TR("elements nested too deep (嵌套过深)"));
    if (xmlTextReaderIsEmptyElement(xml->reader) == 1) {
        xml->empty = true;
        xml->empty_name = node->name;
        xml->empty_depth = node->depth;
    }
    return XML_OPEN;
}

enum xml_kind xml_next(struct xml *xml, struct xml_node *node)
{
    if (xml->ended)
        return end(xml, node);
    *node = (struct xml_node){0};
    if (xml->empty) {
        xml->empty = false;
        *node = (struct xml_node){
            .kind = XML_CLOSE, .name = xml->empty_name, .depth = xml->empty_depth};
        return XML_CLOSE;
    }
    arena_reset(&xml->values);
    for (;;) {
        int got = xmlTextReaderRead(xml->reader);
        if (got != 1)
            return got == 0 ? end(xml, node) : refuse(xml, node, "no XML");
        switch (xmlTextReaderNodeType(xml->reader)) {
        case XML_READER_TYPE_ELEMENT:
            return open_element(xml, node);
        case XML_READER_TYPE_END_ELEMENT:
            node->name = text_of(xmlTextReaderConstLocalName(xml->reader));
            node->depth = (unsigned)xmlTextReaderDepth(xml->reader);
            return node->kind = XML_CLOSE;
        case XML_READER_TYPE_TEXT:
        case XML_READER_TYPE_CDATA:
        case XML_READER_TYPE_WHITESPACE:
        case XML_READER_TYPE_SIGNIFICANT_WHITESPACE:
            node->text = text_of(xmlTextReaderConstValue(xml->reader));
            return node->kind = XML_TEXT;
        case XML_READER_TYPE_DOCUMENT_TYPE:
        case XML_READER_TYPE_ENTITY_REFERENCE:
            return refuse(xml, node,
                          TR("it declares entities (含实体声明), which no report needs"));
        default:
            break; /* comments, instructions */
        }
    }
}

void xml_skip(struct xml *xml, const struct xml_node *node)
{
    unsigned depth = node->depth;
    struct xml_node inner;
    while (xml_next(xml, &inner) != XML_END)
        if (inner.kind == XML_CLOSE && inner.depth == depth)
            return;
}

struct slice xml_attribute(struct xml *xml, const char *name)
{
    struct slice value = {0};
    for (int more = xmlTextReaderMoveToFirstAttribute(xml->reader); more == 1;
         more = xmlTextReaderMoveToNextAttribute(xml->reader)) {
        const char *found = (const char *)xmlTextReaderConstLocalName(xml->reader);
        if (!found || strcmp(found, name) != 0 || xmlTextReaderIsNamespaceDecl(xml->reader) == 1)
            continue;
        value = arena_copy(&xml->values, text_of(xmlTextReaderConstValue(xml->reader)));
        break;
    }
    xmlTextReaderMoveToElement(xml->reader);
    return value;
}

long xml_number(struct xml *xml, const char *name, long fallback)
{
    struct slice value = xml_attribute(xml, name);
    if (value.len == 0 || value.len > 18)
        return fallback;
    char *rest;
    long number = strtol(value.data, &rest, 10);
    return rest == value.data + value.len ? number : fallback;
}

enum status xml_close(struct xml **xml, struct error *error)
{
    struct xml *old = *xml;
    *xml = NULL;
    enum status status = STATUS_OK;
    if (old->error.text[0])
        status = fail(error, STATUS_BAD, "%s", old->error.text);
    xmlFreeTextReader(old->reader);
    arena_release(&old->values);
    free(old);
    return status;
}
