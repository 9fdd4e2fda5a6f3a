/* html_table.h - the table of a web page being turned into rows of cells parted by tabs. */
#ifndef XIANZHI_INGEST_HTML_TABLE_H
#define XIANZHI_INGEST_HTML_TABLE_H

#include "proto/memory.h"

enum { HTML_TABLE_MAX_COLUMNS = 64 };

/* Zero-initialise; open is false outside tables of data. */
struct html_table {
    bool open;
    bool in_cell;
    unsigned column;                          /* where the next cell stands */
    unsigned spans;                           /* columns that the cell at hand takes */
    unsigned hanging[HTML_TABLE_MAX_COLUMNS]; /* rows that a cell above reaches down */
};

/* Whether the <table> at `at` holds data: not another table, not a page laid out in it. */
bool html_table_holds_data(struct slice html, size_t at);

void html_table_open(struct html_table *table, struct buffer *out);
void html_table_row(struct html_table *table, struct buffer *out);
/* A cell begins; `tag` is what stands between < and >, with its colspan and rowspan. */
void html_table_cell(struct html_table *table, struct slice tag, struct buffer *out);
void html_table_cell_end(struct html_table *table, struct buffer *out);
void html_table_close(struct html_table *table, struct buffer *out);

#endif
