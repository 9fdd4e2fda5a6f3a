/* sheet.c - one sheet: cells by their references, merged cells, what is hidden.
 *
 * Merged ranges stand behind the cells in the file, so the cells are kept until the end. Only
 * columns up to LAYOUT_MAX_COLUMNS count, from the first that holds anything. What fails is the
 * XML.
 */
#include "workers/ingest/format/xlsx/sheet.h"

#include "proto/doors/xml.h"
#include "workers/ingest/format/xlsx/number.h"
#include "workers/ingest/format/xlsx/text.h"

#include <stdlib.h>

enum { MAX_COLUMN = 16384, MAX_ROW = 1048576, MAX_RANGES = 100000 };

struct cell {
    unsigned row, column; /* from 1 */
    unsigned rows, columns;
    bool covered; /* by a merged cell that begins elsewhere */
    struct slice text;
};

struct range {
    unsigned row, column, last_row, last_column;
};

struct sheet {
    struct workbook *workbook;
    struct cell *cells; /* in order of rows, then of columns */
    size_t count, capacity;
    struct range *ranges;
    size_t range_count, range_capacity;
    bool hidden[MAX_COLUMN + 1];
};

/* "AB12"; false if it is none. */
static bool read_reference(struct slice text, size_t *at, unsigned *column, unsigned *row)
{
    *column = *row = 0;
    for (; *at < text.len && text.data[*at] >= 'A' && text.data[*at] <= 'Z'; ++*at)
        if ((*column = *column * 26 + (unsigned)(text.data[*at] - 'A' + 1)) > MAX_COLUMN)
            return false;
    for (; *at < text.len && text.data[*at] >= '0' && text.data[*at] <= '9'; ++*at)
        if ((*row = *row * 10 + (unsigned)(text.data[*at] - '0')) > MAX_ROW)
            return false;
    return *column > 0 && *row > 0;
}

/* ---- cells ---- */

static void put_number(struct sheet *sheet, struct slice written, long style, struct buffer *out)
{
    struct workbook *workbook = sheet->workbook;
    char text[64], *rest;
    if (written.len == 0 || written.len >= sizeof text)
        return;
    memcpy(text, written.data, written.len);
    text[written.len] = '\0';
    double value = strtod(text, &rest);
    struct slice format = style >= 0 && (size_t)style < workbook->format_count
                              ? workbook->formats[style]
                              : SLICE("General");
    if (*rest == '\0')
        number_put(out, value, format, workbook->from_1904);
    else
        buffer_add(out, written);
}

static void put_value(struct sheet *sheet, struct slice type, struct slice written, long style,
                      struct buffer *out)
{
    struct workbook *workbook = sheet->workbook;
    if (slice_equal(type, SLICE("s"))) {
        size_t index = 0;
        for (size_t i = 0; i < written.len && i < 9; i++)
            index = index * 10 + (size_t)(written.data[i] - '0');
        if (index < workbook->text_count)
            buffer_add(out, workbook->texts[index]);
    } else if (slice_equal(type, SLICE("b"))) {
        buffer_add(out, slice_equal(written, SLICE("1")) ? SLICE("是") : SLICE("否"));
    } else if (slice_equal(type, SLICE("str")) || slice_equal(type, SLICE("d"))) {
        if (!slice_starts(written, SLICE("=DISPIMG("))) /* a picture, as WPS writes it */
            buffer_add(out, written);
    } else if (!slice_equal(type, SLICE("e"))) { /* #DIV/0! says nothing */
        put_number(sheet, written, style, out);
    }
}

/* A text may be empty; a number that is, or the zero of a writer that can't compute, is missing. */
static void note_result(struct workbook *workbook, struct slice type, struct slice value,
                        unsigned row, unsigned column)
{
    bool number = type.len == 0 || slice_equal(type, SLICE("n"));
    bool zero = slice_equal(value, SLICE("0")), missing = number && value.len == 0;
    struct slice *first = missing ? &workbook->uncomputed : &workbook->first_zero;
    workbook->computed |= value.len && !(number && zero);
    if (first->len || !(missing || (number && zero)))
        return;
    char letters[4] = "", *at = letters + sizeof letters - 1;
    for (; column > 0 && at > letters; column = (column - 1) / 26)
        *--at = (char)('A' + (column - 1) % 26);
    *first = arena_format(workbook->arena, "%.*s!%s%u", SLICE_ARGS(workbook->sheet), at, row);
}

