/* row_text.h - one row of results as JSON (contract: the keys and their order never change) or CSV.
 * Nothing here fails. */
#ifndef XIANZHI_DEPLOY_ROW_TEXT_H
#define XIANZHI_DEPLOY_ROW_TEXT_H

#include "proto/reading.h"

static inline bool is_rollup(const struct row *row)
{
    return row->children_level != LEVEL_UNKNOWN;
}

/* Appends one JSON line (with its newline). `version` != 0 adds "version"; a row that is gone gets
 * its key fields and "gone": true. */
void row_json(const struct row *row, uint64_t version, struct buffer *out);

/* Append a line of CSV. */
void row_csv_head(struct buffer *out);
void row_csv(const struct row *row, struct buffer *out);

/* A figure as people and JSON write it: 9, not 9.0; else the shortest of 15 significant digits. */
void number_text(double value, char text[32]);
void json_text(struct slice text, struct buffer *out); /* quoted and escaped */

#endif
