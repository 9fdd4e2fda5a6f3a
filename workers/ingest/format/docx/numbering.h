/* numbering.h - automatic numbers of a docx as they are printed: 一、 （二） 3. 第四条.
 *
 * Two steps: numbering.xml is read into lists and levels; then, paragraph by paragraph in the order
 * of the document, numbering_next counts and writes the label. Counters belong to the abstract
 * list: several w:num of one abstract list go on counting, unless one overrides its start.
 */
#ifndef XIANZHI_INGEST_FORMAT_DOCX_NUMBERING_H
#define XIANZHI_INGEST_FORMAT_DOCX_NUMBERING_H

#include "proto/base/arena.h"
#include "proto/base/memory.h"
#include "proto/base/status.h"

enum { NUMBER_LEVELS = 9, NUMBER_NONE = -1 };

struct numbering;

/* `xml` may be empty: no lists. All in the arena. STATUS_BAD: no XML. */
enum status numbering_read(struct numbering **numbering, struct arena *arena, struct slice xml,
                           struct error *error);

/* The level of list `num` that belongs to paragraphs of that style, NUMBER_NONE if none says so. */
int numbering_level_of_style(const struct numbering *numbering, long num, struct slice style);

/* Counts a paragraph of list `num` at `level` (0 to 8) and appends its label with what parts it
 * from the text; nothing for bullets and unknown lists. */
void numbering_next(struct numbering *numbering, long num, int level, struct buffer *label);

#endif