static void read_cell(struct sheet *sheet, struct xml *xml, const struct xml_node *open,
                      unsigned row, unsigned *column)
{
    struct arena *arena = sheet->workbook->arena;
    struct slice reference = xml_attribute(xml, "r");
    struct slice type = arena_copy(arena, xml_attribute(xml, "t"));
    long style = xml_number(xml, "s", 0);
    size_t at = 0;
    unsigned own_row, own_column;
    if (read_reference(reference, &at, &own_column, &own_row))
        *column = own_column;
    else
        ++*column; /* without a reference it is the next one */
    struct xml_node node;
    struct buffer text = {0}, value = {0};
    unsigned depth = open->depth;
    bool in_value = false, in_formula = false, formula = false;
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            break;
        if (xml_opens(&node, "is")) {
            text_read(xml, node.depth, &text);
        } else if (node.kind != XML_TEXT) {
            in_value = xml_opens(&node, "v");
            in_formula = xml_opens(&node, "f");
            formula |= in_formula && xml_attribute(xml, "t").len; /* shared: written elsewhere */
        } else if (in_value) {
            buffer_add(&value, node.text);
        } else {
            formula |= in_formula; /* <f/> is none */
        }
    }
    bool shown = *column <= MAX_COLUMN && !sheet->hidden[*column];
    if (shown && formula)
        note_result(sheet->workbook, type, buffer_slice(&value), row, *column);
    if (value.len)
        put_value(sheet, type, buffer_slice(&value), style, &text);
    if (text.len && shown)
        *ARENA_PUSH(arena, sheet->cells, sheet->count, sheet->capacity) =
            (struct cell){.row = row,
                          .column = *column,
                          .rows = 1,
                          .columns = 1,
                          .text = arena_copy(arena, buffer_slice(&text))};
    buffer_release(&text);
    buffer_release(&value);
}

static bool is_hidden(struct xml *xml)
{
    struct slice hidden = xml_attribute(xml, "hidden");
    return slice_equal(hidden, SLICE("1")) || slice_equal(hidden, SLICE("true"));
}

static void read_row(struct sheet *sheet, struct xml *xml, const struct xml_node *open,
                     unsigned *row)
{
    long number = xml_number(xml, "r", (long)*row + 1);
    *row = number > 0 && number <= MAX_ROW ? (unsigned)number : *row + 1;
    struct xml_node node;
    unsigned depth = open->depth, column = 0;
    if (is_hidden(xml)) {
        xml_skip(xml, open);
        return;
    }
    while (xml_next(xml, &node) != XML_END) {
        if (node.kind == XML_CLOSE && node.depth == depth)
            return;
        if (xml_opens(&node, "c"))
            read_cell(sheet, xml, &node, *row, &column);
    }
}

static void hide_columns(struct sheet *sheet, struct xml *xml)
{
    long first = xml_number(xml, "min", 0), last = xml_number(xml, "max", 0);
    for (long i = first; is_hidden(xml) && i > 0 && i <= last && i <= MAX_COLUMN; i++)
        sheet->hidden[i] = true;
}

static void read_range(struct sheet *sheet, struct xml *xml)
{
    struct slice reference = xml_attribute(xml, "ref");
    struct range range;
    size_t at = 0;
    if (sheet->range_count >= MAX_RANGES ||
        !read_reference(reference, &at, &range.column, &range.row) || at >= reference.len ||
        reference.data[at++] != ':' ||
        !read_reference(reference, &at, &range.last_column, &range.last_row))
        return;
    *ARENA_PUSH(sheet->workbook->arena, sheet->ranges, sheet->range_count, sheet->range_capacity) =
        range;
}

/* ---- the table ---- */

