/* query_view.c - rows on their way from a query to a person. The thread of the command. What can
 * fail: the file, the stream, a shape that a format has no room for. */
#include "deploy/commands/query_view.h"

#include "deploy/commands/columns.h"
#include "deploy/commands/command.h"
#include "deploy/commands/words.h"
#include "proto/base/json_text.h"
#include "proto/base/settle.h"
#include "proto/rows/grid.h"
#include "proto/rows/row_csv.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct query_output {
    struct query_view view;
    struct row_file *file; /* one of these three, */
    struct row_printer *printer;
    bool is_grid; /* or rows are kept for a grid */
    FILE *stream;
    struct buffer temporary; /* its name, where stdout isn't it */
    struct arena arena;      /* of the rows kept */
    struct row *rows;
    size_t row_count, capacity;
    uint64_t written;
};

static bool is_printed(const char *format)
{
    return !row_file_format(format);
}

/* ---- opening ---- */

static enum status open_stream(struct query_output *output, struct error *error)
{
    if (!output->view.out) {
        output->stream = stdout;
        return STATUS_OK;
    }
    buffer_format(&output->temporary, "%s.%ld.part", output->view.out, (long)getpid());
    output->stream = fopen(output->temporary.data, "wb");
    return output->stream ? STATUS_OK
                          : fail(error, STATUS_FATAL, "%s: %s", output->view.out, strerror(errno));
}

static enum status check_view(const struct query_view *view, struct error *error)
{
    bool grid = view->wide || view->before;
    if (!is_printed(view->format) && !view->out)
        return fail(error, STATUS_BAD, "--format %s writes a file: name it with --out FILE",
                    view->format);
    if (grid && !is_printed(view->format) && strcmp(view->format, "xlsx") != 0)
        return fail(error, STATUS_BAD,
                    "--wide and --compare go into table, csv, jsonl or xlsx, not %s", view->format);
    if (view->wide && view->before)
        return fail(error, STATUS_BAD, "--wide or --compare, not both");
    if (view->bom && strcmp(view->format, "csv") != 0)
        return fail(error, STATUS_BAD, "--bom goes with --format csv");
    return STATUS_OK;
}

/* The libraries that write files say no more than that they can't; and a device would be replaced.
 */
static enum status check_place(const char *out, struct error *error)
{
    const char *slash = out ? strrchr(out, '/') : NULL;
    int len = slash ? (int)(slash - out) : 0;
    char folder[PATH_MAX];
    struct stat found;
    if (out && stat(out, &found) == 0 && !S_ISREG(found.st_mode))
        return fail(error, STATUS_BAD, "%s: is no file that could be replaced", out);
    snprintf(folder, sizeof folder, "%.*s", len, out ? out : "");
    if (len == 0 || (stat(folder, &found) == 0 && S_ISDIR(found.st_mode)))
        return STATUS_OK;
    return fail(error, STATUS_FATAL, "%s: there is no such folder: make it first (没有这个文件夹)",
                folder);
}

enum status query_output_open(struct query_output **out, const struct query_view *view,
                              struct error *error)
{
    *out = NULL;
    enum status status = check_view(view, error);
    if (!status)
        status = check_place(view->out, error);
    if (status)
        return status;
    struct query_output *output = memory_zero(sizeof *output);
    output->view = *view;
    output->is_grid = view->wide || view->before;
    *out = output;
    if (!is_printed(view->format) && !output->is_grid)
        status = row_file_open(&output->file, row_file_format(view->format), view->out,
                               &output->view.source, error);
    else if (is_printed(view->format))
        status = open_stream(output, error);
    if (!status && output->stream && !output->is_grid)
        output->printer =
            row_printer_new(output->stream, row_format_by_name(view->format), view->bom);
    if (status)
        query_output_close(out, false, NULL, NULL);
    return status;
}

/* ---- rows ---- */

static enum status write_row(struct query_output *output, const struct row *row,
                             struct error *error)
{
    output->written++;
    if (output->file)
        return row_file_put(output->file, row, error);
    row_print(output->printer, row);
    if (!ferror(output->stream) || (output->stream == stdout && output_unread()))
        return STATUS_OK; /* a reader that has had enough is told by nobody */
    return fail(error, STATUS_FATAL, "the output could not be written whole");
}

enum status query_output_put(struct query_output *output, const struct row *row,
                             struct error *error)
{
    if (!output->is_grid && output->view.order == ORDER_AS_FOUND && !output->view.top)
        return write_row(output, row, error);
    row_copy(&output->arena, row,
             ARENA_PUSH(&output->arena, output->rows, output->row_count, output->capacity));
    return STATUS_OK;
}

/* ---- what was kept ---- */

static double figure_of(const struct row *row)
{
    return is_rollup(row) ? row->sum : row->value;
}

static int by_value(const void *a, const void *b)
{
    double left = figure_of(a), right = figure_of(b);
    return left > right ? -1 : left < right;
}

