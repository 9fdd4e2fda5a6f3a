/* row_json.h - a row as one line of JSON: the keys of the contract, in their order. Nothing fails.
 */
#ifndef XIANZHI_PROTO_ROWS_ROW_JSON_H
#define XIANZHI_PROTO_ROWS_ROW_JSON_H

#include "proto/base/memory.h"
#include "proto/rows/fields.h"

/* Appends the line with its newline. `version` != 0 adds "version" and "store", where that is
 * known; a row that is gone gets its key fields and "gone": true. */
void row_json(const struct row *row, uint64_t version, struct slice store, struct buffer *out);
/* The same without what only who has read the report can say: its source. */
void row_json_figure(const struct row *row, struct buffer *out);
/* Only what tells it from other rows, as an object without a newline: the same bytes for a row and
 * for it gone. */
void row_json_key(const struct row *row, struct buffer *out);
/* Its mentions, as an array. */
void row_json_evidence(const struct row *row, struct buffer *out);

/* Any record by its table of fields, as an object without a newline. */
void fields_json(const struct row_field_list *fields, const void *record, struct buffer *out);

#endif