/* Merged ranges are few and cells many: each range looks for its cells by halving. */
static size_t first_cell(const struct sheet *sheet, unsigned row, unsigned column)
{
    size_t low = 0, high = sheet->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const struct cell *cell = &sheet->cells[middle];
        if (cell->row < row || (cell->row == row && cell->column < column))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void merge(struct sheet *sheet, const struct range *range)
{
    for (size_t i = first_cell(sheet, range->row, range->column);
         i < sheet->count && sheet->cells[i].row <= range->last_row; i++) {
        struct cell *cell = &sheet->cells[i];
        if (cell->row == range->row && cell->column == range->column) {
            cell->rows = range->last_row - range->row + 1;
            cell->columns = range->last_column - range->column + 1;
        } else if (cell->column >= range->column && cell->column <= range->last_column) {
            cell->covered = true;
        }
    }
}

static unsigned leftmost(const struct sheet *sheet)
{
    unsigned column = MAX_COLUMN;
    for (size_t i = 0; i < sheet->count; i++)
        column = sheet->cells[i].column < column ? sheet->cells[i].column : column;
    return column;
}

/* Empty cells up to `column`, where nothing from above reaches in. */
static void fill(struct layout_table *table, struct arena *arena, unsigned *column, unsigned until,
                 const unsigned *reached, unsigned row)
{
    for (; *column < until && *column < LAYOUT_MAX_COLUMNS; ++*column)
        if (reached[*column] < row)
            layout_cell(table, arena);
}

/* Rows without a cell are left out, so merged cells reach over rows that are there only. */
static unsigned rows_below(const struct sheet *sheet, size_t index)
{
    unsigned rows = 1, last = sheet->cells[index].row;
    unsigned end = last + sheet->cells[index].rows;
    for (size_t i = index; i < sheet->count && sheet->cells[i].row < end; i++)
        if (sheet->cells[i].row != last) {
            last = sheet->cells[i].row;
            rows++;
        }
    return rows;
}

static void build(const struct sheet *sheet, struct layout_table *table)
{
    struct arena *arena = sheet->workbook->arena;
    unsigned first = leftmost(sheet), row = 0, column = 0;
    unsigned reached[LAYOUT_MAX_COLUMNS] = {0}; /* the last row that a cell above covers there */
    for (size_t i = 0; i < sheet->count; i++) {
        const struct cell *cell = &sheet->cells[i];
        unsigned at = cell->column - first;
        if (cell->covered || at >= LAYOUT_MAX_COLUMNS)
            continue;
        if (cell->row != row) {
            layout_row(table, arena);
            row = cell->row;
            column = 0;
        }
        fill(table, arena, &column, at, reached, row);
        struct layout_cell *put = layout_cell(table, arena);
        put->columns =
            cell->columns < LAYOUT_MAX_COLUMNS - at ? cell->columns : LAYOUT_MAX_COLUMNS - at;
        put->rows = rows_below(sheet, i);
        flow_add(&put->flow, arena, BLOCK_PARAGRAPH, cell->text);
        for (unsigned j = at; j < at + put->columns; j++)
            reached[j] = cell->row + cell->rows - 1;
        column = at + put->columns;
    }
}

enum status sheet_read(struct workbook *workbook, struct slice xml, struct flow *flow,
                       struct error *error)
{
    struct sheet *sheet = arena_alloc(workbook->arena, sizeof *sheet);
    struct layout_table table = {.sheet = true};
    struct xml *reader = xml_open(xml, MAX_NESTING);
    struct xml_node node;
    unsigned row = 0;
    sheet->workbook = workbook;
    while (xml_next(reader, &node) != XML_END) {
        if (xml_opens(&node, "col"))
            hide_columns(sheet, reader);
        else if (xml_opens(&node, "row"))
            read_row(sheet, reader, &node, &row);
        else if (xml_opens(&node, "mergeCell"))
            read_range(sheet, reader);
    }
    for (size_t i = 0; i < sheet->range_count; i++)
        merge(sheet, &sheet->ranges[i]);
    build(sheet, &table);
    layout_close(&table, workbook->arena, flow);
    return xml_close(&reader, error);
}
