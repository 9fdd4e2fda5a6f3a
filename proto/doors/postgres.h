/* postgres.h - the one door to libpq: statements, their first row, rows in bulk.
 *
 * One thread owns a connection; `stop_fd` (-1: none) ends any wait with STATUS_AGAIN and "stopped",
 * but that for the connection itself, which takes ten seconds at most for each server named.
 * Everywhere: STATUS_RETRY when the server is away, stopping, full or has undone the transaction in
 * favour of another, so that the same from a new connection may succeed; STATUS_FATAL when it
 * refuses what it was told (a privilege, a table of another shape). After a failure the connection
 * is good for nothing but postgres_close.
 */
#ifndef XIANZHI_PROTO_DOORS_POSTGRES_H
#define XIANZHI_PROTO_DOORS_POSTGRES_H

#include "proto/base/arena.h"
#include "proto/base/memory.h"
#include "proto/base/status.h"

struct postgres;

/* Whether it can be a place at all: "host=… dbname=…" or "postgresql://…", and what libpq takes
 * from the environment. STATUS_BAD: what is wrong with it. */
enum status postgres_check(const char *dsn, struct error *error);

enum status postgres_open(struct postgres **postgres, const char *dsn, int stop_fd,
                          struct error *error);
void postgres_close(struct postgres **postgres); /* accepts NULL inside */

/* One or more statements, what they answer is dropped. */
enum status postgres_run(struct postgres *postgres, const char *sql, struct error *error);

/* The cells of the first row, copied into the arena; a NULL has no data. *found: there is a row. */
enum status postgres_ask(struct postgres *postgres, const char *sql, struct arena *arena,
                         struct slice *cells, int count, bool *found, struct error *error);

/* "COPY … FROM STDIN" with rows in its text format: cells parted by tabs, rows ended by \n. */
enum status postgres_copy(struct postgres *postgres, const char *sql, struct slice rows,
                          struct error *error);

/* A cell of it: escaped; what no text of a database may have becomes U+FFFD: a NUL, a byte that is
 * not UTF-8. */
void postgres_cell(struct slice text, struct buffer *out);

/* An identifier in double quotes, a text in single ones, to stand in a statement. */
void postgres_name(struct slice name, struct buffer *out);
void postgres_text(struct slice text, struct buffer *out);

#endif
