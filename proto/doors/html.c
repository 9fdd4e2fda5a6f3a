/* html.c - libxml2's HTML parser behind our own types; only this file includes its header.
 *
 * Any thread, a page a thread. libxml2 stops silently at 256 levels unless told to go on, and then
 * knows no limit: so it is told to, and the levels are counted here while it parses. It never
 * loads anything: the parser gets bytes in memory and no network.
 */
#include "proto/doors/html.h"

#include <libxml/HTMLparser.h>
#include <libxml/parserInternals.h>

#include <limits.h>
#include <pthread.h>

enum { MAX_NAME_BYTES = 64 };

struct watch {
    startElementSAXFunc start;
    endElementSAXFunc end;
    unsigned depth;
    bool too_deep;
};

/* "o:p" as "o-p": the parser would take o for a namespace and the element for a paragraph. */
static const xmlChar *without_prefix(const xmlChar *name, xmlChar plain[MAX_NAME_BYTES])
{
    size_t len = strlen((const char *)name);
    if (len >= MAX_NAME_BYTES || !memchr(name, ':', len))
        return name;
    for (size_t i = 0; i <= len; i++)
        plain[i] = name[i] == ':' ? '-' : name[i];
    return plain;
}

static void on_start(void *context, const xmlChar *name, const xmlChar **attributes)
{
    htmlParserCtxtPtr parser = context;
    struct watch *watch = parser->_private;
    if (++watch->depth > HTML_MAX_DEPTH) {
        watch->too_deep = true;
        xmlStopParser(parser);
        return;
    }
    xmlChar plain[MAX_NAME_BYTES];
    watch->start(context, without_prefix(name, plain), attributes);
}

static void on_end(void *context, const xmlChar *name)
{
    struct watch *watch = ((htmlParserCtxtPtr)context)->_private;
    watch->depth -= watch->depth > 0;
    if (!watch->too_deep)
        watch->end(context, name);
}

enum status html_parse(struct slice utf8, struct html_page **page, struct error *error)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    pthread_once(&once, xmlInitParser);
    *page = NULL;
    if (utf8.len > INT_MAX / 2)
        return fail(error, STATUS_BAD, "a web page of %zu bytes is too large (网页过大)", utf8.len);
    htmlParserCtxtPtr parser = htmlCreateMemoryParserCtxt(utf8.data, (int)utf8.len);
    if (!parser)
        return fail(error, STATUS_BAD, "an empty web page (空网页): get it again");
    htmlCtxtUseOptions(parser, HTML_PARSE_RECOVER | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING |
                                   HTML_PARSE_NONET | HTML_PARSE_COMPACT);
    parser->options |= XML_PARSE_HUGE;
    struct watch watch = {.start = parser->sax->startElement, .end = parser->sax->endElement};
    parser->sax->startElement = on_start;
    parser->sax->endElement = on_end;
    parser->_private = &watch;
    xmlCharEncodingHandlerPtr encoding = xmlFindCharEncodingHandler("UTF-8");
    if (encoding) /* or else a <meta charset> would be believed */
        xmlSwitchToEncoding(parser, encoding);
    htmlParseDocument(parser);
    xmlDocPtr document = parser->myDoc;
    htmlFreeParserCtxt(parser);
    if (watch.too_deep) {
        xmlFreeDoc(document);
        return fail(error, STATUS_BAD,
                    "elements within elements more than %d levels deep (嵌套过深): no browser "
                    "shows such a page; save it as text",
                    HTML_MAX_DEPTH);
    }
    if (!document || !xmlDocGetRootElement(document)) {
        xmlFreeDoc(document);
        return fail(error, STATUS_BAD, "a web page with nothing in it (空网页): get it again");
    }
    *page = (struct html_page *)document;
    return STATUS_OK;
}

void html_free(struct html_page **page)
{
    xmlFreeDoc((xmlDocPtr)*page);
    *page = NULL;
}

static const xmlNode *inner(const struct html_node *node)
{
    return (const xmlNode *)node;
}

/* `node` or the next beside it that is an element or a text. */
static const struct html_node *shown(const xmlNode *node)
{
    while (node && node->type != XML_ELEMENT_NODE && node->type != XML_TEXT_NODE &&
           node->type != XML_CDATA_SECTION_NODE)
        node = node->next;
    return (const struct html_node *)node;
}

const struct html_node *html_root(const struct html_page *page)
{
    return (const struct html_node *)xmlDocGetRootElement((xmlDocPtr)page);
}

const struct html_node *html_first(const struct html_node *node)
{
    return html_is_text(node) ? NULL : shown(inner(node)->children);
}

const struct html_node *html_next(const struct html_node *node)
{
    return shown(inner(node)->next);
}

const struct html_node *html_parent(const struct html_node *node)
{
    const xmlNode *parent = inner(node)->parent;
    return parent && parent->type == XML_ELEMENT_NODE ? (const struct html_node *)parent : NULL;
}

bool html_is_text(const struct html_node *node)
{
    return inner(node)->type != XML_ELEMENT_NODE;
}

struct slice html_text(const struct html_node *node)
{
    return html_is_text(node) ? slice_of((const char *)inner(node)->content) : (struct slice){0};
}

struct slice html_name(const struct html_node *node)
{
    return html_is_text(node) ? (struct slice){0} : slice_of((const char *)inner(node)->name);
}

struct slice html_attribute(const struct html_node *node, const char *name, bool *has)
{
    const xmlAttr *found =
        html_is_text(node) ? NULL : xmlHasProp((xmlNode *)node, (const xmlChar *)name);
    if (has)
        *has = found != NULL;
    return found && found->children ? slice_of((const char *)found->children->content)
                                    : (struct slice){0};
}

bool html_is(const struct html_node *node, const char *name)
{
    return slice_equal(html_name(node), slice_of(name));
}
