/* html_elements.h - what a browser does with an element before any style sheet is asked. */
#ifndef XIANZHI_INGEST_FORMAT_HTML_ELEMENTS_H
#define XIANZHI_INGEST_FORMAT_HTML_ELEMENTS_H

#include "proto/doors/html.h"

enum html_element {
    ELEMENT_INLINE,
    ELEMENT_BLOCK,
    ELEMENT_HEADING,
    ELEMENT_ITEM,  /* li */
    ELEMENT_BREAK, /* br */
    ELEMENT_TABLE,
    ELEMENT_PRE,    /* keeps its line breaks and blanks */
    ELEMENT_RAISED, /* sup */
    ELEMENT_TITLE,
    ELEMENT_META,
    ELEMENT_SHEET,  /* style */
    ELEMENT_UNSEEN, /* script, template, struck out, what stands in for a picture or a film */
};

enum html_element html_element_of(const struct html_node *node);

/* hidden, a closed <dialog>, a comment of Word: not shown whatever its style says. */
bool html_element_hides(const struct html_node *node);

#endif
