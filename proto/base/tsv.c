/* table.c - reads a tab-separated data file at once. Any thread; fails on a missing file or a row
 * that lacks columns, naming the line. */
#include "proto/base/tsv.h"

#include "proto/base/file.h"
#include "proto/base/memory.h"
#include "proto/base/paths.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_BYTES = 64 << 20 };

static enum status read_file(struct table *table, size_t *size, struct error *error)
{
    struct buffer buffer = {0};
    struct error why = {""};
    enum status status = file_read(table->path, MAX_BYTES, &buffer, &why);
    table->bytes = buffer.data;
    *size = buffer.len;
    if (status == STATUS_OK)
        return STATUS_OK;
    return fail(error, STATUS_FATAL,
                "%s: the data files belong to the program; install it again or set XIANZHI_DATA",
                why.text);
}

static unsigned split_columns(struct slice line, struct table_row *row)
{
    unsigned count = 0;
    for (size_t at = 0; count < TABLE_MAX_COLUMNS; count++) {
        size_t tab = slice_find(line, SLICE("\t"), at);
        row->columns[count] = slice_range(line, at, tab == SIZE_MAX ? line.len : tab);
        if (tab == SIZE_MAX)
            return count + 1;
        at = tab + 1;
    }
    return count;
}

static enum status split_rows(struct table *table, size_t size, unsigned min_columns,
                              struct error *error)
{
    struct slice rest = {table->bytes, size};
    size_t capacity = 0;
    for (uint32_t number = 1; rest.len > 0; number++) {
        size_t end = slice_find(rest, SLICE("\n"), 0);
        struct slice line = slice_range(rest, 0, end == SIZE_MAX ? rest.len : end);
        rest = slice_range(rest, end == SIZE_MAX ? rest.len : end + 1, rest.len);
        if (line.len == 0 || line.data[0] == '#')
            continue;
        if (table->count == capacity) {
            capacity = capacity ? capacity * 2 : 64;
            table->rows = memory_resize(table->rows, capacity * sizeof *table->rows);
        }
        struct table_row *row = &table->rows[table->count++];
        *row = (struct table_row){.line = number};
        unsigned columns = split_columns(line, row);
        if (columns < min_columns)
            return fail(error, STATUS_FATAL,
                        "%s:%u: %u columns where %u are needed (parted by tabs)", table->path,
                        number, columns, min_columns);
    }
    return STATUS_OK;
}

enum status table_load(struct table *table, const char *relative, unsigned min_columns,
                       struct error *error)
{
    *table = (struct table){0};
    size_t size = 0;
    enum status status = data_path(relative, table->path, sizeof table->path, error);
    if (status == STATUS_OK)
        status = read_file(table, &size, error);
    if (status == STATUS_OK)
        status = split_rows(table, size, min_columns, error);
    if (status != STATUS_OK)
        table_release(table);
    return status;
}

void table_release(struct table *table)
{
    free(table->bytes);
    free(table->rows);
    table->bytes = NULL;
    table->rows = NULL;
    table->count = 0;
}
