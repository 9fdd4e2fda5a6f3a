/* postgres_target.c - results in tables of PostgreSQL, with the watermark in the same transaction.
 *
 * Every transaction begins by locking the row of `publication` and looking whether it still says
 * what this publisher has read there. So a commit whose answer was lost, a second publisher at the
 * same tables and a restored database all come to the same: begin again from what is there. The
 * publisher's thread. What can fail: the server is away (RETRY), or refuses us (FATAL).
 */
#include "deploy/publish/postgres_tables.h"
#include "deploy/publish/target.h"

#include "deploy/commands/command.h"
#include "proto/base/digest.h"
#include "proto/doors/postgres.h"
#include "proto/rows/fields.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

struct place {
    struct publish_options options;
    struct postgres *postgres; /* NULL: not connected */
    struct buffer definition;
    char digest[2 * DIGEST_BYTES + 1]; /* of it */
    struct buffer sql, rows;
    struct watermark mark; /* as it stands in the database */
    bool in_transaction;
    char partitions[POSTGRES_TABLES][64]; /* of the snapshot under way */
    bool in_snapshot;
};

static enum status open_place(void **state, const struct publish_options *options,
                              struct error *error)
{
    struct place *place = memory_zero(sizeof *place);
    uint8_t digest[DIGEST_BYTES];
    *state = place;
    place->options = *options;
    enum status status = postgres_check(options->place, error);
    if (!status)
        status = postgres_definition(&place->definition, error);
    if (status)
        return status;
    buffer_append(&place->definition, "", 1);
    digest_sha256(buffer_slice(&place->definition), digest);
    digest_name(digest, place->digest);
    return STATUS_OK;
}

static void drop(void *state)
{
    struct place *place = state;
    postgres_close(&place->postgres);
    place->in_transaction = place->in_snapshot = false;
}

static void close_place(void **state)
{
    struct place *place = *state;
    if (!place)
        return;
    drop(place);
    buffer_release(&place->definition);
    buffer_release(&place->sql);
    buffer_release(&place->rows);
    free(place);
    *state = NULL;
}

/* Runs what `sql` holds. */
static enum status run(struct place *place, struct error *error)
{
    buffer_append(&place->sql, "", 1);
    enum status status = postgres_run(place->postgres, place->sql.data, error);
    buffer_clear(&place->sql);
    return status;
}

/* ---- what is there ---- */

enum { VERSION_CELL, DEFINITION_CELL, STORE_CELL, MARK_CELL, CELLS };

static void take_mark(const struct slice *cells, struct watermark *mark)
{
    snprintf(mark->store, sizeof mark->store, "%.*s", SLICE_ARGS(cells[STORE_CELL]));
    mark->version = cells[MARK_CELL].data ? strtoull(cells[MARK_CELL].data, NULL, 10) : 0;
}

/* *found: the tables are there and of the shape that this program writes. */
static enum status look(struct place *place, const char *lock, struct watermark *mark, bool *found,
                        struct error *error)
{
    struct slice cells[CELLS];
    struct arena arena = {0};
    struct buffer sql = {0};
    buffer_format(&sql, "SELECT schema_version, definition, store, version FROM publication%s",
                  lock);
    buffer_append(&sql, "", 1);
    enum status status =
        postgres_ask(place->postgres, sql.data, &arena, cells, CELLS, found, error);
    int version = !status && *found ? atoi(cells[VERSION_CELL].data) : SCHEMA_VERSION;
    if (!status && version != SCHEMA_VERSION)
        status = fail(error, STATUS_FATAL,
                      "schema %s holds tables of version %d, this program writes %d: publish into "
                      "another one (--schema), move to it what you have built on these, then DROP "
                      "SCHEMA %s CASCADE",
                      place->options.name, version, SCHEMA_VERSION, place->options.name);
    if (!status && *found) {
        take_mark(cells, mark);
        *found = slice_equal(cells[DEFINITION_CELL], slice_of(place->digest));
    }
    buffer_release(&sql);
    arena_release(&arena);
    return status;
}

/* Tables, comments and views as this program has them. Rows are published anew then: a column more
 * is empty until they are. */
static enum status define(struct place *place, struct error *error)
{
    buffer_add(&place->sql, SLICE("BEGIN;\nSELECT pg_advisory_xact_lock(hashtext('xianzhi'));\n"
                                  "DO $$ BEGIN IF to_regnamespace(quote_ident("));
    postgres_text(slice_of(place->options.name), &place->sql);
    buffer_add(&place->sql, SLICE(")) IS NULL THEN CREATE SCHEMA "));
    postgres_name(slice_of(place->options.name), &place->sql);
    buffer_add(&place->sql, SLICE("; END IF; END $$;\n"));
    buffer_add(&place->sql, slice_of(place->definition.data));
    buffer_format(&place->sql,
                  "INSERT INTO publication (schema_version, definition) VALUES (%d, '%s')\n"
                  "ON CONFLICT (single) DO UPDATE SET definition = EXCLUDED.definition, store = "
                  "NULL, version = NULL;\nCOMMIT;\n",
                  SCHEMA_VERSION, place->digest);
    return run(place, error);
}

