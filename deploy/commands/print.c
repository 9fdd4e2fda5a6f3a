/* print.c - rows as they come, in the format that was asked for: row_text.c and row_table.c know
 * how. The thread of the command. */
#include "deploy/commands/print.h"
#include "deploy/commands/row_table.h"
#include "proto/rows/row_csv.h"
#include "proto/rows/row_json.h"

#include <stdlib.h>

struct row_printer {
    FILE *out;
    enum row_format format;
    struct buffer text; /* not yet written */
    struct row_table table;
};

enum { PAGE_ROWS = 500, FLUSH_BYTES = 1 << 18 };

enum row_format row_format_by_name(const char *name)
{
    if (strcmp(name, "csv") == 0)
        return ROWS_CSV;
    return strcmp(name, "jsonl") == 0 ? ROWS_JSONL : ROWS_TABLE;
}

struct row_printer *row_printer_new(FILE *out, enum row_format format, bool bom)
{
    struct row_printer *printer = memory_zero(sizeof *printer);
    printer->out = out;
    printer->format = format;
    printer->table = (struct row_table){.text = &printer->text, .out = out};
    if (format == ROWS_CSV)
        row_csv_head(bom, &printer->text);
    return printer;
}

static void flush(struct row_printer *printer)
{
    if (printer->text.len)
        fwrite(printer->text.data, 1, printer->text.len, printer->out);
    buffer_clear(&printer->text);
}

void row_print(struct row_printer *printer, const struct row *row)
{
    switch (printer->format) {
    case ROWS_JSONL:
        row_json(row, 0, SLICE(""), &printer->text);
        break;
    case ROWS_CSV:
        row_csv(row, &printer->text);
        break;
    case ROWS_TABLE:
    case ROWS_BY_UNIT:
        row_table_keep(&printer->table, row);
        if (printer->format == ROWS_TABLE && printer->table.row_count == PAGE_ROWS)
            row_table_print(&printer->table);
        break;
    }
    if (printer->text.len >= FLUSH_BYTES)
        flush(printer);
}

void row_printer_end(struct row_printer **printer_slot)
{
    struct row_printer *printer = *printer_slot;
    if (!printer)
        return;
    *printer_slot = NULL;
    if (printer->format == ROWS_TABLE)
        row_table_print(&printer->table);
    else if (printer->format == ROWS_BY_UNIT)
        row_table_print_by_unit(&printer->table);
    flush(printer);
    buffer_release(&printer->text);
    row_table_release(&printer->table);
    free(printer);
}
