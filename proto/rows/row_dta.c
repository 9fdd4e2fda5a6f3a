/* row_dta.c - Stata's format, and the one door to ReadStat: a panel of units' values.
 *
 * The format wants to know every column's width and the number of rows before the first one, so
 * rows are packed into a nameless file first and written when they are all there. Roll-ups stay
 * out: a panel of them beside their own children would count everything twice. Texts longer than a
 * string variable holds are cut at a character, which the variable's label says.
 *
 * The caller's thread. What can fail: the disk; more columns' bytes than Stata takes.
 */
#include "proto/base/tr.h"
#include "proto/rows/fields.h"
#include "proto/rows/row_file.h"
#include "proto/rows/row_pack.h"

#include <errno.h>
#include <fcntl.h>
#include <readstat.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { STRING_BYTES = 2045, DTA_VERSION = 118, MAX_VARIABLES = 64 };

struct panel_file {
    FILE *spool; /* length, packed row; … */
    FILE *out;
    char *path;
    long rows;
    size_t widths[MAX_VARIABLES];
    const struct row_field *fields[MAX_VARIABLES];
    unsigned field_count;
    struct buffer packed, cell;
};

static bool is_figure(const struct row_field *field)
{
    return field->type == FIELD_FIGURE || field->type == FIELD_YEAR ||
           field->type == FIELD_NUMBER || field->type == FIELD_BOOL;
}

static size_t cut_at_character(struct slice text, size_t most)
{
    size_t len = text.len < most ? text.len : most;
    while (len > 0 && len < text.len && ((unsigned char)text.data[len] & 0xC0) == 0x80)
        len--;
    return len;
}

static enum status put(void *state, const struct row *row, struct error *error)
{
    struct panel_file *file = state;
    bool is_number;
    if (is_rollup(row))
        return STATUS_OK;
    for (unsigned i = 0; i < file->field_count; i++) {
        buffer_clear(&file->cell);
        row_table_cell(file->fields[i], row, &file->cell, &is_number);
        size_t width = cut_at_character(buffer_slice(&file->cell), STRING_BYTES);
        if (width > file->widths[i])
            file->widths[i] = width;
    }
    buffer_clear(&file->packed);
    row_pack(row, &file->packed);
    size_t len = file->packed.len;
    if (fwrite(&len, sizeof len, 1, file->spool) != 1 ||
        fwrite(file->packed.data, 1, len, file->spool) != len)
        return fail(error, STATUS_FATAL, "no room for the rows on their way: %s", strerror(errno));
    file->rows++;
    return STATUS_OK;
}

/* ---- writing ---- */

static ssize_t write_out(const void *bytes, size_t len, void *context)
{
    struct panel_file *file = context;
    return fwrite(bytes, 1, len, file->out) == len ? (ssize_t)len : -1;
}

static void add_variables(struct panel_file *file, readstat_writer_t *writer,
                          readstat_variable_t **variables)
{
    for (unsigned i = 0; i < file->field_count; i++) {
        const struct row_field *field = file->fields[i];
        char name[33], label[80];
        snprintf(name, sizeof name, "%.*s", SLICE_ARGS(field->name));
        bool cut = file->widths[i] > STRING_BYTES - 4;
        snprintf(label, sizeof label, "%s%s", field->head, cut ? "（过长的已截断）" : "");
        variables[i] = readstat_add_variable(
            writer, name, is_figure(field) ? READSTAT_TYPE_DOUBLE : READSTAT_TYPE_STRING,
            is_figure(field)  ? 0
            : file->widths[i] ? file->widths[i]
                              : 1);
        readstat_variable_set_label(variables[i], label);
    }
}

static readstat_error_t write_row(struct panel_file *file, readstat_writer_t *writer,
                                  readstat_variable_t *const *variables, const struct row *row)
{
    readstat_error_t wrong = readstat_begin_row(writer);
    for (unsigned i = 0; i < file->field_count && wrong == READSTAT_OK; i++) {
        const struct row_field *field = file->fields[i];
        bool is_number;
        buffer_clear(&file->cell);
        row_table_cell(field, row, &file->cell, &is_number);
        file->cell.len = cut_at_character(buffer_slice(&file->cell), STRING_BYTES);
        buffer_append(&file->cell, "", 1);
        if (field->type == FIELD_BOOL)
            wrong = readstat_insert_double_value(writer, variables[i],
                                                 *(const bool *)row_field_at(field, row));
        else if (is_figure(field))
            wrong =
                readstat_insert_double_value(writer, variables[i], strtod(file->cell.data, NULL));
        else
            wrong = readstat_insert_string_value(writer, variables[i], file->cell.data);
    }
    return wrong == READSTAT_OK ? readstat_end_row(writer) : wrong;
}

