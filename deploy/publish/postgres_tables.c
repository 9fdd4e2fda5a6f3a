/* postgres_tables.c - see the header. The owner's thread; no state. */
#include "deploy/publish/postgres_tables.h"

#include "proto/base/file.h"
#include "proto/base/paths.h"
#include "proto/base/tsv.h"
#include "proto/doors/postgres.h"
#include "proto/rows/row_json.h"

#include <stdlib.h>

const struct postgres_table postgres_tables[POSTGRES_TABLES] = {{"value", OF_VALUES},
                                                                {"rollup", OF_ROLLUPS}};

enum { MAX_VIEWS_BYTES = 1 << 20 };

/* ---- columns ---- */

static bool is_column(const struct postgres_table *table, const struct row_field *field)
{
    uint8_t rows = field->type == FIELD_EVIDENCE ? field->json : field->table;
    return rows & table->rows;
}

static bool is_key(const struct row_field *field)
{
    return field->part == ROW_KEY;
}

/* Compared byte by byte, as the results are sorted: no locale's order, and faster. */
static const char *type_of(const struct row_field *field)
{
    switch (field->type) {
    case FIELD_FIGURE:
        return "double precision";
    case FIELD_YEAR:
    case FIELD_NUMBER:
        return "integer";
    case FIELD_LONG:
        return "bigint";
    case FIELD_BOOL:
        return "boolean";
    case FIELD_EVIDENCE:
        return "jsonb";
    default:
        return "text COLLATE \"C\"";
    }
}

enum which { KEY_COLUMNS, OTHER_COLUMNS, ALL_COLUMNS };

/* Each column of a kind, written by `form`, in which %s is its quoted name; parted by `between`. */
static void list(const struct postgres_table *table, enum which which, const char *form,
                 const char *between, struct buffer *sql)
{
    struct buffer name = {0};
    bool first = true;
    for (size_t i = 0; i < row_fields.count; i++) {
        const struct row_field *field = &row_fields.items[i];
        if (!is_column(table, field) || which == (is_key(field) ? OTHER_COLUMNS : KEY_COLUMNS))
            continue;
        buffer_add(sql, slice_of(first ? "" : between));
        buffer_clear(&name);
        postgres_name(field->name, &name);
        for (const char *at = form; *at; at++) {
            if (at[0] == '%' && at[1] == 's')
                buffer_add(sql, buffer_slice(&name)), at++;
            else
                buffer_append(sql, at, 1);
        }
        first = false;
    }
    buffer_release(&name);
}

/* ---- definition ---- */

static void define_column(const struct postgres_table *table, const struct row_field *field,
                          struct buffer *sql)
{
    buffer_format(sql, "ALTER TABLE %s ADD COLUMN IF NOT EXISTS ", table->name);
    postgres_name(field->name, sql);
    buffer_format(sql, " %s;\n", type_of(field));
}

/* A key has no NULL: what there is none of is empty. */
static void define_table(const struct postgres_table *table, struct buffer *sql)
{
    buffer_format(sql, "CREATE TABLE IF NOT EXISTS %s (", table->name);
    for (size_t i = 0; i < row_fields.count; i++) {
        const struct row_field *field = &row_fields.items[i];
        if (!is_column(table, field))
            continue;
        postgres_name(field->name, sql);
        buffer_format(sql, " %s%s, ", type_of(field), is_key(field) ? " NOT NULL" : "");
    }
    buffer_format(sql, "PRIMARY KEY (");
    list(table, KEY_COLUMNS, "%s", ", ", sql);
    buffer_format(sql, ")) PARTITION BY RANGE (year);\n");
    for (size_t i = 0; i < row_fields.count; i++)
        if (is_column(table, &row_fields.items[i]) && !is_key(&row_fields.items[i]))
            define_column(table, &row_fields.items[i], sql);
    buffer_format(sql, "CREATE INDEX IF NOT EXISTS %s_of_region ON %s (region, year);\n",
                  table->name, table->name);
}

static struct slice english_of(const struct table *english, struct slice name)
{
    for (size_t i = 0; i < english->count; i++)
        if (slice_equal(english->rows[i].columns[0], name))
            return english->rows[i].columns[1];
    return (struct slice){0};
}

/* 界限 · how exact the figure is (exact, over, at_least, at_most, about) */
static void comment(const struct postgres_table *table, const struct row_field *field,
                    const struct table *english, struct buffer *sql)
{
    struct buffer text = {0}, words = {0};
    struct slice said = english_of(english, field->name);
    row_field_words(field, &words);
    buffer_format(&text, "%s", field->head);
    if (said.len)
        buffer_format(&text, " · %.*s", SLICE_ARGS(said));
    if (words.len)
        buffer_format(&text, " (%.*s)", SLICE_ARGS(buffer_slice(&words)));
    buffer_format(sql, "COMMENT ON COLUMN %s.", table->name);
    postgres_name(field->name, sql);
    buffer_format(sql, " IS ");
    postgres_text(buffer_slice(&text), sql);
    buffer_format(sql, ";\n");
    buffer_release(&text);
    buffer_release(&words);
}

static void comment_all(const struct table *english, struct buffer *sql)
{
    for (int i = 0; i < POSTGRES_TABLES; i++)
        for (size_t k = 0; k < row_fields.count; k++)
            if (is_column(&postgres_tables[i], &row_fields.items[k]))
                comment(&postgres_tables[i], &row_fields.items[k], english, sql);
}

