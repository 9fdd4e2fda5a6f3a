/* sheet.h - the parts of a workbook: its texts and formats, and one sheet as a table. */
#ifndef XIANZHI_INGEST_FORMAT_XLSX_SHEET_H
#define XIANZHI_INGEST_FORMAT_XLSX_SHEET_H

#include "workers/ingest/format/flow.h"

struct workbook {
    struct arena *arena;
    struct slice *texts; /* shared strings */
    size_t text_count, text_capacity;
    struct slice *formats; /* the number format of each cell style */
    size_t format_count, format_capacity;
    bool from_1904, computes_on_load; /* its writer may not have computed: zeros for results */
    struct slice sheet;               /* the name of the one at hand */
    /* Of the shown cells with a formula: the first without its result, the first of zero, and
     * whether any has another result, so that somebody computed. */
    struct slice uncomputed, first_zero;
    bool computed;
};

/* Both accept an empty part. STATUS_BAD: no XML. */
enum status texts_read(struct workbook *workbook, struct slice xml, struct error *error);
enum status formats_read(struct workbook *workbook, struct slice xml, struct error *error);

/* A sheet's rows into the flow. Hidden rows and columns are left out. STATUS_BAD: no XML. */
enum status sheet_read(struct workbook *workbook, struct slice xml, struct flow *flow,
                       struct error *error);

#endif
