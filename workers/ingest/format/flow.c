/* flow.c - tables into rows, flows into blocks. No state, can't fail. */
#include "workers/ingest/format/flow.h"

enum {
    CELL_MEAN_BYTES = 200, /* more: paragraphs laid out in a table */
    PARAGRAPH_BYTES = 150, /* of a lone cell in a sheet */
};

void flow_add(struct flow *flow, struct arena *arena, enum block_kind kind, struct slice text)
{
    if (flow->capacity == 0) { /* most are cells, of one item */
        flow->items = arena_alloc(arena, sizeof *flow->items);
        flow->capacity = 1;
    }
    struct flow_item *item = ARENA_PUSH(arena, flow->items, flow->count, flow->capacity);
    *item = (struct flow_item){.kind = kind, .text = text};
}

void flow_append(struct flow *flow, struct arena *arena, const struct flow *other)
{
    for (size_t i = 0; i < other->count; i++)
        *ARENA_PUSH(arena, flow->items, flow->count, flow->capacity) = other->items[i];
}

static void emit_row(const struct flow_item *item, struct blocks *blocks)
{
    for (size_t from = 0;;) {
        size_t tab = slice_find(item->text, SLICE("\t"), from);
        size_t end = tab == SIZE_MAX ? item->text.len : tab;
        blocks_cell(blocks, NULL);
        blocks_add(blocks, slice_range(item->text, from, end));
        if (tab == SIZE_MAX)
            return;
        from = end + 1;
    }
}

void flow_emit(const struct flow *flow, struct blocks *blocks)
{
    for (size_t i = 0; i < flow->count; i++) {
        const struct flow_item *item = &flow->items[i];
        blocks_begin(blocks, item->kind, &item->where);
        if (item->kind == BLOCK_ROW)
            emit_row(item, blocks);
        else
            blocks_add(blocks, item->text);
        blocks_end(blocks);
    }
}

/* ---- tables ---- */

void layout_row(struct layout_table *table, struct arena *arena)
{
    *ARENA_PUSH(arena, table->rows, table->count, table->capacity) = (struct layout_row){0};
}

struct layout_cell *layout_cell(struct layout_table *table, struct arena *arena)
{
    if (table->count == 0)
        layout_row(table, arena);
    struct layout_row *row = &table->rows[table->count - 1];
    struct layout_cell *cell = ARENA_PUSH(arena, row->cells, row->count, row->capacity);
    *cell = (struct layout_cell){.columns = 1, .rows = 1};
    return cell;
}

static bool only_space(struct slice text)
{
    size_t i = 0;
    while (i < text.len && text.data[i] && strchr(" \r\n\t", text.data[i]))
        i++;
    return i == text.len;
}

/* What a cell says, in one line. */
static struct slice cell_text(const struct layout_cell *cell, struct arena *arena)
{
    const struct flow_item *only = cell->flow.items;
    if (cell->flow.count == 1 && only->kind != BLOCK_FURNITURE && only->text.len &&
        !memchr(only->text.data, '\t', only->text.len) &&
        !memchr(only->text.data, '\n', only->text.len))
        return only_space(only->text) ? (struct slice){0} : only->text;
    struct buffer joined = {0};
    for (size_t i = 0; i < cell->flow.count; i++) {
        const struct flow_item *item = &cell->flow.items[i];
        if (item->kind == BLOCK_FURNITURE || only_space(item->text))
            continue;
        if (joined.len)
            buffer_append(&joined, " ", 1);
        for (size_t j = 0; j < item->text.len; j++) {
            char c = item->text.data[j];
            buffer_append(&joined, c == '\t' || c == '\n' ? " " : &c, 1);
        }
    }
    struct slice text = arena_copy(arena, buffer_slice(&joined));
    buffer_release(&joined);
    return text;
}

static bool holds_data(const struct layout_table *table)
{
    size_t cells = 0, bytes = 0, widest = 0;
    for (size_t i = 0; i < table->count; i++) {
        widest = table->rows[i].count > widest ? table->rows[i].count : widest;
        for (size_t j = 0; j < table->rows[i].count; j++) {
            const struct flow *flow = &table->rows[i].cells[j].flow;
            for (size_t k = 0; k < flow->count; k++)
                bytes += flow->items[k].text.len;
            cells++;
        }
    }
    return widest > 1 && bytes < cells * CELL_MEAN_BYTES;
}

/* A figure: repeated, it would be counted twice. A year is a label. */
static bool is_figure(struct slice text)
{
    size_t i = 0;
    while (i < text.len && strchr(" +-", text.data[i]))
        i++;
    return i < text.len && text.data[i] >= '0' && text.data[i] <= '9' &&
           !slice_has(text, SLICE("年"));
}

/* What reaches down into the rows below, by column. */
struct hanging {
    unsigned rows;
    unsigned columns;
    struct slice text;
};

