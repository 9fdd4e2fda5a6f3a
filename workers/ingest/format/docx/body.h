/* body.h - the story of a docx: its paragraphs, tables, text boxes and notes as a reader sees them.
 */
#ifndef XIANZHI_INGEST_FORMAT_DOCX_BODY_H
#define XIANZHI_INGEST_FORMAT_DOCX_BODY_H

#include "workers/ingest/format/docx/numbering.h"
#include "workers/ingest/format/docx/styles.h"
#include "workers/ingest/format/flow.h"

/* Ids of the notes that the text refers to, in the order of their references. */
struct note_list {
    struct slice *ids;
    size_t count, capacity;
};

struct xml;

struct body {
    struct arena *arena;
    const struct styles *styles;
    struct numbering *numbering;
    struct note_list footnotes, endnotes;
    /* What stands in a text box, which is a story of its own within a paragraph. */
    void (*read_box)(struct body *body, struct xml *xml, unsigned depth, struct flow *flow);
};

/* The main part. STATUS_BAD: no XML. */
enum status body_read(struct body *body, struct slice xml, struct flow *flow, struct error *error);

/* The notes of a list, from their part (footnotes.xml; may be empty), as BLOCK_NOTE. */
enum status notes_read(struct body *body, struct slice xml, const struct note_list *wanted,
                       struct flow *flow, struct error *error);

#endif
