/* flow.h - paragraphs and tables of an office document while it is being read, and tables into
 * rows.
 *
 * A flow is what stands below one another: in the body, in a cell, in a text box. A cell has a flow
 * of its own until its table is closed, for only then can be told whether the table holds data
 * (rows of short cells: a line each) or a page was laid out in it (its cells' flows stand as they
 * are). All in one arena, in the child that decodes.
 */
#ifndef XIANZHI_INGEST_FORMAT_FLOW_H
#define XIANZHI_INGEST_FORMAT_FLOW_H

#include "workers/ingest/format/blocks.h"

struct flow_item {
    enum block_kind kind;
    struct slice text;  /* BLOCK_ROW: cells parted by tabs */
    struct locus where; /* page and paragraph 0: its number is its place */
};

struct flow {
    struct flow_item *items;
    size_t count, capacity;
};

void flow_add(struct flow *flow, struct arena *arena, enum block_kind kind, struct slice text);
void flow_append(struct flow *flow, struct arena *arena, const struct flow *other);
/* Everything of it as blocks. */
void flow_emit(const struct flow *flow, struct blocks *blocks);

enum { LAYOUT_MAX_COLUMNS = 64 };

struct layout_cell {
    struct flow flow;
    unsigned columns; /* it takes: 1 or more */
    unsigned rows;    /* it reaches down: 1 or more */
    bool continues;   /* it is covered by the cell above it */
};

struct layout_row {
    struct layout_cell *cells;
    size_t count, capacity;
    struct locus where; /* optional */
};

/* Zero-initialise. `sheet`: rows of a workbook, which hold data whatever their cells' length; what
 * stands alone in a row in front of the table, behind it, or at length is a paragraph. */
struct layout_table {
    bool sheet;
    struct layout_row *rows;
    size_t count, capacity;
};

void layout_row(struct layout_table *table, struct arena *arena);
/* The next cell of the last row; its flow is filled by the caller. */
struct layout_cell *layout_cell(struct layout_table *table, struct arena *arena);
/* Adds the table to the flow that it stands in. A merged cell's text stands in its first column;
 * words (not figures, which would be counted again) are repeated in every row that it reaches. */
void layout_close(const struct layout_table *table, struct arena *arena, struct flow *into);

#endif