static void put_text(struct buffer *out, unsigned *column, struct slice text, unsigned columns)
{
    for (unsigned i = 0; i < columns && *column < LAYOUT_MAX_COLUMNS; i++, (*column)++) {
        if (*column > 0)
            buffer_append(out, "\t", 1);
        if (i == 0)
            buffer_add(out, text);
    }
}

/* Columns that cells of earlier rows cover, at `column`. */
static bool put_hanging(struct buffer *out, struct hanging *hanging, unsigned *column)
{
    if (*column >= LAYOUT_MAX_COLUMNS || hanging[*column].rows == 0)
        return false;
    struct hanging *above = &hanging[*column];
    above->rows--;
    put_text(out, column, above->text, above->columns);
    return true;
}

static void put_cell(struct buffer *out, struct hanging *hanging, unsigned *column,
                     const struct layout_cell *cell, struct arena *arena)
{
    unsigned at = *column;
    if (at >= LAYOUT_MAX_COLUMNS)
        return;
    struct slice text = cell->continues ? hanging[at].text : cell_text(cell, arena);
    struct slice repeated = is_figure(text) ? (struct slice){0} : text;
    hanging[at] = (struct hanging){
        .rows = cell->continues ? 0 : cell->rows - 1, .columns = cell->columns, .text = repeated};
    put_text(out, column, text, cell->columns);
}

static void close_row(const struct layout_row *row, struct hanging *hanging, struct arena *arena,
                      struct flow *into)
{
    struct buffer out = {0};
    unsigned column = 0;
    for (size_t i = 0; i < row->count; i++) {
        while (put_hanging(&out, hanging, &column))
            ;
        put_cell(&out, hanging, &column, &row->cells[i], arena);
    }
    while (put_hanging(&out, hanging, &column))
        ;
    if (!only_space(buffer_slice(&out))) {
        flow_add(into, arena, BLOCK_ROW, arena_copy(arena, buffer_slice(&out)));
        into->items[into->count - 1].where = row->where;
    }
    buffer_release(&out);
}

/* Cells that say something; *lone is the last of them. */
static size_t said_cells(const struct layout_row *row, struct arena *arena,
                         const struct layout_cell **lone)
{
    size_t said = 0;
    for (size_t i = 0; i < row->count; i++) {
        bool says = !only_space(cell_text(&row->cells[i], arena));
        said += says;
        *lone = says ? &row->cells[i] : *lone;
    }
    return said;
}

/* Rows [*first, *last] from the first with several cells to the last: the table proper. */
static void find_table(const struct layout_table *table, struct arena *arena, size_t *first,
                       size_t *last)
{
    const struct layout_cell *lone = NULL;
    *first = table->count, *last = 0;
    for (size_t i = 0; i < table->count; i++) {
        if (said_cells(&table->rows[i], arena, &lone) < 2)
            continue;
        *first = *first < i ? *first : i;
        *last = i;
    }
}

/* Prose in a cell: its lines are paragraphs. */
static void add_lines(const struct layout_cell *cell, struct arena *arena, struct flow *into)
{
    for (size_t i = 0; i < cell->flow.count; i++) {
        struct slice text = cell->flow.items[i].text;
        for (size_t at = 0; at < text.len;) {
            size_t end = slice_find(text, SLICE("\n"), at);
            end = end == SIZE_MAX ? text.len : end;
            struct slice line = slice_range(text, at, end);
            if (!only_space(line))
                flow_add(into, arena, BLOCK_PARAGRAPH, line);
            at = end + 1;
        }
    }
}

static void close_sheet(const struct layout_table *table, struct arena *arena, struct flow *into)
{
    struct hanging hanging[LAYOUT_MAX_COLUMNS] = {0};
    size_t first, last;
    find_table(table, arena, &first, &last);
    for (size_t i = 0; i < table->count; i++) {
        const struct layout_cell *lone = NULL;
        bool alone = said_cells(&table->rows[i], arena, &lone) == 1;
        struct slice text = alone ? cell_text(lone, arena) : (struct slice){0};
        if (text.len >= PARAGRAPH_BYTES)
            add_lines(lone, arena, into);
        else if (alone && (i < first || i > last))
            flow_add(into, arena, BLOCK_PARAGRAPH, text);
        else
            close_row(&table->rows[i], hanging, arena, into);
    }
}

void layout_close(const struct layout_table *table, struct arena *arena, struct flow *into)
{
    struct hanging hanging[LAYOUT_MAX_COLUMNS] = {0};
    if (table->sheet) {
        close_sheet(table, arena, into);
        return;
    }
    bool data = holds_data(table);
    for (size_t i = 0; i < table->count; i++) {
        const struct layout_row *row = &table->rows[i];
        if (data)
            close_row(row, hanging, arena, into);
        for (size_t j = 0; !data && j < row->count; j++) {
            size_t first = into->count;
            flow_append(into, arena, &row->cells[j].flow);
            for (size_t k = first; row->where.page && k < into->count; k++)
                into->items[k].where = row->where;
        }
    }
}
