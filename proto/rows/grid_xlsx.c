/* grid_xlsx.c - a table of another shape (grid.h) as a workbook: one sheet, and 说明. The caller's
 * thread. What can fail: the disk. */
#include "proto/rows/grid.h"

#include "proto/base/settle.h"
#include "proto/rows/fields.h"
#include "proto/rows/words.h"
#include "proto/rows/xlsx_private.h"

#include <stdlib.h>
#include <unistd.h>

/* As in the other sheets; an indicator's or a year's head is its own. */
static const char *head_of(struct slice name)
{
    if (slice_equal(name, SLICE("change")))
        return "变化";
    if (slice_equal(name, SLICE("percent")))
        return "变化率（%）";
    for (size_t i = 0; i < row_fields.count; i++)
        if (slice_equal(row_fields.items[i].name, name))
            return row_fields.items[i].head;
    return name.data;
}

static void put_grid(struct xlsx_book *book, const struct grid *grid)
{
    struct xlsx_sheet sheet = {.name = "表"};
    const char **heads = memory_zero((grid->column_count + 1) * sizeof *heads);
    double *widths = memory_zero((grid->column_count + 1) * sizeof *widths);
    for (size_t c = 0; c < grid->column_count; c++) {
        heads[c] = head_of(grid->heads[c]);
        widths[c] = 14;
    }
    xlsx_begin(book, &sheet, heads, widths, (unsigned)grid->column_count);
    for (size_t r = 0; r < grid->row_count && sheet.next < SHEET_ROWS; r++) {
        for (size_t c = 0; c < grid->column_count; c++) {
            const struct grid_cell *cell = grid_at(grid, r, c);
            bool is_kind = slice_equal(grid->heads[c], SLICE("kind"));
            if (cell->is_figure)
                xlsx_number(book, &sheet, (unsigned)c, cell->figure,
                            slice_equal(grid->heads[c], SLICE("year")) ? XLSX_YEAR : XLSX_NUMBER);
            else if (cell->text.len)
                xlsx_text(book, &sheet, (unsigned)c,
                          is_kind ? word_in_chinese(cell->text) : cell->text, XLSX_TEXT);
        }
        sheet.next++;
    }
    xlsx_end(&sheet);
    free(heads);
    free(widths);
}

enum status grid_xlsx(const struct grid *grid, const char *path, const struct row_source *source,
                      struct error *error)
{
    struct buffer temporary = {0};
    struct xlsx_book *book;
    buffer_format(&temporary, "%s.%ld.part", path, (long)getpid());
    enum status status = xlsx_open(&book, temporary.data, error);
    if (!status) {
        put_grid(book, grid);
        xlsx_colophon(book, source, grid->catalogues);
    }
    enum status closed = xlsx_close(&book, !status, error);
    status = status ? status : closed;
    if (!status)
        status = file_settle(temporary.data, path, error);
    unlink(temporary.data);
    buffer_release(&temporary);
    return status;
}
