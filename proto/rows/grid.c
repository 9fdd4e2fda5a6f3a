/* grid.c - gathers rows by unit, and writes what came of it. The caller's thread. */
#include "proto/rows/grid.h"

#include "proto/base/json_text.h"
#include "proto/rows/row_csv.h"

#include <stdio.h>
#include <stdlib.h>
#include <uthash.h>

enum { UNIT_COLUMNS = 6 };

/* A key that was met, and where its row or column stands. */
struct place {
    size_t index;
    UT_hash_handle hh;
    char key[];
};

struct places {
    struct place *table;
    size_t count;
};

static size_t place_of(struct places *places, struct slice key, bool *fresh)
{
    struct place *place;
    HASH_FIND(hh, places->table, key.data, key.len, place);
    *fresh = !place;
    if (place)
        return place->index;
    place = memory_zero(sizeof *place + key.len + 1);
    memcpy(place->key, key.data, key.len);
    place->index = places->count++;
    HASH_ADD_KEYPTR(hh, places->table, place->key, key.len, place);
    return place->index;
}

static void places_release(struct places *places)
{
    struct place *place, *next;
    HASH_ITER(hh, places->table, place, next)
    {
        HASH_DEL(places->table, place);
        free(place);
    }
}

void grid_release(struct grid *grid)
{
    arena_release(&grid->arena);
    free(grid->heads);
    free(grid->cells);
    *grid = (struct grid){0};
}

static struct grid_cell text_cell(struct slice text)
{
    return (struct grid_cell){.text = text};
}

static struct grid_cell figure_cell(double figure)
{
    return (struct grid_cell){.figure = figure, .is_figure = true};
}

static void unit_key(const struct row *row, bool with_year, struct buffer *out)
{
    buffer_clear(out);
    buffer_format(out, "%06u\t%.*s\t%u\t%.*s", row->region, SLICE_ARGS(row->township), row->kind,
                  SLICE_ARGS(row->issuer));
    if (with_year)
        buffer_format(out, "\t%u", row->year);
}

static void name_columns(struct grid *grid, const char *const *names, size_t count, size_t all)
{
    grid->column_count = all;
    grid->heads = memory_zero((all + 1) * sizeof *grid->heads);
    for (size_t i = 0; i < count; i++)
        grid->heads[i] = slice_of(names[i]);
}

static void put_unit(struct grid *grid, struct grid_cell *cells, const struct row *row)
{
    char code[8];
    snprintf(code, sizeof code, "%06u", row->region);
    cells[0] = text_cell(arena_copy(&grid->arena, slice_of(code)));
    cells[1] = text_cell(arena_copy(&grid->arena, row->region_name));
    cells[2] = text_cell(arena_copy(&grid->arena, row->township));
    cells[3] = text_cell(slice_of(kind_name(row->kind)));
    cells[4] = text_cell(arena_copy(&grid->arena, row->issuer));
}

static void note_catalogues(struct grid *grid, const struct row *rows, size_t count)
{
    struct buffer versions = {0};
    for (size_t i = 0; i < count; i++)
        row_note_catalogue(&rows[i], &versions);
    grid->catalogues = arena_copy(&grid->arena, buffer_slice(&versions));
    buffer_release(&versions);
}

/* ---- units × indicators ---- */

static struct slice head_of(struct grid *grid, const struct row *row)
{
    struct buffer head = {0};
    buffer_add(&head, row->label.len ? row->label : row->indicator);
    if (row->unit.len)
        buffer_format(&head, "（%.*s）", SLICE_ARGS(row->unit));
    struct slice kept = arena_copy(&grid->arena, buffer_slice(&head));
    buffer_release(&head);
    return kept;
}

static int compare_rows(const void *a, const void *b)
{
    const struct grid_cell *left = a, *right = b; /* code, …, year */
    int order = slice_compare(left[0].text, right[0].text);
    for (unsigned i = 2; !order && i < 5; i++)
        order = slice_compare(left[i].text, right[i].text);
    double years = left[5].figure - right[5].figure;
    return order ? order : years < 0 ? -1 : years > 0;
}

void grid_wide(struct grid *grid, const struct row *rows, size_t count)
{
    static const char *const names[UNIT_COLUMNS] = {"region", "region_name", "township",
                                                    "kind",   "issuer",      "year"};
    struct places units = {0}, indicators = {0};
    struct buffer key = {0};
    bool fresh;
    for (size_t i = 0; i < count; i++) {
        if (is_rollup(&rows[i]))
            continue;
        unit_key(&rows[i], true, &key);
        place_of(&units, buffer_slice(&key), &fresh);
        place_of(&indicators, rows[i].indicator, &fresh);
    }
    note_catalogues(grid, rows, count);
    name_columns(grid, names, UNIT_COLUMNS, UNIT_COLUMNS + indicators.count);
    grid->row_count = units.count;
    grid->cells = memory_zero((units.count * grid->column_count + 1) * sizeof *grid->cells);
    for (size_t i = 0; i < count; i++) {
        if (is_rollup(&rows[i]))
            continue;
        unit_key(&rows[i], true, &key);
        size_t at = place_of(&units, buffer_slice(&key), &fresh);
        size_t column = UNIT_COLUMNS + place_of(&indicators, rows[i].indicator, &fresh);
        struct grid_cell *cells = grid_at(grid, at, 0);
        if (!cells[0].text.len) {
            put_unit(grid, cells, &rows[i]);
            cells[5] = figure_cell(rows[i].year);
        }
        cells[column] = figure_cell(rows[i].value);
        if (!grid->heads[column].len)
            grid->heads[column] = head_of(grid, &rows[i]);
    }
    qsort(grid->cells, grid->row_count, grid->column_count * sizeof *grid->cells, compare_rows);
    places_release(&units);
    places_release(&indicators);
    buffer_release(&key);
}

