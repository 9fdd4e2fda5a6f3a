/* postgres_tables.h - the tables `value` and `rollup` as statements, made from the table of a row's
 * fields (proto/rows/fields.h): a field that is added there is a column here. Nothing fails but
 * reading the data files.
 *
 * Each table is a partitioned one with a single partition, which holds whatever there is: a
 * snapshot fills a fresh partition, which takes the other's place in one moment, while the table
 * that others have put views upon and been granted stays the same.
 */
#ifndef XIANZHI_PUBLISH_POSTGRES_TABLES_H
#define XIANZHI_PUBLISH_POSTGRES_TABLES_H

#include "proto/base/memory.h"
#include "proto/base/status.h"
#include "proto/rows/row.h"

/* Of the tables' shape. It rises when a key, a column's type or name or a view's columns change so
 * that what others have built on them breaks; a column more is no reason. */
enum { SCHEMA_VERSION = 1 };

struct postgres_table {
    const char *name; /* "value" */
    unsigned rows;    /* the rows in it: OF_VALUES or OF_ROLLUPS (fields.h) */
};

enum { POSTGRES_TABLES = 2 };
extern const struct postgres_table postgres_tables[POSTGRES_TABLES];

/* All that has to be there, in the order of need; each statement may be run again. */
enum status postgres_definition(struct buffer *sql, struct error *error);

/* What a connection needs for itself: where changes are staged. */
void postgres_stages(struct buffer *sql);

/* "COPY value_stage (…) FROM STDIN"; `into`: the partition of a snapshot, or NULL: the stage. */
void postgres_copy_sql(const struct postgres_table *table, const char *into, struct buffer *sql);
/* A line of it. A row that is gone is for the stage only. */
void postgres_copy_row(const struct postgres_table *table, bool staged, const struct row *row,
                       struct buffer *out);

/* What was staged into the table. */
void postgres_merge(const struct postgres_table *table, struct buffer *sql);

/* A fresh partition; and its indexes, and into the other one's place. */
void postgres_fresh(const struct postgres_table *table, const char *partition, struct buffer *sql);
void postgres_swap(const struct postgres_table *table, const char *partition, struct buffer *sql);

#endif
