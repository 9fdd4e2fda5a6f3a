/* html.h - the door to libxml2's HTML parser: a web page as a tree that is only looked at.
 *
 * The parser mends what browsers mend: unclosed paragraphs, cells without rows, stray end tags. A
 * page and its nodes belong to one thread; nodes and the slices they give live as long as the page.
 */
#ifndef XIANZHI_PROTO_DOORS_HTML_H
#define XIANZHI_PROTO_DOORS_HTML_H

#include "proto/base/slice.h"
#include "proto/base/status.h"

/* Elements within elements; browsers themselves give up at 512. */
enum { HTML_MAX_DEPTH = 1000 };

struct html_page;
struct html_node;

/* Parses valid UTF-8, whatever charset the page itself declares. STATUS_BAD: nested deeper than
 * HTML_MAX_DEPTH, or nothing in it that is a page. On success the caller frees *page. */
enum status html_parse(struct slice utf8, struct html_page **page, struct error *error);
void html_free(struct html_page **page); /* accepts NULL */

const struct html_node *html_root(const struct html_page *page); /* <html> */

/* NULL: there is none. Comments and the like are never given. */
const struct html_node *html_first(const struct html_node *node);
const struct html_node *html_next(const struct html_node *node);
const struct html_node *html_parent(const struct html_node *node);

bool html_is_text(const struct html_node *node);
/* What the page writes there, entities resolved; empty for an element. */
struct slice html_text(const struct html_node *node);
/* "td", in lower case; "o-p" for <o:p>; empty for a text. */
struct slice html_name(const struct html_node *node);
/* The value of an attribute, empty if it has none; *has (may be NULL) tells the two apart. */
struct slice html_attribute(const struct html_node *node, const char *name, bool *has);

bool html_is(const struct html_node *node, const char *name);

#endif
