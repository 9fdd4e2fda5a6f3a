/* html_table.c - rows, cells and merged cells of a table in a web page. No state of its own, can't
 * fail. A merged cell's text stands in its first column and row; the others it covers stay empty,
 * so each number is read once and the columns still line up.
 */
#include "workers/ingest/html_table.h"

#include <stdlib.h>
#include <strings.h>

enum {
    CELL_MEAN_BYTES = 200, /* more: paragraphs, not cells */
    ROWS_MAX = 1000,
};

static bool tag_at(struct slice html, size_t at, const char *tag)
{
    size_t len = strlen(tag);
    return html.len - at > len && strncasecmp(html.data + at, tag, len) == 0 &&
           strchr(" \t\r\n>/", html.data[at + len]);
}

bool html_table_holds_data(struct slice html, size_t at)
{
    size_t rows = 0, cells = 0, text = 0;
    bool inside = false;
    for (at++; at < html.len; at++) {
        if (html.data[at] == '<') {
            inside = true;
            if (tag_at(html, at, "<table"))
                return false;
            if (tag_at(html, at, "</table"))
                return rows > 0 && cells > rows && text < cells * CELL_MEAN_BYTES;
            rows += tag_at(html, at, "<tr");
            cells += tag_at(html, at, "<td") || tag_at(html, at, "<th");
        } else if (html.data[at] == '>') {
            inside = false;
        } else {
            text += !inside && !strchr(" \t\r\n", html.data[at]);
        }
    }
    return false;
}

void html_table_open(struct html_table *table, struct buffer *out)
{
    *table = (struct html_table){.open = true};
    buffer_append(out, "\n", 1);
}

static void put_tabs(struct buffer *out, unsigned count)
{
    while (count-- > 0)
        buffer_append(out, "\t", 1);
}

void html_table_cell_end(struct html_table *table, struct buffer *out)
{
    if (!table->in_cell)
        return;
    table->in_cell = false;
    put_tabs(out, table->spans - 1);
    table->column += table->spans;
}

/* Columns that cells of earlier rows reach down into. */
static void skip_hanging(struct html_table *table, struct buffer *out, unsigned until)
{
    while (table->column < until && table->hanging[table->column]) {
        table->hanging[table->column]--;
        put_tabs(out, table->column > 0);
        table->column++;
    }
}

static void row_end(struct html_table *table, struct buffer *out)
{
    html_table_cell_end(table, out);
    while (table->column > 0 && table->column < HTML_TABLE_MAX_COLUMNS) {
        skip_hanging(table, out, HTML_TABLE_MAX_COLUMNS);
        if (table->column == HTML_TABLE_MAX_COLUMNS)
            break;
        unsigned next = table->column;
        while (next < HTML_TABLE_MAX_COLUMNS && !table->hanging[next])
            next++;
        if (next == HTML_TABLE_MAX_COLUMNS)
            break;
        put_tabs(out, next - table->column);
        table->column = next;
    }
    table->column = 0;
}

void html_table_row(struct html_table *table, struct buffer *out)
{
    row_end(table, out);
    buffer_append(out, "\n", 1);
}

/* The number that the tag gives `name`, 1 if it gives none. */
static unsigned span_of(struct slice tag, const char *name, unsigned max)
{
    size_t len = strlen(name);
    for (size_t at = 0; at + len < tag.len; at++) {
        if (strncasecmp(tag.data + at, name, len) != 0)
            continue;
        at += len;
        while (at < tag.len && strchr(" \t\r\n=\"'", tag.data[at]) && tag.data[at])
            at++;
        unsigned value = 0;
        for (; at < tag.len && tag.data[at] >= '0' && tag.data[at] <= '9' && value < max; at++)
            value = value * 10 + (unsigned)(tag.data[at] - '0');
        return value == 0 ? 1 : value > max ? max : value;
    }
    return 1;
}

void html_table_cell(struct html_table *table, struct slice tag, struct buffer *out)
{
    html_table_cell_end(table, out);
    skip_hanging(table, out, HTML_TABLE_MAX_COLUMNS);
    put_tabs(out, table->column > 0);
    unsigned left = HTML_TABLE_MAX_COLUMNS - table->column;
    unsigned rows = span_of(tag, "rowspan", ROWS_MAX);
    table->in_cell = true;
    table->spans = left ? span_of(tag, "colspan", left) : 1;
    if (!left) /* one long row beyond the last column */
        table->column--;
    for (unsigned i = 0; i < table->spans; i++)
        table->hanging[table->column + i] = rows - 1;
}

void html_table_close(struct html_table *table, struct buffer *out)
{
    row_end(table, out);
    table->open = false;
    buffer_append(out, "\n", 1);
}
