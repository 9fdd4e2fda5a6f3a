/* html_table.h - the rows and merged cells of a table of data in a web page.
 *
 * A merged cell's text stands in its first column; further columns it covers stay empty. In the
 * rows below it is repeated if it is a label (no figure in it), so that each number is read once,
 * every row says what it is about, and the columns line up.
 */
#ifndef XIANZHI_INGEST_FORMAT_HTML_TABLE_H
#define XIANZHI_INGEST_FORMAT_HTML_TABLE_H

#include "proto/doors/html.h"
#include "workers/ingest/format/blocks.h"

enum { HTML_TABLE_MAX_COLUMNS = 256 };

/* Elements that may still be looked at to tell tables of data from layout, over a whole page. */
struct html_table_budget {
    size_t left;
};

/* Whether <table> holds data: not another table, not a page laid out in it, more than a column. */
bool html_table_holds_data(const struct html_node *table, struct html_table_budget *budget);

struct html_table {
    struct blocks *blocks;
    unsigned width;  /* columns */
    unsigned column; /* of the cell at hand or the next */
    unsigned spans;  /* columns that the cell at hand takes, rows that it reaches down */
    unsigned reaches;
    size_t cell_start; /* in the row's text */
    struct hanging {
        unsigned rows; /* still to come */
        struct slice label;
    } hanging[HTML_TABLE_MAX_COLUMNS];
};

void html_table_open(struct html_table *table, struct blocks *blocks, const struct html_node *node);
void html_table_row(struct html_table *table);
/* The caller adds the cell's text between these two. False: beyond the last column. */
bool html_table_cell(struct html_table *table, const struct html_node *cell);
void html_table_cell_end(struct html_table *table);
void html_table_row_end(struct html_table *table);

#endif