/* Whether there is a table `publication`. Who may not make a schema can be given one. */
static enum status find_tables(struct place *place, bool *found, struct error *error)
{
    struct arena arena = {0};
    struct slice cell;
    buffer_format(&place->sql, "SET search_path TO ");
    postgres_name(slice_of(place->options.name), &place->sql);
    /* a role's or database's own limits are meant for those who ask, not for a snapshot */
    buffer_format(&place->sql, ";\nSET statement_timeout TO 0;\n"
                               "SET idle_in_transaction_session_timeout TO 0;\n");
    enum status status = run(place, error);
    if (!status)
        status = postgres_ask(place->postgres, "SELECT to_regclass('publication')", &arena, &cell,
                              1, found, error);
    *found = *found && cell.data;
    arena_release(&arena);
    return status;
}

static enum status resume(void *state, struct watermark *mark, struct error *error)
{
    struct place *place = state;
    bool there, found = false;
    drop(place);
    place->mark = (struct watermark){0};
    enum status status =
        postgres_open(&place->postgres, place->options.place, place->options.stop_fd, error);
    if (!status)
        status = find_tables(place, &there, error);
    if (!status && there)
        status = look(place, "", &place->mark, &found, error);
    if (!status && !found) {
        place->mark = (struct watermark){0};
        status = define(place, error);
    }
    if (!status) {
        postgres_stages(&place->sql);
        status = run(place, error);
    }
    *mark = place->mark;
    return status;
}

/* ---- publishing ---- */

static enum status begin(struct place *place, struct error *error)
{
    struct watermark mark;
    bool found;
    if (place->in_transaction)
        return STATUS_OK;
    enum status status = postgres_run(place->postgres, "BEGIN", error);
    if (!status)
        status = look(place, " FOR UPDATE", &mark, &found, error);
    if (status)
        return status;
    place->in_transaction = true;
    if (!found || strcmp(mark.store, place->mark.store) || mark.version != place->mark.version)
        return fail(error, STATUS_RETRY, "somebody else has published into schema %s meanwhile",
                    place->options.name);
    return STATUS_OK;
}

static enum status begin_snapshot(void *state, const struct watermark *mark, struct error *error)
{
    struct place *place = state;
    struct arena arena = {0};
    struct slice number = {0};
    bool found;
    (void)mark;
    /* a second one within the first: what came so far is void */
    enum status status =
        place->in_transaction ? postgres_run(place->postgres, "ROLLBACK", error) : STATUS_OK;
    place->in_transaction = false;
    if (!status)
        status = begin(place, error);
    if (!status)
        status = postgres_ask(place->postgres, "SELECT txid_current()", &arena, &number, 1, &found,
                              error);
    for (int i = 0; i < POSTGRES_TABLES && !status; i++) {
        snprintf(place->partitions[i], sizeof place->partitions[i], "%s_rows_%.*s",
                 postgres_tables[i].name, SLICE_ARGS(number));
        postgres_fresh(&postgres_tables[i], place->partitions[i], &place->sql);
    }
    if (!status)
        status = run(place, error);
    place->in_snapshot = true;
    arena_release(&arena);
    return status;
}

static enum status copy(struct place *place, int index, const struct row *rows, size_t count,
                        struct error *error)
{
    const struct postgres_table *table = &postgres_tables[index];
    buffer_clear(&place->rows);
    for (size_t i = 0; i < count; i++)
        if (rows_of(&rows[i]) == table->rows && !(place->in_snapshot && rows[i].gone))
            postgres_copy_row(table, !place->in_snapshot, &rows[i], &place->rows);
    if (!place->rows.len)
        return STATUS_OK;
    postgres_copy_sql(table, place->in_snapshot ? place->partitions[index] : NULL, &place->sql);
    buffer_append(&place->sql, "", 1);
    enum status status =
        postgres_copy(place->postgres, place->sql.data, buffer_slice(&place->rows), error);
    buffer_clear(&place->sql);
    if (status || place->in_snapshot)
        return status;
    postgres_merge(table, &place->sql);
    return run(place, error);
}

static enum status put(void *state, const struct row *rows, size_t count, struct error *error)
{
    struct place *place = state;
    enum status status = begin(place, error);
    for (int i = 0; i < POSTGRES_TABLES && !status; i++)
        status = copy(place, i, rows, count, error);
    return status;
}

static enum status commit(void *state, const struct watermark *mark, struct error *error)
{
    struct place *place = state;
    enum status status = begin(place, error);
    if (status)
        return status;
    for (int i = 0; i < POSTGRES_TABLES && place->in_snapshot; i++)
        postgres_swap(&postgres_tables[i], place->partitions[i], &place->sql);
    buffer_format(&place->sql, "UPDATE publication SET store = ");
    postgres_text(slice_of(mark->store), &place->sql);
    buffer_format(&place->sql,
                  ", version = %" PRIu64 ", published_at = clock_timestamp()%s;\nCOMMIT;",
                  mark->version, place->in_snapshot ? ", snapshot_at = clock_timestamp()" : "");
    status = run(place, error);
    if (status)
        return status;
    place->in_transaction = place->in_snapshot = false;
    place->mark = *mark;
    return STATUS_OK;
}

const struct publish_target postgres_target = {"pg",           open_place, close_place, resume,
                                               begin_snapshot, put,        commit,      drop};