/* The next row of the spool, in the arena. */
static bool next_row(struct panel_file *file, struct arena *arena, struct row *row)
{
    static const struct pack_limits limits = {.depth = 16, .nodes = 1u << 20};
    size_t len;
    const struct packed *map;
    struct error error;
    if (fread(&len, sizeof len, 1, file->spool) != 1)
        return false;
    buffer_clear(&file->packed);
    buffer_reserve(&file->packed, len);
    file->packed.len = fread(file->packed.data, 1, len, file->spool);
    return file->packed.len == len &&
           packed_read(arena, buffer_slice(&file->packed), limits, &map, &error) == STATUS_OK &&
           row_unpack(arena, map, row, &error) == STATUS_OK;
}

static enum status write_file(struct panel_file *file, struct error *error)
{
    readstat_variable_t *variables[MAX_VARIABLES];
    readstat_writer_t *writer = readstat_writer_init();
    struct arena arena = {0};
    struct row row;
    readstat_set_data_writer(writer, write_out);
    readstat_writer_set_file_format_version(writer, DTA_VERSION);
    readstat_writer_set_file_label(writer, "xianzhi");
    add_variables(file, writer, variables);
    readstat_error_t wrong = readstat_begin_writing_dta(writer, file, file->rows);
    rewind(file->spool);
    for (long i = 0; i < file->rows && wrong == READSTAT_OK; i++) {
        arena_reset(&arena);
        wrong = next_row(file, &arena, &row) ? write_row(file, writer, variables, &row)
                                             : READSTAT_ERROR_READ;
    }
    if (wrong == READSTAT_OK)
        wrong = readstat_end_writing(writer);
    readstat_writer_free(writer);
    arena_release(&arena);
    if (wrong == READSTAT_OK && fflush(file->out) == 0)
        return STATUS_OK;
    return fail(error, STATUS_FATAL, "the Stata file can't be written: %s%s",
                readstat_error_message(wrong), errno == ENOSPC ? TR(": the disk is full") : "");
}

/* ---- opening, closing ---- */

static FILE *open_spool(const char *path)
{
    char folder[4096];
    const char *slash = strrchr(path, '/');
    snprintf(folder, sizeof folder, "%.*s", slash ? (int)(slash - path) + 1 : 1,
             slash ? path : ".");
    int fd = open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    return fd >= 0 ? fdopen(fd, "w+b") : tmpfile();
}

static enum status open_panel(void **state, const char *path, const struct row_source *source,
                              struct error *error)
{
    struct panel_file *file = memory_zero(sizeof *file);
    (void)source;
    *state = file;
    for (size_t i = 0; i < row_fields.count && file->field_count < MAX_VARIABLES; i++)
        if (row_fields.items[i].table & OF_VALUES)
            file->fields[file->field_count++] = &row_fields.items[i];
    file->spool = open_spool(path);
    file->out = fopen(path, "wb");
    if (!file->spool || !file->out)
        return fail(error, STATUS_FATAL, "%s: %s", path, strerror(errno));
    return STATUS_OK;
}

static enum status close_panel(void **state, bool keep, struct error *error)
{
    struct panel_file *file = *state;
    enum status status = STATUS_OK;
    *state = NULL;
    errno = 0;
    if (keep && fflush(file->spool) != 0)
        status = fail(error, STATUS_FATAL, "no room for the rows on their way");
    if (keep && !status)
        status = write_file(file, error);
    if (file->spool)
        fclose(file->spool);
    if (file->out && fclose(file->out) != 0 && keep && !status)
        status = fail(error, STATUS_FATAL, "the Stata file can't be written: %s", strerror(errno));
    buffer_release(&file->packed);
    buffer_release(&file->cell);
    free(file);
    return status;
}

const struct row_file_format dta_format = {"dta", ".dta", open_panel, put, close_panel};
