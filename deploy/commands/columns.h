/* columns.h - texts in columns of a terminal, where a Chinese character is two columns wide. Pure.
 */
#ifndef XIANZHI_DEPLOY_COLUMNS_H
#define XIANZHI_DEPLOY_COLUMNS_H

#include "proto/base/memory.h"

#include <stdio.h>

unsigned text_columns(struct slice text);

/* Appends `text`, cut to `columns` with … where it is longer. Controls become blanks. */
void put_cut(struct buffer *out, struct slice text, unsigned columns);
/* The same, filled up with blanks to exactly `columns`; `right`: the blanks in front. */
void put_cell(struct buffer *out, struct slice text, unsigned columns, bool right);
/* As put_cut, but cuts on both sides so that `mention`, where it occurs, stays in sight. */
void put_around(struct buffer *out, struct slice text, struct slice mention, unsigned columns);

/* Columns of the terminal behind `out`; 120 where it is none. */
unsigned stream_columns(FILE *out);

#endif
