/* html_mark.h - small signs around a text: marks, links to notes, the numbers of list items. */
#ifndef XIANZHI_INGEST_FORMAT_HTML_MARK_H
#define XIANZHI_INGEST_FORMAT_HTML_MARK_H

#include "proto/doors/html.h"
#include "workers/ingest/format/raised.h"

/* The text within `node`, without blanks, into `bytes`; false: too long for a mark. */
bool html_mark_text(const struct html_node *node, char bytes[RAISED_BYTES], struct slice *text);

/* <a href="#_ftn1">: leads to a footnote. */
bool html_mark_is_note_link(const struct html_node *node);
/* <div id="ftn1">: holds one. */
bool html_mark_is_note_body(const struct html_node *node);

/* Whether a list is one of links through the site (a trail, a menu), shown without numbers. */
bool html_mark_is_menu(const struct html_node *list);
/* Whether an item is nothing but a link. */
bool html_mark_is_link(const struct html_node *item);
/* The number that an attribute gives, `otherwise` if it gives none. */
unsigned html_mark_number(struct slice text, unsigned otherwise);

#endif