/* ---- one year beside another ---- */

enum { COMPARE_FIXED = 8, COMPARE_COLUMNS = 12 };

static void put_change(struct grid_cell *cells)
{
    if (!cells[COMPARE_FIXED].is_figure || !cells[COMPARE_FIXED + 1].is_figure)
        return;
    double before = cells[COMPARE_FIXED].figure, after = cells[COMPARE_FIXED + 1].figure;
    cells[COMPARE_FIXED + 2] = figure_cell(after - before);
    if (before != 0)
        cells[COMPARE_FIXED + 3] = figure_cell((after - before) / before * 100);
}

void grid_compare(struct grid *grid, const struct row *rows, size_t count, uint16_t before,
                  uint16_t after)
{
    static const char *const names[COMPARE_FIXED] = {"region", "region_name", "township", "kind",
                                                     "issuer", "indicator",   "label",    "unit"};
    struct places lines = {0};
    struct buffer key = {0};
    char year[8];
    bool fresh;
    note_catalogues(grid, rows, count);
    name_columns(grid, names, COMPARE_FIXED, COMPARE_COLUMNS);
    for (unsigned i = 0; i < 2; i++) {
        snprintf(year, sizeof year, "%u", i ? after : before);
        grid->heads[COMPARE_FIXED + i] = arena_copy(&grid->arena, slice_of(year));
    }
    grid->heads[COMPARE_FIXED + 2] = SLICE("change");
    grid->heads[COMPARE_FIXED + 3] = SLICE("percent");
    grid->cells = memory_zero((count * COMPARE_COLUMNS + 1) * sizeof *grid->cells);
    for (size_t i = 0; i < count; i++) {
        const struct row *row = &rows[i];
        if (is_rollup(row) || (row->year != before && row->year != after))
            continue;
        unit_key(row, false, &key);
        buffer_format(&key, "\t%.*s", SLICE_ARGS(row->indicator));
        struct grid_cell *cells = grid_at(grid, place_of(&lines, buffer_slice(&key), &fresh), 0);
        if (fresh) {
            put_unit(grid, cells, row);
            cells[5] = text_cell(arena_copy(&grid->arena, row->indicator));
            cells[6] = text_cell(arena_copy(&grid->arena, row->label));
            cells[7] = text_cell(arena_copy(&grid->arena, row->unit));
        }
        cells[COMPARE_FIXED + (row->year == after)] = figure_cell(row->value);
    }
    grid->row_count = lines.count;
    for (size_t i = 0; i < grid->row_count; i++)
        put_change(grid_at(grid, i, 0));
    places_release(&lines);
    buffer_release(&key);
}

/* ---- writing ---- */

void grid_csv(const struct grid *grid, bool bom, struct buffer *out)
{
    buffer_add(out, bom ? SLICE("\xEF\xBB\xBF") : SLICE(""));
    for (size_t c = 0; c < grid->column_count; c++) {
        buffer_add(out, c ? SLICE(",") : SLICE(""));
        csv_text(grid->heads[c], out);
    }
    buffer_add(out, SLICE("\r\n"));
    for (size_t r = 0; r < grid->row_count; r++) {
        for (size_t c = 0; c < grid->column_count; c++) {
            const struct grid_cell *cell = grid_at(grid, r, c);
            buffer_add(out, c ? SLICE(",") : SLICE(""));
            if (cell->is_figure)
                json_number(cell->figure, out);
            else
                csv_text(cell->text, out);
        }
        buffer_add(out, SLICE("\r\n"));
    }
}

void grid_jsonl(const struct grid *grid, struct buffer *out)
{
    for (size_t r = 0; r < grid->row_count; r++) {
        for (size_t c = 0; c < grid->column_count; c++) {
            const struct grid_cell *cell = grid_at(grid, r, c);
            buffer_add(out, c ? SLICE(", ") : SLICE("{"));
            json_text(grid->heads[c], out);
            buffer_add(out, SLICE(": "));
            if (cell->is_figure)
                json_number(cell->figure, out);
            else if (cell->text.len)
                json_text(cell->text, out);
            else
                buffer_add(out, SLICE("null"));
        }
        buffer_add(out, SLICE("}\n"));
    }
}