enum status postgres_definition(struct buffer *sql, struct error *error)
{
    struct table english = {0};
    char path[4096];
    enum status status = table_load(&english, "deploy/publish/columns.tsv", 2, error);
    if (!status)
        status = data_path("deploy/publish/postgres.sql", path, sizeof path, error);
    for (int i = 0; i < POSTGRES_TABLES && !status; i++)
        define_table(&postgres_tables[i], sql);
    if (!status)
        comment_all(&english, sql);
    if (!status)
        status = file_read(path, MAX_VIEWS_BYTES, sql, error);
    table_release(&english);
    return status;
}

/* ---- changes ---- */

void postgres_stages(struct buffer *sql)
{
    for (int i = 0; i < POSTGRES_TABLES; i++)
        buffer_format(sql,
                      "CREATE TEMP TABLE %s_stage (LIKE %s, gone boolean NOT NULL) ON COMMIT "
                      "DELETE ROWS;\n",
                      postgres_tables[i].name, postgres_tables[i].name);
}

void postgres_copy_sql(const struct postgres_table *table, const char *into, struct buffer *sql)
{
    if (into)
        buffer_format(sql, "COPY %s (", into);
    else
        buffer_format(sql, "COPY %s_stage (", table->name);
    list(table, ALL_COLUMNS, "%s", ", ", sql);
    buffer_format(sql, into ? ") FROM STDIN WITH (FREEZE)" : ", gone) FROM STDIN");
}

/* jsonb, too, has no place for a NUL: \u0000 becomes \ufffd, of the same length. */
static void mend_json(struct buffer *json)
{
    for (size_t at = 0; (at = slice_find(buffer_slice(json), SLICE("\\u0000"), at)) != SIZE_MAX;)
        memcpy(json->data + at, "\\ufffd", 6);
}

static void put_cell(const struct row_field *field, const struct row *row, struct buffer *cell,
                     struct buffer *out)
{
    bool is_number;
    buffer_clear(cell);
    if (row->gone && !is_key(field)) {
        buffer_add(out, SLICE("\\N"));
        return;
    }
    if (field->type == FIELD_EVIDENCE)
        row_json_evidence(row, cell), mend_json(cell);
    else
        row_table_cell(field, row, cell, &is_number);
    if (cell->len || is_key(field))
        postgres_cell(buffer_slice(cell), out);
    else
        buffer_add(out, SLICE("\\N"));
}

void postgres_copy_row(const struct postgres_table *table, bool staged, const struct row *row,
                       struct buffer *out)
{
    struct buffer cell = {0};
    bool first = true;
    for (size_t i = 0; i < row_fields.count; i++) {
        if (!is_column(table, &row_fields.items[i]))
            continue;
        buffer_add(out, first ? SLICE("") : SLICE("\t"));
        put_cell(&row_fields.items[i], row, &cell, out);
        first = false;
    }
    if (staged)
        buffer_add(out, row->gone ? SLICE("\tt") : SLICE("\tf"));
    buffer_add(out, SLICE("\n"));
    buffer_release(&cell);
}

void postgres_merge(const struct postgres_table *table, struct buffer *sql)
{
    const char *name = table->name;
    buffer_format(sql, "DELETE FROM %s t USING %s_stage s WHERE s.gone AND ", name, name);
    list(table, KEY_COLUMNS, "t.%s = s.%s", " AND ", sql);
    buffer_format(sql, ";\nINSERT INTO %s (", name);
    list(table, ALL_COLUMNS, "%s", ", ", sql);
    buffer_format(sql, ") SELECT ");
    list(table, ALL_COLUMNS, "%s", ", ", sql);
    buffer_format(sql, " FROM %s_stage WHERE NOT gone ON CONFLICT (", name);
    list(table, KEY_COLUMNS, "%s", ", ", sql);
    buffer_format(sql, ") DO UPDATE SET ");
    list(table, OTHER_COLUMNS, "%s = EXCLUDED.%s", ", ", sql);
    buffer_format(sql, ";\n");
    if (table->rows == OF_VALUES)
        buffer_format(sql, "SELECT learn_indicators('%s_stage');\n", name);
}

/* ---- a snapshot ---- */

void postgres_fresh(const struct postgres_table *table, const char *partition, struct buffer *sql)
{
    buffer_format(sql, "CREATE TABLE %s (LIKE %s);\n", partition, table->name);
}

/* The indexes are made when the rows are there, and before the partition is attached: attaching
 * takes over those that fit, and locks out readers for as long as it has to make the others. */
void postgres_swap(const struct postgres_table *table, const char *partition, struct buffer *sql)
{
    buffer_format(sql, "ALTER TABLE %s ADD PRIMARY KEY (", partition);
    list(table, KEY_COLUMNS, "%s", ", ", sql);
    buffer_format(sql, ");\nCREATE INDEX ON %s (region, year);\nANALYZE %s;\n", partition,
                  partition);
    if (table->rows == OF_VALUES)
        buffer_format(sql, "SELECT learn_indicators('%s');\n", partition);
    buffer_format(sql,
                  "SELECT drop_partitions('%s');\n"
                  "ALTER TABLE %s ATTACH PARTITION %s DEFAULT;\n",
                  table->name, table->name, partition);
}
