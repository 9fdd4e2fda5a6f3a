/* tables.h - which row heads a table row. */
#ifndef XIANZHI_WORKERS_SEGMENT_TABLES_H
#define XIANZHI_WORKERS_SEGMENT_TABLES_H

#include "proto/report.h"
#include "workers/segment/table_words.h"

/* The table being read; starts as {.words = …, .head = -1, .previous = -1}. */
struct table_reader {
    const struct table_words *words;
    int32_t head;     /* sentence index of the innermost row of heads, -1 none */
    int32_t previous; /* the row above, -1 at the start of a table */
    size_t columns;   /* of the row above the gap */
    unsigned apart;   /* lines since the last row */
    bool figures;     /* rows with figures have come since the head */
};

/* A line that is no row: the table may go on behind one such line (a subtitle), not behind two. */
void table_reader_line(struct table_reader *reader, struct slice line);
/* The head of the row `row`, which becomes sentence `self`: a sentence index, or -1. A row of heads
 * names the one it stands under (2023年 over 受理 and 办结), else -1. */
int32_t table_reader_row(struct table_reader *reader, const struct report *report, struct slice row,
                         int32_t self);

#endif
