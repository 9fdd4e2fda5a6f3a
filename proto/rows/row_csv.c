/* row_csv.c - rows as CSV, by the table of fields. No state, any thread. */
#include "proto/rows/row_csv.h"

#include "proto/base/visible.h"
#include "proto/rows/fields.h"

#define KEPT "\n\t" /* controls that may stand in a cell; a carriage return is shown */

static bool has_any_of(struct slice text, const char *characters)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] && strchr(characters, text.data[i]))
            return true;
    return false;
}

static void put_quoted(struct slice text, struct buffer *out)
{
    bool formula = text.len && has_any_of(slice_range(text, 0, 1), "=+-@\t");
    bool quote = has_any_of(text, ",\"\n");
    buffer_add(out, quote ? SLICE("\"") : SLICE(""));
    buffer_add(out, formula ? SLICE("'") : SLICE(""));
    for (size_t from = 0; from < text.len;) {
        size_t end = slice_find(text, SLICE("\""), from);
        end = end == SIZE_MAX ? text.len : end + 1;
        buffer_add(out, slice_range(text, from, end));
        if (text.data[end - 1] == '"')
            buffer_add(out, SLICE("\""));
        from = end;
    }
    buffer_add(out, quote ? SLICE("\"") : SLICE(""));
}

/* A line feed may stand in a cell; what would reach the terminal of whoever looks at the file as a
 * command is shown instead. */
void csv_text(struct slice text, struct buffer *out)
{
    struct buffer shown = {0};
    if (visible_already(text, KEPT)) {
        put_quoted(text, out); /* nearly every cell: nothing is copied */
        return;
    }
    visible_add(&shown, text, KEPT);
    put_quoted(buffer_slice(&shown), out);
    buffer_release(&shown);
}

static void put_cell(struct slice cell, bool is_number, bool first, struct buffer *out)
{
    buffer_add(out, first ? SLICE("") : SLICE(","));
    if (is_number)
        buffer_add(out, cell);
    else
        csv_text(cell, out);
}

void fields_csv_head(const struct row_field_list *fields, bool bom, struct buffer *out)
{
    const char *comma = "";
    buffer_add(out, bom ? SLICE("\xEF\xBB\xBF") : SLICE(""));
    for (size_t i = 0; i < fields->count; i++) {
        if (!fields->items[i].table)
            continue;
        buffer_format(out, "%s%.*s", comma, SLICE_ARGS(fields->items[i].name));
        comma = ",";
    }
    buffer_add(out, SLICE("\r\n"));
}

void fields_csv(const struct row_field_list *fields, const void *record, struct buffer *out)
{
    struct buffer cell = {0};
    bool is_number, first = true;
    for (size_t i = 0; i < fields->count; i++) {
        if (!fields->items[i].table)
            continue;
        buffer_clear(&cell);
        row_field_cell(&fields->items[i], record, &cell, &is_number);
        put_cell(buffer_slice(&cell), is_number, first, out);
        first = false;
    }
    buffer_add(out, SLICE("\r\n"));
    buffer_release(&cell);
}

void row_csv_head(bool bom, struct buffer *out)
{
    fields_csv_head(&row_fields, bom, out);
}

void row_csv(const struct row *row, struct buffer *out)
{
    struct buffer cell = {0};
    bool is_number;
    for (size_t i = 0; i < row_fields.count; i++) {
        if (!row_fields.items[i].table)
            continue;
        buffer_clear(&cell);
        row_table_cell(&row_fields.items[i], row, &cell, &is_number);
        put_cell(buffer_slice(&cell), is_number, i == 0, out);
    }
    buffer_add(out, SLICE("\r\n"));
    buffer_release(&cell);
}
