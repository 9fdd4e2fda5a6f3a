/* grid.h - rows turned into a table of another shape: units × indicators, one year beside another.
 *
 * Cells are texts or figures. One thread owns a grid; zero-initialise. Nothing here fails.
 */
#ifndef XIANZHI_PROTO_ROWS_GRID_H
#define XIANZHI_PROTO_ROWS_GRID_H

#include "proto/base/arena.h"
#include "proto/base/memory.h"
#include "proto/base/status.h"
#include "proto/rows/row.h"
#include "proto/rows/row_file.h"

struct grid_cell {
    struct slice text; /* empty and no figure: an empty cell */
    double figure;
    bool is_figure;
};

struct grid {
    struct arena arena;
    struct slice *heads; /* key in JSON, head of a column */
    size_t column_count;
    struct grid_cell *cells; /* row by row */
    size_t row_count;
    struct slice catalogues; /* versions that have read the reports, a line each */
};

void grid_release(struct grid *grid);
static inline struct grid_cell *grid_at(const struct grid *grid, size_t row, size_t column)
{
    return &grid->cells[row * grid->column_count + column];
}

/* A row a unit and year, a column an indicator ("行政应诉案件（件）"); roll-ups are left out.
 * `rows` in the order of a query. */
void grid_wide(struct grid *grid, const struct row *rows, size_t count);
/* A row a unit and indicator: the values of two years, the change and by how many per cent. */
void grid_compare(struct grid *grid, const struct row *rows, size_t count, uint16_t before,
                  uint16_t after);

void grid_csv(const struct grid *grid, bool bom, struct buffer *out);
void grid_jsonl(const struct grid *grid, struct buffer *out);
/* grid_xlsx.c: one sheet and the colophon. STATUS_FATAL: the disk. Nothing is left on failure. */
enum status grid_xlsx(const struct grid *grid, const char *path, const struct row_source *source,
                      struct error *error);

#endif