static int by_region(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    int order = left->region < right->region ? -1 : left->region > right->region;
    return order ? order : slice_compare(left->indicator, right->indicator);
}

static int by_year(const void *a, const void *b)
{
    const struct row *left = a, *right = b;
    int order = left->year < right->year ? -1 : left->year > right->year;
    return order ? order : by_region(a, b);
}

static enum status write_kept(struct query_output *output, struct error *error)
{
    static int (*const orders[])(const void *, const void *) = {[ORDER_AS_FOUND] = by_value,
                                                                [ORDER_BY_VALUE] = by_value,
                                                                [ORDER_BY_REGION] = by_region,
                                                                [ORDER_BY_YEAR] = by_year};
    enum status status = STATUS_OK;
    size_t count = output->row_count;
    if (count) /* equal ones stay in the order of the query where the library's sort is a merge */
        qsort(output->rows, count, sizeof *output->rows, orders[output->view.order]);
    if (output->view.top && output->view.top < count)
        count = output->view.top;
    for (size_t i = 0; i < count && !status; i++)
        status = write_row(output, &output->rows[i], error);
    return status;
}

static struct slice cell_text(const struct grid_cell *cell, char room[32])
{
    if (!cell->is_figure)
        return word_for_people(cell->text);
    number_text(cell->figure, room);
    return slice_of(room);
}

/* In columns as wide as their widest cell. */
static void print_grid(const struct grid *grid, struct buffer *out)
{
    enum { GAP = 2, MOST = 30 };
    char room[32];
    unsigned *widths = memory_zero((grid->column_count + 1) * sizeof *widths);
    for (size_t c = 0; c < grid->column_count; c++) {
        widths[c] = text_columns(named_head_for_people(grid->heads[c]));
        for (size_t r = 0; r < grid->row_count; r++) {
            unsigned columns = text_columns(cell_text(grid_at(grid, r, c), room));
            widths[c] = columns > widths[c] ? columns : widths[c];
        }
        widths[c] = widths[c] > MOST ? MOST : widths[c];
    }
    for (size_t r = 0; r <= grid->row_count && grid->row_count; r++) {
        for (size_t c = 0; c < grid->column_count; c++) {
            const struct grid_cell *cell = r ? grid_at(grid, r - 1, c) : NULL;
            put_cell(out, cell ? cell_text(cell, room) : named_head_for_people(grid->heads[c]),
                     widths[c], cell && cell->is_figure);
            put_cell(out, SLICE(""), GAP, false);
        }
        buffer_append(out, "\n", 1);
    }
    free(widths);
}

static enum status write_grid(struct query_output *output, struct error *error)
{
    const struct query_view *view = &output->view;
    struct grid grid = {0};
    struct buffer text = {0};
    enum status status = STATUS_OK;
    if (view->wide)
        grid_wide(&grid, output->rows, output->row_count);
    else
        grid_compare(&grid, output->rows, output->row_count, view->before, view->after);
    output->written = grid.row_count;
    if (strcmp(view->format, "xlsx") == 0)
        status = grid_xlsx(&grid, view->out, &view->source, error);
    else if (strcmp(view->format, "csv") == 0)
        grid_csv(&grid, view->bom, &text);
    else if (strcmp(view->format, "jsonl") == 0)
        grid_jsonl(&grid, &text);
    else
        print_grid(&grid, &text);
    if (output->stream && text.len)
        fwrite(text.data, 1, text.len, output->stream);
    buffer_release(&text);
    grid_release(&grid);
    return status;
}

/* ---- closing ---- */

static enum status end_stream(struct query_output *output, bool keep, struct error *error)
{
    if (!output->stream || output->stream == stdout)
        return STATUS_OK;
    bool whole = fflush(output->stream) == 0 && !ferror(output->stream);
    int cause = errno;
    whole = fclose(output->stream) == 0 && whole;
    enum status status = STATUS_OK;
    if (keep && !whole)
        status = fail(error, STATUS_FATAL, "%s: %s", output->view.out, strerror(cause));
    else if (keep)
        status = file_settle(output->temporary.data, output->view.out, error);
    unlink(output->temporary.data);
    return status;
}

enum status query_output_close(struct query_output **slot, bool keep, uint64_t *rows,
                               struct error *error)
{
    struct query_output *output = *slot;
    enum status status = STATUS_OK;
    if (!output)
        return STATUS_OK;
    *slot = NULL;
    if (keep && output->is_grid)
        status = write_grid(output, error);
    else if (keep && output->row_count)
        status = write_kept(output, error);
    keep &= status == STATUS_OK;
    row_printer_end(&output->printer);
    enum status ended = row_file_close(&output->file, keep, error);
    status = status ? status : ended;
    ended = end_stream(output, keep, error);
    status = status ? status : ended;
    if (rows)
        *rows = output->written;
    arena_release(&output->arena);
    buffer_release(&output->temporary);
    free(output);
    return status;
}
