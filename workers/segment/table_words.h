/* table_words.h - what cells of a table say, read from tables.tsv. */
#ifndef XIANZHI_WORKERS_SEGMENT_TABLE_WORDS_H
#define XIANZHI_WORKERS_SEGMENT_TABLE_WORDS_H

#include "proto/base/slice.h"
#include "proto/base/status.h"

enum table_word { TABLE_WORD_HEAD, TABLE_WORD_MISSING, TABLE_WORD_COUNT };

struct table_words;

/* Immutable once loaded; threads may share one. STATUS_FATAL names file and line of a mistake. */
enum status table_words_load(struct table_words **words, struct error *error);
void table_words_free(struct table_words **words); /* accepts NULL inside */

/* Is the whole cell one of the words of that kind? */
bool table_words_are(const struct table_words *words, enum table_word kind, struct slice cell);

#endif
