/* body_private.h - what the files of the body share; nobody else includes it. */
#ifndef XIANZHI_INGEST_FORMAT_DOCX_BODY_PRIVATE_H
#define XIANZHI_INGEST_FORMAT_DOCX_BODY_PRIVATE_H

#include "proto/doors/xml.h"
#include "workers/ingest/format/docx/body.h"

/* Of a paragraph, from its w:pPr. -1: not said. */
struct paragraph_properties {
    struct slice style;
    long num, level, outline;
    bool mark_deleted; /* its end was deleted: it goes on in the next paragraph */
};

/* Reads what stands in the w:p that was just opened at `depth`, and its end. `carried`: what of the
 * paragraph before goes on in this one. */
void read_paragraph(struct body *body, struct xml *xml, unsigned depth, struct flow *flow,
                    struct buffer *carried);

/* Whether an element and all that it holds is no part of the final text: what was deleted or moved
 * away, what properties were before, what stands in place of what we read. */
bool is_passed_over(const struct xml_node *node);

/* w:val of a switch: on unless it says otherwise. */
bool is_on(struct xml *xml);

/* The character that a w:sym shows, appended. */
void put_symbol(struct buffer *out, struct slice font, struct slice code);

#endif
