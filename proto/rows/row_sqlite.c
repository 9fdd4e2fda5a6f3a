/* row_sqlite.c - one file that DuckDB, R, pandas and Excel open, and the one door to SQLite.
 *
 * Tables `value`, `rollup`, `evidence` (a mention a row, by the value's rowid) and `about`; columns
 * are named as the contract names fields. One transaction. The caller's thread. What can fail: the
 * disk, told by SQLite at the statement that meets it.
 */
#include "proto/base/tr.h"
#include "proto/rows/fields.h"
#include "proto/rows/row_file.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

struct database {
    sqlite3 *db;
    sqlite3_stmt *value, *rollup, *evidence;
    struct buffer cell;
};

static enum status failed(const struct database *database, struct error *error)
{
    return fail(error, STATUS_FATAL, "the database can't be written: %s%s",
                sqlite3_errmsg(database->db),
                sqlite3_errcode(database->db) == SQLITE_FULL ? TR(": free some space") : "");
}

static bool execute(struct database *database, const char *sql)
{
    return sqlite3_exec(database->db, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static const char *column_type(const struct row_field *field)
{
    switch (field->type) {
    case FIELD_FIGURE:
        return "REAL";
    case FIELD_YEAR:
    case FIELD_NUMBER:
    case FIELD_BOOL:
        return "INTEGER";
    default:
        return "TEXT";
    }
}

static bool in_table(const struct row_field *field, unsigned rows)
{
    return field->table & rows && field->type != FIELD_EVIDENCE;
}

/* CREATE TABLE and the INSERT that fills it. */
static bool make_table(struct database *database, const char *name,
                       const struct row_field_list *list, unsigned rows, const char *more,
                       sqlite3_stmt **insert)
{
    struct buffer create = {0}, fill = {0};
    buffer_format(&create, "CREATE TABLE %s (id INTEGER PRIMARY KEY%s", name, more);
    buffer_format(&fill, "INSERT INTO %s VALUES (?%s", name, *more ? ", ?" : "");
    for (size_t i = 0; i < list->count; i++) {
        if (!in_table(&list->items[i], rows))
            continue;
        buffer_format(&create, ", \"%.*s\" %s", SLICE_ARGS(list->items[i].name),
                      column_type(&list->items[i]));
        buffer_format(&fill, ", ?");
    }
    buffer_format(&create, ")");
    buffer_format(&fill, ")");
    bool made =
        execute(database, create.data) &&
        sqlite3_prepare_v2(database->db, fill.data, (int)fill.len, insert, NULL) == SQLITE_OK;
    buffer_release(&create);
    buffer_release(&fill);
    return made;
}

static void bind_text(sqlite3_stmt *statement, int at, struct slice text)
{
    if (text.len)
        sqlite3_bind_text(statement, at, text.data, (int)text.len, SQLITE_TRANSIENT);
    else
        sqlite3_bind_null(statement, at);
}

static int bind_row(struct database *database, sqlite3_stmt *statement, const struct row *row)
{
    int at = 2;
    for (size_t i = 0; i < row_fields.count; i++) {
        const struct row_field *field = &row_fields.items[i];
        bool is_number;
        if (!in_table(field, rows_of(row)))
            continue;
        buffer_clear(&database->cell);
        row_table_cell(field, row, &database->cell, &is_number);
        if (field->type == FIELD_BOOL) {
            sqlite3_bind_int(statement, at++, *(const bool *)row_field_at(field, row));
        } else if (is_number) {
            buffer_append(&database->cell, "", 1);
            sqlite3_bind_double(statement, at++, strtod(database->cell.data, NULL));
        } else {
            bind_text(statement, at++, buffer_slice(&database->cell));
        }
    }
    return at;
}

static bool step(sqlite3_stmt *statement)
{
    bool done = sqlite3_step(statement) == SQLITE_DONE;
    return sqlite3_reset(statement) == SQLITE_OK && done;
}

static bool put_mention(struct database *database, sqlite3_int64 value,
                        const struct evidence *mention)
{
    sqlite3_stmt *statement = database->evidence;
    int at = 3;
    sqlite3_bind_null(statement, 1);
    sqlite3_bind_int64(statement, 2, value);
    for (size_t i = 0; i < evidence_fields.count; i++) {
        const struct row_field *field = &evidence_fields.items[i];
        const void *place = row_field_at(field, mention);
        if (!in_table(field, OF_BOTH))
            continue;
        if (field->type == FIELD_FIGURE)
            sqlite3_bind_double(statement, at++, *(const double *)place);
        else if (field->type == FIELD_NUMBER)
            sqlite3_bind_int64(statement, at++, *(const uint32_t *)place);
        else if (field->type == FIELD_TEXT || field->type == FIELD_TEXT_OR_NULL ||
                 field->type == FIELD_SECTION)
            bind_text(statement, at++, *(const struct slice *)place);
        else
            bind_text(statement, at++,
                      slice_of(row_field_word(field, place) ? row_field_word(field, place) : ""));
    }
    return step(statement);
}

static enum status put(void *state, const struct row *row, struct error *error)
{
    struct database *database = state;
    sqlite3_stmt *statement = is_rollup(row) ? database->rollup : database->value;
    sqlite3_bind_null(statement, 1);
    bind_row(database, statement, row);
    if (!step(statement))
        return failed(database, error);
    sqlite3_int64 id = sqlite3_last_insert_rowid(database->db);
    for (size_t i = 0; i < row->evidence_count; i++)
        if (!put_mention(database, id, &row->evidence[i]))
            return failed(database, error);
    return STATUS_OK;
}

static bool tell_about(struct database *database, const struct row_source *source)
{
    sqlite3_stmt *statement;
    if (!execute(database, "CREATE TABLE about (program TEXT, source TEXT, question TEXT, "
                           "made TEXT)") ||
        sqlite3_prepare_v2(database->db,
                           "INSERT INTO about VALUES (?, ?, ?, strftime('%Y-%m-%dT%H:%M:%SZ'))", -1,
                           &statement, NULL) != SQLITE_OK)
        return false;
    bind_text(statement, 1, slice_of(source->program));
    bind_text(statement, 2, slice_of(source->from));
    bind_text(statement, 3, slice_of(source->asked));
    bool done = step(statement);
    sqlite3_finalize(statement);
    return done;
}

static enum status open_database(void **state, const char *path, const struct row_source *source,
                                 struct error *error)
{
    struct database *database = memory_zero(sizeof *database);
    *state = database;
    /* no journal beside it: the file is nobody's before it is whole */
    if (sqlite3_open(path, &database->db) == SQLITE_OK &&
        execute(database, "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; BEGIN") &&
        make_table(database, "value", &row_fields, OF_VALUES, "", &database->value) &&
        make_table(database, "rollup", &row_fields, OF_ROLLUPS, "", &database->rollup) &&
        make_table(database, "evidence", &evidence_fields, OF_BOTH,
                   ", value_id INTEGER REFERENCES value", &database->evidence) &&
        tell_about(database, source))
        return STATUS_OK;
    return failed(database, error);
}

static enum status close_database(void **state, bool keep, struct error *error)
{
    struct database *database = *state;
    enum status status = STATUS_OK;
    *state = NULL;
    sqlite3_finalize(database->value);
    sqlite3_finalize(database->rollup);
    sqlite3_finalize(database->evidence);
    if (keep && !execute(database, "CREATE INDEX value_of ON value (indicator, region, year);"
                                   "CREATE INDEX value_in ON value (region, year);"
                                   "CREATE INDEX evidence_of ON evidence (value_id); COMMIT"))
        status = failed(database, error);
    if (sqlite3_close(database->db) != SQLITE_OK && keep && !status)
        status = failed(database, error);
    buffer_release(&database->cell);
    free(database);
    return status;
}

const struct row_file_format sqlite_format = {"sqlite", ".sqlite", open_database, put,
                                              close_database};
